"""The Next box of a death when nothing is the reader's turn: what is waited for, or why nothing."""

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from casereview import access, registries
from casereview.meeting_chair import chairs_who_came, without_chair
from casereview.models import AgencyRequest, AgendaItem, Case, Interest, Meeting
from casereview.registries import NextStep
from cdop.actions.notifying import notification_of
from cdop.gathering import OPEN
from cdop.models import PanelReview
from cdop.review_work import PUT_OFF
from cdop.rules.whose_turn import Standing, whose_turn

# Below every step that is somebody's own.
WEIGHT = 5


def next_steps(user, case: Case) -> list[NextStep]:
    """Return what is waited for on a death; where the reader may see the requests, they lead on."""
    if case.kind != Case.Kind.DEATH:
        return []
    sees_reports = access.can(user, "view_agency_reports", case)
    one = standing(case, sees_reports=sees_reports)
    turn = whose_turn(one)
    leads = bool(one.asked) and turn.title.endswith("to report")
    url = reverse("cdop:view_agency_reports", args=[case.reference]) if leads else ""
    return [NextStep(WEIGHT, turn.title, turn.why, url, "See the requests", turn.due_on)]


def standing(case: Case, *, sees_reports: bool) -> Standing:
    """Return how far a death is; the number of reports only where it may be known."""
    today = timezone.localdate()
    review = PanelReview.objects.filter(case=case).first()
    items = list(
        AgendaItem.objects.filter(case=case)
        .exclude(meeting__state=Meeting.State.CANCELLED)
        .exclude(outcome__in=PUT_OFF)
        .select_related("meeting")
        .order_by("meeting__held_on")
    )
    coming = [one for one in items if one.meeting.held_on > today]
    held = [one for one in items if one.meeting.held_on <= today]
    asked = AgencyRequest.objects.filter(case=case, state__in=OPEN).aggregate(
        asked=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)), first=Min("due_on")
    )
    notification = notification_of(case)
    judged = bool(review and review.category_of_death and review.modifiable_outcome)
    return Standing(
        stage=case.stage,
        reviewed_here=not (case.residence_board_id and case.reviewing_board_id is None),
        doctor_confirmed=notification is None
        or notification.expectedness_confirmed_at is not None
        or case.stage != Case.Stage.NOTIFIED,
        asked=asked["asked"] if sees_reports else None,
        overdue=asked["overdue"] if sees_reports else 0,
        first_due=asked["first"] if sees_reports else None,
        meeting=coming[0].meeting.held_on if coming else None,
        considered=bool(held),
        judged=judged,
        check_by=review.chair_check_by if review else None,
        chair_withdrew=bool(held) and judged and _nobody_chairs(held[-1]),
        completed=review is not None and review.state == PanelReview.State.COMPLETED,
    )


def _nobody_chairs(item: AgendaItem) -> bool:
    """Say whether everybody who came as chair has withdrawn from a case, or may not chair it."""
    came = chairs_who_came(item.meeting)
    away = set(
        Interest.objects.filter(
            case=item.case_id, user__in=came, level=Interest.Level.WITHDRAWS, lifted_at=None
        ).values_list("user", flat=True)
    )
    left = [chair for chair in came if chair.pk not in away]
    return bool(came) and (not left or bool(without_chair([item], left)))


def register() -> None:
    """Add the above to the Next box of a case."""
    registries.next_steps.append(next_steps)
