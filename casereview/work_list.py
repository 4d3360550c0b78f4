"""The list of *Your work*: what one person has to do, by urgency, gathered from all apps."""

from dataclasses import dataclass
from datetime import date
from hashlib import blake2s
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from casereview import access, registries
from casereview.meetings import meetings_of
from casereview.models import Attendance, Interest, Meeting
from casereview.registries import WorkItem
from casereview.rules.access_table import STANDING_ON_PANEL
from casereview.rules.due import Urgency, due_words, urgency
from casereview.rules.working_days import written

GROUPS = (
    ("urgent", "Now"),
    ("overdue", "Overdue"),
    ("soon", "Due soon"),
    ("later", "Not due yet"),
    ("waiting", "Waiting for others"),
)
# As many of one kind are one line.
TOGETHER_FROM = 3

# What somebody may begin from here: action, url name, label, why.
BEGINNINGS = (
    ("log_notification", "cdop:log_notification", "Notify a child’s death", ""),
    ("find_case", "find_case", "Find a case", "By reference, NHS number or family name."),
    ("list_cases", "list_cases", "Cases", "The cases you have been admitted to or manage."),
    ("list_notifications", "cdop:list_notifications", "Notifications", ""),
    (
        "list_requests",
        "cdop:list_requests",
        "Requests for a report",
        "What your agency is asked about a child who died.",
    ),
    (
        "list_referrals",
        "scr:list_referrals",
        "Referrals",
        "Children referred to the serious case review group.",
    ),
    ("list_meetings", "list_meetings", "Panel meetings", ""),
    (
        "list_returns",
        "cdop:list_returns",
        "Annual returns",
        "Check a year, ask for what is missing, freeze it and make the files. No names in them.",
    ),
    (
        "view_set_up",
        "view_set_up",
        "Set-up",
        "What this installation still lacks, step by step.",
    ),
    ("view_people", "view_people", "People", "Add people, give and end their roles."),
    ("view_agencies", "view_agencies", "Agencies", "The organisations that are asked for reports."),
    (
        "view_code_lists",
        "view_code_lists",
        "Lists",
        "Each list of codes, where it comes from and how sure it is.",
    ),
    (
        "change_return_form",
        "cdop:view_return_forms",
        "Forms of the annual return",
        "Enter the wording, order, codes, deadline and checks of a year’s real form.",
    ),
    (
        "break_glass",
        "break_glass",
        "Open a case in an emergency",
        "One case you have no role on, to read, for an hour. Its panel is told at once.",
    ),
    (
        "list_break_glass",
        "list_break_glass",
        "Emergency accesses",
        "Who opened a case in an emergency, and what was found of it.",
    ),
    (
        "list_access_reviews",
        "list_access_reviews",
        "Who may see what",
        "Who has which role or admission on a panel, and whether it is still needed.",
    ),
    (
        "list_proposals",
        "list_proposals",
        "Proposals",
        "Roles and changes to accounts that need a second person.",
    ),
    (
        "view_audit_log",
        "view_audit_log",
        "Audit log",
        "Who looked at what, who changed what, and proof that nobody edited the log.",
    ),
)
# What stands there beside a list of work; the other pages are in the menu.
BEGUN_ANEW = ("log_notification", "find_case", "break_glass")


@dataclass(frozen=True)
class NextMeeting:
    """The next panel meeting of a person, in words."""

    words: str
    panel: str
    url: str


def items_of(user, today: date) -> list[WorkItem]:
    """Return everything `user` has to do or waits for, each thing once."""
    found: dict[str, WorkItem] = {}
    for gather in registries.work_items:
        for item in gather(user, today):
            found.setdefault(item.key, item)
    return sorted(
        found.values(),
        key=lambda item: (item.due_on is None, item.due_on or today, item.reference, item.task),
    )


def group_of(item: WorkItem, today: date) -> str:
    """Return the key of the group an item stands in."""
    if item.urgent:
        return "urgent"
    return "waiting" if item.waiting_for else str(urgency(item.due_on, today))


def code_of(item: WorkItem) -> str:
    """Return a code for what kind of act an item is: the same words, the same code."""
    return blake2s(item.task.encode(), digest_size=4).hexdigest()


def page_of(key: str) -> str:
    """Return the address of the page that lists one group in full."""
    return f"{reverse('your_work')}?group={key}"


def grouped(items: list[WorkItem], today: date) -> list[dict[str, Any]]:
    """Return the groups of the page as `_due_list.html` wants them.

    The same act over several cases is one line, which leads to the page that lists exactly these.
    What is for now or overdue is open; of the others only the first, where nothing is more urgent.
    """
    groups = []
    seen = False
    for key, title in GROUPS:
        mine = [item for item in items if group_of(item, today) == key]
        alike: dict[str, list[WorkItem]] = {}
        for item in mine:
            alike.setdefault(code_of(item), []).append(item)
        lines = []
        for code, some in alike.items():
            if len(some) >= TOGETHER_FROM:
                lines.append(_together(some, f"{page_of(key)}&of={code}", today))
            else:
                lines += [line(item, today) for item in some]
        groups.append(
            {
                "key": key,
                "title": title,
                "items": lines,
                "count": len(mine),
                "open": key in ("urgent", "overdue") or not seen,
            }
        )
        seen = seen or bool(mine)
    return groups


def one_group(items: list[WorkItem], key: str, code: str, today: date) -> dict[str, Any]:
    """Return one group with a line for each thing, or only those of one kind."""
    mine = [item for item in items if group_of(item, today) == key]
    if code:
        mine = [item for item in mine if code_of(item) == code]
    title = dict(GROUPS).get(key, "")
    lines = [line(item, today) for item in mine]
    return {"key": key, "title": title, "items": lines, "count": len(mine), "open": True}


def line(item: WorkItem, today: date) -> dict[str, str]:
    """Return one thing as a line of the page."""
    note = item.why
    if item.waiting_for and not item.urgent:
        note = f"Waiting for {item.waiting_for}" + (f". {item.why}" if item.why else "")
    return {
        "reference": item.reference,
        "url": item.url,
        "task": item.task,
        "note": note,
        "when": due_words(item.due_on, today),
    }


def _together(some: list[WorkItem], url: str, today: date) -> dict[str, str]:
    """Return one line for things of one kind; they are in the order of their days."""
    first = some[0]
    cases = len({item.reference for item in some})
    of_cases = all(item.reference for item in some) and cases == len(some)
    number = f"{len(some)} cases" if of_cases else f"{len(some)} of them"
    task, note = f"{first.task}: {number}", ""
    together = [item.together for item in some if item.together]
    if len(together) == len(some) and len({one.url for one in together}) == 1:
        task = together[0].task.format(count=sum(one.count for one in together))
        note, url = f"In {number}.", together[0].url
    when = due_words(first.due_on, today)
    if when:
        which = "Oldest" if first.due_on and first.due_on < today else "First"
        when = f"{which}: {when[:1].lower()}{when[1:]}"
    return {"reference": "", "url": url, "task": task, "note": note, "when": when}


def counts(groups: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return how much there is, such as "2 overdue", "1 due soon", each with its page.

    One group alone says so in its heading, and gives none here.
    """
    words = {
        "urgent": "for now",
        Urgency.OVERDUE: "overdue",
        Urgency.SOON: "due soon",
        Urgency.LATER: "not due yet",
        "waiting": "waiting for others",
    }
    parts = [
        {"words": f"{group['count']} {words[group['key']]}", "url": page_of(group["key"])}
        for group in groups
        if group["count"]
    ]
    return parts if len(parts) > 1 else []


def next_meeting(user, today: date) -> NextMeeting | None:
    """Return the next meeting `user` is invited to, or that a panel of theirs holds."""
    panels = [
        one.panel for one in access.held_by(user) if one.role in STANDING_ON_PANEL and one.panel
    ]
    mine = Q(pk__in=Attendance.objects.filter(user=user).values("meeting"))
    if panels:
        mine |= Q(panel__in=panels)
    meeting = (
        Meeting.objects.filter(mine, held_on__gte=today)
        .exclude(state=Meeting.State.CANCELLED)
        .select_related("panel")
        .order_by("held_on", "starts_at")
        .first()
    )
    if meeting is None:
        return None
    at = f" at {meeting.starts_at:%H:%M}" if meeting.starts_at else ""
    opens = access.can(user, "view_meeting") and meetings_of(user).filter(pk=meeting.pk).exists()
    url = _url("view_meeting", meeting.pk) if opens else ""
    # Somebody of one panel knows which it is.
    panel = "" if set(panels) == {meeting.panel_id} else meeting.panel.name
    return NextMeeting(f"{written(meeting.held_on)}{at}", panel, url)


def beginnings(user, *, brief: bool) -> list[dict[str, str]]:
    """Return the pages from which this person's work begins; `brief`: only what is begun anew."""
    found = []
    for action, name, label, why in BEGINNINGS:
        if brief and action not in BEGUN_ANEW:
            continue
        url = _url(name)
        if url and access.can(user, action):
            found.append({"url": url, "label": label, "why": why})
    return found


def interests_to_decide(user, today: date) -> list[WorkItem]:
    """List declared interests that wait for this person, who chairs, to decide."""
    cases = access.visible_to(user, "decide_interest")
    waiting = (
        Interest.objects.filter(case__in=cases.values("pk"), decided_at=None, lifted_at=None)
        .exclude(user=user)
        .select_related("case")
    )
    return [
        WorkItem(
            key=f"interest {interest.pk}",
            task="Decide a declared interest",
            why="Before the case is opened in the meeting",
            url=reverse("decide_interest", args=[interest.case.reference, interest.pk]),
            reference=interest.case.reference,
        )
        for interest in waiting
    ]


def _url(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
