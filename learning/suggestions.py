"""Suggestions from the themes of the database and what was learned under them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from casereview import keys
from casereview.models import LearningPoint
from learning.models import Theme
from learning.rules.suggesting import Example, Suggester, ThemeText
from learning.theme_choices import in_force
from learning.word_vectors import word_vectors

LARGEST_BYTES = 5_000_000
MOST_STATEMENTS = 1_000
LONGEST_STATEMENT = 5_000


@dataclass(frozen=True)
class Learned:
    """A suggester, and the earlier learning it knows, by the places it gives."""

    suggester: Suggester
    points: Sequence[LearningPoint]


def learned_until(
    on: date, *, points: Callable[[], Sequence[LearningPoint]] | None = None
) -> Learned:
    """Return a suggester of the themes in force on a day, which knows the accepted learning.

    `points` chooses the earlier learning; without it all that is accepted and has a theme.
    """
    themes = [ThemeText(theme.code, described(theme)) for theme in in_force(on)]
    known = list(points() if points else accepted_points())
    keys.prefetch("learning", [point.pk for point in known])
    examples = [Example(point.theme, point.statement or "") for point in known]
    return Learned(Suggester(themes, examples, word_vectors()), known)


def accepted_points() -> Sequence[LearningPoint]:
    """Return the accepted learning that has a theme, the latest first."""
    return list(
        LearningPoint.objects.filter(state=LearningPoint.State.ACCEPTED)
        .exclude(theme="")
        .order_by("-learned_on", "reference")
    )


def described(theme: Theme) -> str:
    """Return what a theme is about, as one text: its name, what it covers and its cue words."""
    return ". ".join([theme.name, theme.covers, ", ".join(theme.cue_words)])


class BadStatements(ValueError):
    """A file that does not hold statements; says what to do, and never repeats its text."""


def read_statements(path: Path) -> list[str]:
    """Return the statements of a file, {"statements": ["…"]} as JSON in UTF-8.

    Raises:
        BadStatements: it cannot be read, is not that, or holds too many or too long statements.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError:
        raise BadStatements("Give the path of a file that can be read") from None
    if len(data) > LARGEST_BYTES:
        raise BadStatements("Give a smaller file: 5 MB is the most")
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise BadStatements('Give a file of JSON in UTF-8, such as {"statements": ["…"]}') from None
    statements = document.get("statements") if isinstance(document, dict) else None
    if not isinstance(statements, list):
        raise BadStatements('Give the statements as a list: {"statements": ["…"]}')
    if not statements:
        raise BadStatements("Give at least one statement")
    if len(statements) > MOST_STATEMENTS:
        raise BadStatements(f"Give at most {MOST_STATEMENTS:,} statements in one file")
    for place, statement in enumerate(statements, 1):
        if not isinstance(statement, str):
            raise BadStatements(f"Give statement {place} as text in quotation marks")
        if not statement.strip():
            raise BadStatements(f"Enter statement {place}: it is empty")
        if len(statement) > LONGEST_STATEMENT:
            raise BadStatements(
                f"Shorten statement {place}: {LONGEST_STATEMENT:,} characters is the most"
            )
        if any("\ud800" <= character <= "\udfff" for character in statement):
            raise BadStatements(f"Type statement {place} again: a character of it is broken")
    return statements
