"""Addresses and places as they may be written: abbreviated, in part, or by their initials."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casereview.rules.folding import Token, fold
from casereview.rules.known_identifiers import Identifier, Kind

_SHORT = """
street st str|road rd|avenue ave av|lane ln la|close cl|drive dr drv|court crt ct|crescent cres cr|
gardens gdns gdn|place pl|terrace terr ter tce|square sq|grove gr grv|saint st|way wy|park pk|
hospital hosp|centre center ctr|school sch|primary prim|and n|north n|south s|east e|west w|
infirmary inf|university uni|house hse|cottage cott|buildings bldgs|apartments apts|mount mt|
green grn|rise rs|view vw|walk wk|hill hl|academy acad|medical med|surgery surg|nursery nurs
"""
_STREETS = frozenset(
    "street road avenue lane close drive court crescent gardens place terrace square grove way "
    "park row mews hill rise view walk green house cottage buildings apartments mount parade "
    "yard wharf gate croft fold end bank".split()
)
# So many signs may part two words of a place.
APART = 4
# What kind of place it is: what is left of a name without these tells which.
_GENERIC = frozenset(
    "school primary secondary junior infant infants high academy college nursery hospital "
    "infirmary royal general clinic surgery medical health centre center practice ward unit "
    "maternity saint st the of and nhs trust church community house home children childrens s c e "
    "foundation university hospitals hospice police constabulary council services service city "
    "county for at in on group team partnership sixth form day care women womens".split()
)
_ROOMS = frozenset("flat apartment unit room floor ground first second third top no number".split())


@dataclass(frozen=True)
class Phrase:
    """Words in a row that name a place; each may be written in several ways."""

    identifier: Identifier
    words: tuple[frozenset[str], ...]
    acronym: str = ""
    numbered: bool = False  # a house number before it belongs to it
    sure: bool = True  # its own words with its own kind of place

    def at(self, tokens: Sequence[Token], place: int, meant: Mapping[str, Any]) -> int:
        """Return how many tokens from `place` on are this phrase; 0 is none."""
        length = 0
        for ways in self.words:
            if length and _text(tokens, place + length) == "s":  # of a possessive
                length += 1
            if place + length >= len(tokens):
                return 0
            token = tokens[place + length]
            if token.text not in ways:
                if token.text not in meant or not ways & meant[token.text][1]:
                    return 0
            if length and token.start - tokens[place + length - 1].end > APART:
                return 0
            length += 1
        return length


def _text(tokens: Sequence[Token], place: int) -> str:
    return tokens[place].text if place < len(tokens) else ""


def phrases_of(identifier: Identifier) -> list[Phrase]:
    """Return the phrases that an address or the name of a place may be written as."""
    if identifier.kind == Kind.ADDRESS:
        return _of_address(identifier)
    return _of_place(identifier)


def _of_address(identifier: Identifier) -> list[Phrase]:
    parts = [one.strip() for one in re.split(r"[,\n;]+", identifier.value) if one.strip()]
    found = []
    for place, part in enumerate(parts):
        words = [token.text for token in fold(part).tokens()]
        kept = [one for one in words if not any(letter.isdigit() for letter in one)]
        kept = [one for one in kept if one not in _ROOMS and (len(one) > 1 or one == "s")]
        street = bool(kept) and kept[-1] in _long_streets()
        # The last parts are a town and a county, unless they are a street.
        if not kept or (len(parts) > 1 and place >= max(1, len(parts) - 2) and not street):
            continue
        if len(kept) == 1 and (kept[0] in _STREETS or place > 0):
            continue
        found.append(Phrase(identifier, tuple(_ways(one) for one in kept), numbered=True))
    return found


def _of_place(identifier: Identifier) -> list[Phrase]:
    words = [token.text for token in fold(identifier.value).tokens() if token.text != "s"]
    if not words:
        return []
    letters = "".join(one[0] for one in words if one not in ("of", "the", "and", "for"))
    acronym = letters if len(letters) >= 3 else ""
    found = [Phrase(identifier, tuple(_ways(one) for one in words), acronym)]
    own = [one for one in words if one not in _GENERIC]
    if own and len(own) < len(words):
        whose = tuple(_ways(one) for one in own)
        for sure, kinds in ((True, set(words) & _GENERIC), (False, _GENERIC - set(words))):
            ways = frozenset(way for one in kinds if len(one) > 3 for way in _ways(one))
            found.append(Phrase(identifier, (*whose, ways), sure=sure))
        if words[0] in ("st", "saint"):
            found.append(Phrase(identifier, tuple(_ways(one) for one in ["st", *own]), sure=False))
    return [one for one in found if len(one.words) > 1 or len(words) == 1]


def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _SHORT.replace("\n", "").split("|"):
        ways = group.split()
        for way in ways:
            found.setdefault(way, set()).update(ways)
    return {way: frozenset(others) for way, others in found.items()}


def _ways(word: str) -> frozenset[str]:
    return _WAYS.get(word, frozenset()) | {word, word + "s"}


def _long_streets() -> frozenset[str]:
    return _STREETS | {way for word in _STREETS for way in _WAYS.get(word, ())}


_WAYS = _groups()
