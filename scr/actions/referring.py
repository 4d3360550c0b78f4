"""Referring one child's case to the group of the board that leads."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from casereview.actions import NotAllowed, admit_group_to_case
from casereview.actions.processes import follow_scr
from casereview.models import Agency, Board, Case, StandingRole
from casereview.records import Change, change
from casereview.rules.access_table import Role
from casereview.set_up import group_for
from scr.clocks import start_clocks
from scr.criteria_files import frameworks
from scr.models import FileSecured, Referral
from scr.rules.frameworks import Applying, NoFramework, framework_for
from scr.rules.lead import Lead, NoLeadRule, Places, lead

NATION = "england"
GROUP = (Role.BOARD_MANAGER, Role.SCR_MEMBER, Role.SCR_CHAIR, Role.INDEPENDENT_CHAIR)
DECIDED = (
    Case.ScrState.REVIEW,
    Case.ScrState.OTHER_REVIEW,
    Case.ScrState.NO_REVIEW,
    Case.ScrState.PUBLISHED,
)
# The events that a referral tells of, and the column that holds their day.
AWARE = ("authority_aware", "partners_aware")
NOTIFIED = "incident_notified"


@dataclass(frozen=True)
class Leading:
    """Who leads a referral: the board the rule names, and whether its people work here."""

    found: Lead
    board: Board | None
    here: bool


def editions_on(referred_on: datetime.date, board: Board | None) -> Applying:
    """Return the editions of the day of a referral, by the area of the board that received it.

    Raises:
        NotAllowed: no edition is held for that day.
    """
    began = board.area.safeguarding_partners_began_on if board and board.area else None
    try:
        return framework_for(referred_on, NATION, frameworks(), began)
    except NoFramework:
        raise NotAllowed(
            "Enter a day of the referral from 1 March 2010 on: no earlier edition is held"
        ) from None


def leading(applying: Applying, places: Places) -> Leading:
    """Say which board leads and whether it has a business manager here."""
    try:
        found = lead(applying.decision, places)
    except NoLeadRule:
        found = Lead(None, "No rule about who leads is held for this edition", ask="home")
    board = Board.objects.filter(code=found.board).first() if found.board else None
    return Leading(found, board, board is not None and works_here(board))


def works_here(board: Board) -> bool:
    """Say whether a board has a business manager with an account here."""
    return (
        StandingRole.objects.filter(
            role=Role.BOARD_MANAGER, board=board, ended_at=None, user__is_active=True
        )
        .filter(Q(until=None) | Q(until__gte=timezone.localdate()))
        .exists()
    )


def places_of(case: Case, referral: Referral) -> Places:
    """Return the boards a referral touches, as far as they are known."""
    cared_for: str | None = ""
    if referral.looked_after != "N":
        cared_for = referral.looked_after_by.code if referral.looked_after_by else None
    event = referral.event_board.code if referral.event_board else None
    return Places(
        home=case.residence_board.code if case.residence_board else None,
        event="" if referral.event_outside_england else event,
        looked_after_by=cared_for,
    )


def refer_for_scr(
    *,
    case: Case,
    by,
    received_by: Board | None = None,
    agencies: Iterable[Agency] = (),
    **facts: Any,
) -> Referral:
    """Refer a case to the group of the board that leads, and admit that group to its papers.

    `facts` are the fields of a referral; `received_by` is the board whose office takes it in.

    Raises:
        NotAllowed: no grounds, a day to come, no edition of that day, or the case is with a group
            that has not decided.
    """
    with change("refer_for_scr", by=by, case=case) as written:
        return add_referral(written, case, received_by=received_by, agencies=agencies, **facts)


def add_referral(
    written: Change,
    case: Case,
    *,
    received_by: Board | None = None,
    agencies: Iterable[Agency] = (),
    **facts: Any,
) -> Referral:
    """Add a referral to a change that another action has begun; see `refer_for_scr`."""
    today = timezone.localdate()
    facts.setdefault("referred_on", today)
    facts.setdefault("referred_by", written.by)
    _check(case, facts, today)
    sealed = {*Referral.identifying, *Referral.narrative}
    referral = Referral(
        case=case,
        **{name: (value or None) if name in sealed else value for name, value in facts.items()},
    )
    receiving = received_by or case.reviewing_board or case.residence_board
    applying = editions_on(referral.referred_on, receiving)
    who = leading(applying, places_of(case, referral))
    board = who.board or receiving
    if board is None:
        raise NotAllowed("Select the board where the child normally lives")
    referral.board = board
    referral.framework = applying.decision.id
    referral.notifying_framework = applying.notification.id
    elsewhere = who.board is not None and not who.here and who.board != receiving
    referral.state = Referral.State.PASSED_ON if elsewhere else Referral.State.RECEIVED
    written.save(referral, subject=True)
    written.detail["framework"] = referral.framework
    follow_scr(written, case, Case.ScrState.REFERRED, referral.referred_on, None, None)
    if elsewhere:
        # Only the office that passes it on sees it here.
        if receiving is not None and receiving != board:
            admit_group(written, case, receiving, Role.BOARD_MANAGER, referral)
        return referral
    start_referral_clocks(written, referral, applying)
    ask_for_files(written, referral, agencies, today)
    for role in roles_of_group(applying):
        admit_group(written, case, board, role, referral)
    return referral


def _check(case: Case, facts: dict[str, Any], today: datetime.date) -> None:
    if not (facts.get("grounds") or "").strip():
        raise NotAllowed("Enter why the case is referred")
    for name in ("referred_on", "event_on", "aware_on"):
        if facts.get(name) and facts[name] > today:
            raise NotAllowed("Enter days that are not in the future")
    if facts.get("event_on") and facts["event_on"] > facts["referred_on"]:
        raise NotAllowed("Enter a day of the referral on or after the day it happened")
    if case.merged_into_id:
        raise NotAllowed("Refer the case that this one was merged into")
    if case.scr_state and case.scr_state not in DECIDED:
        raise NotAllowed("This case is with the group already: add what is new there")


def start_referral_clocks(written: Change, referral: Referral, applying: Applying) -> None:
    """Start the time limits that run from the referral and from when somebody became aware."""
    aware_on = referral.aware_on or referral.referred_on
    for framework in dict.fromkeys((applying.decision, applying.notification)):
        start_clocks(written, referral.case, framework, NOTIFIED, referral.referred_on)
        for event in AWARE:
            start_clocks(written, referral.case, framework, event, aware_on)


def ask_for_files(
    written: Change, referral: Referral, agencies: Iterable[Agency], on: datetime.date
) -> None:
    """Note that agencies are asked to secure and seal their files; each is asked once."""
    asked = set(referral.files_secured.values_list("agency", flat=True))
    for agency in agencies:
        if agency.pk not in asked:
            asked.add(agency.pk)
            written.save(
                FileSecured(
                    case=referral.case,
                    referral=referral,
                    agency=agency,
                    asked_on=on,
                    recorded_by=written.by,
                )
            )


def roles_of_group(applying: Applying) -> tuple[Role, ...]:
    """Return who of a board sees a referral; from 2018 on the safeguarding partners too."""
    if applying.notification.local_review is None:
        return GROUP
    return (*GROUP, Role.SAFEGUARDING_PARTNER)


def admit_group(written: Change, case: Case, board: Board, role: Role, referral: Referral) -> None:
    """Admit everybody in a role at a board, now or later, because of a referral."""
    admit_group_to_case(
        case=case,
        group=group_for(role, board),
        role=role,
        by=written.by,
        source_id=referral.pk,
    )
