"""The history of a case: what changed, when, and by whom."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import versions
from casereview.access import case_view
from casereview.case_header import about
from casereview.models import Case

A_PAGE = 25


@case_view("view_history")
def view_history(request: HttpRequest, case: Case) -> HttpResponse:
    """Show every version of every record of a case that the reader may open, the latest first."""
    page = Paginator(versions.index(request.user, case), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "casereview/history.html",
        {
            **about(request.user, case, "view_history"),
            "page": page,
            "versions": versions.opened(request.user, case, page.object_list),
        },
    )
