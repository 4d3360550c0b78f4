"""Themes suggested for a statement, with the words that decided, and earlier learning like it.

A theme is what its list says of it: a name, a scope and cues, which are words and short phrases.
A statement is set against each theme twice: by the stems it shares with the theme's cues, a rare
one counting more and a cue that is there as a whole more than a part of one; and by its average
static word vector against those of the theme's likest cues, which know that a cot is like a Moses
basket. Each of the two is put on one scale over all themes, and they count half each. What was
learned earlier under a theme speaks for it too, with a fifth of the weight. Both halves are sums
over the words of the statement, so the words that decided are known exactly. Nothing is suggested
by chance, and nothing is saved here.

Source: our own comparison of methods on fictional statements; `benchmarks/theme_suggestions.py`
measures this one.
"""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from learning.rules.stems import Word, words

if TYPE_CHECKING:
    import numpy as np

    Row = np.ndarray

DEFINITION, EXAMPLES = 0.8, 0.2
SHOWN = 3
# How many of a theme's cues, and of its earlier statements, a statement is held against.
LIKEST_CUES, LIKEST_EXAMPLES = 4, 3
# Below these a statement is hardly like anything a theme is about: most of a word that this theme
# has alone, and the likeness of averages.
WEAK_SHARED, WEAK_LIKE = 0.8, 0.38
# From here on one word is shown as standing for another.
ALIKE = 0.3
_WORDS_SHOWN = 5


class ThemeText(NamedTuple):
    """A theme's code, and the name, scope and cue words that say what it is about.

    Stops, commas and semicolons part one cue from the next.
    """

    code: str
    text: str


class Example(NamedTuple):
    """What was learned earlier, and its theme."""

    theme: str
    statement: str


class Vectors(Hashable, Protocol):
    """Static word vectors: the pieces of a text, where they stand and what they mean."""

    def pieces(self, text: str) -> "tuple[list[tuple[int, int]], Row]":
        """Return the place of each piece (the end exclusive) and a row of numbers for each."""
        ...


class Reason(NamedTuple):
    """A word of the statement that decided, and a word of the theme that it stands for.

    `like` is empty where the theme has the very word, and where no word of it is alike.
    """

    word: str
    like: str


@dataclass(frozen=True)
class Suggestion:
    """One theme for one statement; `score` is its share, from 0 to 1, of all that speaks for any.

    A weak one is best not shown to a person.
    """

    code: str
    score: float
    reasons: tuple[Reason, ...]
    weak: bool


class Alike(NamedTuple):
    """An earlier statement, by its place among the examples, and how alike it is, from 0 to 1."""

    place: int
    likeness: float


class _Read(NamedTuple):
    """A text made ready: its words, the weight of each stem, and its average vector."""

    words: list[Word]
    stems: dict[str, float]
    vector: "Row | None"


class _Theme(NamedTuple):
    """A theme made ready: its stems, its cues by their stems, as written, and as vectors."""

    stems: frozenset[str]
    cues: "list[tuple[str, frozenset[str]]]"
    vectors: "Row | None"


class _Themes(NamedTuple):
    """The themes made ready, and how rare each stem is among them."""

    each: list[_Theme]
    rarity: dict[str, float]
    unseen: float


class Suggester:
    """The themes and earlier learning, made ready to be compared with any number of statements.

    Without vectors the shared stems decide alone.
    """

    def __init__(
        self,
        themes: Sequence[ThemeText],
        examples: Sequence[Example] = (),
        vectors: Vectors | None = None,
    ):
        self._vectors = vectors
        self._codes = [theme.code for theme in themes]
        self._themes, self._rarity, self._unseen = _made_ready(
            tuple(theme.text for theme in themes), vectors
        )
        self._examples = [self._read(example.statement) for example in examples]
        places = {code: place for place, code in enumerate(self._codes)}
        self._of_theme = [places.get(example.theme) for example in examples]

    def suggest(self, statement: str, count: int = SHOWN) -> list[Suggestion]:
        """Return the likeliest themes, best first: always as many as asked, if there are so many.

        Of two that are equally likely the earlier in the list of themes comes first.
        """
        import numpy as np

        if not self._codes:
            return []
        read = self._read(statement)
        halves = [self._by_stems(read)]
        if self._vectors is not None:
            halves.append(self._by_vectors(statement, read))
        # words x themes: what each word says for each theme, on one scale; the last row is the rest
        said = np.mean([_on_one_scale(half) for half in halves], axis=0)
        totals = DEFINITION * said.sum(axis=0) + EXAMPLES * self._by_examples(read)
        shares = np.exp(2 * (totals - totals.max()))
        shares /= shares.sum()
        order = np.argsort(-shares, kind="stable")[:count]
        found = []
        for theme in order:
            like = [float(half[:, theme].sum()) for half in halves]
            own_word = math.log(1 + len(self._codes))
            weak = like[0] < WEAK_SHARED * own_word and (len(like) < 2 or like[1] < WEAK_LIKE)
            reasons = self._reasons(read, said[:, theme], int(theme))
            score = round(float(shares[theme]), 4)
            found.append(Suggestion(self._codes[theme], score, reasons, weak))
        return found

    def alike(self, statement: str, count: int = 5) -> list[Alike]:
        """Return the earlier statements most like this one, best first."""
        read = self._read(statement)
        ranked = sorted(
            (Alike(place, self._likeness(read, one)) for place, one in enumerate(self._examples)),
            key=lambda one: (-one.likeness, one.place),
        )
        return ranked[:count]

    def _read(self, text: str) -> _Read:
        found = words(text)
        counted = Counter(word.stem for word in found)
        weights = {
            stem: (1 + math.log(number)) * self._rarity.get(stem, self._unseen)
            for stem, number in counted.items()
        }
        length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        stems = {stem: weight / length for stem, weight in weights.items()}
        vector = None if self._vectors is None else _average(self._vectors, text, found)
        return _Read(found, stems, vector)

    def _by_stems(self, read: _Read) -> "Row":
        """Return what each word shares with each theme by its stem; repeats share it out.

        A stem counts as much as the part of a cue that is there with it.
        """
        import numpy as np

        table = np.zeros((len(read.words) + 1, len(self._codes)))
        repeats = Counter(word.stem for word in read.words)
        for column, theme in enumerate(self._themes):
            whole = dict.fromkeys(theme.stems & repeats.keys(), 0.0)
            for _, stems in theme.cues:
                if there := stems & whole.keys():
                    part = len(there) / len(stems)
                    whole.update((stem, max(whole[stem], part)) for stem in there)
            for row, word in enumerate(read.words):
                if word.stem in whole:
                    rarity = self._rarity[word.stem] - 1
                    table[row, column] = rarity * whole[word.stem] / repeats[word.stem]
        return table

    def _by_vectors(self, statement: str, read: _Read) -> "Row":
        """Return what each word's vector adds to the likeness to each theme's likest cues."""
        import numpy as np

        table = np.zeros((len(read.words) + 1, len(self._codes)))
        if self._vectors is None or read.vector is None:
            return table
        pieces, rows = _that_say_something(self._vectors, statement, read.words)
        length = float(np.linalg.norm(rows.mean(axis=0))) * len(rows)
        likest = np.zeros((len(self._codes), rows.shape[1]))
        for place, theme in enumerate(self._themes):
            if theme.vectors is not None and len(theme.vectors):
                order = np.argsort(-(theme.vectors @ read.vector), kind="stable")
                likest[place] = theme.vectors[order[:LIKEST_CUES]].mean(axis=0)
        each = rows @ likest.T / length
        for piece, row in enumerate(pieces):
            table[row] += each[piece]
        return table

    def _by_examples(self, read: _Read) -> "Row":
        """Return how like each theme's likest earlier statements are, on one scale."""
        import numpy as np

        alike: list[list[float]] = [[] for _ in self._codes]
        for place, example in zip(self._of_theme, self._examples, strict=True):
            if place is not None:
                alike[place].append(self._likeness(read, example))
        best = [sorted(found, reverse=True)[:LIKEST_EXAMPLES] for found in alike]
        return _on_one_scale(np.array([[sum(one) / (len(one) or 1) for one in best]]))[0]

    def _likeness(self, one: _Read, other: _Read) -> float:
        shared = sum(weight * other.stems.get(stem, 0.0) for stem, weight in one.stems.items())
        if one.vector is None or other.vector is None:
            return shared
        return (shared + max(0.0, float(one.vector @ other.vector))) / 2

    def _reasons(self, read: _Read, said: "Row", theme: int) -> tuple[Reason, ...]:
        """Return the words that spoke most for a theme, in the order of their weight."""
        weight: dict[str, float] = {}
        first: dict[str, Word] = {}
        for row, word in enumerate(read.words):
            weight[word.stem] = weight.get(word.stem, 0.0) + float(said[row])
            first.setdefault(word.stem, word)
        most = max(weight.values(), default=0.0)
        chosen = sorted(
            (stem for stem in weight if weight[stem] > 0 and weight[stem] >= most / 5),
            key=lambda stem: (-weight[stem], first[stem].start),
        )[:_WORDS_SHOWN]
        own = self._themes[theme]
        return tuple(
            Reason(
                first[stem].text, "" if stem in own.stems else self._nearest(first[stem].text, own)
            )
            for stem in chosen
        )

    def _nearest(self, word: str, theme: _Theme) -> str:
        """Return the cue of a theme that is most like a word; none where nothing is alike."""
        if self._vectors is None or theme.vectors is None:
            return ""
        mine = _average(self._vectors, word, words(word))
        if mine is None or not len(theme.vectors):
            return ""
        likeness = theme.vectors @ mine
        place = int(likeness.argmax())
        return theme.cues[place][0] if likeness[place] > ALIKE else ""


@lru_cache(maxsize=4)
def _made_ready(texts: tuple[str, ...], vectors: Vectors | None) -> _Themes:
    """Return themes made ready; kept, for they are the same from one statement to the next."""
    import numpy as np

    found = []
    for text in texts:
        written = dict.fromkeys(part.strip() for part in re.split(r"[.,;]\s+|[.;,]$", text))
        cues = {cue: words(cue) for cue in written}
        cues = {cue: said for cue, said in cues.items() if said}
        rows = None
        if vectors is not None and cues:
            averages = [_average(vectors, cue, said) for cue, said in cues.items()]
            wide = max((len(one) for one in averages if one is not None), default=0)
            rows = np.stack([np.zeros(wide) if one is None else one for one in averages])
        stems = [(cue, frozenset(word.stem for word in said)) for cue, said in cues.items()]
        found.append(_Theme(frozenset(stem for _, cue in stems for stem in cue), stems, rows))
    spread = Counter(stem for theme in found for stem in theme.stems)
    rarity = {stem: math.log((1 + len(texts)) / number) + 1 for stem, number in spread.items()}
    return _Themes(found, rarity, math.log(1 + len(texts)) + 1)


def _that_say_something(
    vectors: Vectors, text: str, said: Sequence[Word]
) -> "tuple[list[int], Row]":
    """Return the pieces that lie in words that say something: the word's row, and the vector.

    Where no word says anything all pieces do, and lie in the last row.
    """
    places, rows = vectors.pieces(text)
    in_words = [_word_at(said, start, end) for start, end in places]
    kept = [piece for piece, row in enumerate(in_words) if row >= 0] or list(range(len(places)))
    return [in_words[piece] for piece in kept], rows[kept]


def _average(vectors: Vectors, text: str, said: Sequence[Word]) -> "Row | None":
    import numpy as np

    _, rows = _that_say_something(vectors, text, said)
    if not len(rows):
        return None
    average = rows.mean(axis=0)
    length = float(np.linalg.norm(average))
    return average / length if length else None


def _on_one_scale(table: "Row") -> "Row":
    """Return the columns less their average, in units of the spread of their sums."""
    spread = float(table.sum(axis=0).std())
    if not spread:
        return table * 0.0
    return (table - table.mean(axis=1, keepdims=True)) / spread


def _word_at(read: Iterable[Word], start: int, end: int) -> int:
    """Return the row of the word a piece lies in; the last row is of what lies in none."""
    for row, word in enumerate(read):
        if start < word.end and end > word.start:
            return row
    return -1
