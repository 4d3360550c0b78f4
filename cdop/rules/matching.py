"""Whether two notifications may be of one death. A person always decides."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

# Deaths further apart than this are not compared by name.
NEAR_DAYS = 7
# How alike two names must be, from 0 to 1 (Jaro-Winkler): spelling slips, not other names.
FAMILY_LIKENESS = 0.9
GIVEN_LIKENESS = 0.88
# What stands where a child has no given name yet.
_PLACEHOLDERS = frozenset({"baby", "babyof", "infant", "unnamed", "notnamed", "twin", "triplet"})


@dataclass(frozen=True)
class ChildFacts:
    """What is compared of a child; what is not known is empty or None."""

    given_names: str = ""
    family_name: str = ""
    other_names: str = ""
    mother_family_name: str = ""
    born_on: date | None = None
    died_on: date | None = None
    birth_order: int | None = None


def same_death(one: ChildFacts, other: ChildFacts) -> bool:
    """Say whether two notifications may be of the same child's death.

    The names are the same or nearly so, in either order, the birth dates differ by no more than
    one slip, and the deaths lie no more than `NEAR_DAYS` apart. "Baby of" fits any given name of
    the family, or of the mother's. Two of one birth with different places in it are two children.
    """
    if not (near(one.died_on, other.died_on) and births_fit(one.born_on, other.born_on)):
        return False
    if one.birth_order and other.birth_order and one.birth_order != other.birth_order:
        return False
    family = _any_like(_families(one), _families(other), FAMILY_LIKENESS)
    if family and (_unnamed(one) or _unnamed(other)):
        # Without a given name, only a known birth date tells cousins apart.
        return bool(one.born_on and other.born_on)
    given = _any_like(_givens(one), _givens(other), GIVEN_LIKENESS)
    swapped = _any_like(_givens(one), _families(other), FAMILY_LIKENESS) and _any_like(
        _families(one), _givens(other), FAMILY_LIKENESS
    )
    return (family and given) or swapped


def near(one: date | None, other: date | None) -> bool:
    """Tell whether two deaths are no more than `NEAR_DAYS` apart; an unknown day is not near."""
    return one is not None and other is not None and abs((one - other).days) <= NEAR_DAYS


def births_fit(one: date | None, other: date | None) -> bool:
    """Tell whether two birth dates may be one: equal, unknown, or one slip of the pen apart."""
    if one is None or other is None or abs((one - other).days) <= 1:
        return True
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return True
    parts = zip((one.year, one.month, one.day), (other.year, other.month, other.day), strict=True)
    return sum(mine != theirs for mine, theirs in parts) == 1


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return [word for word in re.split(r"[\W\d_]+", plain.replace("'", "").replace("’", "")) if word]


def _families(child: ChildFacts) -> set[str]:
    """The family name and the mother's, each whole and in its parts."""
    names = set()
    for name in (child.family_name, child.mother_family_name):
        words = _words(name)
        names |= {"".join(words), *(word for word in words if len(word) > 2)}
    return names - {""}


def _givens(child: ChildFacts) -> set[str]:
    return set(_words(child.given_names)) | set(_words(child.other_names))


def _unnamed(child: ChildFacts) -> bool:
    words = _words(child.given_names)
    return not words or words[0] in _PLACEHOLDERS


def _any_like(ours: set[str], theirs: set[str], least: float) -> bool:
    if ours & theirs:
        return True
    from rapidfuzz.distance import JaroWinkler

    return any(JaroWinkler.similarity(mine, other) >= least for mine in ours for other in theirs)
