"""The standing item of a meeting, and what an agency answers before it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access, keys
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.models import Meeting
from casereview.records import Conflict
from casereview.views.acting import CHANGED, again, posted
from learning.actions import updates as actions
from learning.agency_updates import offered, updates_for
from learning.forms.updates import UpdateForm
from learning.panels import panels_for
from learning.standing_item import about_meeting


@role_view("view_standing_item")
def view_standing_item(request: HttpRequest, meeting: uuid.UUID) -> HttpResponse:
    """Show what is new in learning for a meeting of one's panel."""
    found = (
        Meeting.objects.filter(pk=meeting, panel__in=panels_for(request.user, "view_standing_item"))
        .select_related("panel")
        .first()
    )
    if found is None:
        return access.not_found()
    return render(request, "learning/standing_item.html", about_meeting(found))


@role_view("list_agency_updates")
def list_agency_updates(request: HttpRequest) -> HttpResponse:
    """List the meetings before which one's agency is asked."""
    rows = list(updates_for(request.user))
    return render(request, "learning/updates.html", {"rows": rows})


@role_view("answer_agency_update")
def answer_agency_update(request: HttpRequest, update: uuid.UUID) -> HttpResponse:
    """Say what one's agency has learned or done, or that it is nothing."""
    found = updates_for(request.user).filter(pk=update).first()
    if found is None:
        return access.not_found()
    keys.prefetch("meeting", [found.meeting_id])
    form = UpdateForm(
        posted(request),
        offered=offered(request.user, found),
        initial={"answer": found.answer, "text": found.text, "version": found.version},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_agency_update(
                update=found,
                answer=form.cleaned_data["answer"],
                text=form.cleaned_data["text"],
                confirmed=form.confirmed,
                by=request.user,
                version=form.cleaned_data["version"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(found))
        else:
            messages.success(request, "Your agency’s answer is recorded")
            return redirect("learning:list_agency_updates")
    return render(request, "learning/update.html", {"form": form, "update": found})
