"""What packs add to the shared pages, and what a notification knows of people and places."""

from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from casereview import access, registries
from casereview.meetings import meetings_of, panels_managed_by
from casereview.models import Case, Pack
from casereview.pseudonyms import HOSPITAL, Entity, named, professional
from casereview.registries import WorkItem
from casereview.rules import known_identifiers as known
from casereview.rules.folding import fold
from casereview.rules.known_identifiers import Identifier
from casereview.rules.ordinary_words import ORDINARY
from cdop import pack_building
from cdop.models import Notification


def entities(case: Case) -> list[Entity]:
    """Return the professionals and places that the notifications of a case name."""
    found = []
    for one in Notification.objects.filter(case=case).order_by("notified_on", "id"):
        base = "Hospital" if one.location_of_death == HOSPITAL else "Place"
        found.append(Entity(base, tuple(known.place("", one.place_of_death))))
        found.append(professional(one.notifier_name, one.notifier_contact))
        found.append(professional(one.consultant))
        found.append(Entity("Carer", tuple(named(one.carer_at_death))))
        found.append(Entity("Agency", tuple(_body(one.notifier_organisation))))
        for contact in one.agency_contacts or []:
            found.append(professional(contact.get("name"), contact.get("contact")))
            found.append(Entity("Agency", tuple(_body(contact.get("organisation")))))
    return found


def _body(name: str | None) -> list[Identifier]:
    words = [token.text for token in fold(name or "").tokens()]
    return known.place("", name) if any(word not in ORDINARY for word in words) else []


def work(user, today: date) -> list[WorkItem]:
    """Return the packs to check, to issue, to agree to and to open."""
    return [*_to_check(user), *_to_agree(user), *_to_open(user, today)]


def _page(pack: Pack) -> str:
    return reverse("cdop:view_pack", args=[pack.meeting_id])


def _to_check(user) -> list[WorkItem]:
    if not access.can(user, "build_pack"):
        return []
    packs = (
        Pack.objects.filter(
            state__in=[Pack.State.CHECKING, Pack.State.FAILED],
            meeting__panel__in=panels_managed_by(user),
        )
        .select_related("meeting")
        .annotate(open_hits=Count("hits", filter=Q(hits__answer="")))
        .order_by("meeting__held_on", "pk")
    )
    tasks = {
        Pack.State.CHECKING: "Check the papers of the meeting",
        Pack.State.FAILED: "Build the papers of the meeting again",
    }
    return [
        WorkItem(
            key=f"pack {pack.pk}",
            task=tasks[Pack.State(pack.state)],
            url=_page(pack),
            due_on=pack.meeting.held_on,
            why="They could not be built."
            if pack.state == Pack.State.FAILED
            else f"The leak test found {pack.open_hits} places."
            if pack.open_hits
            else "Nothing that it found is unanswered: they can be issued.",
        )
        for pack in packs
    ]


def _to_agree(user) -> list[WorkItem]:
    if not access.can(user, "agree_to_pack"):
        return []
    packs = (
        Pack.objects.filter(
            state=Pack.State.CHECKING,
            leaves_partnership=True,
            second_person=None,
            meeting__attendances__user=user,
            meeting__attendances__as_chair=True,
        )
        .exclude(content_digest="")
        .exclude(asked_by=user)
        .exclude(hits__answered_by=user)
        .select_related("meeting")
        .distinct()
    )
    return [
        WorkItem(
            key=f"agree to pack {pack.pk}",
            task="Agree that the papers of the meeting leave the partnership",
            url=_page(pack),
            due_on=pack.meeting.held_on,
        )
        for pack in packs
    ]


def _to_open(user, today: date) -> list[WorkItem]:
    if not access.can(user, "open_pack"):
        return []
    packs = Pack.objects.filter(
        state=Pack.State.ISSUED,
        expires_at__gt=timezone.now(),
        meeting__in=meetings_of(user).filter(held_on__gte=today, attendances__user=user),
    )
    return [
        WorkItem(
            key=f"open pack {pack.pk}",
            task="Read the papers of the panel meeting",
            url=_page(pack),
            due_on=pack.meeting.held_on,
        )
        for pack in packs.select_related("meeting").order_by("meeting__held_on", "pk")
    ]


def register() -> None:
    """Add the above to the pages that gather from all apps."""
    registries.entities.append(entities)
    registries.work_items.append(work)
    registries.disposables.append(pack_building.dispose)
    registries.chores["expired packs"] = pack_building.expire
