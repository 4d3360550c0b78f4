"""Texts with named places to fill: which places there are, what is wrong, and filling them.

A place is a name in braces, such as {address}. Nothing else in braces means anything, so a text
can ask for no more than it is given.
"""

import re
from collections.abc import Collection, Mapping

_PLACE = re.compile(r"\{([a-z][a-z_]{0,39})\}")
_GAP = re.compile(r"\n{3,}")


def places(text: str) -> list[str]:
    """Return the names in braces, each once, in the order met."""
    return list(dict.fromkeys(_PLACE.findall(text)))


def problems(text: str, *, known: Collection[str], needed: Collection[str] = ()) -> list[str]:
    """Return what to mend in a text, in words; empty where nothing is wrong.

    `known` are the names that may be used, `needed` those without which the text is no use.
    """
    found = []
    for name in places(text):
        if name not in known:
            offered = ", ".join(f"{{{one}}}" for one in known) or "none"
            found.append(f"Take {{{name}}} out, or write one of: {offered}")
    if "{" in _PLACE.sub("", text) or "}" in _PLACE.sub("", text):
        found.append("Write { and } only around the name of a place to fill, such as {address}")
    there = places(text)
    found += [f"Put {{{name}}} into the text: it is needed" for name in needed if name not in there]
    return found


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its places filled; a paragraph that is left empty is closed up.

    What is filled in is taken as it stands: braces in it are only braces. A name without a value
    is filled with nothing.
    """
    filled = _PLACE.sub(lambda found: values.get(found[1], ""), text)
    lines = "\n".join(line.rstrip() for line in filled.splitlines())
    return _GAP.sub("\n\n", lines).strip()
