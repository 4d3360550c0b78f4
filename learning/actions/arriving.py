"""How learning arrives from elsewhere: near misses of agencies, and a file of earlier years."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.cases import new_reference
from casereview.models import Agency, Board, LearningPoint
from casereview.records import change
from learning.actions.points import Told, kind_of, refuse_muddled, refuse_untold, write

State, Source = LearningPoint.State, LearningPoint.Source


@dataclass(frozen=True)
class EarlierLearning:
    """One row of a file of earlier learning, as it was checked."""

    source: str
    learned_on: date
    told: Told
    raised_by_agency: Agency | None = None


def report_near_miss(
    *, by, agency: Agency, happened_on: date, told: Told, board: Board | None = None
) -> LearningPoint:
    """Report what nearly harmed a child; it waits for the learning lead, who gives it a theme.

    Near misses are a series of their own, with their own references; they are never counted
    among deaths or cases.

    Raises:
        NotAllowed: nothing told, a day to come, or a text that tells who somebody is.
    """
    if happened_on > timezone.localdate():
        raise NotAllowed("Enter a day that is not after today")
    if not told.statement.strip():
        raise NotAllowed("Enter what nearly happened")
    refuse_muddled(told)
    with change("report_near_miss", by=by) as written:
        point = LearningPoint(
            reference=new_reference(kind_of(Source.NEAR_MISS), happened_on.year),
            board=board or agency.board,
            source=Source.NEAR_MISS,
            state=State.PROPOSED,
            learned_on=happened_on,
            raised_by_agency=agency,
            recorded_by=by,
            recorded_at=timezone.now(),
        )
        write(point, told)
        point.kind = LearningPoint.Kind.NEAR_MISS
        written.save(point, subject=True)
    return point


def import_learning(
    *, rows: Sequence[EarlierLearning], board: Board | None, by
) -> list[LearningPoint]:
    """Take earlier learning in, all rows or none; each is marked as captured back.

    Raises:
        NotAllowed: no row, or one that could not be recorded by hand; then none is.
    """
    if not rows:
        raise NotAllowed("Choose a file with a row of learning")
    for row in rows:
        if row.source not in Source.values or row.learned_on > timezone.localdate():
            raise NotAllowed("Check the file again: a source or a day of it is not possible")
        refuse_untold(row.told, None)
    with change("import_learning", by=by) as written:
        points = []
        for row in rows:
            point = LearningPoint(
                reference=new_reference(kind_of(row.source), row.learned_on.year),
                board=board,
                source=row.source,
                state=State.ACCEPTED,
                learned_on=row.learned_on,
                raised_by_agency=row.raised_by_agency,
                back_captured=True,
                recorded_by=by,
                recorded_at=timezone.now(),
            )
            write(point, row.told)
            written.save(point)
            points.append(point)
        written.detail["points"] = len(points)
    return points
