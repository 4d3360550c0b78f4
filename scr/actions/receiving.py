"""Referrals of children: sent, held in quarantine, read, and accepted or rejected."""

import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from casereview import keys, outbox
from casereview.actions import NotAllowed, add_case
from casereview.actions.cases import new_reference
from casereview.models import Agency, Board, Case, Child, Incident, IntakeItem, StandingRole, User
from casereview.records import Change, Conflict, change
from casereview.rules.access_table import Role
from casereview.rules.references import Kind
from scr.actions.referring import add_referral, editions_on, leading
from scr.models import Referral
from scr.referral_said import DIED, ChildSaid, Said, from_content, to_content
from scr.rules.lead import Places

SOURCE = "scr_referral"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
State = IntakeItem.State


@dataclass(frozen=True)
class Accepted:
    """What the office settled for one child: the case it is of, or none for a new one."""

    case: Case | None = None
    home: str | None = None


def send_referral(*, key: uuid.UUID, said: Said, by) -> IntakeItem:
    """Keep a referral of one or several children, sealed, and tell the office of the board.

    `key` is the row's own: the same one again is the same referral, and is kept once. The sender
    learns nothing of what is held.

    Raises:
        NotAllowed: no grounds, no child, or the key is of something another person sent.
    """
    if not said.grounds.strip():
        raise NotAllowed("Enter why the children are referred")
    if not said.children:
        raise NotAllowed("Enter at least one child")
    known = IntakeItem.objects.filter(pk=key).first()
    if known is not None:
        if known.sent_by_id != by.pk:
            raise NotAllowed("Begin the referral anew: this one cannot be sent")
        return known
    item = IntakeItem(
        id=key,
        received_at=timezone.now(),
        source=SOURCE,
        receipt=_receipt(),
        urgent=said.unsafe,
        sent_by=by,
    )
    board = board_for(said, by)
    item.content = {"said": to_content(said), "board": board}
    with change("send_referral", by=by) as written:
        written.save(item)
        written.detail.update(urgent=said.unsafe, children=len(said.children))
        day = timezone.localdate(item.received_at)
        template = "referral_urgent" if said.unsafe else "referral"
        for user in office_of(board):
            outbox.put(to=user, template=template, rule=f"referral-{item.pk.hex[:24]}", day=day)
    return item


def _receipt() -> str:
    """Return a receipt number that cannot be guessed: 80 bits, in groups of four."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(16))
    return "-".join(code[start : start + 4] for start in range(0, 16, 4))


def board_for(said: Said, by) -> str:
    """Return the board whose office reads a referral: the one that leads, or the sender's own.

    Empty is everybody's: nobody here works for either.
    """
    own = home_of(by)
    applying = editions_on(timezone.localdate(), own)
    who = leading(applying, places_said(said, said.children[0]))
    if who.board is not None and who.here:
        return who.board.code
    return own.code if own is not None else ""


def home_of(user) -> Board | None:
    """Return the board a person works for: that of their role, else that of their agency."""
    held = (
        StandingRole.objects.filter(user=user, role=Role.BOARD_MANAGER, ended_at=None)
        .exclude(board=None)
        .select_related("board__area")
        .first()
    )
    if held is not None:
        return held.board
    agency = Agency.objects.filter(pk=user.agency_id).select_related("board__area").first()
    return agency.board if agency is not None else None


def places_said(said: Said, child: ChildSaid) -> Places:
    """Return the boards that what was said of a child touches."""
    cared_for: str | None = ""
    if child.looked_after != "N":
        cared_for = child.looked_after_by or None
    return Places(
        home=child.home or None,
        event="" if said.event_outside_england else said.event_board or None,
        looked_after_by=cared_for,
    )


def _offices() -> Any:
    return (
        StandingRole.objects.filter(
            role=Role.BOARD_MANAGER, ended_at=None, user__is_active=True, board__isnull=False
        )
        .filter(Q(until=None) | Q(until__gte=timezone.localdate()))
        .select_related("user", "board")
        .order_by("given_at", "pk")
    )


def office_of(board: str) -> list[User]:
    """Return the business managers of a board; of a board without one, all there are."""
    rows = list(_offices())
    near = [row for row in rows if row.board.code == board]
    return list(dict.fromkeys(row.user for row in near or rows))


def seen_by(user, items: Iterable[IntakeItem]) -> list[IntakeItem]:
    """Return those of the items that are of a manager's board, or of a board without a manager.

    It opens them, so keys are fetched for all at once.
    """
    items = list(items)
    if not items:
        return []
    rows = list(_offices())
    own = {row.board.code for row in rows if row.user_id == user.pk}
    served = {row.board.code for row in rows}
    if not own:
        return []
    keys.prefetch("intake", [item.pk for item in items])
    boards = {item.pk: (item.content or {}).get("board", "") for item in items}
    return [item for item in items if boards[item.pk] in own or boards[item.pk] not in served]


def said_in(item: IntakeItem) -> Said:
    """Return what a referral that waits, or was rejected, says."""
    return from_content(item.content["said"])


def _waiting(item: IntakeItem, version: int | None) -> IntakeItem:
    fresh = IntakeItem.objects.select_for_update().get(pk=item.pk)
    if fresh.state != State.WAITING:
        raise NotAllowed("Go back to the list: somebody has decided on this referral")
    if version is not None and fresh.version != version:
        raise Conflict(f"IntakeItem {item.pk}")
    return fresh


def _told_first(item: IntakeItem, told: str) -> None:
    if item.urgent and not told.strip():
        raise NotAllowed(
            "Telephone children’s social care first, then enter who was told, when and by whom"
        )


def accept_referral(
    *,
    item: IntakeItem,
    accepted: Sequence[Accepted],
    by,
    told: str = "",
    version: int | None = None,
) -> list[Referral]:
    """Refer each child, on the case that is there or a new one; several children are one incident.

    From then on what was said is sealed under the cases, and what stood in quarantine is
    destroyed with its key. `told` says who told social care, where the children are not known to
    be safe.

    Raises:
        NotAllowed: social care is to be told first; the item is decided; a child has no answer;
            two children share a case; or a case cannot be referred.
        Conflict: the item changed since the page was shown.
    """
    with change("accept_referral", by=by) as written:
        fresh = _waiting(item, version)
        _told_first(fresh, told)
        said = said_in(fresh)
        if len(accepted) != len(said.children):
            raise NotAllowed("Select for each child whether there is a case already")
        chosen = [one.case.pk for one in accepted if one.case is not None]
        if len(set(chosen)) < len(chosen):
            raise NotAllowed("Select another case for one of the children: two share one")
        incident = _incident(written, said, accepted)
        made = []
        for child, one in zip(said.children, accepted, strict=True):
            home = replace(child, home=one.home) if one.home else child
            made.append(_refer(fresh, said, home, one.case, incident, told, by))
        fresh.state = State.MERGED if all(one.case for one in accepted) else State.ACCEPTED
        fresh.case, fresh.decided_by, fresh.decided_at = made[0].case, by, timezone.now()
        fresh.content = None
        written.case = made[0].case
        written.save(fresh, subject=True)
        written.detail["children"] = len(made)
        transaction.on_commit(lambda: keys.destroy("intake", item.pk))
    return made


def _incident(written: Change, said: Said, accepted: Sequence[Accepted]) -> Incident | None:
    if len(said.children) < 2:
        return None
    known = next((one.case.incident for one in accepted if one.case and one.case.incident), None)
    if known is not None:
        return known
    day = said.event_on or timezone.localdate()
    incident = Incident(
        reference=new_reference(Kind.INCIDENT, day.year),
        happened_on=said.event_on,
        kind=Incident.Kind.OTHER,
    )
    written.save(incident)
    return incident


def _refer(
    item: IntakeItem,
    said: Said,
    child: ChildSaid,
    case: Case | None,
    incident: Incident | None,
    told: str,
    by,
) -> Referral:
    """Refer one child in a change of its own, so that its case has an entry of its own."""
    boards = {
        board.code: board
        for board in Board.objects.filter(
            code__in={child.home, child.looked_after_by, said.event_board} - {""}
        )
    }
    sender = item.sent_by
    safety = "\n".join(
        part
        for part in (said.immediate_safety, f"Social care told: {told}" if told else "")
        if part
    )
    with change("refer_for_scr", by=by, case=case) as written:
        if case is None:
            case = _open(written, said, child, boards, by)
        if incident is not None and case.incident_id != incident.pk:
            case.incident = incident
            written.save(case)
        return add_referral(
            written,
            case,
            received_by=home_of(by),
            agencies=Agency.objects.filter(pk__in=said.agencies).order_by("name"),
            referred_on=timezone.localdate(item.received_at),
            referred_by=sender,
            agency=sender.agency if sender else None,
            raised_by=said.raised_by,
            named_lead=sender.name if sender else "",
            event_on=said.event_on,
            aware_on=said.aware_on,
            event_board=boards.get(said.event_board),
            event_outside_england=said.event_outside_england,
            looked_after=child.looked_after,
            looked_after_by=boards.get(child.looked_after_by),
            siblings_safe=said.siblings_safe,
            grounds=said.grounds,
            immediate_safety=safety,
        )


def _open(written: Change, said: Said, child: ChildSaid, boards: dict[str, Board], by) -> Case:
    """Open the case of a child nobody has one of; a death is still to be notified."""
    died = child.happened == DIED
    died_on = child.died_on or said.event_on
    if died and died_on is None:
        raise NotAllowed("Reject this and ask for the day of the death: it is not given")
    facts = {
        name: getattr(child, name) or None
        for name in ("family_name", "given_names", "born_on", "nhs_number", "address", "postcode")
    }
    facts = {name: value for name, value in facts.items() if value is not None}
    return add_case(
        written,
        by=by,
        child=Child(**facts, sex=child.sex),
        kind=Case.Kind.DEATH if died else Case.Kind.SERIOUS_HARM,
        died_on=died_on if died else None,
        residence_board=boards.get(child.home),
        place_of_death_board=boards.get(said.event_board) if died else None,
        # The panel of this area learns of the death, and takes in or passes on its notification.
        notifying_board=home_of(by) if died else None,
    )


def reject_referral(
    *, item: IntakeItem, reason: str, by, told: str = "", version: int | None = None
) -> IntakeItem:
    """Reject a referral, for a reason that is kept with it.

    Raises:
        NotAllowed: no reason; social care is to be told first; or the item is decided.
        Conflict: the item changed since the page was shown.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the referral is rejected")
    with change("reject_referral", by=by) as written:
        fresh = _waiting(item, version)
        _told_first(fresh, told)
        fresh.state = State.REJECTED
        fresh.reason = f"{reason}\nSocial care told: {told}" if told else reason
        fresh.decided_by, fresh.decided_at = by, timezone.now()
        written.save(fresh)
    return fresh
