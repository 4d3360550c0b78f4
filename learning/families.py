"""Families to be told before work goes out that began with their child."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from casereview import access
from casereview.models import Case, FamilyWork, LearningPoint, ParallelProcess, Recommendation
from casereview.registries import WorkItem
from learning.actions.priorities import KEY
from learning.models import Priority

# What was learned longer ago is common knowledge by now, and no longer one child's.
RECENT = timedelta(days=3 * 366)
RUNNING = (ParallelProcess.Status.EXPECTED, ParallelProcess.Status.OPEN)


def _untold(today: date) -> QuerySet[LearningPoint]:
    """Return what was learned from deaths whose families were not told of any work or report."""
    told = FamilyWork.objects.filter(case=OuterRef("case"), told_of_publication_on__isnull=False)
    return LearningPoint.objects.filter(
        state=LearningPoint.State.ACCEPTED,
        case__kind=Case.Kind.DEATH,
        case__merged_into=None,
        case__died_on__gte=today - RECENT,
    ).exclude(Exists(told))


def untold(priority: Priority, today: date) -> int:
    """Return how many families are to be told before work on a priority goes out."""
    points = _untold(today).filter(theme=priority.theme.code, case__panel=priority.panel_id)
    return points.order_by().values("case").distinct().count()


def work(user, today: date) -> list[WorkItem]:
    """Return the families whom `user` is to tell before a campaign goes out."""
    if not any(role in access.roles_for("record_family_work") for role in access.roles_of(user)):
        return []
    plans = Recommendation.objects.filter(key_kind=KEY, key_id=OuterRef("pk"))
    planned = {
        (panel, code): name
        for panel, code, name in Priority.objects.filter(Exists(plans), closed_at=None).values_list(
            "panel", "theme__code", "theme__name"
        )
    }
    if not planned:
        return []
    rows = (
        _untold(today)
        .filter(
            theme__in={code for _, code in planned},
            case__in=access.visible_to(user, "record_family_work").values("pk"),
        )
        .order_by("case__reference", "theme")
        .values_list("case__reference", "case", "case__panel", "theme")
    )
    found = {
        reference: (case, planned[panel, code])
        for reference, case, panel, code in rows
        if (panel, code) in planned
    }
    held = set(
        ParallelProcess.objects.filter(
            case__in={case for case, _ in found.values()},
            hold_family_contact=True,
            status__in=RUNNING,
        ).values_list("case", flat=True)
    )
    return [
        WorkItem(
            key=f"tell of work {reference}",
            task="Tell the family before a campaign that began with their child goes out",
            url=reverse("record_family_work", args=[reference]),
            reference=reference,
            why=f"Work is planned on: {name}.",
            waiting_for="the end of a hold" if case in held else "",
        )
        for reference, (case, name) in found.items()
    ]
