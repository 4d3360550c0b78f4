"""Which requests a person of an agency reaches: those of their agency, for which they were let in.

An admission with the request as its source, and the request's agency as one's own: the lead sees
the agency's requests on such a case, a contributor only one that was sent or handed to them.
Nothing else of the case opens by it.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from casereview import access, audit, drafts
from casereview.models import AgencyRequest, CaseUserObjectPermission, User
from casereview.rules.access_table import Role, Where, roles_for
from cdop.models import RequestPart

View = Callable[..., HttpResponse]
REQUEST = CaseUserObjectPermission.Source.REQUEST


def _admissions() -> QuerySet[CaseUserObjectPermission]:
    in_force = Q(until=None) | Q(until__gt=timezone.now())
    return CaseUserObjectPermission.objects.filter(in_force, source=REQUEST)


def requests_of(user, action: str = "view_request") -> QuerySet[AgencyRequest]:
    """Return the requests on which `user` may do `action`; a withdrawn request is nobody's."""
    roles = [role for role, cell in roles_for(action).items() if cell == Where.OWN]
    if not getattr(user, "agency_id", None):
        return AgencyRequest.objects.none()
    mine = _admissions().filter(user=user)
    reach = Q(pk__in=[])
    if Role.AGENCY_LEAD in roles:
        reach |= Q(case__in=mine.filter(role=Role.AGENCY_LEAD).values("content_object"))
    if Role.CONTRIBUTOR in roles:
        handed = RequestPart.objects.filter(to_user=user).values("request")
        reach |= Q(case__in=mine.filter(role=Role.CONTRIBUTOR).values("content_object")) & (
            Q(to_user=user) | Q(pk__in=handed)
        )
    return (
        AgencyRequest.objects.filter(
            reach,
            agency=user.agency_id,
            case__in=access.visible_to(user, action).values("pk"),
        )
        .exclude(state=AgencyRequest.State.WITHDRAWN)
        .select_related("case", "agency")
    )


def leads_of(request: AgencyRequest) -> QuerySet[User]:
    """Return who signs off a request for the agency; nobody for one that went to a contact."""
    leads = _admissions().filter(content_object=request.case_id, role=Role.AGENCY_LEAD)
    return User.objects.filter(
        pk__in=leads.values("user"), agency=request.agency_id, is_active=True
    )


def is_lead(user, request: AgencyRequest) -> bool:
    """Say whether `user` signs off this request."""
    return user is not None and leads_of(request).filter(pk=user.pk).exists()


def speaks_for_agency(user, request: AgencyRequest) -> bool:
    """Say whether `user` answers for the whole agency, not for parts alone; a link does."""
    return user is None or request.to_user_id == user.pk or is_lead(user, request)


def request_view(action: str) -> Callable[[View], View]:
    """Guard a view of one request, named by `key`; every use is on record before it runs.

    A request that is not one's own is answered like one that is not there.
    """
    roles_for(action)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, key: uuid.UUID, *args: Any, **kwargs: Any):
            found = requests_of(request.user, action).filter(pk=key).first()
            other = None if found else AgencyRequest.objects.filter(pk=key).first()
            case = found.case if found else None
            role = access.acting_role(request.user, action, case) if case else ""
            audit.in_role(role)
            if found and role and (kept := drafts.asked(request, case)) is not None:
                return kept
            audit.append(
                action,
                actor=request.user,
                case=case or (other.case_id if other else None),
                table=AgencyRequest._meta.db_table if found or other else "",
                key=key if found or other else None,
                outcome=audit.ALLOWED if role else audit.REFUSED,
                detail={"method": request.method},
            )
            if found is None or not role:
                return access.not_found()
            return drafts.within(request, case, lambda: view(request, found, *args, **kwargs))

        guarded.guarded_by = action  # type: ignore[attr-defined]
        guarded.keeps_drafts = True  # type: ignore[attr-defined]
        return guarded

    return guard
