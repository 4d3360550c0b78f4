"""Sentences taken out of minutes: what stands in their place says that something stood there."""

import re
from collections.abc import Collection

TAKEN_OUT = "[taken out]"
# What was taken out stays a sentence of its own: the next one is not taken with it.
# A run of white space is looked at from its beginning alone, however long it is.
_BETWEEN = re.compile(rf"((?<!\s)\s*\n\s*|(?:(?<=[.!?])|(?<={re.escape(TAKEN_OUT)}))[ \t]+)")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in their order; a line without a full stop is one."""
    return [part for part in _BETWEEN.split(text)[::2] if part.strip()]


def without(text: str, taken: Collection[int]) -> str:
    """Return the text without some sentences, counted from 1; the rest stays letter by letter."""
    parts, number = _BETWEEN.split(text), 0
    for place in range(0, len(parts), 2):
        if parts[place].strip():
            number += 1
            if number in taken:
                parts[place] = TAKEN_OUT
    return "".join(parts)
