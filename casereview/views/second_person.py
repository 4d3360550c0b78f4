"""Proposals that need a second person: the list, and the answer."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access, second_person_page
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.actions import second_person as actions
from casereview.forms.door import AnswerForm
from casereview.models import Agreement
from casereview.records import Conflict
from casereview.step_up import step_up_required
from casereview.views.acting import posted


@role_view("list_proposals")
def list_proposals(request: HttpRequest) -> HttpResponse:
    """List what waits for a second person, and what was answered lately."""
    return render(
        request, "casereview/door/proposals.html", second_person_page.listed(request.user)
    )


@role_view("answer_proposal")
@step_up_required
def answer_proposal(request: HttpRequest, proposal: uuid.UUID) -> HttpResponse:
    """Agree to what another person proposed, decline it, or take one's own back."""
    found = (
        Agreement.objects.filter(pk=proposal, action__in=second_person_page.answered_here())
        .select_related("proposed_by", "decided_by", "case")
        .first()
    )
    if found is None:
        return access.not_found()
    form = AnswerForm(posted(request))
    if request.method == "POST" and request.POST.get("take_back") == "yes":
        try:
            actions.withdraw_proposal(proposal=found, by=request.user)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Your proposal is taken back")
        return redirect("list_proposals")
    if form.is_bound and form.is_valid():
        note = form.cleaned_data["note"]
        try:
            if form.cleaned_data["answer"] == "agree":
                actions.agree_to_proposal(proposal=found, by=request.user, note=note)
            else:
                actions.decline_proposal(proposal=found, by=request.user, note=note)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            found.refresh_from_db()
        except Conflict:
            form.add_error(None, "Somebody else answered it meanwhile: go back and look")
        else:
            messages.success(request, "Your answer is recorded")
            return redirect("list_proposals")
    return render(
        request,
        "casereview/door/proposal.html",
        {"form": form, "proposal": second_person_page.shown(found, request.user)},
    )
