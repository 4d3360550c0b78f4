"""Whether a reviewer may write a review: independent of the agencies concerned, and said so."""

from collections.abc import Collection
from dataclasses import dataclass

DECLARED = ("no_work", "no_line", "no_part")
DECLARATIONS = {
    "no_work": "Does not work, and has not worked, for an agency concerned",
    "no_line": "Has had no line management of anybody concerned",
    "no_part": "Has had no part in decisions about the child or family",
}


@dataclass(frozen=True)
class Reviewer:
    """What is known of one who is to write a review: the agency they belong to, by its key (blank:
    none), and which of the declarations they made."""

    agency: str
    declared: frozenset[str]


def refusal(
    reviewer: Reviewer, concerned: Collection[str], *, must_be_independent: bool = True
) -> str:
    """Return what to do before this person may write the review; nothing is the empty string.

    `concerned` are the keys of the agencies in the case. Who belongs to one of them is refused
    whatever they declare.

    Source: Working Together 2015, chapter 4: led by individuals independent of the case and of
    the organisations whose actions are being reviewed. The three declarations are reconstructed.
    """
    if not must_be_independent:
        return ""
    if reviewer.agency and reviewer.agency in concerned:
        return "Choose somebody else: their agency is one of those concerned in the case"
    if missing := [DECLARATIONS[one] for one in DECLARED if one not in reviewer.declared]:
        return f"Have it declared and tick it, or choose somebody else: {missing[0]}"
    return ""
