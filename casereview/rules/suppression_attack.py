"""The outsider: works out what can be worked out from published figures, before they leave.

This module is the gate. It shares nothing with the model that chooses what is hidden but the
description of what is known, and it believes no solver: a hidden number counts as safe only when
two whole tables that fit everything published have been found and added up again here, one in
which it is low enough and one in which it is high enough.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casereview.rules.relations import Key, Relation

_ROUNDS = 12


@dataclass(frozen=True)
class Leak:
    """A figure that may not leave so, and why; it repeats no number."""

    figure: Key
    why: str


class NotTrue(ValueError):
    """The figures do not fit what is said to be known of them."""


def attack(
    figures: Mapping[Key, int],
    published: Mapping[Key, int],
    relations: Iterable[Relation],
    threshold: int,
    *,
    zeros_are_known: bool = False,
) -> list[Leak]:
    """Return what leaks when only `published` of the figures leaves; nothing when it may leave.

    No number from 1 to threshold - 1 may be published. Of each such number that is hidden, the
    whole tables that fit all that is published and all relations must reach from 1 or less to
    threshold - 1 or more, and at the least to 2, so that it is never known exactly.
    `relations` are what the outsider knows: the sums of every table given together, figures
    released earlier.
    With `zeros_are_known` the outsider also knows that a zero is never hidden, and must still
    not learn of a hidden number more than which other figures are zero tells by itself.

    Source:
        Suppression of small counts in the child death review statistics ("figures less than 5
        are suppressed"); protection of the whole range 1 to threshold - 1 is good practice
        added here.

    Raises:
        NotTrue: the figures do not fit the relations, so the attack would prove nothing.
    """
    facts = list(relations)
    if any(not _holds(fact, figures) for fact in facts):
        raise NotTrue("the figures do not fit what is said to be known of them")
    leaks = [
        Leak(key, "is published and is not the figure")
        for key, value in published.items()
        if figures.get(key) != value
    ]
    leaks += [
        Leak(key, "is small and is published")
        for key, value in published.items()
        if 0 < value < threshold
    ]
    small = [key for key, value in figures.items() if 0 < value < threshold]
    hidden = [key for key in small if key not in published]
    if leaks or not hidden:
        return leaks
    shown = {key: value for key, value in published.items() if key in figures}
    outsider = _Outsider(figures, shown, facts, least=0)
    high = max(threshold - 1, 2)
    leaks = _narrowed(outsider, [(key, 1, high) for key in hidden])
    if zeros_are_known and not leaks and all(figures[key] for key in figures if key not in shown):
        nothing = {key: 0 for key, value in figures.items() if value == 0}
        pattern = _Outsider(figures, nothing, facts, least=1)
        reader = _Outsider(figures, shown, facts, least=1)
        wanted = [(key, 1, high) for key in hidden]
        reader.look_at_many(wanted)
        leaks = _narrowed(
            reader,
            [
                (key, low if reader.reaches(key, at_most=low) else pattern.lowest(key), high)
                for key, low, high in wanted
            ],
        )
    return leaks


def _narrowed(outsider: "_Outsider", wanted: Sequence[tuple[Key, int, int]]) -> list[Leak]:
    """Return the hidden figures that the outsider can tell to be above or below their range."""
    outsider.look_at_many(wanted)
    leaks = []
    for key, low, high in wanted:
        if not outsider.reaches(key, at_most=low):
            leaks.append(Leak(key, "is known to be more than the smallest number it may be"))
        if not outsider.reaches(key, at_least=high):
            leaks.append(Leak(key, "is known to be less than the largest number it may be"))
    return leaks


def _holds(fact: Relation, figures: Mapping[Key, int]) -> bool:
    """Tell whether a fact is true of the figures, in whole numbers."""
    found = sum(weight * figures[key] for key, weight in fact.terms)
    return (fact.at_least is None or found >= fact.at_least) and (
        fact.at_most is None or found <= fact.at_most
    )


class _Outsider:
    """Who has the published figures, knows the relations, and tries every table that fits."""

    def __init__(
        self,
        figures: Mapping[Key, int],
        shown: Mapping[Key, int],
        facts: Sequence[Relation],
        least: int,
    ) -> None:
        self.shown, self.facts, self.least = shown, facts, least
        self.unknown = [key for key in figures if key not in shown]
        self.place = {key: place for place, key in enumerate(self.unknown)}
        self.lowest_seen: dict[Key, int] = {}
        self.highest_seen: dict[Key, int] = {}
        # The truth fits what is published: it is the first table the outsider could think of.
        self._note({key: figures[key] for key in self.unknown})
        self._system = self._equations()

    def reaches(self, key: Key, *, at_least: int | None = None, at_most: int | None = None) -> bool:
        """Tell whether some whole table that fits has the figure that high, or that low."""
        if at_least is not None and self.highest_seen[key] >= at_least:
            return True
        if at_most is not None and self.lowest_seen[key] <= at_most:
            return True
        bounds = {key: (at_least, at_most)}
        self._try([0.0] * len(self.unknown), bounds, whole=True)
        if at_least is not None:
            return self.highest_seen[key] >= at_least
        return at_most is None or self.lowest_seen[key] <= at_most

    def lowest(self, key: Key) -> int:
        """Return the lowest number that the figure has in a whole table that fits."""
        objective = [0.0] * len(self.unknown)
        objective[self.place[key]] = 1.0
        self._try(objective, {}, whole=True)
        return self.lowest_seen[key]

    def look_at_many(self, wanted: Sequence[tuple[Key, int, int]]) -> None:
        """Find tables in which many figures at once are low, or high; it only saves time."""
        for direction in (1.0, -1.0):
            for _ in range(_ROUNDS):
                open_ones = [
                    (key, low, high)
                    for key, low, high in wanted
                    if (direction > 0 and self.lowest_seen[key] > low)
                    or (direction < 0 and self.highest_seen[key] < high)
                ]
                if not open_ones:
                    break
                objective = [0.0] * len(self.unknown)
                bounds: dict[Key, tuple[int | None, int | None]] = {}
                for key, _, high in open_ones:
                    objective[self.place[key]] = direction
                    if direction < 0:
                        bounds[key] = (None, high)
                self._try(objective, bounds, whole=False)
                still = sum(
                    (direction > 0 and self.lowest_seen[key] > low)
                    or (direction < 0 and self.highest_seen[key] < high)
                    for key, low, high in open_ones
                )
                if still > 0.8 * len(open_ones):
                    break

    def _equations(self):
        """Return the relations as a matrix over the unknown figures, with their bounds."""
        from math import inf

        from scipy.sparse import csr_array

        weights, rows, columns = [], [], []
        low: list[float] = []
        high: list[float] = []
        for fact in self.facts:
            unknown = [(key, weight) for key, weight in fact.terms if key in self.place]
            if not unknown:
                continue
            known = sum(weight * self.shown[key] for key, weight in fact.terms if key in self.shown)
            for key, weight in unknown:
                rows.append(len(low))
                columns.append(self.place[key])
                weights.append(float(weight))
            low.append(-inf if fact.at_least is None else float(fact.at_least - known))
            high.append(inf if fact.at_most is None else float(fact.at_most - known))
        if not low:
            return None
        shape = (len(low), len(self.unknown))
        return csr_array((weights, (rows, columns)), shape=shape), low, high

    def _try(
        self,
        objective: Sequence[float],
        bounds: Mapping[Key, tuple[int | None, int | None]],
        *,
        whole: bool,
    ) -> None:
        """Ask the solver for a table, and keep what it shows if it really fits."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        lower = np.full(len(self.unknown), float(self.least))
        upper = np.full(len(self.unknown), np.inf)
        for key, (at_least, at_most) in bounds.items():
            if at_least is not None:
                lower[self.place[key]] = max(self.least, at_least)
            if at_most is not None:
                upper[self.place[key]] = at_most
        if (lower > upper).any():
            return
        found = milp(
            np.array(objective),
            integrality=np.full(len(self.unknown), 1 if whole else 0),
            bounds=Bounds(lower, upper),
            constraints=[LinearConstraint(*self._system)] if self._system else [],
        )
        if found.x is not None:
            self._note(
                {key: round(value) for key, value in zip(self.unknown, found.x, strict=True)}
            )

    def _note(self, table: Mapping[Key, int]) -> None:
        """Keep how low and how high each figure is in a table, if the table fits in every way."""
        if any(value < self.least for value in table.values()):
            return
        whole = {**self.shown, **table}
        if not all(_holds(fact, whole) for fact in self.facts):
            return
        for key, value in table.items():
            self.lowest_seen[key] = min(value, self.lowest_seen.get(key, value))
            self.highest_seen[key] = max(value, self.highest_seen.get(key, value))
