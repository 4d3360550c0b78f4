"""How sure a small number is: exact limits for counts, and limits for shares."""

import math

# The normal deviate that leaves 2.5 per cent in each tail.
Z95 = 1.959963984540054


def garwood(count: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact limits of the mean of which `count` was seen.

    Source: Garwood (1936), by the gamma distribution.
    """
    from scipy.special import gammaincinv

    _refuse_negative(count)
    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return low, float(gammaincinv(count + 1, 1 - tail))


def byar(count: int) -> tuple[float, float]:
    """Return Byar's approximation of the same 95 per cent limits, which needs no library.

    Source: Breslow and Day (1987).
    """
    _refuse_negative(count)
    more = count + 1
    low = count * (1 - 1 / (9 * count) - Z95 / (3 * math.sqrt(count))) ** 3 if count else 0.0
    return low, more * (1 - 1 / (9 * more) + Z95 / (3 * math.sqrt(more))) ** 3


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 per cent limits of a share, from 0 to 1.

    Raises:
        ValueError: the total is not above zero, or the count is not from zero to the total.

    Source: Wilson (1927).
    """
    if not 0 <= count <= total or total == 0:
        raise ValueError("a share has a count from zero to its total")
    share, square = count / total, Z95**2
    middle = share + square / (2 * total)
    spread = Z95 * math.sqrt(share * (1 - share) / total + square / (4 * total**2))
    whole = 1 + square / total
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def clopper_pearson(count: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact limits of a share, from 0 to 1, by the beta distribution.

    Raises:
        ValueError: the total is not above zero, or the count is not from zero to the total.

    Source: Clopper and Pearson (1934).
    """
    from scipy.special import betaincinv

    if not 0 <= count <= total or total == 0:
        raise ValueError("a share has a count from zero to its total")
    tail = (1 - level) / 2
    low = float(betaincinv(count, total - count + 1, tail)) if count else 0.0
    high = float(betaincinv(count + 1, total - count, 1 - tail)) if count < total else 1.0
    return low, high


def upper_bound_of_none() -> float:
    """Return how many there might have been, at most, where none was seen: 3.7 at 95 per cent."""
    return garwood(0)[1]


def _refuse_negative(count: int) -> None:
    if count < 0:
        raise ValueError("a count is not negative")
