"""Lists of learning points, and what is suggested for one that is being written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from casereview import access, keys
from casereview.models import Agency, LearningPoint
from learning import codes
from learning.models import LinkedLearning, Theme
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


def facts_of(point: LearningPoint) -> list[tuple[str, str]]:
    """Return what is said of a point beside its text and theme, in words; blanks are left out."""
    lists = {
        "domain": codes.domains(),
        "modifiable": codes.modifiable(),
        "contributed": codes.contributed(),
        "family": codes.yes_no_not_known(),
    }
    words = {name: dict(choices) for name, choices in lists.items()}
    evidence = point.get_evidence_display()
    if point.evidence_cases:
        evidence += f" ({point.evidence_cases} cases)"
    able = Agency.objects.filter(pk__in=point.able_to_act) if point.able_to_act else ()
    rows = [
        ("Kind", point.get_kind_display()),
        ("How many events it stands for", str(point.events) if point.events > 1 else ""),
        ("Domain", words["domain"].get(point.domain, "")),
        ("Could it have been otherwise?", words["modifiable"].get(point.modifiable, "")),
        ("Did it have a part in the death?", words["contributed"].get(point.contributed, "")),
        ("Strength of the evidence", evidence),
        ("Quarter of the death", point.died_in),
        ("How far it reaches", point.get_scale_display()),
        ("Agencies that can act on it", ", ".join(one.name for one in able)),
        ("Who may read it", point.get_openness_display()),
        ("Was the family or the child asked?", words["family"].get(point.family_asked, "")),
        ("Were they told what came of it?", words["family"].get(point.family_told, "")),
    ]
    return [(label, text) for label, text in rows if text]


def linked_to(user, point: LearningPoint) -> list[dict[str, Any]]:
    """Return the learning a person linked with a point, and how they belong together."""
    links = LinkedLearning.objects.filter(Q(point=point) | Q(other=point))
    kinds = {
        link.other_id if link.point_id == point.pk else link.point_id: link.get_kind_display()
        for link in links
    }
    found = accepted_for(user).filter(pk__in=kinds).order_by("reference")
    return [{**row, "kind": kinds[row["point"].pk]} for row in rows(list(found))] if kinds else []


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
    share = f"{one.score:.0%}" if one.score >= 0.01 else "under 1%"
    return Suggested(one.code, names[one.code], share, "; ".join(said))
