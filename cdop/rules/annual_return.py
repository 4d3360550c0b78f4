"""The annual return: completed reviews, ongoing reviews and deaths out of area, counted."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Any

from casereview.rules.months import whole_months
from casereview.rules.return_year import ReturnYear
from cdop.rules.categorisation import Group, group

OUTCOMES = ("M", "N", "I")
TOTAL = "total"
GROUPS = tuple(each.value for each in Group)


# Not frozen, though nobody changes one: a frozen one takes more than twice as long to make, and a
# national year makes thousands. It cannot be hashed, so it is no key of anything.
@dataclass(slots=True)
class ReviewedDeath:
    """A death as the return sees it: codes and dates, without the child.

    `row` says which record it is, to those who may open it. `completed_on` is the day the review
    was first completed, None while it never was; a blank code is not known. The last fields are
    for the checks alone; None there says that the fact was not supplied.
    """

    row: str
    residence_board: str
    death_board: str
    notified_on: date
    died_on: date
    completed_on: date | None = None
    age_band: str | None = None
    age_days: int | None = None
    expectedness: str = ""
    sex: str = ""
    ethnicity: str = ""
    deprivation: str = ""
    category: str = ""
    event: str = ""
    location: str = ""
    cp_plan: str = ""
    statutory_order: str = ""
    asylum_seeker: str = ""
    scr_status: str = ""
    outcome: str = ""
    not_for_review: bool = False
    passed_on: bool = False
    under_18: bool | None = None
    factors: int | None = None
    weak_factors: int | None = None
    reason_given: bool | None = None
    action_decided: bool | None = None
    sudep_in_cause: bool | None = None
    for_another_area: bool = False
    under_revision: bool = False
    same_person_key: str = ""


class Coverage(StrEnum):
    """Whose rows the child-level form has: every completed review, or those with factors only."""

    ALL = "all"
    MODIFIABLE = "modifiable"


@dataclass(frozen=True)
class Item:
    """One figure or table of a template; `unknown` is the code a blank is counted under.

    `number` is what the form itself calls the question, where that was entered.
    """

    item: str
    question: str
    section: str
    kind: str
    codeset: str = ""
    column: str = ""
    unknown: str = ""
    status: str = "RECONSTRUCTED"
    source: str = ""
    number: str = ""


@dataclass(frozen=True)
class ReturnTemplate:
    """What a year's return asks for, and the settings by which it counts.

    `locations` are the codes of the return; a finer one is counted under what `rolls_up_to`
    says. `within_panel` tells whether, in a panel's return, a death in the area of another board
    of the same panel is out of area. `labels` are the codes of an item with their words, in the
    order of the form, where somebody entered them or a return was frozen with them;
    `as_on_form` is how the form itself writes a code. `left_out` are tables that the form of the
    year does not ask; `checks` are those whose severity and wording were entered. `coverage`
    says which reviews the child-level form has a row of.
    """

    slug: str
    items: tuple[Item, ...]
    locations: frozenset[str]
    rolls_up_to: Mapping[str, str]
    english_boards: frozenset[str]
    within_panel: bool
    deadline: str = ""
    status: str = "RECONSTRUCTED"
    version: str = ""
    source: str = ""
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    as_on_form: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    child_level: tuple[Item, ...] = ()
    coverage: Coverage = Coverage.ALL
    checks: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name by which a return says what it was made from."""
        return f"lscb1-{self.slug}"

    @property
    def tables(self) -> tuple[Item, ...]:
        """The items that break the completed reviews down by a code."""
        return tuple(item for item in self.items if item.column)

    @property
    def counted(self) -> tuple[Item, ...]:
        """The items that are figures or tables; headings and comments are not."""
        return tuple(item for item in self.items if item.kind in ("int", "table"))

    @property
    def asked(self) -> tuple[Item, ...]:
        """The figures and tables that the form of the year asks."""
        return tuple(item for item in self.counted if item.item not in self.left_out)


@dataclass(frozen=True)
class Tabulation:
    """A return as figures, with the rows behind each of them."""

    year: ReturnYear
    template: ReturnTemplate
    board: str | None
    _cells: Mapping[tuple[str, str, str], list[str]] = field(repr=False)

    def rows(self, item: str, code: str = "", outcome: str = "") -> tuple[str, ...]:
        """Return the rows counted in a figure, in the order they came.

        `code` is a code of the item's table, a financial year for AG-31 or a group for
        "groups"; `outcome` is M, N, I or, left out, all of them.
        """
        if outcome and outcome != TOTAL:
            return tuple(self._cells.get((item, code, outcome), ()))
        return tuple(self._cells.get((item, code, TOTAL), ()))

    def count(self, item: str, code: str = "", outcome: str = "") -> int:
        """Return a figure; 0 where nothing was counted."""
        return len(self._cells.get((item, code, outcome or TOTAL), ()))

    def sum_of(self, item: str, outcome: str = "") -> int:
        """Return the figures of a table added up."""
        return sum(self.count(item, code, outcome) for code in self.codes(item))

    def codes(self, item: str) -> list[str]:
        """Return the codes that occur in an item's table, in the order of their writing."""
        found = {code for each, code, _ in self._cells if each == item and code}
        return sorted(found, key=lambda code: (not code.isdigit(), len(code), code))

    @property
    def cells(self) -> Mapping[tuple[str, str, str], list[str]]:
        """The rows of every figure that counts anything, by item, code and outcome."""
        return self._cells

    @property
    def items(self) -> dict[str, Any]:
        """Every figure and table of the template, empty ones included."""
        return items_of(self.template, self.codes, self.count)

    @property
    def groups(self) -> dict[str, int]:
        """The completed reviews as neonatal, expected and unexpected deaths."""
        return {each: self.count("groups", each) for each in GROUPS}

    @property
    def document(self) -> dict[str, Any]:
        """The return as one JSON document."""
        return document_of(self.year, self.template, self.board, self.items, self.groups)


def items_of(
    template: ReturnTemplate,
    codes: Callable[[str], list[str]],
    count: Callable[[str, str, str], int | None],
) -> dict[str, Any]:
    """Return every figure and table of a template: a number, or numbers by code."""

    def value(item: Item) -> Any:
        if item.kind == "int":
            return count(item.item, "", TOTAL)
        if not item.column:
            return {code: count(item.item, code, TOTAL) for code in codes(item.item)}
        return {
            code: {outcome: count(item.item, code, outcome) for outcome in (*OUTCOMES, TOTAL)}
            for code in codes(item.item)
        }

    return {item.item: value(item) for item in template.asked}


def document_of(
    year: ReturnYear,
    template: ReturnTemplate,
    board: str | None,
    items: Mapping[str, Any],
    groups: Mapping[str, int | None],
) -> dict[str, Any]:
    """Return a return as one JSON document."""
    return {
        "year_ending": year.last_day.isoformat(),
        "template": template.name,
        "lscb": board,
        "items": items,
        "groups": groups,
    }


def tabulate(
    rows: Iterable[ReviewedDeath],
    year: ReturnYear,
    template: ReturnTemplate,
    *,
    board: str | None = None,
    boards_of_panel: Collection[str] | None = None,
) -> Tabulation:
    """Count the deaths of a board's residents, of a panel's boards, or (neither given) of all.

    A review counts in the year it was first completed, whenever the child died. A death that is
    not for review is in no figure.

    Source:
        LSCB1 guide: cases signed off by the panel, all ongoing reviews, serious case reviews
        associated with completed reviews, residents who died in another area; the question
        list is reconstructed.
    """
    counting = _Counting(year, template, board, boards_of_panel)
    for death in rows:
        if not death.not_for_review and counting.covers(death):
            counting.add(death)
    return Tabulation(year, template, board, counting.cells())


def duration_band(died_on: date, completed_on: date | None) -> str:
    """Return the code of the time from death to completion, in whole calendar months.

    The twelfth month is 12 whole months and not yet 13. A completion before the death, or none,
    is unknown.

    Source: duration_band list, reconstructed.
    """
    if completed_on is None or completed_on < died_on:
        return "DX"
    months = whole_months(died_on, completed_on)
    for code, upper in (("D1", 6), ("D2", 8), ("D3", 10), ("D4", 12), ("D5", 13)):
        if months < upper:
            return code
    return "D6"


def ongoing(death: ReviewedDeath, last_day: date) -> bool:
    """Tell whether a review was ongoing on a day: known by then, and not completed by then."""
    return (
        death.died_on <= last_day
        and death.notified_on <= last_day
        and (death.completed_on is None or death.completed_on > last_day)
        and not death.not_for_review
        and not death.passed_on
    )


class _Counting:
    """One pass over the deaths, keeping for every figure the rows it counts."""

    def __init__(
        self,
        year: ReturnYear,
        template: ReturnTemplate,
        board: str | None,
        boards_of_panel: Collection[str] | None,
    ) -> None:
        self.year, self.template, self.board = year, template, board
        self.first_day, self.last_day = year.first_day, year.last_day
        self.panel = None if boards_of_panel is None else frozenset(boards_of_panel)
        # By table: what reads its code of a death, what a blank counts as, and the rows by code.
        self.tables = [
            (item, self._reader(item), item.unknown, _by_code()) for item in template.tables
        ]
        self.others: dict[tuple[str, str], list[str]] = {}
        self.headlines = _by_outcome()

    def covers(self, death: ReviewedDeath) -> bool:
        if self.board is not None:
            return death.residence_board == self.board
        return self.panel is None or death.residence_board in self.panel

    def add(self, death: ReviewedDeath) -> None:
        completed_on = death.completed_on
        if completed_on is not None and self.first_day <= completed_on <= self.last_day:
            self._add_completed(death)
        elif ongoing(death, self.last_day):
            self._keep("AG-30", "", death.row)
            died_in = str(ReturnYear.containing(death.died_on).ends_in)
            self._keep("AG-31", died_in, death.row)
        if self.first_day <= death.notified_on <= self.last_day and self._out_of_area(death):
            self._keep("AG-40", "", death.row)

    def _add_completed(self, death: ReviewedDeath) -> None:
        row, outcome = death.row, death.outcome
        # An outcome that is none of the three is in the total alone.
        place = _PLACES.get(outcome)
        self.headlines[0].append(row)
        if place:
            self.headlines[place].append(row)
        for _, read, unknown, by_code in self.tables:
            lists = by_code[read(death) or unknown]
            lists[0].append(row)
            if place:
                lists[place].append(row)
        if death.scr_status == "COMPLETED":
            self._keep("AG-20", "", row)
        found = group(death.age_days, death.expectedness)
        if found is not None:
            self._keep("groups", found.value, row)

    def cells(self) -> dict[tuple[str, str, str], list[str]]:
        """Return the rows of every figure that counts anything."""
        found = {(item, code, TOTAL): rows for (item, code), rows in self.others.items()}
        for (item, outcome), rows in zip(_HEADLINES, self.headlines, strict=True):
            if rows:
                found[item, "", outcome] = rows
        for table, _, _, by_code in self.tables:
            for code, lists in by_code.items():
                for outcome, rows in zip(_LISTS, lists, strict=True):
                    if rows:
                        found[table.item, code, outcome] = rows
        return found

    def _out_of_area(self, death: ReviewedDeath) -> bool:
        here, there = death.residence_board, death.death_board
        if here == there or not {here, there} <= self.template.english_boards:
            return False
        if self.board is None and not self.template.within_panel:
            return there not in (self.panel or ())
        return True

    def _keep(self, item: str, code: str, row: str) -> None:
        self.others.setdefault((item, code), []).append(row)

    def _reader(self, item: Item) -> Callable[[ReviewedDeath], str]:
        if item.column == "duration":
            return lambda death: duration_band(death.died_on, death.completed_on)
        if item.column == "location":
            return self._location
        return attrgetter(item.column)

    def _location(self, death: ReviewedDeath) -> str:
        code = death.location
        while code not in self.template.locations and code in self.template.rolls_up_to:
            code = self.template.rolls_up_to[code]
        return code


# The rows of a figure stand in four lists: all outcomes, then each.
_LISTS = (TOTAL, *OUTCOMES)
_PLACES = {outcome: 1 + number for number, outcome in enumerate(OUTCOMES)}
_HEADLINES = tuple((f"AG-0{1 + number}", TOTAL) for number in range(len(_LISTS)))
Lists = tuple[list[str], ...]


def _by_outcome() -> Lists:
    return tuple([] for _ in _LISTS)


def _by_code() -> defaultdict[str, Lists]:
    return defaultdict(_by_outcome)
