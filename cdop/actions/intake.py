"""Notifications from outside: received into quarantine, read, and accepted, merged or rejected."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from casereview import access, audit, keys, outbox
from casereview.actions import NotAllowed
from casereview.deputies import deputies_of
from casereview.models import (
    AuditRowCode,
    Case,
    IntakeItem,
    OutboxMessage,
    Panel,
    PanelBoard,
    StandingRole,
    User,
)
from casereview.records import Conflict, change, row_code
from casereview.rules.access_table import Role
from casereview.rules.office_hours import office_time
from cdop import receipts
from cdop.actions.notifying import log_notification, own_boards
from cdop.actions.said import Said

PUBLIC = "public"
UNREAD_FOR = datetime.timedelta(hours=4)
_TABLE = IntakeItem._meta.db_table
# Under this name an entry speaks of a row that was read; under the table's own, of one written.
_READ = f"read {_TABLE}"
State = IntakeItem.State


def receive_notification(
    *, key: uuid.UUID, typed: dict[str, list[str]], board: str = "", urgent: bool = False
) -> IntakeItem:
    """Keep what somebody outside typed, sealed under a key of its own, and tell the managers.

    `key` is the row's own: the same one again is the same notification, and is kept once.

    Raises:
        NotAllowed: an earlier sending of the same broke off; another `key` will do.
    """
    known = IntakeItem.objects.filter(pk=key).first()
    if known is not None:
        return known
    item = IntakeItem(
        id=key,
        received_at=timezone.now(),
        source=PUBLIC,
        receipt=receipts.new_code(),
        urgent=urgent,
    )
    item.content = {"typed": typed, "board": board}
    try:
        with change("receive_notification", by=None) as written:
            written.save(item)
            written.detail["urgent"] = urgent
            found = managers_for(board)
            for user in found if urgent else found[:1]:
                _tell(user, item, "intake_urgent" if urgent else "intake", "intake")
    except IntegrityError:
        # Sent twice at the same moment: the other one was first, or broke off half-way.
        known = IntakeItem.objects.filter(pk=key).first()
        if known is None:
            raise NotAllowed("Send your answers once more: they have not been kept yet") from None
        return known
    return item


def _tell(user: User, item: IntakeItem, template: str, rule: str) -> None:
    day = timezone.localdate(item.received_at)
    outbox.put(to=user, template=template, rule=f"{rule}-{item.pk.hex}", day=day)


def managers_for(board: str) -> list[User]:
    """Return the managers whose panel serves a board, the longest in the role first.

    Deputies come after the managers they stand in for. A board that nobody serves, or none, is
    everybody's.
    """
    held = (
        StandingRole.objects.filter(role=Role.CDR_MANAGER, ended_at=None, user__is_active=True)
        .filter(Q(until=None) | Q(until__gte=timezone.localdate()))
        .select_related("user")
        .order_by("given_at", "pk")
    )
    serving = PanelBoard.objects.filter(board__code=board, until=None)
    panels = list(serving.values_list("panel", flat=True))
    near = held.filter(Q(panel__in=panels) | Q(board__code=board)) if panels else held
    deputies = deputies_for(board)
    return sorted(
        dict.fromkeys(one.user for one in near or held), key=lambda user: user in deputies
    )


def deputies_for(board: str) -> list[User]:
    """Return the deputies named for the panels that serve a board; of all where none serves it."""
    panels = Panel.objects.filter(retired_on=None)
    serving = panels.filter(serves__board__code=board, serves__until=None)
    return deputies_of(serving or panels)


def seen_by(user, items: Iterable[IntakeItem]) -> list[IntakeItem]:
    """Return those of the waiting or rejected items that are of a manager's area, or of nobody's.

    It opens them, so keys are fetched for all at once.
    """
    items = list(items)
    if not items:
        return []
    keys.prefetch("intake", [item.pk for item in items])
    own = set(own_boards(user))
    served = set(PanelBoard.objects.filter(until=None).values_list("board__code", flat=True))
    boards = {item.pk: (item.content or {}).get("board", "") for item in items}
    return [item for item in items if boards[item.pk] in own or boards[item.pk] not in served]


def may_read(user, item: IntakeItem) -> bool:
    """Say whether an item is of the manager's area; once it is a case, the case decides."""
    if item.case is not None:
        return access.can(user, "view_notification", item.case)
    return bool(seen_by(user, [item]))


def record_reading(*, item: IntakeItem, by) -> None:
    """Put on record that a manager read an item; from then on it counts as read."""
    code = row_code(item)._replace(table=_READ)
    audit.append("read_intake", actor=by, table=_TABLE, key=item.pk, row_codes=[code])


def unread(items: Iterable[IntakeItem]) -> list[IntakeItem]:
    """Return the items that nobody has read."""
    items = list(items)
    codes = AuditRowCode.objects.filter(table=_READ, key__in=[item.pk for item in items])
    read = set(codes.values_list("key", flat=True))
    return [item for item in items if item.pk not in read]


def social_care_told(item: IntakeItem) -> dict[str, str] | None:
    """Return when social care was told and by whom, as `on` and `by`; None: not yet."""
    return (item.content or {}).get("told")


def _waiting(item: IntakeItem, version: int | None) -> IntakeItem:
    fresh = IntakeItem.objects.select_for_update().get(pk=item.pk)
    if fresh.state != State.WAITING:
        raise NotAllowed("Go back to the list: somebody has decided on this notification")
    if version is not None and fresh.version != version:
        raise Conflict(f"IntakeItem {item.pk}")
    return fresh


def record_social_care_told(
    *, item: IntakeItem, told_on: datetime.date, told_by: str, by, version: int | None = None
) -> IntakeItem:
    """Record that children's social care was told of the other children: when, and by whom.

    Raises:
        NotAllowed: told on a day to come; nobody named; or the item is decided.
        Conflict: the item changed since the page was shown.
    """
    if told_on > timezone.localdate():
        raise NotAllowed("Enter a day on which social care was told that is not in the future")
    if not told_by:
        raise NotAllowed("Enter the name of the person who told social care")
    with change("record_social_care_told", by=by) as written:
        fresh = _waiting(item, version)
        told = {"on": told_on.isoformat(), "by": told_by, "recorded_by": str(by.pk)}
        fresh.content = {**(fresh.content or {}), "told": told}
        written.save(fresh)
    return fresh


def _told_first(item: IntakeItem) -> None:
    if item.urgent and social_care_told(item) is None:
        raise NotAllowed("Tell children’s social care first, and record when and by whom")


def accept_intake(
    *,
    item: IntakeItem,
    said: Said,
    by,
    merge_with: Case | None = None,
    version: int | None = None,
) -> Case:
    """Log what was notified from outside as a case, or as another notification of one.

    From then on it is sealed under the case; the key of the item is destroyed, and with it what
    stood in quarantine.

    Raises:
        NotAllowed: social care is to be told first; the item is decided; or the manager has no
            panel.
        Conflict: the item changed since the page was shown.
    """
    with change("accept_intake", by=by) as written:
        fresh = _waiting(item, version)
        _told_first(fresh)
        case = log_notification(by=by, said=_with_told(said, fresh, by), merge_with=merge_with)
        written.case = case
        fresh.state = State.MERGED if merge_with is not None else State.ACCEPTED
        fresh.case, fresh.decided_by, fresh.decided_at = case, by, timezone.now()
        fresh.content = None
        written.save(fresh)
        transaction.on_commit(lambda: keys.destroy("intake", item.pk))
    return case


def _with_told(said: Said, item: IntakeItem, by) -> Said:
    told = social_care_told(item)
    if told is None:
        return said
    notification: dict[str, Any] = {**said.notification, "nobody_told": False}
    notification["social_care_told_on"] = datetime.date.fromisoformat(told["on"])
    notification["social_care_told_by"] = User.objects.filter(pk=told["recorded_by"]).first() or by
    words = f"Children’s social care was told by {told['by']}"
    before = notification.get("told_about_children") or ""
    notification["told_about_children"] = f"{before}\n{words}".strip()
    return replace(said, notification=notification)


def reject_intake(*, item: IntakeItem, reason: str, by, version: int | None = None) -> IntakeItem:
    """Reject a notification from outside, for a reason that is kept with it.

    Raises:
        NotAllowed: no reason; social care is to be told first; or the item is decided.
        Conflict: the item changed since the page was shown.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the notification is rejected")
    with change("reject_intake", by=by) as written:
        fresh = _waiting(item, version)
        _told_first(fresh)
        fresh.state, fresh.reason = State.REJECTED, reason
        fresh.decided_by, fresh.decided_at = by, timezone.now()
        written.save(fresh)
    return fresh


def escalate_unread(now: datetime.datetime) -> int:
    """Tell the deputies of what nobody read in four office hours; return how many items.

    The deputy of the panel is told, or where none is named the other managers of the area, and the
    first manager again; where there is no other manager the administrators are told, who can name
    one. An item escalates once.
    """
    kept = IntakeItem.objects.filter(source=PUBLIC, state=State.WAITING)
    waiting = kept.filter(received_at__lte=now - UNREAD_FOR)
    late = [item for item in waiting if office_time(item.received_at, now) >= UNREAD_FOR]
    rules = {f"unread-{item.pk.hex}": item for item in late}
    told = OutboxMessage.objects.filter(rule__in=rules).values_list("rule", flat=True)
    done = {rules[rule].pk for rule in told}
    left = unread([item for item in late if item.pk not in done])
    escalated = 0
    for item in left:
        people = _stand_in(item)
        if not people:
            continue
        with transaction.atomic():
            for user in people:
                _tell(user, item, "intake_unread", "unread")
            audit.append(
                "escalate_unread",
                table=_TABLE,
                key=item.pk,
                detail={"people": len(people)},
            )
        escalated += 1
    return escalated


def _stand_in(item: IntakeItem) -> list[User]:
    board = (item.content or {}).get("board", "")
    managers = managers_for(board)
    if len(managers) < 2:
        return [*managers, *_administrators()]
    first, *others = managers
    deputies = deputies_for(board)
    return [first, *([one for one in others if one in deputies] or others)]


def _administrators() -> list[User]:
    held = StandingRole.objects.filter(
        role=Role.ADMINISTRATOR, ended_at=None, user__is_active=True
    ).filter(Q(until=None) | Q(until__gte=timezone.localdate()))
    return list(dict.fromkeys(one.user for one in held.select_related("user").order_by("pk")))
