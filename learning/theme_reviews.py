"""Completed reviews by theme, as linked tables that know their place among all other figures.

A review carries a theme when a line of its grid was coded with it. For each theme the reviews of
every statistic are told apart into those with it and those without: so whatever is given of a
theme, in a briefing or to other areas, is reckoned with together, and with the number of reviews.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from casereview.rules.linked_tables import Line, LinkedTable
from casereview.rules.output_profiles import Audience
from cdop import statistics
from cdop.models import FactorFinding
from cdop.rules.annual_return import ReviewedDeath
from cdop.rules.statistics_tables import REVIEWS, Cover, reviewed_in
from learning.counted_as import counted_as
from learning.models import Theme
from learning.report_figures import About

_WITH = ("with",)
_ROWS = (Line("Reviews with the theme", _WITH), Line("Reviews without it", ("without",)))


@dataclass(frozen=True)
class ThemeReviews:
    """The reviews of some boards and years, and which of them carry which theme."""

    deaths: tuple[ReviewedDeath, ...]
    carrying: Mapping[str, frozenset[str]]  # theme → references of cases
    # What was told apart once.
    known: dict[Cover, frozenset[str]] = field(default_factory=dict, compare=False)

    @classmethod
    def of_cover(cls, of: About, years: int) -> "ThemeReviews":
        """Read the reviews of an area up to its year, in a constant number of queries."""
        asked = of.asked(years, Audience.PUBLIC)
        cover = asked.cover
        return cls(tuple(reviewed_in(statistics.deaths_of(asked), cover)), _carrying(cover))

    def rows(self, cover: Cover) -> frozenset[str]:
        """Return the references of the reviews of some boards and years."""
        if cover not in self.known:
            self.known[cover] = frozenset(one.row for one in reviewed_in(self.deaths, cover))
        return self.known[cover]

    def split(self, theme: Theme, cover: Cover) -> LinkedTable:
        """Return the reviews with a theme, and those without."""
        every = self.rows(cover)
        found = len(every & self.carrying.get(theme.code, frozenset()))
        return LinkedTable(
            key=theme.code,
            title=theme.name,
            measure=REVIEWS,
            rows_by=_dimension(theme),
            rows=_ROWS,
            counts=((found,), (len(every) - found,)),
            where=cover.where,
            may_join_rows=False,
            tells_size=True,
        )

    def by_year(self, theme: Theme, cover: Cover, *, key: str, title: str) -> list[LinkedTable]:
        """Return the reviews with a theme year by year, with the parts that the gate needs."""
        mine = self.carrying.get(theme.code, frozenset())

        def table(boards: tuple[str, ...]) -> LinkedTable:
            of = Cover(boards, cover.years)
            counts = [
                len(
                    mine & {death.row for death in reviewed_in(self.deaths, Cover(boards, (year,)))}
                )
                for year in of.years
            ]
            return LinkedTable(
                key=key,
                title=title,
                measure=REVIEWS,
                rows_by="year",
                rows=tuple(Line(year.slug, (str(year.ends_in),)) for year in of.years),
                counts=tuple((number,) for number in counts),
                where=(*of.where, (_dimension(theme), _WITH)),
                may_join_rows=False,
            )

        single = [(board,) for board in cover.boards] if len(cover.boards) > 1 else []
        return [
            table(cover.boards),
            *(table(boards).as_parts() for boards in single),
            self.split(theme, cover).as_parts(),
            *self.parts(theme, cover),
        ]

    def parts(self, theme: Theme, cover: Cover) -> list[LinkedTable]:
        """Return the single years and boards of what is told apart by a theme; never given."""
        return [self.split(theme, part).as_parts() for part in cover.parts]


def _dimension(theme: Theme) -> str:
    return f"theme {theme.code}"


def _carrying(cover: Cover) -> dict[str, frozenset[str]]:
    """Return by theme the references of the cases whose completed review carries it.

    What was coded with a theme that was merged since counts for the one it was merged into.
    """
    now = counted_as()
    rows = FactorFinding.objects.exclude(theme="").filter(
        review__first_completed_on__range=(cover.years[0].first_day, cover.years[-1].last_day),
        case__residence_board__code__in=cover.boards,
    )
    found: dict[str, set[str]] = {}
    for theme, reference in rows.values_list("theme", "case__reference").distinct().order_by():
        found.setdefault(now.get(theme, theme), set()).add(reference)
    return {theme: frozenset(references) for theme, references in found.items()}
