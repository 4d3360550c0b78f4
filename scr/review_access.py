"""Which reviews a person reaches, and the door to the pages of one.

A review is named by its own reference and opened through the door of its case. Those of the
board's group see every review of a case; a lead reviewer sees the one they were appointed to, for
as long as the appointment runs, and nothing of another.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from casereview import access, audit, drafts
from casereview.access import case_view
from casereview.models import Case, CaseUserObjectPermission
from casereview.rules.access_table import Role, roles_for
from scr.models import CaseUnderReview, ReviewRequest

View = Callable[..., HttpResponse]
ALL = "view_all_reviews"
SOURCE = CaseUserObjectPermission.Source.REVIEW
WITHDRAWN = ReviewRequest.State.WITHDRAWN


def appointments(user) -> QuerySet[CaseUserObjectPermission]:
    """Return the appointments of a lead reviewer that are in force."""
    in_force = Q(until=None) | Q(until__gt=timezone.now())
    return CaseUserObjectPermission.objects.filter(
        in_force, user=user, role=Role.LEAD_REVIEWER, source=SOURCE
    )


def reviews_of(user, action: str = "view_review") -> QuerySet[CaseUnderReview]:
    """Return the reviews on which `user` may do `action`."""
    if not getattr(user, "is_active", False):
        return CaseUnderReview.objects.none()
    cases = access.visible_to(user, action)
    reach = Q(case__in=access.visible_to(user, ALL).values("pk"))
    if Role.LEAD_REVIEWER in roles_for(action):
        reach |= Q(pk__in=appointments(user).values("source_id"))
    return CaseUnderReview.objects.filter(reach, case__in=cases.values("pk"))


def may_open(user, review: CaseUnderReview) -> bool:
    """Say whether `user`, who passed the door of the case, reaches this review of it."""
    return (
        access.can(user, ALL, review.case)
        or appointments(user).filter(source_id=review.pk).exists()
    )


def may(user, action: str, review: CaseUnderReview) -> bool:
    """Say whether `user` may do `action` on this review."""
    return access.can(user, action, review.case) and may_open(user, review)


def review_view(action: str) -> Callable[[View], View]:
    """Guard a view of one review, named by `review` in its address, through its case's door.

    Whoever does not reach the papers of the case is told that there is no such review, also where
    they may see the case itself.
    """
    roles_for(action)

    def guard(view: View) -> View:
        @case_view(action)
        def behind(request: HttpRequest, case: Case, name: str, *args: Any, **kwargs: Any):
            review = (
                CaseUnderReview.objects.filter(case=case, reference=name)
                .select_related("lead_reviewer", "decision", "single_agency", "composite")
                .first()
            )
            if review is None or not may_open(request.user, review):
                return access.not_found()
            review.case = case
            return view(request, review, *args, **kwargs)

        @wraps(view)
        def guarded(request: HttpRequest, review: str, *args: Any, **kwargs: Any):
            found = CaseUnderReview.objects.filter(reference=review).exclude(reference="")
            row = found.select_related("case").first()
            answer = behind(request, row.case.reference if row else "", review, *args, **kwargs)
            if answer.status_code == 403 and not (row and _knows(request.user, row)):
                return access.not_found()
            return answer

        guarded.guarded_by = action  # type: ignore[attr-defined]
        guarded.keeps_drafts = True  # type: ignore[attr-defined]
        return guarded

    return guard


def _knows(user, review: CaseUnderReview) -> bool:
    return access.can(user, "view_review", review.case) and may_open(user, review)


def requests_of(user, action: str = "view_review_request") -> QuerySet[ReviewRequest]:
    """Return what `user` is asked for reviews and may do `action` on; only their own agency's."""
    if not getattr(user, "agency_id", None):
        return ReviewRequest.objects.none()
    return (
        ReviewRequest.objects.filter(
            to_user=user,
            agency=user.agency_id,
            case__in=access.visible_to(user, action).values("pk"),
        )
        .exclude(state=WITHDRAWN)
        .select_related("case", "agency", "review")
    )


def request_view(action: str) -> Callable[[View], View]:
    """Guard a view of what an agency is asked, named by `key`; every use is on record.

    What is not one's own is answered like what is not there.
    """
    roles_for(action)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, key: uuid.UUID, *args: Any, **kwargs: Any):
            found = requests_of(request.user, action).filter(pk=key).first()
            other = None if found else ReviewRequest.objects.filter(pk=key).first()
            known = found or other
            role = access.acting_role(request.user, action, found.case) if found else ""
            audit.in_role(role)
            if found and role and (kept := drafts.asked(request, found.case)) is not None:
                return kept
            audit.append(
                action,
                actor=request.user,
                case=found.case if found else (other.case_id if other else None),
                table=ReviewRequest._meta.db_table if known else "",
                key=key if known else None,
                outcome=audit.ALLOWED if role else audit.REFUSED,
                detail={"method": request.method},
            )
            if found is None or not role:
                return access.not_found()
            return drafts.within(request, found.case, lambda: view(request, found, *args, **kwargs))

        guarded.guarded_by = action  # type: ignore[attr-defined]
        guarded.keeps_drafts = True  # type: ignore[attr-defined]
        return guarded

    return guard
