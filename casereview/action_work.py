"""What actions ask of *Your work*: to do, to show, to look at, and to see what came of it."""

from datetime import date

from django.urls import reverse

from casereview import registries
from casereview.action_plan import actions_of, evidence_of
from casereview.models import Action, ActionEvidence, EffectReview
from casereview.registries import WorkItem
from casereview.rules.rag import Evidence


def work(user, today: date) -> list[WorkItem]:
    """Return the actions `user` owns, evidence they may accept, and effects to look at."""
    return [*_own(user), *_evidence(user), *_effects(user)]


def _to(action_key) -> str:
    return reverse("view_action", args=[action_key])


def _own(user) -> list[WorkItem]:
    mine = actions_of(user, "report_progress").filter(owner=user, state=Action.State.OPEN)
    rows = list(mine.order_by("due_on", "pk"))
    evidence = evidence_of(rows)
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
        .order_by("given_at", "pk")
    )
    return [
        WorkItem(
            key=f"evidence {one.pk}",
            task="Look at the evidence for an action",
            url=reverse("answer_evidence", args=[one.action_id, one.pk]),
            why="Somebody other than its owner accepts it.",
        )
        for one in waiting
    ]


def _effects(user) -> list[WorkItem]:
    due = EffectReview.objects.filter(
        action__in=actions_of(user, "review_effect").exclude(owner=user).values("pk"),
        reviewed_on=None,
    ).order_by("due_on", "pk")
    return [
        WorkItem(
            key=f"effect {one.pk}",
            task="Look at what an action brought about",
            url=_to(one.action_id),
            due_on=one.due_on,
        )
        for one in due
    ]


def register() -> None:
    """Add the above to *Your work*."""
    registries.work_items.append(work)
