"""Emergency accesses as their reviewers see them, and the work they make."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from casereview import access, audit
from casereview.audit_words import action_words
from casereview.models import AuditEntry, BreakGlass, Case
from casereview.registries import WorkItem
from casereview.rules.access_table import Role
from casereview.rules.break_glass import purpose_words, review_due_on

MOST = 200


@dataclass(frozen=True)
class Opened:
    """One emergency access: who, which case, what for, and how its review stands."""

    key: Any
    reference: str
    who: str
    purpose: str
    opened_at: datetime
    until: datetime
    due_on: date
    overdue: bool
    reviewed_at: datetime | None
    outcome: str


def own_unreviewed(user) -> BreakGlass | None:
    """Return the emergency access of a person that waits for its review, if any."""
    return BreakGlass.objects.filter(user=user, reviewed_at=None).order_by("-opened_at").first()


def now_open(user, case: Case) -> BreakGlass | None:
    """Return the emergency access by which a person reads a case now, if any."""
    if not access.on_case(user, case).break_glass:
        return None
    now = timezone.now()
    return BreakGlass.objects.filter(
        user=user, case=case, opened_at__lte=now, until__gt=now, reviewed_at=None
    ).first()


def reviewed_by(user) -> list[BreakGlass]:
    """Return the emergency accesses that a person may review or look back on, the latest first."""
    held = access.held_by(user)
    found = BreakGlass.objects.exclude(user=user).select_related("case", "user")
    if not any(one.role == Role.AUDITOR for one in held):
        panels = [one.panel for one in held if one.role == Role.PANEL_CHAIR and one.panel]
        # A seal keeps its case from a chair who is not named, the emergencies of before included.
        found = found.filter(case__panel__in=panels, case__in=access.not_kept_from(user))
    away = access.withdrawn_from(user)
    if away:
        found = found.exclude(case__in=away).exclude(case__merged_into__in=away)
    return list(found.order_by("-opened_at")[:MOST])


def listed(user, today: date) -> dict[str, list[Opened]]:
    """Return those that wait for a review, the oldest first, and those that were reviewed."""
    lines = [line(one, today) for one in reviewed_by(user)]
    return {
        "waiting": sorted(
            (one for one in lines if one.reviewed_at is None), key=lambda one: one.opened_at
        ),
        "reviewed": [one for one in lines if one.reviewed_at is not None],
    }


def line(one: BreakGlass, today: date) -> Opened:
    """Return an emergency access in words."""
    due_on = review_due_on(one.opened_at)
    return Opened(
        key=one.pk,
        reference=one.case.reference,
        who=one.user.name,
        purpose=purpose_words(one.purpose),
        opened_at=one.opened_at,
        until=one.until,
        due_on=due_on,
        overdue=one.reviewed_at is None and due_on < today,
        reviewed_at=one.reviewed_at,
        outcome=one.get_outcome_display(),
    )


def shown(one: BreakGlass, today: date) -> dict[str, Any]:
    """Return what the page of a review shows, with what was looked at in that time."""
    looked = AuditEntry.objects.filter(
        case=one.case_id,
        actor=one.user_id,
        acting_role="break_glass",
        outcome=audit.ALLOWED,
        at__range=(one.opened_at, one.until),
    ).order_by("seq")
    return {
        "opened": line(one, today),
        "reason": one.reason or "",
        "post": ", ".join(part for part in (one.user.post, str(one.user.agency or "")) if part),
        "looked": [(entry.at, action_words(entry.action)) for entry in looked[:MOST]],
        "note": one.review_note or "",
        "reviewer": one.reviewed_by.name if one.reviewed_by else "",
    }


def work(user, today: date) -> list[WorkItem]:
    """Return the reviews that wait for a person, and what they wait for themselves."""
    items = []
    if access.can(user, "review_break_glass"):
        items = [
            WorkItem(
                key=f"break-glass {one.pk}",
                task="Review an emergency access",
                url=reverse("review_break_glass", args=[one.pk]),
                reference=one.case.reference,
                due_on=review_due_on(one.opened_at),
                why=f"{one.user.name}: {purpose_words(one.purpose).lower()}",
            )
            for one in reviewed_by(user)
            if one.reviewed_at is None
        ]
    if access.can(user, "break_glass") and (mine := own_unreviewed(user)) is not None:
        items.append(
            WorkItem(
                key=f"own break-glass {mine.pk}",
                task="Your emergency access is reviewed",
                url=reverse("break_glass"),
                due_on=review_due_on(mine.opened_at),
                waiting_for="an auditor or a chair of the panel",
                why="Until then you cannot open another case in this way.",
            )
        )
    return items
