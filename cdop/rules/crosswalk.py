"""Carrying a review from Form C over to the analysis form: what goes where, and what is lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

OTHER = "99"


@dataclass(frozen=True)
class Target:
    """One code of the analysis form, with the codes of Form C that come over to it.

    `lost` are those of them of which something is lost on the way.
    """

    code: str
    form_c: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """One line of Form C's grid as far as carrying it over needs it."""

    factor: str
    in_whom: str = ""
    influence: str = ""


@dataclass(frozen=True)
class Carried:
    """A line as it stands on the analysis form.

    `named` is the code of Form C whose name goes into the line's note, where only Other fits.
    """

    factor: str
    influence: str
    named: str = ""


@dataclass(frozen=True)
class Loss:
    """One thing that the analysis form cannot hold: a code of Form C and what it became."""

    what: str  # factor or influence
    old: str
    new: str
    factor: str  # the line on which it was, by its code on Form C


class NoPlace(ValueError):
    """A code of Form C that the crosswalk does not name: nothing is moved then."""


def carry_over(
    lines: Sequence[Line], factors: Iterable[Target], influences: Iterable[Target]
) -> tuple[list[Carried], list[Loss]]:
    """Return each line as the analysis form holds it, in the same order, and what is lost.

    A line without a factor, of an imported review, keeps its modifiable factor and loses nothing.
    Two lines that would become the same factor of the same person do not merge: the second
    becomes Other of its domain, under its old name.

    Raises:
        NoPlace: a code of Form C that the crosswalk does not name.
    """
    to_factor, to_level = _by_form_c(factors), _by_form_c(influences)
    carried: list[Carried] = []
    losses: list[Loss] = []
    taken: set[tuple[str, str]] = set()
    for line in lines:
        factor, named = line.factor, ""
        if line.factor:
            target = _place(to_factor, line.factor)
            factor = target.code
            if (factor, line.in_whom) in taken and not factor.endswith(OTHER):
                factor, named = f"{factor.partition('-')[0]}-{OTHER}", line.factor
            taken.add((factor, line.in_whom))
            if named or line.factor in target.lost:
                losses.append(Loss("factor", line.factor, factor, line.factor))
        level = line.influence
        if line.influence:
            target = _place(to_level, line.influence)
            level = target.code
            if line.influence in target.lost:
                losses.append(Loss("influence", line.influence, level, line.factor))
        carried.append(Carried(factor, level, named))
    return carried, losses


def _by_form_c(targets: Iterable[Target]) -> Mapping[str, Target]:
    return {old: target for target in targets for old in target.form_c}


def _place(known: Mapping[str, Target], code: str) -> Target:
    try:
        return known[code]
    except KeyError:
        raise NoPlace(code) from None
