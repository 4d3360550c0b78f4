"""What programs may read of the annual return and of figures that were given: the pages' own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from casereview import registries, releases
from casereview.models import Release
from casereview.registries import ApiEndpoint
from cdop import counting, given_figures, return_layout, return_request


@dataclass(frozen=True)
class ReturnLine:
    """A figure, or a line of a table: how many are counted by outcome; total is all of them."""

    item: str
    code: str
    label: str
    counts: dict[str, int]


@dataclass(frozen=True)
class ReturnTable:
    """A table of the return; `sums` are all its lines together."""

    item: str
    question: str
    lines: list[ReturnLine]
    sums: dict[str, int]


@dataclass(frozen=True)
class ReturnSection:
    """A section of the form: its figures, then its tables."""

    title: str
    figures: list[ReturnLine]
    tables: list[ReturnTable]


@dataclass(frozen=True)
class ReturnAnswer:
    """A year's return as it counts now; `sent_revision` is the last one that was frozen.

    `template` is CONFIRMED, or RECONSTRUCTED where the form of the year was not seen.
    """

    year: int
    first_day: date
    last_day: date
    board: str
    area: str
    template: str
    sent_revision: int | None
    groups: ReturnTable
    sections: list[ReturnSection]


@dataclass(frozen=True)
class GivenFigures:
    """Figures that were given, and to whom."""

    number: int
    title: str
    audience: str
    given_on: date


@dataclass(frozen=True)
class GivenList:
    """The figures you may read, the latest given first."""

    releases: list[GivenFigures]


@dataclass(frozen=True)
class FiguresRow:
    """A row of numbers, its total last; null is not given."""

    label: str
    numbers: list[int | None]


@dataclass(frozen=True)
class FiguresTable:
    """A table as it was given: its last row and its last number are totals."""

    key: str
    title: str
    columns: list[str]
    rows: list[FiguresRow]


@dataclass(frozen=True)
class RatesTable:
    """Rates as they were written when they were given, the words of each row first."""

    key: str
    title: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class FiguresAnswer:
    """One release; `legend` says what a null and a rounded number mean."""

    release: GivenFigures
    legend: str
    tables: list[FiguresTable]
    rates: list[RatesTable]


def view_return(request: HttpRequest, year: int, board: str = "") -> ReturnAnswer | None:
    """Read the figures of one year's return, named by the year in which it ends.

    The figures are whole, as on the page: they are for the national collection, and not to be
    passed on. `board` is the code of one board; without it all of yours are counted together.
    """
    asked = return_request.find(request, year, board)
    if asked is None:
        return None
    counted, _ = counting.count_return(asked.year, asked.scope)
    kept = asked.kept
    return ReturnAnswer(
        year=asked.year.ends_in,
        first_day=asked.year.first_day,
        last_day=asked.year.last_day,
        board=asked.scope.board or "",
        area=asked.area,
        template=counted.template.status,
        sent_revision=kept[0].revision if kept else None,
        groups=_table(return_layout.groups_table(counted)),
        sections=[
            ReturnSection(
                title=section.title,
                figures=[_line(one) for one in section.figures],
                tables=[_table(one) for one in section.tables],
            )
            for section in return_layout.sections(counted)
        ],
    )


def view_statistics(request: HttpRequest) -> GivenList:
    """List the figures that were given to a board of yours or to everybody.

    Small numbers are hidden in them, and they may be passed on to those they were given to.
    """
    return GivenList([_release(one) for one in given_figures.visible_to(request.user)])


def view_release(request: HttpRequest, number: int) -> FiguresAnswer | None:
    """Read figures as they were given, by their number."""
    release = given_figures.find(request.user, number)
    if release is None:
        return None
    settled = releases.given_in(release)
    beside = release.beside or []
    return FiguresAnswer(
        release=_release(release),
        legend=settled.profile.legend,
        tables=[]
        if beside
        else [
            FiguresTable(
                key=one.table.key,
                title=one.table.title,
                columns=[*_columns(one.table)],
                rows=[
                    FiguresRow(label, list(numbers))
                    for label, numbers in zip(
                        [*(line.label for line in one.table.rows), "All"], one.grid, strict=True
                    )
                ],
            )
            for one in settled.shown
        ],
        rates=[
            RatesTable(one["key"], one["caption"], list(one["columns"]), _texts(one["rows"]))
            for one in beside
        ],
    )


def _columns(table: Any) -> list[str]:
    return [*(column.label for column in table.columns), "All"]


def _texts(rows: Any) -> list[list[str]]:
    return [[str(text) for text in row] for row in rows]


def _release(release: Release) -> GivenFigures:
    return GivenFigures(
        number=release.number,
        title=release.title,
        audience=release.audience,
        given_on=timezone.localdate(release.given_at),
    )


def _line(line: return_layout.Line[int]) -> ReturnLine:
    return ReturnLine(line.item, line.code, line.label, _counts(line.counts))


def _table(table: return_layout.Table[int]) -> ReturnTable:
    lines = [_line(one) for one in table.lines]
    return ReturnTable(table.item, table.question, lines, _counts(table.sums))


def _counts(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(counts)


ENDPOINTS = (
    ApiEndpoint(
        "/returns/{int:year}",
        "api_return",
        "view_return",
        "The figures of an annual return",
        view_return,
        ReturnAnswer,
    ),
    ApiEndpoint(
        "/statistics",
        "api_statistics",
        "view_statistics",
        "The figures that were given",
        view_statistics,
        GivenList,
    ),
    ApiEndpoint(
        "/statistics/{int:number}",
        "api_release",
        "view_release",
        "Figures as they were given",
        view_release,
        FiguresAnswer,
    ),
)


def register() -> None:
    """Put the endpoints into the registry, once."""
    registries.api += [one for one in ENDPOINTS if one not in registries.api]
