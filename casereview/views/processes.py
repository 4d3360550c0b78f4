"""Other processes beside the panel's own, the clock of the review and its pauses."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casereview import access, process_page
from casereview.access import case_view
from casereview.actions import clocks, processes
from casereview.case_header import about
from casereview.forms.processes import PauseForm, ProcessForm, ResumeForm, ScrStateForm
from casereview.models import Case, ClockPause
from casereview.views.acting import act, again, posted

BACK = "view_processes"
SHOWN = (
    "kind",
    "status",
    "body",
    "their_reference",
    "began_on",
    "expected_on",
    "ended_on",
    "replied_on",
    "restriction",
    "hold_family_contact",
    "hold_review",
    "hold_publication",
    "hold_witness_contact",
    "conclusion",
    "version",
)


@case_view("view_processes")
def view_processes(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the other processes about the death, and how long the review has taken."""
    return render(
        request,
        "casereview/processes/page.html",
        {**about(request.user, case, BACK), **process_page.page(case, timezone.localdate())},
    )


@case_view("record_process")
def record_process(request: HttpRequest, case: Case) -> HttpResponse:
    """Record a process that runs beside the panel's own."""
    form = ProcessForm(posted(request))

    def do() -> None:
        facts = {name: value for name, value in form.answers().items() if name != "version"}
        processes.record_process(case=case, by=request.user, **facts)

    return act(
        request,
        case,
        form,
        do,
        back=BACK,
        heading="Record another process",
        button="Record the process",
        done="Process recorded",
    )


@case_view("change_process")
def change_process(request: HttpRequest, case: Case, process: uuid.UUID) -> HttpResponse:
    """Change what is known of a process."""
    found = case.parallel_processes.filter(pk=process).first()
    if found is None:
        return access.not_found()
    form = ProcessForm(posted(request), initial={name: getattr(found, name) for name in SHOWN})
    return act(
        request,
        case,
        form,
        lambda: processes.change_process(process=found, by=request.user, **form.answers()),
        back=BACK,
        heading="Change what is known of a process",
        button="Save",
        done="Saved",
        now=lambda: again(found),
    )


@case_view("pause_clock")
def pause_clock(request: HttpRequest, case: Case) -> HttpResponse:
    """Pause the clock of the review, with a reason."""
    form = PauseForm(posted(request))
    return act(
        request,
        case,
        form,
        lambda: clocks.pause_clock(case=case, by=request.user, **form.cleaned_data),
        back=BACK,
        heading="Pause the clock of the review",
        button="Pause the clock",
        done="The clock is paused",
        lead="Days of legitimate waiting are shown apart. The national figure still counts them.",
    )


@case_view("resume_clock")
def resume_clock(request: HttpRequest, case: Case, pause: uuid.UUID) -> HttpResponse:
    """End a pause of the clock of the review."""
    found = ClockPause.objects.select_related("clock", "case").filter(case=case, pk=pause).first()
    if found is None:
        return access.not_found()
    form = ResumeForm(posted(request), initial={"until": timezone.localdate()})
    return act(
        request,
        case,
        form,
        lambda: clocks.resume_clock(pause=found, by=request.user, **form.cleaned_data),
        back=BACK,
        heading="End the pause",
        button="Let the clock run",
        done="The clock runs again",
        quoted=found.reason,
    )


@case_view("record_scr_state")
def record_scr_state(request: HttpRequest, case: Case) -> HttpResponse:
    """Record how far the serious case review group is, in states and days."""
    form = ScrStateForm(
        posted(request),
        initial={
            "state": case.scr_state or "none",
            "referred_on": case.scr_referred_on,
            "decided_on": case.scr_decided_on,
            "published_on": case.scr_published_on,
            "version": case.version,
        },
    )
    return act(
        request,
        case,
        form,
        lambda: processes.record_scr_state(case=case, by=request.user, **form.answers()),
        back=BACK,
        heading="Where the serious case review group stands",
        button="Save",
        done="Saved: the status in the return follows",
        lead="One line at the top of the case, and the status in the annual return, follow this. "
        "The group’s papers stay with the group.",
        now=lambda: again(case),
    )
