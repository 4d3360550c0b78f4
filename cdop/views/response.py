"""The response to an unexpected death: its phases, who attended, and the draft of Form C."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casereview import access, care
from casereview.access import case_view
from casereview.case_header import about
from casereview.models import Case
from casereview.views.acting import act, posted
from cdop import response_page
from cdop.actions import responding
from cdop.actions.responding import TRIGGERS, VISIT, phases_of
from cdop.forms.response import FormCDraftForm, PhaseForm, TriggersForm
from cdop.models import ResponsePhase
from cdop.rules.rapid_response import Edition

BACK = "cdop:view_response"


@case_view("view_response")
@care.opens("response")
def view_response(request: HttpRequest, case: Case) -> HttpResponse:
    """Show whether agencies respond together, each phase with its day, and what was found."""
    shown = response_page.page(case, timezone.localdate())
    found = any(one["row"] for one in shown["phases"])
    notice = care.notice(request, case, "response") if found else None
    return render(
        request,
        "cdop/response/page.html",
        {**about(request.user, case, BACK), **shown, "notice": notice},
    )


@case_view("record_response_phase")
def record_response_phase(request: HttpRequest, case: Case, phase: str) -> HttpResponse:
    """Record one phase of the response."""
    code = next((each for each in phases_of(case) if each.code == phase), None)
    if code is None:
        return access.not_found()
    found = case.response_phases.filter(phase=phase).first()
    row = found or ResponsePhase(case=case, phase=phase)
    form = PhaseForm(
        posted(request),
        visit=phase == VISIT,
        initial={
            "held_on": row.held_on,
            "visit": row.visit,
            "attended": list(row.attended or {}),
            "attended_by": row.attended_by,
            "findings": row.findings,
            "version": row.version,
        },
    )
    return act(
        request,
        case,
        form,
        lambda: responding.record_response_phase(
            case=case, phase=phase, by=request.user, **form.answers()
        ),
        back=BACK,
        heading=code.label,
        button="Save",
        done="Saved",
        lead=code.definition,
        now=case.response_phases.filter(phase=phase).first,
    )


@case_view("record_response_triggers")
def record_response_triggers(request: HttpRequest, case: Case) -> HttpResponse:
    """Record which triggers of a joint agency response are met."""
    if responding.edition(case) is not Edition.JOINT_AGENCY_RESPONSE:
        return access.not_found()
    found = case.response_phases.filter(phase=TRIGGERS).first()
    initial: dict[str, Any] = {"version": found.version if found else 0}
    if found:
        initial |= {"met": "Y" if found.triggers else "N", "triggers": found.triggers}
    form = TriggersForm(posted(request), initial=initial)
    return act(
        request,
        case,
        form,
        lambda: responding.record_response_triggers(
            case=case,
            triggers=form.cleaned_data["triggers"] or [],
            by=request.user,
            version=form.cleaned_data["version"],
        ),
        back=BACK,
        heading="Triggers of a joint agency response",
        button="Save",
        done="Saved",
        now=case.response_phases.filter(phase=TRIGGERS).first,
    )


@case_view("draft_form_c")
def draft_form_c(request: HttpRequest, case: Case) -> HttpResponse:
    """Draft Form C from the final case discussion, for the panel to agree."""
    form = FormCDraftForm(posted(request))
    return act(
        request,
        case,
        form,
        lambda: responding.draft_form_c(case=case, by=request.user, **form.cleaned_data),
        back=BACK,
        heading="Draft Form C for the panel",
        button="Hand it to the panel",
        done="The draft is with the panel’s review: the panel agrees it",
        lead="Only what the panel’s review leaves blank is filled. The panel decides.",
    )
