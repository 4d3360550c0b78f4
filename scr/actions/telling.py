"""Who is told of an incident or a decision: national bodies and the family, each in its time."""

import datetime
from dataclasses import replace

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.family_letters import HELD, held
from casereview.actions.seen import as_seen
from casereview.models import Case, Clock, NotificationDuty
from casereview.records import Change, change
from scr.clocks import limit_of, meet_clock, rule_of, start_clocks, stop_clocks
from scr.criteria_files import framework_named
from scr.rules.frameworks import Framework
from scr.rules.options import LeadsTo, Option
from scr.rules.stages import Act
from scr.standing import check

# Time limits of telling somebody, by the event they run from: who must.
TELLING = {
    "authority_aware": "The local authority",
    "decided": "The board",
    # The rapid review goes to the national Panel.
    "partners_aware": "The safeguarding partners",
    "notification_sent": "The safeguarding partners",
}
NO_REVIEW_ONLY = "tell_npie_no_scr"
FAMILY = "tell_family"
SENT = "notification_sent"


def open_duties(
    written: Change, case: Case, edition: Framework, chosen: Option, on: datetime.date, number: int
) -> None:
    """Open what is to be told after a decision, with its clocks; inside a decision's change.

    `number` counts the decisions: a further decision is told anew.
    """
    due = [
        limit
        for limit in edition.clocks
        if limit.starts_from == "decided"
        and (limit.id != NO_REVIEW_ONLY or chosen.leads_to != LeadsTo.REVIEW)
    ]
    told = replace(edition, clocks=tuple(due))
    for clock in start_clocks(written, case, told, "decided", on):
        add_duty(written, clock, number)
    if chosen.leads_to == LeadsTo.REVIEW:
        # An earlier decision not to hold a review no longer stands, nor the duty to tell of it.
        no_longer = rule_of(edition, NO_REVIEW_ONLY)
        stop_clocks(written, case, [no_longer], on)
        for duty in case.notification_duties.filter(
            duty__startswith=no_longer, state=NotificationDuty.State.OPEN
        ):
            duty.state = NotificationDuty.State.NOT_NEEDED
            duty.settled_by, duty.settled_at = written.by, timezone.now()
            duty.reason = "A review was decided afterwards."
            written.save(duty)


def add_duty(written: Change, clock: Clock, number: int = 1) -> NotificationDuty:
    """Return the duty that belongs to a clock, opened where it is not there yet."""
    waiting = open_duty_of(clock)
    if waiting is not None and (number == 1 or waiting.state == NotificationDuty.State.OPEN):
        return waiting
    name = clock.rule if number == 1 else f"{clock.rule}:{number}"
    limit = limit_of(clock)
    duty = NotificationDuty(
        case=clock.case,
        duty=name,
        who_must=TELLING.get(limit[1].starts_from if limit else "", "The board"),
        due_on=clock.due_on,
        grounds=[clock.worked_out],
    )
    written.save(duty)
    return duty


def record_scr_told(
    *,
    case: Case,
    clock: Clock,
    by,
    state: str,
    made_on: datetime.date | None = None,
    reference: str = "",
    reason: str = "",
    version: int | None = None,
) -> NotificationDuty:
    """Record on which day a national body or the family was told, or that it need not be.

    Telling the national Panel starts what runs from the notification.

    Raises:
        NotAllowed: not a clock of telling somebody, settled already, no day, a day to come or
            before the duty began, no reason why it is not needed, or a process holds contact with
            the family.
        Conflict: somebody else changed it since the page was shown.
    """
    limit = limit_of(clock)
    if limit is None or limit[1].starts_from not in TELLING:
        raise NotAllowed("Choose something that is to be told to a national body")
    with change("record_scr_told", by=by, case=case) as written:
        check(case, Act.TELL)
        duty = open_duty_of(clock) or add_duty(written, clock)
        if duty.state != NotificationDuty.State.OPEN:
            raise NotAllowed("This is settled already")
        as_seen(duty, version)
        if state == NotificationDuty.State.MADE:
            if limit[1].id == FAMILY and held(case):
                raise NotAllowed(HELD)
            _check_day(made_on, timezone.localdate(clock.started_at))
            duty.made_on, duty.made_reference = made_on, reference or None
        elif state == NotificationDuty.State.NOT_NEEDED:
            if not reason.strip():
                raise NotAllowed("Enter why nobody is to be told")
            duty.reason = reason
        else:
            raise NotAllowed("Select whether it was told")
        duty.state, duty.settled_by, duty.settled_at = state, by, timezone.now()
        written.save(duty, subject=True)
        written.detail["duty"] = duty.duty
        if made_on and state == NotificationDuty.State.MADE:
            meet_clock(written, case, clock.rule, made_on)
            if limit[1].id == "notify_panel":
                start_clocks(written, case, limit[0], SENT, made_on)
        else:
            stop_clocks(written, case, [clock.rule], timezone.localdate())
    return duty


def family_was_told(written: Change, case: Case, on: datetime.date) -> None:
    """Settle that the family is to be told of the decision: their letter was sent."""
    for clock in telling_clocks(case):
        limit = limit_of(clock)
        if limit is None or limit[1].id != FAMILY or clock.met_on or clock.stopped_on:
            continue
        duty = open_duty_of(clock)
        if duty is not None and duty.state == NotificationDuty.State.OPEN:
            duty.state, duty.made_on = NotificationDuty.State.MADE, on
            duty.settled_by, duty.settled_at = written.by, timezone.now()
            written.save(duty)
        meet_clock(written, case, clock.rule, on)


def open_duty_of(clock: Clock) -> NotificationDuty | None:
    """Return the duty that waits under a clock; of several decisions the one still open."""
    duties = NotificationDuty.objects.filter(case=clock.case_id)
    mine = [one for one in duties if one.duty.split(":")[0] == clock.rule]
    waiting = [one for one in mine if one.state == NotificationDuty.State.OPEN]
    return next(iter([*waiting, *mine]), None)


def telling_clocks(case: Case) -> list[Clock]:
    """Return the clocks of a case that run until somebody is told, in the order they fall due."""
    names = {}
    for clock in case.clocks.order_by("due_on", "rule"):
        limit = limit_of(clock)
        if limit is not None and limit[1].starts_from in TELLING:
            names[clock.rule] = clock
    return list(names.values())


def _check_day(made_on: datetime.date | None, started: datetime.date) -> None:
    if made_on is None:
        raise NotAllowed("Enter the day on which it was told")
    if made_on > timezone.localdate():
        raise NotAllowed("Enter a day that is not in the future")
    if made_on < started:
        raise NotAllowed("Enter a day on or after the one the time limit runs from")


def edition_label(clock: Clock) -> str:
    """Name a clock of telling somebody, with its edition."""
    limit = limit_of(clock)
    return f"{limit[1].label} ({framework_named(limit[0].id).name})" if limit else clock.rule
