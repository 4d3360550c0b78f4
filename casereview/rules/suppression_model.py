"""Which figures to hide so that hidden small numbers stay hidden, and as little as possible.

A hidden small number p is safe when it could be as low as 1 and as high as the threshold less 1:
when some change of the hidden figures, keeping every sum, takes it there. The model chooses the
cheapest set of hidden figures that leaves room for each such change. It begins with the small
numbers alone, asks which of them cannot move far enough, turns each refusal into a condition on
what is hidden besides (Benders' cuts, from the dual solution), and asks again until none is left:
the set is then the cheapest there is. Where that would take minutes – many tables linked – each
small number is helped in turn at the least cost, and the set is a good one, not the best.

Source:
    M. Fischetti and J. J. Salazar, "Solving the cell suppression problem on tabular data with
    linear constraints", Management Science 47 (2001).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from casereview.rules.relations import Key, Relation

ROUNDS = 200
_NODES = 20_000
# With more wishes than this the cheapest set takes minutes; a set close to it takes seconds.
_MOST_EXACT = 140
_MOST_CUTS = 800
_OFTEN = 10
_NEAR = 1e-6
# A zero is hidden only where nothing else helps: it costs more than any number of other figures.
_ZERO = 100_000.0


class CannotHide(Exception):
    """No set of hidden figures keeps the small numbers, or none was found within the limits."""


@dataclass(frozen=True)
class Figure:
    """A figure of what is to be published: its value, and the cost of leaving it out.

    `secret` is never published whatever its value. `detail` is given up first where all else
    fails: the inside of a table, not its totals.
    """

    key: Key
    value: int
    cost: float = 1.0
    secret: bool = False
    detail: bool = True


@dataclass(frozen=True)
class _Wish:
    """How a hidden small number must be able to move: up or down, how far, others at a least."""

    place: int
    sign: int
    far: int
    least: int

    @property
    def bends(self) -> bool:
        """Tell whether less is enough where even hiding everything gives no more."""
        return self.sign < 0 and self.least > 0


def least_hidden(
    figures: Sequence[Figure],
    relations: Iterable[Relation],
    threshold: int,
    *,
    zeros_are_known: bool = False,
    hide_zeros: bool = False,
    rounds: int = ROUNDS,
) -> frozenset[Key]:
    """Return the figures to hide: all from 1 to threshold - 1, and the cheapest set besides.

    With `zeros_are_known` the small numbers are also kept from an outsider who knows that no zero
    is hidden. With `hide_zeros` a zero may be hidden too.

    Raises:
        CannotHide: hiding everything that may be hidden is not enough, or the limits were met.
    """
    model = _Model(figures, relations, threshold, hide_zeros)
    wishes = model.wishes(strict=zeros_are_known and not hide_zeros)
    hidden = model.cheapest(wishes, rounds)
    return frozenset(
        figure.key for figure, out in zip(figures, hidden, strict=True) if out or figure.secret
    )


class _Model:
    """The figures and relations as a linear programme in the changes of the figures."""

    def __init__(
        self,
        figures: Sequence[Figure],
        relations: Iterable[Relation],
        threshold: int,
        hide_zeros: bool,
    ) -> None:
        import numpy as np

        self.values = np.array([figure.value for figure in figures])
        self.small = (self.values > 0) & (self.values < threshold)
        self.always = self.small | np.array([figure.secret for figure in figures])
        self.movable = (self.values > 0) | hide_zeros
        self.choices = np.flatnonzero(self.movable & ~self.always)
        self.costs = np.array([figure.cost for figure in figures])
        self.costs += np.where(self.values == 0, _ZERO, 0.0)
        self.high = max(threshold - 1, 2)
        self._state(figures, relations)

    def _state(self, figures: Sequence[Figure], relations: Iterable[Relation]) -> None:
        """Write the relations down for changes of figures: how far each sum may change."""
        import numpy as np
        from scipy.sparse import csr_array, vstack

        place = {figure.key: number for number, figure in enumerate(figures)}
        weights, rows, columns = [], [], []
        low: list[float] = []
        high: list[float] = []
        for fact in relations:
            found = sum(weight * int(self.values[place[key]]) for key, weight in fact.terms)
            for key, weight in fact.terms:
                weights.append(float(weight))
                rows.append(len(low))
                columns.append(place[key])
            low.append(-np.inf if fact.at_least is None else fact.at_least - found)
            high.append(np.inf if fact.at_most is None else fact.at_most - found)
        shape = (len(low), len(figures))
        self.sums = csr_array((weights, (rows, columns)), shape=shape)
        self.low, self.top = np.array(low), np.array(high)
        if (self.low > 0).any() or (self.top < 0).any():
            raise CannotHide("the figures do not fit what is said to be known of them")
        even = self.low == self.top
        up, down = ~even & (self.top < np.inf), ~even & (self.low > -np.inf)
        self.even = self.sums[even]
        self.uneven = vstack([self.sums[up], -self.sums[down]]).tocsr()
        self.uneven_top = np.concatenate([self.top[up], -self.low[down]])

    def wishes(self, *, strict: bool) -> list[_Wish]:
        """Return what each small number must be able to do; strictly, with no other at zero."""
        wishes = []
        for place in (int(place) for place in self.small.nonzero()[0]):
            value = int(self.values[place])
            if value < self.high:
                wishes.append(_Wish(place, 1, self.high - value, 1 if strict else 0))
            if value > 1:
                wishes.append(_Wish(place, -1, value - 1, 0))
                if strict:
                    wishes.append(_Wish(place, -1, value - 1, 1))
        return wishes

    def cheapest(self, wishes: Sequence[_Wish], rounds: int):
        """Return a mask of what is hidden when every wish is met: at the least cost, within limits.

        Raises:
            CannotHide: a wish cannot be met.
        """
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        hidden = self.always.copy()
        left = self._within_reach(self._not_met_together(hidden, wishes))
        cuts: list = []
        needs: list[float] = []
        for _ in range(rounds if len(left) <= _MOST_EXACT else 0):
            refused, fractional = self._refused(hidden, left)
            if not refused:
                return self._topped_up(hidden, fractional)
            if len(cuts) + len(refused) > _MOST_CUTS:
                break
            for wish, room, constant in refused:
                need = wish.far - constant - room[self.always].sum()
                cuts.append(np.minimum(room[self.choices], need))
                needs.append(need - _NEAR)
            chosen = milp(
                self.costs[self.choices],
                integrality=np.ones(len(self.choices)),
                bounds=Bounds(0, 1),
                constraints=LinearConstraint(np.array(cuts), np.array(needs), np.inf),
                options={"mip_rel_gap": 0.0, "node_limit": _NODES},
            )
            if chosen.x is None:
                raise CannotHide("no set of figures was found")
            hidden = self.always.copy()
            hidden[self.choices[chosen.x > 0.5]] = True
        return self._topped_up(hidden, left)

    def _topped_up(self, hidden, wishes: Sequence[_Wish]):
        """Hide besides what each wish still needs, one wish after the other.

        Raises:
            CannotHide: a wish cannot be met in whole numbers.
        """
        left = self._not_met_together(hidden, wishes)
        added = 0
        while left:
            wish, left = left[0], left[1:]
            if self._farthest(hidden, wish) >= wish.far:
                continue
            more = self._cheapest_for(hidden, wish)
            if more is not None:
                hidden, added = hidden | more, added + 1
                # What helps one wish helps others: look again before going through them all.
                if added % _OFTEN == 0:
                    left = self._not_met_together(hidden, left)
            elif not wish.bends:
                raise CannotHide("hiding every figure is not enough in whole numbers")
        return hidden

    def _refused(self, hidden, wishes: Sequence[_Wish]):
        """Return the wishes that hiding these does not meet, each with why, and the doubtful.

        Why is how much room each figure would give if it were hidden, and a constant: their sum
        bounds how far the small number can move. A doubtful wish is met in fractions.
        """
        refused, doubtful = [], []
        for wish in self._not_met_together(hidden, wishes):
            far, change, room, constant = self._push(hidden, wish)
            if far < wish.far - _NEAR:
                refused.append((wish, room, constant))
            elif not self._fits(change):
                doubtful.append(wish)
        return refused, doubtful

    def _not_met_together(self, hidden, wishes: Sequence[_Wish]) -> list[_Wish]:
        """Return the wishes left when changes that meet many at once have been looked for."""
        import numpy as np

        left = list(wishes)
        for sign, least in ((1, 0), (1, 1), (-1, 0), (-1, 1)):
            alike = [wish for wish in left if (wish.sign, wish.least) == (sign, least)]
            while len(alike) > 2:
                down, up = self._room(hidden, least)
                objective = np.zeros(len(self.values))
                for wish in alike:
                    objective[wish.place] = -sign
                    side = up if sign > 0 else down
                    side[wish.place] = min(side[wish.place], wish.far)
                change = self._change(objective, -down, up)
                met = {
                    wish
                    for wish in alike
                    if self._fits(change) and sign * round(change[wish.place]) >= wish.far
                }
                left = [wish for wish in left if wish not in met]
                if len(met) < 0.2 * len(alike):
                    break
                alike = [wish for wish in alike if wish not in met]
        return left

    def _room(self, hidden, least: int):
        """Return how far each figure may go down and up when these are hidden."""
        import numpy as np

        down = np.clip(self.values - least, 0, self.high) * (hidden & self.movable)
        return down.astype(float), float(self.high) * (hidden & self.movable)

    def _push(self, hidden, wish: _Wish):
        """Move a small number as far as the hidden figures let it; say what held it back."""
        import numpy as np
        from scipy.optimize import linprog

        objective = np.zeros(len(self.values))
        objective[wish.place] = -wish.sign
        down, up = self._bounded(wish, hidden)
        found = linprog(
            objective,
            A_eq=self.even,
            b_eq=np.zeros(self.even.shape[0]),
            A_ub=self.uneven,
            b_ub=self.uneven_top,
            bounds=np.column_stack([-down, up]),
            method="highs",
        )
        if found.x is None:
            raise CannotHide("the solver gave up")
        # Weak duality: whatever the multipliers, no change goes farther than this allows.
        slack = objective - self.even.T @ found.eqlin.marginals
        slack -= self.uneven.T @ found.ineqlin.marginals
        down, up = self._bounded(wish, np.ones(len(self.values), dtype=bool))
        room = np.where(slack > 0, slack * down, -slack * up)
        room[room < _NEAR / 100] = 0.0
        constant = -float(found.ineqlin.marginals @ self.uneven_top)
        return -found.fun, found.x, room, constant

    def _bounded(self, wish: _Wish, hidden):
        """Return how far each figure may go when the wish's own goes no farther than it asks."""
        down, up = self._room(hidden, wish.least)
        side = up if wish.sign > 0 else down
        side[wish.place] = min(side[wish.place], wish.far)
        return down, up

    def _within_reach(self, wishes: Sequence[_Wish]) -> list[_Wish]:
        """Return the wishes as hiding everything can meet them.

        Raises:
            CannotHide: one cannot be met, and no less of it is enough.
        """
        everything = self.always | self.movable
        unmet = set(self._not_met_together(everything, wishes))
        found = []
        for wish in wishes:
            far = wish.far if wish not in unmet else self._farthest(everything, wish)
            if far < wish.far and not wish.bends:
                raise CannotHide("hiding every figure is not enough")
            if far:
                found.append(replace(wish, far=far))
        return found

    def _farthest(self, hidden, wish: _Wish) -> int:
        """Return how far a small number can move in whole numbers."""
        import numpy as np

        objective = np.zeros(len(self.values))
        objective[wish.place] = -wish.sign
        down, up = self._bounded(wish, hidden)
        change = self._change(objective, -down, up, whole=True)
        return wish.sign * round(change[wish.place]) if self._fits(change) else 0

    def _cheapest_for(self, hidden, wish: _Wish):
        """Return what to hide besides so that one wish is met in whole numbers; None: nothing."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array, hstack, vstack

        size = len(self.values)
        open_ones = np.array([place for place in self.choices if not hidden[place]], dtype=int)
        down, up = self._bounded(wish, hidden | self.movable)
        down[wish.place], up[wish.place] = (
            (down[wish.place], -wish.far) if wish.sign < 0 else (-wish.far, up[wish.place])
        )
        picks = csr_array(
            (np.ones(len(open_ones)), (np.arange(len(open_ones)), open_ones)),
            shape=(len(open_ones), size),
        )
        blank = csr_array((self.sums.shape[0], len(open_ones)))
        ups = csr_array(np.diag(-up[open_ones]))
        downs = csr_array(np.diag(down[open_ones]))
        rows = [hstack([self.sums, blank]), hstack([picks, ups]), hstack([picks, downs])]
        none, endless = np.zeros(len(open_ones)), np.full(len(open_ones), np.inf)
        found = milp(
            np.concatenate([np.zeros(size), self.costs[open_ones]]),
            integrality=np.ones(size + len(open_ones)),
            bounds=Bounds(np.concatenate([-down, none]), np.concatenate([up, none + 1])),
            constraints=LinearConstraint(
                vstack(rows),
                np.concatenate([self.low, -endless, none]),
                np.concatenate([self.top, none, endless]),
            ),
            options={"node_limit": _NODES},
        )
        if found.x is None:
            return None
        more = np.zeros(size, dtype=bool)
        more[open_ones[found.x[size:] > 0.5]] = True
        return more

    def _change(self, objective, low, high, *, whole: bool = False):
        """Return the change of the figures that is best by an objective and keeps every sum."""
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        found = milp(
            objective,
            integrality=np.full(len(objective), int(whole)),
            bounds=Bounds(low, high),
            constraints=LinearConstraint(self.sums, self.low, self.top),
        )
        return np.zeros(len(objective)) if found.x is None else found.x

    def _fits(self, change) -> bool:
        """Tell whether a change is one of whole numbers that keeps every sum."""
        import numpy as np

        whole = np.round(change)
        if np.abs(change - whole).max() > _NEAR:
            return False
        sums = self.sums @ whole
        return bool((sums >= self.low).all() and (sums <= self.top).all())
