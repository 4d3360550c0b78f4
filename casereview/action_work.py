"""What actions ask of *Your work*: to do, to show, to look at, and to see what came of it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from casereview import registries
from casereview.action_plan import actions_of, evidence_of, loaded, origins_of
from casereview.models import Action, ActionEvidence, EffectReview
from casereview.registries import WorkItem
from casereview.rules.rag import Evidence

NOT_ITS_OWNER = "Somebody other than its owner accepts it."


def work(user, today: date) -> list[WorkItem]:
    """Return the actions `user` owns, evidence they may accept, and effects to look at."""
    return [*_own(user), *_evidence(user), *_effects(user)]


def _to(action_key) -> str:
    return reverse("view_action", args=[action_key])


def _whence(user, actions: Iterable[Action]) -> dict[Any, str]:
    """Return by action a sentence on where it comes from, so that one is told from another."""
    rows = {one.pk: one for one in actions}
    found = origins_of(user, list(rows.values()))
    return {key: f"{one.label}." for key, one in found.items() if one.label}


def _own(user) -> list[WorkItem]:
    mine = actions_of(user, "report_progress").filter(owner=user, state=Action.State.OPEN)
    rows = list(loaded(mine).order_by("due_on", "pk"))
    evidence, whence = evidence_of(rows), _whence(user, rows)
    items = []
    for one in rows:
        state = evidence.get(one.pk, Evidence.NONE)
        task, waiting = "Do the action you own, and report on it", ""
        if one.done_on and state in (Evidence.NONE, Evidence.NOT_ENOUGH):
            task = "Give evidence that your action was done"
        elif one.done_on and state == Evidence.WAITING:
            task, waiting = "Your action waits for its evidence to be accepted", "somebody else"
        items.append(
            WorkItem(
                key=f"action {one.pk}",
                task=task,
                url=_to(one.pk),
                due_on=one.due_on,
                why=whence.get(one.pk, ""),
                waiting_for=waiting,
            )
        )
    return items


def _evidence(user) -> list[WorkItem]:
    waiting = (
        ActionEvidence.objects.filter(
            action__in=actions_of(user, "answer_evidence").exclude(owner=user).values("pk"),
            answer=ActionEvidence.Answer.WAITING,
        )
        .exclude(given_by=user)
        .select_related("action__learning_point", "action__case")
        .order_by("given_at", "pk")
    )
    whence = _whence(user, [one.action for one in waiting])
    return [
        WorkItem(
            key=f"evidence {one.pk}",
            task="Look at the evidence for an action",
            url=reverse("answer_evidence", args=[one.action_id, one.pk]),
            why=" ".join((whence.get(one.action_id, ""), NOT_ITS_OWNER)).strip(),
        )
        for one in waiting
    ]


def _effects(user) -> list[WorkItem]:
    due = (
        EffectReview.objects.filter(
            action__in=actions_of(user, "review_effect").exclude(owner=user).values("pk"),
            reviewed_on=None,
        )
        .select_related("action__learning_point", "action__case")
        .order_by("due_on", "pk")
    )
    whence = _whence(user, [one.action for one in due])
    return [
        WorkItem(
            key=f"effect {one.pk}",
            task="Look at what an action brought about",
            url=_to(one.action_id),
            due_on=one.due_on,
            why=whence.get(one.action_id, ""),
        )
        for one in due
    ]


def register() -> None:
    """Add the above to *Your work*."""
    registries.work_items.append(work)
