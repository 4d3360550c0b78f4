"""Who sees which learning point, and whether its text may be shown.

What is accepted names nobody, and is open to all who may read the learning database. What was
only proposed is text of a case: it is shown to those who may read the papers it came from, and to
others once the leak test finds nothing in it.
"""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from casereview import access, audit, drafts
from casereview.models import Case, LearningPoint
from casereview.rules.access_table import roles_for
from learning.leaks import tells_who

State, Source = LearningPoint.State, LearningPoint.Source
View = Callable[..., HttpResponse]
# Who may accept a point without a case.
WITHOUT_CASE = "record_learning_point"


def points_for(user, action: str) -> QuerySet[LearningPoint]:
    """Return the points on which a person may do an action; the same answer as the door."""
    mine = Q(case=None) if access.can(user, _without_case(action)) else Q(pk=None)
    return LearningPoint.objects.filter(mine | Q(case__in=access.visible_to(user, action)))


def accepted_for(user) -> QuerySet[LearningPoint]:
    """Return the accepted points; none for those who may not read the learning database."""
    if not access.can(user, "view_learning_point"):
        return LearningPoint.objects.none()
    return LearningPoint.objects.filter(state=State.ACCEPTED)


def text_is_open(user, point: LearningPoint) -> bool:
    """Say whether the text of a point may be shown to a person."""
    if point.state == State.ACCEPTED or point.case is None:
        return True
    return reads_papers(user, point.source, point.case) or not tells_who(
        point, point.statement or "", point.why_it_matters or "", point.family_said or ""
    )


def reads_papers(user, source: str, case: Case) -> bool:
    """Say whether a person may read the papers of a case that a point came from."""
    papers = "view_panel_review" if source == Source.PANEL_REVIEW else "view_scr"
    return access.can(user, papers, case)


def may(user, action: str, point: LearningPoint) -> str:
    """Return the role in which a person may do an action on a point; empty when they may not."""
    if action == "link_learning":
        return access.acting_role(user, action) if point.state == State.ACCEPTED else ""
    if action == "view_learning_point" and point.state == State.ACCEPTED:
        return access.acting_role(user, action)
    if point.case is None:
        return access.acting_role(user, _without_case(action))
    acting = "accept_learning_point" if action == "view_learning_point" else action
    return access.acting_role(user, acting, point.case)


def point_view(action: str) -> Callable[[View], View]:
    """Guard a view of one learning point; it is handed the point.

    Every use is on record before the view runs. A point that is not there and one that is not
    theirs are the same to a person.
    """
    roles_for(action)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, point: uuid.UUID, **kwargs: Any) -> HttpResponse:
            found = (
                LearningPoint.objects.filter(pk=point)
                .select_related("case", "case__merged_into", "raised_by_agency", "board")
                .first()
            )
            role = may(request.user, action, found) if found else ""
            audit.in_role(role)
            if found and role and (kept := drafts.asked(request, found.case)) is not None:
                return kept
            audit.append(
                action,
                actor=request.user,
                case=found.case if found else None,
                outcome=audit.ALLOWED if role else audit.REFUSED,
                detail={"method": request.method, "point": str(point)},
            )
            if found is None or not role:
                return access.not_found()
            return drafts.within(request, found.case, lambda: view(request, found, **kwargs))

        guarded.guarded_by = action  # type: ignore[attr-defined]
        guarded.keeps_drafts = True  # type: ignore[attr-defined]
        return guarded

    return guard


def _without_case(action: str) -> str:
    return "view_learning_point" if action == "view_learning_point" else WITHOUT_CASE
