"""A text without case, accents and look-alike letters, and where each letter of it stood."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters of other alphabets that look like Latin ones, and signs that stand for one another.
_ALIKE = str.maketrans(
    "асеорхуіјѕԁɡһкмнтвαοιερντκχ’‘ʼ`´‐‑‒–—−\u00a0\u2007\u202f\u2009·•",
    "aceopxyijsdghkmhtbaoiepvtkx'''''------    ..",
)
_WITHOUT_PARTS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe"})
_BROKEN_LINE = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\s*\n\s*(?=[^\W\d_])")
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Token:
    """One word or number of a folded text; its end is exclusive."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Folded:
    """A folded text; `at` holds the place of each of its characters in what was written."""

    text: str
    at: list[int]
    written: str

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece stands in what was written; ends are exclusive."""
        return self.at[start], self.at[end - 1] + 1

    def tokens(self) -> list[Token]:
        """Return the words and numbers in order; apostrophes, hyphens and underscores part them."""
        return [Token(found[0], *found.span()) for found in _TOKEN.finditer(self.text)]


def fold(text: str, *, join_lines: bool = False) -> Folded:
    """Return a text folded; `join_lines` puts words together that a line's end had parted."""
    left_out: set[int] = set()
    if join_lines:
        for found in _BROKEN_LINE.finditer(text):
            left_out.update(range(*found.span()))
    if text.isascii() and not left_out:
        return Folded(text.lower(), list(range(len(text))), text)
    letters, at = [], []
    for place, letter in enumerate(text):
        if place in left_out:
            continue
        for part in _fold_letter(letter):
            letters.append(part)
            at.append(place)
    return Folded("".join(letters), at, text)


def plain(text: str) -> str:
    """Return a text folded, for comparing."""
    return fold(text).text


def has_broken_lines(text: str) -> bool:
    """Say whether a word of the text goes on in the next line."""
    return bool(_BROKEN_LINE.search(text))


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    decomposed = unicodedata.normalize("NFKD", letter).casefold()
    kept = "".join(
        one
        for one in unicodedata.normalize("NFKD", decomposed)
        if unicodedata.category(one) not in ("Mn", "Cf")
    )
    return kept.translate(_ALIKE).translate(_WITHOUT_PARTS).translate(_LETTERS)
