"""Who has what on each panel: looked at again, confirmed or ended, and as a file."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access, access_review, spreadsheets
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.actions import access_reviews as actions
from casereview.models import Panel
from casereview.step_up import step_up_required
from casereview.views.documents import handed_out


@role_view("list_access_reviews")
def list_access_reviews(request: HttpRequest) -> HttpResponse:
    """List the panels whose access the reader reviews, second factors, and what leavers have."""
    today, panels = timezone.localdate(), []
    reviewed = access_review.panels_of(request.user)
    of_each = access_review.lines_of_each(reviewed, request.user)
    for panel in reviewed:
        lines = of_each[panel.pk]
        panels.append(
            {
                "panel": panel,
                "number": len(lines),
                "overdue": sum(one.overdue for one in lines),
                "unused": sum(one.unused for one in lines),
                "due_on": min((one.due_on for one in lines), default=None),
            }
        )
    return render(
        request,
        "casereview/door/access_reviews.html",
        {"panels": panels, "today": today, **access_review.coverage()},
    )


@role_view("view_access_review")
def view_access_review(request: HttpRequest, panel: uuid.UUID) -> HttpResponse:
    """Show who has what on a panel, and ask whether each is still needed."""
    found = _panel(request, panel)
    if found is None:
        return access.not_found()
    lines = access_review.lines_of(found, request.user)
    return render(request, "casereview/door/access_review.html", {"panel": found, "lines": lines})


@require_POST
@role_view("confirm_access")
@step_up_required
def confirm_access(request: HttpRequest, panel: uuid.UUID) -> HttpResponse:
    """Say that what a person has is still needed."""
    return _answer(request, panel, actions.confirm_access, "is confirmed")


@require_POST
@role_view("end_access")
@step_up_required
def end_access(request: HttpRequest, panel: uuid.UUID) -> HttpResponse:
    """End what a person has."""
    return _answer(request, panel, actions.end_access, "has ended")


def _answer(request: HttpRequest, key: uuid.UUID, do, done: str) -> HttpResponse:
    panel = _panel(request, key)
    if panel is None:
        return access.not_found()
    wanted = request.POST.get("line", "")
    line = next(
        (one for one in access_review.lines_of(panel, request.user) if one.key == wanted), None
    )
    if line is None:
        messages.warning(request, "It has ended meanwhile, or was never there")
        return redirect("view_access_review", panel.pk)
    try:
        with transaction.atomic():
            do(panel=panel, line=line, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{line.person.name}, {line.what}: {done}")
    return redirect("view_access_review", panel.pk)


@role_view("export_access_review")
@step_up_required
def export_access_review(request: HttpRequest, panel: uuid.UUID, file_format: str) -> HttpResponse:
    """Hand out the review of a panel as a PDF or CSV, for whoever asks for the evidence."""
    found = _panel(request, panel)
    if found is None or file_format not in ("csv", "pdf"):
        return access.not_found()
    rows = access_review.cells(access_review.lines_of(found, request.user))
    name = f"access-{found.code.lower()}-{timezone.localdate():%Y-%m-%d}.{file_format}"
    if file_format == "csv":
        content = spreadsheets.csv_bytes([access_review.HEADINGS, *rows])
        return handed_out(content, "text/csv", name)
    content = access_review.paper(found, rows, reader=str(request.user), at=timezone.localtime())
    return handed_out(content, "application/pdf", name)


def _panel(request: HttpRequest, key: uuid.UUID) -> Panel | None:
    return next((one for one in access_review.panels_of(request.user) if one.pk == key), None)
