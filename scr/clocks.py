"""The clocks of a case with the group, each a time limit of an edition."""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from casereview.models import Case, Clock
from casereview.records import Change
from casereview.rules.working_days import written as in_words
from scr.criteria_files import UnknownFramework, framework_named
from scr.rules.clocks import Due, due
from scr.rules.frameworks import Clock as TimeLimit
from scr.rules.frameworks import Framework

# What a row has room for.
LONGEST = 300


def rule_of(framework: Framework, clock: str) -> str:
    """Return the name under which a case keeps a time limit of an edition."""
    return f"{framework.id}.{clock}"


def start_clocks(
    written: Change, case: Case, framework: Framework, starts_from: str, on: datetime.date
) -> list[Clock]:
    """Start every time limit of an edition that runs from an event, on the day it happened.

    One that runs already keeps running from its first day; one that was met or stopped, of an
    earlier referral, begins anew.
    """
    begun = []
    for limit in framework.clocks:
        if limit.starts_from != starts_from or limit.before:
            continue
        rule = rule_of(framework, limit.id)
        clock = case.clocks.filter(rule=rule).first() or Clock(case=case, rule=rule)
        if not clock._state.adding and clock.met_on is None and clock.stopped_on is None:
            begun.append(clock)
            continue
        found = due(framework, limit.id, on)
        clock.rule_version = framework.version
        clock.started_at = timezone.make_aware(datetime.datetime.combine(on, datetime.time.min))
        clock.due_on, clock.met_on, clock.stopped_on = found.on, None, None
        clock.worked_out = explained(found)
        written.save(clock)
        begun.append(clock)
    return begun


def meet_clock(written: Change, case: Case, rule: str, on: datetime.date) -> Clock | None:
    """Record that what a clock is for was done on a day; None where no such clock runs."""
    clock = case.clocks.filter(rule=rule, met_on=None, stopped_on=None).first()
    if clock is not None:
        clock.met_on = on
        written.save(clock)
    return clock


def stop_clocks(written: Change, case: Case, rules: Iterable[str], on: datetime.date) -> int:
    """Stop clocks that are no longer needed; return how many ran."""
    running = list(case.clocks.filter(rule__in=list(rules), met_on=None, stopped_on=None))
    for clock in running:
        clock.stopped_on = on
        written.save(clock)
    return len(running)


def explained(found: Due) -> str:
    """Say how a day was worked out, the weekends counted together where there are many."""
    words = found.explain()
    if len(words) <= LONGEST:
        return words
    days = [f"{in_words(day)} ({why})" for day, why in found.skipped if why != "weekend"]
    weekend = sum(why == "weekend" for _, why in found.skipped)
    length = f"{found.clock.length} {found.clock.unit.replace('_', ' ')}"
    parts = [f"{length} after {in_words(found.start)}, when {found.clock.starts}"]
    parts.append("Not counted: " + "; ".join([f"{weekend} days of weekends", *days]))
    if not found.clock.confirmed:
        parts.append("This time limit is reconstructed: check the guidance")
    return (". ".join(parts) + ".")[:LONGEST]


def limit_of(clock: Clock) -> tuple[Framework, TimeLimit] | None:
    """Return the edition and the time limit a clock was made from; None where it is not ours."""
    name, _, limit = clock.rule.partition(".")
    if not limit:
        return None
    try:
        framework = framework_named(name)
    except UnknownFramework:
        return None
    found = next((each for each in framework.clocks if each.id == limit), None)
    return (framework, found) if found else None
