"""What documents ask of *Your work* and the timeline, and what is done about them when due."""

import datetime
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from casereview import access, jobs, registries, scanning, vault
from casereview.models import Case, Disclosure, Document
from casereview.registries import CasePage, TimelineEntry, WorkItem

State = Document.Scan
# The job of the upload tries for hours; whatever waits after that is asked about again.
ASK_AGAIN = datetime.timedelta(minutes=30)
AT_ONCE = 50


def work(user, today: date) -> list[WorkItem]:
    """Return the documents to accept or to ask for again, and the bundles to decide."""
    cases = access.visible_to(user, "accept_document").filter(merged_into=None).values("pk")
    waiting = Document.objects.filter(
        scan_state=State.NOT_SCANNED, accepted_at=None, case__in=cases
    ).select_related("case")
    items = [
        WorkItem(
            key=f"document {one.pk}",
            task="Look at a document that was not scanned",
            url=reverse("accept_document", args=[one.case.reference, one.pk]),
            reference=one.case.reference,
            why="It cannot be opened before.",
        )
        for one in waiting.order_by("uploaded_at", "id")
        if one.case
    ]
    bundles = Disclosure.objects.exclude(state=Disclosure.State.FETCHED).filter(case__in=cases)
    for one in bundles.select_related("case").order_by("begun_at", "id"):
        made = one.state == Disclosure.State.MADE
        items.append(
            WorkItem(
                key=f"bundle {one.pk}",
                task="Fetch the file of a bundle" if made else "Decide what is disclosed",
                url=reverse("view_disclosure", args=[one.case.reference, one.pk]),
                reference=one.case.reference,
            )
        )
    return items


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return when documents came and what was disclosed, without their titles."""
    if not access.can(user, "view_documents", case):
        return []
    url = reverse("view_documents", args=[case.reference])
    entries = [
        TimelineEntry(timezone.localtime(at).date(), "Document added", name or "", at, url=url)
        for at, name in case.documents.values_list("uploaded_at", "uploaded_by__name")
    ]
    fetched = case.disclosures.exclude(fetched_at=None)
    entries += [
        TimelineEntry(
            timezone.localtime(at).date(), "Bundle fetched for disclosure", name or "", at, url=url
        )
        for at, name in fetched.values_list("fetched_at", "fetched_by__name")
    ]
    return entries


def identifiers(case: Case) -> list[str]:
    """Return who asked for papers of the case: a name that no pack may hold."""
    return [one.asked_by_whom for one in case.disclosures.all() if one.asked_by_whom]


def dispose(case: Case) -> int:
    """Remove the stored files of a case; return how many there were."""
    names = list(case.documents.values_list("storage_name", flat=True))
    names += case.disclosures.exclude(storage_name="").values_list("storage_name", flat=True)
    for name in names:
        vault.remove(name)
    return len(names)


def ask_scanner_again(now: datetime.datetime) -> int:
    """Put in the scanning of what waits for it, once an hour each; return how many were put in."""
    if not scanning.configured():
        return 0
    waiting = Document.objects.filter(
        Q(scan_state=State.QUARANTINE, uploaded_at__lt=now - ASK_AGAIN)
        | Q(scan_state=State.NOT_SCANNED)
    )
    hour = int(now.timestamp()) // 3600
    keys = list(waiting.order_by("uploaded_at").values_list("pk", flat=True)[:AT_ONCE])
    put = [jobs.enqueue_once("scan_document", document=key, hour=hour) for key in keys]
    return sum(one is not None for one in put)


def register() -> None:
    """Add the above to the pages that gather from all apps, and to what is done when due."""
    registries.work_items.append(work)
    registries.tell_timeline("documents", "Documents", timeline)
    registries.identifiers.append(identifiers)
    registries.disposables.append(dispose)
    registries.chores["scanning"] = ask_scanner_again
    registries.case_pages.append(
        CasePage("Documents", "view_documents", "view_documents", 55, main=True)
    )
