"""Statistics of completed reviews: what is asked for, counted, and how it looks when protected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q

from casereview.charts import Bar, BarChart
from casereview.codes import age_bands, genders
from casereview.codes import code_list as kernel_list
from casereview.models import Board, PanelBoard
from casereview.rules.intervals import wilson
from casereview.rules.linked_tables import Line, LinkedTable
from casereview.rules.output_profiles import Audience, OutputProfile
from casereview.rules.release_gate import Settled, Shown
from casereview.rules.return_year import ReturnYear
from cdop import codes, counting
from cdop.counting import Scope
from cdop.rules.annual_return import GROUPS, ReviewedDeath, duration_band
from cdop.rules.categorisation import Group, group
from cdop.rules.statistics_tables import FIRST_AGES, Breakdown, Cover, by_outcome, reviewed_in
from cdop.rules.waiting import BANDS, notification_band

WORK_OUT = "work_out_statistics"
FIRST_YEAR = 2009
PERIODS = {1: "One year", 3: "Three years together", 5: "Five years together"}
OUTCOMES = {
    "M": "Modifiable factors",
    "N": "No modifiable factors",
    "I": "Too little information",
}
# Reviews with too little information are few, and would hide the other outcomes with them.
JOINED = "None found, or too little information"
DEPRIVATION = "deprivation"
_GROUP_WORDS = {"neonatal": "Neonatal", "expected": "Expected", "unexpected": "Unexpected"}


@dataclass(frozen=True)
class Asked:
    """What a reader asks for: the years up to one, whose residents, and for whom."""

    year: ReturnYear
    years: int
    scope: Scope
    boards: tuple[tuple[str, str], ...]
    audience: Audience

    @property
    def cover(self) -> Cover:
        """The boards and years that are counted."""
        first = self.year.ends_in - self.years + 1
        every = tuple(ReturnYear(ends) for ends in range(first, self.year.ends_in + 1))
        return Cover(tuple(code for code, _ in self.boards), every)

    @property
    def period(self) -> str:
        """The years in words."""
        return period_words(self.cover.years)

    @property
    def area(self) -> str:
        """The boards in words."""
        return ", ".join(name for _, name in self.boards)

    @property
    def title(self) -> str:
        """What the figures are called in a file and in the ledger."""
        return f"Child death reviews completed in {self.period}: {self.area}"

    @property
    def query(self) -> dict[str, str]:
        """What an address carries to ask for the same again."""
        found = {
            "year": str(self.year.ends_in),
            "years": str(self.years),
            "for": str(self.audience),
        }
        return {**found, "board": self.scope.board} if self.scope.board else found


def period_words(years: tuple[ReturnYear, ...]) -> str:
    """Return some years in words: one by its name, several by the first and the last."""
    if len(years) == 1:
        return years[0].slug
    return f"{years[0].slug} to {years[-1].slug}"


def asked_for(user, query, today: date) -> Asked | None:
    """Read what a reader asks for; None where there is no such thing for them.

    Without a year it is the last one that has ended.
    """
    this_year = ReturnYear.containing(today)
    try:
        year = ReturnYear(int(query.get("year", this_year.ends_in - 1)))
        years = int(query.get("years", 1))
        audience = Audience(query.get("for", "panel"))
    except ValueError:
        return None
    if years not in PERIODS or not FIRST_YEAR <= year.ends_in - years + 1 <= year.ends_in:
        return None
    if year > this_year:
        return None
    since = ReturnYear(year.ends_in - years + 1)
    scope = counting.scope_of(user, year, WORK_OUT, since)
    every = boards_of(scope, since, year)
    board = query.get("board", "")
    if board:
        if board not in every:
            return None
        scope = Scope(board, scope.boards)
        every = {board: every[board]}
    return Asked(year, years, scope, tuple(sorted(every.items())), audience)


def boards_of(scope: Scope, since: ReturnYear, until: ReturnYear) -> dict[str, str]:
    """Return code and name of the boards a reader's figures are about: those a panel served."""
    served = PanelBoard.objects.filter(
        Q(until=None) | Q(until__gte=since.first_day), since__lte=until.last_day
    )
    boards = Board.objects.filter(kind=Board.Kind.ENGLISH_BOARD, pk__in=served.values("board"))
    if scope.boards is not None:
        boards = Board.objects.filter(code__in=scope.boards)
    return dict(boards.values_list("code", "name"))


def deaths_of(asked: Asked) -> list[ReviewedDeath]:
    """Return the deaths behind the figures, in a constant number of queries."""
    every = frozenset(code for code, _ in asked.boards)
    cover = asked.cover
    return counting.deaths_between(cover.years[0], cover.years[-1], Scope(None, every))


def tables_of(asked: Asked) -> list[LinkedTable]:
    """Count the reviews by everything, with the parts that the gate needs."""
    joined = "" if asked.audience == Audience.PANEL else JOINED
    deaths = deaths_of(asked)
    told = breakdowns()
    if not any(one.deprivation for one in reviewed_in(deaths, asked.cover)):
        # Nobody has looked one up: a table of nothing but *not known* says nothing.
        told = tuple(one for one in told if one.key != DEPRIVATION)
    return by_outcome(deaths, asked.cover, told, OUTCOMES, joined=joined)


@cache
def breakdowns() -> tuple[Breakdown, ...]:
    """Return the ways reviews are told apart, in the order of the page."""
    return (
        Breakdown("group", "Kind of death", _groups(), _group),
        _breakdown("category", "Category of death", codes.categories_of_death(), _category),
        _breakdown("age", "Age at death", age_bands(), lambda death: death.age_band or ""),
        _breakdown("sex", "Sex", genders(), lambda death: death.sex),
        Breakdown("ethnicity", "Ethnic group", _ethnic_groups(), lambda death: death.ethnicity),
        Breakdown("location", "Place of the event", _places(), lambda death: death.location),
        Breakdown(
            DEPRIVATION, "Deprivation of the area", _fifths(), lambda death: death.deprivation
        ),
        _breakdown("duration", "Time from death to review", codes.duration_bands(), _duration),
        _breakdown("notified", "Time from death to notification", BANDS.items(), _notified),
    )


def _breakdown(key: str, title: str, lines: Iterable[tuple[str, str]], read) -> Breakdown:
    return Breakdown(key, title, tuple(Line(label, (code,)) for code, label in lines), read)


def _groups() -> tuple[Line, ...]:
    """Return the kinds of death; under 28 days is the first age group, and named as that."""
    return tuple(
        Line(label, FIRST_AGES, "age") if kind == Group.NEONATAL else Line(label, (kind,))
        for kind, label in _GROUP_WORDS.items()
    )


def _group(death: ReviewedDeath) -> str:
    found = group(death.age_days, death.expectedness)
    if found == Group.NEONATAL:
        return FIRST_AGES[0]
    return found.value if found else ""


def _category(death: ReviewedDeath) -> str:
    return death.category


def _duration(death: ReviewedDeath) -> str:
    return duration_band(death.died_on, death.completed_on)


def _notified(death: ReviewedDeath) -> str:
    return notification_band(death.died_on, death.notified_on)


def _ethnic_groups() -> tuple[Line, ...]:
    members: dict[str, list[str]] = {}
    for code in kernel_list("ethnicity").codes:
        members.setdefault(code.extra.get("group", ""), []).append(code.code)
    return tuple(
        Line(code.label, tuple(members[code.code]))
        for code in kernel_list("ethnicity_group").codes
        if code.code in members
    )


def _fifths() -> tuple[Line, ...]:
    members: dict[str, list[str]] = {}
    for code in kernel_list("deprivation_decile").codes:
        members.setdefault(code.extra["fifth"], []).append(code.code)
    return tuple(
        Line(code.label, tuple(members[code.code]))
        for code in kernel_list("deprivation_fifth").codes
    )


def _places() -> tuple[Line, ...]:
    every = codes.code_list("location")
    members: dict[str, list[str]] = {}
    for code in every.codes:
        top = code
        while "rolls_up_to" in top.extra:
            above = every.get(top.extra["rolls_up_to"])
            if above is None:
                break
            top = above
        members.setdefault(top.code, []).append(code.code)
    return tuple(Line(every.label(code), tuple(found)) for code, found in members.items())


assert set(_GROUP_WORDS) == set(GROUPS)  # noqa: S101 - two lists of one thing


@dataclass(frozen=True)
class Section:
    """One table as a page shows it: a chart, the figures beside it, and what to beware of."""

    key: str
    title: str
    chart: BarChart
    table: dict[str, Any]
    in_one_cell: str


def sections(settled: Settled) -> list[Section]:
    """Return each table with its chart, drawn from what may be given and nothing else."""
    return [section(one, settled.profile) for one in settled.shown]


def section(shown: Shown, profile: OutputProfile) -> Section:
    """Return one table with its chart."""
    table = shown.table
    lines = [(line, shown.grid[row]) for row, line in enumerate(table.rows) if _said(shown, row)]
    hidden = f"{profile.symbol}: not given"
    what = (
        f"Reviews by {table.title[0].lower()}{table.title[1:]}"
        if by_outcome_of(table)
        else table.title
    )
    bars = [
        Bar(line.label, cells[-1], "" if cells[-1] is not None else hidden) for line, cells in lines
    ]
    return Section(
        key=table.key,
        title=table.title,
        chart=BarChart(
            key=f"chart-{table.key}",
            title=what,
            description="One bar for each line of the table beside it, as long as its total.",
            columns=(table.title, "Reviews" if by_outcome_of(table) else "Number"),
            bars=bars,
        ),
        table={
            "id": f"figures-{table.key}",
            "caption": what,
            "columns": [
                {"label": table.title},
                *({"label": label, "numeric": True} for label in heads(table)),
            ],
            "rows": [
                *(_row(table, line.label, cells, profile) for line, cells in lines),
                _row(table, "All", shown.grid[-1], profile),
            ],
        },
        in_one_cell=", ".join(shown.in_one_cell) if profile.hides else "",
    )


def _said(shown: Shown, row: int) -> bool:
    """Tell whether a line says something: an empty one of a long list is left out."""
    return any(value != 0 for value in shown.grid[row])


def by_outcome_of(table: LinkedTable) -> bool:
    """Tell whether a table tells reviews with modifiable factors apart, so that it has shares."""
    return table.columns_by == "outcome" and table.columns[0].codes == ("M",)


def heads(table: LinkedTable) -> list[str]:
    """Return what stands above the numbers of a table."""
    labels = [column.label for column in table.columns]
    if by_outcome_of(table):
        return [*labels, "All", "Modifiable", "95% interval"]
    return [*labels, "All"] if table.columns_by else labels


def _row(
    table: LinkedTable, label: str, cells: tuple[int | None, ...], profile: OutputProfile
) -> list[Any]:
    return [label, *(_cell(text) for text in row_texts(table, cells, profile))]


def row_texts(
    table: LinkedTable, cells: tuple[int | None, ...], profile: OutputProfile
) -> list[str]:
    """Return the numbers of a row as they are written, and the share with modifiable factors."""
    numbers = [profile.symbol if value is None else f"{value:,}" for value in cells]
    if not by_outcome_of(table):
        return numbers if table.columns_by else numbers[:1]
    part, whole = cells[0], cells[-1]
    share = profile.share(part, whole)
    if share is None:
        hidden = part is None or whole is None
        return [*numbers, profile.symbol if hidden else "–", profile.symbol if hidden else "–"]
    low, high = wilson(min(part or 0, whole or 0), whole or 1)
    return [*numbers, f"{share:.0%}", f"{low:.0%} to {high:.0%}"]


def _cell(text: str) -> dict[str, Any]:
    return {"text": text, "numeric": True}
