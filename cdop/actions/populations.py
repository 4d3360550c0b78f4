"""How many children live in an area, as somebody entered it with its source."""

from django.utils import timezone

from casereview.models import Board, Population
from casereview.records import change
from casereview.rules.return_year import ReturnYear


def enter_population(
    *, board: Board, year: ReturnYear, group: str, number: int, source: str, by
) -> Population:
    """Enter the population of a group in a board's area in a year, or put it right."""
    row = Population.objects.filter(board=board, year=year.ends_in, group=group).first()
    if row is None:
        row = Population(board=board, year=year.ends_in, group=group)
    row.number, row.source = number, source
    row.entered_by, row.entered_at = by, timezone.now()
    with change("enter_population", by=by) as written:
        written.save(row, subject=True)
        written.subject = row
    return row
