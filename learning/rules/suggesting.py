"""Which themes a statement may belong to, and which of its words say so.

A theme is what the list says of it: its name, what it covers, its cue words. A statement is set
against each theme twice: by the stems they share, a rare one counting more, and by the average
of static word vectors, which know that a cot is like a Moses basket. Each of the two is put on
one scale over all themes, and they count half each. What was learned earlier under a theme
speaks for it too, with a fifth of the weight. Both halves are sums over the words of the
statement, so the words that decided are known exactly. Nothing is suggested by chance, and
nothing is saved here.

Source: our own comparison of methods on fictional statements; `benchmarks/theme_suggestions.py`
measures this one.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from learning.rules.stems import Word, words

if TYPE_CHECKING:
    import numpy as np

    Row = np.ndarray

DEFINITION, EXAMPLES = 0.8, 0.2
SHOWN = 3
# Below these a statement is hardly like anything a theme is about.
WEAK_SHARED, WEAK_LIKE = 0.05, 0.2
# From here on one word is shown as standing for another.
ALIKE = 0.3
_WORDS_SHOWN = 5


class ThemeText(NamedTuple):
    """A theme's code, and the name, scope and cue words that say what it is about."""

    code: str
    text: str


class Example(NamedTuple):
    """What was learned earlier, and its theme."""

    theme: str
    statement: str


class Vectors(Protocol):
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
        texts = [theme.text for theme in themes]
        of_text = [Counter(word.stem for word in words(text)) for text in texts]
        spread = Counter(stem for counted in of_text for stem in counted)
        self._unseen = math.log(1 + len(texts)) + 1
        self._rarity = {
            stem: math.log((1 + len(texts)) / (1 + number)) + 1 for stem, number in spread.items()
        }
        self._themes = [self._read(text) for text in texts]
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
            weak = like[0] < WEAK_SHARED and (len(like) < 2 or like[1] < WEAK_LIKE)
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
        return _Read(found, stems, self._average(text))

    def _average(self, text: str) -> "Row | None":
        import numpy as np

        if self._vectors is None:
            return None
        _, rows = self._vectors.pieces(text)
        if not len(rows):
            return None
        average = rows.mean(axis=0)
        length = float(np.linalg.norm(average))
        return average / length if length else None

    def _by_stems(self, read: _Read) -> "Row":
        """Return what each word shares with each theme by its stem; repeats share it out."""
        import numpy as np

        table = np.zeros((len(read.words) + 1, len(self._codes)))
        repeats = Counter(word.stem for word in read.words)
        for row, word in enumerate(read.words):
            weight = read.stems[word.stem] / repeats[word.stem]
            for column, theme in enumerate(self._themes):
                table[row, column] = weight * theme.stems.get(word.stem, 0.0)
        return table

    def _by_vectors(self, statement: str, read: _Read) -> "Row":
        """Return what each word's vector adds to the likeness to each theme."""
        import numpy as np

        table = np.zeros((len(read.words) + 1, len(self._codes)))
        if self._vectors is None or read.vector is None:
            return table
        places, rows = self._vectors.pieces(statement)
        length = float(np.linalg.norm(rows.mean(axis=0))) * len(rows)
        empty = np.zeros(rows.shape[1])
        themes = np.stack([empty if one.vector is None else one.vector for one in self._themes])
        each = rows @ themes.T / length
        for piece, (start, end) in enumerate(places):
            table[_word_at(read.words, start, end)] += each[piece]
        return table

    def _by_examples(self, read: _Read) -> "Row":
        """Return how like each theme's likest earlier statement is, on one scale."""
        import numpy as np

        best = np.zeros(len(self._codes))
        for place, example in zip(self._of_theme, self._examples, strict=True):
            if place is not None:
                best[place] = max(best[place], self._likeness(read, example))
        return _on_one_scale(best[None, :])[0]

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

    def _nearest(self, word: str, theme: _Read) -> str:
        """Return the word of a theme that is most like a word; none where nothing is alike."""
        mine = self._average(word)
        if mine is None:
            return ""
        best, nearest = ALIKE, ""
        for text in dict.fromkeys(each.text for each in theme.words):
            other = self._average(text)
            if other is not None and (likeness := float(mine @ other)) > best:
                best, nearest = likeness, text
        return nearest


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
