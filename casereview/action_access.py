"""The door to one action: its owner's, its board's, or that of the case it was agreed on."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from casereview import access, action_plan, audit, drafts
from casereview.models import Action
from casereview.rules.access_table import roles_for

View = Callable[..., HttpResponse]


def action_view(action_name: str) -> Callable[[View], View]:
    """Guard a view of one action, named by `key` in its address; every use is on record.

    What a person may not see is answered like what is not there; what they may see and not do is
    forbidden.
    """
    roles_for(action_name)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, key: uuid.UUID, *args: Any, **kwargs: Any):
            seen = action_plan.loaded(action_plan.actions_of(request.user))
            found = seen.select_related("recommendation").filter(pk=key).first()
            role = action_plan.acting_role(request.user, action_name, found) if found else ""
            known = found or Action.objects.filter(pk=key).first()
            audit.in_role(role)
            if found and role and (kept := drafts.asked(request, found.case)) is not None:
                return kept
            audit.append(
                action_name,
                actor=request.user,
                case=known.case_id if known else None,
                table=Action._meta.db_table if known else "",
                key=key if known else None,
                outcome=audit.ALLOWED if role else audit.REFUSED,
                detail={"method": request.method},
            )
            if found is None:
                return access.not_found()
            if not role:
                return access.forbidden()
            return drafts.within(request, found.case, lambda: view(request, found, *args, **kwargs))

        guarded.guarded_by = action_name  # type: ignore[attr-defined]
        guarded.keeps_drafts = True  # type: ignore[attr-defined]
        return guarded

    return guard
