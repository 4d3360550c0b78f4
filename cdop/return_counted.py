"""Where one case is counted in the returns, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casereview.models import Case
from casereview.rules.return_year import ReturnYear
from casereview.rules.working_days import written
from cdop import counting, return_forms, return_keeping, return_templates
from cdop.counting import Scope
from cdop.models import AnnualReturn
from cdop.return_moves import figure_words
from cdop.return_pages import counted_because, query
from cdop.return_request import Asked
from cdop.rules.annual_return import TOTAL, ReviewedDeath, Tabulation, ongoing, tabulate


@dataclass(frozen=True)
class CountedIn:
    """One figure that a case is counted in, and why."""

    item: str
    words: str
    because: str


@dataclass(frozen=True)
class Sent:
    """A frozen return that a case is in; `keep` is the query its address goes with."""

    kept: AnnualReturn
    keep: str


@dataclass
class OfYear:
    """What one year's return says of a case."""

    year: ReturnYear
    figures: list[CountedIn] = field(default_factory=list)
    frozen: list[Sent] = field(default_factory=list)


def figures_of(
    counted: Tabulation, death: ReviewedDeath, boards: Mapping[str, str]
) -> list[CountedIn]:
    """Return every figure that a case is counted in, in the order of the form."""
    places = {item.item: number for number, item in enumerate(counted.template.items)}
    found = []
    for item, code, outcome in sorted(
        counted.cells, key=lambda place: (places.get(place[0], len(places)), place)
    ):
        if outcome == TOTAL and death.row in counted.cells[item, code, outcome]:
            because = counted_because(item, death, counted.year, boards)
            if code and item not in ("AG-31", "groups"):
                because = (
                    f"{because}; recorded so"
                    if _recorded(counted, item, death)
                    else (f"{because}; nothing is recorded, so it counts as not known")
                )
            found.append(CountedIn(item, figure_words(counted, item, code), because))
    return found


def _recorded(counted: Tabulation, item: str, death: ReviewedDeath) -> bool:
    column = next(each.column for each in counted.template.items if each.item == item)
    return column == "duration" or bool(getattr(death, column))


def why_not(counted: Tabulation, death: ReviewedDeath) -> str:
    """Say why a case is not among the completed reviews of a year; empty where it is."""
    year = counted.year
    if death.row in counted.rows("AG-01"):
        return ""
    if death.not_for_review:
        return "It is not for review, so it is in no figure."
    if death.completed_on is None:
        return "Its review is not completed" + (
            ", so it counts as ongoing." if ongoing(death, year.last_day) else "."
        )
    return f"Its review was completed on {_day(death.completed_on)}, which is in another year."


def kept_with(asked: Asked, row: str) -> list[dict[str, Any]]:
    """Return the frozen returns that a case was counted in, with what its row is called there."""
    found = []
    for kept in asked.kept:
        references = kept.row_references
        if row in references["references"]:
            found.append({"kept": kept, "pseudonym": references["pseudonyms"].get(row, "")})
    return found


def years_of(user, case: Case) -> list[OfYear]:
    """Return the years whose returns count a case, for the areas the reader makes returns of."""
    deaths = counting.deaths_of([case.reference])
    if not deaths:
        return []
    death = deaths[0]
    years = [
        year
        for year in return_templates.years()
        if death.notified_on in year or death.completed_on in year or ongoing(death, year.last_day)
    ]
    scopes = counting.scopes_of(user, years)
    boards = counting.english_boards()
    rows = []
    for year in years:
        counted = tabulate(
            deaths,
            year,
            return_forms.template_of(year),
            board=scopes[year].board,
            boards_of_panel=scopes[year].boards,
        )
        figures = figures_of(counted, death, boards)
        if figures:
            rows.append(OfYear(year, figures))
    sent = _sent({of.year: scopes[of.year] for of in rows}, case.reference)
    for of in rows:
        of.frozen = sent.get(of.year, [])
    return sorted(rows, key=lambda of: of.year, reverse=True)


def _sent(scopes: Mapping[ReturnYear, Scope], row: str) -> dict[ReturnYear, list[Sent]]:
    """Return the frozen returns that a case is in: those of the areas, and of each board alone."""
    found: dict[ReturnYear, list[Sent]] = {}
    kept = AnnualReturn.objects.filter(
        year__in=[year.ends_in for year in scopes], frozen_at__isnull=False
    ).defer("frozen")
    for one in kept.order_by("area", "revision"):
        year = ReturnYear(one.year)
        whole = one.area == return_keeping.area_of(scopes[year])
        boards = scopes[year].boards
        alone = bool(one.area) and return_keeping.JOIN not in one.area
        if not whole and not (alone and (boards is None or one.area in boards)):
            continue
        if row in one.row_references["references"]:
            found.setdefault(year, []).append(Sent(one, "" if whole else query(one.area)))
    return found


def _day(day: date) -> str:
    return written(day).split(" ", 1)[1]
