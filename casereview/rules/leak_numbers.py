"""Numbers and codes as they may be written: with any spacing, a country's prefix, look-alikes."""

import re
from collections.abc import Iterable, Iterator, Sequence

from casereview.rules.folding import Folded, Token, plain
from casereview.rules.known_identifiers import Identifier, Kind

# It begins where a word begins: tried from each letter, a long word would take its length squared.
_EMAIL = re.compile(r"(?<![^\s@<>,;])[^\s@<>,;]+@[^\s@<>,;]+")
_PREFIX = re.compile(r"(\+\s?44|0044|(?<![0-9])\(?0)[\s()0-]*\Z")
_ALIKE = {
    "0": "[0o]",
    "o": "[0o]",
    "1": "[1il]",
    "i": "[1il]",
    "l": "[1il]",
    "5": "[5s]",
    "s": "[5s]",
}
_AS_DIGITS = str.maketrans("oil", "011")
SHORTEST_NUMBER = 5
# So many signs may part two digits of one number.
APART = 3

Found = tuple[Identifier, str, int, int, bool]


class Digits:
    """NHS numbers, postcodes, telephone numbers, addresses of e-mail and other numbers."""

    def __init__(self, identifiers: Iterable[Identifier]):
        self._runs: list[tuple[str, Identifier, str, bool]] = []
        self._shapes: list[tuple[re.Pattern[str], Identifier, str, bool]] = []
        self._verbatim: list[tuple[str, Identifier]] = []
        for one in identifiers:
            self._learn(one)

    def _learn(self, one: Identifier) -> None:
        value = plain(one.value)
        digits = "".join(letter for letter in value if letter.isdigit())
        match one.kind:
            case Kind.NHS_NUMBER:
                if len(digits) == 10:
                    self._runs.append((digits, one, "nhs_number", True))
                elif digits:
                    self._learn_number(one, value)
            case Kind.POSTCODE:
                letters = [letter for letter in value if letter.isalnum()]
                if len(letters) < 5:
                    self._learn_number(one, value)
                    return
                self._shapes.append((_spaced(letters), one, "postcode", True))
                sector = (
                    re.escape("".join(letters[:-3])) + rf"[\s-]{{1,2}}{letters[-3]}(?![a-z0-9])"
                )
                self._shapes.append((re.compile(rf"(?<![a-z0-9]){sector}"), one, "postcode", False))
            case Kind.CONTACT:
                self._verbatim += [(found[0], one) for found in _EMAIL.finditer(value)]
                for number in re.findall(r"[0-9+][0-9\s().+-]{7,}[0-9]", value):
                    national = re.sub(
                        r"[^0-9]", "", re.sub(r"^\s*(\+|00)44\s*(\(0\))?", "", number)
                    )
                    self._runs.append((national.lstrip("0"), one, "contact", False))
            case _:
                self._learn_number(one, value)

    def _learn_number(self, one: Identifier, value: str) -> None:
        letters = [letter for letter in value if letter.isalnum()]
        if len(letters) >= SHORTEST_NUMBER:
            self._shapes.append((_spaced(letters), one, "number", False))

    def find(self, folded: Folded, tokens: Sequence[Token]) -> Iterator[Found]:
        """Return each place as identifier, kind, start, end (exclusive) and whether it is hard."""
        stream, places = _digit_stream(folded, tokens)
        for digits, one, kind, hard in self._runs:
            start = stream.find(digits) if digits else -1
            while start >= 0:
                begin = places[start]
                if kind == "contact" and (before := _prefix(folded.text, begin)):
                    begin = before.start()
                yield one, kind, begin, places[start + len(digits) - 1] + 1, hard
                start = stream.find(digits, start + 1)
        for shape, one, kind, hard in self._shapes:
            for found in shape.finditer(folded.text):
                yield one, kind, found.start(), found.end(), hard
        for words, one in self._verbatim:
            start = folded.text.find(words)
            while start >= 0:
                yield one, "contact", start, start + len(words), False
                start = folded.text.find(words, start + 1)


def _prefix(text: str, begin: int) -> re.Match[str] | None:
    return _PREFIX.search(text, max(0, begin - 12), begin)


def _spaced(letters: Sequence[str]) -> re.Pattern[str]:
    shape = r"[\s.,/_-]{0,3}".join(_ALIKE.get(one, re.escape(one)) for one in letters)
    return re.compile(rf"(?<![a-z0-9]){shape}(?![a-z0-9])|(?<=[a-z]){shape}")


def _digit_stream(folded: Folded, tokens: Sequence[Token]) -> tuple[str, list[int]]:
    """Return the digits of a text, with a blank where they are far apart, and their places."""
    stream: list[str] = []
    places: list[int] = []
    last = -APART - 2
    for token in tokens:
        if not any(one.isdigit() for one in token.text):
            continue
        for offset, letter in enumerate(token.text.translate(_AS_DIGITS)):
            if not ("0" <= letter <= "9"):
                continue
            place = token.start + offset
            if place - last > APART + 1:
                stream.append(" ")
                places.append(place)
            stream.append(letter)
            places.append(place)
            last = place
    return "".join(stream), places


def spaced_letters(tokens: Sequence[Token], known: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Return where a known word is written letter by letter, as in "A d a"."""
    wanted = sorted(set(known), key=len, reverse=True)
    run: list[Token] = []
    for token in [*tokens, Token("", -1, -1)]:
        if (
            len(token.text) == 1
            and token.text.isalpha()
            and (not run or token.start - run[-1].end <= 2)
        ):
            run.append(token)
            continue
        if len(run) >= 3:
            word = "".join(one.text for one in run)
            for name in wanted:
                start = word.find(name)
                if start >= 0:
                    yield name, run[start].start, run[start + len(name) - 1].end
        run = [token] if len(token.text) == 1 and token.text.isalpha() else []
