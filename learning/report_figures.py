"""The figures of an annual report as linked tables, and how they look once they are protected."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from casereview.charts import Bar, BarChart
from casereview.models import Board, LearningPoint, Panel
from casereview.rules.linked_tables import Line, LinkedTable
from casereview.rules.output_profiles import Audience, OutputProfile
from casereview.rules.release_gate import Settled, Shown
from casereview.rules.return_year import ReturnYear
from cdop import statistics, statistics_rates
from cdop.counting import Scope
from cdop.rules.statistics_tables import Cover
from cdop.statistics import Asked
from learning.counted_as import counted_as
from learning.models import Theme
from learning.panels import boards_of, points_of
from scr.register import year_of_boards
from scr.rules.register import YearRecord

YEARS = 5
NO_THEME = "NOT_KNOWN"
LEARNING = "learning"
# What became of the cases a serious case review group decided on: field of the record and words.
DECIDED = (
    ("reviews", "A serious case review"),
    ("other_reviews", "Another kind of review"),
    ("no_review", "No review"),
    ("elsewhere", "Passed to another board"),
)


@dataclass(frozen=True)
class About:
    """Whose report it is: a panel, one of its years, and the boards it serves."""

    panel: Panel
    year: ReturnYear
    boards: tuple[tuple[str, str], ...]  # code and name

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the boards."""
        return tuple(code for code, _ in self.boards)

    def asked(self, years: int, audience: Audience) -> Asked:
        """Return what is asked of the statistics."""
        return Asked(self.year, years, Scope(None, frozenset(self.codes)), self.boards, audience)

    @property
    def five_years(self) -> Cover:
        """The boards in the five years that end with the report's own."""
        return self.asked(YEARS, Audience.PANEL).cover


def about(panel: Panel, year: ReturnYear) -> About:
    """Return whose report it is."""
    served = Board.objects.filter(pk__in=boards_of(panel), kind=Board.Kind.ENGLISH_BOARD)
    return About(panel, year, tuple(served.order_by("code").values_list("code", "name")))


def tables(of: About, audience: Audience, serious: YearRecord | None) -> list[LinkedTable]:
    """Return every table of a report for some readers, with the parts the gate needs.

    The counts are whole: what may be given of them is for the gate to say. `serious` is what
    `serious_cases` returned of the boards.
    """
    year, five = of.asked(1, audience), of.asked(YEARS, audience)
    return [
        *statistics.tables_of(year),
        *statistics_rates.tables(five, statistics.deaths_of(five)),
        *_themes(of),
        *_serious(of, serious),
    ]


def theme_lines() -> list[Line]:
    """Return every theme by its name, each with the codes of those that were merged into it."""
    now = counted_as()
    merged: dict[str, list[str]] = {}
    for code, into in sorted(now.items()):
        merged.setdefault(into, []).append(code)
    rows = Theme.objects.filter(merged_into=None).order_by("name", "code")
    return [
        *(
            Line(name, (code, *merged.get(code, ())))
            for code, name in rows.values_list("code", "name")
        ),
        Line("No theme yet", (NO_THEME,)),
    ]


def _themes(of: About) -> list[LinkedTable]:
    """Count what was learned by theme and year; a point counts in the year it was learned.

    Near misses are a series of their own, and are not among it.
    """
    cover, lines = of.five_years, theme_lines()
    known = {code for line in lines for code in line.codes}
    counted: dict[tuple[str, int], int] = {}
    points = LearningPoint.objects.filter(
        points_of(of.panel),
        state=LearningPoint.State.ACCEPTED,
        learned_on__range=(cover.years[0].first_day, cover.years[-1].last_day),
    ).exclude(source=LearningPoint.Source.NEAR_MISS)
    for theme, learned_on in points.values_list("theme", "learned_on"):
        place = (
            theme if theme in known else NO_THEME,
            ReturnYear.containing(learned_on).ends_in,
        )
        counted[place] = counted.get(place, 0) + 1

    def table(rows: list[Line], *, given: bool) -> LinkedTable:
        return LinkedTable(
            key="themes",
            title="What was learned, by theme",
            measure=LEARNING,
            rows_by="theme",
            rows=tuple(rows),
            counts=tuple(
                tuple(
                    sum(counted.get((code, year.ends_in), 0) for code in line.codes)
                    for year in cover.years
                )
                for line in rows
            ),
            where=cover.where,
            columns_by="year",
            columns=tuple(Line(year.slug, (str(year.ends_in),)) for year in cover.years),
            given=given,
        )

    if all(len(line.codes) == 1 for line in lines):
        return [table(lines, given=True)]
    # A theme that was given by itself before it was merged: the gate needs the parts.
    single = [Line(line.label, (code,)) for line in lines for code in line.codes]
    return [table(lines, given=True), table(single, given=False)]


def _serious(of: About, record: YearRecord | None) -> list[LinkedTable]:
    where = of.asked(1, Audience.PANEL).cover.where
    return [
        LinkedTable(
            key="serious_cases",
            title="Decided by the serious case review group’s chair",
            measure="serious_cases",
            rows_by="decided",
            rows=tuple(Line(words, (field,)) for field, words in DECIDED),
            counts=tuple(((getattr(record, field) if record else 0),) for field, _ in DECIDED),
            where=where,
            may_join_rows=False,
        ),
        LinkedTable(
            key="serious_cases_considered",
            title="Cases the serious case review group considered",
            measure="serious_cases_considered",
            rows_by="considered",
            rows=(Line("Referred in the year", ("referred",)),),
            counts=((record.considered if record else 0,),),
            where=where,
            may_join_rows=False,
        ),
    ]


def serious_cases(of: About, today: date) -> YearRecord | None:
    """Return the year of the boards' serious case review groups; None where nothing happened."""
    boards = Board.objects.filter(code__in=of.codes)
    return year_of_boards(boards, today, of.year.ends_in)


def drawn(settled: Settled) -> dict[str, dict[str, Any]]:
    """Return every table by its key, as texts: only what may be given, ready to be kept."""
    return {one.table.key: _drawn(one, settled.profile) for one in settled.shown}


def _drawn(shown: Shown, profile: OutputProfile) -> dict[str, Any]:
    table = shown.table
    lines = [
        (line.label, shown.grid[row])
        for row, line in enumerate(table.rows)
        if any(value != 0 for value in shown.grid[row])
    ]
    columns = [table.title, *statistics.heads(table)]
    several = len(table.rows) > 1
    rows = [*lines, *([("All", shown.grid[-1])] if several else [])]
    return {
        "key": table.key,
        "title": table.title,
        "columns": columns,
        "rows": [[label, *statistics.row_texts(table, cells, profile)] for label, cells in rows],
        "bars": [[label, cells[-1]] for label, cells in lines],
        "hidden": f"{profile.symbol}: not given" if profile.hides else "",
    }


def chart_of(table: dict[str, Any]) -> BarChart:
    """Return the picture of a table that was drawn: one bar a line, as long as its total."""
    return BarChart(
        key=f"chart-{table['key'].replace('_', '-')}",
        title=table["title"],
        description="One bar for each line of the table, as long as its total.",
        columns=(table["title"], "Number"),
        bars=[
            Bar(label, value, table["hidden"] if value is None else "")
            for label, value in table["bars"]
        ],
    )
