"""Tables of counts made fit to publish: small numbers hidden, and all that would give them away.

`protect` is the one way from figures to what may leave: the model chooses what to hide, the
attack tries to undo it, and only what withstands the attack is returned. Where it does not, more
is hidden: the inside of every table, then every figure but zeros, then every figure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log1p

from casereview.rules.relations import Key, Relation, adds_up
from casereview.rules.suppression_attack import attack
from casereview.rules.suppression_model import ROUNDS, CannotHide, Figure, least_hidden

# What leaving a figure out costs: one and its logarithm, a margin and a grand total much more.
MARGIN = 50.0
GRAND_TOTAL = 1000.0


class CannotBePublished(Exception):
    """Even with every figure hidden, what is known besides gives a small number away."""


@dataclass(frozen=True)
class CountTable:
    """A table of counts without its totals: they are derived, and published too."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        if not self.rows or not self.columns:
            raise ValueError("a table has at least one row and one column")
        if len(self.counts) != len(self.rows):
            raise ValueError("there is one line of counts per row")
        for line in self.counts:
            if len(line) != len(self.columns):
                raise ValueError("there is one count per column")
            if any(type(count) is not int or count < 0 for count in line):
                raise ValueError("a count is a whole number from 0 on")


@dataclass(frozen=True)
class PublishedTable:
    """A table as it may leave: None is a number that is not given."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    threshold: int
    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    grand_total: int | None


def cell(table: str, row: int, column: int) -> Key:
    """Return the name of a cell of a table, counted from 0, for a relation between tables."""
    return (table, row, column)


def row_total(table: str, row: int) -> Key:
    """Return the name of the total of a row."""
    return (table, row, None)


def column_total(table: str, column: int) -> Key:
    """Return the name of the total of a column."""
    return (table, None, column)


def grand_total(table: str) -> Key:
    """Return the name of the total of a whole table."""
    return (table, None, None)


def cost(value: int, *, margin: bool = False, grand: bool = False) -> float:
    """Return what it costs to leave a figure out: more for a larger one, for a total most."""
    return 1 + log1p(value) + (GRAND_TOTAL if grand else MARGIN if margin else 0.0)


def suppress_table(
    table: CountTable, threshold: int, *, zeros_are_known: bool = False
) -> PublishedTable:
    """Return a table with its small numbers hidden, and what else would give them away.

    Raises:
        ValueError: the threshold is below 2.
    """
    return suppress_together({"": table}, threshold, zeros_are_known=zeros_are_known)[""]


def suppress_together(
    tables: Mapping[str, CountTable],
    threshold: int,
    known: Iterable[Relation] = (),
    *,
    zeros_are_known: bool = False,
) -> dict[str, PublishedTable]:
    """Return tables that are published together, or after one another, hidden as one.

    `known` holds what links them – `the_same(row_total("a", 0), cell("b", 2, 1))` – and what was
    released before – `known_to_be(grand_total("a"), 71)`.

    Raises:
        CannotBePublished: what is known gives a small number away whatever is hidden.
        ValueError: the threshold is below 2.
    """
    figures: list[Figure] = []
    relations = list(known)
    for name, table in tables.items():
        figures += _figures(name, table)
        relations += _sums(name, table)
    published = protect(figures, relations, threshold, zeros_are_known=zeros_are_known)
    return {
        name: PublishedTable(
            rows=table.rows,
            columns=table.columns,
            threshold=threshold,
            cells=tuple(
                tuple(published.get(cell(name, row, column)) for column in _across(table))
                for row in _down(table)
            ),
            row_totals=tuple(published.get(row_total(name, row)) for row in _down(table)),
            column_totals=tuple(
                published.get(column_total(name, column)) for column in _across(table)
            ),
            grand_total=published.get(grand_total(name)),
        )
        for name, table in tables.items()
    }


def protect(
    figures: Sequence[Figure],
    relations: Sequence[Relation],
    threshold: int,
    *,
    zeros_are_known: bool = False,
    rounds: int = ROUNDS,
    gives_up_detail: bool = True,
) -> dict[Key, int]:
    """Return the figures that may be published; one that is not there is hidden.

    `relations` are all that ties the figures together or is known of them. With
    `zeros_are_known` the hidden numbers are also kept from who knows that zeros are always given.
    Without `gives_up_detail` there is one attempt: the caller has another way when it fails.

    Raises:
        CannotBePublished: what is known gives a small number away whatever is hidden.
        ValueError: the threshold is below 2.
    """
    if threshold < 2:
        raise ValueError("the threshold is at least 2")
    values = {figure.key: figure.value for figure in figures}
    if not any(0 < value < threshold for value in values.values()):
        return {figure.key: figure.value for figure in figures if not figure.secret}
    without_detail = [replace(one, secret=one.secret or _given_up(one)) for one in figures]
    attempts = (
        (figures, False, rounds),
        (without_detail, False, ROUNDS),
        ([replace(one, secret=one.secret or one.value > 0) for one in figures], False, 1),
        (figures, True, ROUNDS),
        ([replace(one, secret=True) for one in figures], True, 1),
    )
    for asked, hide_zeros, limit in attempts if gives_up_detail else attempts[:1]:
        try:
            hidden = least_hidden(
                asked,
                relations,
                threshold,
                zeros_are_known=zeros_are_known,
                hide_zeros=hide_zeros,
                rounds=limit,
            )
        except CannotHide:
            continue
        published = {key: value for key, value in values.items() if key not in hidden}
        if not attack(values, published, relations, threshold, zeros_are_known=zeros_are_known):
            return published
    raise CannotBePublished("what is known gives a small number away whatever is hidden")


def _given_up(figure: Figure) -> bool:
    """Tell whether a figure goes when the inside of the tables is given up; zeros are given."""
    return figure.detail and figure.value > 0


def _down(table: CountTable) -> range:
    return range(len(table.rows))


def _across(table: CountTable) -> range:
    return range(len(table.columns))


def _figures(name: str, table: CountTable) -> list[Figure]:
    counts = table.counts
    by_column = [sum(line[column] for line in counts) for column in _across(table)]
    inside = [
        Figure(cell(name, row, column), counts[row][column], cost(counts[row][column]))
        for row in _down(table)
        for column in _across(table)
    ]
    margins = [(row_total(name, row), sum(counts[row])) for row in _down(table)]
    margins += [(column_total(name, column), by_column[column]) for column in _across(table)]
    return [
        *inside,
        *(Figure(key, value, cost(value, margin=True), detail=False) for key, value in margins),
        Figure(grand_total(name), sum(by_column), cost(sum(by_column), grand=True), detail=False),
    ]


def _sums(name: str, table: CountTable) -> list[Relation]:
    down, across = _down(table), _across(table)
    return [
        *(adds_up(row_total(name, row), [cell(name, row, one) for one in across]) for row in down),
        *(
            adds_up(column_total(name, column), [cell(name, one, column) for one in down])
            for column in across
        ),
        adds_up(grand_total(name), [row_total(name, row) for row in down]),
        adds_up(grand_total(name), [column_total(name, column) for column in across]),
    ]
