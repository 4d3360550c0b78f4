"""How much of what is hard to read somebody was asked to read, and has opened: counts only.

What is ahead is what the agendas of coming meetings hold for the reader; what lies behind is taken
from the looks on record. A chair is told of the cases of their own panel that nothing keeps the
chair from, and of no others.
"""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from casereview import access, audit, care, kin
from casereview.meetings import people_who_may_come
from casereview.models import (
    AgendaItem,
    Attendance,
    AuditEntry,
    Case,
    Interest,
    Meeting,
    Panel,
    User,
)
from casereview.rules.access_table import Role
from casereview.rules.care import READS_NARRATIVE

WEEKS = 4


@dataclass
class Load:
    """What one person was asked to read, and has looked at in the last weeks."""

    ahead: dict[uuid.UUID, int] = field(default_factory=dict)  # meeting -> cases
    cases: int = 0
    looks: int = 0
    opened: int = 0

    @property
    def asked(self) -> int:
        """How many cases the coming meetings hold."""
        return sum(self.ahead.values())


def of_reader(user) -> tuple[list[Meeting], Load]:
    """Return a person's coming meetings, and their own load."""
    meetings = list(_coming(Q(pk__in=Attendance.objects.filter(user=user).values("meeting"))))
    load = _looked([user.pk], None)[user.pk]
    sees = access.visible_to(user, "view_panel_review")
    rows = AgendaItem.objects.filter(meeting__in=meetings, case__in=sees)
    load.ahead = dict(rows.values_list("meeting").annotate(many=Count("pk")).order_by())
    return meetings, load


def chaired_by(user) -> QuerySet[Panel]:
    """Return the panels a person chairs."""
    held = access.held_by(user)
    return Panel.objects.filter(
        pk__in=[one.panel for one in held if one.role == Role.PANEL_CHAIR and one.panel],
        retired_on=None,
    )


def of_panel(chair, panel: Panel) -> tuple[list[Meeting], list[tuple[User, Load]]]:
    """Return the panel's coming meetings, and the load of each of its members.

    Only cases of the panel that nothing keeps the chair from are counted, and no sealed one. A case
    from which a member has withdrawn is not one they were asked to read.
    """
    cases = access.not_kept_from(chair).filter(panel=panel, sealed=False)
    meetings = list(_coming(Q(panel=panel)))
    invited = Attendance.objects.filter(meeting__in=meetings).select_related("user")
    people: dict[uuid.UUID, User] = {one.pk: one for one in _members(panel)}
    asked_to: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for one in invited:
        if one.user.is_active:
            people[one.user_id] = one.user
            asked_to[one.meeting_id].add(one.user_id)
    loads = _looked(people, cases)
    agenda = AgendaItem.objects.filter(meeting__in=meetings, case__in=cases)
    items = list(agenda.select_related("case"))
    kept = _withdrawn(people.values())
    for item in items:
        for person in asked_to[item.meeting_id] - kept.get(kin.death_of(item.case), set()):
            ahead = loads[person].ahead
            ahead[item.meeting_id] = ahead.get(item.meeting_id, 0) + 1
    rows = [(people[key], load) for key, load in loads.items()]
    return meetings, sorted(rows, key=lambda row: (row[0].name, str(row[0].pk)))


def _coming(which: Q) -> QuerySet[Meeting]:
    planned = Meeting.objects.filter(which, held_on__gte=timezone.localdate())
    return (
        planned.exclude(state__in=[Meeting.State.CANCELLED, Meeting.State.HELD])
        .select_related("panel")
        .order_by("held_on", "pk")
    )


def _members(panel: Panel) -> QuerySet[User]:
    only = Panel.objects.filter(pk=panel.pk)
    return (
        people_who_may_come(only, Role.PANEL_MEMBER) | people_who_may_come(only, Role.PANEL_CHAIR)
    ).distinct()


def _looked(people: Iterable[uuid.UUID], cases: QuerySet[Case] | None) -> dict[uuid.UUID, Load]:
    """Return what was looked at in the last weeks, in one query for all."""
    loads = {key: Load() for key in people}
    since = timezone.now() - datetime.timedelta(weeks=WEEKS)
    entries = AuditEntry.objects.filter(actor__in=list(loads), at__gte=since)
    if cases is not None:
        entries = entries.filter(case__in=cases.values("pk"))
    looked = Q(action__in=READS_NARRATIVE, outcome=audit.ALLOWED)
    found = entries.values_list("actor").annotate(
        cases=Count("case", filter=looked, distinct=True),
        looks=Count("pk", filter=looked),
        opened=Count("pk", filter=Q(action=care.OPEN, outcome=audit.DONE)),
    )
    for actor, *counts in found.order_by():
        loads[actor].cases, loads[actor].looks, loads[actor].opened = counts
    return loads


def _withdrawn(people: Iterable[User]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return who has withdrawn from each death, in person or with their agency, and its family."""
    people = list(people)
    of_agency: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for one in people:
        if one.agency_id:
            of_agency[one.agency_id].add(one.pk)
    rows = list(
        Interest.objects.filter(
            Q(user__in=people) | Q(agency__in=of_agency),
            level=Interest.Level.WITHDRAWS,
            lifted_at=None,
        ).values_list(Coalesce("case__merged_into", "case"), "user", "agency")
    )
    families = kin.families({death for death, _, _ in rows})
    kept: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for death, user, agency in rows:
        for each in families[death]:
            kept[each] |= ({user} if user else set()) | of_agency.get(agency, set())
    return kept
