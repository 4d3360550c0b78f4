"""What registrars' and coroners' lists ask of a manager, and add to a case's timeline."""

from datetime import date, timedelta

from django.db.models import Max
from django.urls import reverse

from casereview import access, registries
from casereview.meetings import panels_managed_by
from casereview.models import Case
from casereview.registries import TimelineEntry, WorkItem
from casereview.rules.working_days import written
from cdop.listed import in_words, not_listed, uploads_of
from cdop.models import ListEntry, ListUpload

# Practice: registrars and coroners send their lists every week.
EVERY = timedelta(days=7)
STOPPED = timedelta(days=60)


def work(user, today: date) -> list[WorkItem]:
    """Return the lists that wait for a decision, and the deaths that are on none."""
    if not access.can(user, "decide_list_entry"):
        return []
    items = []
    for upload in uploads_of(user):
        url = reverse("cdop:view_list", args=[upload.pk])
        words = in_words(upload)
        if upload.unmatched:
            items.append(
                WorkItem(
                    key=f"not notified {upload.pk}",
                    task=f"Find out about {_deaths(upload.unmatched)} that nobody notified",
                    url=url,
                    due_on=upload.received_on,
                    why=words,
                    urgent=True,
                )
            )
        if upload.likely or upload.certain:
            items.append(
                WorkItem(
                    key=f"list {upload.pk}",
                    task=f"Decide which notified deaths {_deaths(upload.likely + upload.certain)} "
                    "on a list are",
                    url=url,
                    why=words,
                )
            )
    items += [
        WorkItem(
            key=f"not listed {case.reference}",
            task="Ask the registrar why this death is on no list",
            url=reverse("cdop:view_notification", args=[case.reference]),
            reference=case.reference,
            why="It happened where lists are received, and no inquest is open.",
        )
        for case in not_listed(user, today)
    ]
    return items + _lists_to_ask_for(user, today)


def _lists_to_ask_for(user, today: date) -> list[WorkItem]:
    """The lists that came every week and have not come for more than one.

    A list that stopped two months ago is no longer expected.
    """
    latest = (
        ListUpload.objects.filter(panel__in=panels_managed_by(user))
        .order_by("kind", "sub_district")
        .values("panel__name", "kind", "sub_district")
        .annotate(last=Max("covers_until"))
        .filter(last__lt=today - EVERY, last__gte=today - STOPPED)
    )
    kinds = dict(ListUpload.Kind.choices)
    return [
        WorkItem(
            key=f"list due {row['panel__name']} {row['kind']} {row['sub_district']}",
            task=f"Ask for the next {kinds[row['kind']].lower()}, and upload it",
            url=reverse("cdop:upload_list"),
            due_on=row["last"] + EVERY,
            why=f"The last one {_of(row['sub_district'])}ends on {_day(row['last'])}.",
        )
        for row in latest
    ]


def _of(sub_district: str) -> str:
    return f"of {sub_district} " if sub_district else ""


def _day(day: date) -> str:
    return written(day).split(" ", 1)[1]


def _deaths(number: int) -> str:
    return "1 death" if number == 1 else f"{number:,} deaths"


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return the lists on which a death was found."""
    if not access.can(user, "view_notification", case):
        return []
    found = ListEntry.objects.filter(case=case).select_related("upload", "decided_by")
    return [
        TimelineEntry(
            one.upload.received_on,
            f"Found on a {one.upload.get_kind_display().lower()}",
            str(one.decided_by or ""),
            detail=f"Decided {written(one.decided_at.date())}" if one.decided_at else "",
        )
        for one in found.order_by("decided_at")
    ]


def register() -> None:
    """Add the above to the pages that gather from all apps."""
    registries.work_items.append(work)
    registries.tell_timeline("notification", "Death and notification", timeline)
