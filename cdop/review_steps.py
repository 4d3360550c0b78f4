"""The steps of child death reviews that somebody may see: how long each took since the death."""

from datetime import date, timedelta
from typing import Any

from casereview import access
from casereview.models import Case, ClockPause
from casereview.rules.paused_clock import Pause
from casereview.rules.working_days import london_date
from cdop import codes
from cdop.form_sets import today_s
from cdop.models import DeathReviewMeeting, Notification, PanelReview
from cdop.notification_lists import OPEN_STAGES
from cdop.rules.review_meeting import day_for
from cdop.rules.review_steps import STEPS, Reviewed, Step, steps_of

# Older deaths say little of how long reviews take now.
YEARS = 3


def steps(user, today: date) -> tuple[int, list[dict[str, Any]]]:
    """Return how many deaths on the forms of 2018 there are, and a line a step, for `_table.html`.

    In a constant number of queries. Only deaths of the last three years are counted.
    """
    cases = [
        case
        for case in access.visible_to(user, "view_agency_reports")
        .filter(kind=Case.Kind.DEATH, merged_into=None, died_on__isnull=False)
        .filter(died_on__gt=today - timedelta(days=YEARS * 365))
        .filter(stage__in=(*OPEN_STAGES, Case.Stage.REVIEWED))
        .select_related("reviewing_board__area", "residence_board__area")
        if today_s(case)
    ]
    deaths = _reviewed(cases)
    return len(deaths), [_line(one) for one in steps_of(deaths, today)]


def _reviewed(cases: list[Case]) -> list[Reviewed]:
    keys = [case.pk for case in cases]
    held = _days(DeathReviewMeeting, keys, "held_on")
    completed = _days(PanelReview, keys, "first_completed_on")
    learned = {
        key: london_date(at)
        for key, at in Notification.objects.filter(case__in=keys, learned_at__isnull=False)
        .order_by("-notified_on", "-submitted_at", "-id")
        .values_list("case", "learned_at")
        if at
    }
    pauses: dict[Any, list[Pause]] = {}
    rows: Any = ClockPause.objects.filter(case__in=keys).values_list("case", "since", "until")
    for key, since, until in rows:
        pauses.setdefault(key, []).append(Pause(since, until))
    limits = {code.code: code.extra for code in codes.code_list("cdr_clock").codes}
    found = []
    for case in cases:
        assert case.died_on is not None  # noqa: S101 - asked for above
        known = {"NOTIFY": learned.get(case.pk)}
        days = {"NOTIFY": case.notified_on, "MEETING": held.get(case.pk)}
        days["PANEL"] = completed.get(case.pk)
        due = {
            step: day_for(step, limits[step], died_on=case.died_on, known_on=known.get(step)).due_on
            for step in STEPS
        }
        found.append(
            Reviewed(
                case.died_on,
                {step: day for step, day in days.items() if day},
                {step: day for step, day in due.items() if day},
                tuple(pauses.get(case.pk, ())),
            )
        )
    return found


def _days(model: Any, keys: list[Any], name: str) -> dict[Any, date]:
    rows = model.objects.filter(**{"case__in": keys, f"{name}__isnull": False})
    return dict(rows.values_list("case", name))


def _line(step: Step) -> dict[str, Any]:
    limit = codes.code_list("cdr_clock").get(step.code)
    return {
        "label": TITLES[step.code],
        "step": step,
        "hint": limit.definition if limit else "",
        "sure": limit.status if limit else "",
    }


HEADINGS = (
    "In time",
    "Late",
    "Not yet",
    "Of these overdue",
    "Median days",
    "Median working days",
    "Median days of waiting",
)
TITLES = {
    "NOTIFY": "Death to notification",
    "MEETING": "Death to the child death review meeting",
    "PANEL": "Death to the panel’s completed review",
}
