"""Meetings of the SCR group: their list, one with its agenda, arranging one, who came."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.models import Board, User
from casereview.records import Conflict
from casereview.rules.access_table import Role
from casereview.views.acting import posted
from scr import group_agenda
from scr.actions import group_meetings as actions
from scr.forms.group_meetings import GroupAttendanceForm, GroupInviteForm, GroupMeetingForm
from scr.models import GroupMeeting

AT_ONCE = 25
WRITERS = (Role.BOARD_MANAGER, *actions.OF_THE_GROUP)
CHANGED = "Somebody else changed this meeting. Check it and try again"


@role_view("list_scr_meetings")
def list_scr_meetings(request: HttpRequest) -> HttpResponse:
    """List the meetings of the groups one belongs to or serves."""
    user = request.user
    page = Paginator(group_agenda.meetings_of(user), AT_ONCE).get_page(request.GET.get("page"))
    boards = actions.boards_of(user, *group_agenda.SEES)
    return render(
        request,
        "scr/meetings/list.html",
        {
            "page": page,
            "waiting": len(group_agenda.waiting_cases(user, boards)),
            "may_arrange": access.can(user, "arrange_scr_meeting"),
        },
    )


@role_view("view_scr_meeting")
def view_scr_meeting(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a meeting, and the cases that wait for the group as far as the reader may see them."""
    meeting = group_agenda.meeting_of(request.user, pk)
    if meeting is None:
        return access.not_found()
    today = timezone.localdate()
    over = meeting.state != GroupMeeting.State.PLANNED
    return render(
        request,
        "scr/meetings/page.html",
        {
            "meeting": meeting,
            "agenda": group_agenda.agenda(request.user, meeting, today),
            "made": group_agenda.made_at(request.user, meeting),
            "invited": meeting.attendances.select_related("user", "agency", "deputy_for").order_by(
                "user__name"
            ),
            "manages": _manages(request.user, meeting),
            "over": over,
            "may_end": not over and meeting.held_on <= today,
        },
    )


def _manages(user, meeting: GroupMeeting) -> bool:
    return meeting.board_id in actions.boards_of(user, Role.BOARD_MANAGER)


def _managed(request: HttpRequest, pk: uuid.UUID) -> GroupMeeting | None:
    meeting = group_agenda.meeting_of(request.user, pk)
    return meeting if meeting is not None and _manages(request.user, meeting) else None


def _people(boards: list[Board], *roles: Role) -> dict[str, User]:
    return {
        str(person.pk): person for board in boards for person in actions.group_of(board, *roles)
    }


def _choices(people: dict[str, User]) -> list[tuple[str, str]]:
    named = [
        (key, f"{person.name}, {person.agency.name}" if person.agency else person.name)
        for key, person in people.items()
    ]
    return sorted(named, key=lambda pair: pair[1])


@role_view("arrange_scr_meeting")
def arrange_scr_meeting(request: HttpRequest) -> HttpResponse:
    """Arrange a meeting of a group and invite its members."""
    boards = list(Board.objects.filter(pk__in=actions.boards_of(request.user, Role.BOARD_MANAGER)))
    chairs = _people(boards, Role.SCR_CHAIR)
    members = _people(boards, Role.SCR_MEMBER)
    writers = _people(boards, *WRITERS)
    form = GroupMeetingForm(
        posted(request),
        boards=[(str(board.pk), board.name) for board in boards],
        chairs=_choices(chairs),
        members=_choices(members),
        writers=_choices(writers),
        initial={"board": str(boards[0].pk) if len(boards) == 1 else "", "members": list(members)},
    )
    if form.is_valid():
        typed = form.cleaned_data
        try:
            meeting = actions.arrange_scr_meeting(
                board=next(board for board in boards if str(board.pk) == typed["board"]),
                held_on=typed["held_on"],
                chair=chairs.get(typed["chair"]),
                minute_taker=writers.get(typed["minute_taker"]),
                members=[members[key] for key in typed["members"]],
                by=request.user,
            )
            messages.success(request, "Meeting arranged")
            return redirect("scr:view_scr_meeting", meeting.pk)
        except NotAllowed as refused:
            form.add_error(None, str(refused))
    return render(request, "scr/meetings/arrange.html", {"form": form})


@role_view("record_scr_attendance")
def record_scr_attendance(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Record who came and who took the minutes, and invite one more or a deputy."""
    meeting = _managed(request, pk)
    if meeting is None:
        return access.not_found()
    invited = list(
        meeting.attendances.select_related("user", "agency", "deputy_for").order_by("user__name")
    )
    writers = _people([meeting.board], *WRITERS)
    there = {str(one.user_id) for one in invited}
    others = {key: person for key, person in _people([meeting.board]).items() if key not in there}
    inviting = request.method == "POST" and "invite" in request.POST
    form = GroupAttendanceForm(
        None if inviting else posted(request),
        invited=invited,
        writers=_choices(writers),
        initial={"minute_taker": str(meeting.minute_taker_id or "")},
    )
    invite = GroupInviteForm(
        request.POST if inviting else None,
        people=_choices(others),
        members=[(str(one.pk), one.user.name) for one in invited if not one.deputy_for_id],
    )
    chosen: Any = invite if inviting else form
    if chosen.is_bound and chosen.is_valid():
        try:
            if inviting:
                typed = invite.cleaned_data
                place_of = next((one for one in invited if str(one.pk) == typed["place_of"]), None)
                actions.invite_to_scr_meeting(
                    meeting=meeting,
                    user=others[typed["person"]],
                    place_of=place_of,
                    by=request.user,
                )
                messages.success(request, "Invited")
                return redirect("scr:record_scr_attendance", meeting.pk)
            actions.record_scr_attendance(
                meeting=meeting,
                by=request.user,
                came=form.came,
                minute_taker=writers.get(form.cleaned_data["minute_taker"]),
            )
            messages.success(request, "Attendance recorded")
            return redirect("scr:view_scr_meeting", meeting.pk)
        except NotAllowed as refused:
            chosen.add_error(None, str(refused))
        except Conflict:
            chosen.add_error(None, CHANGED)
    return render(
        request,
        "scr/meetings/attendance.html",
        {
            "meeting": meeting,
            "attendance": form,
            "invite": invite,
            "form": chosen,
            "over": meeting.state != GroupMeeting.State.PLANNED,
        },
    )


@role_view("end_scr_meeting")
@require_POST
def end_scr_meeting(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Record that a meeting was held."""
    return _settle(request, pk, actions.end_scr_meeting, "Recorded: the meeting was held")


@role_view("cancel_scr_meeting")
@require_POST
def cancel_scr_meeting(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel a meeting."""
    return _settle(request, pk, actions.cancel_scr_meeting, "The meeting is cancelled")


def _settle(request: HttpRequest, pk: uuid.UUID, do: Any, done: str) -> HttpResponse:
    meeting = _managed(request, pk)
    if meeting is None:
        return access.not_found()
    try:
        do(meeting=meeting, by=request.user)
        messages.success(request, done)
    except NotAllowed as refused:
        messages.warning(request, str(refused))
    except Conflict:
        messages.warning(request, CHANGED)
    return redirect("scr:view_scr_meeting", meeting.pk)
