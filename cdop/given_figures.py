"""The figures that were given to a board or to everybody, as far as a person is such a reader."""

from django.db.models import Q

from casereview import access
from casereview.models import Board, PanelBoard, Release
from casereview.releases import Audience
from casereview.rules.access_table import roles_for


def visible_to(user) -> list[Release]:
    """Return the releases a person may open, the latest first: their boards' and everybody's."""
    own = _own_boards(user)
    return [
        one
        for one in Release.objects.select_related("given_by").order_by("-number")
        if one.audience == Audience.PUBLIC or own is None or own & set(one.boards)
    ]


def find(user, number: int) -> Release | None:
    """Return a release of a number; None where there is none for this person."""
    return next((one for one in visible_to(user) if one.number == number), None)


def _own_boards(user) -> set[str] | None:
    """Return the boards whose figures a person reads; None is every board's."""
    held = [one for one in access.held_by(user) if one.role in roles_for("view_release")]
    if any(one.panel is None and one.board is None for one in held):
        return None
    served = PanelBoard.objects.filter(panel__in=[one.panel for one in held if one.panel])
    named = Q(pk__in=[one.board for one in held if one.board]) | Q(pk__in=served.values("board"))
    return set(Board.objects.filter(named).values_list("code", flat=True))
