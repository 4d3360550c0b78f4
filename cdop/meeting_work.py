"""What panel meetings add to the shared pages: readiness, themes, work and the case's questions."""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from casereview import access, registries
from casereview.models import Case
from casereview.registries import CasePage, PanelTheme, TimelineEntry, WorkItem
from casereview.rules.ages import NEONATAL_DAYS
from cdop.contradictions import waiting_in
from cdop.models import CheckPoint, DeferralQuestion, Notification, PanelReview

INJURIES = ("RTC", "DROWN", "FIRE", "POISON", "OTHERACC", "SUBST", "HOMICIDE")


def readiness(cases: list[Case]) -> dict[uuid.UUID, list[str]]:
    """Return what keeps cases from the panel: notification, contradictions, its own questions."""
    standing: dict[uuid.UUID, Notification] = {}
    for one in Notification.objects.filter(case__in=[case.pk for case in cases]).order_by(
        "notified_on", "submitted_at", "id"
    ):
        standing[one.case_id] = one
    found: dict[uuid.UUID, list[str]] = {}
    differing = waiting_in([case.pk for case in cases])
    unanswered = Counter(
        DeferralQuestion.objects.filter(
            case__in=[case.pk for case in cases], answered_on=None
        ).values_list("case", flat=True)
    )
    for case in cases:
        one_of = standing.get(case.pk)
        words = []
        if one_of is None:
            words.append("No notification is recorded")
        else:
            if open_questions := len(one_of.to_chase):
                many = "question" if open_questions == 1 else "questions"
                words.append(f"{open_questions} {many} of the notification open")
            if one_of.expectedness_confirmed_at is None:
                words.append("The designated doctor has not confirmed whether it was expected")
        if count := unanswered[case.pk]:
            words.append(f"{count} of the panel’s own questions without an answer")
        if count := differing.get(case.pk, 0):
            many = "question" if count == 1 else "questions"
            words.append(f"Agencies contradict each other on {count} {many}")
        if words:
            found[case.pk] = words
    return found


def neonatal_cases() -> QuerySet[Any]:
    """Return the keys of deaths under 28 days, or of children who had never left hospital."""
    never_left = Notification.objects.filter(never_left_hospital="Y").values("case")
    return Case.objects.filter(
        Q(child__age_days__lt=NEONATAL_DAYS) | Q(pk__in=never_left), kind=Case.Kind.DEATH
    ).values("pk")


def _of_event(*events: str) -> Callable[[], QuerySet[Any]]:
    def cases() -> QuerySet[Any]:
        return Notification.objects.filter(event__in=events).values("case")

    return cases


def expected_cases() -> QuerySet[Any]:
    """Return the keys of deaths that a doctor confirmed were expected."""
    confirmed = Notification.objects.filter(expectedness_confirmed_at__isnull=False)
    return confirmed.filter(expectedness="EXPECTED").values("case")


THEMES = (
    PanelTheme("neonatal", "neonatal deaths", neonatal_cases),
    PanelTheme("infancy", "sudden unexpected deaths in infancy", _of_event("SUDI")),
    PanelTheme("suicide", "apparent suicide and self-harm", _of_event("SUICIDE")),
    PanelTheme("injury", "accidents and injuries", _of_event(*INJURIES)),
    PanelTheme("expected", "expected deaths", expected_cases),
)


def work(user, today: date) -> list[WorkItem]:
    """Return the panel's questions that wait for an answer, and the chair's points to check."""
    questions = (
        DeferralQuestion.objects.filter(
            case__in=access.visible_to(user, "answer_panel_question"), answered_on=None
        )
        .select_related("case", "agency")
        .order_by("due_on", "pk")
    )
    items = [
        WorkItem(
            key=f"panel question {one.pk}",
            task="Get the answer to a question of the panel",
            url=reverse("cdop:answer_panel_question", args=[one.case.reference, one.pk]),
            reference=one.case.reference,
            due_on=one.due_on,
            why=f"Asked of: {one.agency.name if one.agency else one.get_to_display().lower()}.",
        )
        for one in questions
    ]
    points = (
        CheckPoint.objects.filter(case__in=access.visible_to(user, "check_points"), checked_at=None)
        .exclude(case__panel_review__state=PanelReview.State.COMPLETED)
        .order_by("case__reference")
        .values_list("case__reference", "case__panel_review__chair_check_by")
        .distinct()
    )
    return items + [
        WorkItem(
            key=f"check points {reference}",
            task="Check the points named by the panel",
            url=reverse("cdop:check_points", args=[reference]),
            reference=reference,
            due_on=check_by,
        )
        for reference, check_by in points
    ]


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return the questions of the panel that were answered."""
    if not access.can(user, "view_panel_questions", case):
        return []
    url = reverse("cdop:view_panel_questions", args=[case.reference])
    return [
        TimelineEntry(on=one.answered_on, title="A question of the panel was answered", url=url)
        for one in DeferralQuestion.objects.filter(case=case).exclude(answered_on=None)
        if one.answered_on
    ]


def register() -> None:
    """Add the above to the pages that gather from all apps."""
    registries.readiness.append(readiness)
    registries.panel_themes += THEMES
    registries.work_items.append(work)
    registries.tell_timeline("panel", "Panel and its meetings", timeline)
    registries.case_pages.append(
        CasePage("Panel’s questions", "cdop:view_panel_questions", "view_panel_questions", 42)
    )
