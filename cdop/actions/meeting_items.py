"""What a panel decides on a case in its meeting, captured as it is said."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from casereview import access, meeting_chair
from casereview import actions as kernel
from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.meeting_quorum import quorum_of
from casereview.models import Action, AgendaItem, Case, Meeting, ParallelProcess
from casereview.records import Change, Conflict, change
from cdop.actions.completing import await_chair_check, complete_panel_review
from cdop.actions.reviewing import begin, refuse_unless_judging
from cdop.actions.standing_review import facts_of, lines_of, review_of
from cdop.models import CheckPoint, DeferralQuestion, PanelReview
from cdop.rules.review_checks import missing

Outcome = AgendaItem.Outcome


@dataclass(frozen=True)
class Asked:
    """A question a panel asks before it goes on, and of whom."""

    question: str
    to: str
    due_on: datetime.date
    agency: Any = None
    to_whom: str = ""


@dataclass(frozen=True)
class Decided:
    """What is captured of one case: the outcome, what goes into the minutes, and what follows."""

    outcome: str = ""
    note: str = ""
    points: Sequence[str] = ()
    check_by: datetime.date | None = None
    questions: Sequence[Asked] = ()
    returns_to: Meeting | None = None
    process: ParallelProcess | None = None


def record_item_outcome(*, item: AgendaItem, by, seen: int | None, decided: Decided) -> AgendaItem:
    """Record how a case leaves a meeting, or only a note while it is still considered.

    `seen` is the version of the item that was shown; None overwrites whatever stands. Recorded as
    completed by the chair, the review is signed; by the manager, it waits for the chair.

    Raises:
        NotAllowed: the minutes are agreed, the quorum is not met, nobody who came may chair the
            case, or something is missing.
        Conflict: somebody else captured something for this case meanwhile.
    """
    case = item.case
    refuse_unless_judging(case, by)
    _refuse_fixed(item)
    if seen is not None and item.version != seen:
        raise Conflict(f"AgendaItem {item.pk}")
    outcome = Outcome(decided.outcome)
    with change("record_item_outcome", by=by, case=case) as written:
        _check(item, outcome, decided, by)
        item.note, item.outcome = decided.note or None, outcome
        written.save(item, subject=True)
        written.subject = item
        written.detail["outcome"] = str(outcome)
        if outcome == Outcome.COMPLETED and access.can(by, "complete_panel_review", case):
            complete_panel_review(case=case, by=by, meeting=item.meeting)
        elif outcome == Outcome.CHAIR_CHECK:
            _name_points(written, item, decided)
        elif outcome == Outcome.DEFERRED:
            _ask(written, item, decided, by)
        elif outcome == Outcome.HELD and decided.process is not None:
            decided.process.hold_review = True
            written.save(decided.process)
    return AgendaItem.objects.select_related("meeting", "case").get(pk=item.pk)


def _refuse_fixed(item: AgendaItem) -> None:
    if item.meeting.held_on > timezone.localdate():
        raise NotAllowed("Choose a meeting whose day has come")
    if kernel.minutes_agreed_on(item.meeting):
        raise NotAllowed("The minutes of this meeting are agreed and stay as they are")
    review = PanelReview.objects.filter(case=item.case_id).first()
    completed_here = review is not None and review.meeting_id == item.meeting_id
    if completed_here and review is not None and review.state == PanelReview.State.COMPLETED:
        raise NotAllowed("Reopen the review first: it is completed")


def _check(item: AgendaItem, outcome: Outcome, decided: Decided, by) -> None:
    if outcome in (Outcome.COMPLETED, Outcome.CHAIR_CHECK):
        counted = quorum_of(item.meeting, [item])[item.pk]
        if not counted.met:
            raise NotAllowed(
                f"Record who came, or defer the case: for this case there are only {counted.words}"
            )
        if meeting_chair.without_chair([item], meeting_chair.chairs_who_came(item.meeting)):
            raise NotAllowed(meeting_chair.NEEDS_DEPUTY)
        review = review_of(item.case)
        if todo := missing(facts_of(review, lines_of(review))):
            raise NotAllowed("; ".join(each.message for each in todo))
    if outcome == Outcome.CHAIR_CHECK:
        if not decided.points and not CheckPoint.objects.filter(item=item).exists():
            raise NotAllowed("Enter at least one point for the chair to check")
        if decided.check_by is None:
            raise NotAllowed("Enter the day by which the chair checks")
    if (
        outcome == Outcome.DEFERRED
        and not decided.questions
        and not DeferralQuestion.objects.filter(item=item).exists()
    ):
        raise NotAllowed("Enter at least one question, and to whom it goes")
    if outcome == Outcome.HELD and not decided.note:
        raise NotAllowed("Enter in the note which process the case waits for")
    if outcome == Outcome.REFERRED_ON and not decided.note:
        raise NotAllowed("Enter in the note to whom the case is referred and why")
    if decided.returns_to is not None:
        if decided.returns_to.panel_id != item.meeting.panel_id:
            raise NotAllowed("Choose a meeting of this panel")
        if decided.returns_to.held_on <= item.meeting.held_on:
            raise NotAllowed("Choose a meeting after this one")
    for asked in decided.questions:
        if asked.due_on < item.meeting.held_on:
            raise NotAllowed("Enter a day for the answer on or after the meeting")


def _name_points(written: Change, item: AgendaItem, decided: Decided) -> None:
    for point in decided.points:
        written.save(CheckPoint(case=item.case, item=item, point=point))
    if decided.check_by is not None:
        await_chair_check(
            case=item.case, by=written.by, meeting=item.meeting, check_by=decided.check_by
        )


def _ask(written: Change, item: AgendaItem, decided: Decided, by) -> None:
    for asked in decided.questions:
        question = DeferralQuestion(
            case=item.case,
            item=item,
            question=asked.question,
            to=DeferralQuestion.To(asked.to),
            agency=asked.agency,
            due_on=asked.due_on,
            returns_to=decided.returns_to,
            recorded_by=by,
        )
        question.to_whom = asked.to_whom or None
        written.save(question)
    back = decided.returns_to
    if back is not None and not AgendaItem.objects.filter(meeting=back, case=item.case).exists():
        kernel.put_on_agenda(meeting=back, case=item.case, by=by, reason="Deferred to this meeting")


def capture_action(
    *, item: AgendaItem, by, text: str, owner=None, agency=None, due_on=None
) -> Action:
    """Capture an action agreed on a case in its meeting.

    Raises:
        NotAllowed: nobody is to do it, it is due before the meeting, or the review is completed.
    """
    case = item.case
    refuse_unless_judging(case, by)
    _refuse_fixed(item)
    if owner is None and agency is None:
        raise NotAllowed("Choose who does it: a person, an agency, or both")
    if due_on is not None and due_on < item.meeting.held_on:
        raise NotAllowed("Enter a due day on or after the meeting")
    with change("record_item_outcome", by=by, case=case) as written:
        review = begin(case)
        action = Action(
            case=case,
            key_id=case.pk,
            meeting=item.meeting,
            text=text,
            owner=owner,
            agency=agency,
            agreed_on=item.meeting.held_on,
            due_on=due_on,
        )
        written.save(action, subject=True)
        if review.action_decision != PanelReview.ActionDecision.ACTIONS:
            review.action_decision = PanelReview.ActionDecision.ACTIONS
            review.action_reason = None
            written.save(review)
    return action


def answer_panel_question(
    *,
    question: DeferralQuestion,
    by,
    answer: str,
    answered_on: datetime.date,
    version: int | None = None,
) -> DeferralQuestion:
    """Record the answer to a question that a panel asked.

    Raises:
        NotAllowed: no answer, or a day before it was asked or after today.
        Conflict: somebody else answered since the page was shown.
    """
    if not answer.strip():
        raise NotAllowed("Enter the answer")
    if not question.item.meeting.held_on <= answered_on <= timezone.localdate():
        raise NotAllowed("Enter a day from the meeting to today")
    with change("answer_panel_question", by=by, case=question.case) as written:
        as_seen(question, version)
        question.answer, question.answered_on = answer, answered_on
        written.save(question)
    return question


def check_points(*, case: Case, by, points: Sequence[CheckPoint]) -> None:
    """Record that the chair has checked points named by the panel.

    Raises:
        NotAllowed: nothing was chosen, or the person judges nothing on this case.
    """
    refuse_unless_judging(case, by)
    if not points:
        raise NotAllowed("Select the points you have checked")
    with change("check_points", by=by, case=case) as written:
        for point in points:
            point.checked_by, point.checked_at = by, timezone.now()
            written.save(point)
