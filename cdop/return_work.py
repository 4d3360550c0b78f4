"""The annual return on *Your work*."""

from datetime import date

from django.urls import reverse

from casereview import access
from casereview.registries import WorkItem
from casereview.rules.return_year import ReturnYear
from cdop import counting, return_templates
from cdop.models import AnnualReturn
from cdop.return_layout import deadline_words, earliest_due
from cdop.rules.return_checks import gaps


def return_to_make(user, today: date) -> list[WorkItem]:
    """Name the last year that has ended with completed reviews and whose return was not frozen."""
    if not access.can(user, "view_return"):
        return []
    scope = counting.scope_of(user, ReturnYear.containing(today).previous)
    completed = counting.completed_by_year(scope)
    ended = [
        year for year in return_templates.years() if year.last_day < today and completed.get(year)
    ]
    if not ended:
        return []
    year = max(ended)
    if AnnualReturn.objects.filter(year=year.ends_in, frozen_at__isnull=False).exists():
        return []
    counted, deaths = counting.count_return(year, scope)
    missing = len(gaps(counted, deaths))
    facts = (
        f"{_reviews(missing)} of {counted.count('AG-01')} completed "
        f"{'has' if missing == 1 else 'have'} something missing."
        if missing
        else "Nothing is missing."
    )
    due_on = earliest_due(counted.template, year)
    taken = " The first of May is taken here." if due_on else ""
    return [
        WorkItem(
            key=f"return {year.ends_in}",
            task=f"Check the annual return for {year} and make the file",
            url=reverse("cdop:view_return", args=[year.ends_in]),
            due_on=due_on,
            why=f"{facts} {deadline_words(counted.template, year)}{taken}",
        )
    ]


def _reviews(number: int) -> str:
    return "1 review" if number == 1 else f"{number} reviews"
