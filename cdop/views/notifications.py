"""The list of notifications, and the notification of one case."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casereview import access, care
from casereview.access import case_view, role_view
from casereview.case_header import about
from casereview.models import Case
from cdop import notification_lists
from cdop.actions.matching import holder, matches_of
from cdop.actions.notifying import CLOCK, notification_of
from cdop.actions.said import SERIOUS_INCIDENT, scr_prompt
from cdop.actions.settling import needs_somebody_today
from cdop.forms.deciding import suggested_reason
from cdop.forms.notified import notified
from cdop.rules.categorisation import Answer, rapid_response_prompt

A_PAGE = 25


@role_view("list_notifications")
def list_notifications(request: HttpRequest) -> HttpResponse:
    """Show one's drafts, what came in this week, possible duplicates, and what is not ours."""
    today = timezone.localdate()
    lists = notification_lists.lists(request.user, today)
    chosen = request.GET.get("show", "")
    if chosen not in lists:
        chosen = notification_lists.NEW
    page = Paginator(lists[chosen].rows, A_PAGE).get_page(request.GET.get("page"))
    counts = [
        {
            "slug": slug,
            "title": one.title,
            # The chosen list's pages have counted it already.
            "count": page.paginator.count if slug == chosen else one.rows.count(),
            "current": slug == chosen,
        }
        for slug, one in lists.items()
    ]
    return render(
        request,
        "cdop/notifications/list.html",
        {
            "drafts": notification_lists.drafts(request.user),
            "counts": counts,
            "chosen": chosen,
            "list": lists[chosen],
            "page": page,
            "table": notification_lists.table(request.user, chosen, lists[chosen], page),
            "may_log": access.can(request.user, "log_notification"),
            "may_list": access.can(request.user, "list_lists"),
            "may_import": access.can(request.user, "import_cases"),
        },
    )


@case_view("view_notification")
@care.opens("notification")
def view_notification(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the notification of a case, what it calls for, and what is not known yet."""
    notification = notification_of(case)
    known = access.can(request.user, "view_identity", case)
    shown = known and notification is not None
    notice = care.notice(request, case, "notification") if shown else None
    clock = case.clocks.filter(rule=CLOCK).first()
    open_case = case.stage in notification_lists.OPEN_STAGES
    reason = suggested_reason(case, notification) if open_case else ""
    return render(
        request,
        "cdop/notifications/notification.html",
        {
            **about(request.user, case, "cdop:view_notification"),
            "notification": notification,
            "known": known,
            "notice": notice,
            "parts": notified(case, notification, closed=bool(notice and notice.closed))
            if known and notification
            else [],
            "clock": clock,
            "in_time": bool(clock and clock.met_on and clock.met_on <= clock.due_on),
            "duties": list(case.notification_duties.filter(duty=SERIOUS_INCIDENT)),
            "open_case": open_case,
            "children_now": open_case
            and notification is not None
            and needs_somebody_today(notification),
            "scr": open_case
            and not case.scr_state
            and notification is not None
            and scr_prompt(notification).arises is Answer.YES,
            "rapid_response": open_case
            and notification is not None
            and rapid_response_prompt(notification.expectedness) is Answer.YES,
            "suggested": reason,
            "elsewhere": open_case
            and case.reviewing_board_id is None
            and case.residence_board_id is not None,
            "waiting": matches_of(case).filter(decision="").count(),
            "also": _also(request.user, case),
            "belongs_to": belongs_to(request.user, case),
        },
    )


def belongs_to(user, case: Case) -> dict[str, str]:
    """Return which case a merged one belongs to, for `user`: its reference, or only its holder."""
    if case.merged_into is None:
        return {}
    if access.can(user, "view_case", case.merged_into):
        return {"reference": case.merged_into.reference}
    return {"held_by": holder(case.merged_into)}


def _also(user, case: Case) -> list[str]:
    """Return the references of the cases merged into this one that the reader may see."""
    merged = Case.objects.filter(merged_into=case).order_by("reference")
    return [one.reference for one in merged if access.can(user, "view_notification", one)]
