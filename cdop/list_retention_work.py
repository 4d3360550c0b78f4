"""What keeping and destroying lists of deaths asks of people, and says to those who agree."""

from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from casereview import access, registries, retention
from casereview.models import Agreement, Case
from casereview.registries import WorkItem
from casereview.rules import retention as rules
from cdop import list_retention
from cdop.actions import list_disposal
from cdop.listed import in_words, uploads_of
from cdop.models import ListEntry, ListUpload


def work(user, today: date) -> list[WorkItem]:
    """Return the lists over their time, for the managers of their panels."""
    if not access.can(user, "propose_list_disposal"):
        return []
    known = retention.settled()
    if rules.rule_for(rules.Kind.LIST, known, today) is None:
        return []
    asked = list_retention.proposed(timezone.now())
    # One with deaths to decide asks for that first.
    decided = list(uploads_of(user).filter(certain=0, likely=0, unmatched=0))
    return [
        WorkItem(
            key=f"list retention {upload.pk}",
            task="Decide whether to destroy a list of deaths",
            url=reverse("cdop:propose_list_disposal", args=[upload.pk]),
            why=f"{in_words(upload)}: it is over the time that your policy keeps it.",
        )
        for upload in list_retention.over_their_time(decided, today, known)
        if upload.pk not in asked
    ]


def in_proposals(waiting: list[Agreement]) -> dict[Any, tuple[str, list[tuple[str, str]]]]:
    """Return what each proposal is about: which list, how many deaths, and its rule; no name."""
    found = ListUpload.objects.filter(pk__in=[one.subject for one in waiting])
    lists = {one.pk: one for one in found.select_related("panel").annotate(deaths=Count("entries"))}
    known = retention.settled()
    shown = {}
    for one in waiting:
        upload = lists.get(one.subject)
        if upload is None:
            continue
        until = list_retention.kept(upload, one.proposed_at.date(), known)
        facts = [
            ("Panel", upload.panel.name),
            ("Deaths on the list", str(upload.deaths)),
            ("Received on", f"{upload.received_on:%-d %B %Y}"),
            ("Kept until", f"{until.until:%-d %B %Y}" if until.until else until.why),
            ("By the rule", until.why),
        ]
        shown[one.pk] = (in_words(upload), facts)
    return shown


def left_behind(case: Case) -> list[str]:
    """Return the lists on which a case that was disposed of still stands."""
    gone = list_retention.destroyed()
    entries = ListEntry.objects.filter(case=case).select_related("upload")
    return [
        f"{in_words(one.upload)}: the list names the child until it is destroyed by its own rule"
        for one in entries.order_by("upload__received_on", "pk")
        if one.upload_id not in gone
    ]


def register() -> None:
    """Add the above to *Your work*, to the proposals and to the certificate of disposal."""
    registries.work_items.append(work)
    registries.proposals[list_retention.DISPOSE] = in_proposals
    registries.left_behind.append(left_behind)
    list_disposal.register()
