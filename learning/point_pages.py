"""Lists of learning points, and what is suggested for one that is being written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from casereview import access, keys
from casereview.models import LearningPoint
from learning.models import Theme
from learning.rules.suggesting import Suggestion
from learning.sight import accepted_for, points_for, reads_papers
from learning.suggestions import learned_until

State = LearningPoint.State
SIMILAR = 3
ALIKE_ENOUGH = 0.35
TABS = (
    ("accepted", "In the learning database", State.ACCEPTED),
    ("proposed", "Proposed", State.PROPOSED),
    ("set-aside", "Set aside", State.SET_ASIDE),
)


@dataclass(frozen=True)
class Suggested:
    """A theme that is suggested, in words: its name, how sure, and the words that decided."""

    code: str
    name: str
    share: str
    words: str


def listed(user, state: str) -> QuerySet[LearningPoint]:
    """Return the points of a state that a person may open, the latest first."""
    if state == State.ACCEPTED:
        points = accepted_for(user)
    else:
        points = points_for(user, "accept_learning_point").filter(state=state)
    return points.order_by("-learned_on", "reference")


def rows(points: Sequence[LearningPoint]) -> list[dict[str, Any]]:
    """Return the lines of a list; what was only proposed shows no text before it is opened."""
    keys.prefetch("learning", [one.pk for one in points if one.state == State.ACCEPTED])
    names = dict(Theme.objects.values_list("code", "name"))
    return [
        {
            "point": one,
            "url": reverse("learning:view_learning_point", args=[one.pk]),
            "text": one.statement if one.state == State.ACCEPTED else "",
            "theme": names.get(one.theme, ""),
        }
        for one in points
    ]


def case_link(user, point: LearningPoint) -> dict[str, str] | None:
    """Return the way back to the case, for those who may see it; nothing for anybody else."""
    if point.case is None or not access.can(user, "view_case", point.case):
        return None
    reference = point.case.reference
    papers = reads_papers(user, point.source, point.case)
    name = "view_case"
    if papers and point.source == LearningPoint.Source.PANEL_REVIEW:
        name = "cdop:view_panel_review"
    return {"reference": reference, "url": reverse(name, args=[reference])}


def suggested_for(
    user, statement: str, on: date, point: LearningPoint | None = None
) -> dict[str, Any]:
    """Return three themes with the words that decided, and earlier learning like a statement.

    Weak suggestions are left out: where all are, there is none.
    """
    earlier = accepted_for(user).exclude(theme="")
    if point is not None:
        earlier = earlier.exclude(pk=point.pk)
    learned = learned_until(on, points=lambda: list(earlier.order_by("-learned_on", "reference")))
    names = dict(Theme.objects.values_list("code", "name"))
    themes = [one for one in learned.suggester.suggest(statement) if not one.weak]
    alike = [
        learned.points[one.place]
        for one in learned.suggester.alike(statement, SIMILAR)
        if one.likeness >= ALIKE_ENOUGH
    ]
    return {
        "suggestions": [_in_words(one, names) for one in themes],
        "suggested_codes": [one.code for one in themes],
        "similar": rows(alike),
        "asked": True,
    }


def _in_words(one: Suggestion, names: dict[str, str]) -> Suggested:
    said = [
        f"“{reason.word}”" + (f", which is like “{reason.like}”" if reason.like else "")
        for reason in one.reasons
    ]
    return Suggested(one.code, names[one.code], f"{one.score:.0%}", "; ".join(said))
