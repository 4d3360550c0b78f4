"""What an audit found: each child's files, the agreement, and what is shared with the board."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.step_up import step_up_required
from casereview.views.acting import posted
from scr import audit_programme as programme
from scr.actions import auditing
from scr.audit_paper import download_audit as draw
from scr.forms.audits import AuditedChildForm, FindingsForm, ShareForm
from scr.views.audit_acting import act, at_once, child_of, kept, may_agree, with_reason
from scr.views.review_acting import reader

NOT_YOURS = "Check the reference: there is no such case that you may open"


@role_view("record_audit_findings")
def record_audit_findings(request: HttpRequest, audit: str) -> HttpResponse:
    """Write what an audit found."""
    found = kept(request, audit)
    if found is None:
        return access.not_found()
    form = FindingsForm(
        posted(request),
        initial={
            "version": found.version,
            **{name: getattr(found, name) for name in auditing.FOUND},
        },
    )
    return act(
        request,
        found,
        form,
        lambda: auditing.record_audit_findings(audit=found, by=request.user, **form.answers()),
        heading="What the audit found",
        button="Save what was found",
        done="What the audit found is saved",
    )


@role_view("add_audited_child")
@require_POST
def add_audited_child(request: HttpRequest, audit: str) -> HttpResponse:
    """Add a child whose files are read."""
    found = kept(request, audit)
    if found is None:
        return access.not_found()
    return at_once(
        request,
        found,
        lambda: f"{auditing.add_audited_child(audit=found, by=request.user).label} is added",
    )


@role_view("remove_audited_child")
@require_POST
def remove_audited_child(request: HttpRequest, audit: str, number: int) -> HttpResponse:
    """Take out a child whose files are not read after all."""
    child = child_of(request, audit, number)
    if child is None:
        return access.not_found()

    def do() -> str:
        auditing.remove_audited_child(child=child, by=request.user)
        return f"{child.label} is taken out"

    return at_once(request, child.audit, do)


@role_view("record_audited_child")
def record_audited_child(request: HttpRequest, audit: str, number: int) -> HttpResponse:
    """Write what the files of one child show, and what the child said."""
    child = child_of(request, audit, number)
    if child is None:
        return access.not_found()
    user = reader(request)
    linked = programme.visible_cases(user, [child]).get(child.case_id)
    form = AuditedChildForm(
        posted(request),
        links=access.can(user, "list_cases"),
        linked=linked is not None,
        initial={
            "version": child.version,
            **{name: getattr(child, name) for name in auditing.ABOUT_A_CHILD},
            "reference": linked.reference if linked else "",
        },
    )

    def do() -> None:
        typed = form.cleaned_data.get("reference") or ""
        case = programme.case_to_link(user, typed) if typed else None
        if typed and case is None:
            raise NotAllowed(NOT_YOURS)
        if case is not None and child.case_id and linked is None:
            raise NotAllowed("Ask who linked this child’s case to change the link")
        auditing.record_audited_child(
            child=child,
            by=user,
            case=case,
            unlink=bool(form.cleaned_data.get("unlink")),
            **form.facts(),
        )

    return act(
        request,
        child.audit,
        form,
        do,
        heading=f"{child.label}: what the files show",
        button="Save",
        done=f"{child.label} is saved",
        record=child,
    )


@role_view("agree_audit")
@require_POST
def agree_audit(request: HttpRequest, audit: str) -> HttpResponse:
    """Agree an audit for the effectiveness group."""
    found = kept(request, audit)
    if found is None or not may_agree(reader(request), found):
        return access.not_found()
    seen = request.POST.get("seen", "")

    def do() -> str:
        auditing.agree_audit(audit=found, by=request.user, seen=seen)
        return "The audit is agreed"

    return at_once(request, found, do)


@role_view("take_back_audit_agreement")
def take_back_audit_agreement(request: HttpRequest, audit: str) -> HttpResponse:
    """Take back the agreement of an audit that is not shared yet."""
    found = kept(request, audit)
    if found is None or not may_agree(reader(request), found):
        return access.not_found()
    return with_reason(
        request,
        audit,
        auditing.take_back_audit_agreement,
        heading="Take the agreement back",
        lead="What was found can then be changed, and is agreed anew.",
        done="The agreement is taken back",
    )


@role_view("share_audit")
def share_audit(request: HttpRequest, audit: str) -> HttpResponse:
    """Run the leak test on an agreed audit, and share it with the board."""
    found = kept(request, audit)
    if found is None:
        return access.not_found()
    leaks = programme.leaks_in(found, reader(request))
    hard = any(one.hard for one in leaks)
    form = ShareForm(
        posted(request), asks=bool(leaks) and not hard, initial={"version": found.version}
    )
    return act(
        request,
        found,
        form,
        lambda: auditing.share_audit(
            audit=found,
            by=request.user,
            version=form.cleaned_data["version"],
            read=bool(form.cleaned_data.get("read")),
        ),
        heading="Share the audit with the board",
        button="Share the audit",
        done="The audit is shared",
        template="scr/audits/share.html",
        leaks=leaks,
        hard=hard,
        children=len(programme.children_of(found)),
    )


@role_view("download_audit")
@step_up_required
def download_audit(request: HttpRequest, audit: str) -> HttpResponse:
    """Hand a shared audit over as a PDF."""
    found = programme.audit_of(request.user, audit)
    if found is None:
        return access.not_found()
    today = timezone.localdate()
    try:
        paper = draw(
            found,
            by=request.user,
            made=f"{found.reference}, for {reader(request).name}, {today.day} {today:%B %Y}",
        )
    except NotAllowed as refused:
        messages.warning(request, str(refused))
        return redirect("scr:view_audit", found.reference)
    response = HttpResponse(paper.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{paper.name}"'
    return response
