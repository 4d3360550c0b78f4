"""An agency's answer before a panel: what it has learned or done, or nothing."""

from collections.abc import Collection

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.cases import new_reference
from casereview.actions.seen import as_seen
from casereview.models import Case, LearningPoint, Meeting
from casereview.records import Change, change
from casereview.rules.references import Kind
from cdop.agency_learning import Learned
from learning.models import AgencyUpdate
from learning.naming import refuse_names_of

Answer = AgencyUpdate.Answer


def answer_agency_update(
    *,
    update: AgencyUpdate,
    answer: str,
    by,
    text: str = "",
    confirmed: Collection[Learned] = (),
    version: int | None = None,
) -> AgencyUpdate:
    """Record what an agency says; what it confirms of its own reports is proposed as learning.

    A proposal is still text of its case: it is reworded before it is taken in.

    Raises:
        NotAllowed: no answer, nothing said where something was learned, the meeting is over, or
            the text names somebody of a case on the agenda.
        Conflict: somebody else answered since the page was shown.
    """
    if answer not in (Answer.NOTHING, Answer.SOMETHING):
        raise NotAllowed("Select whether something was learned or done")
    if answer == Answer.SOMETHING and not text.strip() and not confirmed:
        raise NotAllowed("Enter what was learned or done, or confirm something below")
    if answer == Answer.NOTHING and (text.strip() or confirmed):
        raise NotAllowed("Select that something was learned or done, or take out the text")
    meeting = update.meeting
    if meeting.state != Meeting.State.PLANNED or meeting.held_on < timezone.localdate():
        raise NotAllowed("The meeting is over: the answer stays as it was")
    refuse_names_of(Case.objects.filter(agenda_items__meeting=meeting), text)
    as_seen(update, version)
    with change("answer_agency_update", by=by) as written:
        update.answer, update.text = answer, text.strip() or None
        update.confirmed = [*update.confirmed, *(one.key for one in confirmed)]
        update.answered_by, update.answered_at = by, timezone.now()
        written.save(update, subject=True)
        written.detail.update(answer=answer, confirmed=len(confirmed))
    for one in confirmed:
        with change("answer_agency_update", by=by, case=one.case) as written:
            _propose(written, update, one)
    return update


def _propose(written: Change, update: AgencyUpdate, one: Learned) -> None:
    today = timezone.localdate()
    written.save(
        LearningPoint(
            reference=new_reference(Kind.LEARNING_POINT, today.year),
            case=one.case,
            board=one.case.reviewing_board,
            source=LearningPoint.Source.AGENCY,
            state=LearningPoint.State.PROPOSED,
            learned_on=today,
            statement=one.text,
            raised_by_agency=update.agency,
            recorded_by=written.by,
            recorded_at=timezone.now(),
        ),
        subject=True,
    )
