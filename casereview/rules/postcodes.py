"""Postcodes of the United Kingdom, by their shape alone."""

import re

_SHAPE = re.compile(r"(?:GIR|[A-Z]{1,2}[0-9][0-9A-Z]?) ?[0-9][A-Z]{2}")


def normalise(text: str) -> str:
    """Return a postcode in capitals with one space before its last three characters."""
    joined = "".join(text.split()).upper()
    return f"{joined[:-3]} {joined[-3:]}" if len(joined) > 3 else joined


def shaped(text: str) -> bool:
    """Tell whether a text looks like a postcode; it may still not exist."""
    return bool(_SHAPE.fullmatch(normalise(text)))
