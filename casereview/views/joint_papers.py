"""Proposing to destroy papers that speak of several cases, and the certificate of it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, joint_papers, joint_papers_work
from casereview.access import role_view
from casereview.actions import joint_disposal
from casereview.actions.admissions import NotAllowed
from casereview.forms.retention import ReasonForm
from casereview.step_up import step_up_required
from casereview.views.documents import handed_out


@role_view("propose_joint_disposal")
@step_up_required
def propose_joint_disposal(request: HttpRequest, name: str, key: uuid.UUID) -> HttpResponse:
    """Propose to destroy minutes or a composite review over its time; an auditor answers."""
    joint = joint_papers.of(name)
    record = joint.kept_by(request.user).filter(pk=key).first() if joint else None
    if joint is None or record is None:
        return access.not_found()
    about, today = joint.look([record])[record.pk], timezone.localdate()
    if joint_papers.withdrawn(about, request.user):
        return access.not_found()
    why_not = joint_papers.why_not(name, record, today)
    form = ReasonForm(request.POST if request.method == "POST" and not why_not else None)
    if form.is_valid():
        try:
            joint_disposal.propose_joint_disposal(
                name=name, record=record, by=request.user, **form.cleaned_data
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Proposed: it waits for the auditor")
            return redirect("propose_joint_disposal", name, key)
    return render(
        request,
        "casereview/retention/joint.html",
        {
            "words": joint.words(record),
            "takes": joint.takes,
            "form": form,
            "why_not": why_not,
            "waits": record.pk in joint_papers.proposed(timezone.now()),
            "kept": joint_papers.kept(joint, about, today),
            "cases": len(about.cases),
            "disposed": sum(one is not None for one in about.disposed),
        },
    )


@role_view("download_joint_certificate")
def download_joint_certificate(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Hand over the certificate of a destruction."""
    found = next(
        (one for one in joint_papers_work.destroyed_for(request.user) if one[0].pk == key), None
    )
    if found is None:
        return access.not_found()
    agreed, words = found
    content = joint_papers_work.certificate(
        agreed, words, reader=str(request.user), at=timezone.now()
    )
    return handed_out(content, "application/pdf", f"destruction-{agreed.used_at:%Y%m%d}.pdf")
