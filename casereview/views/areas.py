"""The areas of a case: where the child lived and died, who notified, who reviews, who agreed."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access
from casereview.access import case_view
from casereview.actions import areas as actions
from casereview.case_header import about
from casereview.case_page import areas
from casereview.forms.processes import PassingAnswerForm
from casereview.models import Case, Panel
from casereview.views.acting import act, again, posted

BACK = "view_area"


@case_view("view_area")
def view_area(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the four facts, and each time the case was passed on with what was agreed."""
    return render(
        request,
        "casereview/areas/page.html",
        {
            **about(request.user, case, BACK),
            "areas": areas(case),
            "passings": case.passings.select_related("to_board", "sent_by").order_by("-sent_on"),
        },
    )


@case_view("record_passing_answer")
def record_passing_answer(request: HttpRequest, case: Case, passing: uuid.UUID) -> HttpResponse:
    """Record which of the two panels reviews the death."""
    found = case.passings.select_related("to_board").filter(pk=passing).first()
    if found is None:
        return access.not_found()
    sending = [
        board
        for panel in Panel.objects.filter(retired_on=None)
        for board in actions.boards_of(panel)
        if board != found.to_board
    ]
    form = PassingAnswerForm(posted(request), boards=sending, initial={"version": found.version})
    response = act(
        request,
        case,
        form,
        lambda: actions.record_passing_answer(
            passing=found,
            answer=form.cleaned_data["answer"],
            answered_on=form.cleaned_data["answered_on"],
            agreed_with=form.cleaned_data["agreed_with"],
            board=form.chosen,
            by=request.user,
            version=form.cleaned_data["version"],
        ),
        back=BACK,
        heading="What the two panels agreed",
        button="Record what was agreed",
        done=f"Recorded what was agreed about {case.reference}",
        lead=f"The case was sent to {found.to_board} on {found.sent_on:%d %B %Y}.",
        now=lambda: again(found),
    )
    # A case that went back to another panel is no longer this reader's.
    gone = response.status_code == 302 and not access.can(request.user, BACK, case)
    return redirect("your_work") if gone else response
