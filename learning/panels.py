"""Panels whose learning a person works with, and what of their boards counts there."""

import uuid
from datetime import date

from django.db.models import Q, QuerySet

from casereview import access
from casereview.models import Board, Panel, PanelBoard
from casereview.rules.access_table import roles_for
from learning.rules import duty


def panels_for(user, action: str) -> QuerySet[Panel]:
    """Return the panels for which a person may do an action: by their panel, or by its boards.

    A role that is held for nobody in particular is held for every panel.
    """
    allowed = roles_for(action)
    held = [one for one in access.held_by(user) if one.role in allowed]
    panels = Panel.objects.filter(retired_on=None).order_by("name", "pk")
    if any(one.panel is None and one.board is None for one in held):
        return panels
    served = PanelBoard.objects.filter(board__in=[one.board for one in held if one.board])
    return panels.filter(
        Q(pk__in=[one.panel for one in held if one.panel])
        | Q(pk__in=served.filter(until=None).values("panel"))
    )


def panel_asked(user, action: str, code: str) -> Panel | None:
    """Return the panel of a code, or the first; None where it is not one of the person's."""
    panels = panels_for(user, action)
    return (panels.filter(code=code) if code else panels).first()


def boards_of(panel: Panel) -> set[uuid.UUID]:
    """Return the keys of the boards that a panel serves."""
    served = PanelBoard.objects.filter(panel=panel, until=None)
    return set(served.values_list("board", flat=True))


def points_of(panel: Panel) -> Q:
    """Return the condition on learning that counts for a panel: of its boards, or of nobody's.

    A point of a case without a board counts for the panel of its case.
    """
    nobodys = Q(board=None, case=None) | Q(board=None, case__panel=panel)
    return Q(board__in=boards_of(panel)) | nobodys


def cases_of(panel: Panel) -> Q:
    """Return the condition on cases that are a panel's, or of a board that it serves."""
    boards = boards_of(panel)
    return Q(panel=panel) | Q(reviewing_board__in=boards) | Q(residence_board__in=boards)


def duty_began(panel: Panel) -> date | None:
    """Return the day from which the partners of an area of the panel must inform who should act."""
    days = Board.objects.filter(pk__in=boards_of(panel)).values_list(
        "area__child_death_partners_began_on", flat=True
    )
    return duty.begins(days)
