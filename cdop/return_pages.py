"""What the pages of the annual return show: figures as links, checks and gaps with what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from casereview.rules.return_year import ReturnYear
from casereview.rules.working_days import written
from cdop import return_forms
from cdop.counting import Scope
from cdop.return_layout import (
    GROUPS_ITEM,
    OUTCOME_WORDS,
    Line,
    Table,
    field_words,
    labels_of,
    sections,
)
from cdop.return_sight import Reference, Sight
from cdop.rules.annual_return import OUTCOMES, TOTAL, ReviewedDeath, Tabulation
from cdop.rules.return_checks import BY_CONSTRUCTION, Finding, Unusual, check_return, gaps

SEVERITIES = (("error", "To put right"), ("warning", "To check"))


@dataclass(frozen=True)
class Figure:
    """A number of the return; `url` opens the cases counted in it, empty where there are none."""

    number: int
    url: str
    words: str


@dataclass(frozen=True)
class Check:
    """What a check found, and the cases it is about."""

    rule: str
    message: str
    cases: list[Reference]
    withheld: int


@dataclass(frozen=True)
class CaseGap:
    """What is not known of one case, and who can find it out."""

    case: Reference
    missing: str


def checks(
    sight: Sight,
    found: Iterable[Finding],
) -> list[dict[str, Any]]:
    """Return what the checks found, by severity, the worse first; none where nothing was found."""
    found = list(found)
    groups = []
    for severity, title in SEVERITIES:
        items = [_check(each, sight) for each in found if each.severity == severity]
        if items:
            groups.append({"key": severity, "title": title, "items": items})
    return groups


def findings(
    counted: Tabulation,
    deaths: Iterable[ReviewedDeath],
    scope: Scope,
    previous_total: int | None,
    local_total: int | None,
    moved: int,
) -> list[Finding]:
    """Run every check of the year's form; `moved` figures are not what was sent."""
    severities = return_forms.severities_of(counted.template)
    found = check_return(
        counted,
        deaths,
        severities,
        boards=scope.residents_of,
        previous_total=previous_total,
        local_total=local_total,
    )
    if moved and severities["V24"] != "off":
        figures = "1 figure is" if moved == 1 else f"{moved} figures are"
        message = f"Make a revision, with a reason: {figures} not what was sent"
        found.append(Finding("V24", severities["V24"], message))
    return found


def every_check(counted: Tabulation, found: Iterable[Finding]) -> list[dict[str, str]]:
    """Return every check with its severity and what came of it."""
    times: dict[str, int] = {}
    for one in found:
        times[one.rule] = times.get(one.rule, 0) + 1
    words = {"error": "Error", "warning": "Warning", "off": "Not asked this year"}
    return [
        {
            "rule": rule,
            "severity": words[severity],
            "words": asks,
            "result": "Cannot happen here"
            if rule in BY_CONSTRUCTION
            else "Not checked"
            if severity == "off"
            else f"Found {times[rule]}"
            if rule in times
            else "Nothing found",
        }
        for rule, (severity, asks) in return_forms.checks_of(counted.template).items()
    ]


def changes(
    unusual: Iterable[Unusual], counted: Tabulation, explained: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the figures that are far from last year's, in words, with what explains them."""
    found = []
    for one in unusual:
        item = next(each for each in counted.template.items if each.item == one.item)
        question = item.question
        label = labels_of(counted, item).get(one.code, one.code) if one.code else ""
        found.append(
            {
                "key": one.key,
                "words": f"{question}: {label}" if one.code else question,
                "now": one.now,
                "before": one.before,
                "explained": explained.get(one.key, ""),
            }
        )
    return found


def case_gaps(
    counted: Tabulation, deaths: Iterable[ReviewedDeath], sight: Sight
) -> tuple[list[CaseGap], int]:
    """Return what is not known case by case, and how many more cases are withheld."""
    words = field_words(counted.template)
    told, withheld = [], 0
    for gap in gaps(counted, deaths):
        cases, hidden = sight.of([gap.row])
        withheld += hidden
        missing = "; ".join(words[column] for column in gap.columns).capitalize()
        told += [CaseGap(case, missing) for case in cases]
    return told, withheld


def next_step(groups: list[dict[str, Any]], gaps_found: int, *, running: bool) -> dict[str, str]:
    """Return the one thing to do next on a return, for `_next.html`."""
    if any(group["key"] == "error" for group in groups):
        return {
            "title": "put right what the checks found",
            "why": "As the return stands, its figures are wrong or do not agree.",
            "url": "#checks",
            "button": "See the checks",
        }
    if gaps_found:
        cases = "1 case" if gaps_found == 1 else f"{gaps_found} cases"
        return {
            "title": f"find out what is missing in {cases}",
            "why": "What nobody finds out goes into the return as not known.",
            "url": "#gaps",
            "button": "See the gaps",
        }
    if groups:
        return {
            "title": "look at what the checks ask",
            "why": "It may be right as it is; somebody who knows the case should say so.",
            "url": "#checks",
            "button": "See the checks",
        }
    if running:
        return {"title": "nothing now", "why": "The year is still running."}
    return {
        "title": "make the file",
        "why": "Nothing is missing and the checks found nothing. Freeze what you send.",
        "url": "#file",
        "button": "Make the file",
    }


def table(found: Table[int], address: str, keep: str) -> dict[str, Any]:
    """Return a table of the return with a figure in each cell, and its totals."""
    outcomes = (*OUTCOMES, TOTAL) if found.split else (TOTAL,)
    rows = [
        {
            "code": line.code if found.split else "",
            "label": line.label,
            "figures": [figure(line, outcome, address, keep) for outcome in outcomes],
        }
        for line in found.lines
    ]
    return {
        "item": "" if found.item == GROUPS_ITEM else found.item,
        "id": f"table-{found.item}".lower(),
        "caption": found.question,
        "columns": [
            {"short": outcome if outcome != TOTAL else "Total", "words": OUTCOME_WORDS[outcome]}
            for outcome in outcomes
        ],
        "rows": rows,
        "sums": list(found.sums.values()),
        "split": found.split,
    }


def figure(line: Line[int], outcome: str, address: str, keep: str) -> Figure:
    """Return a figure of the return as a link to its cases; `keep` is the query it goes with."""
    number = line.counts[outcome]
    words = line.label if outcome == TOTAL else f"{line.label}: {OUTCOME_WORDS[outcome].lower()}"
    if not number:
        return Figure(0, "", words)
    parts = [line.item]
    if line.code:
        parts.append(line.code)
        if outcome != TOTAL:
            parts.append(outcome)
    return Figure(number, f"{address}{'/'.join(parts)}/{keep}", words)


def figures_address(year: ReturnYear) -> str:
    """Return where the figures of a year lie; a figure adds item, code and outcome."""
    return f"{reverse('cdop:view_return', args=[year.ends_in])}figures/"


def query(board: str | None, revision: int = 0, **others: str) -> str:
    """Return the part of an address that keeps the chosen board and revision."""
    kept = {
        **others,
        **({"board": board} if board else {}),
        **({"revision": str(revision)} if revision else {}),
    }
    return f"?{urlencode(kept)}" if kept else ""


def sections_of(counted: Tabulation, address: str, keep: str) -> list[dict[str, Any]]:
    """Return the return section by section, each figure a link to its cases."""
    return [
        {
            "title": section.title,
            "figures": [
                {"line": line, "figure": figure(line, "total", address, keep)}
                for line in section.figures
            ],
            "tables": [table(each, address, keep) for each in section.tables],
        }
        for section in sections(counted)
    ]


def counted_because(
    item: str, death: ReviewedDeath, year: ReturnYear, boards: Mapping[str, str]
) -> str:
    """Say why a death is counted in a figure: dates and places, nothing of the child."""
    if item in ("AG-30", "AG-31"):
        return f"Notified {_day(death.notified_on)}; not completed by {_day(year.last_day)}"
    if item == "AG-40":
        lived = boards.get(death.residence_board, death.residence_board)
        died = boards.get(death.death_board, death.death_board)
        return f"Notified {_day(death.notified_on)}; lived in {lived}, died in {died}"
    when = f"Completed {_day(death.completed_on)}" if death.completed_on else ""
    return f"{when}; now under revision" if death.under_revision else when


def state_words(year: ReturnYear, today: date) -> str:
    """Say whether a year is still running."""
    if today <= year.last_day:
        return f"The year runs until {_day(year.last_day)}"
    return "The year has ended"


def _day(day: date) -> str:
    return written(day).split(" ", 1)[1]


def _check(found: Finding, sight: Sight) -> Check:
    cases, withheld = sight.of(found.rows)
    return Check(found.rule, found.message, cases, withheld)
