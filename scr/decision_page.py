"""What the pages of recommendation and decision show: everything the decision rests on, at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from casereview import access, keys
from casereview.models import Case, NotificationDuty
from casereview.rules.due import clock_words
from scr.actions.deciding import DECISION_CLOCK, PANEL_CLOCK, capacity_of, notified
from scr.actions.recommending import count, positions_of
from scr.clocks import rule_of
from scr.criteria_files import framework_named
from scr.group_quorum import agencies_present, conflicts, not_judging
from scr.models import CriteriaAssessment, Decision, GroupRecommendation
from scr.options import methodologies, option, option_label, options
from scr.rules.criteria import label
from scr.rules.deciding import PARTNERS, Decider, differ
from scr.rules.options import Option, decidable, departs, recommendable
from scr.rules.register import lines_that_hold
from scr.rules.stages import WORDS, Act, Stage
from scr.signatures import genuine
from scr.standing import Standing, standing

TRUTHS = {True: "met", False: "not met", None: "not known"}
JUDGED = {"met": "Met", "not_met": "Not met", "not_known": "Not known"}
CAPACITIES = dict(Decision.Capacity.choices)


def basis(case: Case, today: date, *, deciding: bool = False) -> dict[str, Any]:
    """Return all that a decision rests on: the tool, the recommendation, dissent, the clock.

    For the group it is what it works on now; where one is `deciding`, what a decision answers.
    """
    keys.prefetch("case", [case.pk])
    found = standing(case)
    name = found.decided_by_edition if deciding else found.edition
    edition = framework_named(name) if name else None
    row = found.answered if deciding and found.answered else found.recommendation
    assessment = row.assessment if deciding and row else found.assessment
    return {
        "standing": found,
        "stage": WORDS[found.stage],
        "edition": edition,
        "chair_decides": found.decider == Decider.CHAIR,
        "tool": tool(assessment),
        "recommendation": recommendation(row),
        "clock": clock(case, name, today),
        "choices": [
            {"option": each, "departs": _departs(each, row)}
            for each in (decidable(options(), edition.id) if edition else ())
        ],
    }


def tool(assessment: CriteriaAssessment | None) -> dict[str, Any] | None:
    """Return what the decision tool said of a locked assessment, with every line that holds."""
    if assessment is None or assessment.locked_at is None:
        return None
    framework = framework_named(assessment.framework)
    known = known_answers(assessment)
    criteria: Mapping[str, bool | None] = (assessment.result or {}).get("criteria", {})
    return {
        "outcome": label(framework, assessment.outcome),
        "lines": lines_that_hold(
            framework, known, assessment.outcome, label(framework, assessment.outcome)
        )[1:],
        "criteria": [
            {
                "label": each.label,
                "paragraph": each.paragraph,
                "confirmed": each.confirmed,
                "truth": TRUTHS[criteria.get(each.id)].capitalize(),
            }
            for each in framework.criteria
        ],
        "reasons": (assessment.result or {}).get("reasons", []),
        "missing": [
            framework.question(name).text for name in (assessment.result or {}).get("missing", [])
        ],
        "locked_on": assessment.locked_at,
        "locked_by": assessment.locked_by,
        "framework": framework,
        "key": assessment.pk,
    }


def tool_says(assessment: CriteriaAssessment | None) -> dict[str, str]:
    """Return by criterion what the tool said, in words."""
    said = (assessment.result or {}).get("criteria", {}) if assessment else {}
    return {criterion: TRUTHS[truth] for criterion, truth in said.items()}


def known_answers(assessment: CriteriaAssessment) -> dict[str, str]:
    """Return the answers a locked assessment read, by question, without those not known."""
    kept = assessment.answers or {}
    return {name: said["value"] for name, said in kept.items() if said["value"] != "not_known"}


def recommendation(row: GroupRecommendation | None) -> dict[str, Any] | None:
    """Return a recommendation with the positions of the members, dissent first."""
    if row is None:
        return None
    positions = positions_of(row)
    board = row.assessment.referral.board
    return {
        "row": row,
        "agencies": agencies_present(row.meeting, row.case) if row.meeting else [],
        "conflicts": conflicts(row.case, board, row.made_at or timezone.now()),
        "label": option_label(row.recommended),
        "methodology": dict(methodologies()).get(row.methodology, ""),
        "positions": positions,
        "dissent": sum(one.position == "dissent" for one in positions),
        "quorum": row.quorum if row.made_at else count(row),
    }


def clock(case: Case, edition: str, today: date) -> dict[str, Any] | None:
    """Return the time limit of the decision, how it stands and how it was worked out."""
    if not edition:
        return None
    rule = rule_of(framework_named(edition), DECISION_CLOCK)
    found = case.clocks.filter(rule=rule).first()
    if found is None:
        return None
    _, words = clock_words(found.due_on, found.met_on, found.stopped_on, today)
    return {"words": words, "worked_out": found.worked_out}


def _departs(each: Option, row: GroupRecommendation | None) -> bool:
    return row is not None and each.code != row.recommended


def offered(found: Standing) -> list[dict[str, Any]]:
    """Return what a group may recommend, each with whether it would depart from the tool."""
    outcome = found.assessment.outcome if found.assessment else ""
    return [
        {"option": each, "departs": departs(each, outcome)}
        for each in recommendable(options(), found.edition)
    ]


def decisions(case: Case, found: Standing) -> list[dict[str, Any]]:
    """Return every decision, the latest first, its signature checked, with advice and challenge."""
    advice: dict[Any, list] = {}
    for row in case.national_advice.select_related("recorded_by").order_by("advised_on", "id"):
        advice.setdefault(row.decision_id, []).append(row)
    challenges: dict[Any, list] = {}
    asked = case.peer_challenges.select_related("challenger_board", "asked_by")
    for view in asked.order_by("asked_on", "id"):
        challenges.setdefault(view.decision_id, []).append(view)
    return [
        {
            "row": each,
            "label": option_label(each.decided),
            "capacity": CAPACITIES[each.capacity],
            "criteria": judged(each),
            "genuine": genuine(each),
            "further": each.earlier_id is not None,
            "advice": advice.get(each.pk, []),
            "challenges": challenges.get(each.pk, []),
        }
        for each in reversed(found.decisions)
    ]


def judged(decision: Decision) -> list[dict[str, str]]:
    """Return each criterion in the decider's own judgement."""
    framework = framework_named(decision.framework)
    said = decision.criteria or {}
    return [
        {"label": each.label, "said": JUDGED.get(said.get(each.id, ""), "Not judged")}
        for each in framework.criteria
    ]


def partners(found: Standing) -> dict[str, Any]:
    """Return how far the three partners are, and whether they differ."""
    said = found.partners
    return {
        "rows": [
            {"who": CAPACITIES[one], "said": option_label(said[one]) if one in said else ""}
            for one in PARTNERS
        ],
        "differ": differ(said),
        "joint": option_label(found.decided) if found.decided else "",
        "notified": notified(found),
    }


def national(case: Case, found: Standing) -> dict[str, Any] | None:
    """Return the authority's notification to the national Panel where the edition asks for one."""
    if found.referral is None:
        return None
    edition = framework_named(found.referral.notifying_framework or found.referral.framework)
    if not any(each.id == PANEL_CLOCK for each in edition.clocks):
        return None
    duties = NotificationDuty.objects.filter(
        case=case, duty=rule_of(edition, PANEL_CLOCK)
    ).order_by("due_on")
    return {"edition": edition, "duty": duties.first()}


def waits(found: Standing) -> bool:
    """Tell whether a recommendation waits for its decision, rather than one that may follow."""
    return found.stage in (Stage.RECOMMENDED, Stage.RECOMMENDED_AGAIN, Stage.PARTLY_DECIDED)


def may_decide(user, case: Case, found: Standing) -> str:
    """Return the action by which `user` decides now; empty where it is not their turn."""
    if not (found.may(Act.DECIDE) or found.may(Act.DECIDE_AGAIN)) or found.answered is None:
        return ""
    if found.decider == Decider.CHAIR:
        return "decide_scr" if access.can(user, "decide_scr", case) else ""
    own = access.can(user, "decide_local_review", case) and capacity_of(user)
    return "decide_local_review" if own and notified(found) else ""


def may_give_position(user, case: Case, found: Standing) -> bool:
    """Tell whether `user` may give a position: a member who does not merely inform."""
    if not found.may(Act.GIVE_POSITION) or not access.can(user, "give_position", case):
        return False
    return not {user.pk, user.agency_id} & not_judging([case.pk]).get(case.pk, set())


def seen_key(found: Standing, capacity: str) -> str:
    """Return the key of the decision a page is shown over; empty where there is none."""
    latest = found.latest(capacity)
    return str(latest.pk) if latest else ""


def recommended_label(found: Standing) -> str:
    """Return what the group recommended, in words."""
    return option(found.recommendation.recommended).label if found.recommendation else ""
