"""Did the work make a difference? The chain of evidence, and what few events can say.

Done, reached whom, practice changed, exposure changed, near misses, deaths: the highest link with
evidence is shown, never a quiet year. Where two a year are usual, none in a year happens by
chance once in seven years.

Source: our own; exact limits of a count after Garwood (1936).
"""

from collections.abc import Collection
from dataclasses import dataclass
from math import exp

from casereview.rules.intervals import garwood

# In the order of the chain; each is evidenced by itself, and a higher one does not imply a lower.
CHAIN = ("done", "reached", "practice", "exposure", "near_misses", "deaths")


@dataclass(frozen=True)
class Link:
    """One link of the chain: whether there is evidence for it, and whether it is the highest."""

    code: str
    evidenced: bool
    highest: bool


def chain(evidenced: Collection[str]) -> tuple[Link, ...]:
    """Return the links in order.

    Raises:
        ValueError: there is no such link.
    """
    if unknown := set(evidenced) - set(CHAIN):
        raise ValueError(f"no such link: {sorted(unknown)}")
    top = highest(evidenced)
    return tuple(Link(code, code in evidenced, code == top) for code in CHAIN)


def highest(evidenced: Collection[str]) -> str:
    """Return the highest link that is evidenced; empty where none is."""
    return next((code for code in reversed(CHAIN) if code in evidenced), "")


def seen_since(cases: int, reference: int, reference_quarters: int, quarters: int = 4) -> str:
    """Say what the cases of the last quarters can tell of an effect, which is often nothing.

    That there were none is never said to be an improvement: the upper bound is given, and how
    likely none are where nothing changed.
    """
    low, upper = garwood(cases)
    months = 3 * quarters
    if cases:
        counted = "1 case" if cases == 1 else f"{cases} cases"
        return (
            f"{counted} in {months} months; what lies behind that is from {low:.1f} to "
            f"{upper:.1f} (95% limits)."
        )
    said = (
        f"None in {months} months. That is not shown as an improvement: what lies behind it may "
        f"be up to {upper:.1f} cases (95% upper bound)"
    )
    if not reference_quarters:
        return said + "."
    expected = reference * quarters / reference_quarters
    return said + f"; were nothing changed, none would be seen in {_share(exp(-expected))}."


def _share(chance: float) -> str:
    if chance < 0.01:
        return "fewer than 1 in 100 such periods"
    return f"about {round(100 * chance)} of 100 such periods"
