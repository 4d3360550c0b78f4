"""Tables of counts whose cells are known by what they count, so that tables find their links.

A figure is named by its measure and its conditions: `("reviews", (("board", ("LEICESTER",)),
("sex", ("F",)), ("year", ("2015",))))`. Two tables that hold the same figure hold it under the
same name; a figure of several years, boards or joined groups is the sum of its parts.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

Codes = tuple[str, ...]
Conditions = tuple[tuple[str, Codes], ...]
# Measure and conditions, in the order of their dimensions.
Name = tuple[str, Conditions]


class DoesNotAddUp(ValueError):
    """Two tables say different numbers of the same figure, or a table's parts do not fit it."""


class PartsMissing(ValueError):
    """Figures of some years or boards were given before: the parts of the new ones are needed."""


@dataclass(frozen=True)
class Line:
    """A row or a column: its label, and the codes it counts together.

    `by` is empty where the codes are those of the table's own dimension. Where a row counts the
    very same as one of another dimension – under 28 days is the first age group – it is named by
    that one, so that neither gives the other away.
    """

    label: str
    codes: Codes
    by: str = ""


@dataclass(frozen=True)
class LinkedTable:
    """Counts by one or two dimensions, of what `where` says.

    Rows and columns each cover their whole dimension, so that totals are those of all there is.
    `columns_by` is empty where there is only one column. Parts (`given` false) are never given:
    they are the single years of several, the single boards of an area.
    """

    key: str
    title: str
    measure: str
    rows_by: str
    rows: tuple[Line, ...]
    counts: tuple[tuple[int, ...], ...]
    where: Conditions
    columns_by: str = ""
    columns: tuple[Line, ...] = (Line("Number", ()),)
    given: bool = True
    may_join_rows: bool = True
    # Of each cell that is not given it is told whether it is none, small, or no small number.
    tells_size: bool = False

    def __post_init__(self) -> None:
        if not self.rows or not self.columns:
            raise ValueError("a table has at least one row and one column")
        if len(self.counts) != len(self.rows):
            raise ValueError("there is one line of counts per row")
        if any(len(line) != len(self.columns) for line in self.counts):
            raise ValueError("there is one count per column")
        if any(type(n) is not int or n < 0 for line in self.counts for n in line):
            raise ValueError("a count is a whole number from 0 on")
        if not self.columns_by and len(self.columns) != 1:
            raise ValueError("columns without a dimension are one")
        for lines in (self.rows, self.columns) if self.columns_by else (self.rows,):
            codes = [(line.by, code) for line in lines for code in line.codes]
            if len(set(codes)) != len(codes) or not all(line.codes for line in lines):
                raise ValueError("each code is in one row or column")

    def name(self, row: int | None, column: int | None) -> Name:
        """Return the name of a cell; without a row or a column that of a total."""
        conditions = dict(self.where)
        if row is not None:
            conditions[self.rows[row].by or self.rows_by] = self.rows[row].codes
        if column is not None and self.columns_by:
            conditions[self.columns[column].by or self.columns_by] = self.columns[column].codes
        ordered = tuple((by, tuple(sorted(codes))) for by, codes in sorted(conditions.items()))
        return self.measure, ordered

    def value(self, row: int | None, column: int | None) -> int:
        """Return the number of a cell or total."""
        lines = self.counts if row is None else (self.counts[row],)
        return sum(sum(line) if column is None else line[column] for line in lines)

    def places(self) -> Iterator[tuple[int | None, int | None]]:
        """Return row and column of each cell and total; None is a total."""
        return itertools.product([*range(len(self.rows)), None], [*range(len(self.columns)), None])

    def figures(self) -> dict[Name, int]:
        """Return every cell and total by its name."""
        return {self.name(row, column): self.value(row, column) for row, column in self.places()}

    def sums(self) -> Iterator[tuple[Name, list[Name]]]:
        """Return each total with what it is the sum of."""
        down, across = range(len(self.rows)), range(len(self.columns))
        if self.columns_by:
            for row in (*down, None):
                yield self.name(row, None), [self.name(row, column) for column in across]
        for column in (*across, None) if self.columns_by else (None,):
            yield self.name(None, column), [self.name(row, column) for row in down]

    def with_joined_rows(self, fewest: int) -> "LinkedTable":
        """Return the table with its smallest rows joined into one, where the first stood.

        A row that is named by another dimension stays as it is.
        """
        own = [row for row, line in enumerate(self.rows) if not line.by]
        if len(own) < 2:
            return self
        order = sorted(own, key=lambda row: (sum(self.counts[row]), row))
        joined = sorted(order[:fewest])
        rows: list[Line] = []
        counts: list[tuple[int, ...]] = []
        for row, line in enumerate(self.rows):
            if row == joined[0]:
                labels = [self.rows[one].label for one in joined]
                codes = tuple(code for one in joined for code in self.rows[one].codes)
                rows.append(Line(f"{', '.join(labels[:-1])} or {labels[-1]}", codes))
                together = zip(*(self.counts[one] for one in joined), strict=True)
                counts.append(tuple(sum(column) for column in together))
            elif row not in joined:
                rows.append(line)
                counts.append(self.counts[row])
        return replace(self, rows=tuple(rows), counts=tuple(counts))

    def lines(self) -> Iterator[tuple[str, Codes]]:
        """Return the dimension and the codes of each row, and of each column that has one."""
        for line in self.rows:
            yield line.by or self.rows_by, line.codes
        for line in self.columns if self.columns_by else ():
            yield line.by or self.columns_by, line.codes

    def as_parts(self) -> "LinkedTable":
        """Return the same table, never given."""
        return replace(self, given=False, tells_size=False)

    def silent(self) -> "LinkedTable":
        """Return the same table; of what is not given nothing is told."""
        return replace(self, tells_size=False)

    def size_told(self, row: int, column: int, threshold: int) -> tuple[int, int | None] | None:
        """Return between what a cell is told to lie, both inclusive; None where nothing is told."""
        if not self.tells_size:
            return None
        value = self.counts[row][column]
        if value == 0:
            return 0, 0
        return (1, threshold - 1) if value < threshold else (threshold, None)


def touching(one: LinkedTable, other: LinkedTable) -> bool:
    """Tell whether two tables may hold figures of the same children."""
    if one.measure != other.measure:
        return False
    conditions = dict(other.where)
    return all(by not in conditions or set(codes) & set(conditions[by]) for by, codes in one.where)


def parts_of(name: Name, dimensions: Iterable[str]) -> list[Name]:
    """Return the figures of single codes, along some dimensions, that a figure is the sum of."""
    measure, conditions = name
    split = set(dimensions)
    choices = [
        [(by, (code,)) for code in codes] if by in split else [(by, codes)]
        for by, codes in conditions
    ]
    return [(measure, tuple(chosen)) for chosen in itertools.product(*choices)]


def told_apart_and_together(tables: Iterable[LinkedTable]) -> dict[str, set[str]]:
    """Return, by measure, the dimensions along which some codes are counted in different groups.

    Only there do the parts of several years, boards or joined rows tell an outsider anything:
    2011 to 2015 less 2010 to 2014 is 2015 less 2010.
    """
    met: dict[tuple[str, str], set[Codes]] = {}
    for table in tables:
        for by, codes in (*table.where, *table.lines()):
            met.setdefault((table.measure, by), set()).add(tuple(sorted(codes)))
    found: dict[str, set[str]] = {}
    for (measure, by), groups in met.items():
        if any(set(one) & set(other) for one, other in itertools.combinations(groups, 2)):
            found.setdefault(measure, set()).add(by)
    return found
