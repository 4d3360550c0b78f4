"""Panels and boards: what each settles for itself."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access
from casereview.access import role_view
from casereview.actions import panels as actions
from casereview.actions.admissions import NotAllowed
from casereview.deputies import managers_by_panel
from casereview.forms.panels import BoardForm, PanelForm
from casereview.forms.seen import SeenForm
from casereview.models import Board, Panel, PanelBoard
from casereview.records import Conflict, Record
from casereview.step_up import step_up_required
from casereview.views.acting import again, posted
from casereview.views.people import CONFLICT


@role_view("view_panels")
def view_panels(request: HttpRequest) -> HttpResponse:
    """List the panels with their quorum and deputy, and the boards with their numbers."""
    panels = list(Panel.objects.filter(retired_on=None).select_related("deputy"))
    managers = managers_by_panel(panels)
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
                }
                for panel in panels
            ],
            "served": served,
            "others": others,
            "default": settings.SOCIAL_CARE_TELEPHONE,
        },
    )


@role_view("change_panel")
@step_up_required
def change_panel(request: HttpRequest, panel_key: uuid.UUID) -> HttpResponse:
    """Change a panel's quorum and deputy."""
    panel = Panel.objects.filter(pk=panel_key, retired_on=None).first()
    if panel is None:
        return access.not_found()
    form = PanelForm(
        posted(request),
        managers=managers_by_panel([panel])[panel.pk],
        initial={
            "quorum_members": panel.quorum_members,
            "quorum_share": panel.quorum_share,
            "quorum_agencies": panel.quorum_agencies,
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
