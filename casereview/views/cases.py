"""The list of cases, and the overview of one."""

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from casereview import access, case_list, case_page, saved_views
from casereview.access import case_view, role_view
from casereview.case_header import about
from casereview.models import Case
from casereview.step_up import step_up_required
from casereview.views.saved_views import ViewNameForm


@role_view("list_cases")
def list_cases(request: HttpRequest) -> HttpResponse:
    """List the cases the reader may see, the newest notified first."""
    found, chosen = case_list.asked_for(request.user, request.GET)
    page = Paginator(found, case_list.A_PAGE).get_page(request.GET.get("page"))
    rows = case_list.rows(request.user, list(page.object_list))
    return render(
        request,
        "casereview/cases.html",
        {
            "page": page,
            "rows": rows,
            "caption": _caption(page),
            "filters": chosen,
            "chips": case_list.chips(chosen),
            "names": any(row["name"] for row in rows),
            "views": saved_views.of(request.user),
            "view_form": ViewNameForm(),
        },
    )


def _caption(page: Page) -> str:
    total = page.paginator.count
    if total == 1:
        return "1 case"
    part = f", {page.start_index()} to {page.end_index()}" if page.has_other_pages() else ""
    return f"{total:,} cases{part}, the newest notified first"


@case_view("view_case")
def view_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the overview of a case; readers of a merged case are led to the one it belongs to."""
    if case.merged_into_id:
        return _follow(request, case)
    return _overview(request, case)


@require_POST
@case_view("reveal_nhs_number")
@step_up_required
def reveal_nhs_number(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the overview once with the NHS number in full; the answer is kept nowhere."""
    return _overview(request, case, nhs_number_shown=True)


def _overview(request: HttpRequest, case: Case, *, nhs_number_shown: bool = False) -> HttpResponse:
    shown = case_page.overview(request.user, case, nhs_number_shown=nhs_number_shown)
    return render(
        request, "casereview/case.html", {**about(request.user, case, "view_case"), **shown}
    )


def _follow(request: HttpRequest, case: Case) -> HttpResponse:
    seen = {case.pk}
    while case.merged_into is not None and case.merged_into.pk not in seen:
        case = case.merged_into
        seen.add(case.pk)
    if case.merged_into_id or not access.can(request.user, "view_case", case):
        return access.not_found()
    return redirect("view_case", case.reference)
