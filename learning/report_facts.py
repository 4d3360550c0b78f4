"""What an annual report tells besides figures of children: meetings, priorities, actions, notices.

None of it is about one child: attendance is by agency, and every text was tested for names before
it came into the learning database.
"""

from collections import Counter
from datetime import date
from typing import Any

from django.utils import timezone

from casereview import keys
from casereview.action_plan import loaded, of_boards, opened, planned, rag_list, strengths
from casereview.meeting_quorum import quorums_of
from casereview.models import Action, AgendaItem, Attendance, Board, Meeting
from casereview.rules.rag import Rag
from casereview.rules.working_days import written
from cdop.rules.annual_return import ReviewedDeath
from learning.models import Notice, Priority
from learning.notice_page import body_of, standing
from learning.panels import boards_of
from learning.priority_actions import evidenced
from learning.report_figures import About
from learning.rules.impact import highest
from scr.audit_programme import year_count
from scr.rules.register import YearRecord

Fact = dict[str, Any]
# The links of the chain as a report says them.
REACHED = {
    "": "nothing evidenced yet",
    "done": "what was agreed is done",
    "reached": "it reached those it was meant for",
    "practice": "practice changed",
    "exposure": "what children are exposed to changed",
    "near_misses": "near misses changed",
    "deaths": "deaths changed",
}


def fact(label: str, *points: str, text: str = "") -> Fact:
    """Return a fact as it is kept: what it is called, a sentence, and lines below it."""
    return {"label": label, "text": text, "points": [one for one in points if one]}


def facts(of: About, user, today: date, serious: YearRecord | None) -> dict[str, list[Fact]]:
    """Return the facts of a report by the name under which its parts ask for them."""
    priorities = list(
        Priority.objects.filter(panel=of.panel).select_related("theme").order_by("raised_at")
    )
    keys.prefetch("priority", [one.pk for one in priorities])
    return {
        "attendance": _attendance(of),
        "priorities": _priorities(of, priorities),
        "next_priorities": _next(priorities),
        "actions": _actions(of, user, today),
        "notices": _notices(of, today),
        "audits": _audits(of),
        "serious_cases": _published(serious),
    }


def _attendance(of: About) -> list[Fact]:
    meetings = list(
        Meeting.objects.filter(
            panel=of.panel,
            held_on__range=(of.year.first_day, of.year.last_day),
            state=Meeting.State.HELD,
        )
        .select_related("panel")
        .order_by("held_on")
    )
    if not meetings:
        return [fact("Meetings", text="The panel held no meeting in the year.")]
    invited: dict[str, set[Any]] = {}
    came: set[tuple[str, Any]] = set()
    for agency, at, attended in (
        Attendance.objects.filter(meeting__in=meetings, agency__isnull=False)
        .values_list("agency__name", "meeting", "attended")
        .order_by("agency__name")
    ):
        invited.setdefault(agency, set()).add(at)
        if attended == Attendance.Attended.CAME:
            came.add((agency, at))
    lines = [
        f"{agency}: {sum((agency, each) in came for each in asked)} of {len(asked)} meetings"
        for agency, asked in sorted(invited.items())
    ]
    items = list(AgendaItem.objects.filter(meeting__in=meetings))
    reached = quorums_of(meetings, items)
    short = {item.meeting_id for item in items if not reached[item.pk].met}
    held = len(meetings) - len(short)
    every = "1 meeting" if len(meetings) == 1 else f"{len(meetings)} meetings"
    return [
        fact("Meetings", text=f"{every} held; in {held} the quorum was met for every case."),
        fact("Agencies that attended, themselves or by a deputy", *lines),
    ]


def _priorities(of: About, priorities: list[Priority]) -> list[Fact]:
    year = [
        one
        for one in priorities
        if timezone.localdate(one.raised_at) <= of.year.last_day
        and (one.closed_at is None or timezone.localdate(one.closed_at) >= of.year.first_day)
    ]
    links = evidenced(year)
    return [
        fact(
            one.theme.name,
            f"Would be seen if it worked: {one.would_be_seen}" if one.would_be_seen else "",
            f"Closed on {written(timezone.localdate(one.closed_at))}: {one.close_reason}"
            if one.closed_at
            else "",
            text=f"Highest link that is evidenced: {REACHED[highest(links[one.pk])]}. Fewer deaths "
            "are not shown as an effect.",
        )
        for one in year
    ]


def _next(priorities: list[Priority]) -> list[Fact]:
    return [
        fact(one.theme.name, text=f"Would be seen if it worked: {one.would_be_seen or 'not said'}")
        for one in priorities
        if one.closed_at is None
    ]


def _actions(of: About, user, today: date) -> list[Fact]:
    known = loaded(
        Action.objects.filter(
            of_boards(user, boards_of(of.panel)), case=None, agreed_on__lte=of.year.last_day
        )
    )
    rows = opened(planned(user, known, today))
    stand = Counter(one.standing.rag for one in rows)
    strong = Counter(
        one.action.strength for one in rows if one.action.state != Action.State.DROPPED
    )
    if not rows:
        return [fact("Actions", text="No action was agreed up to the end of the year.")]
    return [
        fact(
            f"How actions stand on {written(today)}",
            *(f"{label}: {stand[Rag(code)]}" for code, label in rag_list().choices()),
        ),
        fact(
            "How strong they are",
            *(f"{label}: {strong[code]}" for code, label in strengths().choices()),
            f"Not said: {strong['']}",
        ),
    ]


def _notices(of: About, today: date) -> list[Fact]:
    sent = Notice.objects.filter(
        panel=of.panel, sent_on__range=(of.year.first_day, of.year.last_day)
    ).select_related("theme")
    rows = list(sent.order_by("sent_on", "pk"))
    keys.prefetch("notice", [one.pk for one in rows])
    return [
        fact(
            f"{body_of(one)}: {one.theme.name}" if one.theme else body_of(one),
            f"Their answer: {one.reply}" if one.reply else "",
            text=f"Told on {written(one.sent_on)}. {standing(one, today)[0]}.",
        )
        for one in rows
        if one.sent_on
    ]


def _audits(of: About) -> list[Fact]:
    boards = list(Board.objects.filter(code__in=of.codes))
    found = year_count(boards, of.year)
    if not found.planned_in_all and not found.carried_in:
        return [fact("Audits of case files", text="None was planned for the year.")]
    return [
        fact(
            "Audits of case files",
            f"Planned for the year: {found.planned_in_all}",
            f"Held: {found.held + found.carried_in}",
            f"Postponed: {found.postponed}; cancelled: {found.cancelled}",
            f"Shared with the board: {found.shared}",
        )
    ]


def _published(record: YearRecord | None) -> list[Fact]:
    if record is None:
        return [fact("Serious case reviews", text="No case was considered in the year.")]
    some = "Reviews were published in the year." if record.published else "None was published."
    return [fact("Publication", text=some)]


def not_known(deaths: list[ReviewedDeath]) -> list[Fact]:
    """Return in how many completed reviews something is not on record; for the panel alone."""
    missing = [
        ("Sex", sum(not one.sex for one in deaths)),
        ("Ethnic group", sum(not one.ethnicity for one in deaths)),
        ("Place of the event", sum(not one.location for one in deaths)),
        ("Category of death", sum(not one.category for one in deaths)),
    ]
    return [
        fact(
            f"Not on record, of {len(deaths)} completed reviews",
            *(f"{label}: {number}" for label, number in missing),
        )
    ]
