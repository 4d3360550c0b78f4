"""The quarterly progress and exception report on actions, as a page and as PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casereview import access
from casereview.access import role_view
from casereview.step_up import step_up_required
from learning.action_paper import NOTE, action_paper
from learning.action_report import action_report
from learning.rules.quarters import BadQuarter, Quarter

# As many quarters back as are offered.
OFFERED = 8


@role_view("view_action_report")
def list_action_reports(request: HttpRequest) -> HttpResponse:
    """Offer the reports of this quarter and of those before it."""
    now = Quarter.containing(timezone.localdate())
    return render(
        request,
        "learning/actions/reports.html",
        {"quarters": [now - number for number in range(OFFERED)], "now": now},
    )


def _asked(quarter: str) -> Quarter | None:
    try:
        found = Quarter.parse(quarter)
    except BadQuarter:
        return None
    return found if found.first_day <= timezone.localdate() else None


@role_view("view_action_report")
def view_action_report(request: HttpRequest, quarter: str) -> HttpResponse:
    """Show the report of a quarter: exceptions first."""
    asked = _asked(quarter)
    if asked is None:
        return access.not_found()
    report = action_report(request.user, asked, timezone.localdate())
    return render(
        request,
        "learning/actions/report.html",
        {
            "report": report,
            "note": NOTE,
            "may_export": access.can(request.user, "export_action_report"),
            "exceptions": [
                ("Red", report.red),
                ("Amber", report.amber),
                ("Evidence that was not enough", report.refused),
            ],
            "progress": [
                ("On track", report.on_track),
                ("Not begun", report.not_begun),
                ("Done, with accepted evidence", report.done),
            ],
        },
    )


@role_view("export_action_report")
@step_up_required
def export_action_report(request: HttpRequest, quarter: str) -> HttpResponse:
    """Hand the report over as PDF."""
    asked = _asked(quarter)
    if asked is None:
        return access.not_found()
    report = action_report(request.user, asked, timezone.localdate())
    response = HttpResponse(action_paper(report, by=request.user), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="actions-{asked}.pdf"'
    return response
