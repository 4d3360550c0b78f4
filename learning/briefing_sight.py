"""Who sees which briefing: those of a panel by its panel, an agency what it was sent."""

import uuid
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from casereview import access, keys
from casereview.codelists import load_named
from casereview.models import Agency, LeakHit
from casereview.registries import WorkItem
from casereview.rules.access_table import Role
from learning.briefings import blank_parts
from learning.models import Briefing, BriefingSent
from learning.panels import panels_for

State = Briefing.State
OF_AN_AGENCY = (Role.CONTRIBUTOR, Role.AGENCY_LEAD)
READ_DAYS = 21  # after which somebody who was asked for nothing is reminded all the same


def briefings_for(user, action: str) -> QuerySet[Briefing]:
    """Return the briefings on which a person may do an action, by their panels.

    What is not given out yet is for those who write or agree it: its words may still name
    somebody.
    """
    found = Briefing.objects.filter(panel__in=panels_for(user, action))
    if not sees_drafts(user):
        found = found.filter(state=State.GIVEN)
    return found.select_related("panel", "theme", "written_by", "agreed_by", "given_by", "release")


def sees_drafts(user) -> bool:
    """Say whether a person writes or agrees briefings."""
    return access.can(user, "write_briefing") or access.can(user, "agree_briefing")


def agencies_of(user) -> set[uuid.UUID]:
    """Return the agencies for which a person speaks: by their role, or as their panel member."""
    held = access.held_by(user)
    found = {one.agency for one in held if one.role in OF_AN_AGENCY and one.agency}
    own = getattr(user, "agency_id", None)
    if own and any(one.role == Role.PANEL_MEMBER for one in held):
        found.add(own)
    return found


def sent_to(user) -> QuerySet[BriefingSent]:
    """Return what was sent to a person's agencies, the latest first."""
    if not access.can(user, "list_agency_briefings"):
        return BriefingSent.objects.none()
    return (
        BriefingSent.objects.filter(agency__in=agencies_of(user), briefing__state=State.GIVEN)
        .select_related("briefing__theme", "briefing__panel", "agency", "acknowledged_by")
        .order_by("-sent_on", "pk")
    )


def receiver(sent: BriefingSent) -> str:
    """Return the name of the agency or body to which a briefing went."""
    if sent.agency is not None:
        return sent.agency.name
    return sent.body_name or load_named("learning", "bodies").label(sent.body)


def due_on(sent: BriefingSent) -> date:
    """Return the day by which somebody should have said that they read it."""
    return sent.answer_due_on or sent.sent_on + timedelta(days=READ_DAYS)


def standing(sent: BriefingSent, today: date) -> tuple[str, str]:
    """Return how a sending stands, in words, and the colour of its tag; silence is said."""
    if sent.read_on:
        return "Read", "green"
    return ("Silent, overdue", "red") if due_on(sent) < today else ("Silent so far", "yellow")


def work(user, today: date) -> list[WorkItem]:
    """Return what an agency has not said yet of briefings, and what a writer waits for."""
    return [*_to_acknowledge(user), *_to_chase(user, today), *_to_agree(user), *_to_give(user)]


def _to_acknowledge(user) -> list[WorkItem]:
    """Those who lead the agency are asked; where nobody does, each of its people."""
    leads = {one.agency for one in access.held_by(user) if one.role == Role.AGENCY_LEAD}
    without = Agency.objects.filter(lead=None).values("pk")
    mine = sent_to(user).filter(Q(agency__in=leads) | Q(agency__in=without), read_on=None)
    return [
        WorkItem(
            key=f"briefing {one.pk}",
            task=f"Say that your agency has read the briefing on {one.briefing.theme.name}",
            url=reverse("learning:acknowledge_briefing", args=[one.pk]),
            due_on=due_on(one),
            why="And with how many staff you shared it. Silence is shown.",
        )
        for one in mine
    ]


def _to_chase(user, today: date) -> list[WorkItem]:
    if not access.can(user, "record_acknowledgement"):
        return []
    silent: dict[uuid.UUID, list[BriefingSent]] = {}
    rows = BriefingSent.objects.filter(
        briefing__panel__in=panels_for(user, "record_acknowledgement"), read_on=None
    ).select_related("briefing__theme")
    for one in rows:
        if due_on(one) < today:
            silent.setdefault(one.briefing_id, []).append(one)
    return [
        WorkItem(
            key=f"briefing silent {key}",
            task=f"Ask who has not read the briefing on {found[0].briefing.theme.name}",
            url=reverse("learning:view_briefing", args=[key]),
            due_on=max(due_on(one) for one in found),
            why="1 is silent" if len(found) == 1 else f"{len(found)} are silent",
        )
        for key, found in silent.items()
    ]


def _to_agree(user) -> list[WorkItem]:
    """A draft waits for a second person once somebody wrote it and nothing else is to be done."""
    if not access.can(user, "agree_briefing"):
        return []
    unanswered = LeakHit.objects.filter(document_key=OuterRef("pk"), answer="")
    rows = (
        Briefing.objects.filter(
            ~Exists(unanswered),
            panel__in=panels_for(user, "agree_briefing"),
            state=State.WRITING,
            version__gt=1,
            figures__made_at__isnull=False,
            figures__refused_because="",
        )
        .exclude(written_by=user)
        .select_related("theme", "written_by")
    )
    keys.prefetch("briefing", [one.pk for one in rows])
    return [
        WorkItem(
            key=f"briefing written {one.pk}",
            task=f"Read and agree the briefing on {one.theme.name}",
            url=reverse("learning:view_briefing", args=[one.pk]),
            why=f"{one.written_by.name} wrote it: a second person agrees it",
        )
        for one in rows
        if one.points and not blank_parts(one)
    ]


def _to_give(user) -> list[WorkItem]:
    if not access.can(user, "give_briefing"):
        return []
    rows = Briefing.objects.filter(
        panel__in=panels_for(user, "give_briefing"), state=State.AGREED
    ).select_related("theme")
    return [
        WorkItem(
            key=f"briefing agreed {one.pk}",
            task=f"Give out the briefing on {one.theme.name}",
            url=reverse("learning:view_briefing", args=[one.pk]),
            why=one.refused_because or "It is agreed",
        )
        for one in rows
    ]
