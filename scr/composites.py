"""Composite reviews as each reader sees them: the member cases they may open, and how many more.

A composite is a group of reviews. It has no access list of its own: whoever may open one of its
members sees the group, that member, and the number of the others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from casereview import access, audit, drafts
from casereview.rules.access_table import roles_for
from scr.models import CaseUnderReview, CompositeReview
from scr.review_access import reviews_of

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Seen:
    """What one reader sees of a composite."""

    composite: CompositeReview
    members: list[CaseUnderReview]
    others: int


def composites_of(user, action: str = "view_composite") -> QuerySet[CompositeReview]:
    """Return the composites of which `user` may open a member."""
    mine = reviews_of(user, action).filter(composite__isnull=False)
    return CompositeReview.objects.filter(pk__in=mine.values("composite"))


def seen_by(user, composite: CompositeReview, action: str = "view_composite") -> Seen:
    """Return the members on which `user` may do `action`, and the count of the others."""
    mine = list(
        reviews_of(user, action)
        .filter(composite=composite)
        .select_related("case", "lead_reviewer", "decision")
        .order_by("reference")
    )
    return Seen(composite, mine, composite.members.count() - len(mine))


def may_all(user, action: str, composite: CompositeReview) -> bool:
    """Say whether `user` may do `action` on every member: what concerns all asks for all."""
    seen = seen_by(user, composite, action)
    return bool(seen.members) and seen.others == 0


def composite_view(action: str, *, every: bool = False) -> Callable[[View], View]:
    """Guard a view of one composite, named by `composite`; it is handed what the reader sees.

    Each member case that is seen has the use on record. `every` asks that all members may be acted
    on; who may open only some is forbidden, who may open none finds nothing.
    """
    roles_for(action)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, composite: str, *args: Any, **kwargs: Any):
            row = CompositeReview.objects.filter(reference=composite).first()
            seen = seen_by(request.user, row, action) if row else None
            granted = bool(seen and seen.members and (not every or seen.others == 0))
            members = seen.members if seen and granted else []
            about = members[0].case if members else None
            if granted and (kept := drafts.asked(request, about)) is not None:
                return kept
            for case in [one.case for one in members] or [None]:
                role = access.acting_role(request.user, action, case) if case else ""
                audit.in_role(role)
                audit.append(
                    action,
                    actor=request.user,
                    case=case,
                    table=CompositeReview._meta.db_table if row else "",
                    key=row.pk if row else None,
                    outcome=audit.ALLOWED if granted else audit.REFUSED,
                    detail={"method": request.method},
                )
            if granted:
                return drafts.within(request, about, lambda: view(request, seen, *args, **kwargs))
            knows = row is not None and bool(seen_by(request.user, row).members)
            return access.forbidden() if knows else access.not_found()

        guarded.guarded_by = action  # type: ignore[attr-defined]
        guarded.keeps_drafts = True  # type: ignore[attr-defined]
        return guarded

    return guard
