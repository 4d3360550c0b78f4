"""What panel reviews add to *Your work*, to the Next box and to the timeline of a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone

from casereview import access
from casereview.models import AgendaItem, Attendance, Case, Meeting
from casereview.registries import NextStep, TimelineEntry, WorkItem
from cdop.actions.reviewing import NOT_REVIEWED, informs_only
from cdop.models import PanelReview

# What a meeting says of a case that another meeting must consider.
PUT_OFF = (AgendaItem.Outcome.DEFERRED, AgendaItem.Outcome.HELD)


@dataclass(frozen=True)
class Considered:
    """A case whose meeting was held, or whose review was reopened, and is not completed."""

    reference: str
    held_on: date | None
    check_by: date | None
    reopened: bool
    judged: bool  # category and outcome are recorded


def review_work(user, today: date) -> list[WorkItem]:
    """Return the reviews to record, to complete and to read before the next meeting."""
    return [
        *_to_complete(user, today),
        *_to_record(user, today),
        *_to_read(user, today),
    ]


def _to_complete(user, today: date) -> Iterable[WorkItem]:
    if not _may_somewhere(user, "complete_panel_review"):
        return
    for one in _considered(access.visible_to(user, "complete_panel_review"), today):
        yield WorkItem(
            key=f"complete review {one.reference}",
            task="Make your check and complete the panel review"
            if one.check_by
            else "Complete the panel review",
            url=reverse("cdop:complete_panel_review", args=[one.reference]),
            reference=one.reference,
            due_on=one.check_by or one.held_on,
            why=_why(one),
            waiting_for="" if one.judged else "the CDR manager to record the judgement",
        )


def _to_record(user, today: date) -> Iterable[WorkItem]:
    if not _may_somewhere(user, "record_panel_review"):
        return
    for one in _considered(access.visible_to(user, "record_panel_review"), today):
        yield WorkItem(
            key=f"record review {one.reference}",
            task="Finish recording the panel review" if not one.judged else "Panel review recorded",
            url=reverse("cdop:view_panel_review", args=[one.reference]),
            reference=one.reference,
            due_on=one.held_on,
            why=_why(one),
            waiting_for="the chair to complete it" if one.judged else "",
        )


def _to_read(user, today: date) -> Iterable[WorkItem]:
    mine = Attendance.objects.filter(user=user).values("meeting")
    meeting = (
        Meeting.objects.filter(pk__in=mine, held_on__gte=today)
        .exclude(state=Meeting.State.CANCELLED)
        .order_by("held_on", "pk")
        .first()
    )
    if meeting is None:
        return
    agenda = AgendaItem.objects.filter(
        meeting=meeting, case__in=access.visible_to(user, "view_panel_review")
    )
    for reference in agenda.values_list("case__reference", flat=True):
        yield WorkItem(
            key=f"read {reference} for {meeting.pk}",
            task="Read the case for the panel meeting",
            url=reverse("cdop:view_panel_review", args=[reference]),
            reference=reference,
            due_on=meeting.held_on,
        )


def _may_somewhere(user, action: str) -> bool:
    return any(role in access.roles_for(action) for role in access.roles_of(user))


def _why(one: Considered) -> str:
    if one.reopened:
        return "It was reopened and stays counted in the year it was first completed."
    return f"Considered on {one.held_on.day} {one.held_on:%B %Y}." if one.held_on else ""


def _considered(cases, today: date) -> list[Considered]:
    """Return what waits among some cases, in two queries however many there are."""
    open_cases = cases.exclude(stage__in=NOT_REVIEWED).filter(merged_into=None)
    agenda = (
        AgendaItem.objects.filter(case__in=open_cases, meeting__held_on__lte=today)
        .exclude(meeting__state=Meeting.State.CANCELLED)
        .exclude(case__panel_review__state=PanelReview.State.COMPLETED)
        .exclude(outcome__in=PUT_OFF)
        .order_by("meeting__held_on")
    )
    held = {
        reference: held_on
        for reference, held_on in agenda.values_list("case__reference", "meeting__held_on")
    }
    reviews = PanelReview.objects.filter(case__in=open_cases).exclude(
        state=PanelReview.State.COMPLETED
    )
    rows = {
        row[0]: row
        for row in reviews.values_list(
            "case__reference",
            "state",
            "category_of_death",
            "modifiable_outcome",
            "chair_check_by",
        )
    }
    found = []
    for reference in sorted({*held, *(r for r, row in rows.items() if row[1] == "reopened")}):
        _, state, category, outcome, check_by = rows.get(reference, ("", "", "", "", None))
        found.append(
            Considered(
                reference,
                held.get(reference),
                check_by,
                state == PanelReview.State.REOPENED,
                bool(category and outcome),
            )
        )
    return found


def next_review_step(user, case: Case) -> list[NextStep]:
    """Return what comes next with the review of a case, for this person."""
    if case.kind != Case.Kind.DEATH or case.stage in NOT_REVIEWED:
        return []
    if not access.can(user, "view_panel_review", case):
        return []
    review = PanelReview.objects.filter(case=case).first()
    if review is not None and review.state == PanelReview.State.COMPLETED:
        return []
    today = timezone.localdate()
    days = sorted(
        AgendaItem.objects.filter(case=case)
        .exclude(meeting__state=Meeting.State.CANCELLED)
        .exclude(outcome__in=PUT_OFF)
        .values_list("meeting__held_on", flat=True)
    )
    held, coming = [d for d in days if d <= today], [d for d in days if d > today]
    judging = not informs_only(user, case)
    steps = []
    judged = review is not None and bool(review.category_of_death and review.modifiable_outcome)
    if judging and judged and (held or not days):
        if access.can(user, "complete_panel_review", case):
            steps.append(
                NextStep(
                    80,
                    "complete the panel review",
                    "The judgement is recorded. Completing signs it in your name.",
                    reverse("cdop:complete_panel_review", args=[case.reference]),
                    "Complete the review",
                    review.chair_check_by if review else None,
                )
            )
    if judging and not judged and (held or review is not None):
        if access.can(user, "record_panel_review", case):
            steps.append(
                NextStep(
                    70,
                    "record the panel review",
                    "What the panel finds, page by page; it is kept as a draft until the chair "
                    "completes it.",
                    reverse("cdop:view_panel_review", args=[case.reference]),
                    "Record the review" if review is None else "Go on recording",
                    held[-1] if held else None,
                )
            )
    if not days and access.can(user, "put_on_agenda", case):
        if case.stage == Case.Stage.READY:
            steps.append(
                NextStep(
                    40,
                    "put the case on a meeting’s agenda",
                    "It is ready for the panel and on no agenda yet.",
                    reverse("put_on_agenda", args=[case.reference]),
                    "Choose a meeting",
                )
            )
    if coming and access.can(user, "view_panel_review", case):
        steps.append(
            NextStep(
                30,
                "read the case for the panel meeting",
                "The panel considers it at its meeting.",
                reverse("cdop:view_panel_review", args=[case.reference]),
                "Open the panel review",
                coming[0],
            )
        )
    return steps


def begun_steps(case: Case) -> list[str]:
    """Return the step of the panel review once anything of it is recorded."""
    return ["Panel review"] if PanelReview.objects.filter(case=case).exists() else []


def review_timeline(user, case: Case) -> list[TimelineEntry]:
    """Return the meetings that considered a case and the completion of its review."""
    if not access.can(user, "view_panel_review", case):
        return []
    items = AgendaItem.objects.filter(case=case).select_related("meeting")
    url = reverse("cdop:view_panel_review", args=[case.reference])
    today = timezone.localdate()
    entries = [
        TimelineEntry(
            on=item.meeting.held_on,
            title="Panel meeting" if item.meeting.held_on <= today else "Panel meeting planned",
            detail=item.get_outcome_display() if item.outcome else "",
        )
        for item in items
        if item.meeting.state != Meeting.State.CANCELLED
    ]
    review = PanelReview.objects.filter(case=case).select_related("signed_by").first()
    if review is not None and review.first_completed_on is not None:
        entries.append(
            TimelineEntry(
                on=review.first_completed_on,
                title="Panel review completed",
                by=review.signed_by.name if review.signed_by else "",
                at=review.signed_at if not review.revision else None,
                detail="Reopened: under revision"
                if review.state == PanelReview.State.REOPENED
                else "",
                url=url,
            )
        )
    return entries
