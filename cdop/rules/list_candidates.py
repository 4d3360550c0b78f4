"""Which notified deaths an entry of a list is worth comparing with, without comparing all."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from cdop.rules.list_fields import FAIR, Face

Key = tuple[str, ...]


class Candidates:
    """The notified deaths by what may bring an entry to them: a date, a postcode, or the names.

    Names alone bring only deaths whose given and family names both are alike, in either order,
    unless an entry or a death has no date at all: then one name is enough.
    """

    def __init__(self, faces: Sequence[Face]):
        self._faces = faces
        self._keyed: dict[Key, set[int]] = defaultdict(set)
        self._named: dict[str, set[int]] = defaultdict(set)
        self._undated: set[int] = set()
        self._alike: dict[str, list[str]] = {}
        for place, face in enumerate(faces):
            for key in _keys(face):
                self._keyed[key].add(place)
            for name in _names(face):
                self._named[name].add(place)
            if not face.born_on and not face.died_on:
                self._undated.add(place)
        self._choices = list(self._named)

    def of(self, entry: Face) -> list[int]:
        """Return the places of the deaths to compare an entry with, in order."""
        found: set[int] = set()
        for key in _keys(entry):
            found |= self._keyed.get(key, set())
        given, family = self._like(entry.given), self._like(entry.family)
        found |= given & family
        either = given | family
        found |= either if not entry.born_on and not entry.died_on else either & self._undated
        return sorted(found)

    def _like(self, names: Sequence[str]) -> set[int]:
        found: set[int] = set()
        for name in names:
            for alike in self._alike_names(name):
                found |= self._named[alike]
        return found

    def _alike_names(self, name: str) -> list[str]:
        if name not in self._alike:
            from rapidfuzz import process
            from rapidfuzz.distance import JaroWinkler

            close = process.extract(
                name, self._choices, scorer=JaroWinkler.similarity, score_cutoff=FAIR, limit=None
            )
            self._alike[name] = [choice for choice, _, _ in close]
        return self._alike[name]


def _names(face: Face) -> set[str]:
    words = {*face.given, *face.others, *face.family, *face.mother}
    # A double name may be written as one.
    return {*words, "".join(face.family), "".join(face.given)} - {""}


def _keys(face: Face) -> Iterator[Key]:
    for kind, day in (("born", face.born_on), ("died", face.died_on)):
        if day is not None:
            yield from _date_keys(kind, day)
    if len(face.postcode) > 4:
        # Two postcodes one character apart share one of these.
        yield "postcode", face.postcode
        for place in range(len(face.postcode)):
            yield "postcode", face.postcode[:place] + face.postcode[place + 1 :]


def _date_keys(kind: str, day: date) -> Iterator[Key]:
    """Yield keys shared by dates two of whose parts agree, or whose day and month are exchanged."""
    year, month, number = f"{day:%Y}", f"{day:%m}", f"{day:%d}"
    yield kind, "year-month", year, month
    yield kind, "year-day", year, number
    yield kind, "month-day", month, number
    yield kind, "either-way", year, *sorted((month, number))
