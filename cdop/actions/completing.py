"""Completing a panel review as the panel agreed it, and reopening it with a reason."""

import datetime
from typing import Any

from django.utils import timezone

from casereview import registries
from casereview.actions import NotAllowed
from casereview.actions.cases import new_reference
from casereview.actions.clocks import REVIEW
from casereview.meeting_quorum import quorum_of
from casereview.models import AgendaItem, Case, LearningPoint, Meeting
from casereview.records import Change, change
from casereview.rules.references import Kind
from cdop import codes
from cdop.actions.reviewing import begin, refuse_unless_judging
from cdop.actions.standing_review import actions_of, facts_of, lines_of
from cdop.form_sets import must_move
from cdop.list_versions import version_of
from cdop.models import CheckPoint, FactorFinding, PanelReview
from cdop.rules.review_checks import missing

# What the influence of a factor says of its part in the death; 0 and blank say nothing.
_PART = {"1": "did_not", "1*": "did_not", "2": "may_have", "3": "contributed"}
WITHOUT_QUORUM = (
    "Enter why the review is completed although there was no quorum for it, or no meeting"
)

MOVE_FIRST = (
    "Carry the review over to the analysis form: it was still open when the national database began"
)


def complete_panel_review(
    *,
    case: Case,
    by,
    meeting: Meeting | None = None,
    agreed_on: datetime.date | None = None,
    checked_on: datetime.date | None = None,
    reason: str = "",
) -> PanelReview:
    """Complete a review on the day the panel agreed it, and sign it.

    The day is that of the meeting, or the one typed; agreed subject to the chair's check, it is
    the day of that check. The first completion decides the year of the return for good.

    `reason` says why, where the meeting had no quorum for the case or there was no meeting.

    Raises:
        NotAllowed: something is missing or not yet checked, or the day is before the death,
            before the meeting or after today, or no reason where one is needed.
    """
    refuse_unless_judging(case, by)
    reason = reason.strip()
    with change("complete_panel_review", by=by, case=case, reason=reason) as written:
        review = begin(case)
        item = _agenda_item(case, meeting)
        if not quorate(item):
            if not reason:
                raise NotAllowed(WITHOUT_QUORUM)
            written.detail["without_quorum"] = True
        day = _day_that_counts(case, meeting, agreed_on, checked_on)
        if CheckPoint.objects.filter(case=case, checked_at=None).exists():
            raise NotAllowed("Check the points named by the panel first")
        todo = [each.message for each in missing(facts_of(review, lines_of(review)))]
        if must_move(review, day):
            todo.insert(0, MOVE_FIRST)
        if todo := todo + keeps_open(case):
            raise NotAllowed("; ".join(todo))
        review.state = PanelReview.State.COMPLETED
        review.agreed_on, review.meeting = day, meeting
        review.first_completed_on = review.first_completed_on or day
        review.signed_by, review.signed_at = by, timezone.now()
        written.save(review, subject=True)
        if case.stage != Case.Stage.REVIEWED:
            case.stage = Case.Stage.REVIEWED
            written.save(case)
        if item is not None:
            item.outcome = AgendaItem.Outcome.COMPLETED
            written.save(item)
        for action in actions_of(case):
            if action.state == action.State.OPEN:
                action.agreed_on = min(day, action.due_on or day)
                written.save(action)
        _propose_learning(written, review, day)
        clock = case.clocks.filter(rule=REVIEW, met_on=None).first()
        if clock is not None:
            clock.met_on = day
            written.save(clock)
    return review


def quorate(item: AgendaItem | None) -> bool:
    """Say whether a case had its quorum at a meeting; without a meeting there was none."""
    return item is not None and quorum_of(item.meeting, [item])[item.pk].met


def keeps_open(case: Case) -> list[str]:
    """Return what else must be settled before a case is closed, such as the family's questions."""
    return [line for check in registries.closing_checks for line in check(case)]


def await_chair_check(*, case: Case, by, meeting: Meeting, check_by: datetime.date) -> PanelReview:
    """Record that the panel agreed a review subject to the chair's check, due by a day.

    Raises:
        NotAllowed: the meeting is not of this case, is still to come, or the day is before it.
    """
    refuse_unless_judging(case, by)
    with change("complete_panel_review", by=by, case=case) as written:
        review = begin(case)
        item = _agenda_item(case, meeting)
        if meeting.held_on > timezone.localdate():
            raise NotAllowed("Choose a meeting that has been held")
        if check_by < meeting.held_on:
            raise NotAllowed("Enter a day for the check on or after the meeting")
        review.meeting, review.chair_check_by = meeting, check_by
        written.save(review, subject=True)
        if item is not None:
            item.outcome = AgendaItem.Outcome.CHAIR_CHECK
            written.save(item)
        written.detail["awaits_chair_check"] = True
    return review


def reopen_panel_review(*, case: Case, by, reason: str) -> PanelReview:
    """Reopen a completed review; it stays counted in the year it was first completed.

    Raises:
        NotAllowed: it is not completed, or no reason was given.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the review is reopened")
    with change("reopen_panel_review", by=by, case=case, reason=reason) as written:
        review = PanelReview.objects.select_for_update().filter(case=case).first()
        if review is None or review.state != PanelReview.State.COMPLETED:
            raise NotAllowed("Complete the review first: only a completed review is reopened")
        review.state = PanelReview.State.REOPENED
        review.revision += 1
        review.chair_check_by = None
        if not review.learning:
            # An imported review has its learning in the database only; keep it in hand.
            review.learning = "\n".join(point.statement for point in _standing(case)) or None
        written.save(review, subject=True)
    return review


def _agenda_item(case: Case, meeting: Meeting | None) -> AgendaItem | None:
    if meeting is None:
        return None
    of_case = AgendaItem.objects.filter(case=case, meeting=meeting)
    item = of_case.select_related("meeting__panel").first()
    if item is None:
        raise NotAllowed("Choose a meeting that has this case on its agenda")
    return item


def _day_that_counts(
    case: Case,
    meeting: Meeting | None,
    agreed_on: datetime.date | None,
    checked_on: datetime.date | None,
) -> datetime.date:
    """Return the day of the check, else of the meeting, else the one typed.

    Source: the return counts a review in the year the panel completed it; that the chair's check
    completes it is our own reading.
    """
    agreed = meeting.held_on if meeting else agreed_on
    day = checked_on or agreed
    if day is None:
        raise NotAllowed("Choose the meeting at which the panel agreed, or enter the day")
    if day > timezone.localdate():
        raise NotAllowed("Choose a day that is not after today")
    if checked_on and agreed and checked_on < agreed:
        raise NotAllowed("Enter a day for the check on or after the meeting")
    if case.died_on and day < case.died_on:
        raise NotAllowed("Check the day: it is before the death")
    return day


def _propose_learning(written: Change, review: PanelReview, day: datetime.date) -> None:
    """Propose what the review learned to the learning database; set aside what is gone.

    Each line of the learning is one proposal, and each modifiable factor of the grid another,
    with the theme the panel coded it with: it is not coded twice.
    """
    lines = [line.strip(" \t-•*") for line in (review.learning or "").splitlines()]
    wanted: dict[str, dict[str, Any]] = {line: {} for line in lines if line}
    for factor in lines_of(review):
        if factor.modifiable == "Y":
            statement, facts = said_of_factor(factor)
            wanted[statement] = {**facts, **wanted.get(statement, {})}
    have = {point.statement: point for point in _standing(review.case)}
    for statement, point in have.items():
        if statement not in wanted and point.state == LearningPoint.State.PROPOSED:
            point.state = LearningPoint.State.SET_ASIDE
            written.save(point)
    for statement, facts in wanted.items():
        if statement not in have:
            written.save(
                LearningPoint(
                    reference=new_reference(Kind.LEARNING_POINT, day.year),
                    case=review.case,
                    board=review.case.reviewing_board,
                    source=LearningPoint.Source.PANEL_REVIEW,
                    learned_on=day,
                    statement=statement,
                    recorded_by=written.by,
                    recorded_at=timezone.now(),
                    lists_version=version_of(LearningPoint),
                    **facts,
                )
            )


def said_of_factor(line: FactorFinding) -> tuple[str, dict[str, Any]]:
    """Return what a modifiable factor says as learning: its words, and how it is coded."""
    named = line.modifiable_factor and dict(codes.modifiable_factors()).get(line.modifiable_factor)
    label = named or dict(codes.domain_factors()).get(line.factor, line.factor)
    said = line.note or line.reason
    statement = f"{label}: {said.strip()}" if said else label
    why = "\n".join(filter(None, (line.reason if line.note else "", line.what_would_change)))
    return statement, {
        "theme": line.theme,
        "why_it_matters": why or None,
        "modifiable": "yes",
        "domain": learning_domain(line.factor),
        "contributed": _PART.get(line.influence, ""),
    }


def learning_domain(factor: str) -> str:
    """Return the domain of a factor as learning knows it, which is that of Form C.

    The analysis form's domain C, the physical environment, was part of domain B there.
    """
    return "B" if factor.startswith("C18-") else factor[:1]


def _standing(case: Case) -> list[LearningPoint]:
    return list(
        LearningPoint.objects.filter(case=case, source=LearningPoint.Source.PANEL_REVIEW)
        .exclude(state=LearningPoint.State.SET_ASIDE)
        .order_by("reference")
    )
