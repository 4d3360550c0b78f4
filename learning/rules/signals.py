"""Whether a theme is seen more often than before: an exact test made for small numbers.

The cases with the theme in the last four closed quarters are set against those in a reference
period that stays where it is. If nothing had changed, each case would fall into the window with
the chance that is the window's share of the time, or of the deaths, of both together.

Source: exact conditional comparison of two Poisson counts (Przyborowski and Wilenski 1940). The
limits are our own: they were set by simulation, so that a theme whose rate does not change turns
amber about once in 42 quarters and red about once in 82.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from casereview.rules.intervals import garwood

WINDOW = 4
REFERENCE = 20
# Fewer reference quarters than these are not enough history for any flag.
SHORTEST = 8
AMBER, RED = 0.125, 0.061
# How many quarters pass, on average, between two flags of a theme whose rate does not change.
QUARTERS_TO_FALSE_AMBER, QUARTERS_TO_FALSE_RED = 42, 82


class Flag(StrEnum):
    """What the test says of a theme."""

    RED = "red"
    AMBER = "amber"
    NONE = "none"
    SHORT = "short"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Flag.RED: "Red: look at this now",
    Flag.AMBER: "Amber: look at this",
    Flag.NONE: "No flag",
    Flag.SHORT: "Not enough history",
}
_ORDER = list(Flag)


@dataclass(frozen=True)
class Signal:
    """What is said of one theme: cases in the window, in the reference period, and the chance.

    `p` is None where there is not enough history to say.
    """

    code: str
    window: int
    reference: int
    reference_quarters: int
    p: float | None
    flag: Flag


def chance(window: int, reference: int, share: float) -> float:
    """Return how likely so many or more of all cases fall into the window if nothing changed.

    `share` is the window's part of the window and reference period together, from 0 to 1.
    """
    from scipy.special import betainc

    if window < 0 or reference < 0 or not 0 <= share <= 1:
        raise ValueError("counts are not negative, and a share lies from 0 to 1")
    return float(betainc(window, reference + 1, share)) if window else 1.0


def judge(
    code: str,
    window: int,
    reference: int,
    *,
    reference_quarters: int = REFERENCE,
    share: float | None = None,
) -> Signal:
    """Say whether a theme is flagged.

    Without `share` the window's share of the quarters is taken, 4 of 24 where the reference
    period has its 20. Fewer than 8 reference quarters are flagged as short, never as rising.
    """
    if reference_quarters < SHORTEST:
        return Signal(code, window, reference, reference_quarters, None, Flag.SHORT)
    if share is None:
        share = WINDOW / (WINDOW + reference_quarters)
    p = chance(window, reference, share)
    flag = Flag.RED if p <= RED else Flag.AMBER if p <= AMBER else Flag.NONE
    return Signal(code, window, reference, reference_quarters, p, flag)


def in_order(signals: Iterable[Signal]) -> list[Signal]:
    """Return red before amber before none before short; within each the least likely first."""
    return sorted(
        signals,
        key=lambda one: (
            _ORDER.index(one.flag),
            1.0 if one.p is None else one.p,
            -one.window,
            one.code,
        ),
    )


def sentence(signal: Signal) -> str:
    """Say in plain words what was counted and how likely that is."""
    said = f"{_cases(signal.window)} in the last 12 months"
    if signal.reference_quarters:
        before = _reference_in_words(signal.reference_quarters)
        said += f", {signal.reference or 'none'} in {before}"
    said += ". "
    if signal.p is None:
        return said + f"Not enough history: {SHORTEST} reference quarters are needed to compare."
    if signal.window == 0:
        upper = garwood(0)[1]
        return said + (
            f"None seen is not a fall: what lies behind it may be up to {upper:.1f} cases in "
            "12 months (95% upper bound)."
        )
    if signal.p > 0.5:
        return said + f"Nothing unusual: that many or more is likelier than not (p = {_p(signal)})."
    return said + (
        "If nothing had changed, so many in the last year would be about a "
        f"1 in {round(1 / signal.p):,} chance (p = {_p(signal)})."
    )


def false_alarms(themes: int) -> str:
    """Say how many flags a year are to be expected of themes whose rate does not change.

    Source: 3,000 simulated runs of 60 quarters for each of five rates.
    """
    amber, red = 4 * themes / QUARTERS_TO_FALSE_AMBER, 4 * themes / QUARTERS_TO_FALSE_RED
    return (
        f"With {themes} themes expect about {_about(amber)} false amber and {_about(red)} false "
        "red a year when nothing has changed. A flag means look at this, not this is real."
    )


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count or 'No'} cases"


def _reference_in_words(quarters: int) -> str:
    if quarters == REFERENCE:
        return "the five reference years"
    return f"the {quarters} reference quarters" if quarters != 1 else "the one reference quarter"


def _p(signal: Signal) -> str:
    return f"{signal.p:.3f}" if signal.p is not None and signal.p >= 0.001 else "less than 0.001"


def _about(number: float) -> str:
    return f"{number:.0f}" if number >= 1.5 else f"{number:.1f}".removesuffix(".0")
