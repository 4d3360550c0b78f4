"""How often a theme is flagged when nothing changed, and how soon when it did.

Each run has 20 quarters of earlier history, which stay the reference, and 60 quarters after them;
cases are Poisson. Where the rate changes it does so after quarter 12, and only runs count that had
no flag before. The numbers are compared with those the limits were chosen by, which came from
3,000 other runs: they must agree within the error of both.

    python -m benchmarks.theme_flags [--runs 3000] [--json]
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import sqrt

import numpy as np

from learning.rules.signals import AMBER, RED, REFERENCE, WINDOW, chance

QUARTERS, CHANGE_AFTER = 60, 12
RATES = (1, 2, 3, 4, 6)  # cases a year
LIMITS = {"amber": AMBER, "red": RED}
RUNS = 3000
# Quarters to a false flag, by rate and limit.
TO_FALSE = {
    "amber": {1: 63, 2: 44, 3: 37, 4: 36, 6: 33},
    "red": {1: 136, 2: 89, 3: 76, 4: 72, 6: 65},
}
# Shares seen within 4 and 8 quarters at amber, by how the rate was multiplied and by rate.
SEEN = {
    2: {1: (0.24, 0.43), 2: (0.39, 0.65), 3: (0.50, 0.76), 4: (0.58, 0.84), 6: (0.72, 0.90)},
    3: {1: (0.45, 0.71), 2: (0.70, 0.91), 3: (0.82, 0.97), 4: (0.90, 0.98), 6: (0.97, 1.00)},
}


@dataclass(frozen=True)
class Measured:
    """One number measured, the one expected, and by how much they may differ by chance."""

    what: str
    measured: float
    expected: float
    error: float

    @property
    def agrees(self) -> bool:
        """Whether the two lie within three times their common error."""
        return abs(self.measured - self.expected) <= 3 * self.error


def flagged(counts: np.ndarray, reference: np.ndarray, limit: float) -> np.ndarray:
    """Return by run whether the rule flags at the end of each quarter from the fourth on.

    The window never reaches into the reference, so that the first whole one ends with the fourth.
    """
    sums = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
    window = sums[:, WINDOW:] - sums[:, :-WINDOW]
    most = int(max(window.max(), reference.max())) + 1
    share = WINDOW / (WINDOW + REFERENCE)
    table = np.array([[chance(y, b, share) <= limit for b in range(most)] for y in range(most)])
    return table[window, reference[:, None]]


def simulated(
    rate: float, factor: float, runs: int, choose: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return cases by run and quarter after the reference, and those of the reference itself."""
    means = np.full(QUARTERS, rate / 4)
    means[CHANGE_AFTER:] *= factor
    reference = choose.poisson(rate / 4, (runs, REFERENCE))
    after = choose.poisson(means, (runs, QUARTERS))
    return after, reference.sum(axis=1)


def quarters_to_false(rate: float, limit: float, runs: int, seed: int) -> tuple[float, float]:
    """Return quarters between two flags that begin while nothing changes, and the error of that.

    A flag that stays up is one flag; runs in which none begins count with all their quarters.
    """
    choose = np.random.default_rng(seed)
    after, reference = simulated(rate, 1, runs, choose)
    up = flagged(after, reference, limit)
    first = np.where(up.any(axis=1), up.argmax(axis=1) + 1, up.shape[1])
    began = int(up.any(axis=1).sum())
    mean = float(first.sum()) / max(1, began)
    return mean, mean / sqrt(max(1, began))


def seen_within(
    rate: float, factor: float, quarters: int, limit: float, runs: int, seed: int
) -> tuple[float, float]:
    """Return the share of changes that are flagged within some quarters, and its error."""
    choose = np.random.default_rng(seed)
    after, reference = simulated(rate, factor, runs, choose)
    up = flagged(after, reference, limit)
    # The window that ends with quarter n stands at n - 4.
    change = CHANGE_AFTER - WINDOW + 1
    quiet = ~up[:, :change].any(axis=1)
    seen = up[quiet, change : change + quarters].any(axis=1)
    share = float(seen.mean())
    return share, sqrt(max(share * (1 - share), 0.005) / max(1, int(quiet.sum())))


def measured(runs: int = RUNS, rates: Iterable[int] = RATES) -> list[Measured]:
    """Measure everything that the page of signals says of its own errors."""
    found = []
    for name, limit in LIMITS.items():
        for rate in rates:
            mean, error = quarters_to_false(rate, limit, runs, seed=rate)
            expected = TO_FALSE[name][rate]
            both = sqrt(error**2 + (error * sqrt(runs / RUNS)) ** 2)
            found.append(
                Measured(f"quarters to a false {name}, {rate} a year", mean, expected, both)
            )
    for factor, by_rate in SEEN.items():
        for rate in rates:
            for quarters, expected in zip((4, 8), by_rate[rate], strict=True):
                share, error = seen_within(rate, factor, quarters, AMBER, runs, seed=100 + rate)
                both = sqrt(error**2 + error**2 * runs / RUNS + 0.005**2)
                what = f"times {factor} seen within {quarters} quarters, {rate} a year"
                found.append(Measured(what, share, expected, both))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measured(arguments.runs)
    if arguments.json:
        print(json.dumps([{**asdict(one), "agrees": one.agrees} for one in found]))
    else:
        for one in found:
            mark = "" if one.agrees else "  DIFFERS"
            print(f"{one.what}: {one.measured:.2f} ({one.expected:.2f}, ±{one.error:.2f}){mark}")
    return 0 if all(one.agrees for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
