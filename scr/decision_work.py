"""What recommending, deciding and telling ask of *Your work*."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from casereview import access, registries
from casereview.models import Case, Clock, NotificationDuty
from casereview.registries import WorkItem
from casereview.rules.access_table import Role
from scr.actions.deciding import DECISION_CLOCK, capacity_of
from scr.actions.group_meetings import boards_of
from scr.actions.telling import FAMILY
from scr.group_quorum import not_judging
from scr.models import GroupMeeting, MemberPosition, PeerChallenge, ScrLetter
from scr.rules.deciding import Decider
from scr.rules.stages import Act, Stage
from scr.standing import Standing, standings

# A chair who has not answered is asked again; our own reminder.
ASK_AGAIN_DAYS = 28


def to(name: str, case: Case, *more: Any) -> str:
    """Return the address of a page of a case."""
    return reverse(f"scr:{name}", args=[case.reference, *more])


def work(user, today: date) -> list[WorkItem]:
    """Return what waits for `user`: positions, recommendations, decisions, letters, answers."""
    return [*_group(user), *_deciding(user), *_told(user), *_letters(user), *_challenges(user)]


def _standings(user, action: str) -> list[tuple[Case, Standing]]:
    cases = list(
        access.visible_to(user, action)
        .filter(merged_into=None)
        .exclude(scr_state__in=("", Case.ScrState.PUBLISHED))
        .order_by("reference")
    )
    found = standings([case.pk for case in cases])
    return [(case, found[case.pk]) for case in cases]


def due_days(cases: list[Case]) -> dict[Any, date]:
    """Return by case the day on which the decision falls due."""
    rows = Clock.objects.filter(
        case__in=[case.pk for case in cases],
        rule__endswith=f".{DECISION_CLOCK}",
        met_on=None,
        stopped_on=None,
    )
    return dict(rows.values_list("case", "due_on"))


def _group(user) -> list[WorkItem]:
    drafts = [pair for pair in _standings(user, "give_position") if pair[1].may(Act.GIVE_POSITION)]
    due = due_days([case for case, _ in drafts])
    kept = not_judging([case.pk for case, _ in drafts])
    rows = [found.recommendation.pk for _, found in drafts if found.recommendation]
    spoken = set(
        MemberPosition.objects.filter(recommendation__in=rows, user=user).values_list(
            "recommendation", flat=True
        )
    )
    items = [
        WorkItem(
            key=f"position {case.reference}",
            task="Say whether you agree with the drafted recommendation",
            url=to("give_position", case),
            reference=case.reference,
            due_on=due.get(case.pk),
            why="Whoever decides reads each member’s position.",
        )
        for case, found in drafts
        if found.recommendation
        and found.recommendation.pk not in spoken
        and not {user.pk, user.agency_id} & kept.get(case.pk, set())
    ]
    leading = [
        pair
        for pair in _standings(user, "make_recommendation")
        if pair[1].stage
        in (Stage.ASSESSED, Stage.ASSESSED_AGAIN, Stage.DRAFTED, Stage.DRAFTED_AGAIN)
        or _information_is_due(pair[1])
    ]
    due = due_days([case for case, _ in leading])
    return items + [
        WorkItem(
            key=f"recommend {case.reference}",
            task="Make the drafted recommendation"
            if found.may(Act.MAKE)
            else "Draft the group’s recommendation",
            url=to("view_recommendation", case),
            reference=case.reference,
            due_on=due.get(case.pk) or _deferred_until(found),
            why="The information it waited for is due." if _information_is_due(found) else "",
        )
        for case, found in leading
    ]


def _deferred_until(found: Standing) -> date | None:
    return found.on_this[-1].defer_until if found.stage == Stage.DEFERRED else None


def _information_is_due(found: Standing) -> bool:
    until = _deferred_until(found)
    return until is not None and until <= timezone.localdate()


def _deciding(user) -> list[WorkItem]:
    own = [
        (case, found, Decider.CHAIR)
        for case, found in _standings(user, "decide_scr")
        if found.decider == Decider.CHAIR
        and found.stage in (Stage.RECOMMENDED, Stage.RECOMMENDED_AGAIN)
    ]
    capacity = capacity_of(user)
    own += [
        (case, found, Decider.PARTNERS)
        for case, found in _standings(user, "decide_local_review")
        if found.decider == Decider.PARTNERS
        and capacity
        and found.stage in (Stage.RECOMMENDED, Stage.PARTLY_DECIDED, Stage.RECOMMENDED_AGAIN)
        and capacity not in found.partners
    ]
    due = due_days([case for case, _, _ in own])
    return [
        WorkItem(
            key=f"decide {case.reference}",
            task="Decide on the group’s recommendation",
            url=to("view_decision", case),
            reference=case.reference,
            due_on=due.get(case.pk),
            why="Nobody else can.",
        )
        for case, _, _ in own
    ]


def _told(user) -> list[WorkItem]:
    cases = access.visible_to(user, "record_scr_told").filter(merged_into=None)
    duties = NotificationDuty.objects.filter(
        case__in=cases.values("pk"), duty__contains=".", state=NotificationDuty.State.OPEN
    ).select_related("case")
    items = []
    for duty in duties.order_by("due_on", "id"):
        items.append(
            WorkItem(
                key=f"told {duty.pk}",
                task="Tell the family, and record it"
                if FAMILY in duty.duty
                else "Tell the national bodies, and record it",
                url=to("view_scr_told", duty.case),
                reference=duty.case.reference,
                due_on=duty.due_on,
                why=f"{duty.who_must} must.",
            )
        )
    return items


def _letters(user) -> list[WorkItem]:
    cases = access.visible_to(user, "record_scr_letter_sent").filter(merged_into=None)
    waiting = ScrLetter.objects.filter(case__in=cases.values("pk"), sent_on=None)
    return [
        WorkItem(
            key=f"scr letter {one.pk}",
            task=f"Send the letter to: {one.get_to_display().lower()}"
            if one.released_at
            else f"Read and release the letter to: {one.get_to_display().lower()}",
            url=to("view_scr_told", one.case),
            reference=one.case.reference,
        )
        for one in waiting.select_related("case").order_by("drafted_at", "id")
    ]


def _challenges(user) -> list[WorkItem]:
    cases = access.visible_to(user, "answer_peer_challenge").filter(merged_into=None)
    waiting = PeerChallenge.objects.filter(case__in=cases.values("pk"), answered_on=None)
    return [
        WorkItem(
            key=f"challenge {one.pk}",
            task="Record what the other area’s chair thought",
            url=to("answer_peer_challenge", one.case, one.pk),
            reference=one.case.reference,
            due_on=one.asked_on + timedelta(days=ASK_AGAIN_DAYS),
            waiting_for="another area’s chair",
        )
        for one in waiting.select_related("case").order_by("asked_on", "id")
    ]


def meetings(user, today: date) -> list[WorkItem]:
    """Return the group's meetings whose attendance is still to be recorded."""
    waiting = GroupMeeting.objects.filter(
        board__in=boards_of(user, Role.BOARD_MANAGER),
        state=GroupMeeting.State.PLANNED,
        held_on__lt=today,
    )
    return [
        WorkItem(
            key=f"scr meeting {one.pk}",
            task="Record who came to the SCR group’s meeting",
            url=reverse("scr:record_scr_attendance", args=[one.pk]),
            due_on=one.held_on,
            why="The quorum of each case is counted from it.",
        )
        for one in waiting.order_by("held_on")
    ]


def register() -> None:
    """Add the above to *Your work*."""
    registries.work_items += [work, meetings]
