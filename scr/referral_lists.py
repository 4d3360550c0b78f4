"""Referrals as lists: what waits at the office, what a group holds, and what one person sent."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from casereview import access, codes
from casereview.models import Board, Clock, IntakeItem
from casereview.rules import nhs_numbers
from casereview.rules.due import Urgency, clock_words
from casereview.rules.working_days import in_words
from scr.actions.receiving import SOURCE, seen_by
from scr.clocks import limit_of
from scr.forms.sending import HAPPENED
from scr.models import Referral
from scr.referral_said import ChildSaid, Said
from scr.scr_page import YES_NO

State = IntakeItem.State
# What a sender is told: how far it is, and nothing of what is held.
STATES = {
    State.WAITING: "Received",
    State.ACCEPTED: "Accepted",
    State.MERGED: "Accepted",
    State.REJECTED: "Not taken further",
}


@dataclass(frozen=True)
class Row:
    """One referral a group holds, with the clock that ends first."""

    referral: Referral
    clock: str
    words: str
    overdue: bool

    @property
    def state(self) -> str:
        if self.referral.state != Referral.State.RECEIVED:
            return str(self.referral.get_state_display())
        return str(self.referral.case.get_scr_state_display())


def waiting(user) -> list[IntakeItem]:
    """Return the referrals that wait for the reader's office, the urgent and the oldest first."""
    if not access.can(user, "read_referral"):
        return []
    kept = IntakeItem.objects.filter(source=SOURCE, state=State.WAITING)
    items = seen_by(user, kept.select_related("sent_by__agency").order_by("received_at"))
    return sorted(items, key=lambda item: (not item.urgent, item.received_at))


def held(user, today: date) -> list[Row]:
    """Return the referrals of the cases the reader's group holds, what is due first at the top."""
    if not access.can(user, "read_referral"):
        return []
    cases = access.visible_to(user, "view_scr").filter(merged_into=None)
    rows = list(
        Referral.objects.filter(case__in=cases.values("pk"))
        .select_related("case", "board")
        .order_by("-referred_on", "id")
    )
    running: dict[Any, list[Clock]] = {}
    for clock in Clock.objects.filter(
        case__in=[row.case_id for row in rows],
        rule__contains=".",
        met_on=None,
        stopped_on=None,
    ).order_by("due_on"):
        running.setdefault(clock.case_id, []).append(clock)
    found = [_row(row, running.get(row.case_id, []), today) for row in rows]
    return sorted(found, key=lambda row: (not row.overdue, -row.referral.referred_on.toordinal()))


def _row(referral: Referral, clocks: list[Clock], today: date) -> Row:
    for clock in clocks:
        limit = limit_of(clock)
        if limit is not None:
            state, words = clock_words(clock.due_on, clock.met_on, clock.stopped_on, today)
            return Row(referral, limit[1].label, words, state == Urgency.OVERDUE)
    return Row(referral, "", "", False)


def sent_by(user) -> list[dict[str, Any]]:
    """Return what one person sent: receipt, day and state."""
    items = IntakeItem.objects.filter(source=SOURCE, sent_by=user.pk).order_by("-received_at")
    return [{"item": item, "state": STATES[State(item.state)]} for item in items[:100]]


def cases_of(user, item: IntakeItem) -> list[str]:
    """Return the references of the cases a referral led to, as far as the reader may open them."""
    if item.case is None:
        return []
    cases = access.visible_to(user, "view_scr")
    if item.case.incident_id is None:
        return list(cases.filter(pk=item.case.pk).values_list("reference", flat=True))
    same = cases.filter(incident=item.case.incident_id)
    return list(same.order_by("reference").values_list("reference", flat=True))


def lines_of(child: ChildSaid) -> list[dict[str, str]]:
    """Return what is said of one child, line by line."""
    names = _boards(child.home, child.looked_after_by)
    number = nhs_numbers.spaced(child.nhs_number) if child.nhs_number else ""
    cared_for = YES_NO.get(child.looked_after, "")
    if child.looked_after_by:
        cared_for += f", by {names.get(child.looked_after_by, child.looked_after_by)}"
    lines = [
        ("Name", " ".join(part for part in (child.given_names, child.family_name) if part)),
        ("Date of birth", in_words(child.born_on) or "Not known"),
        ("Sex", dict(codes.genders()).get(child.sex, "")),
        ("NHS number", number),
        ("Address", ", ".join(part for part in (child.address, child.postcode) if part)),
        ("Home area", names.get(child.home, "") or "Not known"),
        ("What happened", dict(HAPPENED).get(child.happened, "")),
        ("Date of death", in_words(child.died_on)),
        ("Looked after", cared_for),
    ]
    return [{"label": label, "value": value} for label, value in lines if value]


def incident_lines(said: Said) -> list[dict[str, str]]:
    """Return what is said of the incident, line by line."""
    place = "Outside England" if said.event_outside_england else ""
    lines = [
        ("Grounds", said.grounds),
        ("When", in_words(said.event_on)),
        ("Where", place or _boards(said.event_board).get(said.event_board, "Not known")),
        ("Authority became aware on", in_words(said.aware_on)),
        ("Raised by", said.raised_by),
        ("Other children known to be safe", YES_NO.get(said.siblings_safe, "Not known")),
        ("What was done for their safety", said.immediate_safety),
    ]
    return [{"label": label, "value": value} for label, value in lines if value]


def _boards(*wanted: str) -> dict[str, str]:
    rows = Board.objects.filter(code__in=[one for one in wanted if one])
    return dict(rows.values_list("code", "name"))
