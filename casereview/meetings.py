"""Which meetings a person sees, and which of their cases: never one that is kept from them."""

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from casereview import access, kin
from casereview.models import (
    AgendaItem,
    Attendance,
    Case,
    Meeting,
    Panel,
    PanelBoard,
    StandingRole,
    User,
)
from casereview.rules.access_table import Role
from casereview.standing import standing_of


def panels_managed_by(user) -> QuerySet[Panel]:
    """Return the panels whose meetings a person arranges."""
    held = [one for one in access.held_by(user) if one.role == Role.CDR_MANAGER]
    served = PanelBoard.objects.filter(
        board__in=[one.board for one in held if one.board], until=None
    ).values("panel")
    return Panel.objects.filter(
        Q(pk__in=[one.panel for one in held if one.panel]) | Q(pk__in=served)
    )


def meetings_of(user) -> QuerySet[Meeting]:
    """Return the meetings a person arranges or is invited to, the latest first."""
    invited = Attendance.objects.filter(user=user).values("meeting")
    return (
        Meeting.objects.filter(Q(panel__in=panels_managed_by(user)) | Q(pk__in=invited))
        .select_related("panel", "chair")
        .order_by("-held_on", "pk")
    )


def agenda_for(user, meeting: Meeting) -> list[AgendaItem]:
    """Return what a person sees of an agenda: a case kept from them is not there."""
    return list(
        AgendaItem.objects.filter(
            meeting=meeting, case__in=access.visible_to(user, "view_panel_review")
        )
        .select_related("case")
        .order_by("place")
    )


def disposed_for(user, meeting: Meeting) -> list[AgendaItem]:
    """Return the places on an agenda of cases disposed of, but for one that was kept from a person.

    Nothing of such a case is shown but that it stood there, and since when it is gone.
    """
    standing = standing_of(user)
    gone = Case.objects.exclude(disposed_at=None)
    if closed := standing.withdrawn | standing.sealed_off:
        gone = gone.exclude(kin.of_deaths(closed))
    items = AgendaItem.objects.filter(meeting=meeting, case__in=gone)
    return list(items.select_related("case").order_by("place"))


def case_counts(user, meetings: list[Meeting]) -> dict:
    """Return how many cases a person sees on each agenda, by the meeting's key."""
    rows = (
        AgendaItem.objects.filter(
            meeting__in=meetings, case__in=access.visible_to(user, "view_panel_review")
        )
        .values_list("meeting")
        .annotate(cases=Count("pk"))
        .order_by()
    )
    return dict(rows)


def people_who_may_come(panels: QuerySet[Panel], role: Role) -> QuerySet[User]:
    """Return those who hold a role on one of some panels and have not left."""
    today = timezone.localdate()
    holders = StandingRole.objects.filter(role=role, ended_at=None).filter(
        Q(panel__in=panels) | Q(panel=None), Q(until=None) | Q(until__gte=today)
    )
    return User.objects.filter(pk__in=holders.values("user"), is_active=True).order_by("name")
