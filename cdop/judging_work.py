"""What first judgements add to the shared pages: work, next steps, the timeline, and a chore."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from casereview import access, registries
from casereview.models import Attendance, Case, Interest, Meeting
from casereview.registries import NextStep, TimelineEntry, WorkItem
from cdop.actions.judging import (
    decided,
    destroy_first_judgements,
    may_judge,
    open_round_of,
    own_judgement,
)
from cdop.models import FirstJudgement, JudgementRound

GIVE = "Give your first judgement"
WHY = "Before the discussion, and seen by nobody: only counts are kept."


def work(user, today: date) -> list[WorkItem]:
    """Return the cases on which a person's own first judgement is asked for and not given."""
    mine = Q(user=user)
    if user.agency_id:
        mine |= Q(agency=user.agency_id)
    informs = Interest.objects.filter(mine, level=Interest.Level.INFORMS_ONLY, lifted_at=None)
    invited = Attendance.objects.filter(user=user, meeting=OuterRef("item__meeting"))
    given = FirstJudgement.objects.filter(round=OuterRef("pk"), user=user)
    asked = (
        JudgementRound.objects.filter(
            case__in=access.visible_to(user, "give_first_judgement"),
            opened_at=None,
            item__outcome="",
        )
        .filter(Exists(invited), ~Exists(given))
        .exclude(case__in=informs.values("case"))
        .order_by("item__meeting__held_on", "case__reference")
        .values_list("pk", "case__reference", "item__meeting__held_on")
    )
    return [
        WorkItem(
            key=f"first judgement {pk}",
            task=GIVE,
            url=reverse("cdop:give_first_judgement", args=[reference]),
            reference=reference,
            due_on=held_on,
            why=WHY,
        )
        for pk, reference, held_on in asked
    ]


def next_steps(user, case: Case) -> list[NextStep]:
    """Return the first judgement that a person is asked for on a case."""
    if not access.can(user, "give_first_judgement", case):
        return []
    asked = open_round_of(case)
    if asked is None or not may_judge(asked, user) or own_judgement(asked, user) is not None:
        return []
    if decided(asked):
        return []
    meeting = Meeting.objects.filter(agenda=asked.item_id).first()
    return [
        NextStep(
            60,
            "give your first judgement",
            WHY,
            reverse("cdop:give_first_judgement", args=[case.reference]),
            GIVE,
            meeting.held_on if meeting else None,
        )
    ]


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return the days on which first judgements were opened."""
    if not access.can(user, "view_panel_review", case):
        return []
    url = reverse("cdop:view_panel_review", args=[case.reference])
    return [
        TimelineEntry(
            on=timezone.localdate(opened_at),
            title="First judgements opened",
            at=opened_at,
            url=f"{url}#first-judgements",
        )
        for opened_at in JudgementRound.objects.filter(
            case=case, opened_at__isnull=False
        ).values_list("opened_at", flat=True)
        if opened_at
    ]


def register() -> None:
    """Add the above to the pages that gather from all apps."""
    registries.work_items.append(work)
    registries.next_steps.append(next_steps)
    registries.tell_timeline("panel", "Panel and its meetings", timeline)
    registries.chores["first_judgements_destroyed"] = destroy_first_judgements
