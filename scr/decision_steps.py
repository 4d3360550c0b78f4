"""What recommending, deciding and telling add to a case: its next step, timeline and stages."""

from casereview import access, registries
from casereview.models import Case, NotificationDuty
from casereview.registries import CasePage, NextStep, TimelineEntry
from casereview.rules.access_table import LABELS, Role
from casereview.rules.working_days import london_date, written
from scr import stages
from scr.actions.deciding import capacity_of, notified
from scr.actions.telling import open_duty_of, telling_clocks
from scr.clocks import limit_of
from scr.decision_work import due_days, to
from scr.models import GroupRecommendation
from scr.options import option, option_label
from scr.rules.deciding import Decider
from scr.rules.options import LeadsTo
from scr.rules.stages import Act, Stage
from scr.stages import DONE, NOT_NEEDED, NOT_STARTED, UNDER_WAY, Link, Turn
from scr.stages import Stage as Line
from scr.standing import Standing, standing

CHAIR_OF_GROUP = LABELS[Role.SCR_CHAIR]
OFFICE = LABELS[Role.BOARD_MANAGER]


def next_steps(user, case: Case) -> list[NextStep]:
    """Return what recommending or deciding asks of `user` next on a case."""
    if not case.scr_state:
        return []
    found = standing(case)
    due = due_days([case]).get(case.pk)
    steps = []
    if _decides_now(user, case, found):
        steps.append(
            NextStep(
                80,
                "decide on the group’s recommendation",
                "The recommendation, every dissent, the tool’s result and the clock are on one "
                "page. Nobody else can decide.",
                to("view_decision", case),
                "Open the decision",
                due,
            )
        )
    if found.may(Act.MAKE) and access.can(user, "make_recommendation", case):
        steps.append(
            NextStep(
                72,
                "make the drafted recommendation",
                "Members have been asked for their positions.",
                to("view_recommendation", case),
                "Open the recommendation",
                due,
            )
        )
    elif found.stage in (Stage.ASSESSED, Stage.ASSESSED_AGAIN):
        if access.can(user, "draft_recommendation", case):
            steps.append(
                NextStep(
                    70,
                    "draft the group’s recommendation",
                    "The criteria are assessed.",
                    to("draft_recommendation", case),
                    "Draft it",
                    due,
                )
            )
    if found.may(Act.GIVE_POSITION) and access.can(user, "give_position", case):
        mine = found.recommendation
        if mine and not mine.positions.filter(user=user).exists():
            steps.append(
                NextStep(
                    75,
                    "say whether you agree with the drafted recommendation",
                    "Whoever decides reads your position and your reason.",
                    to("give_position", case),
                    "Give my position",
                    due,
                )
            )
    return steps


def _decides_now(user, case: Case, found: Standing) -> bool:
    if found.stage not in (Stage.RECOMMENDED, Stage.RECOMMENDED_AGAIN, Stage.PARTLY_DECIDED):
        return False
    if found.decider == Decider.CHAIR:
        return access.can(user, "decide_scr", case)
    mine = capacity_of(user)
    waits = bool(mine) and mine not in found.partners
    return waits and access.can(user, "decide_local_review", case) and notified(found)


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return recommendations, decisions and advice, for those who may read the decision."""
    if not case.scr_state or not access.can(user, "view_decision", case):
        return []
    entries = [
        TimelineEntry(
            london_date(row.made_at),
            "The group made its recommendation",
            by=row.recommended_by.name if row.recommended_by else "",
            at=row.made_at,
            detail=option_label(row.recommended),
            url=to("view_recommendation", case),
        )
        for row in GroupRecommendation.objects.filter(case=case)
        .exclude(made_at=None)
        .select_related("recommended_by")
        if row.made_at
    ]
    entries += [
        TimelineEntry(
            row.decided_on,
            "A further decision was made" if row.earlier_id else "A decision was made",
            by=row.decided_by.name,
            detail=option_label(row.decided),
            url=to("view_decision", case),
        )
        for row in case.scr_decisions.select_related("decided_by")
    ]
    entries += [
        TimelineEntry(
            row.advised_on,
            "The national panel answered",
            detail=row.get_advised_display(),
            url=to("view_decision", case),
        )
        for row in case.national_advice.all()
    ]
    return entries


def identifiers(case: Case) -> list[str]:
    """Return the chairs of other areas whom the papers name."""
    return [row.challenger for row in case.peer_challenges.all() if row.challenger]


def recommendation_stage(user, case: Case) -> Line:
    """Say how far the recommendation is."""
    found = standing(case)
    url = to("view_recommendation", case)
    url = url if access.can(user, "view_recommendation", case) else ""
    row = found.recommendation
    if row is None:
        return Line("Recommendation", NOT_STARTED, url=url)
    if row.made_at is None:
        return Line("Recommendation", UNDER_WAY, "Drafted: members give their positions", url)
    words = f"{option_label(row.recommended)}, {written(row.recommended_on)}"
    return Line("Recommendation", DONE, words if url else "", url)


def decision_stage(user, case: Case) -> Line:
    """Say how far the decision is."""
    found = standing(case)
    url = to("view_decision", case) if access.can(user, "view_decision", case) else ""
    if not found.decisions:
        return Line("Decision", NOT_STARTED, url=url)
    if not found.decided:
        return Line("Decision", UNDER_WAY, "The partners have not all decided alike", url)
    last = found.on_this[-1]
    words = f"{option_label(found.decided)}, {written(last.decided_on)}"
    deferred = option(found.decided).leads_to == LeadsTo.LATER
    return Line("Decision", UNDER_WAY if deferred else DONE, words if url else "", url)


def told_stage(user, case: Case) -> Line:
    """Say how far those who are to be told have been told."""
    url = to("view_scr_told", case) if access.can(user, "view_scr_told", case) else ""
    clocks = telling_clocks(case)
    waiting = [one for one in clocks if one.met_on is None and one.stopped_on is None]
    unsent = case.scr_letters.filter(sent_on=None).count()
    if waiting or unsent:
        parts = [f"{len(waiting)} to tell"] if waiting else []
        parts += [f"{unsent} letter{'' if unsent == 1 else 's'} not sent"] if unsent else []
        begun = unsent or any(one.met_on for one in clocks)
        return Line(
            "Those who are told", UNDER_WAY if begun else NOT_STARTED, "; ".join(parts), url
        )
    told = [one for one in clocks if one.met_on]
    return Line(
        "Those who are told", DONE if told else NOT_NEEDED if clocks else NOT_STARTED, "", url
    )


def turns(user, case: Case) -> list[Turn]:
    """Return what is next once the criteria are assessed, and whose turn it is."""
    found = standing(case)
    due = due_days([case]).get(case.pk)
    listed = []
    if found.stage in (Stage.ASSESSED, Stage.ASSESSED_AGAIN):
        url = to("draft_recommendation", case)
        may = access.can(user, "draft_recommendation", case)
        listed.append(Turn("Draft the recommendation", CHAIR_OF_GROUP, due, url if may else ""))
    elif found.may(Act.MAKE):
        url = to("view_recommendation", case)
        acts = ("give_position", "make_recommendation")
        may = any(access.can(user, act, case) for act in acts)
        listed.append(
            Turn("Give positions and make the recommendation", "SCR group", due, url if may else "")
        )
    elif found.stage in (Stage.RECOMMENDED, Stage.RECOMMENDED_AGAIN, Stage.PARTLY_DECIDED):
        chair = found.decider == Decider.CHAIR
        who = LABELS[Role.INDEPENDENT_CHAIR] if chair else "Safeguarding partners"
        may = access.can(user, "decide_scr" if chair else "decide_local_review", case)
        listed.append(Turn("Decide", who, due, to("view_decision", case) if may else ""))
    for clock in telling_clocks(case):
        duty, limit = open_duty_of(clock), limit_of(clock)
        open_ = duty is None or duty.state == NotificationDuty.State.OPEN
        if open_ and limit and clock.met_on is None and clock.stopped_on is None:
            may = access.can(user, "record_scr_told", case)
            url = to("record_scr_told", case, clock.pk) if may else ""
            listed.append(Turn(limit[1].label, OFFICE, clock.due_on, url))
    return listed


def links(user, case: Case) -> list[Link]:
    """Return the pages of recommending, deciding and telling that the reader may open."""
    pages = (
        ("The recommendation", "view_recommendation"),
        ("The decision", "view_decision"),
        ("Who is told, and the letters", "view_scr_told"),
    )
    return [Link(label, to(name, case)) for label, name in pages if access.can(user, name, case)]


def register() -> None:
    """Add the above to the pages that gather from all apps, and to the group's page of a case."""
    registries.next_steps.append(next_steps)
    registries.tell_timeline("scr", "Serious case review group", timeline)
    registries.identifiers.append(identifiers)
    registries.case_pages += [
        CasePage("Recommendation", "scr:view_recommendation", "view_recommendation", 71, main=True),
        CasePage("Decision", "scr:view_decision", "view_decision", 72, main=True),
        CasePage("Who is told", "scr:view_scr_told", "view_scr_told", 73),
    ]
    stages.stages += [(30, recommendation_stage), (40, decision_stage), (50, told_stage)]
    stages.turns.append(turns)
    stages.links.append(links)
