"""The gate: linked tables made fit to give to an audience, with all that it was given before.

What is asked for, the parts it is the sum of and every connected earlier release become one system
of figures. What is hidden is chosen for all of it at once, and attacked by separate code. Where
that fails, small rows are joined; then only totals are given; then nothing is.

Of an earlier release the outsider knows every number that was given, and that what it counted was
the same as now where the figure has not moved. Where a correction moved a figure by less than the
threshold, the move itself is a small number, and kept like one.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from casereview.rules.linked_tables import (
    Codes,
    DoesNotAddUp,
    LinkedTable,
    Name,
    PartsMissing,
    parts_of,
    told_apart_and_together,
    touching,
)
from casereview.rules.output_profiles import OutputProfile
from casereview.rules.relations import Key, Relation, adds_up
from casereview.rules.suppression import CannotBePublished, cost, protect
from casereview.rules.suppression_attack import attack
from casereview.rules.suppression_model import Figure

# With more figures than this they cannot be hidden as one in minutes.
MOST_FIGURES = 2_000
# How many of the smallest rows are joined, one attempt after another.
_JOINED = (2, 3, 5)

Grid = tuple[tuple[int | None, ...], ...]


class TooManyFigures(ValueError):
    """There are more figures, with what they are linked to, than can be hidden as one."""


@dataclass(frozen=True)
class Shown:
    """A table as it may be given: None is hidden. Totals stand last, in each row and below."""

    table: LinkedTable
    grid: Grid

    def value(self, row: int | None, column: int | None) -> int | None:
        """Return what is given of a cell or total."""
        return self.grid[-1 if row is None else row][-1 if column is None else column]

    @property
    def hidden(self) -> int:
        """Return how many numbers are not given."""
        return sum(value is None for line in self.grid for value in line)

    @property
    def in_one_cell(self) -> list[str]:
        """Return the rows whose whole count is seen to stand in one cell.

        Whoever knows that a child is counted in such a row knows the column too.
        """
        if len(self.table.columns) < 2:
            return []
        return [
            line.label
            for line, (*cells, total) in zip(self.table.rows, self.grid, strict=False)
            if total and total in cells
        ]


@dataclass(frozen=True)
class Earlier:
    """A release as it was given: its tables with their parts, and what was shown of each."""

    tables: tuple[LinkedTable, ...]
    shown: tuple[Shown, ...]
    profile: OutputProfile


@dataclass(frozen=True)
class Settled:
    """Tables as they may be given, in the order asked, and what was done so that they may."""

    shown: tuple[Shown, ...]
    profile: OutputProfile
    joined: bool = False
    totals_only: bool = False

    def table(self, key: str) -> Shown:
        """Return one of the tables by its key.

        Raises:
            KeyError: there is none of that key.
        """
        for one in self.shown:
            if one.table.key == key:
                return one
        raise KeyError(key)


@lru_cache(maxsize=128)
def settle(
    tables: tuple[LinkedTable, ...], earlier: tuple[Earlier, ...], profile: OutputProfile
) -> Settled:
    """Return the tables as they may be given together, after all that was given before.

    Raises:
        CannotBePublished: a small number is given away whatever is hidden.
        TooManyFigures: there are too many to be hidden as one.
        DoesNotAddUp: the tables contradict each other.
        PartsMissing: single years or boards were given before, and the parts are not here.
    """
    asked = [table for table in tables if table.given]
    if not profile.hides:
        return Settled(tuple(_grid(one, dict(one.figures())) for one in asked), profile)
    linked = _linked(tables, earlier)
    silent = tuple(table.silent() for table in tables)
    # First against who is sure of every zero, those that are not given included; where earlier
    # figures leave no way for that, against who has only the zeros that are given. Where what is
    # told of the sizes leaves no way either, nothing is told of them.
    for so, zeros in dict.fromkeys(itertools.product((tables, silent), (False, True))):
        try:
            return Settled(_once(so, linked, profile, zeros=zeros), profile)
        except CannotBePublished:
            continue
    tables = silent
    for fewest in _JOINED:
        joined = _with_joined_rows(tables, fewest)
        if joined == tables:
            break
        try:
            return Settled(_once(joined, linked, profile), profile, joined=True)
        except (CannotBePublished, PartsMissing):
            # Joined rows and single ones that were given need parts that nobody counted.
            continue
    try:
        return Settled(_once(tables, linked, profile, detail=False), profile, totals_only=True)
    except CannotBePublished:
        shown = _once(tables, linked, profile, detail=False, zeros=True, everything=True)
        return Settled(shown, profile, totals_only=True)


def _linked(tables: Sequence[LinkedTable], earlier: Sequence[Earlier]) -> list[Earlier]:
    """Return the earlier releases that may touch the same children, through others as well."""
    found: set[int] = set()
    near = list(tables)
    while True:
        more = {
            number
            for number, release in enumerate(earlier)
            if number not in found
            and any(touching(one, other) for one in release.tables for other in near)
        }
        if not more:
            return [earlier[number] for number in sorted(found)]
        found |= more
        near = [table for number in more for table in earlier[number].tables]


def _with_joined_rows(tables: tuple[LinkedTable, ...], fewest: int) -> tuple[LinkedTable, ...]:
    """Return the tables with their smallest rows joined; the rows themselves stay as parts."""
    found: list[LinkedTable] = []
    for table in tables:
        if table.given and table.may_join_rows and len(table.rows) > fewest:
            found += [table.with_joined_rows(fewest), table.as_parts()]
        else:
            found.append(table)
    return tuple(found)


@dataclass
class _System:
    """Everything the outsider could reckon with: figures by name and number, and what is known."""

    profile: OutputProfile
    values: dict[Key, int] = field(default_factory=dict)
    costs: dict[Key, float] = field(default_factory=dict)
    details: set[Key] = field(default_factory=set)
    asked: set[Key] = field(default_factory=set)
    known: set[Key] = field(default_factory=set)
    facts: list[Relation] = field(default_factory=list)
    in_time: dict[Name, list[int]] = field(default_factory=dict)
    told: set[Name] = field(default_factory=set)

    def add(self, tables: Sequence[LinkedTable], apart: dict[str, set[str]]) -> None:
        """Take in what was counted at one time: the tables, and the sums that hold in them."""
        figures: dict[Name, int] = {}
        names_given: set[Name] = set()
        for table in tables:
            for row, column in table.places():
                name, value = table.name(row, column), table.value(row, column)
                if figures.setdefault(name, value) != value:
                    raise DoesNotAddUp("two tables say different numbers of the same figure")
                key = (name, value)
                ends = (row is None) + (column is None)
                price = cost(value, margin=ends == 1, grand=ends == 2)
                self.costs[key] = max(price, self.costs.get(key, 0.0))
                self.values[key] = value
                if not ends:
                    self.details.add(key)
                if table.given:
                    names_given.add(name)
        for table in tables:
            for total, parts in table.sums():
                self._sum(figures, total, parts)
        for name in names_given:
            parts = parts_of(name, apart.get(name[0], ()))
            if parts != [name]:
                if any(part not in figures for part in parts):
                    raise PartsMissing("the parts of a figure are not here")
                self._sum(figures, name, parts)
        for name, value in figures.items():
            seen = self.in_time.setdefault(name, [])
            if not seen or seen[-1] != value:
                seen.append(value)
        self.told |= names_given

    def _sum(self, figures: dict[Name, int], total: Name, parts: Iterable[Name]) -> None:
        keys = [(part, figures[part]) for part in parts]
        if keys != [(total, figures[total])]:
            self.facts.append(adds_up((total, figures[total]), keys))

    def hear(self, release: Earlier) -> None:
        """Take in what was given: a number, or the numbers that a rounded one may stand for."""
        for shown in release.shown:
            self.tell_sizes(shown.table, release.profile.threshold)
            for row, column in shown.table.places():
                given = shown.value(row, column)
                if given is None:
                    continue
                key = (shown.table.name(row, column), shown.table.value(row, column))
                low, high = release.profile.range_of(given)
                if low == high:
                    self.known.add(key)
                else:
                    self.facts.append(Relation(((key, 1),), low, high))

    def tell_sizes(self, table: LinkedTable, threshold: int) -> None:
        """Take in what is told of the size of a table's cells, those that are given included."""
        for row, column in itertools.product(range(len(table.rows)), range(len(table.columns))):
            if (told := table.size_told(row, column, threshold)) is not None:
                key = (table.name(row, column), table.value(row, column))
                self.facts.append(Relation(((key, 1),), *told))

    def notice_moves(self) -> None:
        """Make of each small move of a figure that was told a small number to be kept."""
        for name in self.told:
            seen = self.in_time[name]
            for number, (old, new) in enumerate(zip(seen, seen[1:], strict=False)):
                if {(name, old), (name, new)} <= self.known:
                    continue
                sign = 1 if new > old else -1
                moved = ("moved", name, number)
                self.values[moved] = abs(new - old)
                self.facts.append(Relation(((moved, sign), ((name, old), 1), ((name, new), -1))))

    def figures(self, constant: set[Key], *, detail: bool) -> list[Figure]:
        """Return what is to be hidden or given; only what is asked for may be given."""
        return [
            Figure(
                key,
                value,
                self.costs.get(key, 1.0),
                secret=key not in self.asked or (not detail and key in self.details),
                detail=key in self.details,
            )
            for key, value in self.values.items()
            if key not in constant
        ]

    def relations(self, constant: set[Key]) -> Iterator[Relation]:
        """Return what is known, with what is known exactly taken out of the sums."""
        for fact in self.facts:
            terms = tuple(term for term in fact.terms if term[0] not in constant)
            taken = sum(weight * self.values[key] for key, weight in fact.terms if key in constant)
            if terms:
                yield Relation(
                    terms,
                    None if fact.at_least is None else fact.at_least - taken,
                    None if fact.at_most is None else fact.at_most - taken,
                )


def _once(
    tables: Sequence[LinkedTable],
    linked: Sequence[Earlier],
    profile: OutputProfile,
    *,
    detail: bool = True,
    zeros: bool = False,
    everything: bool = False,
) -> tuple[Shown, ...]:
    """Hide what must be hidden, once; with `zeros` also zeros, with `everything` all figures."""
    asked = [table for table in tables if table.given]
    told = [*asked, *(one.table for release in linked for one in release.shown)]
    apart = told_apart_and_together(told)
    groups = {
        (one.measure, by, _in_order(codes))
        for one in told
        for by, codes in (*one.where, *one.lines())
    }

    def needed(every: Sequence[LinkedTable]) -> list[LinkedTable]:
        return [
            table
            for table in every
            if table.given or _tells(table, groups, apart.get(table.measure, set()))
        ]

    system = _System(profile)
    for release in linked:
        system.add(needed(release.tables), apart)
        system.hear(release)
    system.add(needed(tables), apart)
    for table in asked:
        system.tell_sizes(table, profile.threshold)
    system.asked = {(name, value) for one in asked for name, value in one.figures().items()}
    system.notice_moves()
    nothing = {key for key, value in system.values.items() if value == 0}
    constant = system.known if zeros else system.known | nothing
    figures = system.figures(constant, detail=detail)
    if len(figures) > MOST_FIGURES:
        raise TooManyFigures(f"there are more than {MOST_FIGURES} figures")
    relations = list(system.relations(constant))
    published = protect(
        figures,
        relations,
        profile.threshold,
        zeros_are_known=not zeros,
        gives_up_detail=everything,
    )
    values = {one.key: one.value for one in figures}
    given = _rounded(values, published, relations, system, profile)
    small = range(1, profile.threshold)
    # What was given before is given again, unless it is small now: thresholds change.
    given |= {
        key: profile.rounded(system.values[key])
        for key in constant & system.asked
        if system.values[key] not in small and (detail or key not in system.details)
    }
    return tuple(
        _grid(table, {name: given.get((name, value)) for name, value in table.figures().items()})
        for table in asked
    )


def _tells(part: LinkedTable, groups: set[tuple[str, str, Codes]], split: set[str]) -> bool:
    """Tell whether a part is one that figures of other tables are split into.

    `groups` are measure, dimension and codes of all that was told, `split` the dimensions of the
    part's measure along which they are told apart and together.
    """
    return bool(split) and all(
        len(codes) == 1 if by in split else (part.measure, by, _in_order(codes)) in groups
        for by, codes in (*part.where, *part.lines())
    )


def _in_order(codes: Codes) -> Codes:
    return tuple(sorted(codes))


def _rounded(
    values: dict[Key, int],
    published: dict[Key, int],
    relations: Sequence[Relation],
    system: _System,
    profile: OutputProfile,
) -> dict[Key, int]:
    """Return what is given, rounded: all that is no small number, where that withstands the attack.

    Rounded numbers tell less, so fewer may need to be hidden. What the exact numbers may tell,
    the rounded ones may tell too; they are attacked all the same.

    Raises:
        CannotBePublished: even so something is given away.
    """
    if profile.rounding == 1:
        return published
    large = {key: n for key, n in values.items() if key in system.asked and n >= profile.threshold}
    for chosen in (large, published):
        rounded = {key: profile.rounded(value) for key, value in chosen.items()}
        ranges = [Relation(((key, 1),), *profile.range_of(value)) for key, value in rounded.items()]
        if not attack(values, {}, [*relations, *ranges], profile.threshold, zeros_are_known=True):
            return rounded
    raise CannotBePublished("what is known gives a small number away, rounded or not")


def _grid(table: LinkedTable, given: dict[Name, Any]) -> Shown:
    rows, columns = [*range(len(table.rows)), None], [*range(len(table.columns)), None]
    return Shown(
        table,
        tuple(tuple(given.get(table.name(row, column)) for column in columns) for row in rows),
    )
