"""A text made ready to be searched: folded, cut into words, its dates and sentences known."""

import re

from casereview.rules.folding import fold, has_broken_lines
from casereview.rules.written_dates import written_dates

LONGEST_SENTENCE = 400
_SENTENCE_END = re.compile(
    r"(?<=[a-z0-9)]{2}[.!?])(?<!(?i:.no|.dr|.mr|.st|mrs)\.)\s+(?=[\"'(]?[A-Z0-9])"
    r"|\n\s*\n|\n(?=\s*[-•*])"
)


class Searched:
    """A text made ready to be searched, once for any number of tests."""

    def __init__(self, text: str):
        self.text = text
        self.folds = [fold(text)]
        if has_broken_lines(text):
            self.folds.append(fold(text, join_lines=True))
        self.tokens = [folded.tokens() for folded in self.folds]
        self.dates = [written_dates(folded.text) for folded in self.folds]
        self._ends = [0, *(one.end() for one in _SENTENCE_END.finditer(text)), len(text)]

    def sentence(self, start: int, end: int) -> str:
        """Return the sentence around a place on one line, cut where it is very long."""
        begin = max(one for one in self._ends if one <= start)
        finish = min((one for one in self._ends if one >= end), default=len(self.text))
        begin = max(begin, start - LONGEST_SENTENCE // 2)
        finish = min(finish, end + LONGEST_SENTENCE // 2)
        return " ".join(self.text[begin:finish].split())
