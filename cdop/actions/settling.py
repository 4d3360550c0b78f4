"""What is settled about a death after it was notified, and how a case leaves this panel."""

import datetime

from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed
from casereview.actions.cases import panel_of
from casereview.models import Board, Case, CasePassing, CaseUserObjectPermission, NotificationDuty
from casereview.records import Conflict, Record, change
from cdop.actions.completing import keeps_open
from cdop.actions.said import children_triage
from cdop.models import Notification
from cdop.rules.categorisation import OutOfScope, Triage

Source = CaseUserObjectPermission.Source
CLOSED = (Case.Stage.NOT_FOR_REVIEW, Case.Stage.PASSED_ON, Case.Stage.MERGED, Case.Stage.DISPOSED)
REASONS = {
    OutOfScope.LAWFUL_TERMINATION: "A termination of pregnancy within the law",
    OutOfScope.STILLBIRTH: "Not born alive: a stillbirth or a late fetal loss",
    OutOfScope.ADULT: "18 years or older",
    OutOfScope.NOT_RESIDENT: "Did not normally live in the area, and no panel takes it over",
}


def unchanged(record: Record, version: int | None) -> None:
    """Check that a record is as the page showed it.

    Raises:
        Conflict: somebody else saved it since.
    """
    if version is not None and record.version != version:
        raise Conflict(f"{type(record).__name__} {record.pk}")


def confirm_expectedness(
    *, notification: Notification, expectedness: str, note: str, by, version: int | None = None
) -> Notification:
    """Confirm, as the designated doctor, whether a death was expected.

    Raises:
        NotAllowed: no answer, or a departure from what was notified without a note.
        Conflict: the notification changed since the page was shown.
    """
    if expectedness not in ("EXPECTED", "UNEXPECTED", "UNSURE"):
        raise NotAllowed("Select whether the death was expected")
    unchanged(notification, version)
    departs = notification.expectedness in ("EXPECTED", "UNEXPECTED") and (
        notification.expectedness != expectedness
    )
    if departs and not note.strip():
        raise NotAllowed("Enter why this differs from what was notified")
    with change("confirm_expectedness", by=by, case=notification.case) as written:
        notification.expectedness = expectedness
        notification.expectedness_note = note or None
        if expectedness == "UNSURE":
            notification.expectedness_confirmed_by = None
            notification.expectedness_confirmed_at = None
        else:
            notification.expectedness_confirmed_by = by
            notification.expectedness_confirmed_at = timezone.now()
            _answered(notification, "expectedness")
        written.save(notification)
    return notification


def record_safety_of_children(
    *,
    notification: Notification,
    other_children: str,
    by,
    social_care_told_on: datetime.date | None = None,
    told_about_children: str = "",
    version: int | None = None,
) -> Notification:
    """Record whether the other children are safe now, and when social care was told, by whom.

    Raises:
        NotAllowed: no answer; or told on a day to come.
        Conflict: the notification changed since the page was shown.
    """
    if other_children not in Notification.OtherChildren.values or not other_children:
        raise NotAllowed("Select whether the other children are safe now")
    if social_care_told_on and social_care_told_on > timezone.localdate():
        raise NotAllowed("Enter a day on which social care was told that is not in the future")
    unchanged(notification, version)
    with change("record_safety_of_children", by=by, case=notification.case) as written:
        notification.other_children = other_children
        if told_about_children:
            notification.told_about_children = told_about_children
        if social_care_told_on and social_care_told_on != notification.social_care_told_on:
            notification.social_care_told_on = social_care_told_on
            notification.social_care_told_by = by
        if notification.social_care_told_on or notification.told_about_children:
            notification.nobody_told = False
        if other_children != Notification.OtherChildren.NOT_KNOWN:
            _answered(notification, "other_children")
        written.save(notification)
        written.detail["triage"] = str(children_triage(notification))
    return notification


def settle_notification_duty(
    *,
    duty: NotificationDuty,
    state: str,
    by,
    made_on: datetime.date | None = None,
    made_reference: str = "",
    reason: str = "",
) -> NotificationDuty:
    """Record that a serious incident was notified, or why that is not needed.

    Raises:
        NotAllowed: settled already, no day, a day to come, or no reason.
    """
    if duty.state != NotificationDuty.State.OPEN:
        raise NotAllowed("This notification has been settled already")
    if state == NotificationDuty.State.MADE:
        if made_on is None:
            raise NotAllowed("Enter the day on which the notification was made")
        if made_on > timezone.localdate():
            raise NotAllowed("Enter a day that is not in the future")
        duty.made_on, duty.made_reference = made_on, made_reference or None
    elif state == NotificationDuty.State.NOT_NEEDED:
        if not reason.strip():
            raise NotAllowed("Enter why the notification is not needed")
        duty.reason = reason
    else:
        raise NotAllowed("Select whether the notification was made")
    with change("settle_notification_duty", by=by, case=duty.case) as written:
        duty.state = state
        duty.settled_by, duty.settled_at = by, timezone.now()
        written.detail["state"] = state
        written.save(duty)
    return duty


def close_not_for_review(*, case: Case, out_of_scope_reason: str, reason: str, by) -> Case:
    """Close a case as not for review: it is kept and counted, and is in no return.

    Raises:
        NotAllowed: it is closed or reviewed already, a question of the family is open, or why was
            not said.
    """
    _leaves(case)
    if out_of_scope_reason not in set(OutOfScope):
        raise NotAllowed("Select why the death is not for review")
    if not reason.strip():
        raise NotAllowed("Enter how you know")
    if todo := keeps_open(case):
        raise NotAllowed("; ".join(todo))
    with change("close_not_for_review", by=by, case=case, reason=reason) as written:
        case.stage = Case.Stage.NOT_FOR_REVIEW
        case.out_of_scope_reason = out_of_scope_reason
        written.detail["out_of_scope_reason"] = out_of_scope_reason
        written.save(case)
    return case


def pass_on_case(
    *, case: Case, board: Board, passed_on_on: datetime.date, by, reason: str = ""
) -> Case:
    """Pass a case to the board whose panel reviews it.

    A panel that works here takes the case over, and it leaves one's own list and those of the
    members whom one's own meetings admitted; for any other the case stays as passed on, and is in
    no return of one's own. It is kept that the other panel was asked, until the two have agreed.

    Raises:
        NotAllowed: it is closed or reviewed already, to one's own panel, or on a day to come.
    """
    _leaves(case)
    if passed_on_on > timezone.localdate():
        raise NotAllowed("Enter a day that is not in the future")
    if case.notified_on and passed_on_on < case.notified_on:
        raise NotAllowed("Enter a day on or after the day of notification")
    panel = panel_of(board, passed_on_on)
    if panel is not None and panel == case.panel:
        raise NotAllowed("Choose a board of another panel: yours reviews this one")
    with change("pass_on_case", by=by, case=case, reason=reason) as written:
        if panel is None:
            case.stage = Case.Stage.PASSED_ON
        else:
            case.panel = panel
            for admission in case.admissions.filter(source=Source.MEETING):
                written.remove(admission)
        case.passed_on_to, case.passed_on_on = board, passed_on_on
        case.reviewing_board = board
        written.detail["to"] = board.code
        written.save(case)
        written.save(CasePassing(case=case, to_board=board, sent_on=passed_on_on, sent_by=by))
    access.forget()
    return case


def _leaves(case: Case) -> None:
    if case.stage in CLOSED:
        raise NotAllowed("This case has been closed already")
    if case.stage == Case.Stage.REVIEWED:
        raise NotAllowed("The review of this case is complete: reopen it first")


def _answered(notification: Notification, question: str) -> None:
    notification.to_chase = [one for one in notification.to_chase if one != question]


def needs_somebody_today(notification: Notification) -> bool:
    """Tell whether the other children need somebody today."""
    return children_triage(notification) is Triage.NOW
