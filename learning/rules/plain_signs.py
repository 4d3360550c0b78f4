"""What tells who somebody is by its shape alone: days, numbers, postcodes, references.

It needs no knowledge of any case, and so is asked of everything that enters the learning
database, with a case or without one.
"""

import re
from dataclasses import dataclass

from casereview.rules.written_dates import written_dates

_SHAPES = (
    ("a reference of a case", re.compile(r"(?<![a-z0-9])(?:cd|sc|rv|cr)-[0-9]{4}-[0-9]{4,6}")),
    ("an NHS number", re.compile(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])")),
    (
        "a postcode",
        re.compile(r"(?<![a-z0-9])[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][abd-hjlnp-uw-z]{2}(?![a-z0-9])"),
    ),
    # It begins where a word begins: tried from each letter, a long word would take its length
    # squared.
    ("an e-mail address", re.compile(r"(?<![^\s@<>,;])[^\s@<>,;]+@[^\s@<>,;]+\.[a-z]{2,}")),
    (
        "a telephone number",
        re.compile(r"(?<![0-9])(?:\+44|0)[0-9](?:[ ()-]{0,2}[0-9]){8,9}(?![0-9])"),
    ),
)


@dataclass(frozen=True)
class Sign:
    """One place of a text, and what stands there: "a postcode"."""

    what: str
    found: str


def signs_in(text: str) -> list[Sign]:
    """Return each place that tells who somebody is by its shape, in the order of the kinds.

    A month or a year may stand; a day of a month with its year may not.
    """
    plain = text.casefold()
    # Folding may change the length of a rare letter: then the folded text is quoted.
    quoted = text if len(text) == len(plain) else plain
    found = [
        Sign("a day", quoted[one.start : one.end])
        for one in written_dates(plain)
        if one.as_day() is not None
    ]
    for what, shape in _SHAPES:
        found += [Sign(what, quoted[one.start() : one.end()]) for one in shape.finditer(plain)]
    return found
