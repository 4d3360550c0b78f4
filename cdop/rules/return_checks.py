"""The checks of a return before it is sent: what is wrong, in which rows, and what to do.

Not here: V01 and V22 hold by construction (a return year and real dates are types), V24 needs the
return that was sent.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from casereview.rules.ages import NEONATAL_DAYS
from cdop.rules import child_level
from cdop.rules.annual_return import OUTCOMES, TOTAL, ReturnTemplate, ReviewedDeath, Tabulation

UNDER_TEN = ("A1", "A2", "A3", "A4")
MOST_UNKNOWN = Fraction(1, 10)
MOST_CHANGE = Fraction(1, 2)
LEAST_CHANGE = 5
# The checks that cannot fail, because the product has no way to record what they forbid.
BY_CONSTRUCTION = ("V01", "V22")


@dataclass(frozen=True)
class Finding:
    """What one check found; `severity` is "error" or "warning", `rows` may be empty."""

    rule: str
    severity: str
    message: str
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """What is not known of one completed review; `columns` are those of ReviewedDeath."""

    row: str
    columns: tuple[str, ...]


Broken = Callable[[ReviewedDeath], bool]

# A check of one completed review: its number, when it is broken, and what to do about it.
_OF_A_REVIEW: tuple[tuple[str, Broken, str], ...] = (
    (
        "V02",
        lambda death: death.outcome not in OUTCOMES,
        "Record the outcome: the review counts as completed and has none",
    ),
    (
        "V04",
        lambda death: (
            death.under_18 is False or (death.age_days is not None and death.age_days < 0)
        ),
        "Correct the dates: the age at death is not between birth and the 18th birthday",
    ),
    (
        "V09",
        lambda death: not death.category,
        "Record the category of death: there must be exactly one",
    ),
    (
        "V10",
        lambda death: death.completed_on is not None and death.completed_on < death.died_on,
        "Correct the dates: the review was completed before the death",
    ),
    (
        "V13",
        lambda death: (
            death.age_days is not None
            and 0 <= death.age_days < NEONATAL_DAYS
            and death.event != "NEONATAL"
        ),
        "Confirm the event: the child was under 28 days and the event is not neonatal death",
    ),
    (
        "V14",
        lambda death: (
            death.category == "8" and death.age_days is not None and death.age_days >= NEONATAL_DAYS
        ),
        "Confirm category 8: the child was 28 days or older",
    ),
    (
        "V15",
        lambda death: death.category == "2" and death.age_band in UNDER_TEN,
        "Ask the panel to confirm category 2: the child was under ten",
    ),
    (
        "V16",
        lambda death: death.category == "1" and death.scr_status in ("", "NONE"),
        "Ask whether the death was referred to the serious case review group: category 1",
    ),
    (
        "V17",
        lambda death: death.category == "10" and death.sudep_in_cause is True,
        "Change the category to 5: the cause names sudden unexpected death in epilepsy",
    ),
    (
        "V18",
        lambda death: (
            (death.category == "1" or death.outcome == "M") and death.action_decided is False
        ),
        "Record what action the panel decided; none is an answer",
    ),
    (
        "V20",
        lambda death: death.outcome == "I" and death.reason_given is False,
        "Record why the information was not sufficient",
    ),
    (
        "V26",
        lambda death: death.outcome == "M" and death.factors == 0,
        "Record the modifiable factor, or change the outcome",
    ),
    (
        "V27",
        lambda death: death.outcome in ("N", "I") and (death.factors or 0) > 0,
        "Clear the modifiable factors, or change the outcome",
    ),
    (
        "V28",
        lambda death: (death.weak_factors or 0) > 0,
        "Check the influence: a modifiable factor is graded below 2",
    ),
    (
        "V29",
        lambda death: death.expectedness in ("", "UNSURE"),
        "Ask the designated doctor to confirm whether the death was expected",
    ),
)


def check_return(
    counted: Tabulation,
    deaths: Iterable[ReviewedDeath],
    severities: Mapping[str, str],
    *,
    boards: Collection[str] | None = None,
    previous_total: int | None = None,
    local_total: int | None = None,
) -> list[Finding]:
    """Run every check that applies, in the order of their numbers.

    `deaths` are those that were counted; `severities` gives each check's severity; `boards` are
    those whose residents the return is about, `previous_total` the reviews completed the year
    before, `local_total` those of the local annual report: None leaves out the check that needs
    it. A check whose severity is "off" is left out too.

    Source: lscb1_checks list; what is marked RECONSTRUCTED there is our proposal.
    """
    by_row = {death.row: death for death in deaths}
    completed = [by_row[row] for row in counted.rows("AG-01")]
    known = completed + [by_row[row] for row in counted.rows("AG-30")]
    found = check_figures(counted.items, severities)
    for rule, broken, message in _OF_A_REVIEW:
        found += _finding(rule, severities, message, filter(broken, completed))
    found += _finding(
        "V03",
        severities,
        "Take this death out of the return: it is not for review",
        (death for death in known if death.not_for_review),
    )
    found += _residence(known, severities, boards)
    found += _counted_twice(known, severities)
    found += _ongoing(counted, completed, severities)
    found += _unknowns(counted, completed, severities)
    found += _abroad(known, severities, counted.template.english_boards)
    found += _change(len(completed), severities, previous_total)
    found += _child_level(counted, completed, severities)
    if local_total is not None and local_total != len(completed):
        message = (
            f"Explain in a comment why the local annual report says {local_total} reviews and the "
            f"return {len(completed)}"
        )
        found += _finding("V23", severities, message)
    return sorted((one for one in found if one.severity != "off"), key=lambda each: each.rule)


@dataclass(frozen=True)
class Unusual:
    """A figure that is far from the year before."""

    item: str
    code: str
    now: int
    before: int

    @property
    def key(self) -> str:
        """The name by which its explanation is kept."""
        return f"{self.item}/{self.code}" if self.code else self.item


def unusual_changes(now: Tabulation, before: Tabulation) -> list[Unusual]:
    """Return the figures that changed by more than half and by five or more, in the form's order.

    Nothing is far from a year of which no review is on record.

    Source: check V25, reconstructed, taken to every figure; below five a change says nothing.
    """
    found: list[Unusual] = []
    if not before.count("AG-01"):
        return found
    for item in now.template.asked:
        codes = (
            [""]
            if item.kind == "int"
            else sorted({*now.codes(item.item), *before.codes(item.item)})
        )
        if item.kind == "table" and not item.column:
            continue
        for code in codes:
            here, there = now.count(item.item, code), before.count(item.item, code)
            change = abs(here - there)
            if change >= LEAST_CHANGE and change > MOST_CHANGE * there:
                found.append(Unusual(item.item, code, here, there))
    return found


def check_figures(items: Mapping[str, Any], severities: Mapping[str, str]) -> list[Finding]:
    """Check that the figures of a return agree with one another, whoever worked them out."""
    found = []
    if items["AG-02"] + items["AG-03"] + items["AG-04"] != items["AG-01"]:
        message = "Record the missing outcomes: AG-02, AG-03 and AG-04 do not add up to AG-01"
        found += _finding("V06", severities, message)
    columns = {
        **{outcome: f"AG-0{2 + place}" for place, outcome in enumerate(OUTCOMES)},
        TOTAL: "AG-01",
    }
    for item, table in items.items():
        if item == "AG-31" or not isinstance(table, Mapping):
            continue
        for outcome, whole in columns.items():
            if sum(cell[outcome] for cell in table.values()) != items[whole]:
                message = f"Correct the table {item}: its column {outcome} does not give {whole}"
                found += _finding("V07", severities, message)
    if items["AG-20"] > items["AG-01"]:
        message = "Correct AG-20: there are more serious case reviews than completed reviews"
        found += _finding("V08", severities, message)
    if sum(items["AG-31"].values()) != items["AG-30"]:
        message = "Correct the table AG-31: it does not add up to AG-30"
        found += _finding("V12", severities, message)
    return found


def gaps(counted: Tabulation, deaths: Iterable[ReviewedDeath]) -> list[Gap]:
    """Return each completed review with what is not known of it, in the order of the return."""
    completed = set(counted.rows("AG-01"))
    found = []
    for death in deaths:
        if death.row in completed:
            columns = _not_known(counted.template, death)
            if columns:
                found.append(Gap(death.row, tuple(columns)))
    return found


def still_missing(
    template: ReturnTemplate, death: ReviewedDeath, columns: Collection[str]
) -> list[str]:
    """Return those of some facts that are still not known of a death."""
    return [column for column in _not_known(template, death) if column in columns]


def _not_known(template: ReturnTemplate, death: ReviewedDeath) -> list[str]:
    columns = [
        item.column
        for item in template.tables
        if item.column != "duration" and getattr(death, item.column) in (None, "", item.unknown)
    ]
    return columns if death.outcome in OUTCOMES else [*columns, "outcome"]


def _finding(
    rule: str,
    severities: Mapping[str, str],
    message: str,
    deaths: Iterable[ReviewedDeath] | None = None,
) -> list[Finding]:
    """Make the finding, or none where it is about deaths and there is no such death."""
    if deaths is None:
        return [Finding(rule, severities[rule], message)]
    rows = tuple(death.row for death in deaths)
    return [Finding(rule, severities[rule], message, rows)] if rows else []


def _residence(
    known: Sequence[ReviewedDeath], severities: Mapping[str, str], boards: Collection[str] | None
) -> list[Finding]:
    if boards is None:
        return []
    return _finding(
        "V05",
        severities,
        "Pass this death to the area of residence, or mark it as reviewed for another area",
        (
            death
            for death in known
            if death.residence_board not in boards and not death.for_another_area
        ),
    )


def _counted_twice(known: Sequence[ReviewedDeath], severities: Mapping[str, str]) -> list[Finding]:
    same: dict[str, list[ReviewedDeath]] = {}
    for death in known:
        if death.same_person_key:
            same.setdefault(death.same_person_key, []).append(death)
    found = []
    for deaths in same.values():
        if len(deaths) > 1:
            message = "Merge or set apart these records: they may be one death counted twice"
            found += _finding("V11", severities, message, deaths)
    return found


def _ongoing(
    counted: Tabulation, completed: Sequence[ReviewedDeath], severities: Mapping[str, str]
) -> list[Finding]:
    both = set(counted.rows("AG-30"))
    return _finding(
        "V12",
        severities,
        "Correct the dates: this review is counted as completed and as ongoing",
        (death for death in completed if death.row in both),
    )


def _unknowns(
    counted: Tabulation, completed: Sequence[ReviewedDeath], severities: Mapping[str, str]
) -> list[Finding]:
    found = []
    for item in counted.template.tables:
        rows = counted.rows(item.item, item.unknown)
        if rows and Fraction(len(rows), len(completed)) > MOST_UNKNOWN:
            message = (
                f"Find out what is not known for {item.item} ({item.question}): "
                f"{len(rows)} of {len(completed)} reviews"
            )
            found.append(Finding("V19", severities["V19"], message, rows))
    return found


def _abroad(
    known: Sequence[ReviewedDeath], severities: Mapping[str, str], english: Collection[str]
) -> list[Finding]:
    return _finding(
        "V30",
        severities,
        "Check the location and the place of death: one is abroad and the other is not",
        (
            death
            for death in known
            if (death.location == "ABROAD" and death.death_board in english)
            or (death.death_board == "ABROAD" and death.location not in ("ABROAD", "NK", ""))
        ),
    )


def _child_level(
    counted: Tabulation, completed: Sequence[ReviewedDeath], severities: Mapping[str, str]
) -> list[Finding]:
    rows = child_level.rows_of(counted, completed, lambda row: row)
    wrong = child_level.differences(rows, counted)
    if not wrong:
        return []
    names = ", ".join(dict.fromkeys(item for item, _, _ in wrong))
    message = f"Do not send this: the child-level rows do not give the figures of {names}"
    return _finding("V21", severities, message)


def _change(total: int, severities: Mapping[str, str], previous_total: int | None) -> list[Finding]:
    if not previous_total or Fraction(abs(total - previous_total), previous_total) <= MOST_CHANGE:
        return []
    message = (
        f"Explain the change in a comment: {total} reviews were completed, "
        f"and {previous_total} the year before"
    )
    return _finding("V25", severities, message)
