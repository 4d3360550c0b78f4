"""What keeping and disposing of papers asks of *Your work*."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from casereview import registries, retention
from casereview.actions.retention import register as register_actions
from casereview.models import Agreement
from casereview.registries import CasePage, WorkItem


def work(user, today: date) -> list[WorkItem]:
    """Return the cases over their time, for their managers, and the proposals, for auditors."""
    proposed = set(
        Agreement.objects.filter(
            action="dispose_case",
            decision=Agreement.Decision.WAITING,
            lapses_at__gt=timezone.now(),
        ).values_list("case", flat=True)
    )
    items = [
        WorkItem(
            key=f"retention {case.reference}",
            task="Decide whether to dispose of a case",
            url=reverse("view_case_retention", args=[case.reference]),
            reference=case.reference,
            why="It is over the time that your policy keeps it.",
        )
        for case in retention.over_their_time(user)
        if case.pk not in proposed
    ]
    items += [
        WorkItem(
            key=f"disposal {one.pk}",
            task="Answer a proposal to dispose of a case",
            url=reverse("dispose_case", args=[one.pk]),
            reference=one.case.reference,
        )
        for one in retention.waiting_for(user)
    ]
    return items


def register() -> None:
    """Add the above to the pages that gather from all apps, and let disposal happen."""
    registries.work_items.append(work)
    page = CasePage("Retention", "view_case_retention", "view_case_retention", 85)
    registries.case_pages.append(page)
    register_actions()
