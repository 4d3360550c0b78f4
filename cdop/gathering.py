"""What is known of asking agencies about a case: the standard set, the power, who could answer."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from casereview import kin
from casereview.models import Agency, AgencyContact, AgencyRequest, Case, Child
from casereview.rules.working_days import add_working_days
from cdop.actions.notifying import notification_of
from cdop.codes import code_list
from cdop.rules.chasing import Pace
from cdop.rules.legal_power import Power, power_for
from cdop.rules.standard_requests import (
    AgencyKnown,
    Circumstances,
    Standard,
    matched,
    not_covered,
    propose,
)

State = AgencyRequest.State
OPEN = (State.ASKED, State.STARTED)
SETTLED = (State.RETURNED, State.NO_RECORD)
LEAD, CONTACT = "lead", "contact"


@dataclass(frozen=True)
class Recipient:
    """Who would get a request: the agency's lead with an account, or a contact by link."""

    kind: str
    key: uuid.UUID
    label: str

    @property
    def code(self) -> str:
        """What the form sends for it."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True)
class Choice:
    """An agency on the page that asks: whether it is proposed, why, and who could be asked."""

    agency: Agency
    proposed: bool
    why: tuple[str, ...]
    recipients: tuple[Recipient, ...]
    before: str = ""  # how an earlier request ended


@dataclass(frozen=True)
class Choices:
    """Everything the page that asks has to offer."""

    agencies: list[Choice] = field(default_factory=list)
    waiting: list[Choice] = field(default_factory=list)  # asked, and not answered yet
    nobody: list[Choice] = field(default_factory=list)  # neither lead nor contact
    missing: list[str] = field(default_factory=list)  # of the standard set, not in the directory
    unmatched: list[str] = field(default_factory=list)  # named by the notifier, matched to none


@cache
def standard_set() -> tuple[Standard, ...]:
    """Return the agencies asked about every death, by age and circumstances."""
    return tuple(
        Standard(
            code.label,
            *(
                frozenset(code.extra.get(name, ()))
                for name in ("agency_types", "ages", "events", "expectedness")
            ),
        )
        for code in code_list("standard_requests").codes
    )


def pace() -> Pace:
    """Return how this installation chases its reports, in working days."""
    return Pace(
        before=settings.REPORT_REMIND_BEFORE,
        every=settings.REPORT_REMIND_EVERY,
        escalate_after=settings.REPORT_ESCALATE_AFTER,
    )


def due_by_default(today: datetime.date) -> datetime.date:
    """Return the day by which a report is asked for unless the manager says another."""
    return add_working_days(today, settings.REPORT_DUE_AFTER)


def power_of(case: Case) -> str:
    """Return the code of the power by which agencies are asked about a case; empty for none."""
    day = case.died_on or case.notified_on
    if day is None:
        return ""
    board = case.reviewing_board or case.residence_board
    began = board.area.child_death_partners_began_on if board and board.area else None
    powers = [
        Power(code.code, code.since, str(code.extra["whose"]))
        for code in code_list("legal_power").codes
    ]
    found = power_for(powers, day, began)
    return found.code if found else ""


def choices_for(case: Case) -> Choices:
    """Return the agencies that may be asked about a case; the queries do not grow with them."""
    agencies = list(Agency.objects.filter(retired_on=None).select_related("lead"))
    known = [AgencyKnown(one.pk, one.name, one.kind, one.board_id) for one in agencies]
    about = _circumstances(case)
    notification = notification_of(case)
    contacts: Sequence[Mapping[str, str]] = (
        (notification.agency_contacts or []) if notification else []
    )
    named, left = matched(contacts, known, about)
    asked = _asked(case)
    recipients = _recipients(case, agencies)
    found = Choices(
        missing=not_covered(standard_set(), known, about), unmatched=[_words(one) for one in left]
    )
    by_key: dict[Any, Agency] = {one.pk: one for one in agencies}
    for proposal in propose(standard_set(), known, about, named):
        agency = by_key[proposal.agency.key]
        states = asked.get(agency.pk, [])
        choice = Choice(
            agency,
            proposed=proposal.proposed and not states,
            why=proposal.why,
            recipients=tuple(recipients.get(agency.pk, ())),
            before=dict(State.choices)[states[-1]] if states else "",
        )
        if set(states) & set(OPEN):
            found.waiting.append(choice)
        elif choice.recipients:
            found.agencies.append(choice)
        elif proposal.proposed:
            found.nobody.append(choice)
    return found


def _circumstances(case: Case) -> Circumstances:
    child = Child.objects.filter(case=case).only("age_band").first()
    notification = notification_of(case)
    boards = {case.residence_board_id, case.place_of_death_board_id, case.reviewing_board_id}
    return Circumstances(
        age_band=child.age_band if child else "",
        event=notification.event if notification else "",
        expectedness=notification.expectedness if notification else "",
        boards=frozenset(boards - {None}),
    )


def _asked(case: Case) -> dict[Any, list[str]]:
    """Return the states of the requests made, by agency, the latest last."""
    found: dict[Any, list[str]] = {}
    rows = case.requests.exclude(state=State.WITHDRAWN).order_by("requested_at")
    for agency, state in rows.values_list("agency", "state"):
        found.setdefault(agency, []).append(state)
    return found


def _recipients(case: Case, agencies: Sequence[Agency]) -> dict[Any, list[Recipient]]:
    """Return who could be asked, by agency; nobody who has left or withdrawn from the case."""
    away = kin.kept_from([case.pk])[case.pk]
    found: dict[Any, list[Recipient]] = {}
    for agency in agencies:
        lead = agency.lead
        away_today = lead and bool({lead.pk, lead.agency_id} & away)
        # A request opens to people of the agency alone, its lead included.
        if lead and lead.is_active and lead.agency_id == agency.pk and not away_today:
            found.setdefault(agency.pk, []).append(
                Recipient(LEAD, lead.pk, f"{lead.name}, the agency’s lead, by account")
            )
    contacts = AgencyContact.objects.filter(agency__in=agencies, retired_on=None)
    for contact in contacts.order_by("name", "pk"):
        found.setdefault(contact.agency_id, []).append(
            Recipient(CONTACT, contact.pk, f"{contact.name}, by link and code")
        )
    return found


def _words(contact: Mapping[str, str]) -> str:
    kind = code_label(contact.get("agency", ""))
    who = ", ".join(filter(None, (contact.get("name"), contact.get("organisation"))))
    return f"{who} ({kind})" if who and kind else who or kind


def code_label(kind: str) -> str:
    """Return a type of agency in words."""
    from casereview.codes import code_list as kernel_list

    return kernel_list("agency_type").label(kind) if kind else ""


def outstanding() -> Q:
    """The condition on requests that have not been answered or withdrawn."""
    return Q(state__in=OPEN)


def asked_on(request: AgencyRequest) -> datetime.date:
    """Return the day in England on which an agency was asked."""
    return timezone.localdate(request.requested_at)
