"""Notifications from outside, as lists and as work to do."""

import datetime
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from casereview import access, registries
from casereview.deputies import deputies_of
from casereview.models import IntakeItem, Panel
from casereview.registries import WorkItem
from casereview.rules.working_days import next_working_day
from cdop.actions.intake import PUBLIC, escalate_unread, seen_by, social_care_told, unread
from cdop.actions.notifying import own_boards

State = IntakeItem.State
DECIDED_FOR = datetime.timedelta(days=90)


@dataclass(frozen=True)
class Waiting:
    """One notification that waits, as the list shows it."""

    item: IntakeItem
    unread: bool
    tell_first: bool

    @property
    def words(self) -> str:
        if self.tell_first:
            return "Urgent: tell children’s social care"
        return "Not read yet" if self.unread else "Read, not decided"


def waiting(user) -> list[Waiting]:
    """Return what waits in a manager's area: what is urgent first, then the oldest."""
    if not access.can(user, "list_intake"):
        return []
    kept = IntakeItem.objects.filter(source=PUBLIC, state=State.WAITING)
    items = seen_by(user, kept.order_by("received_at"))
    new = set(unread(items)) if items else set()
    found = [
        Waiting(item, item in new, item.urgent and social_care_told(item) is None) for item in items
    ]
    return sorted(found, key=lambda one: (not one.tell_first, one.item.received_at))


def stands_in(user) -> str:
    """Say to whom goes what nobody has read for four office hours, in words."""
    panels = {panel.pk: panel for _, panel in own_boards(user).values()}
    deputies = deputies_of(Panel.objects.filter(pk__in=panels))
    names = " or ".join(one.name for one in deputies)
    who = f"to the deputy, {names}" if names else "to the other managers: no deputy is named"
    return f"What nobody has read for four office hours goes {who}."


def decided(user) -> list[IntakeItem]:
    """Return what was decided on in the last 90 days, the latest first."""
    since = timezone.now() - DECIDED_FOR
    items = list(
        IntakeItem.objects.filter(~Q(state=State.WAITING), source=PUBLIC, decided_at__gte=since)
        .select_related("case", "decided_by")
        .order_by("-decided_at")
    )
    rejected = set(seen_by(user, [item for item in items if item.case_id is None]))
    cases = {item.case_id for item in items if item.case_id}
    mine = set(
        access.visible_to(user, "view_notification")
        .filter(pk__in=cases)
        .values_list("pk", flat=True)
        if cases
        else []
    )
    return [item for item in items if item in rejected or item.case_id in mine]


def work(user, today: datetime.date) -> list[WorkItem]:
    """Return what notifications from outside ask of `user`, the urgent ones each by itself."""
    found = waiting(user)
    items = [
        WorkItem(
            key=f"intake {one.item.pk}",
            task="Tell children’s social care about the other children, and record it",
            url=reverse("cdop:read_intake", args=[one.item.pk]),
            due_on=timezone.localdate(one.item.received_at),
            why="A notification from outside says they are not known to be safe, or that nobody "
            "is known to have been told.",
            urgent=True,
        )
        for one in found
        if one.tell_first
    ]
    rest = [one.item for one in found if not one.tell_first]
    if rest:
        number = "a notification" if len(rest) == 1 else f"{len(rest)} notifications"
        oldest = timezone.localdate(rest[0].received_at)
        items.append(
            WorkItem(
                key="intake",
                task=f"Read and decide on {number} from outside",
                url=reverse("cdop:read_intake", args=[rest[0].pk])
                if len(rest) == 1
                else reverse("cdop:list_intake"),
                due_on=next_working_day(oldest),
                why="Until then there is no case.",
            )
        )
    return items


def register() -> None:
    """Add the above to the pages that gather from all apps, and escalation to what is due."""
    registries.work_items.append(work)
    registries.chores["escalated"] = escalate_unread
