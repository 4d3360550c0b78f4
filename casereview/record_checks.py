"""Names sent to member agencies before a meeting: who may read them, and until when.

Only leads of the agency read them, in the system, until the meeting is over. A case is not among
them once it is taken off the agenda, sealed or merged, or when the reader or their agency has
withdrawn from it, or when the panel's policy no longer allows names to go first.
"""

from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from casereview import access, registries
from casereview.models import AgendaItem, Case, Meeting, RecordCheck
from casereview.registries import WorkItem
from casereview.rules.access_table import Role

OVER = (Meeting.State.HELD, Meeting.State.CANCELLED)


def checks_for(user) -> QuerySet[RecordCheck]:
    """Return the names that a person may look for in the records of the agency they lead."""
    leads = [one.agency for one in access.held_by(user) if one.role == Role.AGENCY_LEAD]
    agency = getattr(user, "agency_id", None)
    if agency is None or agency not in leads:
        return RecordCheck.objects.none()
    return (
        RecordCheck.objects.filter(
            agency=agency,
            meeting__panel__names_first=True,
            meeting__held_on__gte=timezone.localdate(),
            meeting__agenda__case=F("case"),
            case__sealed=False,
            case__merged_into=None,
            case__in=access.not_kept_from(user).values("pk"),
        )
        .exclude(meeting__state__in=OVER)
        .select_related("case", "meeting", "agency")
        .order_by("meeting__held_on", "case__reference")
    )


def meetings_with_checks(user) -> list[dict]:
    """Return the meetings for which names wait for a person: day, how many, how many are left."""
    rows = (
        checks_for(user)
        .order_by()
        .values("meeting", "meeting__held_on")
        .annotate(names=Count("pk"), left=Count("pk", filter=Q(answer="")))
        .order_by("meeting__held_on", "meeting")
    )
    return [
        {
            "key": row["meeting"],
            "held_on": row["meeting__held_on"],
            "names": row["names"],
            "left": row["left"],
        }
        for row in rows
    ]


def work(user, today: date) -> list[WorkItem]:
    """Return the names that still wait to be looked for, one line for each meeting."""
    return [
        WorkItem(
            key=f"record checks {row['key']}",
            task="Look for a name in your agency’s records"
            if row["left"] == 1
            else f"Look for {row['left']} names in your agency’s records",
            url=reverse("view_record_check", args=[row["key"]]),
            due_on=row["held_on"],
            why="A panel meets on that day. Afterwards the names are no longer shown.",
        )
        for row in meetings_with_checks(user)
        if row["left"]
    ]


def agenda_cases(user, meeting: Meeting) -> list[Case]:
    """Return the cases of an agenda whose names a manager may send: none that is sealed."""
    waiting = AgendaItem.objects.filter(meeting=meeting, outcome="").values("case")
    cases = access.visible_to(user, "view_identity").filter(pk__in=waiting, sealed=False)
    return list(cases.filter(merged_into=None).order_by("reference"))


def identifiers(case: Case) -> list[str]:
    """Return the other names by which agencies know the child."""
    return [one.known_as for one in RecordCheck.objects.filter(case=case) if one.known_as]


def register() -> None:
    """Add the above to the pages that gather from all apps."""
    registries.work_items.append(work)
    registries.identifiers.append(identifiers)
