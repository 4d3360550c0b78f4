"""Whether a text tells who a child is."""

import re
from collections.abc import Iterable

SHORTEST = 3


def tells_who(text: str, identifiers: Iterable[str]) -> bool:
    """Tell whether a text holds one of the identifiers as whole words, whatever case or spacing.

    Identifiers shorter than three characters are not looked for: they stand in every text.
    """
    words = _plain(text)
    for identifier in identifiers:
        wanted = _plain(identifier)
        if len(wanted) >= SHORTEST and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", words):
            return True
    return False


def left_out(text: str, identifiers: Iterable[str], instead: str = "[name left out]") -> str:
    """Return a text with each identifier replaced, the longest first, matched as above."""
    found = sorted({word.strip() for word in identifiers}, key=len, reverse=True)
    for identifier in found:
        if len(_plain(identifier)) < SHORTEST:
            continue
        spaced = r"\s+".join(re.escape(part) for part in identifier.split())
        text = re.sub(rf"(?<!\w){spaced}(?!\w)", instead, text, flags=re.IGNORECASE)
    return text


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
