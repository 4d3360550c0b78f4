"""The minutes of a meeting, drafted from who came and what was captured, case by case."""

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from casereview import actions as kernel
from casereview.meeting_quorum import quorum_of
from casereview.meetings import agenda_for, disposed_for
from casereview.models import Action, AgendaItem, Attendance, Meeting
from casereview.rules.identifying import left_out
from cdop.forms.room import in_words
from cdop.models import CheckPoint, DeferralQuestion
from cdop.views import review_shown

BLACKENED = "This part is about another child. It was left out of this copy."


def draft(meeting: Meeting) -> str:
    """Return the part about no one case: who was there, and the minutes before."""
    people = list(
        Attendance.objects.filter(meeting=meeting)
        .select_related("user", "agency", "deputy_for")
        .order_by("-as_chair", "user__name")
    )
    came = [_named(one) for one in people if one.attended == Attendance.Attended.CAME]
    sorry = [_named(one) for one in people if one.attended == Attendance.Attended.APOLOGIES]
    lines = [f"{meeting.panel.name}: meeting of {in_words(meeting.held_on)}"]
    lines += ["", "Present", *(f"- {one}" for one in came or ["Nobody is recorded"])]
    if sorry:
        lines += ["", "Apologies", *(f"- {one}" for one in sorry)]
    before = kernel.previous_meeting(meeting)
    if before is not None:
        agreed = "were agreed" if meeting.last_minutes_agreed_on else "were not yet agreed"
        lines += ["", f"The minutes of {in_words(before.held_on)} {agreed}."]
    return "\n".join(lines)


def _named(one: Attendance) -> str:
    words = one.user.name
    if one.agency:
        words += f", {one.agency.name}"
    if one.as_chair:
        words += " (chair)"
    if one.deputy_for:
        words += f", for {one.deputy_for.name}"
    return words


def parts(user, meeting: Meeting, *, told: Collection[Any] | None = None) -> list[dict[str, Any]]:
    """Return the parts of the minutes about one case each, in the order of the agenda.

    A case that was disposed of has a line in its place. `told` are the agenda items of which a
    copy tells; of another one it has a line only. What is kept from their reader is not there.
    """
    items = agenda_for(user, meeting)
    shown = [item for item in items if told is None or item.pk in told]
    rows = of_cases(meeting, shown)
    rows += [
        {"item": item, "gone": f"Item {item.place} of the agenda", "why": BLACKENED}
        for item in items
        if item not in shown
    ]
    rows += [
        {
            "item": item,
            "gone": f"Item {item.place} of the agenda",
            "why": f"The case was disposed of on {in_words(timezone.localdate(on))}. "
            "What the minutes said of it was destroyed with it.",
        }
        for item in disposed_for(user, meeting)
        if (on := item.case.disposed_at) is not None
    ]
    return sorted(rows, key=lambda row: row["item"].place)


def of_cases(meeting: Meeting, items: list[AgendaItem]) -> list[dict[str, Any]]:
    """Return what the minutes say of each of some cases; ask for those its reader sees only."""
    keys = [item.pk for item in items]
    cases = [item.case_id for item in items]
    quorums = quorum_of(meeting, items)
    questions: dict[Any, list] = {}
    for question in (
        DeferralQuestion.objects.filter(item__in=keys)
        .select_related("agency", "returns_to")
        .order_by("due_on", "pk")
    ):
        questions.setdefault(question.item_id, []).append(question)
    points: dict[Any, list] = {}
    for point in CheckPoint.objects.filter(item__in=keys).order_by("pk"):
        points.setdefault(point.item_id, []).append(point)
    agreed: dict[Any, list] = {}
    for action in (
        Action.objects.filter(meeting=meeting, case__in=cases)
        .select_related("owner", "agency")
        .order_by("due_on", "pk")
    ):
        agreed.setdefault(action.case_id, []).append(action)
    return [
        {
            "item": item,
            "quorum": quorums[item.pk],
            "lines": _lines(
                questions.get(item.pk, []), points.get(item.pk, []), agreed.get(item.case_id, [])
            ),
        }
        for item in items
    ]


def _lines(questions: list, points: list, agreed: list[Action]) -> list[str]:
    lines = []
    for one in questions:
        asked = one.asked[:1].lower() + one.asked[1:] if one.agency is None else one.asked
        back = f"; returns on {in_words(one.returns_to.held_on)}" if one.returns_to else ""
        lines.append(f"Question to {asked}, due {in_words(one.due_on)}{back}: {one.question}")
    lines += [f"The chair checks: {one.point}" for one in points]
    for action in agreed:
        who = " and ".join(str(one) for one in (action.owner, action.agency) if one)
        due = f", by {in_words(action.due_on)}" if action.due_on else ""
        lines.append(f"Action for {who}{due}: {action.text}")
    return lines


def note_of(item: AgendaItem) -> str:
    """Return the note of a case, or where there is none a first one from its outcome."""
    if item.note:
        return left_out(item.note, review_shown.identifying(item.case))
    words = {
        AgendaItem.Outcome.COMPLETED: "The panel considered the case and completed its review.",
        AgendaItem.Outcome.CHAIR_CHECK: "The panel agreed its review subject to the chair’s check "
        "of the points named.",
        AgendaItem.Outcome.DEFERRED: "The panel deferred the case until its questions are "
        "answered.",
        AgendaItem.Outcome.HELD: "The panel holds the case until another process has ended.",
        AgendaItem.Outcome.REFERRED_ON: "The panel referred the case on.",
    }
    return words.get(AgendaItem.Outcome(item.outcome), "The case was not considered.")
