"""The door of a case on a meeting's agenda, found by its place among those its reader sees."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from casereview import access, audit, drafts
from casereview.meetings import agenda_for, meetings_of
from casereview.models import AgendaItem
from casereview.rules.access_table import roles_for


def agenda_view(action: str) -> Callable[[Callable[..., HttpResponse]], Callable]:
    """Guard a view of the n-th case that its reader sees on an agenda; it is handed item and all.

    A case kept from the reader takes no number. Every use is on record before the view runs.
    """
    roles_for(action)

    def guard(view: Callable[..., HttpResponse]) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, pk: uuid.UUID, n: int, **kwargs: Any) -> HttpResponse:
            user = request.user
            meeting = meetings_of(user).filter(pk=pk).first() if user.is_authenticated else None
            items = agenda_for(user, meeting) if meeting else []
            item: AgendaItem | None = items[n - 1] if 0 < n <= len(items) else None
            role = access.acting_role(user, action, item.case) if item else ""
            audit.in_role(role)
            if item and role and (kept := drafts.asked(request, item.case)) is not None:
                return kept
            audit.append(
                action,
                actor=user,
                case=item.case if item else None,
                outcome=audit.ALLOWED if role else audit.REFUSED,
                detail={"method": request.method},
            )
            if item is None or meeting is None:
                return access.not_found()
            if not role:
                return access.forbidden()
            for each in items:
                each.meeting = meeting
            return drafts.within(
                request, item.case, lambda: view(request, item, items, n, **kwargs)
            )

        guarded.guarded_by = action  # type: ignore[attr-defined]
        guarded.keeps_drafts = True  # type: ignore[attr-defined]
        return guarded

    return guard
