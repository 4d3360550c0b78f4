"""How long the papers of a case are kept, and what keeps them longer.

No period for the papers of child death or serious case reviews was found in law or guidance: each
area settles its own, from a day on, and names its source. Not known is never over: a case whose
event has no date, or for whose kind no rule was settled, is kept.

Source: neighbouring rules differ widely (child protection 35 years after last contact in one
council, a child's birth and 25 years or the case and 25 in another); public inquiries have
suspended all destruction for years. So the rule is entered, dated, and a legal hold beats it.
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_YEARS = 100


class Kind(StrEnum):
    """What kind of papers a case has; it may have two."""

    DEATH = "death"
    NOT_REVIEWED = "not_reviewed"
    SERIOUS_CASE = "serious_case"
    # No papers of a case: deaths of many, some of which never become one.
    LIST = "list"
    # Papers that speak of several cases, under keys of their own.
    MINUTES = "minutes"
    COMPOSITE = "composite"

    @property
    def label(self) -> str:
        return _KINDS[self]


_KINDS = {
    Kind.DEATH: "Review of a child’s death",
    Kind.NOT_REVIEWED: "Notification that was not for review here",
    Kind.SERIOUS_CASE: "Serious case review, or a referral for one",
    Kind.LIST: "Registrars’ and coroners’ lists of deaths",
    Kind.MINUTES: "Minutes of panel meetings, what they say of no one case",
    Kind.COMPOSITE: "Composite reviews, what they say of several cases",
}


class Event(StrEnum):
    """From which day a period runs."""

    BIRTH = "birth"
    DEATH = "death"
    NOTIFIED = "notified"
    COMPLETED = "completed"
    SCR_DECIDED = "scr_decided"
    SCR_PUBLISHED = "scr_published"
    LIST_RECEIVED = "list_received"
    MEETING_HELD = "meeting_held"
    COMPOSITE_ENDED = "composite_ended"

    @property
    def label(self) -> str:
        return _EVENTS[self]


_EVENTS = {
    Event.BIRTH: "The child’s birth",
    Event.DEATH: "The child’s death",
    Event.NOTIFIED: "The notification",
    Event.COMPLETED: "The completion of the review",
    Event.SCR_DECIDED: "The decision about a serious case review",
    Event.SCR_PUBLISHED: "The publication of the serious case review",
    Event.LIST_RECEIVED: "The day the list was received",
    Event.MEETING_HELD: "The day of the meeting",
    Event.COMPOSITE_ENDED: "The end of the last review of the composite",
}
# Papers of no one case, and the only event they have.
OF_SEVERAL = {
    Kind.LIST: Event.LIST_RECEIVED,
    Kind.MINUTES: Event.MEETING_HELD,
    Kind.COMPOSITE: Event.COMPOSITE_ENDED,
}


def fits(kind: Kind, event: Event) -> bool:
    """Say whether papers of a kind have such an event: those of several cases have their own."""
    if kind in OF_SEVERAL:
        return OF_SEVERAL[kind] is event
    return event not in OF_SEVERAL.values()


@dataclass(frozen=True)
class Rule:
    """The local policy for one kind of papers, from `since` until the day before `until`.

    Of two rules of a kind that are in force on a day, the later `since` holds; then the version.
    """

    kind: Kind
    event: Event
    years: int
    since: date
    until: date | None
    source: str
    version: int = 1

    def in_force(self, on: date) -> bool:
        """Tell whether the rule holds on a day."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class Facts:
    """What is known of a case; an event without a date has not happened or is not known."""

    kinds: frozenset[Kind]
    events: Mapping[Event, date | None]


@dataclass(frozen=True)
class Hold:
    """Somebody said that papers must be kept, until a day inclusive or until it is lifted."""

    until: date | None = None
    lifted: bool = False

    def in_force(self, on: date) -> bool:
        """Tell whether the hold keeps papers on a day."""
        return not self.lifted and (self.until is None or on <= self.until)


@dataclass(frozen=True)
class Kept:
    """Until when papers are kept; no day is that it cannot be said, and `why` says why."""

    until: date | None
    why: str
    rule: Rule | None = None


_OF_SERIOUS_CASES = (Event.SCR_DECIDED, Event.SCR_PUBLISHED)


def joined(standing: Facts, merged: Collection[Facts]) -> Facts:
    """Return the facts of one death that was notified more than once: the papers go together.

    Whichever case was looked at as a serious one keeps them all as that; of each event the latest
    day counts. An event of serious cases that one of them still lacks has not happened.
    """
    every = [standing, *merged]
    serious = [one for one in every if Kind.SERIOUS_CASE in one.kinds]
    events: dict[Event, date | None] = {}
    for event in Event:
        days = [one.events.get(event) for one in every]
        if serious and event in _OF_SERIOUS_CASES:
            days = [one.events.get(event) for one in serious]
            if None in days:
                days = []
        events[event] = max((day for day in days if day is not None), default=None)
    return Facts(standing.kinds | ({Kind.SERIOUS_CASE} if serious else set()), events)


def rule_for(kind: Kind, rules: Collection[Rule], on: date) -> Rule | None:
    """Return the rule of a kind that holds on a day; None where none was settled."""
    holding = [rule for rule in rules if rule.kind == kind and rule.in_force(on)]
    return max(holding, key=lambda rule: (rule.since, rule.version), default=None)


def kept_until(facts: Facts, rules: Collection[Rule], on: date) -> Kept:
    """Return until when a case is kept by the rules of a day: the longest of its kinds decides."""
    longest: Kept | None = None
    for kind in sorted(facts.kinds):
        rule = rule_for(kind, rules, on)
        if rule is None:
            return Kept(None, f"No rule was settled for: {kind.label}")
        event = facts.events.get(rule.event)
        if event is None:
            return Kept(None, f"No day is known for: {rule.event.label}", rule)
        until = years_after(event, rule.years)
        if longest is None or longest.until is None or until > longest.until:
            longest = Kept(until, f"{rule.event.label} and {years_words(rule.years)}", rule)
    return longest or Kept(None, "The case is of no kind that is kept by a rule")


def list_kept_until(received_on: date, rules: Collection[Rule], on: date) -> Kept:
    """Return until when a list of deaths is kept by the rules of a day."""
    facts = Facts(frozenset({Kind.LIST}), {Event.LIST_RECEIVED: received_on})
    return kept_until(facts, rules, on)


def joint_kept_until(
    kind: Kind,
    day: date | None,
    disposed: Collection[date | None],
    rules: Collection[Rule],
    on: date,
) -> Kept:
    """Return until when papers that speak of several cases are kept by the rules of a day.

    By their own rule, and no longer than to the day on which the last of their cases was disposed
    of. `disposed` has that day for each of the cases, or None for one that is still there.
    """
    own = kept_until(Facts(frozenset({kind}), {OF_SEVERAL[kind]: day}), rules, on)
    gone = [one for one in disposed if one is not None]
    if not gone or len(gone) < len(disposed):
        return own
    if own.until is not None and own.until <= max(gone):
        return own
    return Kept(max(gone), "Every case they speak of was disposed of")


def refusal(kept: Kept, holds: Collection[Hold], on: date, what: str = "case") -> str:
    """Return why a case, or a list, may not be disposed of on a day; empty when it may."""
    if any(hold.in_force(on) for hold in holds):
        return f"A legal hold keeps this {what}: lift it first, or wait until it ends"
    if kept.until is None:
        return f"This {what} is kept: {kept.why[0].lower()}{kept.why[1:]}"
    if on <= kept.until:
        return f"This {what} is kept until {kept.until:%d/%m/%Y}"
    return ""


def years_after(day: date, years: int) -> date:
    """Return the same day some years later; 29 February goes to 1 March, never earlier."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def years_words(years: int) -> str:
    """Return a number of years in words."""
    return "1 year" if years == 1 else f"{years} years"


def born_on(died_on: date | None, age_days: int | None) -> date | None:
    """Return the day of birth from the age at death; nothing sealed is opened for it."""
    if died_on is None or age_days is None:
        return None
    return died_on - datetime.timedelta(days=age_days)
