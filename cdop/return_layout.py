"""The annual return laid out as the form: sections, figures and tables, with words for codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from casereview import codes as kernel_codes
from casereview.codelists import CodeList
from casereview.rules.return_year import ReturnYear
from cdop import codes
from cdop.rules.annual_return import GROUPS, OUTCOMES, TOTAL, Item, ReturnTemplate

GROUPS_ITEM = "groups"
NOT_KNOWN = "Not known"
OUTCOME_WORDS = {
    "M": "Modifiable factors identified",
    "N": "No modifiable factors identified",
    "I": "Not enough information to judge",
    TOTAL: "Total",
}
_GROUP_WORDS = {
    "neonatal": "Neonatal: under 28 days",
    "expected": "Expected",
    "unexpected": "Unexpected, or not yet confirmed",
}
_SECTION_WORDS = {"SCR": "Serious case reviews", "Out of area": "Deaths out of area"}
_KERNEL = Path(kernel_codes.__file__).parent / "data"


# A figure: a number in a return, a number or None in one that is published.
N = TypeVar("N", int, int | None)
N_co = TypeVar("N_co", int, int | None, covariant=True)


class Counted(Protocol[N_co]):
    """A return as figures, whether for the national collection or published."""

    @property
    def year(self) -> ReturnYear: ...
    @property
    def template(self) -> ReturnTemplate: ...
    @property
    def board(self) -> str | None: ...
    @property
    def document(self) -> dict[str, Any]: ...
    def codes(self, item: str) -> list[str]: ...
    def count(self, item: str, code: str = "", outcome: str = "") -> N_co: ...
    def sum_of(self, item: str, outcome: str = "") -> N_co: ...


@dataclass(frozen=True)
class Line(Generic[N]):
    """A figure, or a row of a table; `counts` has the total, and the outcomes where split."""

    item: str
    code: str
    label: str
    counts: Mapping[str, N]

    @property
    def total(self) -> N:
        """How many are counted, whatever the outcome."""
        return self.counts[TOTAL]


@dataclass(frozen=True)
class Table(Generic[N]):
    """A table of the return: one line per code; `split` says that outcomes are counted apart.

    `sums` are its last line: like the counts of a line, for all lines together.
    """

    item: str
    question: str
    lines: tuple[Line[N], ...]
    sums: Mapping[str, N]
    split: bool
    source_seen: bool


@dataclass(frozen=True)
class Section(Generic[N]):
    """A section of the form: its figures, then its tables."""

    title: str
    figures: tuple[Line[N], ...]
    tables: tuple[Table[N], ...]


def sections(counted: Counted[N]) -> list[Section[N]]:
    """Return the return in the order of its template, every code in force with its figure."""
    titles = dict.fromkeys(item.section for item in counted.template.asked)
    laid_out = []
    for section in titles:
        items = [item for item in counted.template.asked if item.section == section]
        laid_out.append(
            Section(
                title=_title(section),
                figures=tuple(_figure(counted, item) for item in items if item.kind == "int"),
                tables=tuple(_table(counted, item) for item in items if item.kind == "table"),
            )
        )
    return laid_out


def groups_table(counted: Counted[N]) -> Table[N]:
    """Return the completed reviews as neonatal, expected and unexpected deaths."""
    lines = (
        Line(GROUPS_ITEM, group, _GROUP_WORDS[group], {TOTAL: counted.count(GROUPS_ITEM, group)})
        for group in GROUPS
    )
    question = "Completed reviews by kind of death"
    sums = {TOTAL: counted.sum_of(GROUPS_ITEM)}
    return Table(GROUPS_ITEM, question, tuple(lines), sums, split=False, source_seen=False)


def find_line(counted: Counted[N], item: str, code: str) -> tuple[str, Line[N]] | None:
    """Return the question and the line of a figure; None where the return has no such figure."""
    tables = [groups_table(counted)]
    for section in sections(counted):
        tables += section.tables
        for figure in section.figures:
            if figure.item == item and not code:
                return figure.label, figure
    for table in tables:
        for line in table.lines:
            if table.item == item and line.code == code:
                return table.question, line
    return None


def field_words(template: ReturnTemplate) -> dict[str, str]:
    """Return what each fact of a death is called where it is missing, by its name in the rules."""
    words = {item.column: _short(item.question) for item in template.tables}
    return {**words, "outcome": "Outcome: modifiable factors or not"}


def deadline_words(template: ReturnTemplate, year: ReturnYear) -> str:
    """Say when the return is due, and where that is not known, that it is not."""
    day = _day_of(template)
    if day is not None:
        return f"Due {day:%A} {day.day} {day:%B %Y}."
    if _collected_in_may(template):
        return f"Collected in May {year.ends_in}; the exact day is not known."
    if template.deadline.startswith("unknown"):
        return "The day it is due is not known: ask whoever collects the return."
    return f"Due {template.deadline}."


def earliest_due(template: ReturnTemplate, year: ReturnYear) -> date | None:
    """Return the first day on which the return can be due; None where nothing is known of it."""
    day = _day_of(template)
    if day is not None:
        return day
    return date(year.ends_in, 5, 1) if _collected_in_may(template) else None


def _day_of(template: ReturnTemplate) -> date | None:
    try:
        return date.fromisoformat(template.deadline)
    except ValueError:
        return None


def _collected_in_may(template: ReturnTemplate) -> bool:
    return "each May" in template.deadline


def status_words(template: ReturnTemplate) -> str:
    """Say in plain words how sure the template is."""
    if template.status == "CONFIRMED":
        return f"The template was copied from the form for this year: {template.source}."
    return (
        "RECONSTRUCTED template – not the statutory form. The form for this year was not seen: "
        "the questions and their numbers were worked out from published tables and guidance."
    )


def year_words(year: ReturnYear) -> str:
    """Return the days of a year in words."""
    return f"1 April {year.first_day.year} to 31 March {year.last_day.year}"


def _title(section: str) -> str:
    title = section.split(" ", 1)[-1]
    return _SECTION_WORDS.get(title, title)


def _short(question: str) -> str:
    """Return what a table breaks down by: "Completed reviews by ethnicity" gives Ethnicity."""
    words = question.split(" by ", 1)[-1]
    return words[:1].upper() + words[1:]


def _figure(counted: Counted[N], item: Item) -> Line[N]:
    return Line(item.item, "", item.question, {TOTAL: counted.count(item.item)})


def _table(counted: Counted[N], item: Item) -> Table[N]:
    split = bool(item.column)
    outcomes = (*OUTCOMES, TOTAL) if split else (TOTAL,)
    lines = tuple(
        Line(
            item.item,
            code,
            label,
            {outcome: counted.count(item.item, code, outcome) for outcome in outcomes},
        )
        for code, label in labels_of(counted, item).items()
    )
    sums = {outcome: counted.sum_of(item.item, outcome) for outcome in outcomes}
    return Table(item.item, item.question, lines, sums, split, item.status == "CONFIRMED")


def labels_of(counted: Counted[N], item: Item) -> dict[str, str]:
    """Return the codes of a table with their labels, those in force and those that occur.

    Where the template says the labels itself, they stand first and in its order.
    """
    occur = counted.codes(item.item)
    if not item.column:
        return {code: ReturnYear(int(code)).slug for code in occur}
    entered = counted.template.labels.get(item.item)
    if entered:
        others = [code for code in occur if code not in entered]
        return {**entered, **{code: list_of(item.codeset).label(code) for code in others}}
    of_list = list_of(item.codeset)
    year = counted.year
    labels = {
        code.code: code.label
        for code in of_list.codes
        if code.since <= year.last_day and (code.until is None or code.until > year.first_day)
    }
    if item.column == "location":
        labels = {c: label for c, label in labels.items() if c in counted.template.locations}
    labels.update({code: of_list.label(code) for code in occur if code not in labels})
    # The unknown row stands last, and is called so whether or not the list has a code for it.
    unknown = of_list.get(item.unknown)
    labels.pop(item.unknown, None)
    labels[item.unknown] = unknown.label if unknown else NOT_KNOWN
    return labels


def list_of(codeset: str) -> CodeList:
    """Return a code list by its name, whichever part of the product keeps it."""
    if (_KERNEL / f"{codeset}.toml").exists():
        return kernel_codes.code_list(codeset)
    return codes.code_list(codeset)
