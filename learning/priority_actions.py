"""Work planned for priorities: its place in the one register of actions, and its evidence."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.urls import reverse

from casereview import access, registries
from casereview.models import Action, EffectReview, PanelBoard
from casereview.registries import ActionSource, Origin
from learning.actions.priorities import KEY, theme_of_key
from learning.models import Priority
from learning.naming import places
from learning.panels import panels_for


def of_boards(user, boards: Collection[uuid.UUID] | None) -> Q:
    """Return the condition on actions planned for priorities of the panels of some boards."""
    priorities = Priority.objects.all()
    if boards is not None:
        served = PanelBoard.objects.filter(board__in=boards, until=None)
        priorities = priorities.filter(panel__in=served.values("panel"))
    return Q(key_kind=KEY, key_id__in=priorities.values("pk"), case=None)


def origins(user, actions: list[Action]) -> dict[uuid.UUID, Origin]:
    """Return of actions the priority they are planned for; a link for who may open it."""
    wanted = {one.key_id for one in actions if one.key_kind == KEY}
    if not wanted:
        return {}
    found = {
        one.pk: one
        for one in Priority.objects.filter(pk__in=wanted).select_related("theme", "panel")
    }
    opened: set[Any] = set()
    if access.can(user, "view_priority"):
        opened = set(panels_for(user, "view_priority").values_list("pk", flat=True))
    return {
        one.pk: Origin(
            f"Priority: {found[one.key_id].theme.name}",
            reverse("learning:view_priority", args=[one.key_id])
            if found[one.key_id].panel_id in opened
            else "",
        )
        for one in actions
        if one.key_kind == KEY and one.key_id in found
    }


def names_in(action: Action, text: str) -> int:
    """Return how many places of a text about such an action tell who somebody is."""
    if action.key_kind != KEY:
        return 0
    return len(places(theme_of_key(action.key_id), text))


def evidenced(priorities: Collection[Priority]) -> dict[uuid.UUID, set[str]]:
    """Return by priority the links of the chain for which its actions have evidence."""
    wanted = [one.pk for one in priorities]
    actions = Action.objects.filter(key_kind=KEY, key_id__in=wanted)
    found: dict[uuid.UUID, set[str]] = {key: set() for key in wanted}
    for key in actions.filter(state=Action.State.DONE).values_list("key_id", flat=True):
        found[key].add("done")
    reviews = EffectReview.objects.filter(
        action__in=actions.values("pk"), reviewed_on__isnull=False
    ).exclude(reached="")
    for key, reached in reviews.values_list("key_id", "reached"):
        found[key].add(reached)
    return found


def register() -> None:
    """Add the above to the one register of actions."""
    registries.action_sources.append(ActionSource(of_boards, origins, names_in))
