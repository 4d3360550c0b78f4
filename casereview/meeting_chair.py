"""Who may chair a case at a meeting: never the clinician responsible for the child's care."""

import uuid
from collections.abc import Iterable

from casereview.models import AgendaItem, Attendance, Interest, Meeting, User
from casereview.rules.interests import may_chair

NEEDS_DEPUTY = (
    "Invite a deputy for the chair and record that they came: who came as chair was responsible "
    "for the care of a child on the agenda, and never chairs that child’s case"
)


def chairs_who_came(meeting: Meeting) -> list[User]:
    """Return the chair and deputy chairs who came to a meeting."""
    came = Attendance.objects.filter(
        meeting=meeting, as_chair=True, attended=Attendance.Attended.CAME
    )
    return [one.user for one in came.select_related("user")]


def without_chair(items: Iterable[AgendaItem], chairs: Iterable[User]) -> list[AgendaItem]:
    """Return the cases that none of the chairs may chair; none where nobody came as chair."""
    items, chairs = list(items), list(chairs)
    grounds: dict[tuple[uuid.UUID, uuid.UUID], list[str]] = {}
    for case, user, ground in Interest.objects.filter(
        case__in=[item.case_id for item in items], user__in=chairs, lifted_at=None
    ).values_list("case", "user", "ground"):
        grounds.setdefault((case, user), []).append(ground)
    return [
        item
        for item in items
        if chairs
        and not any(may_chair(grounds.get((item.case_id, chair.pk), ())) for chair in chairs)
    ]
