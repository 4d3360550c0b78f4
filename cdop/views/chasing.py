"""Reports that are waited for across cases: reminding of many at once, and timeliness."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.models import AgencyRequest
from casereview.records import Conflict
from casereview.rules.due import due_words
from cdop import review_steps
from cdop.actions import asking
from cdop.forms.asking import RemindForm
from cdop.gathering import OPEN
from cdop.rules.timeliness import Asked, by_agency

# More than these are reminded of in several goes.
AT_ONCE = 100


def _waited_for(user) -> QuerySet[AgencyRequest]:
    return (
        AgencyRequest.objects.filter(
            state__in=OPEN,
            case__in=access.visible_to(user, "remind_agency").filter(
                stage__in=asking.BEFORE_PANEL, merged_into=None
            ),
        )
        .select_related("case", "agency__lead", "to_user", "contact")
        .order_by("due_on", "case__reference", "agency__name", "pk")
    )


@role_view("remind_agencies")
def remind_agencies(request: HttpRequest) -> HttpResponse:
    """List the reports that are waited for; choose, confirm, and remind of many at once.

    With `show=overdue` only those that are overdue.
    """
    today = timezone.localdate()
    all_of_them = _waited_for(request.user)
    only_overdue = request.GET.get("show") == "overdue"
    listed = all_of_them.filter(due_on__lt=today) if only_overdue else all_of_them
    waited = list(listed[:AT_ONCE])
    form = RemindForm(
        request.POST if request.method == "POST" else None,
        requests=[(str(one.pk), f"{one.case.reference}: {one.agency.name}") for one in waited],
    )
    if form.is_bound and form.is_valid():
        chosen = [one for one in waited if str(one.pk) in form.cleaned_data["requests"]]
        if request.POST.get("confirmed") == "yes":
            _remind(request, chosen)
            return redirect(request.get_full_path())
        return render(request, "cdop/reports/remind_confirm.html", _to_confirm(chosen, today))
    ticked = request.POST.getlist("requests")
    rows = [
        {
            "request": one,
            "when": due_words(one.due_on, today),
            "overdue": one.due_on is not None and one.due_on < today,
            "ticked": str(one.pk) in ticked if form.is_bound else _to_chase(one, today),
        }
        for one in waited
    ]
    return render(
        request,
        "cdop/reports/remind.html",
        {
            "form": form,
            "rows": rows,
            "full": len(waited) == AT_ONCE,
            "only_overdue": only_overdue,
            "overdue": all_of_them.filter(due_on__lt=today).count(),
            "waited": all_of_them.count(),
        },
    )


def _to_chase(one: AgencyRequest, today: date) -> bool:
    """Say whether a request is ticked beforehand: overdue, and not reminded of today already."""
    return one.due_on is not None and one.due_on < today and not _reminded(one, today)


def _reminded(one: AgencyRequest, today: date) -> bool:
    return one.reminded_at is not None and timezone.localdate(one.reminded_at) == today


def _to_confirm(chosen: list[AgencyRequest], today: date) -> dict[str, Any]:
    """Return what reminding would do, request by request: to whom, how, or why not."""
    written_to = asking.contacts_to_write_to(chosen)
    rows = []
    for one in chosen:
        by_hand = one.to_user_id is None and one.pk not in written_to
        left_out = _reminded(one, today)
        if left_out:
            how = "Left out: reminded today already"
        elif one.to_user_id is not None:
            how = "A message that something waits"
        else:
            how = "By telephone: nothing is sent" if by_hand else "An e-mail that something waits"
        rows.append(
            {
                "request": one,
                "how": how,
                "when": due_words(one.due_on, today),
                "left_out": left_out,
                "by_hand": by_hand and not left_out,
            }
        )
    return {
        "chosen": rows,
        "count": sum(not row["left_out"] for row in rows),
        "by_hand": any(row["by_hand"] for row in rows),
    }


def _remind(request: HttpRequest, chosen: list[AgencyRequest]) -> None:
    done = left = 0
    for one in chosen:
        try:
            asking.remind_agency(request=one, by=request.user)
            done += 1
        except (NotAllowed, Conflict):
            left += 1
    if done:
        messages.success(request, f"{done} reminder{'' if done == 1 else 's'} made")
    if left:
        messages.warning(request, f"{left} left out: reminded today already, or answered meanwhile")


@role_view("view_timeliness")
def view_timeliness(request: HttpRequest) -> HttpResponse:
    """Show how agencies keep to their due days, and reviews to theirs: counts, of no child."""
    cases = access.visible_to(request.user, "view_agency_reports")
    asked = (
        AgencyRequest.objects.filter(case__in=cases)
        .exclude(state=AgencyRequest.State.WITHDRAWN)
        .values_list("agency__name", "requested_at", "due_on", "returned_at")
    )
    today = timezone.localdate()
    lines = by_agency(
        (
            Asked(
                name,
                timezone.localdate(requested_at),
                due_on,
                timezone.localdate(returned_at) if returned_at else None,
            )
            for name, requested_at, due_on, returned_at in asked
        ),
        today,
    )
    deaths, steps = review_steps.steps(request.user, today)
    return render(
        request,
        "cdop/reports/timeliness.html",
        {
            "lines": lines,
            "deaths": deaths,
            "steps": steps,
            "years": review_steps.YEARS,
            "headings": review_steps.HEADINGS,
        },
    )
