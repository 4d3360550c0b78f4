"""Who comes to a meeting: attendance, deputies, the invitation as a file, ending or cancelling."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access, actions
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.forms.attendance import AttendanceForm, InviteForm
from casereview.forms.meetings import CancelForm, ChangeMeetingForm
from casereview.invitations import invitation
from casereview.meetings import meetings_of, panels_managed_by, people_who_may_come
from casereview.models import Meeting, Panel
from casereview.records import Conflict
from casereview.rules.access_table import Role

CHANGED = "Somebody else changed this meeting. Check it and try again."


def managed(user, pk: uuid.UUID) -> Meeting | None:
    """Return a meeting of a panel whose meetings this person arranges."""
    return (
        Meeting.objects.filter(pk=pk, panel__in=panels_managed_by(user))
        .select_related("panel", "chair")
        .first()
    )


@role_view("record_attendance")
def record_attendance(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Record who came, and invite one more or a deputy."""
    meeting = managed(request.user, pk)
    if meeting is None:
        return access.not_found()
    invited = list(
        meeting.attendances.select_related("user", "agency", "deputy_for").order_by(
            "-as_chair", "user__name"
        )
    )
    inviting = request.method == "POST" and "invite" in request.POST
    recording = request.method == "POST" and not inviting
    form = AttendanceForm(request.POST if recording else None, invited=invited)
    invite = InviteForm(
        request.POST if inviting else None,
        people=_people(meeting.panel, {one.user_id for one in invited}),
        members=[(str(one.pk), one.user.name) for one in invited if not one.deputy_for_id],
    )
    chosen = invite if inviting else form
    if chosen.is_bound and chosen.is_valid():
        try:
            if inviting:
                _invite(request, meeting, invite.cleaned_data)
                messages.success(request, "Invited")
                return redirect("record_attendance", meeting.pk)
            actions.record_attendance(meeting=meeting, by=request.user, came=form.answers)
            messages.success(request, "Attendance recorded")
            return redirect("view_meeting", meeting.pk)
        except NotAllowed as refusal:
            chosen.add_error(None, str(refusal))
        except Conflict:
            chosen.add_error(None, CHANGED)
    return render(
        request,
        "casereview/meetings/attendance.html",
        {
            "meeting": meeting,
            "attendance": form,
            "invite": invite,
            "form": chosen,
            "over": meeting.state in (Meeting.State.HELD, Meeting.State.CANCELLED),
        },
    )


def _people(panel: Panel, there: set) -> list[tuple[str, str]]:
    panels = Panel.objects.filter(pk=panel.pk)
    found = {}
    for role in (Role.PANEL_MEMBER, Role.PANEL_CHAIR):
        for user in people_who_may_come(panels, role).select_related("agency"):
            if user.pk not in there:
                where = f", {user.agency.name}" if user.agency else ""
                found[str(user.pk)] = f"{user.name}{where}"
    return sorted(found.items(), key=lambda pair: pair[1])


def _invite(request: HttpRequest, meeting: Meeting, answers: dict) -> None:
    panels = Panel.objects.filter(pk=meeting.panel_id)
    user = next(
        (
            user
            for role in (Role.PANEL_MEMBER, Role.PANEL_CHAIR)
            for user in people_who_may_come(panels, role)
            if str(user.pk) == answers["person"]
        ),
        None,
    )
    if user is None:
        raise NotAllowed("Choose a person of this panel")
    place_of = None
    if answers["place_of"]:
        place_of = meeting.attendances.select_related("user").get(pk=answers["place_of"])
    chairs = people_who_may_come(panels, Role.PANEL_CHAIR)
    if answers["as_chair"] and not chairs.filter(pk=user.pk).exists():
        raise NotAllowed("Choose a person who is a panel chair to deputise for the chair")
    actions.invite_to_meeting(
        meeting=meeting,
        user=user,
        by=request.user,
        place_of=place_of,
        as_chair=answers["as_chair"],
    )


@role_view("view_meeting")
def download_invitation(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand over the invitation as a calendar file, without a word about any case."""
    meeting = meetings_of(request.user).filter(pk=pk).first()
    if meeting is None:
        return access.not_found()
    response = HttpResponse(
        invitation(meeting, request.user, timezone.now()), content_type="text/calendar"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="panel-meeting.ics"'
    return response


@role_view("end_meeting")
@require_POST
def end_meeting(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End a meeting; what was open in its room ends 30 minutes later."""
    meeting = managed(request.user, pk)
    if meeting is None:
        return access.not_found()
    try:
        actions.end_meeting(meeting=meeting, by=request.user)
        messages.success(request, "Meeting ended. Write its minutes next.")
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    except Conflict:
        messages.warning(request, CHANGED)
    return redirect("view_meeting", meeting.pk)


@role_view("change_meeting")
def change_meeting(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Move a meeting to another day, hour or place, or change its theme."""
    meeting = managed(request.user, pk)
    if meeting is None:
        return access.not_found()
    at = f"{meeting.starts_at:%H:%M}" if meeting.starts_at else ""
    initial = {"held_on": meeting.held_on, "starts_at": at, "version": meeting.version}
    form = ChangeMeetingForm(
        request.POST if request.method == "POST" else None,
        initial=initial | {"place": meeting.place, "theme": meeting.theme},
    )
    if form.is_valid():
        try:
            actions.change_meeting(meeting=meeting, by=request.user, **form.answers())
            messages.success(request, "Meeting changed. Those invited are told if it moved.")
            return redirect("view_meeting", meeting.pk)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.take(Meeting.objects.get(pk=pk))
            form.add_error(None, CHANGED)
    return render(request, "casereview/meetings/change.html", {"meeting": meeting, "form": form})


@role_view("cancel_meeting")
def cancel_meeting(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel a meeting, with a reason."""
    meeting = managed(request.user, pk)
    if meeting is None:
        return access.not_found()
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.cancel_meeting(
                meeting=meeting, by=request.user, reason=form.cleaned_data["reason"]
            )
            messages.success(request, "Meeting cancelled. Those invited are told.")
            return redirect("view_meeting", meeting.pk)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
    return render(request, "casereview/meetings/cancel.html", {"meeting": meeting, "form": form})
