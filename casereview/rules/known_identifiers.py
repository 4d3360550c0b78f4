"""What is known of the people of a case that no paper may hold, each with whose it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from casereview.rules.ordinary_words import ORDINARY

# Parts of a family name that are no name by themselves.
PARTICLES = frozenset(
    "van der den de la le du da di dos el al bin ibn abu mc mac st ap von o".split()
)


class Kind(StrEnum):
    """What an identifier is, and so how it may be written."""

    GIVEN = "given"
    FAMILY = "family"
    DATE = "date"
    NHS_NUMBER = "nhs_number"
    POSTCODE = "postcode"
    ADDRESS = "address"
    PLACE = "place"
    CONTACT = "contact"
    NUMBER = "number"


@dataclass(frozen=True)
class Identifier:
    """One thing known of somebody or of a place; `who` is the pseudonym that stands for them.

    Of a date the value is written as in 2014-05-12. Neither value nor pseudonym is in its repr.
    """

    kind: Kind
    value: str = field(repr=False)
    who: str = field(repr=False)


def person(
    who: str,
    *,
    given: str | None = "",
    family: Iterable[str | None] = (),
    others: str | None = "",
    days: Iterable[date | None] = (),
    nhs_number: str | None = "",
    address: str | None = "",
    postcode: str | None = "",
    contact: str | None = "",
) -> list[Identifier]:
    """Return what is known of one person; what is blank is left out.

    `others` are other names, first or last; `family` the family names the person goes by.
    """
    pairs: list[tuple[Kind, str | None]] = [(Kind.GIVEN, given), (Kind.GIVEN, others)]
    pairs += [(Kind.FAMILY, name) for name in family]
    pairs += [(Kind.DATE, day.isoformat()) for day in days if day]
    pairs += [
        (Kind.NHS_NUMBER, nhs_number),
        (Kind.ADDRESS, address),
        (Kind.POSTCODE, postcode),
        (Kind.CONTACT, contact),
    ]
    return [
        Identifier(kind, value.strip(), who) for kind, value in pairs if value and value.strip()
    ]


def named(who: str, name: str | None) -> list[Identifier]:
    """Return what is known of a person whose name was written in one piece, as "Dr Ann Example"."""
    words = [word for word in (name or "").replace(",", " , ").split() if not _is_title(word)]
    if "," in words:  # "Example, Ann"
        comma = words.index(",")
        words = words[comma + 1 :] + words[:comma]
    words = [word for word in words if word != ","]
    if len(words) < 2:
        return person(who, family=words)
    return person(who, given=" ".join(words[:-1]), family=[words[-1]])


def without_post(typed: str | None) -> str:
    """Return a name without the post that was typed with it: "Staff nurse Bram Oakes, ward 3".

    A post is told by ordinary words in small letters. Where nothing else is there, and of a single
    word that names no post, all is kept: it may be a name that somebody typed in small letters.
    """
    kept = []
    for part in (typed or "").split(","):
        words = part.split()
        ends = [n for n, word in enumerate(words) if _of_a_post(word, len(words))]
        name = words[ends[-1] + 1 :] if ends else words
        if name:
            kept.append(" ".join(name))
    return ", ".join(kept) or (typed or "").strip()


_POSTS = frozenset(
    "consultant doctor gp manager midwife nurse officer paediatrician registrar worker".split()
)


def _of_a_post(word: str, words: int) -> bool:
    plain = word.strip(".;:()")
    if not plain[:1].islower() or plain in PARTICLES:
        return False
    return plain in _POSTS or (words > 1 and plain in ORDINARY)


def place(who: str, name: str | None) -> list[Identifier]:
    """Return a place by its name; blank is nothing."""
    return [Identifier(Kind.PLACE, name.strip(), who)] if name and name.strip() else []


_TITLES = frozenset(
    "mr mrs ms miss mx dr doctor prof professor sir dame lady lord rev revd reverend father sister "
    "nurse midwife pc dc ds di dci sgt judge".split()
)


def _is_title(word: str) -> bool:
    return word.casefold().strip(".") in _TITLES
