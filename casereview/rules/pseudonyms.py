"""What stands for people, places and dates in papers that leave a record."""

from collections.abc import Iterable, Mapping
from datetime import date
from string import ascii_uppercase

from casereview.rules.ages import age_in_words
from casereview.rules.folding import fold, plain
from casereview.rules.known_identifiers import Identifier, Kind
from casereview.rules.leak_test import Hit, How, LeakTest
from casereview.rules.months import whole_months
from casereview.rules.written_dates import written_dates

CHILD = "Child 1"
FAMILY_NAME = "[family name]"
# These take a letter: "Hospital A". All others take a number from the second on: "Mother 2".
LETTERED = ("Agency", "Hospital", "Place", "School")
_INSTEAD = {
    "nhs_number": "[NHS number]",
    "postcode": "[postcode]",
    "address": "[address]",
    "contact": "[contact]",
    "number": "[number]",
}
# A date so many years from the death belongs to no paper of the case, and is left as it is.
FAR = 60
DAYS_COUNTED = 60


def next_label(base: str, taken: Iterable[str]) -> str:
    """Return the first pseudonym of a kind that is not taken: "Mother", "Child 2", "School A"."""
    used = set(taken)
    if base in LETTERED:
        letters = [*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase)]
        return next(label for one in letters if (label := f"{base} {one}") not in used)
    if base != "Child" and base not in used:
        return base
    number = 2
    while f"{base} {number}" in used:
        number += 1
    return f"{base} {number}"


def words_of(identifiers: Iterable[Identifier]) -> dict[str, tuple[Kind, str, str]]:
    """Return the names and places that get a pseudonym: folded word -> kind, as written, label.

    A name that several people bear stands for none of them.
    """
    found: dict[str, tuple[Kind, str, str]] = {}
    for one in identifiers:
        if one.kind not in (Kind.GIVEN, Kind.FAMILY, Kind.PLACE):
            continue
        word = plain(one.value)
        if word not in found:
            found[word] = (one.kind, one.value, one.who)
        elif found[word][2] != one.who:
            found[word] = (one.kind, one.value, FAMILY_NAME)
    return found


class Pseudonyms:
    """Replaces in texts what surely tells who somebody is; what may tell it is left to a person.

    `died_on` is the day that dates are counted from; `standing` are pseudonyms given before, by
    folded word: they never change.
    """

    def __init__(
        self,
        identifiers: Iterable[Identifier],
        *,
        born_on: date | None = None,
        died_on: date | None = None,
        standing: Mapping[str, str] | None = None,
    ):
        self.test = LeakTest(identifiers)
        self.born_on, self.died_on = born_on, died_on
        self.words = {
            word: label for word, (_, _, label) in words_of(self.test.identifiers).items()
        }
        self.words |= standing or {}

    def replaced(self, text: str) -> str:
        """Return a text with pseudonyms for people and places, and ages or spans for dates."""
        if not text:
            return text
        spans = [
            (hit.start, hit.end, self._instead(hit))
            for hit in self.test.hits(text)
            if hit.how == How.SURE or self._decided(hit)
        ]
        taken = [(start, end) for start, end, _ in spans]
        for start, end, day in _days_of(text):
            if not any(start < e and s < end for s, e in taken):
                words = self.day_in_words(day)
                if words:
                    spans.append((start, end, words))
        return _put(text, spans)

    def instead_of(self, word: str) -> str:
        """Return what stands for a word that a person wants replaced."""
        hits = self.test.hits(word)
        return self._instead(hits[0]) if hits else "[left out]"

    def _decided(self, hit: Hit) -> bool:
        """Say whether a person replaced this spelling before; an ordinary word is asked again."""
        found = plain(hit.found)
        return hit.how == How.LIKE and found in self.words

    def _instead(self, hit: Hit) -> str:
        if hit.kind == "date":
            day = date.fromisoformat(hit.identifier.value)
            if hit.identifier.who == CHILD:
                return self.day_in_words(day) or "[date]"
            if self.died_on and day <= self.died_on:
                return f"[aged {age_in_words(day, self.died_on).lower()} at the death]"
            return "[date]"
        if hit.kind in ("full_name", "initials"):
            return hit.identifier.who
        if hit.kind in ("name", "place"):
            found = plain(hit.found)
            return self.words.get(found) or self.words.get(found[:-1]) or self._of_part(found, hit)
        return _INSTEAD.get(hit.kind, "[left out]")

    def _of_part(self, found: str, hit: Hit) -> str:
        """Return what stands for one part of a name; a part that several bear for none of them."""
        if hit.kind == "place":
            return hit.identifier.who
        bearers = {
            one.who
            for one in self.test.identifiers
            if one.kind in (Kind.GIVEN, Kind.FAMILY)
            and found in {token.text for token in fold(one.value).tokens()}
        }
        return FAMILY_NAME if len(bearers) > 1 else hit.identifier.who

    def day_in_words(self, day: date) -> str:
        """Return a day as an age or a span; empty for one that is far from the child's life."""
        born, died = self.born_on, self.died_on
        pivot = died or born
        if pivot is None or abs(day.year - pivot.year) > FAR:
            return ""
        if died and day >= died:
            return f"[{_span(died, day, 'after the death')}]"
        if born and day < born:
            return f"[{_span(day, born, 'before the birth')}]"
        if born:
            return "[the day of the birth]" if day == born else f"[aged {_age(born, day)}]"
        return f"[{_span(day, died, 'before the death')}]" if died else ""


def _age(born: date, day: date) -> str:
    return age_in_words(born, day).lower()


def _span(first: date, last: date, words: str) -> str:
    days = (last - first).days
    if days == 0:
        return "the day of the death"
    if days <= DAYS_COUNTED:
        return f"{days} day{'' if days == 1 else 's'} {words}"
    months = whole_months(first, last)
    if months < 24:
        return f"{months} months {words}"
    return f"{months // 12} years {words}"


def _days_of(text: str) -> list[tuple[int, int, date]]:
    folded = fold(text)
    found = []
    for one in written_dates(folded.text):
        day = one.as_day()
        words = folded.text[one.start : one.end]
        # Bare digits and digits with spaces are more often something else.
        if day and any(letter.isalpha() or letter in "./-" for letter in words):
            found.append((*folded.place(one.start, one.end), day))
    return found


def _put(text: str, spans: list[tuple[int, int, str]]) -> str:
    """Return a text with each span replaced; of overlapping ones the first and longest."""
    pieces, done = [], 0
    for start, end, instead in sorted(spans, key=lambda one: (one[0], -one[1])):
        if start < done:
            continue
        pieces += [text[done:start], instead]
        done = end
    return "".join([*pieces, text[done:]])


def replace_word(text: str, word: str, instead: str) -> str:
    """Return a text with one folded word replaced wherever it stands as words of its own."""
    folded = fold(text)
    spans = []
    start = folded.text.find(word) if word else -1
    while start >= 0:
        end = start + len(word)
        before, after = folded.text[start - 1 : start], folded.text[end : end + 1]
        if not (before.isalnum() and word[0].isalnum()) and not (
            after.isalnum() and word[-1].isalnum()
        ):
            spans.append((*folded.place(start, end), instead))
        start = folded.text.find(word, start + 1)
    return _put(text, spans)
