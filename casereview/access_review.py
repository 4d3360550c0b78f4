"""Who has what on a panel: since when, whether it is used, and when it was last confirmed."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from casereview import access, leaving, pdf
from casereview.models import (
    AccessConfirmation,
    CaseUserObjectPermission,
    Panel,
    StandingRole,
    User,
)
from casereview.registries import WorkItem
from casereview.rules.access_review import Kind, due_on, share, unused
from casereview.rules.access_table import LABELS, Role
from casereview.sign_in import proof


@dataclass(frozen=True)
class Line:
    """What one person has on a panel in one role."""

    key: str  # the kind, the person and the role
    kind: Kind
    person: Any
    role: Role
    what: str
    since: datetime.datetime
    last_sign_in: datetime.datetime | None
    second_factor: bool
    unused: bool
    confirmed_on: datetime.date | None
    due_on: datetime.date
    overdue: bool
    left: bool
    own: bool


def panels_of(user) -> list[Panel]:
    """Return the panels whose access a person reviews: an auditor all, a chair their own."""
    panels = Panel.objects.filter(retired_on=None)
    held = access.held_by(user)
    if not any(one.role == Role.AUDITOR for one in held):
        panels = panels.filter(pk__in=[one.panel for one in held if one.role == Role.PANEL_CHAIR])
    return list(panels)


def lines_of(panel: Panel, user) -> list[Line]:
    """Return what everybody has on a panel; due first."""
    return lines_of_each([panel], user)[panel.pk]


def lines_of_each(panels: Iterable[Panel], user) -> dict[uuid.UUID, list[Line]]:
    """Return what everybody has on each of some panels, in a constant number of queries."""
    now, today = timezone.now(), timezone.localdate()
    found: dict[tuple[Any, Kind, Any, str], tuple[datetime.datetime, int]] = {}
    lines: dict[uuid.UUID, list[Line]] = {panel.pk: [] for panel in panels}
    roles = (
        StandingRole.objects.filter(panel__in=lines, ended_at=None)
        .filter(Q(until=None) | Q(until__gte=today))
        .values_list("panel", "user", "role", "given_at")
    )
    for panel, person, role, given_at in roles:
        found[panel, Kind.ROLE, person, role] = (given_at, 0)
    admissions = (
        CaseUserObjectPermission.objects.filter(content_object__panel__in=lines)
        .filter(Q(until=None) | Q(until__gt=now))
        .values("content_object__panel", "user", "role")
        .annotate(since=Min("given_at"), number=Count("pk"))
        .values_list("content_object__panel", "user", "role", "since", "number")
    )
    for panel, person, role, since, number in admissions:
        found[panel, Kind.ADMISSIONS, person, role] = (since, number)
    keys = {person for _, _, person, _ in found}
    people = {one.pk: one for one in User.objects.filter(pk__in=keys).select_related("agency")}
    proved = proof.those_with_a_factor(keys)
    confirmed: dict[tuple[Any, str, Any, str], datetime.date] = {}
    rows = AccessConfirmation.objects.filter(panel__in=lines, still_needed=True)
    for one in rows.order_by("confirmed_at"):
        key = (one.panel_id, one.kind, one.person_id, one.role)
        confirmed[key] = timezone.localdate(one.confirmed_at)
    for (panel, kind, key, role), (since, number) in found.items():
        who, last = people[key], confirmed.get((panel, kind, key, role))
        due = due_on(kind, timezone.localdate(since), last)
        lines[panel].append(
            Line(
                key=f"{kind}.{key}.{role}",
                kind=kind,
                person=who,
                role=Role(role),
                what=LABELS[Role(role)] + (f", admitted to {number} cases" if number else ""),
                since=since,
                last_sign_in=who.last_login,
                second_factor=key in proved,
                unused=unused(who.last_login, now),
                confirmed_on=last,
                due_on=due,
                overdue=due < today,
                left=not who.is_active,
                own=key == user.pk,
            )
        )
    for each in lines.values():
        each.sort(key=lambda one: (one.due_on, one.person.name, one.what))
    return lines


def coverage() -> dict[str, Any]:
    """Return how many who can sign in have a second factor, and what leavers still have."""
    keys = list(User.objects.filter(is_active=True).values_list("pk", flat=True))
    left_over = leaving.left_over()
    return {
        "second_factor": share(len(proof.those_with_a_factor(keys)), len(keys)),
        "without": User.objects.filter(is_active=True)
        .exclude(pk__in=proof.those_with_a_factor(keys))
        .order_by("name"),
        "left_over": left_over,
        "left_over_total": sum(number for _, number in left_over),
    }


def work(user, today: datetime.date) -> list[WorkItem]:
    """Return the panels whose access is to be looked at again, with the first day it is due."""
    if not access.can(user, "confirm_access"):
        return []
    items, panels = [], panels_of(user)
    of_each = lines_of_each(panels, user)
    for panel in panels:
        lines = [one for one in of_each[panel.pk] if not one.own]
        soon = [one for one in lines if one.due_on <= today + datetime.timedelta(days=30)]
        if soon:
            items.append(
                WorkItem(
                    key=f"access review {panel.pk}",
                    task=f"Confirm who may see the cases of {panel.name}, or end it",
                    url=reverse("view_access_review", args=[panel.pk]),
                    due_on=min(one.due_on for one in soon),
                    why=f"{len(soon)} to confirm",
                )
            )
    return items


HEADINGS = (
    "Person",
    "Post and agency",
    "What",
    "Since",
    "Last sign-in",
    "Second factor",
    "Unused for 90 days",
    "Last confirmed",
    "Due",
)


def cells(lines: list[Line]) -> list[tuple[str, ...]]:
    """Return the lines of a review as short texts, for its files."""
    return [
        (
            one.person.name + (" (has left)" if one.left else ""),
            ", ".join(part for part in (one.person.post, str(one.person.agency or "")) if part),
            one.what,
            f"{timezone.localdate(one.since):%d/%m/%Y}",
            f"{timezone.localdate(one.last_sign_in):%d/%m/%Y}" if one.last_sign_in else "Never",
            "Yes" if one.second_factor else "No",
            "Yes" if one.unused else "No",
            f"{one.confirmed_on:%d/%m/%Y}" if one.confirmed_on else "Not yet",
            f"{one.due_on:%d/%m/%Y}",
        )
        for one in lines
    ]


def paper(
    panel: Panel, rows: Iterable[tuple[str, ...]], *, reader: str, at: datetime.datetime
) -> bytes:
    """Return the review of a panel as a PDF; `rows` are its cells."""
    blocks: list[pdf.Block] = [
        pdf.Heading(f"Who may see the cases of {panel.name}"),
        pdf.Words(f"As it stood on {at:%d %B %Y at %H:%M}. No case is named."),
    ]
    for row in rows:
        blocks.append(pdf.Heading(f"{row[0]}: {row[2]}", 3))
        facts = zip(HEADINGS, row, strict=True)
        blocks.append(pdf.Points(tuple(f"{label}: {text or 'Not given'}" for label, text in facts)))
    return pdf.draw(
        blocks,
        title=f"Access to {panel.name}",
        footer=f"Made by {reader}, {at:%d %B %Y, %H:%M}",
    )
