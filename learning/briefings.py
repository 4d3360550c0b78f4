"""A briefing as it is drafted from the records, tested for names, and put together for its page."""

import uuid
from datetime import date
from typing import Any

from django.db.models import QuerySet

from casereview import access, keys
from casereview.models import Action, Case, LeakHit, LearningPoint
from casereview.pseudonyms import word_index
from casereview.rules.leak_test import Hit
from casereview.rules.output_profiles import Audience
from casereview.rules.return_year import ReturnYear
from cdop.models import FactorFinding
from learning import signals
from learning.actions.priorities import FLAGGED, KEY
from learning.briefing_figures import about, codes_of
from learning.leaks import signs_of
from learning.models import Briefing, BriefingFigures, Priority, ReportVersion
from learning.naming import cases_behind
from learning.panels import points_of
from scr.anonymity import hits_in, tests_of

# The written parts in the order of the page: title, the longest, and what to write.
PARTS = {
    "about": ("What this is about", 600, "What the theme is, in words that anybody understands."),
    "seen": (
        "What was seen",
        400,
        "What the cases had in common. The numbers are put in below it by the program: write none "
        "here.",
    ),
    "todo": ("What to do", 900, "One thing a line, for whoever meets children and families."),
    "more": ("Where to read more", 400, "One line each."),
}
NEEDED = ("about", "todo")
MOST_POINTS, DRAFTED_POINTS, OFFERED = 6, 4, 40
Openness = LearningPoint.Openness
# How open a thing that was learned must be to be told to some readers.
OPEN_TO = {
    Audience.BOARD: (Openness.AGENCIES, Openness.ANYONE),
    Audience.PUBLIC: (Openness.ANYONE,),
}
SMALL_NUMBERS = (
    "The two counts are never added to one another. With few deaths a year, numbers rise and "
    "fall by chance: a fall is not a success by itself."
)


def offered(briefing: Briefing) -> list[LearningPoint]:
    """Return the accepted learning that a briefing may tell its readers, the latest first."""
    return _read(_tellable(briefing), OFFERED)


def chosen(briefing: Briefing) -> list[LearningPoint]:
    """Return what was chosen, in the order of the list; what may no longer be told is left out.

    However much was learned since: what was agreed does not leave a briefing because it is old.
    """
    wanted = set(briefing.points)
    return _read([key for key in _tellable(briefing) if str(key) in wanted], MOST_POINTS)


def _tellable(briefing: Briefing) -> list[uuid.UUID]:
    codes = set(codes_of(briefing.theme))
    found = _learned(briefing)
    return [
        key
        for key, main, others in found.values_list("pk", "theme", "other_themes")
        if codes & {main, *others}
    ]


def _read(keyed: list[uuid.UUID], most: int) -> list[LearningPoint]:
    rows = list(
        LearningPoint.objects.filter(pk__in=keyed).order_by("-learned_on", "reference")[:most]
    )
    keys.prefetch("learning", [one.pk for one in rows])
    return rows


def _learned(briefing: Briefing) -> QuerySet[LearningPoint]:
    return LearningPoint.objects.filter(
        points_of(briefing.panel),
        state=LearningPoint.State.ACCEPTED,
        openness__in=OPEN_TO[Audience(briefing.audience)],
    )


def draft(briefing: Briefing, on: date) -> tuple[dict[str, str], list[str]]:
    """Return the texts and the learning with which a briefing begins; nothing that names anybody.

    What is proposed from the records is what the leak test finds nothing in.
    """
    cases = cases_of(briefing)
    keys.prefetch("case", [one.pk for one in cases])
    tests = tests_of(cases).values()

    def tells(text: str) -> bool:
        return any(test.hits(text) for test in tests)

    points = [one for one in offered(briefing) if not tells(one.statement or "")]
    texts = {
        "about": briefing.theme.covers,
        "seen": _flagged(briefing, on),
        "todo": "\n".join(line for line in _work(briefing) if not tells(line)),
        "more": "\n".join(_reports(briefing)),
    }
    # Nobody is shown a draft that is longer than it may become.
    short = {code: text[: PARTS[code][1]] for code, text in texts.items()}
    return short, [str(one.pk) for one in points[:DRAFTED_POINTS]]


def _flagged(briefing: Briefing, on: date) -> str:
    """Say without a number that the theme is seen more often, where the rule says so."""
    signal = signals.compare(on, briefing.panel).by_code.get(briefing.theme.code)
    if signal is None or signal.flag not in FLAGGED:
        return ""
    return "It was seen more often in the last year than chance alone explains."


def _work(briefing: Briefing) -> list[str]:
    """Return what was agreed for the theme's priorities and is not dropped."""
    priorities = Priority.objects.filter(panel=briefing.panel, theme=briefing.theme)
    wanted = list(priorities.values_list("pk", flat=True))
    keys.prefetch(KEY, wanted)
    actions = Action.objects.filter(key_kind=KEY, key_id__in=wanted).exclude(
        state=Action.State.DROPPED
    )
    return [one.text for one in actions.order_by("agreed_on", "pk") if one.text]


def _reports(briefing: Briefing) -> list[str]:
    """Name the annual reports that these readers were given."""
    heard = [Audience.PUBLIC]
    if briefing.audience == Audience.BOARD:
        heard.append(Audience.BOARD)
    years = (
        ReportVersion.objects.filter(
            report__panel=briefing.panel,
            document=ReportVersion.Document.REPORT,
            state=ReportVersion.State.GIVEN,
            audience__in=heard,
        )
        .order_by("-report__year")
        .values_list("report__year", flat=True)
        .distinct()
    )
    return [f"Annual report of the panel, {ReturnYear(year).slug}" for year in years[:2]]


# Names.


def cases_of(briefing: Briefing) -> list[Case]:
    """Return every case behind a briefing: of what was learned and of the reviews it counts.

    What was coded with a theme that was merged into its theme counts for it.
    """
    reviewed = FactorFinding.objects.filter(
        theme__in=codes_of(briefing.theme), case__disposed_at=None
    ).values_list("case__merged_into", "case")
    wanted = {into or case for into, case in reviewed}
    # A point that was recoded since it was chosen still rests on its case.
    told = LearningPoint.objects.filter(
        pk__in=briefing.points, case__isnull=False, case__disposed_at=None
    ).values_list("case__merged_into", "case")
    wanted |= {into or case for into, case in told}
    known = {one.pk: one for one in cases_behind(briefing.theme)}
    for one in Case.objects.filter(pk__in=wanted - set(known)).order_by("reference"):
        known[one.pk] = one
    return list(known.values())


def text_of(briefing: Briefing) -> str:
    """Return every word of a briefing that somebody wrote."""
    texts = briefing.texts or {}
    return "\n\n".join(
        [
            *(texts.get(code, "") for code in PARTS),
            *(one.statement or "" for one in chosen(briefing)),
        ]
    )


def places(briefing: Briefing) -> dict[Case, list[Hit]]:
    """Return by case every place of a briefing that tells who somebody is, surely or perhaps."""
    told, cases = text_of(briefing), cases_of(briefing)
    if not told.strip():
        return {}
    keys.prefetch("case", [one.pk for one in cases])
    return {case: hits for case, hits in hits_in(told, cases).items() if hits}


def open_leaks(briefing: Briefing) -> int:
    """Return how many places tell who somebody is, unless a person said that they mean nobody."""
    rows = LeakHit.objects.filter(
        document_key=briefing.pk, answer=LeakHit.Answer.NOT_THIS_PERSON, hard=False
    ).values_list("case", "word_index")
    standing = {(case, bytes(index)) for case, index in rows}
    return sum(
        1
        for case, hits in places(briefing).items()
        for hit in hits
        if hit.certain or (case.pk, word_index("leak", case, hit.found)) not in standing
    )


def signs(briefing: Briefing) -> list[str]:
    """Return what tells who somebody is by its shape: days, NHS numbers, postcodes, references.

    Where to read more may hold the office's own telephone, address and days.
    """
    texts = {code: text for code, text in (briefing.texts or {}).items() if code != "more"}
    told = [one.statement or "" for one in chosen(briefing)]
    return sorted({sign.what for sign in signs_of(*texts.values(), *told)})


def leaks_seen(user, briefing: Briefing) -> tuple[list[LeakHit], int]:
    """Return what the leak test found of cases the reader may open, and how many others wait."""
    rows = list(
        LeakHit.objects.filter(document_key=briefing.pk).select_related("case").order_by("pk")
    )
    opened = set(
        access.visible_to(user, "answer_briefing_leak")
        .filter(pk__in={one.case_id for one in rows})
        .values_list("pk", flat=True)
    )
    keys.prefetch("case", opened)
    hidden = [one for one in rows if one.case_id not in opened and not one.answer]
    return [one for one in rows if one.case_id in opened], len(hidden)


# The page.


def figures_of(briefing: Briefing) -> BriefingFigures | None:
    """Return the figures as its readers would be given them; None before they were asked for."""
    return BriefingFigures.objects.filter(briefing=briefing, audience=briefing.audience).first()


def content(briefing: Briefing, figures: dict[str, Any] | None, on: date) -> dict[str, Any]:
    """Return a briefing as it is read, ready to be kept."""
    texts = briefing.texts or {}
    of = about(briefing)
    return {
        "theme": briefing.theme.name,
        "panel": briefing.panel.name,
        "boards": [name for _, name in of.boards],
        "audience": briefing.get_audience_display(),
        "as_at": on.isoformat(),
        "about": texts.get("about", ""),
        "seen": texts.get("seen", ""),
        "figures": figures,
        "small_numbers": SMALL_NUMBERS,
        "learned": [one.statement or "" for one in chosen(briefing)],
        "todo": lines(texts.get("todo", "")),
        "more": lines(texts.get("more", "")),
    }


def table(made: dict[str, Any]) -> dict[str, Any] | None:
    """Return the figures of a briefing as a page draws them; None where there are none."""
    figures = made.get("figures")
    if not figures:
        return None
    return {
        "id": "figures",
        "caption": "By year",
        "columns": [
            {"label": label, "numeric": number > 0}
            for number, label in enumerate(figures["columns"])
        ],
        "rows": [
            [row[0], *({"text": text, "numeric": True} for text in row[1:])]
            for row in figures["rows"]
        ],
    }


def lines(text: str) -> list[str]:
    """Return the lines of a text that hold anything."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def unwritten(briefing: Briefing) -> list[str]:
    """Return in words what a briefing still lacks."""
    missing = blank_parts(briefing)
    if not chosen(briefing):
        missing.append("What was learned")
    return missing


def blank_parts(briefing: Briefing) -> list[str]:
    """Return in words the parts that are needed and in which nothing is written."""
    texts = briefing.texts or {}
    return [PARTS[code][0] for code in NEEDED if not texts.get(code, "").strip()]
