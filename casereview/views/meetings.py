"""Panel meetings: their list, one with its agenda, arranging one, and a case on an agenda."""

import re
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from casereview import access, actions, case_header, readiness, registries
from casereview.access import case_view, role_view
from casereview.actions import NotAllowed
from casereview.forms.meetings import AgendaForm, MeetingForm, OffAgendaForm
from casereview.meeting_quorum import quorum_of
from casereview.meetings import (
    agenda_for,
    case_counts,
    meetings_of,
    panels_managed_by,
    people_who_may_come,
)
from casereview.models import AgendaItem, Attendance, Case, Interest, Meeting
from casereview.records import Conflict
from casereview.rules.access_table import Role

OPEN_STAGES = (Case.Stage.READY, Case.Stage.GATHERING, Case.Stage.NOTIFIED)
AT_ONCE = 25


@role_view("list_meetings")
def list_meetings(request: HttpRequest) -> HttpResponse:
    """List the meetings a person arranges or is invited to."""
    page = Paginator(meetings_of(request.user), AT_ONCE).get_page(request.GET.get("page"))
    counts = case_counts(request.user, list(page.object_list))
    today = timezone.localdate()
    rows = [
        {"meeting": each, "cases": counts.get(each.pk, 0), "coming": each.held_on >= today}
        for each in page.object_list
    ]
    return render(
        request,
        "casereview/meetings/list.html",
        {
            "page": page,
            "coming": [row for row in reversed(rows) if row["coming"]],
            "past": [row for row in rows if not row["coming"]],
            "may_arrange": access.can(request.user, "arrange_meeting"),
        },
    )


@role_view("view_meeting")
def view_meeting(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a meeting: who is invited, and the cases its reader may see."""
    meeting = meetings_of(request.user).filter(pk=pk).first()
    if meeting is None:
        return access.not_found()
    user = request.user
    agenda = agenda_for(user, meeting)
    manages = panels_managed_by(user).filter(pk=meeting.panel_id).exists()
    over = meeting.state in (Meeting.State.HELD, Meeting.State.CANCELLED)
    group = request.GET.get("group", _group_of(meeting))
    candidates = _candidates(user, meeting, group) if manages and not over else []
    missing = readiness.missing([*candidates, *(item.case for item in agenda)]) if manages else {}
    previous = actions.previous_meeting(meeting)
    return render(
        request,
        "casereview/meetings/view.html",
        {
            "meeting": meeting,
            "agenda": _agenda_rows(user, meeting, agenda, missing),
            "invited": Attendance.objects.filter(meeting=meeting)
            .select_related("user", "agency", "deputy_for")
            .order_by("-as_chair", "user__name"),
            "waiting": sorted(
                ({"case": case, "missing": missing[case.pk]} for case in candidates),
                key=lambda row: bool(row["missing"]),
            ),
            "filters": _filters(group) if manages else [],
            "group": group,
            "manages": manages,
            "over": over,
            "may_end": manages and not over and meeting.held_on <= timezone.localdate(),
            "previous": previous,
            "minutes_of_previous": _url("cdop:view_minutes", previous.pk)
            if previous and (manages or meetings_of(user).filter(pk=previous.pk).exists())
            else "",
            "pack_url": _url("cdop:view_pack", meeting.pk),
            "minutes_url": _url("cdop:view_minutes", meeting.pk),
            "learning_url": _url("learning:view_standing_item", meeting.pk),
            "room_url": _url("cdop:enter_meeting_mode", meeting.pk) if agenda else "",
        },
    )


def _agenda_rows(user, meeting: Meeting, agenda: list[AgendaItem], missing: dict) -> list[dict]:
    """What the agenda shows of each case, in a constant number of queries."""
    quorums = quorum_of(meeting, agenda)
    waiting: dict[Any, list[Interest]] = {}
    for interest in (
        Interest.objects.filter(case__in=[item.case_id for item in agenda])
        .filter(case__in=access.visible_to(user, "decide_interest"))
        .filter(decided_at=None, lifted_at=None)
        .exclude(user=user)
        .select_related("user", "agency")
        .order_by("declared_at", "pk")
    ):
        waiting.setdefault(interest.case_id, []).append(interest)
    may = {
        action: set(access.visible_to(user, action).values_list("pk", flat=True))
        for action in ("declare_interest", "record_interest")
    }
    return [
        {
            "item": item,
            "url": _url("cdop:view_panel_review", item.case.reference),
            "quorum": quorums[item.pk],
            "waiting": waiting.get(item.case_id, []),
            "may_declare": item.case_id in may["declare_interest"],
            "may_record": item.case_id in may["record_interest"],
            "missing": missing.get(item.case_id, []) if not item.outcome else [],
        }
        for item in agenda
    ]


def _candidates(user, meeting: Meeting, group: str) -> list[Case]:
    cases = (
        access.visible_to(user, "put_on_agenda")
        .filter(panel=meeting.panel_id, stage__in=OPEN_STAGES, kind=Case.Kind.DEATH)
        .filter(died_on__lte=meeting.held_on, merged_into=None)
        .exclude(agenda_items__meeting=meeting)
    )
    for theme in registries.panel_themes:
        if theme.code == group:
            cases = cases.filter(pk__in=theme.cases())
    return list(cases.order_by("died_on")[:AT_ONCE])


def _filters(group: str) -> list[dict]:
    known = [("", "all cases"), *((theme.code, theme.label) for theme in registries.panel_themes)]
    return [{"code": code, "label": label, "current": code == group} for code, label in known]


def _group_of(meeting: Meeting) -> str:
    """Return the group of cases that the theme of a meeting names; empty for none."""
    named = meeting.theme.casefold()
    for one in registries.panel_themes:
        # Whole words: what is unexpected is not expected.
        if re.search(rf"\b(?:{re.escape(one.code)}|{re.escape(one.label)})\b", named):
            return one.code
    return ""


def _url(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@role_view("arrange_meeting")
def arrange_meeting(request: HttpRequest) -> HttpResponse:
    """Arrange a meeting and invite its members."""
    panels = panels_managed_by(request.user).filter(retired_on=None)
    chairs = people_who_may_come(panels, Role.PANEL_CHAIR)
    members = people_who_may_come(panels, Role.PANEL_MEMBER)
    form = MeetingForm(
        request.POST if request.method == "POST" else None,
        panels=[(str(each.pk), each.name) for each in panels],
        chairs=[(str(each.pk), each.name) for each in chairs],
        members=[(str(each.pk), _with_agency(each)) for each in members.select_related("agency")],
        initial={"panel": str(panels[0].pk) if len(panels) == 1 else ""},
    )
    if form.is_valid():
        answers = form.cleaned_data
        meeting = actions.arrange_meeting(
            panel=next(each for each in panels if str(each.pk) == answers["panel"]),
            held_on=answers["held_on"],
            starts_at=answers["starts_at"],
            theme=answers["theme"],
            place=answers["place"],
            chair=next((each for each in chairs if str(each.pk) == answers["chair"]), None),
            members=[
                each
                for each in members
                if str(each.pk) in answers["members"] and str(each.pk) != answers["chair"]
            ],
            by=request.user,
        )
        messages.success(request, "Meeting arranged")
        return redirect("view_meeting", meeting.pk)
    return render(request, "casereview/meetings/arrange.html", {"form": form})


def _with_agency(user) -> str:
    return f"{user.name}, {user.agency.name}" if user.agency else user.name


@case_view("put_on_agenda")
def put_on_agenda(request: HttpRequest, case: Case) -> HttpResponse:
    """Put a case on the agenda of a meeting of its panel."""
    meetings = [
        each
        for each in meetings_of(request.user)
        .filter(panel=case.panel_id)
        .exclude(state=Meeting.State.CANCELLED)
        .exclude(agenda__case=case)
        if case.died_on is None or each.held_on >= case.died_on
    ][:AT_ONCE]
    missing = readiness.missing([case])[case.pk]
    form = AgendaForm(
        request.POST if request.method == "POST" else None,
        meetings=[(str(each.pk), in_words(each)) for each in meetings],
        missing=missing,
        initial={"meeting": request.GET.get("meeting", "")},
    )
    if form.is_valid():
        chosen = next(each for each in meetings if str(each.pk) == form.cleaned_data["meeting"])
        try:
            actions.put_on_agenda(
                meeting=chosen,
                case=case,
                by=request.user,
                reason=form.cleaned_data.get("reason", ""),
            )
            messages.success(request, f"{case.reference} is on the agenda")
            return redirect("view_meeting", chosen.pk)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "casereview/meetings/put_on.html",
        case_header.about(request.user, case, "put_on_agenda")
        | {
            "form": form,
            "meetings": meetings,
            "missing": missing,
            "on": AgendaItem.objects.filter(case=case)
            .select_related("meeting")
            .order_by("meeting__held_on"),
        },
    )


@case_view("take_off_agenda")
def take_off_agenda(request: HttpRequest, case: Case, pk: uuid.UUID) -> HttpResponse:
    """Take a case off an agenda, with a reason."""
    item = case.agenda_items.select_related("meeting", "case").filter(pk=pk).first()
    if item is None:
        return access.not_found()
    form = OffAgendaForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        meeting = item.meeting_id
        try:
            actions.take_off_agenda(item=item, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, f"{case.reference} was taken off the agenda")
            return redirect("view_meeting", meeting)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, "Somebody else changed this agenda. Check it and try again.")
    return render(
        request,
        "casereview/meetings/take_off.html",
        case_header.about(request.user, case, "take_off_agenda") | {"form": form, "item": item},
    )


def in_words(meeting: Meeting) -> str:
    """Return a meeting as people name it: its day, time and theme."""
    at = f" at {meeting.starts_at:%H:%M}" if meeting.starts_at else ""
    theme = f" – {meeting.theme}" if meeting.theme else ""
    return f"{meeting.held_on.day} {meeting.held_on:%B %Y}{at}{theme}"
