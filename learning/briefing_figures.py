"""What a briefing says was seen: five years of one theme, as its readers may be given it.

Two counts, which are never added to one another: completed reviews with the theme, and near
misses. How much was learned is not counted: a briefing tells some of it, and whoever counts the
lines would know a small number.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from casereview.rules.linked_tables import Line, LinkedTable
from casereview.rules.release_gate import Settled
from casereview.rules.return_year import ReturnYear
from learning import near_misses, report_figures
from learning.counted_as import counted_as
from learning.models import Briefing, Theme
from learning.report_figures import About
from learning.theme_reviews import ThemeReviews

REVIEWS, NEAR_MISSES = "reviews_of_theme", "near_misses"
ROWS = (
    (REVIEWS, "Completed reviews of deaths with this theme"),
    (NEAR_MISSES, "Near misses that agencies reported"),
)


def about(briefing: Briefing) -> About:
    """Return whose briefing it is: the panel, the last year, and the boards it serves."""
    return report_figures.about(briefing.panel, ReturnYear(briefing.year))


def codes_of(theme: Theme) -> tuple[str, ...]:
    """Return the code of a theme and those of every theme that was merged into it."""
    return (theme.code, *sorted(code for code, into in counted_as().items() if into == theme.code))


def tables(briefing: Briefing) -> list[LinkedTable]:
    """Return the two counts by year as linked tables, whole, with the parts the gate needs."""
    of, codes = about(briefing), codes_of(briefing.theme)
    reviews = ThemeReviews.of_cover(of, report_figures.YEARS)
    found = reviews.by_year(briefing.theme, of.five_years, key=REVIEWS, title=dict(ROWS)[REVIEWS])
    counted: Counter[tuple[str, int]] = Counter()
    for code, day, number in _near_misses(of, codes):
        counted[code, ReturnYear.containing(day).ends_in] += number
    found.append(_table(of, NEAR_MISSES, codes, counted, given=True))
    if len(codes) > 1:
        found += [_table(of, NEAR_MISSES, (code,), counted, given=False) for code in codes]
    return found


def _table(
    of: About,
    measure: str,
    codes: tuple[str, ...],
    counted: Counter[tuple[str, int]],
    *,
    given: bool,
) -> LinkedTable:
    cover = of.five_years
    return LinkedTable(
        key=measure,
        title=dict(ROWS)[measure],
        measure=measure,
        rows_by="year",
        rows=tuple(Line(year.slug, (str(year.ends_in),)) for year in cover.years),
        counts=tuple((sum(counted[code, year.ends_in] for code in codes),) for year in cover.years),
        where=(*cover.where, ("theme", codes)),
        given=given,
        may_join_rows=False,
    )


def _days(of: About) -> tuple[date, date]:
    years = of.five_years.years
    return years[0].first_day, years[-1].last_day


def _near_misses(of: About, codes: tuple[str, ...]) -> Iterable[tuple[str, date, int]]:
    found = near_misses.taken_in(of.panel).filter(theme__in=codes, learned_on__range=_days(of))
    return found.values_list("theme", "learned_on", "events")


def drawn(settled: Settled) -> dict[str, Any]:
    """Return the counts as texts: only what may be given, ready to be kept."""
    symbol = settled.profile.symbol
    shown = {one.table.key: one for one in settled.shown}
    first = next(iter(shown.values())).table
    rows = []
    for measure, words in ROWS:
        # The rows of one column: the total stands last.
        cells = [line[0] for line in shown[measure].grid]
        rows.append([words, *(symbol if one is None else f"{one:,}" for one in cells)])
    return {
        "columns": ["Year to 31 March", *(line.label for line in first.rows), "All"],
        "rows": rows,
        "legend": settled.profile.legend,
    }
