"""Notes of a case: who may be asked to read one, and what they ask of *Your work*."""

import datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from casereview import access, kin, registries, sharing
from casereview.leaving import Grant
from casereview.models import Case, CaseNote, NoteMention, StandingRole
from casereview.records import Change
from casereview.registries import CasePage, TimelineEntry, WorkItem
from casereview.rules.access_table import roles_for

READ = "view_case_notes"
OPEN = Q(settled_at=None)


def notes(case: Case) -> list[CaseNote]:
    """Return the notes of a case with whom each mentions, the latest first."""
    mentions = NoteMention.objects.select_related("person").order_by("person__name", "id")
    found = case.notes.select_related("written_by", "case")
    return list(
        found.prefetch_related(Prefetch("mentions", mentions)).order_by("-written_at", "id")
    )


def colleagues(case: Case, *, besides) -> list[tuple[str, str]]:
    """Return who reads the notes of a case and may be asked to, as key and name with post.

    Nobody who withdrew; of a sealed case, those who are named to it.
    """
    roles = set(roles_for(READ))
    now, away, sealed = timezone.now(), kin.kept_out(case), kin.is_sealed(case)
    people = [] if sealed else [one.user for one in sharing.standing_roles(case, roles)]
    in_force = Q(until=None) | Q(until__gt=now)
    named = {"named": True} if sealed else {}
    people += [
        one.user
        for one in case.admissions.filter(in_force, role__in=roles, **named).select_related(
            "user__agency"
        )
    ]
    groups = case.group_admissions.filter(in_force, role__in=roles, **named)
    held = StandingRole.objects.filter(
        Q(until=None) | Q(until__gte=timezone.localdate()),
        group__in=groups.values("group"),
        ended_at=None,
    )
    people += [one.user for one in held.select_related("user__agency")]
    found = {
        str(one.pk): ", ".join(part for part in (one.name, sharing.post_of(one)) if part)
        for one in people
        if one.is_active and one.pk != besides.pk and not away(one)
    }
    return sorted(found.items(), key=lambda pair: pair[1])


def work(user, today: datetime.date) -> list[WorkItem]:
    """Return the notes that `user` is asked to read."""
    cases = access.visible_to(user, READ).values("pk")
    waiting = NoteMention.objects.filter(OPEN, person=user, case__in=cases)
    rows = waiting.order_by("note__written_at", "id").values_list(
        "pk", "case__reference", "note__written_by__name"
    )
    return [
        WorkItem(
            key=f"note {key}",
            task="Read a note that asks for you",
            url=reverse(READ, args=[reference]),
            reference=reference,
            why=f"From {name}." if name else "",
        )
        for key, reference, name in rows
    ]


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return when notes were written, and by whom; what they say is on their page."""
    if not access.can(user, READ, case):
        return []
    url = reverse(READ, args=[case.reference])
    return [
        TimelineEntry(timezone.localtime(at).date(), "Note written", name or "", at, url=url)
        for at, name in case.notes.values_list("written_at", "written_by__name")
    ]


def _let_go(written: Change, mention: Any) -> None:
    mention.settled_at = timezone.now()
    written.save(mention)


def register() -> None:
    """Add the above to the pages that gather from all apps, and to what a leaver leaves."""
    registries.work_items.append(work)
    registries.tell_timeline("notes", "Notes", timeline)
    registries.case_pages.append(CasePage("Notes", READ, READ, 57))
    registries.grants.append(
        Grant("Notes to read", NoteMention, "person", lambda now: OPEN, _let_go)
    )
