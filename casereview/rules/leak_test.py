"""The leak test: every place of a text that tells who somebody of the case is.

It is given what is known of the people of the case and returns each place with its sentence. A
full name, an NHS number and a postcode are hard: nobody may let them stand. A name that is also
an ordinary word, a short form and a slip of the pen are found too, and a person says whether they
mean somebody.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from casereview.rules.folding import Folded, Token, fold
from casereview.rules.known_identifiers import PARTICLES, Identifier, Kind
from casereview.rules.leak_numbers import Digits, spaced_letters
from casereview.rules.leak_phrases import Phrase, phrases_of
from casereview.rules.name_variants import same_names, slips
from casereview.rules.ordinary_words import ORDINARY
from casereview.rules.searched_text import Searched
from casereview.rules.written_dates import Written

_WITHIN_A_NAME = re.compile(r"[\s.,'\"()_-]*")
_AGE_WORDS = re.compile(r"(?<![a-z])(born|birth|birthday|dob|b\.|died|death|dod)(?![a-z])")


class How(StrEnum):
    """How surely a place is what it seems."""

    SURE = "sure"  # written as known, apart from spacing, case, accents or a possessive
    WORD = "word"  # as known, but also an ordinary word
    LIKE = "like"  # a short form, another spelling, a slip of the pen


@dataclass(frozen=True)
class Hit:
    """One place of a text that tells who somebody is; the end is exclusive. Its repr is bare."""

    identifier: Identifier = field(repr=False)
    kind: str
    start: int
    end: int
    how: How
    hard: bool
    found: str = field(repr=False)
    sentence: str = field(repr=False)

    @property
    def certain(self) -> bool:
        """Whether it surely tells who somebody is, whatever a reader makes of the word."""
        return self.hard or self.how == How.SURE


@dataclass(frozen=True)
class _Spot:
    """A place of the folded text, before its sentence is looked for."""

    identifier: Identifier
    kind: str
    start: int
    end: int
    how: How = How.SURE
    hard: bool = False


class LeakTest:
    """The known identifiers, made ready to be looked for in any number of texts."""

    def __init__(self, identifiers: Iterable[Identifier]):
        self.identifiers = list(dict.fromkeys(identifiers))
        self._names: dict[str, list[Identifier]] = {}  # one word as it is known
        self._joined: dict[str, list[Identifier]] = {}  # a name of several words, run together
        self._like: dict[str, set[str]] = {}  # a short form -> known words
        self._full: dict[str, tuple[Identifier, bool]] = {}  # "adaexample" -> whose, hard
        self._dates = [
            (one, date.fromisoformat(one.value)) for one in self._of(Kind.DATE) if one.value
        ]
        self._digits = Digits(self._of(Kind.NHS_NUMBER, Kind.POSTCODE, Kind.CONTACT, Kind.NUMBER))
        self._phrases: dict[str, list[Phrase]] = {}
        self._acronyms: dict[str, Identifier] = {}
        self._initials: dict[str, list[Identifier]] = {}
        self._learn_names()
        self._learn_phrases()
        self._begun = {name[:end] for name in self._joined for end in range(1, len(name) + 1)}
        in_phrases = {
            word
            for many in self._phrases.values()
            for phrase in many
            for ways in phrase.words
            for word in ways
            if len(word) >= 5
        }
        self._spelled = sorted({*self._names, *in_phrases})

    def hits(self, text: str | Searched) -> list[Hit]:
        """Return every hit in the order of the text; of two at one place, the harder or longer."""
        ready = text if isinstance(text, Searched) else Searched(text)
        text = ready.text
        found: dict[tuple[int, int], _Spot] = {}
        for parts in zip(ready.folds, ready.tokens, ready.dates, strict=True):
            for spot in self._spots(*parts):
                place = parts[0].place(spot.start, spot.end)
                if place not in found or spot.hard and not found[place].hard:
                    found[place] = spot
        kept: list[tuple[int, int, _Spot]] = []
        ranked = sorted(
            ((start, end, spot) for (start, end), spot in found.items()),
            key=lambda one: (not one[2].hard, one[0] - one[1], one[0]),
        )
        for start, end, spot in ranked:
            if not any(s <= start and end <= e for s, e, _ in kept):
                kept.append((start, end, spot))
        return [
            Hit(
                spot.identifier,
                spot.kind,
                start,
                end,
                spot.how,
                spot.hard,
                text[start:end],
                ready.sentence(start, end),
            )
            for start, end, spot in sorted(kept, key=lambda one: one[:2])
        ]

    def _of(self, *kinds: Kind) -> list[Identifier]:
        return [one for one in self.identifiers if one.kind in kinds]

    def _learn_names(self) -> None:
        words: dict[str, dict[Kind, list[tuple[str, Identifier]]]] = {}
        for one in self._of(Kind.GIVEN, Kind.FAMILY):
            parts = [token.text for token in fold(one.value).tokens()]
            for part, of_one in _runs(parts):
                if not of_one or len(part) >= 6:
                    self._joined.setdefault(part, []).append(one)
                if len(part) < 2 or (part in PARTICLES and len(parts) > 1):
                    continue
                self._names.setdefault(part, []).append(one)
                for other in same_names(part) if one.kind == Kind.GIVEN else ():
                    self._like.setdefault(other, set()).add(part)
                words.setdefault(one.who, {}).setdefault(one.kind, []).append((part, one))
        for who, kinds in words.items():
            self._learn_together(who, kinds)

    def _learn_together(self, who: str, kinds: dict[Kind, list[tuple[str, Identifier]]]) -> None:
        """Learn what a person's names make together: run into one word, and as initials."""
        given, family = kinds.get(Kind.GIVEN, []), kinds.get(Kind.FAMILY, [])
        for first, _ in given:
            for last, one in family:
                if len(first + last) >= 5:
                    self._full[first + last] = self._full[last + first] = (one, True)
                if len(last) >= 5:
                    self._full.setdefault(first[0] + last, (one, False))
                    self._full.setdefault(last + first[0], (one, False))
        dates = [one for one, _ in self._dates if one.who == who]
        if not dates:
            return
        for value in self._of(Kind.GIVEN):
            firsts = [token.text[0] for token in fold(value.value).tokens()]
            if value.who != who:
                continue
            for last, _ in family:
                for first in {*firsts, "".join(firsts)}:
                    self._initials.setdefault(first + last[0], []).extend(dates)

    def _learn_phrases(self) -> None:
        for one in self._of(Kind.ADDRESS, Kind.PLACE):
            for phrase in phrases_of(one):
                for first in phrase.words[0]:
                    self._phrases.setdefault(first, []).append(phrase)
                if phrase.acronym:
                    self._acronyms[phrase.acronym] = one

    def _spots(
        self, folded: Folded, tokens: Sequence[Token], dates: Sequence[Written]
    ) -> list[_Spot]:
        meant = self._meanings({token.text for token in tokens})
        names = self._name_spots(folded, tokens, meant)
        spots = names + self._full_names(folded, names, tokens)
        spots += self._phrase_spots(folded, tokens, meant)
        spots += [
            _Spot(one, kind, start, end, How.SURE, hard)
            for one, kind, start, end, hard in self._digits.find(folded, tokens)
        ]
        spots += self._date_spots(folded, tokens, dates)
        return spots

    def _meanings(self, words: Iterable[str]) -> dict[str, tuple[How, set[str]]]:
        """Return what words of a text may mean: word -> how surely, and the known words."""
        unknown, meant = [], {}
        for word in words:
            if word in self._names:
                meant[word] = (How.WORD if word in ORDINARY else How.SURE, {word})
            elif word.endswith("s") and word[:-1] in self._names and len(word) > 3:
                own = How.WORD if word in ORDINARY or word[:-1] in ORDINARY else How.SURE
                meant[word] = (own, {word[:-1]})
            elif word in self._like:
                meant[word] = (How.LIKE, self._like[word])
            else:
                unknown.append(word)
        for word, names in slips(unknown, self._spelled).items():
            meant[word] = (How.LIKE, names)
        return meant

    def _name_spots(
        self, folded: Folded, tokens: Sequence[Token], meant: dict[str, tuple[How, set[str]]]
    ) -> list[_Spot]:
        spots = []
        for token in tokens:
            how, words = meant.get(token.text, (How.SURE, set()))
            for word in words:
                if len(word) == 2 and not _begins_large(folded, token):
                    continue
                for one in self._names.get(word, ()):
                    spots.append(_Spot(one, "name", token.start, token.end, how))
            if token.text in self._full:
                one, hard = self._full[token.text]
                kind = "full_name" if hard else "name"
                spots.append(_Spot(one, kind, token.start, token.end, How.SURE, hard))
        for place, token in enumerate(tokens):
            joined = token.text
            for other in tokens[place + 1 : place + 5] if joined in self._begun else ():
                joined += other.text
                if other.start - token.end > 30 or joined not in self._begun:
                    break
                for one in self._joined.get(joined, ()):
                    spots.append(_Spot(one, "name", token.start, other.end))
        known = [word for word in self._names if len(word) >= 3]
        for word, start, end in spaced_letters(tokens, [*known, *self._full]):
            if word in self._full:
                one, hard = self._full[word]
                spots.append(
                    _Spot(one, "full_name" if hard else "name", start, end, How.SURE, hard)
                )
            else:
                spots += [_Spot(one, "name", start, end) for one in self._names[word]]
        return spots

    def _full_names(
        self, folded: Folded, names: Sequence[_Spot], tokens: Sequence[Token]
    ) -> list[_Spot]:
        """Return where a first and a last name of one person stand together, in either order."""
        text, spots = folded.text, []
        places = {(one.start, one.end) for one in names}
        by_start = sorted(names, key=lambda one: (one.start, one.end))
        for place, one in enumerate(by_start):
            for other in by_start[place + 1 :]:
                if other.start - one.end > 40:
                    break
                if other.start < one.end or one.identifier.who != other.identifier.who:
                    continue
                if one.identifier.kind == other.identifier.kind:
                    continue
                if not _together(text, one.end, other.start, places):
                    continue
                # Two ordinary words are a name only where both are written as one.
                large = _begins_large(folded, one) and _begins_large(folded, other)
                ordinary = one.how == How.WORD and other.how == How.WORD
                like = How.LIKE in (one.how, other.how)
                spots.append(
                    _Spot(
                        one.identifier,
                        "full_name",
                        one.start,
                        other.end,
                        How.LIKE if like else How.WORD if ordinary and not large else How.SURE,
                        hard=not like and (large or not ordinary),
                    )
                )
        return spots

    def _phrase_spots(
        self, folded: Folded, tokens: Sequence[Token], meant: dict[str, tuple[How, set[str]]]
    ) -> list[_Spot]:
        spots = []
        for place, token in enumerate(tokens):
            likely = meant[token.text][1] if token.text in meant else ()
            if not likely and token.text not in self._phrases and token.text not in self._acronyms:
                continue
            for phrase in {
                each for word in {token.text, *likely} for each in self._phrases.get(word, ())
            }:
                length = phrase.at(tokens, place, meant)
                if length:
                    begin = place - 1 if phrase.numbered and _numbered(tokens, place) else place
                    spots.append(
                        _Spot(
                            phrase.identifier,
                            str(phrase.identifier.kind),
                            tokens[begin].start,
                            tokens[place + length - 1].end,
                            How.SURE if phrase.sure else How.LIKE,
                        )
                    )
            written = folded.written[slice(*folded.place(token.start, token.end))]
            if written.isupper() and token.text in self._acronyms:
                one = self._acronyms[token.text]
                spots.append(_Spot(one, "place", token.start, token.end, How.LIKE))
        return spots

    def _date_spots(
        self, folded: Folded, tokens: Sequence[Token], near: Sequence[Written]
    ) -> list[_Spot]:
        text, spots = folded.text, []
        for written in near:
            for one, day in self._dates:
                if written.may_be(day):
                    spots.append(_Spot(one, "date", written.start, written.end))
                elif written.in_month_of(day) and _AGE_WORDS.search(
                    text[max(0, written.start - 40) : written.end + 20]
                ):
                    spots.append(_Spot(one, "date", written.start, written.end, How.LIKE))
        for initials, start, end in _initials(folded, tokens, self._initials):
            for one in self._initials[initials]:
                day = date.fromisoformat(one.value)
                year = re.compile(rf"(?<![0-9]){day.year}(?![0-9])")
                around = range(start - 80, end + 80)
                dated = any(
                    each.start in around and (each.may_be(day) or each.in_month_of(day))
                    for each in near
                )
                if dated or year.search(text[max(0, start - 40) : end + 40]):
                    spots.append(_Spot(one, "initials", start, end))
        return spots


def leaks(text: str, identifiers: Iterable[Identifier]) -> list[Hit]:
    """Return where a text tells who somebody is, of whom these are the known identifiers."""
    return LeakTest(identifiers).hits(text)


def _runs(parts: Sequence[str]) -> list[tuple[str, bool]]:
    """Return each row of a name's parts run together, and whether it is one part alone."""
    return [
        ("".join(parts[start:end]), end - start == 1)
        for start in range(len(parts))
        for end in range(start + 1, len(parts) + 1)
    ]


def _begins_large(folded: Folded, token: Token | _Spot) -> bool:
    return folded.written[folded.at[token.start]].isupper()


def _numbered(tokens: Sequence[Token], place: int) -> bool:
    return (
        place > 0
        and tokens[place - 1].text[0].isdigit()
        and tokens[place].start - tokens[place - 1].end <= 2
    )


def _together(text: str, start: int, end: int, places: set[tuple[int, int]]) -> bool:
    """Say whether nothing but initials and other names stands between two names."""
    between = text[start:end]
    if re.search(r"[a-z0-9]{2}\.\s|\n\s*\n", between) or re.match(r"\.\s", between):
        return False
    words = list(re.finditer(r"[^\W_]+", between))
    if len(words) > 3:
        return False
    left = _WITHIN_A_NAME.sub("", re.sub(r"[^\W_]+", "", between))
    return not left and all(
        len(one[0]) == 1 or (start + one.start(), start + one.end()) in places for one in words
    )


def _initials(
    folded: Folded, tokens: Sequence[Token], wanted: Iterable[str]
) -> Iterable[tuple[str, int, int]]:
    """Return where initials stand, written in capitals: "AE", "A.E." or "A E"."""
    known = set(wanted)
    for place, token in enumerate(tokens):
        if not _begins_large(folded, token) or len(token.text) > 4:
            continue
        written = folded.written[slice(*folded.place(token.start, token.end))]
        if token.text in known and written.isupper():
            yield token.text, token.start, token.end
        joined = token.text
        for other in tokens[place + 1 : place + 4]:
            if len(token.text) > 1 or len(other.text) > 1 or not _begins_large(folded, other):
                break
            if other.start - token.end > 9 or "&" in folded.text[token.start : other.start]:
                break
            joined += other.text
            if joined in known:
                yield joined, token.start, other.end
