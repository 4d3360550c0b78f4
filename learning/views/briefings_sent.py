"""To whom a briefing went, and what agencies say became of it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, keys
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.records import Conflict
from casereview.views.acting import CHANGED, again, posted
from learning import briefings
from learning.actions import briefings_sent as actions
from learning.briefing_paper import briefing_paper
from learning.briefing_sight import briefings_for, receiver, sent_to, standing
from learning.forms.briefings import AcknowledgeForm, BriefingSentForm, ToldForm
from learning.models import Briefing, BriefingSent
from learning.views.signals import as_pdf

A_PAGE = 25


@role_view("record_briefing_sent")
def record_briefing_sent(request: HttpRequest, briefing: uuid.UUID) -> HttpResponse:
    """Record to whom a briefing went."""
    found = briefings_for(request.user, "record_briefing_sent").filter(pk=briefing).first()
    if found is None or found.state != Briefing.State.GIVEN:
        return access.not_found()
    there = set(found.sent.filter(agency__isnull=False).values_list("agency", flat=True))
    form = BriefingSentForm(posted(request), sent=there, initial={"sent_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            rows = actions.record_briefing_sent(briefing=found, by=request.user, **form.facts())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            words = "1 receiver" if len(rows) == 1 else f"{len(rows)} receivers"
            messages.success(request, f"Recorded: {words}")
            return redirect("learning:view_briefing", found.pk)
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": "To whom did it go?",
            "lead": found.theme.name,
            "button": "Record it",
            "back": "learning:view_briefing",
            "key": found.pk,
        },
    )


@role_view("record_acknowledgement")
def record_acknowledgement(request: HttpRequest, sent: uuid.UUID) -> HttpResponse:
    """Record what somebody said of a briefing by e-mail or telephone."""
    mine = briefings_for(request.user, "record_acknowledgement")
    row = _row(BriefingSent.objects.filter(briefing__in=mine), sent)
    if row is None:
        return access.not_found()
    form = ToldForm(posted(request), initial=_seen(row))

    def act() -> None:
        actions.record_acknowledgement(sent=row, by=request.user, **form.answers())

    if answer := _done(request, row, form, act):
        return answer
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": f"What did {receiver(row)} say?",
            "lead": row.briefing.theme.name,
            "button": "Record it",
            "back": "learning:view_briefing",
            "key": row.briefing_id,
        },
    )


@role_view("list_agency_briefings")
def list_agency_briefings(request: HttpRequest) -> HttpResponse:
    """List the briefings that one's agency was sent."""
    rows = sorted(sent_to(request.user), key=lambda one: bool(one.read_on))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    return render(
        request,
        "learning/briefings/agency_list.html",
        {
            "page": page,
            "rows": [{"sent": one, "stands": standing(one, today)} for one in page.object_list],
        },
    )


@role_view("acknowledge_briefing")
def acknowledge_briefing(request: HttpRequest, sent: uuid.UUID) -> HttpResponse:
    """Show a briefing to somebody of an agency it went to, who says that it was read."""
    row = _row(sent_to(request.user), sent)
    if row is None:
        return access.not_found()
    form = AcknowledgeForm(posted(request), initial=_seen(row))

    def act() -> None:
        actions.acknowledge_briefing(sent=row, by=request.user, **form.answers())

    if answer := _done(request, row, form, act, own=True):
        return answer
    keys.prefetch("briefing", [row.briefing_id])
    made = row.briefing.content or {}
    return render(
        request,
        "learning/briefings/agency.html",
        {
            "sent": row,
            "briefing": row.briefing,
            "made": made,
            "table": briefings.table(made),
            "form": form,
        },
    )


@role_view("save_agency_briefing")
def save_agency_briefing(request: HttpRequest, sent: uuid.UUID) -> HttpResponse:
    """Hand a briefing over as PDF to somebody of an agency it went to."""
    row = _row(sent_to(request.user), sent)
    if row is None:
        return access.not_found()
    content = briefing_paper(row.briefing, by=request.user, action="save_agency_briefing")
    return as_pdf(content, "briefing.pdf")


def _row(rows, key: uuid.UUID) -> BriefingSent | None:
    return (
        rows.filter(pk=key).select_related("briefing__theme", "briefing__panel", "agency").first()
    )


def _seen(row: BriefingSent) -> dict[str, Any]:
    return {"read_on": timezone.localdate(), "version": row.version}


def _done(
    request: HttpRequest, row: BriefingSent, form, act: Callable[[], None], *, own: bool = False
) -> HttpResponse | None:
    """Act on what was posted; None where the form is to be shown."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        act()
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
    except Conflict:
        form.add_error(None, CHANGED)
        form.take(again(row))
    else:
        if own:
            messages.success(request, "Thank you: it is recorded that your agency has read it")
            return redirect("learning:list_agency_briefings")
        messages.success(request, "Recorded")
        return redirect("learning:view_briefing", row.briefing_id)
    return None
