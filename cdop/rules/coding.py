"""One coding serves all: which modifiable factor and which theme a line of the grid stands for."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class KnownFactor:
    """A modifiable factor of the list, with the factors of the forms that it always stands for.

    A blank theme is one that the list does not settle.
    """

    code: str
    form_c_factors: frozenset[str] = frozenset()
    theme: str = ""


@dataclass(frozen=True)
class Coding:
    """The modifiable factor and the theme of one line; a blank must be asked."""

    code: str = ""
    theme: str = ""


def coding_of(factor: str, known: Iterable[KnownFactor], already: Coding | None = None) -> Coding:
    """Return how a line is coded; what was `already` answered for it stays.

    A factor of Form C that stands for exactly one modifiable factor is coded without asking. None
    or several leave the code blank, and so is a theme that the list does not settle.

    Source: modifiable_factor list; its mapping to Form C is our own.
    """
    known = tuple(known)
    code = already.code if already else ""
    if not code:
        candidates = [each.code for each in known if factor and factor in each.form_c_factors]
        code = candidates[0] if len(candidates) == 1 else ""
    if already and already.theme:
        return Coding(code, already.theme)
    return Coding(code, next((each.theme for each in known if each.code == code), ""))
