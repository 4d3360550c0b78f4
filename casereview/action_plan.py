"""Actions of every group: which a person may see, how each stands, and where it comes from."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from casereview import access, keys, registries
from casereview.codelists import CodeList, load_named
from casereview.models import Action, ActionEvidence, EffectReview, LearningPoint
from casereview.registries import Origin
from casereview.rules.access_table import Role, Where, roles_for
from casereview.rules.due import due_words
from casereview.rules.rag import Dates, Evidence, Limits, Rag, Standing, standing

COLOURS = {
    Rag.RED: "red",
    Rag.AMBER: "orange",
    Rag.GREEN: "green",
    Rag.GREY: "grey",
    Rag.BLUE: "blue",
}
SEE = "view_action"
_ANSWERS = {
    ActionEvidence.Answer.WAITING: Evidence.WAITING,
    ActionEvidence.Answer.ACCEPTED: Evidence.ACCEPTED,
    ActionEvidence.Answer.NOT_ENOUGH: Evidence.NOT_ENOUGH,
}


@dataclass(frozen=True)
class Planned:
    """An action and how it stands on a day."""

    action: Action
    standing: Standing
    evidence: Evidence
    mine: bool
    origin: Origin
    when: str = ""

    @property
    def colour(self) -> str:
        return COLOURS[self.standing.rag]

    @property
    def rag(self) -> str:
        return rag_list().label(self.standing.rag)

    @property
    def strength(self) -> str:
        return strengths().label(self.action.strength)

    @property
    def who(self) -> str:
        """Who does it: the person, with their agency."""
        owner, agency = self.action.owner, self.action.agency
        parts = [owner.name if owner else "", agency.name if agency else ""]
        return ", ".join(part for part in parts if part) or "Nobody yet"


def rag_list() -> CodeList:
    """Return the colours with their meaning and limits."""
    return load_named("casereview", "action_rag")


def strengths() -> CodeList:
    """Return the strengths of actions with what each means."""
    return load_named("casereview", "action_strength")


def limits() -> Limits:
    """Return the limits between the colours."""
    return Limits(**rag_list().settings["limits"])


def boards_seen(user, action: str = SEE) -> set[uuid.UUID] | None:
    """Return the boards whose actions `user` may see all of; None is every board."""
    everywhere = {role for role, cell in roles_for(action).items() if cell == Where.ANYWHERE}
    held = [one for one in access.held_by(user) if one.role in everywhere]
    if any(one.role == Role.LEARNING_LEAD and one.board is None for one in held):
        return None
    return {one.board for one in held if one.board}


def of_boards(user, boards: set[uuid.UUID] | None) -> Q:
    """Return the condition on the actions of some boards, none of which belongs to one case."""
    found = Q(learning_point__state=LearningPoint.State.ACCEPTED, case=None)
    if boards is not None:
        found &= Q(learning_point__board__in=boards)
    for source in registries.action_sources:
        found |= source.of_boards(user, boards)
    return found


def actions_of(user, action: str = SEE) -> QuerySet[Action]:
    """Return the actions on which `user` may do `action`.

    One's own; those of one's boards; and those of a case whose review one may open. An action of
    a case from which one has withdrawn is not there, also where one owns it.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Action.objects.none()
    cells = roles_for(action)
    reach = Q(pk__in=[])
    if any(cell == Where.OWN and role in access.roles_of(user) for role, cell in cells.items()):
        reach |= Q(owner=user)
    boards = boards_seen(user, action)
    if boards is None or boards:
        reach |= of_boards(user, boards)
    if any(cell in (Where.CASE, Where.MEETING) for cell in cells.values()):
        seen = access.visible_to(user, action).values("pk")
        opened = access.visible_to(user, "view_panel_review").values("pk")
        of_case = Q(case__in=seen) & Q(case__in=opened)
        reach |= of_case & Q(recommendation=None, learning_point=None)
    kept = Q(case=None) | Q(case__in=access.not_kept_from(user).values("pk"))
    return Action.objects.filter(reach).filter(kept)


def evidence_of(actions: Iterable[Action]) -> dict[uuid.UUID, Evidence]:
    """Return what became of the latest evidence of each action that has any, in one query."""
    rows = ActionEvidence.objects.filter(action__in=[one.pk for one in actions])
    found: dict[uuid.UUID, Evidence] = {}
    for action, answer in rows.order_by("given_at", "pk").values_list("action", "answer"):
        found[action] = _ANSWERS[ActionEvidence.Answer(answer)]
    return found


def stands(action: Action, evidence: Evidence, today: date) -> Standing:
    """Return how one action stands on a day."""
    return standing(
        Dates(
            due_on=action.due_on,
            begun_on=action.begun_on,
            done_on=action.done_on,
            dropped=action.state == Action.State.DROPPED,
            blocked=bool(action.__dict__.get("blocked_by")),
            evidence=evidence,
        ),
        today,
        limits(),
    )


def planned(user, actions: Iterable[Action], today: date) -> list[Planned]:
    """Return actions with how each stands: one's own first, the worst first, what is due first.

    The number of queries does not depend on how many there are, and none opens a sealed text.
    """
    rows = list(actions)
    evidence = evidence_of(rows)
    origins = origins_of(user, rows)
    order = list(Rag)
    found = []
    for one in rows:
        state = evidence.get(one.pk, Evidence.NONE)
        open_ = one.state == Action.State.OPEN
        found.append(
            Planned(
                action=one,
                standing=stands(one, state, today),
                evidence=state,
                mine=one.owner_id == user.pk,
                origin=origins.get(one.pk, Origin("")),
                when=due_words(one.due_on, today) if open_ else "",
            )
        )
    return sorted(
        found,
        key=lambda one: (
            not one.mine,
            order.index(one.standing.rag),
            one.action.due_on is None,
            one.action.due_on or today,
            str(one.action.pk),
        ),
    )


def origins_of(user, actions: list[Action]) -> dict[uuid.UUID, Origin]:
    """Return where actions come from; a case is named to those alone who may open its review."""
    found: dict[uuid.UUID, Origin] = {}
    cases = {one.case_id for one in actions if one.case_id}
    opened = access.visible_to(user, "view_panel_review").filter(pk__in=cases)
    references = dict(opened.values_list("pk", "reference")) if cases else {}
    for one in actions:
        if one.learning_point_id and one.learning_point:
            found[one.pk] = Origin(f"Learning point {one.learning_point.reference}")
        elif one.case_id:
            known = references.get(one.case_id)
            words = "Panel meeting" if one.meeting_id else "Panel review"
            if known:
                url = reverse("cdop:view_panel_review", args=[known])
                found[one.pk] = Origin(f"{words}, {known}", url)
            else:
                found[one.pk] = Origin(words)
    for source in registries.action_sources:
        found.update(source.origins(user, actions))
    return found


def opened(rows: Iterable[Planned]) -> list[Planned]:
    """Return rows whose sealed texts may now be read without a query for each."""
    rows = list(rows)
    kinds: dict[str, set[uuid.UUID]] = {}
    for one in rows:
        kinds.setdefault(one.action.key_kind, set()).add(one.action.key_id)
    for kind, owners in kinds.items():
        keys.prefetch(kind, owners)
    return rows


def loaded(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Return actions with what a list shows of them."""
    return actions.select_related("owner", "agency", "learning_point", "case")


def effect_review_of(action: Action) -> EffectReview | None:
    """Return the effect review of an action that is still to be made; None where none is."""
    return (
        EffectReview.objects.filter(action=action, reviewed_on=None)
        .select_related("action")
        .order_by("due_on")
        .first()
    )


def may(user, action_name: str, action: Action) -> bool:
    """Say whether `user` may do something on one action that they may see."""
    return bool(acting_role(user, action_name, action))


def acting_role(user, action_name: str, action: Action) -> str:
    """Return the role in which `user` may do something on an action; empty where they may not.

    Call it for an action of `actions_of`: sight is asked there.
    """
    held: dict[str, Any] = {"roles": None}
    boards = boards_seen(user, action_name)
    for role, cell in roles_for(action_name).items():
        if cell == Where.OWN:
            fits = action.owner_id == user.pk and role in access.roles_of(user)
        elif cell == Where.ANYWHERE:
            fits = role in access.roles_of(user) and _in_boards(user, action, boards)
        else:
            if action.case is None or action.recommendation_id or action.learning_point_id:
                continue
            if held["roles"] is None:
                on = access.on_case(user, action.case)
                held["roles"] = frozenset() if on.denied else on.roles
            fits = role in held["roles"]
        if fits:
            return role
    return ""


def _in_boards(user, action: Action, boards: set[uuid.UUID] | None) -> bool:
    return Action.objects.filter(of_boards(user, boards), pk=action.pk).exists()
