"""The code of a new theme, made of its name."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 40


def code_for(name: str, taken: Iterable[str]) -> str:
    """Return a code of small letters, digits and underscores that no theme has had."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    code = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: LONGEST - 4].strip("_") or "theme"
    known = set(taken)
    if code not in known:
        return code
    number = next(number for number in range(2, 10_000) if f"{code}_{number}" not in known)
    return f"{code}_{number}"
