"""What is done at once after a referral: files secured, children safe, the lead settled."""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import Agency, Board, CaseGroupObjectPermission
from casereview.records import change
from casereview.rules.access_table import Role
from scr.actions.referring import (
    admit_group,
    ask_for_files,
    editions_on,
    leading,
    places_of,
    roles_of_group,
    start_referral_clocks,
)
from scr.models import FileSecured, Referral


def secure_files(*, referral: Referral, agencies: Iterable[Agency], by) -> None:
    """Note that more agencies are asked to secure and seal their files.

    Raises:
        NotAllowed: none was chosen.
    """
    chosen = list(agencies)
    if not chosen:
        raise NotAllowed("Select the agencies that are asked")
    with change("secure_files", by=by, case=referral.case) as written:
        ask_for_files(written, referral, chosen, timezone.localdate())
        written.detail["agencies"] = len(chosen)


def record_file(
    *,
    row: FileSecured,
    by,
    secured_on: datetime.date | None,
    sealed_on: datetime.date | None,
    secured_by: str = "",
    note: str = "",
    version: int | None = None,
) -> FileSecured:
    """Record when an agency secured and sealed its files, and by whom.

    Raises:
        NotAllowed: a day to come, sealed without being secured or before, or secured by nobody.
        Conflict: somebody else changed it since the page was shown.
    """
    today = timezone.localdate()
    if any(day and day > today for day in (secured_on, sealed_on)):
        raise NotAllowed("Enter days that are not in the future")
    if sealed_on and (secured_on is None or sealed_on < secured_on):
        raise NotAllowed("Enter the day the files were secured, on or before the day of the seal")
    if secured_on and not secured_by.strip():
        raise NotAllowed("Enter who secured the files")
    as_seen(row, version)
    with change("record_file", by=by, case=row.case) as written:
        row.secured_on, row.sealed_on = secured_on, sealed_on
        row.secured_by, row.note = secured_by or None, note or None
        row.recorded_by = by
        written.save(row, subject=True)
    return row


def record_scr_safety(
    *,
    referral: Referral,
    siblings_safe: str,
    immediate_safety: str,
    by,
    version: int | None = None,
) -> Referral:
    """Record whether the other children are safe and what was done.

    Raises:
        NotAllowed: nothing is said of what was done.
        Conflict: somebody else changed the referral since the page was shown.
    """
    if not immediate_safety.strip():
        raise NotAllowed("Enter what was done, when and by whom")
    as_seen(referral, version)
    with change("record_scr_safety", by=by, case=referral.case) as written:
        referral.siblings_safe = siblings_safe
        referral.immediate_safety = immediate_safety
        written.save(referral, subject=True)
    return referral


def settle_lead(
    *,
    referral: Referral,
    by,
    home: Board | None,
    event_board: Board | None,
    event_outside_england: bool,
    looked_after: str,
    looked_after_by: Board | None,
    version: int | None = None,
) -> Referral:
    """Enter what decides which board leads; where it is another, the case goes to its group.

    The group that had it loses sight of it at once. Where the other board has nobody here, the
    referral is passed on, and the office that passes it on keeps sight of it.

    Raises:
        NotAllowed: the group has begun to assess the criteria.
        Conflict: somebody else changed the referral since the page was shown.
    """
    as_seen(referral, version)
    case = referral.case
    with change("settle_lead", by=by, case=case) as written:
        case.residence_board = home
        written.save(case)
        referral.event_board = None if event_outside_england else event_board
        referral.event_outside_england = event_outside_england
        referral.looked_after = looked_after
        referral.looked_after_by = looked_after_by if looked_after != "N" else None
        applying = editions_on(referral.referred_on, referral.board)
        who = leading(applying, places_of(case, referral))
        if who.board is not None and who.board != referral.board:
            _hand_over(written, referral, applying, who)
        written.save(referral, subject=True)
    access.forget()
    return referral


def _hand_over(written, referral: Referral, applying, who) -> None:
    if referral.assessments.exists():
        raise NotAllowed("Ask the chair first: the group has begun to assess the criteria")
    office = referral.board
    for admission in CaseGroupObjectPermission.objects.filter(
        content_object=referral.case, source_id=referral.pk
    ):
        if who.here or admission.role != Role.BOARD_MANAGER:
            written.remove(admission)
    referral.board = who.board
    written.detail["from"] = office.code
    if not who.here:
        referral.state = Referral.State.PASSED_ON
        return
    referral.state = Referral.State.RECEIVED
    start_referral_clocks(written, referral, applying)
    for role in roles_of_group(applying):
        admit_group(written, referral.case, who.board, role, referral)
