"""One act on an audit of a programme one keeps: a form, the act, back to the audit."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casereview import access
from casereview.actions import NotAllowed
from casereview.forms import Form
from casereview.models import User
from casereview.records import Conflict, Record
from casereview.rules.access_table import Role
from casereview.views.acting import again, posted
from scr import audit_programme as programme
from scr.actions.group_meetings import boards_of
from scr.forms.audits import ReasonForm
from scr.models import AuditedChild, ThematicAudit
from scr.views.review_acting import attempt

CHANGED = "Somebody else changed this audit. Read it again, then go on"


def may_agree(user: User, audit: ThematicAudit) -> bool:
    """Say whether a person is of the effectiveness group of the board of an audit."""
    return audit.board_id in boards_of(user, Role.LEARNING_LEAD)


def kept(request: HttpRequest, reference: str) -> ThematicAudit | None:
    """Return an audit of a programme this person keeps."""
    found = programme.audit_of(request.user, reference)
    return found if found is not None and programme.keeps(request.user, found) else None


def child_of(request: HttpRequest, reference: str, number: int) -> AuditedChild | None:
    """Return a child of an audit of a programme this person keeps."""
    audit = kept(request, reference)
    if audit is None:
        return None
    return (
        audit.children.filter(label=f"{programme.LABEL}{number}")
        .select_related("audit", "case")
        .first()
    )


def act(
    request: HttpRequest,
    audit: ThematicAudit,
    form: Form,
    do: Callable[[], Any],
    *,
    done: str,
    record: Record | None = None,
    template: str = "scr/audits/form.html",
    **shown: Any,
) -> HttpResponse:
    """Show a form; when it is posted and valid, act, say so, and go back to the audit."""
    url = reverse("scr:view_audit", args=[audit.reference])
    stands = record or audit
    if request.method == "POST" and form.is_valid() and attempt(form, do, lambda: again(stands)):
        messages.success(request, done)
        return redirect(url)
    return render(
        request,
        template,
        {
            "audit": audit,
            "form": form,
            "back_url": url,
            "back_label": "Back to the audit",
            **shown,
        },
    )


def at_once(request: HttpRequest, audit: ThematicAudit, do: Callable[[], str]) -> HttpResponse:
    """Do what needs no form, say so or what to do first, and go back to the audit."""
    try:
        messages.success(request, do())
    except NotAllowed as refused:
        messages.warning(request, str(refused))
    except Conflict:
        messages.warning(request, CHANGED)
    return redirect("scr:view_audit", audit.reference)


def with_reason(
    request: HttpRequest, audit: str, do: Callable[..., Any], **shown: Any
) -> HttpResponse:
    """Ask for the reason of an act on an audit, and act."""
    found = kept(request, audit)
    if found is None:
        return access.not_found()
    form = ReasonForm(posted(request))
    return act(
        request,
        found,
        form,
        lambda: do(audit=found, by=request.user, reason=form.cleaned_data["reason"]),
        button=shown["heading"],
        **shown,
    )
