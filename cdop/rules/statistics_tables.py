"""Statistics of a panel as linked tables: reviews completed by what they were, deaths by year."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from casereview.rules.linked_tables import Conditions, Line, LinkedTable
from casereview.rules.return_year import ReturnYear
from cdop.rules.annual_return import OUTCOMES, ReviewedDeath

REVIEWS, DEATHS = "reviews", "deaths"
# What is in none of a list's codes, or blank.
NOT_KNOWN = "NOT_KNOWN"
# The first age group ends where the neonatal group does: one figure, named by its age.
FIRST_AGES = ("A1",)


@dataclass(frozen=True)
class Breakdown:
    """A way to tell reviews apart: its lines, and which one a death belongs to.

    What belongs to no line is not known: a line of its own, left out where there is none.
    """

    key: str
    title: str
    lines: tuple[Line, ...]
    read: Callable[[ReviewedDeath], str]

    def by_single_codes(self) -> "Breakdown":
        """Return the same with a line for each code."""
        codes = (code for line in self.lines for code in line.codes)
        return replace(self, lines=tuple(Line(code, (code,)) for code in codes))


@dataclass(frozen=True)
class Cover:
    """Whose residents are counted, and in which years."""

    boards: tuple[str, ...]
    years: tuple[ReturnYear, ...]

    @property
    def where(self) -> Conditions:
        """Return the conditions of every table of these boards and years."""
        return (
            ("board", tuple(sorted(self.boards))),
            ("year", tuple(str(year.ends_in) for year in self.years)),
        )

    @property
    def parts(self) -> "list[Cover]":
        """Return the single years, the single boards, and each board in each year."""
        found = []
        if len(self.years) > 1:
            found += [Cover(self.boards, (year,)) for year in self.years]
        if len(self.boards) > 1:
            found += [Cover((board,), self.years) for board in self.boards]
        if len(self.years) > 1 and len(self.boards) > 1:
            found += [Cover((b,), (year,)) for b in self.boards for year in self.years]
        return found


def reviewed_in(deaths: Iterable[ReviewedDeath], cover: Cover) -> list[ReviewedDeath]:
    """Return the reviews first completed in these years, of residents of these boards."""
    boards = set(cover.boards)
    return [
        death
        for death in deaths
        if not death.not_for_review
        and death.residence_board in boards
        and death.completed_on is not None
        and any(death.completed_on in year for year in cover.years)
    ]


def died_in(deaths: Iterable[ReviewedDeath], cover: Cover) -> list[ReviewedDeath]:
    """Return the deaths in these years of residents of these boards; all that are known of."""
    boards = set(cover.boards)
    return [
        death
        for death in deaths
        if not death.not_for_review
        and death.residence_board in boards
        and any(death.died_on in year for year in cover.years)
    ]


def by_outcome(
    deaths: Sequence[ReviewedDeath],
    cover: Cover,
    breakdowns: Iterable[Breakdown],
    outcomes: Mapping[str, str],
    *,
    joined: str = "",
) -> list[LinkedTable]:
    """Return the reviews of a cover by each breakdown and outcome, with all their parts.

    A review whose outcome is not written down is counted in a column of its own, where there are
    any. With `joined` all outcomes but the first stand together under that label: those with too
    little information are so few that they would hide the others. They remain as parts.
    """
    chosen = list(breakdowns)
    # Other figures may tell apart what a line here counts together, as the annual return does.
    apart = [one.by_single_codes() for one in chosen if any(len(a.codes) > 1 for a in one.lines)]
    every = reviewed_in(deaths, cover)
    single = _columns(every, outcomes)
    together = (
        single[0],
        Line(joined, tuple(code for line in single[1:] for code in line.codes)),
    )
    shown = together if joined else single
    tables = [_by_outcome(every, cover, each, shown, given=True) for each in chosen]
    tables += [_by_outcome(every, cover, each, single, given=False) for each in apart]
    if joined:
        tables += [_by_outcome(every, cover, each, single, given=False) for each in chosen]
    for part in cover.parts:
        rows = reviewed_in(every, part)
        for columns in (together, single) if joined else (single,):
            tables += [_by_outcome(rows, part, each, columns, given=False) for each in chosen]
        tables += [_by_outcome(rows, part, each, single, given=False) for each in apart]
    return tables


def by_year(
    deaths: Sequence[ReviewedDeath], cover: Cover, bands: Sequence[Line]
) -> list[LinkedTable]:
    """Return the deaths of each year by groups of ages, with the single boards as parts.

    A death at an age that is not known is counted in a column of its own, where there are any.
    """
    known = {code for line in bands for code in line.codes}

    def age(death: ReviewedDeath) -> str:
        return death.age_band if death.age_band in known else NOT_KNOWN

    every = died_in(deaths, cover)
    columns = [*bands]
    if any(age(death) == NOT_KNOWN for death in every):
        columns.append(Line("Age not known", (NOT_KNOWN,)))

    def table(of: Cover, given: bool) -> LinkedTable:
        died = [died_in(every, Cover(of.boards, (year,))) for year in of.years]
        return LinkedTable(
            key="deaths",
            title="Deaths by year",
            measure=DEATHS,
            rows_by="year",
            rows=tuple(Line(year.slug, (str(year.ends_in),)) for year in of.years),
            counts=tuple(
                tuple(sum(age(one) in column.codes for one in those) for column in columns)
                for those in died
            ),
            where=of.where,
            columns_by="age",
            columns=tuple(columns),
            given=given,
            may_join_rows=False,
        )

    singles = [Cover((board,), cover.years) for board in cover.boards]
    parts = [table(one, False) for one in singles] if len(singles) > 1 else []
    return [table(cover, True), *parts]


def of_year_or_board(
    deaths: Sequence[ReviewedDeath],
    cover: Cover,
    outcomes: Mapping[str, str],
    boards: Mapping[str, str],
) -> list[LinkedTable]:
    """Return the reviews of each year and, of several boards, of each board, by outcome."""
    every = reviewed_in(deaths, cover)
    columns = _columns(every, outcomes)
    years = tuple(Line(year.slug, (str(year.ends_in),)) for year in cover.years)
    tables = [
        _table(
            "year",
            "By year",
            "year",
            years,
            columns,
            cover,
            [reviewed_in(every, Cover(cover.boards, (year,))) for year in cover.years],
        )
    ]
    if len(cover.boards) > 1:
        lines = tuple(Line(boards.get(board, board), (board,)) for board in cover.boards)
        rows = [reviewed_in(every, Cover((board,), cover.years)) for board in cover.boards]
        tables.append(_table("board", "By board", "board", lines, columns, cover, rows))
    return tables


def _columns(deaths: Iterable[ReviewedDeath], outcomes: Mapping[str, str]) -> tuple[Line, ...]:
    found = [Line(outcomes[code], (code,)) for code in OUTCOMES]
    if any(death.outcome not in OUTCOMES for death in deaths):
        found.append(Line("Not written down", (NOT_KNOWN,)))
    return tuple(found)


def _by_outcome(
    deaths: Sequence[ReviewedDeath],
    cover: Cover,
    breakdown: Breakdown,
    columns: tuple[Line, ...],
    *,
    given: bool,
) -> LinkedTable:
    lines = (*breakdown.lines, Line("Not known", (NOT_KNOWN,)))
    known = {code for line in breakdown.lines for code in line.codes}
    rows: dict[str, list[ReviewedDeath]] = {line.codes[0]: [] for line in lines}
    first = {code: line.codes[0] for line in lines for code in line.codes}
    for death in deaths:
        code = breakdown.read(death)
        rows[first[code if code in known else NOT_KNOWN]].append(death)
    return _table(
        breakdown.key,
        breakdown.title,
        breakdown.key,
        lines,
        columns,
        cover,
        list(rows.values()),
        given=given,
    )


def _table(
    key: str,
    title: str,
    rows_by: str,
    lines: tuple[Line, ...],
    columns: tuple[Line, ...],
    cover: Cover,
    rows: Sequence[Sequence[ReviewedDeath]],
    *,
    given: bool = True,
) -> LinkedTable:
    def count(deaths: Sequence[ReviewedDeath], column: Line) -> int:
        return sum(
            (death.outcome if death.outcome in OUTCOMES else NOT_KNOWN) in column.codes
            for death in deaths
        )

    return LinkedTable(
        key=key,
        title=title,
        measure=REVIEWS,
        rows_by=rows_by,
        rows=lines,
        counts=tuple(tuple(count(deaths, column) for column in columns) for deaths in rows),
        where=cover.where,
        columns_by="outcome",
        columns=columns,
        given=given,
        may_join_rows=rows_by not in ("year", "board"),
    )
