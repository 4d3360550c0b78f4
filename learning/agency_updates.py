"""Before each panel every member agency is asked what it has learned or done since the last.

Nothing is an answer. Who has not answered is shown as silent, before the meeting and at it.
"""

import datetime
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from casereview import access, keys, outbox, registries
from casereview.actions.record_checks import leads_by_agency
from casereview.models import Agency, Attendance, Meeting, User
from casereview.records import change
from casereview.registries import WorkItem
from casereview.rules.access_table import Role
from cdop.agency_learning import Learned, learned_by
from learning.models import AgencyUpdate

ASK_DAYS = 10
TEMPLATE = "agency_update"


def ask_agencies(now: datetime.datetime) -> int:
    """Ask the member agencies of the meetings of the next ten days, each once; say how many.

    A message to their leads and to those of them who are invited says only that something waits.
    """
    today = timezone.localdate(now)
    meetings = Meeting.objects.filter(
        state=Meeting.State.PLANNED, held_on__range=(today, today + timedelta(days=ASK_DAYS))
    )
    return sum(ask_before(meeting, now) for meeting in meetings.order_by("held_on", "pk"))


def ask_before(meeting: Meeting, now: datetime.datetime) -> int:
    """Ask the member agencies of one meeting that were not asked yet; say how many."""
    agencies = _not_asked(meeting)
    if not agencies:
        return 0
    leads = leads_by_agency(agencies)
    with transaction.atomic(), change("ask_agency_updates", by=None) as written:
        for agency in agencies:
            written.save(AgencyUpdate(meeting=meeting, agency=agency, asked_at=now))
        written.detail["agencies"] = len(agencies)
        told = {user for users in leads.values() for user in users}
        told |= set(_invited(meeting, agencies))
        for user in sorted(told, key=lambda user: user.pk):
            rule = f"update-{meeting.pk.hex}"
            outbox.put(to=user, template=TEMPLATE, rule=rule, day=timezone.localdate(now))
    return len(agencies)


def _not_asked(meeting: Meeting) -> list[Agency]:
    there = AgencyUpdate.objects.filter(meeting=meeting).values("agency")
    members = Attendance.objects.filter(meeting=meeting, agency__isnull=False).values("agency")
    found = Agency.objects.filter(pk__in=members, retired_on=None).exclude(pk__in=there)
    return list(found.order_by("name", "pk"))


def _invited(meeting: Meeting, agencies: Iterable[Agency]) -> list[User]:
    rows = Attendance.objects.filter(meeting=meeting, agency__in=list(agencies))
    return [one.user for one in rows.select_related("user") if one.user.is_active]


def updates_for(user) -> QuerySet[AgencyUpdate]:
    """Return what a person may answer: for the agency they lead, or of the meeting they come to.

    Until the meeting is over; afterwards the answer stays as it was given.
    """
    agency = getattr(user, "agency_id", None)
    if agency is None or not access.can(user, "answer_agency_update"):
        return AgencyUpdate.objects.none()
    mine = Q(meeting__in=Attendance.objects.filter(user=user, agency=agency).values("meeting"))
    if leads(user, agency):
        mine |= Q(agency=agency)
    return (
        AgencyUpdate.objects.filter(mine, agency=agency, meeting__state=Meeting.State.PLANNED)
        .filter(meeting__held_on__gte=timezone.localdate())
        .select_related("meeting", "meeting__panel", "agency")
        .order_by("meeting__held_on", "pk")
    )


def leads(user, agency) -> bool:
    """Say whether a person leads an agency and belongs to it."""
    held = {one.agency for one in access.held_by(user) if one.role == Role.AGENCY_LEAD}
    return agency in held and user.agency_id == agency


def offered(user, update: AgencyUpdate) -> list[Learned]:
    """Return what the agency's own reports say it has learned, and nobody has confirmed yet.

    It is text of a case: only the agency's lead is shown it, and none of a case kept from them.
    """
    if not leads(user, update.agency_id):
        return []
    confirmed: set[str] = set()
    for taken in AgencyUpdate.objects.filter(agency=update.agency).values_list(
        "confirmed", flat=True
    ):
        confirmed |= set(taken)
    found = learned_by(update.agency, access.not_kept_from(user))
    return [one for one in found if one.key not in confirmed]


def of_meeting(meeting: Meeting) -> list[AgencyUpdate]:
    """Return what each agency said before a meeting, those that are silent first.

    It goes with the minutes when they are destroyed: nothing is said then.
    """
    if meeting.pk in keys.destroyed_of("meeting"):
        return []
    rows = list(
        AgencyUpdate.objects.filter(meeting=meeting)
        .select_related("agency", "answered_by", "meeting")
        .order_by("agency__name")
    )
    keys.prefetch("meeting", [meeting.pk])
    return sorted(rows, key=lambda one: bool(one.answer))


def work(user, today: date) -> list[WorkItem]:
    """Return the meetings before which a person's agency has not yet answered."""
    return [
        WorkItem(
            key=f"agency update {one.pk}",
            task="Say what your agency has learned or done since the last panel",
            url=reverse("learning:answer_agency_update", args=[one.pk]),
            due_on=one.meeting.held_on,
            why="Nothing is an answer too. Silence is shown at the meeting.",
        )
        for one in updates_for(user).filter(answer="")
    ]


def register() -> None:
    """Add the above to the pages that gather from all apps, and to what is done when due."""
    registries.work_items.append(work)
    registries.chores["agencies asked what they learned"] = ask_agencies
