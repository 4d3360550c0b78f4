"""What the overview of a case shows, and to whom."""

from datetime import date
from typing import Any

from django.utils import timezone

from casereview import access, case_timeline, codes, registries
from casereview.models import Board, Case, Child, ClockPause, NotificationDuty
from casereview.rules import nhs_numbers
from casereview.rules.due import Urgency, clock_words, due_words
from casereview.rules.working_days import in_words, month, written

# The overview shows the latest of a long timeline; its own page shows all.
LATEST = 12
DONE, UNDER_WAY, NOT_STARTED = "Done", "Under way", "Not started"
STEP_COLOURS = {DONE: "", UNDER_WAY: "teal", NOT_STARTED: "grey"}
# What each stage says of the steps: notification, information from agencies, panel review.
STEPS = ("Notification", "Information from agencies", "Panel review")
STEPS_AT = {
    Case.Stage.NOTIFIED: (DONE, NOT_STARTED, NOT_STARTED),
    Case.Stage.GATHERING: (DONE, UNDER_WAY, NOT_STARTED),
    Case.Stage.READY: (DONE, DONE, UNDER_WAY),
    Case.Stage.REVIEWED: (DONE, DONE, DONE),
}
CLOCKS = {
    "notification": "Notification",
    "serious_incident": "Serious incident notification",
    "rapid_response": "Rapid response",
    "review": "Death to completed review",
    "future_deaths_reply": "Reply to a report to prevent future deaths",
}
CLOCK_TAGS = {
    "kept": "Kept",
    "missed": "Missed",
    "stopped": "Stopped",
    "paused": "Paused",
    "not_needed": "Not needed",
    Urgency.OVERDUE: "Overdue",
    Urgency.SOON: "Due soon",
    Urgency.LATER: "Running",
}
CLOCK_COLOURS = {
    "kept": "green",
    "missed": "red",
    "stopped": "grey",
    "paused": "purple",
    "not_needed": "grey",
    Urgency.OVERDUE: "red",
    Urgency.SOON: "yellow",
    Urgency.LATER: "",
}


def overview(user, case: Case, *, nhs_number_shown: bool = False) -> dict[str, Any]:
    """Return what the overview shows `user`; identity and exact days only to those who may."""
    today = timezone.localdate()
    known = access.can(user, "view_identity", case)
    told = case_timeline.gathered(user, case)
    latest = case_timeline.lines(told[:LATEST], known)
    return {
        "step": next_step(user, case, today),
        "steps": steps(case),
        "clocks": [*clocks(case, today), *duties(case, today)] if known else [],
        "identity": identity(case, nhs_number_shown) if known else [],
        "nhs_number_shown": nhs_number_shown,
        "facts": facts(case, known),
        "questions": [q for ask in registries.questions for q in ask(user, case)],
        "timeline": latest,
        "timeline_longer": len(told) > LATEST,
    }


def next_step(user, case: Case, today: date) -> dict[str, Any] | None:
    """Return the one thing to do next, or None when nothing is this person's turn."""
    found = [step for suggest in registries.next_steps for step in suggest(user, case)]
    if not found:
        return None
    step = max(found, key=lambda step: step.weight)
    return {
        "title": step.title,
        "why": step.why,
        "url": step.url,
        "button": step.button,
        "when": due_words(step.due_on, today),
        "overdue": step.due_on is not None and step.due_on < today,
    }


def steps(case: Case) -> list[dict[str, str]]:
    """Return the steps of the process, each done, under way or not started."""
    if case.kind != Case.Kind.DEATH:
        return []
    begun = {label for tell in registries.begun_steps for label in tell(case)}
    listed = []
    for label, status in zip(STEPS, STEPS_AT.get(Case.Stage(case.stage), ()), strict=False):
        if status == NOT_STARTED and label in begun:
            status = UNDER_WAY
        listed.append({"label": label, "status": status, "colour": STEP_COLOURS[status]})
    return listed


def clocks(case: Case, today: date) -> list[dict[str, str]]:
    """Return the case's clocks with how each stands and how it was worked out.

    Clocks of another purpose, which have a stop in their name, are shown with its papers.
    """
    found = []
    running = ClockPause.objects.filter(case=case, until=None)
    paused = dict(running.order_by("-since").values_list("clock_id", "since"))
    for clock in case.clocks.exclude(rule__contains=".").order_by("due_on"):
        state, words = clock_words(clock.due_on, clock.met_on, clock.stopped_on, today)
        if clock.pk in paused and state not in ("kept", "missed", "stopped"):
            state, words = "paused", f"Stands still since {in_words(paused[clock.pk])}"
        found.append(
            {
                "label": _clock_label(clock.rule),
                "tag": CLOCK_TAGS[state],
                "words": words,
                "colour": CLOCK_COLOURS[state],
                "worked_out": clock.worked_out,
            }
        )
    return found


def duties(case: Case, today: date) -> list[dict[str, str]]:
    """Return the duties to notify a national body as clocks: who must, by when, and whether.

    Those of another purpose are shown with its papers, as clocks are.
    """
    found = []
    for duty in case.notification_duties.exclude(duty__contains=".").order_by("due_on", "id"):
        state, words = clock_words(duty.due_on, duty.made_on, None, today)
        if duty.state == NotificationDuty.State.NOT_NEEDED:
            state, words = "not_needed", "It was decided that none is to be made"
        found.append(
            {
                "label": _clock_label(duty.duty),
                "tag": CLOCK_TAGS[state],
                "words": words,
                "colour": CLOCK_COLOURS[state],
                "worked_out": f"{duty.who_must} must make it by the end of {written(duty.due_on)}.",
            }
        )
    return found


def identity(case: Case, nhs_number_shown: bool) -> list[dict[str, Any]]:
    """Return who the child was, line by line; the NHS number masked unless it is asked for."""
    child = getattr(case, "child", None)
    if child is None:
        return []
    number = child.nhs_number or ""
    shown = nhs_numbers.spaced(number) if number and nhs_number_shown else nhs_numbers.mask(number)
    name = " ".join(part for part in (child.given_names, child.family_name) if part)
    lines = [
        ("Name", name or "Not known"),
        ("Other names", child.other_names or ""),
        ("Date of birth", in_words(child.born_on) or "Not known"),
        ("NHS number", shown[:1].upper() + shown[1:]),
        ("Address", ", ".join(part for part in (child.address, child.postcode) if part)),
        ("School or nursery", child.school or ""),
        ("Sex", dict(codes.genders()).get(child.sex, "")),
        ("Ethnic group", dict(codes.ethnicities()).get(child.ethnicity, "")),
        ("Deprivation of the area", deprivation(child)),
    ]
    return [
        {"label": label, "value": value, "reveal": label == "NHS number" and bool(number)}
        for label, value in lines
        if value
    ]


def deprivation(child: Child) -> str:
    """Return the tenth of deprivation with the edition it is of; empty where none is known."""
    if not child.deprivation_decile:
        return ""
    tenth = dict(codes.deprivation_deciles())[child.deprivation_decile]
    return f"{tenth}, index of {child.deprivation_edition}"


def facts(case: Case, known: bool) -> list[dict[str, str]]:
    """Return what may be told of the case without the child: bands and, at most, months."""
    child = getattr(case, "child", None)
    band = dict(codes.age_bands()).get(child.age_band, "") if child else ""
    day = in_words if known else month
    about = {Case.Precision.ABOUT: "about ", Case.Precision.FOUND: "found "}
    died = day(case.died_on)
    if died and known:
        died = about.get(Case.Precision(case.died_on_precision), "") + died
    lines = [
        ("Kind", case.get_kind_display()),
        *((grouping.label, _group(case, grouping)) for grouping in registries.groupings),
        ("Age at death", band),
        ("Died", died[:1].upper() + died[1:]),
        ("Notified", day(case.notified_on)),
        *((line["label"], line["value"]) for line in areas(case)),
        ("Panel", str(case.panel or "")),
    ]
    return [{"label": label, "value": value} for label, value in lines if value]


def areas(case: Case) -> list[dict[str, str]]:
    """Return the four facts of area, asked in one query: where the child lived and died, and who
    notified and reviews."""
    columns = (
        ("Lived in the area of", case.residence_board_id),
        ("Died in the area of", case.place_of_death_board_id),
        ("Notified by", case.notifying_board_id),
        ("Reviewing board", case.reviewing_board_id),
    )
    names = Board.objects.in_bulk({key for _, key in columns if key})
    return [{"label": label, "value": str(names.get(key, ""))} for label, key in columns]


def _clock_label(rule: str) -> str:
    """Name a clock; what follows a colon tells several clocks of one rule apart."""
    name = rule.split(":")[0]
    return CLOCKS.get(name, name.replace("_", " ").capitalize())


def _group(case: Case, grouping: registries.Grouping) -> str:
    code = grouping.of_cases([case.pk]).get(case.pk, "")
    return dict(grouping.choices()).get(code, "")
