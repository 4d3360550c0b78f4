"""A file of earlier learning: what its cells may hold, and its rows beside the database."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from casereview import keys
from casereview.models import Agency, LearningPoint
from casereview.people_forms import open_agencies
from learning import codes
from learning.actions.arriving import EarlierLearning
from learning.actions.points import Told
from learning.models import Theme
from learning.review_themes import crosswalk
from learning.rules.learning_file import Lists, Problem, Row
from learning.suggestions import learned_until
from learning.theme_choices import in_force

MOST_SUGGESTED = 40
EXAMPLE = {
    "learned_on": "2015-03-31",
    "source": "panel_review",
    "theme": "safe_sleep",
    "statement": "A baby slept on a sofa with a parent after a late feed.",
    "why_it_matters": "Advice was given once, before the birth, and never again.",
    "kind": "gap",
    "scale": "local",
    "evidence": "single",
    "died_in": "2015-Q3",
}


def said_already(rows: Sequence[Row]) -> dict[str, str]:
    """Return which of the rows the database says already of the same day: row -> reference."""
    days = {date.fromisoformat(row["learned_on"]) for row in rows}
    there = list(
        LearningPoint.objects.filter(learned_on__in=days).exclude(
            state=LearningPoint.State.SET_ASIDE
        )
    )
    keys.prefetch("learning", [point.pk for point in there])
    known = {
        ((point.statement or "").casefold(), point.learned_on.isoformat()): point.reference
        for point in there
    }
    return {
        row["row"]: known[same]
        for row in rows
        if (same := (row["statement"].casefold(), row["learned_on"])) in known
    }


def earlier_learning(rows: Sequence[Row]) -> list[EarlierLearning]:
    """Return checked rows as what is taken in."""
    agencies = {str(one.pk): one for one in Agency.objects.all()}
    return [
        EarlierLearning(
            source=row["source"],
            learned_on=date.fromisoformat(row["learned_on"]),
            raised_by_agency=agencies.get(row["agency"]),
            told=Told(
                statement=row["statement"],
                why_it_matters=row["why_it_matters"],
                theme=row["theme"],
                other_themes=tuple(filter(None, row["other_themes"].split(";"))),
                kind=row["kind"],
                domain=row["domain"],
                modifiable=row["modifiable"],
                contributed=row["contributed"],
                scale=row["scale"],
                evidence=row["evidence"],
                evidence_cases=int(row["evidence_cases"]) if row["evidence_cases"] else None,
                openness=row["openness"] or LearningPoint.Openness.AGENCIES,
                died_in=row["died_in"],
                family_asked=row["family_asked"],
                family_said=row["family_said"],
                family_told=row["family_told"],
                events=int(row["events"] or 1),
            ),
        )
        for row in rows
    ]


def choices() -> dict[str, Sequence[tuple[str, str]]]:
    """Return the codes of each coded column, with what they mean."""
    return {
        "source": LearningPoint.Source.choices,
        "kind": LearningPoint.Kind.choices,
        "domain": codes.domains(),
        "modifiable": codes.modifiable(),
        "contributed": codes.contributed(),
        "scale": LearningPoint.Scale.choices,
        "evidence": LearningPoint.Evidence.choices,
        "openness": LearningPoint.Openness.choices,
        "family_asked": codes.yes_no_not_known(),
        "family_told": codes.yes_no_not_known(),
        "agency": [(str(one.pk), one.name) for one in open_agencies()],
    }


def lists() -> Lists:
    """Return what may be written in a coded cell, in small letters, and its code."""
    themes = {
        written.casefold(): theme.code
        for theme in in_force(timezone.localdate())
        for written in (theme.name, theme.code)
    }
    crossed = {
        one.code.casefold(): one.theme.code
        for one in crosswalk()
        if one.theme is not None and one.theme.code in themes.values()
    }
    return Lists(
        {
            column: {
                written.casefold(): code
                for code, label in pairs
                for written in (str(label), code)
                if code
            }
            for column, pairs in choices().items()
        },
        {**crossed, **themes},
    )


def with_suggestions(problems: Sequence[Problem], lines: Sequence[Sequence[str]]) -> list[Problem]:
    """Name the likeliest themes where a theme is missing or not in the list; none is filled in."""
    asked = [one for one in problems if one.column == "theme" and one.row > 1][:MOST_SUGGESTED]
    header = [cell.strip().lower() for cell in lines[0]]
    if not asked or "statement" not in header:
        return list(problems)
    place = header.index("statement")
    suggester = learned_until(timezone.localdate(), points=list).suggester
    names = dict(Theme.objects.values_list("code", "name"))
    helped = []
    for one in problems:
        line = lines[one.row - 1]
        statement = line[place] if one in asked and place < len(line) else ""
        likely = [
            names[theme.code] for theme in suggester.suggest(statement[:4_000]) if not theme.weak
        ]
        message = f"{one.message}; likely: {' or '.join(likely)}" if likely else one.message
        helped.append(Problem(one.row, one.column, message))
    return helped
