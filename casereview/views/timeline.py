"""The timeline of a case: to narrow, and to print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import case_list, case_timeline
from casereview.access import case_view
from casereview.case_header import about
from casereview.models import Case


@case_view("view_case_timeline")
def view_case_timeline(request: HttpRequest, case: Case) -> HttpResponse:
    """Show what happened on a case, narrowed by kind and year."""
    shown = case_timeline.page(request.user, case, request.GET)
    return render(
        request,
        "casereview/timeline.html",
        {
            **about(request.user, case, "view_case_timeline"),
            **shown,
            "chips": case_list.chips(shown["filters"]),
            "asked": case_list.address_of(shown["filters"]),
        },
    )


@case_view("print_case_timeline")
def print_case_timeline(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the timeline as it is printed: that somebody took it to print is on record."""
    shown = case_timeline.page(request.user, case, request.GET)
    return render(
        request,
        "casereview/timeline_print.html",
        {
            **about(request.user, case, "view_case_timeline"),
            **shown,
            "narrowed_to": [one for one in shown["filters"] if one.chosen],
            "asked": case_list.address_of(shown["filters"]),
        },
    )
