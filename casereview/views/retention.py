"""How long papers are kept: the policy, holds, what is over its time, and disposing of it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, joint_papers_work, retention
from casereview.access import case_view, role_view
from casereview.actions import retention as actions
from casereview.actions import second_person
from casereview.actions.admissions import NotAllowed
from casereview.case_header import about
from casereview.disposal_certificate import certificate
from casereview.forms.retention import AnswerForm, HoldForm, ReasonForm, RetentionRuleForm
from casereview.models import Agreement, Case, LegalHold, RetentionRule
from casereview.records import Conflict
from casereview.rules.retention import Event, Kind
from casereview.step_up import step_up_required
from casereview.views.acting import act, posted

BACK = "view_case_retention"


@role_view("view_retention")
def view_retention(request: HttpRequest) -> HttpResponse:
    """Show the policy, holds on every case, what waits, and what was disposed of."""
    today = timezone.localdate()
    known = list(RetentionRule.objects.select_related("settled_by"))
    settled = retention.settled()
    in_force = {kind: retention.rules.rule_for(kind, settled, today) for kind in Kind}
    return render(
        request,
        "casereview/retention/page.html",
        {
            "kinds": [(kind, in_force[kind]) for kind in Kind],
            "rules": [(Kind(one.kind).label, Event(one.event).label, one) for one in known],
            "holds": _shown(LegalHold.objects.filter(case=None)),
            "over": retention.over_their_time(request.user),
            "waiting": retention.waiting_for(request.user),
            "disposals": retention.disposals_for(request.user),
            "papers": joint_papers_work.destroyed_for(request.user),
        },
    )


def _shown(holds) -> list[dict]:
    today = timezone.localdate()
    return [
        {"hold": hold, "in_force": retention.as_rule(hold).in_force(today)}
        for hold in holds.select_related("placed_by", "lifted_by")
    ]


def _form_page(request: HttpRequest, form, heading: str, button: str, **shown) -> HttpResponse:
    return render(
        request,
        "casereview/retention/form.html",
        {"form": form, "heading": heading, "button": button, **shown},
    )


@role_view("settle_retention")
@step_up_required
def settle_retention(request: HttpRequest) -> HttpResponse:
    """Settle how long a kind of papers is kept, from a day on."""
    form = RetentionRuleForm(posted(request))
    if form.is_valid():
        try:
            actions.settle_retention(by=request.user, **form.answers())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The rule is settled")
            return redirect("view_retention")
    return _form_page(request, form, "Settle how long papers are kept", "Settle the rule")


@role_view("hold_every_case")
@step_up_required
def hold_every_case(request: HttpRequest) -> HttpResponse:
    """Place a hold on every case, as for a public inquiry."""
    form = HoldForm(posted(request))
    if form.is_valid():
        try:
            actions.hold_every_case(by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Nothing is disposed of while this hold lasts")
            return redirect("view_retention")
    return _form_page(request, form, "Place a legal hold on every case", "Place the hold")


@role_view("lift_hold_of_every_case")
@step_up_required
def lift_hold_of_every_case(request: HttpRequest, hold_key: uuid.UUID) -> HttpResponse:
    """Lift a hold on every case."""
    hold = LegalHold.objects.filter(pk=hold_key, case=None).first()
    if hold is None:
        return access.not_found()
    form = ReasonForm(posted(request))
    if form.is_valid():
        try:
            actions.lift_hold_of_every_case(hold=hold, by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The hold is lifted")
            return redirect("view_retention")
    return _form_page(request, form, "Lift a legal hold on every case", "Lift the hold")


@role_view("dispose_case")
@step_up_required
def dispose_case(request: HttpRequest, proposal_key: uuid.UUID) -> HttpResponse:
    """Answer a proposal to dispose of a case: its reference, kind and days, and the reason."""
    proposal = retention.waiting_for(request.user).filter(pk=proposal_key).first()
    if proposal is None:
        return access.not_found()
    case, today = proposal.case, timezone.localdate()
    form = AnswerForm(posted(request))
    if form.is_valid():
        try:
            if form.cleaned_data["answer"] == "agree":
                second_person.agree_to_proposal(
                    proposal=proposal, by=request.user, note=form.cleaned_data["note"]
                )
                done = "The case is disposed of: its keys are destroyed"
            else:
                second_person.decline_proposal(
                    proposal=proposal, by=request.user, note=form.cleaned_data["note"]
                )
                done = "The proposal is declined"
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, "Somebody else has answered meanwhile: look at the list again")
        else:
            messages.success(request, done)
            return redirect("view_retention")
    return render(
        request,
        "casereview/retention/answer.html",
        {
            "form": form,
            "proposal": proposal,
            "case": case,
            "kept": retention.kept(case, today),
            "why_not": retention.why_not(case, today),
            "files": actions.files_of(case),
        },
    )


@role_view("download_certificate")
def download_certificate(request: HttpRequest, disposal_key: uuid.UUID) -> HttpResponse:
    """Hand over the certificate of a disposal."""
    disposal = next(
        (one for one in retention.disposals_for(request.user) if one.pk == disposal_key), None
    )
    if disposal is None:
        return access.not_found()
    content = certificate(disposal, reader=str(request.user), at=timezone.now())
    response = HttpResponse(content, content_type="application/pdf")
    name = f"disposal-{disposal.number}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@case_view("view_case_retention")
def view_case_retention(request: HttpRequest, case: Case) -> HttpResponse:
    """Show how long the case is kept, by which rule, what holds it, and what was proposed."""
    today = timezone.localdate()
    proposals = Agreement.objects.filter(action=actions.DISPOSE, case=case)
    return render(
        request,
        "casereview/retention/case.html",
        {
            **about(request.user, case, BACK),
            "kept": retention.kept(case, today),
            "why_not": retention.why_not(case, today),
            "holds": [
                {"hold": hold, "in_force": retention.as_rule(hold).in_force(today)}
                for hold in retention.holds_on(case)
            ],
            "waits": proposals.filter(
                decision=Agreement.Decision.WAITING, lapses_at__gt=timezone.now()
            ).exists(),
            "proposals": proposals.select_related("proposed_by", "decided_by").order_by(
                "-proposed_at"
            ),
            "now": timezone.now(),
        },
    )


@case_view("hold_case")
def hold_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Place a legal hold on the case."""
    form = HoldForm(posted(request))
    return act(
        request,
        case,
        form,
        lambda: actions.hold_case(case=case, by=request.user, **form.cleaned_data),
        back=BACK,
        heading="Place a legal hold",
        button="Place the hold",
        done="The papers are kept while the hold lasts",
    )


@case_view("lift_hold")
@step_up_required
def lift_hold(request: HttpRequest, case: Case, hold_key: uuid.UUID) -> HttpResponse:
    """Lift a legal hold of the case."""
    hold = LegalHold.objects.filter(pk=hold_key, case=case).first()
    if hold is None:
        return access.not_found()
    form = ReasonForm(posted(request))
    return act(
        request,
        case,
        form,
        lambda: actions.lift_hold(hold=hold, case=case, by=request.user, **form.cleaned_data),
        back=BACK,
        heading="Lift the legal hold",
        button="Lift the hold",
        done="The hold is lifted",
    )


@case_view("propose_disposal")
@step_up_required
def propose_disposal(request: HttpRequest, case: Case) -> HttpResponse:
    """Propose to dispose of the case; the auditor answers."""
    form = ReasonForm(posted(request))
    return act(
        request,
        case,
        form,
        lambda: actions.propose_disposal(case=case, by=request.user, **form.cleaned_data),
        back=BACK,
        heading="Propose to dispose of the case",
        button="Propose it",
        done="Proposed: it waits for the auditor",
    )
