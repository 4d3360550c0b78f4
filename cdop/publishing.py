"""The annual return of a year made fit to publish, whole and for each board."""

from casereview.rules.return_year import ReturnYear
from cdop import counting, return_forms
from cdop.counting import Scope
from cdop.rules.annual_return import tabulate
from cdop.rules.public_return import PublicReturn, publish


def public_return(year: ReturnYear, board: str | None) -> PublicReturn:
    """Return the return of a board, or of everybody (None), as it may be published.

    What is hidden depends on the whole year, not on the part that is asked for: the same figures
    are hidden in each board's file whoever publishes first.

    Raises:
        NoTemplate: there is no template for the year.
        DoesNotAddUp, TooManyFigures, CannotBePublished: it may not be published.
    """
    template = return_forms.template_of(year)
    deaths = counting.reviewed_deaths(year, Scope())
    areas = (None, *sorted(counting.english_boards()))
    returns = {area: tabulate(deaths, year, template, board=area) for area in areas}
    return publish(returns)[board]
