"""Raising and closing priorities, closing flags, and the work that follows from a priority."""

import datetime
import uuid

from django.db.models import Q, QuerySet
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.action_plan import add_action
from casereview.actions.seen import as_seen
from casereview.models import Action, Agency, Panel, Recommendation, User
from casereview.records import Change, change
from learning import signals
from learning.models import ClosedFlag, Priority, Theme
from learning.naming import refuse_names
from learning.rules.signals import Flag, Signal

FLAGGED = (Flag.RED, Flag.AMBER)
KEY = "priority"  # what owns the key of a priority's plans and actions


def raise_priority(*, theme: Theme, panel: Panel, by, reason: str, would_be_seen: str) -> Priority:
    """Make a theme a priority of a panel; without a flag it is said to be raised by hand.

    Raises:
        NotAllowed: no reason, nothing that would be seen, it is one already, or a text names
            somebody.
    """
    with change("raise_priority", by=by) as written:
        return open_priority(
            written, theme=theme, panel=panel, by=by, reason=reason, would_be_seen=would_be_seen
        )


def open_priority(
    written: Change, *, theme: Theme, panel: Panel, by, reason: str, would_be_seen: str
) -> Priority:
    """Make a theme a priority within a change that another action has begun; raises alike."""
    if not reason.strip():
        raise NotAllowed("Enter why it is a priority")
    if not would_be_seen.strip():
        raise NotAllowed("Enter what would be seen if the work made a difference")
    if priority_of(theme, panel):
        raise NotAllowed("It is a priority of this panel already")
    refuse_names(theme, reason, would_be_seen)
    flag = _signal(theme, panel).flag
    priority = Priority(
        panel=panel,
        theme=theme,
        raised=Priority.Raised.FLAG if flag in FLAGGED else Priority.Raised.HAND,
        flag=flag,
        reason=reason.strip(),
        would_be_seen=would_be_seen.strip(),
        raised_by=by,
        raised_at=timezone.now(),
    )
    written.save(priority)
    return priority


def end_priority(written: Change, priority: Priority, *, by, reason: str) -> Priority:
    """Close a priority within a change that another action has begun.

    Raises:
        NotAllowed: no reason, or it is closed.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the priority is closed")
    found = Priority.objects.select_for_update().get(pk=priority.pk)
    if found.closed_at:
        raise NotAllowed("The priority is closed already")
    refuse_names(found.theme, reason)
    found.close_reason, found.closed_by, found.closed_at = reason.strip(), by, timezone.now()
    written.save(found)
    return found


def priority_of(theme: Theme, panel: Panel) -> Priority | None:
    """Return the open priority that a theme is for a panel; None where it is none."""
    return Priority.objects.filter(theme=theme, panel=panel, closed_at=None).first()


def change_priority(
    *, priority: Priority, by, would_be_seen: str, version: int | None = None
) -> Priority:
    """Say anew what would be seen if the work made a difference.

    Raises:
        NotAllowed: nothing said, the priority is closed, or the text names somebody.
        Conflict: somebody else changed it since the page was shown.
    """
    if not would_be_seen.strip():
        raise NotAllowed("Enter what would be seen if the work made a difference")
    if priority.closed_at:
        raise NotAllowed("The priority is closed: it stays as it is")
    refuse_names(priority.theme, would_be_seen)
    as_seen(priority, version)
    with change("change_priority", by=by) as written:
        priority.would_be_seen = would_be_seen.strip()
        written.save(priority, subject=True)
    return priority


def close_flag(*, theme: Theme, panel: Panel, by, reason: str) -> ClosedFlag:
    """Close the flag of a theme for a panel, with a reason; the next quarter judges it anew.

    Raises:
        NotAllowed: no reason, no flag, it is closed already, or the reason names somebody.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the flag is closed")
    compared = signals.compare(timezone.localdate(), panel)
    signal = compared.by_code.get(theme.code)
    if signal is None or signal.flag not in FLAGGED:
        raise NotAllowed("This theme has no flag to close")
    last = str(compared.window.last)
    if still_closed(signal, closed_for(panel).filter(theme=theme, last_quarter=last)):
        raise NotAllowed("The flag is closed already")
    refuse_names(theme, reason)
    with change("close_flag", by=by) as written:
        closed = ClosedFlag(
            panel=panel,
            theme=theme,
            last_quarter=last,
            flag=signal.flag,
            cases=signal.window,
            reason=reason.strip(),
            closed_by=by,
            closed_at=timezone.now(),
        )
        written.save(closed)
        written.detail.update(flag=str(signal.flag), quarter=last)
    return closed


def closed_for(panel: Panel | None) -> QuerySet[ClosedFlag]:
    """Return the flags that were closed for a panel, or for all; without one, those for all."""
    return ClosedFlag.objects.filter(Q(panel=panel) | Q(panel=None))


def still_closed(signal: Signal, closed) -> ClosedFlag | None:
    """Return what closed a flag of these four quarters; more cases since then open it again."""
    return next((one for one in closed if one.cases >= signal.window), None)


def plan_work(*, priority: Priority, by, title: str, test: str, level: str) -> Recommendation:
    """Begin a plan of work for a priority, such as a campaign, with what would show that it worked.

    Raises:
        NotAllowed: no title, no test, an unknown level, a closed priority, or a text that names
            somebody.
    """
    if not title.strip():
        raise NotAllowed("Enter what the plan is for")
    if not test.strip():
        raise NotAllowed("Enter what would be seen if it worked")
    if level not in Recommendation.Level.values:
        raise NotAllowed("Select how far it reaches")
    if priority.closed_at:
        raise NotAllowed("The priority is closed: no work is planned for it")
    refuse_names(priority.theme, title, test)
    with change("plan_work", by=by) as written:
        plan = Recommendation(
            key_kind=KEY,
            key_id=priority.pk,
            text=title.strip(),
            test=test.strip(),
            level=level,
            made_on=timezone.localdate(),
            made_by=by,
        )
        written.save(plan)
    return plan


def plan_action(
    *,
    plan: Recommendation,
    by,
    text: str,
    strength: str,
    due_on: datetime.date,
    owner: User | None = None,
    agency: Agency | None = None,
    agreed_on: datetime.date | None = None,
) -> Action:
    """Add an action to a plan of work.

    Raises:
        NotAllowed: what `add_action` refuses, or a text that names somebody.
    """
    theme = theme_of_key(plan.key_id)
    refuse_names(theme, text)
    with change("plan_action", by=by) as written:
        return add_action(
            written,
            recommendation=plan,
            text=text,
            strength=strength,
            agreed_on=agreed_on or timezone.localdate(),
            due_on=due_on,
            owner=owner,
            agency=agency,
        )


def theme_of_key(key: uuid.UUID) -> Theme | None:
    """Return the theme of the priority of a key."""
    found = Priority.objects.filter(pk=key).select_related("theme").first()
    return found.theme if found else None


def _signal(theme: Theme, panel: Panel) -> Signal:
    found = signals.compare(timezone.localdate(), panel).by_code.get(theme.code)
    return found or Signal(theme.code, 0, 0, 0, None, Flag.NONE)
