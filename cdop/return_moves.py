"""What moved between two returns, in words: the figures, the cases behind them, the corrections."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from cdop import return_keeping, return_layout
from cdop.return_layout import OUTCOME_WORDS
from cdop.return_sight import Reference, Sight
from cdop.rules.annual_return import TOTAL, Tabulation
from cdop.rules.frozen_return import Difference

_COLUMNS = {
    "residence_board": "Board of residence",
    "death_board": "Board of the place of death",
    "notified_on": "Day of notification",
    "died_on": "Day of death",
    "completed_on": "Day the review was completed",
    "age_band": "Age group",
    "age_days": "Age in days",
    "expectedness": "Expected or not",
    "sex": "Sex",
    "ethnicity": "Ethnic group",
    "category": "Category of death",
    "event": "Event",
    "location": "Location",
    "cp_plan": "Child protection plan",
    "statutory_order": "Statutory order",
    "asylum_seeker": "Asylum seeker",
    "scr_status": "Serious case review",
    "outcome": "Outcome",
    "not_for_review": "Not for review",
    "passed_on": "Passed on to another board",
}
# Where the codes of a fact are listed, for those whose table is not in the return.
_LISTS = {
    "scr_status": "scr_status",
    "outcome": "modifiable_outcome",
    "expectedness": "expectedness",
}


@dataclass
class MovedFigure:
    """One figure as it was and as it is."""

    item: str
    words: str
    before: int
    now: int


@dataclass
class MovedCase:
    """One case behind what moved: what of it differs, and the acts on record that changed it."""

    case: Reference
    facts: list[str]
    corrections: list[str] = field(default_factory=list)


@dataclass
class Moves:
    """What moved; `withheld` cases are kept from the reader and only counted."""

    figures: list[MovedFigure]
    cases: list[MovedCase]
    withheld: int = 0


def figure_words(counted: Tabulation, item: str, code: str = "", outcome: str = "") -> str:
    """Return what a figure counts: question, row and outcome."""
    if item == return_layout.GROUPS_ITEM:
        lines = return_layout.groups_table(counted).lines
        return next((line.label for line in lines if line.code == code), code)
    found = next((each for each in counted.template.items if each.item == item), None)
    words = found.question if found else item
    if found and code:
        words = f"{words}: {return_layout.labels_of(counted, found).get(code, code)}"
    if outcome and outcome != TOTAL:
        words = f"{words}, {OUTCOME_WORDS[outcome].lower()}"
    return words


def in_words(difference: Difference, now: Tabulation, before: Tabulation, sight: Sight) -> Moves:
    """Return what moved, in words; cases that are kept from the reader are only counted."""
    figures = [
        MovedFigure(
            one.item,
            figure_words(now, one.item, one.code, one.outcome),
            one.before,
            one.now,
        )
        for one in difference.figures
        if one.outcome == TOTAL
    ]
    cases, withheld = [], 0
    for row, facts in (difference.facts or {}).items():
        told, hidden = sight.of([row])
        withheld += hidden
        said = [_fact(now, fact.column, fact.before, fact.now) for fact in facts]
        cases += [MovedCase(case, said or [_whole(row, before, now)]) for case in told]
    return Moves(figures, cases, withheld)


def add_corrections(moves: Moves, difference: Difference, since: datetime | None) -> None:
    """Add to each case the acts on record, since the return was frozen, that moved it."""
    if since is None or not difference.facts:
        return
    acts = return_keeping.corrections(
        {row: [fact.column for fact in facts] for row, facts in difference.facts.items()}, since
    )
    for one in moves.cases:
        one.corrections = [
            _act(act.what, act.at, act.by) for act in acts.get(one.case.reference, [])
        ]


def kept_in_words(moved: Mapping[str, Any], counted: Tabulation, sight: Sight) -> Moves:
    """Return what a revision moved, as it was kept with it."""
    figures = [
        MovedFigure(item, figure_words(counted, item, code, outcome), before, now)
        for item, code, outcome, before, now, _, _ in moved["figures"]
        if outcome == TOTAL
    ]
    cases, withheld = [], 0
    for row, of_row in moved["cases"].items():
        told, hidden = sight.of([row])
        withheld += hidden
        facts = [_fact(counted, *fact) for fact in of_row["facts"]]
        acts = [_act(what, parse_datetime(at), by) for what, at, by in of_row["corrections"]]
        cases += [
            MovedCase(case, facts or ["The case came into the return, or left it"], acts)
            for case in told
        ]
    return Moves(figures, cases, withheld)


def side_by_side(before: Tabulation, now: Tabulation) -> list[dict[str, Any]]:
    """Return every figure as published beside as it counts now, for `_table.html`."""
    columns = [
        {"label": "Figure", "numeric": False},
        {"label": "As published", "numeric": True},
        {"label": "As now", "numeric": True},
        {"label": "Moved", "numeric": True},
    ]
    tables = []
    for section in return_layout.sections(before):
        rows = [_row(line.label, line.total, now.count(line.item)) for line in section.figures]
        if rows:
            tables.append(_table(section.title, columns, rows))
        for table in section.tables:
            codes = {line.code: line for line in table.lines}
            item = next(each for each in now.template.items if each.item == table.item)
            others = {
                code: label
                for code, label in return_layout.labels_of(now, item).items()
                if code not in codes
            }
            rows = [
                _row(line.label, line.total, now.count(table.item, code))
                for code, line in codes.items()
            ]
            rows += [_row(label, 0, now.count(table.item, code)) for code, label in others.items()]
            tables.append(_table(table.question, columns, rows))
    for number, one in enumerate(tables, 1):
        one["id"] = f"beside-{number}"
    return tables


def _table(caption: str, columns: list, rows: list) -> dict[str, Any]:
    return {"caption": caption, "columns": columns, "rows": rows}


def _row(label: str, before: int, now: int) -> list[dict[str, Any]]:
    moved = f"{now - before:+d}" if now != before else "–"
    return [
        {"text": label},
        *({"text": text, "numeric": True} for text in (str(before), str(now), moved)),
    ]


def _whole(row: str, before: Tabulation, now: Tabulation) -> str:
    was = any(row in rows for rows in before.cells.values())
    return "It is no longer counted" if was else "It was not counted when the return was sent"


def _fact(counted: Tabulation, column: str, before: Any, now: Any) -> str:
    return f"{_COLUMNS.get(column, column)}: from {_value(counted, column, before)} to " + _value(
        counted, column, now
    )


def _value(counted: Tabulation, column: str, value: Any) -> str:
    if value in (None, ""):
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    item = next((each for each in counted.template.items if each.column == column), None)
    codeset = item.codeset if item else _LISTS.get(column, "")
    if codeset:
        return f"“{return_layout.list_of(codeset).label(str(value))}”"
    return str(value)


def _act(what: str, at: datetime | None, by: str) -> str:
    when = f"{timezone.localtime(at):%d %B %Y at %H:%M}" if at else "a day not known"
    return f"{what}: {by}, {when}"
