"""Words of a statement, and the stems by which they are compared."""

import re
from functools import cache
from typing import Any, NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# They stand in every statement and say nothing of a theme.
_EMPTY = frozenset(
    "a about above after again all also am an and any are as at be because been before being below "
    "between both but by can could did do does doing don't down during each every few for from "
    "further had has have having he her here hers him his how i if in into is it its just may me "
    "might more most must my no nor not of off on once only or other our out over own same shall "
    "she should so some such than that the their them then there these they this those through to "
    "too under until up us very was we were what when where which while who whom why will with "
    "would you your one two three four five six seven eight nine ten".split()
)


class Word(NamedTuple):
    """A word as it is written, where it stands (the end is exclusive), and its stem."""

    text: str
    start: int
    end: int
    stem: str


@cache
def _stemmer() -> Any:
    from snowballstemmer.english_stemmer import EnglishStemmer

    return EnglishStemmer()


@cache
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


def words(text: str) -> list[Word]:
    """Return the words of a text that say something, in its order."""
    found = []
    for match in _WORD.finditer(text):
        plain = match[0].lower().replace("’", "'")
        if plain not in _EMPTY:
            stem = _stem(plain.removesuffix("'s"))
            found.append(Word(match[0], match.start(), match.end(), stem))
    return found
