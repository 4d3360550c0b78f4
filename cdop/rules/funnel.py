"""Is this area or year different? Exact limits of a count around what would be expected."""

from dataclasses import dataclass

LEVELS = (0.95, 0.998)


def poisson_limits(expected: float, level: float) -> tuple[int, int]:
    """Return the lowest and highest count that chance explains; both inclusive.

    Source: exact Poisson distribution; each tail holds at most half of what is left.

    Raises:
        ValueError: less than nothing is expected.
    """
    from scipy.special import pdtr

    if expected < 0:
        raise ValueError("what is expected is not negative")
    if expected == 0:
        return 0, 0
    tail = (1 - level) / 2
    high = int(expected)
    while 1 - float(pdtr(high, expected)) > tail:
        high += 1
    while high > 0 and 1 - float(pdtr(high - 1, expected)) <= tail:
        high -= 1
    low = int(expected)
    while low > 0 and float(pdtr(low - 1, expected)) > tail:
        low -= 1
    return low, high


@dataclass(frozen=True)
class Compared:
    """A count against the published share: what was seen, what was expected, and the limits."""

    label: str
    seen: int
    of: int
    expected: float
    limits: tuple[tuple[int, int], ...]

    @property
    def words(self) -> str:
        """Say how the count stands to its limits."""
        (low, high), (lowest, highest) = self.limits
        if not lowest <= self.seen <= highest:
            return "outside the 99.8% limits"
        if not low <= self.seen <= high:
            return "outside the 95% limits"
        return "within the limits"


def compared(label: str, seen: int, of: int, share: float) -> Compared:
    """Compare a count with what a share of all would be."""
    expected = share * of
    limits = tuple(poisson_limits(expected, level) for level in LEVELS)
    return Compared(label, seen, of, expected, limits)
