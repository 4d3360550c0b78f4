"""How alike two records of a death are, field by field, in bits (log2 of the odds).

Source: the fixed weights of the project's measurement of record matching.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

Compared = tuple[str, float]

GIVEN: Mapping[str, float] = {
    "same": 6.5, "near": 4.5, "fair": 4.0, "weak": -1.0, "different": -4.5, "missing": 0.0,
}  # fmt: skip
FAMILY: Mapping[str, float] = {
    "same": 6.5, "part": 5.0, "near": 5.0, "fair": 3.5, "mother": 3.0, "different": -4.0,
    "missing": 0.0,
}  # fmt: skip
BORN: Mapping[str, float] = {
    "same": 11.5, "slip": 4.5, "two": -2.5, "different": -11.5, "missing": 0.0,
}  # fmt: skip
DIED: Mapping[str, float] = {
    "same": 11.0, "slip": 4.0, "two": -3.5, "different": -11.5, "missing": 0.0,
}  # fmt: skip
POSTCODE: Mapping[str, float] = {
    "same": 11.5, "slip": 6.0, "district": -3.0, "different": -3.0, "missing": 0.0,
}  # fmt: skip
SEX: Mapping[str, float] = {"same": 1.0, "different": -5.0, "missing": 0.0}
# What exchanging given and family name costs.
SWAPPED = -2.0
# Jaro-Winkler, from 0 to 1.
NEAR, FAIR, WEAK = 0.92, 0.84, 0.7

_PLACEHOLDERS = frozenset(
    {"baby", "babyof", "infant", "unnamed", "unknown", "notnamed", "twin", "triplet", "boy",
     "girl", "male", "female", "son", "daughter", "child", "stillborn", "nk"}
)  # fmt: skip
_FILLERS = frozenset(
    {"of", "the", "not", "yet", "named", "known", "one", "two", "three", "i", "ii"}
)
_PLACES = {"one": "1", "i": "1", "a": "1", "two": "2", "ii": "2", "b": "2", "three": "3", "c": "3"}
_SEXES = {
    "m": "M",
    "male": "M",
    "boy": "M",
    "1": "M",
    "f": "F",
    "female": "F",
    "girl": "F",
    "2": "F",
}


@dataclass(frozen=True, repr=False)
class Face:
    """A death as it is compared: names folded, dates as they are, postcode without spaces.

    `given` are the given names in order, empty where a placeholder stands for them; `order` is
    the place in a birth of twins that a placeholder tells.
    """

    given: tuple[str, ...]
    others: tuple[str, ...]
    family: tuple[str, ...]
    mother: tuple[str, ...]
    order: str
    sex: str
    born_on: date | None
    died_on: date | None
    postcode: str

    @classmethod
    def of(
        cls,
        *,
        given: str = "",
        other: str = "",
        family: str = "",
        mother: str = "",
        sex: str = "",
        born_on: date | None = None,
        died_on: date | None = None,
        postcode: str = "",
    ) -> "Face":
        """Fold a record; what is not known is empty or None."""
        names, order = _given(given)
        return cls(
            given=names,
            others=_words(other),
            family=_words(family),
            mother=_words(mother),
            order=order,
            sex=sex_of(sex),
            born_on=born_on,
            died_on=died_on,
            postcode=re.sub(r"[^0-9A-Z]", "", postcode.upper()),
        )


def compare(entry: Face, notified: Face) -> dict[str, Compared]:
    """Return the word and the bits of each field, the names exchanged where that fits better."""
    given, family = _compare_given(entry, notified), _compare_family(entry, notified)
    exchanged = _exchanged(entry, notified)
    if exchanged and sum(bits for _, bits in exchanged) > given[1] + family[1]:
        given, family = exchanged
    return {
        "given_names": given,
        "family_name": family,
        "born_on": _weigh(_dates(entry.born_on, notified.born_on), BORN),
        "died_on": _weigh(_dates(entry.died_on, notified.died_on), DIED),
        "postcode": _weigh(_postcodes(entry.postcode, notified.postcode), POSTCODE),
        "sex": _weigh(_sexes(entry.sex, notified.sex), SEX),
    }


def _weigh(word: str, weights: Mapping[str, float]) -> Compared:
    return word, weights[word]


def _compare_given(entry: Face, notified: Face) -> Compared:
    if not entry.given or not notified.given:
        apart = entry.order and notified.order and entry.order != notified.order
        return _weigh("different" if apart else "missing", GIVEN)
    return _weigh(_given_names(entry.given, notified.given + notified.others), GIVEN)


@lru_cache(maxsize=20_000)
def _given_names(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    if ours[0] == theirs[0] or "".join(ours) == "".join(theirs):
        return "same"
    if ours[0] in theirs or theirs[0] in ours:
        return "near"
    first = _likeness(ours[0], theirs[0])
    if first >= NEAR:
        return "near"
    if first >= FAIR or _likeness("".join(ours), "".join(theirs)) >= NEAR:
        return "fair"
    if min(len(ours[0]), len(theirs[0])) > 2 and _one_slip(ours[0], theirs[0]):
        return "fair"
    crossed = max(_likeness(ours[0], other) for other in theirs)
    crossed = max(crossed, *(_likeness(mine, theirs[0]) for mine in ours))
    if crossed >= NEAR:
        return "fair"
    initial = len(ours[0]) == 1 or len(theirs[0]) == 1
    if first >= WEAK or (initial and ours[0][0] == theirs[0][0]):
        return "weak"
    return "different"


def _compare_family(entry: Face, notified: Face) -> Compared:
    if not entry.family or not (notified.family or notified.mother):
        return _weigh("missing", FAMILY)
    word = _family_names(entry.family, notified.family) if notified.family else "different"
    if word == "different" and notified.mother:
        if _family_names(entry.family, notified.mother) in ("same", "part", "near"):
            word = "mother"
    return _weigh(word, FAMILY)


@lru_cache(maxsize=20_000)
def _family_names(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str:
    mine, other = "".join(ours), "".join(theirs)
    if mine == other or sorted(ours) == sorted(theirs):
        return "same"
    if any(len(word) > 2 and word in theirs for word in ours):
        return "part"
    best = max(_likeness(mine, other), *(_likeness(one, two) for one in ours for two in theirs))
    return "near" if best >= NEAR else "fair" if best >= FAIR else "different"


def _exchanged(entry: Face, notified: Face) -> tuple[Compared, Compared] | None:
    """Return how the names compare when the entry has them in each other's place."""
    if not (entry.given and entry.family and notified.given and notified.family):
        return None
    given = _given_names(entry.family, notified.given + notified.others)
    family = _family_names(entry.given, notified.family)
    if given in ("weak", "different") or family == "different":
        return None
    half = SWAPPED / 2
    return (f"{given}", GIVEN[given] + half), (f"{family}", FAMILY[family] + half)


@lru_cache(maxsize=50_000)
def _likeness(one: str, other: str) -> float:
    from rapidfuzz.distance import JaroWinkler

    if one and other and abs(len(one) - len(other)) > 6:
        return 0.0
    return JaroWinkler.similarity(one, other)


@lru_cache(maxsize=50_000)
def _one_slip(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other, score_cutoff=1) <= 1


def _dates(one: date | None, other: date | None) -> str:
    """Compare two dates; a slip is a digit, two exchanged, a day either side, day for month."""
    if one is None or other is None:
        return "missing"
    if one == other:
        return "same"
    if abs((one - other).days) == 1:
        return "slip"
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return "slip"
    mine, theirs = f"{one:%Y%m%d}", f"{other:%Y%m%d}"
    at = [place for place in range(8) if mine[place] != theirs[place]]
    if len(at) == 1:
        return "slip"
    if len(at) == 2:
        first, second = at
        if second == first + 1 and mine[first] == theirs[second] and mine[second] == theirs[first]:
            return "slip"
        return "two"
    parts = (one.year == other.year) + (one.month == other.month) + (one.day == other.day)
    return "two" if parts == 2 else "different"


def _postcodes(one: str, other: str) -> str:
    if not one or not other:
        return "missing"
    if one == other:
        return "same"
    if min(len(one), len(other)) > 4 and _one_slip(one, other):
        return "slip"
    return "district" if one[:-3] == other[:-3] else "different"


def sex_of(text: str) -> str:
    """Return M or F for what stands for it; what is not known, or nothing, is empty."""
    return _SEXES.get(text.strip().casefold(), "")


def _sexes(one: str, other: str) -> str:
    if not one or not other:
        return "missing"
    return "same" if one == other else "different"


def _words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    plain = re.sub(r"['’`´ʼ]", "", plain)
    return tuple(word for word in re.split(r"[\W_]+", plain) if word)


def _no_name_yet(words: tuple[str, ...]) -> bool:
    return words[0] == "not" and set(words) <= _FILLERS | _PLACEHOLDERS


def _given(text: str) -> tuple[tuple[str, ...], str]:
    """Return the given names, none of a placeholder, and the place in a birth that it tells."""
    words = _words(text)
    if not words or not (words[0] in _PLACEHOLDERS or _no_name_yet(words)):
        return tuple(word for word in words if not word.isdigit()), ""
    order = next((_PLACES.get(w, w) for w in words[1:] if w.isdigit() or w in _PLACES), "")
    # "Baby Amina" has a name; "Baby of Amina Khan" has the mother's.
    if len(words) == 2 and words[0] == "baby" and words[1] not in _FILLERS | _PLACEHOLDERS:
        return (() if words[1].isdigit() or words[1] in _PLACES else (words[1],)), order
    return (), order
