"""Panels and boards: adding and closing a panel, and what each settles for itself."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access
from casereview.access import role_view
from casereview.actions import panels as actions
from casereview.actions.admissions import NotAllowed
from casereview.deputies import managers_by_panel
from casereview.forms.panels import (
    BoardForm,
    ClosePanelForm,
    NewBoardForm,
    NewPanelForm,
    PanelForm,
    ServeBoardForm,
)
from casereview.forms.seen import SeenForm
from casereview.meeting_quorum import kinds_of
from casereview.models import Board, Panel, PanelBoard, StandingRole
from casereview.records import Conflict, Record
from casereview.rules.access_table import Role
from casereview.step_up import step_up_required
from casereview.views.acting import again, posted
from casereview.views.people import CONFLICT


@role_view("view_panels")
def view_panels(request: HttpRequest) -> HttpResponse:
    """List the panels with their quorum and deputy, and the boards with their numbers."""
    panels = list(Panel.objects.filter(retired_on=None).select_related("deputy"))
    managers, chairs = managers_by_panel(panels), _chairs(panels)
    serves: dict[uuid.UUID, list[Board]] = {panel.pk: [] for panel in panels}
    for row in PanelBoard.objects.filter(panel__in=panels, until=None).select_related("board"):
        serves[row.panel_id].append(row.board)
    served = sorted({board for boards in serves.values() for board in boards}, key=str)
    others = Board.objects.filter(retired_on=None).exclude(pk__in=[one.pk for one in served])
    return render(
        request,
        "casereview/panels/panels.html",
        {
            "panels": [
                {
                    "panel": panel,
                    "boards": sorted(serves[panel.pk], key=str),
                    "stands_in": panel.deputy in managers[panel.pk],
                    "others": len(managers[panel.pk]) > 1,
                    "chairs": chairs[panel.pk],
                    "kinds": [words for _, words in kinds_of(panel)],
                }
                for panel in panels
            ],
            "served": served,
            "others": others,
            "default": settings.SOCIAL_CARE_TELEPHONE,
        },
    )


def _chairs(panels: list[Panel]) -> dict[uuid.UUID, list[str]]:
    """Return who chairs each panel, by its key, in one query."""
    found: dict[uuid.UUID, list[str]] = {panel.pk: [] for panel in panels}
    held = StandingRole.objects.filter(
        role=Role.PANEL_CHAIR, panel__in=panels, ended_at=None, user__is_active=True
    ).filter(Q(until=None) | Q(until__gte=timezone.localdate()))
    for one in held.select_related("user").order_by("user__name"):
        if one.panel_id:
            found[one.panel_id].append(one.user.name)
    return found


def _panel_or_none(panel_key: uuid.UUID) -> Panel | None:
    return Panel.objects.filter(pk=panel_key, retired_on=None).first()


@role_view("add_panel")
@step_up_required
def add_panel(request: HttpRequest) -> HttpResponse:
    """Add a panel that serves a board."""
    form = NewPanelForm(posted(request), initial={"since": timezone.localdate()})
    if form.is_bound and form.is_valid():
        try:
            panel = actions.add_panel(by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The panel is added. Settle its quorum, then give its roles")
            return redirect("change_panel", panel.pk)
    page = {"form": form, "heading": "Add a panel", "button": "Add the panel"}
    return render(request, "casereview/panels/form.html", page)


@role_view("add_board")
@step_up_required
def add_board(request: HttpRequest) -> HttpResponse:
    """Add a board of an area that is not in the list yet."""
    form = NewBoardForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            board = actions.add_board(by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The board is added. Say whom to telephone there")
            return redirect("change_board", board.pk)
    page = {"form": form, "heading": "Add a board", "button": "Add the board"}
    return render(request, "casereview/panels/form.html", page)


@role_view("change_panel")
@step_up_required
def serve_boards(request: HttpRequest, panel_key: uuid.UUID) -> HttpResponse:
    """Change which boards a panel serves: one more, or one no longer."""
    panel = _panel_or_none(panel_key)
    if panel is None:
        return access.not_found()
    serving = [
        one.board
        for one in PanelBoard.objects.filter(panel=panel, until=None).select_related("board")
    ]
    asked = request.POST.get("stop", "") if request.method == "POST" else ""
    ending = next((one for one in serving if str(one.pk) == asked), None)
    form = ServeBoardForm(
        None if asked else posted(request), initial={"since": timezone.localdate()}
    )
    try:
        if ending is not None:
            actions.stop_serving(panel=panel, board=ending, by=request.user)
            messages.success(request, f"{ending.name} is served no longer")
            return redirect("serve_boards", panel.pk)
        if form.is_bound and form.is_valid():
            actions.serve_board(panel=panel, by=request.user, **form.cleaned_data)
            messages.success(request, "The board is added")
            return redirect("serve_boards", panel.pk)
    except NotAllowed as refusal:
        if form.is_bound:
            form.add_error(None, str(refusal))
        else:
            messages.warning(request, str(refusal))
    page = {"form": form, "panel": panel, "serving": sorted(serving, key=str)}
    return render(request, "casereview/panels/boards.html", page)


@role_view("close_panel")
@step_up_required
def close_panel(request: HttpRequest, panel_key: uuid.UUID) -> HttpResponse:
    """Close a panel once nothing of it is under way."""
    panel = _panel_or_none(panel_key)
    if panel is None:
        return access.not_found()
    form = ClosePanelForm(posted(request), initial={"version": panel.version})
    if form.is_bound and form.is_valid():
        try:
            actions.close_panel(panel=panel, by=request.user, **form.answers())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CONFLICT)
            form.take(again(panel))
        else:
            messages.success(request, f"{panel.name} is closed")
            return redirect("view_panels")
    page = {"form": form, "panel": panel, "first": actions.keeps_panel_open(panel)}
    return render(request, "casereview/panels/close.html", page)


@role_view("change_panel")
@step_up_required
def change_panel(request: HttpRequest, panel_key: uuid.UUID) -> HttpResponse:
    """Change a panel's quorum and deputy."""
    panel = _panel_or_none(panel_key)
    if panel is None:
        return access.not_found()
    form = PanelForm(
        posted(request),
        managers=managers_by_panel([panel])[panel.pk],
        initial={
            "name": panel.name,
            "quorum_members": panel.quorum_members,
            "quorum_share": panel.quorum_share,
            "quorum_agencies": panel.quorum_agencies,
            "quorum_kinds": panel.quorum_kinds,
            "deputy": str(panel.deputy_id or ""),
            "names_first": panel.names_first,
            "version": panel.version,
        },
    )

    def do() -> Any:
        return actions.change_panel(panel=panel, by=request.user, **form.answers())

    return _change(request, form, do, panel, f"Change {panel.name}")


@role_view("change_board")
@step_up_required
def change_board(request: HttpRequest, board_key: uuid.UUID) -> HttpResponse:
    """Change whom to telephone about a child at risk in a board's area, and the area's days."""
    board = Board.objects.select_related("area").filter(pk=board_key, retired_on=None).first()
    if board is None:
        return access.not_found()
    form = BoardForm(
        posted(request),
        initial={
            "social_care_telephone": board.social_care_telephone,
            "version": board.version,
            **{name: getattr(board.area, name, None) for name in actions.AREA_DAYS},
        },
    )

    def do() -> Any:
        return actions.change_board(board=board, by=request.user, **form.answers())

    return _change(request, form, do, board, f"Change {board.name}")


def _change(
    request: HttpRequest, form: SeenForm, do: Callable[[], Any], record: Record, heading: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CONFLICT)
            form.take(again(record))
        else:
            messages.success(request, "The changes are saved")
            return redirect("view_panels")
    return render(request, "casereview/panels/form.html", {"form": form, "heading": heading})
