"""Who manages a panel's cases, and who stands in for the manager."""

import uuid
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from casereview.models import Panel, PanelBoard, StandingRole, User
from casereview.rules.access_table import Role


def managers_by_panel(panels: Iterable[Panel]) -> dict[uuid.UUID, list[User]]:
    """Return the managers of panels by the panel's key, the longest in the role first.

    Every panel is a key; it asks two questions whatever their number.
    """
    found: dict[uuid.UUID, dict[uuid.UUID, User]] = {panel.pk: {} for panel in panels}
    serving: dict[uuid.UUID, list[uuid.UUID]] = {}
    for panel, board in PanelBoard.objects.filter(panel__in=found, until=None).values_list(
        "panel", "board"
    ):
        serving.setdefault(board, []).append(panel)
    held = (
        StandingRole.objects.filter(role=Role.CDR_MANAGER, ended_at=None, user__is_active=True)
        .filter(Q(until=None) | Q(until__gte=timezone.localdate()))
        .filter(Q(panel__in=found) | Q(board__in=serving))
        .select_related("user")
        .order_by("given_at", "pk")
    )
    for one in held:
        of_board = serving.get(one.board_id, []) if one.board_id else []
        for key in found.keys() & {one.panel_id, *of_board}:
            found[key].setdefault(one.user_id, one.user)
    return {panel: list(users.values()) for panel, users in found.items()}


def deputies_of(panels: Iterable[Panel]) -> list[User]:
    """Return the deputies named for panels, each once, who manage their panel's cases today."""
    panels = list(panels)
    managers = managers_by_panel(panels)
    named = [user for panel in panels for user in managers[panel.pk] if user.pk == panel.deputy_id]
    return list(dict.fromkeys(named))
