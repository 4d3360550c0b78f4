"""How far members agree before they discuss: Fleiss' kappa and an interval for it.

Source: J. L. Fleiss, Measuring nominal scale agreement among many raters, Psychological Bulletin 76
(1971). Rounds with different numbers of members: each subject's share of agreeing pairs counts
alike, and chance is worked out from all answers together; with equal numbers it is Fleiss' formula.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance

# Answer -> how many gave it, for one subject judged by several people.
Tally = Mapping[str, int]

# Fewer rounds than these have a figure so unsure that none is given.
ROUNDS_NEEDED = 5
SURE = 0.95


@dataclass(frozen=True)
class Agreement:
    """Agreement over some rounds.

    `observed` is the share of pairs of members who gave the same answer. Kappa is None where it
    cannot be said: too few rounds, or everybody gave one answer throughout, so that chance alone
    would agree too. The interval is None without a kappa, or where one round alone makes it.
    """

    rounds: int
    judgements: int
    observed: float
    kappa: float | None = None
    interval: tuple[float, float] | None = None


def judged(tally: Tally) -> int:
    """Return how many people judged one subject."""
    return sum(tally.values())


def agreeing_pairs(tally: Tally) -> float:
    """Return the share of pairs of people who gave the same answer about one subject.

    Raises:
        ValueError: fewer than two people judged it.
    """
    people = judged(tally)
    if people < 2:
        raise ValueError("agreement needs two people")
    return sum(many * (many - 1) for many in tally.values()) / (people * (people - 1))


def fleiss_kappa(subjects: Sequence[Tally]) -> float | None:
    """Return Fleiss' kappa: 1 is full agreement, 0 what chance would give; None: cannot be said.

    Raises:
        ValueError: a subject was judged by fewer than two people.
    """
    if not subjects:
        return None
    answers: Counter[str] = Counter()
    for tally in subjects:
        answers.update(tally)
    total = sum(answers.values())
    by_chance = sum((many / total) ** 2 for many in answers.values())
    if max(answers.values()) == total:
        return None
    return (fmean(map(agreeing_pairs, subjects)) - by_chance) / (1 - by_chance)


def agreement(rounds: Sequence[Sequence[Tally]]) -> Agreement | None:
    """Return the agreement over rounds, each of one or more subjects; None without a round.

    The interval is the jackknife's over whole rounds, with Student's t at 95%, cut off at -1 and 1.

    Raises:
        ValueError: a subject was judged by fewer than two people.
    """
    rounds = [subjects for subjects in rounds if subjects]
    if not rounds:
        return None
    everything = [tally for subjects in rounds for tally in subjects]
    found = Agreement(
        rounds=len(rounds),
        judgements=sum(judged(subjects[0]) for subjects in rounds),
        observed=fmean(map(agreeing_pairs, everything)),
    )
    if len(rounds) < ROUNDS_NEEDED:
        return found
    kappa = fleiss_kappa(everything)
    interval = None if kappa is None else _interval(kappa, rounds)
    return Agreement(found.rounds, found.judgements, found.observed, kappa, interval)


def _interval(kappa: float, rounds: Sequence[Sequence[Tally]]) -> tuple[float, float] | None:
    from scipy.special import stdtrit

    many = len(rounds)
    without = [
        fleiss_kappa([tally for at, each in enumerate(rounds) if at != left for tally in each])
        for left in range(many)
    ]
    said = [one for one in without if one is not None]
    if len(said) < many:
        return None
    error = sqrt((many - 1) ** 2 / many * variance(said))
    reach = float(stdtrit(many - 1, (1 + SURE) / 2)) * error
    return max(-1.0, kappa - reach), min(1.0, kappa + reach)
