"""Text that is disclosed in part: its paragraphs, and words taken out of one."""

import re

# A text of more paragraphs is decided as a whole: nobody reads five hundred with care.
MOST_PARAGRAPHS = 200
REDACTED = "[redacted]"
WITHHELD = "[withheld]"


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, parted by blank lines; one without words has none."""
    parts = re.split(r"\n[ \t]*\n\s*", text.replace("\r\n", "\n").replace("\r", "\n"))
    return [part.strip("\n") for part in parts if part.strip()]


def words_of(typed: str) -> list[str]:
    """Return what is to be taken out, one a line, the longest first."""
    lines = {line.strip() for line in typed.splitlines() if line.strip()}
    return sorted(lines, key=lambda line: (-len(line), line))


def not_found(paragraph: str, words: list[str]) -> list[str]:
    """Return the words that the paragraph does not hold, in whatever case."""
    return [word for word in words if not _spelt(word).search(paragraph)]


def redacted(paragraph: str, words: list[str]) -> str:
    """Return the paragraph with every occurrence of the words taken out, in whatever case.

    Blanks between words stand for any blanks or line ends in the paragraph.
    """
    if not words:
        return paragraph
    longest_first = sorted(words, key=len, reverse=True)
    every = re.compile("|".join(_spelt(word).pattern for word in longest_first), re.IGNORECASE)
    return every.sub(REDACTED, paragraph)


def _spelt(word: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(re.escape(part) for part in word.split()), re.IGNORECASE)
