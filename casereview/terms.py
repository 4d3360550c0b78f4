"""The words of this work and what they mean, for the questions where they are used and for Help."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from casereview import codelists

PATH = Path(__file__).resolve().parent / "data" / "terms.toml"


class BadTerm(ValueError):
    """A term without a meaning, a source or a known status, or one given twice."""


@dataclass(frozen=True)
class Term:
    """A word, what it means and where that was read; `group` is its heading in Help."""

    key: str
    word: str
    group: str
    meaning: str
    source: str
    status: str

    @property
    def reconstructed(self) -> bool:
        """Tell whether the meaning was not read in the source."""
        return self.status != "CONFIRMED"


@functools.cache
def all_terms() -> Mapping[str, Term]:
    """Return every term by its key, in the order of the file.

    Raises:
        BadTerm: the file gives a term twice, or one without meaning, source or known status.
    """
    with PATH.open("rb") as file:
        rows = tomllib.load(file)["terms"]
    found: dict[str, Term] = {}
    for row in rows:
        term = _term(row)
        if term.key in found:
            raise BadTerm(f"{term.key} is given twice")
        found[term.key] = term
    return found


def term(key: str) -> Term:
    """Return the term with this key; raises `KeyError` where there is none."""
    return all_terms()[key]


def _term(row: Mapping) -> Term:
    if "list" in row:
        app, name, code = row["list"]
        held = codelists.load_named(app, name).get(code)
        if held is None:
            raise BadTerm(f"{row['key']}: {name} has no code {code}")
        # Of a source only its name is shown: the first, without its address.
        meaning, status = held.definition, held.status
        source = held.source.split(" | ")[0].split(" <")[0]
    else:
        meaning, status = row.get("meaning", ""), row.get("status", "")
        source = row.get("source", "")
    if not meaning or not source or status not in codelists.STATUSES:
        raise BadTerm(f"{row['key']}: meaning, source or status is missing")
    return Term(row["key"], row["word"], row["group"], meaning, source, status)
