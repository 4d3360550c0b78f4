"""The room of a meeting: one case after the other, read and captured, without a name."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casereview import access, care, meeting_mode
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.agenda_door import agenda_view
from casereview.codes import parallel_processes
from casereview.meeting_quorum import quorum_of
from casereview.meetings import agenda_for, meetings_of
from casereview.models import Agency, AgendaItem, Meeting, ParallelProcess
from casereview.records import Conflict
from casereview.rules.meeting_times import room_open_until
from casereview.sign_in import proof
from casereview.step_up import ask_for_proof
from cdop import actions
from cdop.actions.meeting_items import Decided
from cdop.actions.reviewing import informs_only
from cdop.deferred import plain, questions_of
from cdop.first_judgements import shown as first_judgements
from cdop.forms.room import ActionForm, OutcomeForm, in_words
from cdop.views import review_shown, room_shown

CHANGED = "Somebody else captured something for this case meanwhile. Check it and try again."


@role_view("enter_meeting_mode")
def enter_meeting_mode(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Open the room of one meeting: it stays awake until 30 minutes after the meeting ends."""
    meeting = meetings_of(request.user).filter(pk=pk).first()
    if meeting is None:
        return access.not_found()
    may_open = meeting_mode.may_open(meeting, timezone.now())
    items = agenda_for(request.user, meeting)
    if request.method == "POST":
        if not may_open:
            messages.warning(request, "Open the room on the day, half an hour before the meeting")
            return redirect("cdop:enter_meeting_mode", meeting.pk)
        if not proof.proved_lately(request):
            return ask_for_proof(request)
        meeting_mode.enter(request, meeting)
        messages.success(request, f"The room stays awake until {_closes(meeting):%H:%M}")
        if items:
            return redirect("cdop:open_room", meeting.pk, 1)
    quorums = quorum_of(meeting, items)
    return render(
        request,
        "cdop/room/enter.html",
        {
            "meeting": meeting,
            "rows": [
                {"item": item, "n": n, "quorum": quorums[item.pk]}
                for n, item in enumerate(items, start=1)
            ],
            "may_open": may_open,
            "awake": meeting_mode.entered(request) == str(meeting.pk),
            "closes": _closes(meeting),
        },
    )


def _closes(meeting: Meeting):
    begins = meeting_mode.begins_at(meeting)
    return timezone.localtime(room_open_until(begins, meeting_mode.ended_at(meeting)))


def _about(request: HttpRequest, item: AgendaItem, items: list[AgendaItem], n: int) -> dict:
    """What every page of the room says: which case, which is before and after."""
    return {
        "meeting": item.meeting,
        "item": item,
        "n": n,
        "count": len(items),
        "previous": n - 1 if n > 1 else 0,
        "next": n + 1 if n < len(items) else 0,
        "awake": meeting_mode.entered(request) == str(item.meeting_id),
        "closes": _closes(item.meeting),
    }


@agenda_view("open_room")
@care.opens("room", lambda item: item.case)
def open_room(
    request: HttpRequest, item: AgendaItem, items: list[AgendaItem], n: int
) -> HttpResponse:
    """Show one case in big type: what is known, what is new, and how it left the meeting."""
    user = request.user
    notice = care.notice(request, item.case, "room")
    closed = bool(notice and notice.closed)
    return render(
        request,
        "cdop/room/case.html",
        _about(request, item, items, n)
        | (room_shown.closed(item) if closed else room_shown.room(user, item))
        | {
            "quorum": quorum_of(item.meeting, [item])[item.pk],
            "informs_only": informs_only(user, item.case),
            "notice": notice,
            "judgements": None if closed else first_judgements(user, item.case),
            "may_capture": access.can(user, "record_item_outcome", item.case)
            and not informs_only(user, item.case)
            and item.meeting.held_on <= timezone.localdate(),
        },
    )


@agenda_view("record_item_outcome")
def record_item_outcome(
    request: HttpRequest, item: AgendaItem, items: list[AgendaItem], n: int
) -> HttpResponse:
    """Capture how the case leaves the meeting, with its note."""
    agencies = {str(one.pk): one for one in _agencies()}
    meetings = {
        str(one.pk): one
        for one in Meeting.objects.filter(
            panel=item.meeting.panel_id, held_on__gt=item.meeting.held_on
        )
        .exclude(state=Meeting.State.CANCELLED)
        .order_by("held_on")
    }
    processes = {
        str(one.pk): one
        for one in item.case.parallel_processes.filter(
            status__in=[ParallelProcess.Status.EXPECTED, ParallelProcess.Status.OPEN]
        ).order_by("kind", "pk")
    }
    form = OutcomeForm(
        request.POST if request.method == "POST" else None,
        meetings=[(key, in_words(one.held_on)) for key, one in meetings.items()],
        processes=[(key, _process(one)) for key, one in processes.items()],
        agencies=[(key, one.name) for key, one in agencies.items()],
        identifying=review_shown.identifying(item.case),
        initial={"note": item.note or "", "outcome": item.outcome},
    )
    told: Any = request.POST.get("seen", item.version)
    if form.is_valid():
        answers = form.cleaned_data
        outcome = answers["outcome"]
        deferred = outcome == AgendaItem.Outcome.DEFERRED
        checked = outcome == AgendaItem.Outcome.CHAIR_CHECK
        held = outcome == AgendaItem.Outcome.HELD
        decided = Decided(
            outcome=outcome,
            note=answers["note"],
            points=[line.strip() for line in answers["points"].splitlines() if line.strip()]
            if checked
            else [],
            check_by=answers["check_by"] if checked else None,
            questions=form.questions(agencies) if deferred else [],
            returns_to=meetings.get(answers["returns_to"]) if deferred else None,
            process=processes.get(answers["process"]) if held else None,
        )
        try:
            actions.record_item_outcome(
                item=item, by=request.user, seen=_seen(request), decided=decided
            )
            messages.success(request, f"{item.case.reference}: captured")
            return redirect("cdop:open_room", item.meeting_id, n)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            item.refresh_from_db(fields=["version", "note", "outcome"])
            form.show_theirs({"note": item.note, "outcome": item.outcome})
            told = item.version
    return render(
        request,
        "cdop/room/outcome.html",
        _about(request, item, items, n)
        | {
            "form": form,
            "seen": told,
            "questions": plain(questions_of(item), str),
        },
    )


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _process(one: ParallelProcess) -> str:
    began = f", since {in_words(one.began_on)}" if one.began_on else ""
    return f"{dict(parallel_processes()).get(one.kind, one.kind)}{began}"


def _agencies() -> list[Agency]:
    return list(Agency.objects.filter(retired_on=None).order_by("name"))


@agenda_view("record_item_outcome")
def capture_action(
    request: HttpRequest, item: AgendaItem, items: list[AgendaItem], n: int
) -> HttpResponse:
    """Capture an action that the panel agreed on the case."""
    agencies = {str(one.pk): one for one in _agencies()}
    people: dict[str, Any] = {
        str(one.user_id): one.user
        for one in item.meeting.attendances.select_related("user").order_by("user__name")
        if access.can(one.user, "view_panel_review", item.case)
    }
    form = ActionForm(
        request.POST if request.method == "POST" else None,
        people=[(key, one.name) for key, one in people.items()],
        agencies=[(key, one.name) for key, one in agencies.items()],
        identifying=review_shown.identifying(item.case),
    )
    if form.is_valid():
        answers = form.cleaned_data
        try:
            actions.capture_action(
                item=item,
                by=request.user,
                text=answers["text"],
                owner=people.get(answers["owner"]),
                agency=agencies.get(answers["agency"]),
                due_on=answers["due_on"],
            )
            messages.success(request, "Action captured")
            return redirect("cdop:open_room", item.meeting_id, n)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
    back = reverse("cdop:open_room", args=[item.meeting_id, n])
    return render(
        request,
        "cdop/room/action.html",
        _about(request, item, items, n) | {"form": form, "back": back},
    )
