"""The audit programme: planning an audit, holding it, writing it up, agreeing and sharing it."""

import datetime
from typing import Any

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.cases import new_reference
from casereview.actions.seen import as_seen
from casereview.models import Board, Case
from casereview.records import Conflict, change
from casereview.rules.references import Kind
from casereview.rules.return_year import ReturnYear
from scr.audit_programme import LABEL, leaks_in, seen_as, stage, still_missing, writers_of
from scr.models import AuditedChild, ThematicAudit
from scr.rules.audits import Act, refusal

PLAN = ("theme", "planned_on", "lead_auditors", "practitioners_invited", "lines_of_enquiry")
FOUND = ("what_was_found", "practitioners_invited", "lines_of_enquiry")
ABOUT_A_CHILD = ("child_voice", "summary", "grade")
State = ThematicAudit.State


def plan_audit(*, board: Board, year: ReturnYear, by, **facts: Any) -> ThematicAudit:
    """Add an audit to the programme of a board's year.

    Raises:
        NotAllowed: a month outside the year of the programme.
    """
    if facts["planned_on"] not in year:
        raise NotAllowed(f"Select a month of {year}")
    audit = ThematicAudit(board=board, year=year.ends_in, **{name: facts[name] for name in PLAN})
    with change("plan_audit", by=by) as written:
        audit.reference = new_reference(Kind.AUDIT, audit.planned_on.year)
        written.save(audit, subject=True)
    return audit


def change_audit_plan(
    *, audit: ThematicAudit, by, version: int | None = None, **facts: Any
) -> ThematicAudit:
    """Change the plan of an audit; one that was postponed is planned again.

    The audit stays in the programme it was planned in, also when its month is in the next year.

    Raises:
        NotAllowed: it was held or cancelled, or a month before the programme's year.
    """
    with change("change_audit_plan", by=by) as written:
        audit = _open(audit, Act.PLAN, version)
        if facts["planned_on"] < ReturnYear(audit.year).first_day:
            raise NotAllowed("Select a month from the first of the programme’s year on")
        _set(audit, PLAN, facts)
        audit.state, audit.state_reason = State.PLANNED, ""
        written.save(audit)
    return audit


def postpone_audit(*, audit: ThematicAudit, by, reason: str) -> ThematicAudit:
    """Postpone a planned audit, with the reason.

    Raises:
        NotAllowed: it is not planned any more, or no reason.
    """
    return _put_off("postpone_audit", Act.POSTPONE, State.POSTPONED, audit, by, reason)


def cancel_audit(*, audit: ThematicAudit, by, reason: str) -> ThematicAudit:
    """Cancel an audit that was not held, with the reason.

    Raises:
        NotAllowed: it was held or is cancelled already, or no reason.
    """
    return _put_off("cancel_audit", Act.CANCEL, State.CANCELLED, audit, by, reason)


def _put_off(
    action: str, act: Act, state: ThematicAudit.State, audit: ThematicAudit, by, reason: str
) -> ThematicAudit:
    if not reason.strip():
        raise NotAllowed("Enter the reason")
    with change(action, by=by) as written:
        audit = _open(audit, act)
        audit.state, audit.state_reason = state, reason
        written.save(audit)
    return audit


def record_audit_held(*, audit: ThematicAudit, by, held_on: datetime.date) -> ThematicAudit:
    """Record that an audit was held.

    Raises:
        NotAllowed: it is not planned, or a day to come or before the programme's year.
    """
    if held_on > timezone.localdate():
        raise NotAllowed("Enter a day that is not in the future")
    with change("record_audit_held", by=by) as written:
        audit = _open(audit, Act.HOLD)
        if held_on < ReturnYear(audit.year).first_day:
            raise NotAllowed("Enter a day from the first of the programme’s year on")
        audit.state, audit.held_on = State.HELD, held_on
        written.save(audit)
    return audit


def add_audited_child(*, audit: ThematicAudit, by) -> AuditedChild:
    """Add a child whose files are read, under the next free label.

    Raises:
        NotAllowed: the audit is agreed, postponed or cancelled.
    """
    with change("add_audited_child", by=by) as written:
        audit = _open(audit, Act.CHOOSE)
        # A label that was taken out stays out: notes on paper may still say it.
        used = set(AuditedChild.history.filter(audit=audit.pk).values_list("label", flat=True))
        number = next(n for n in range(1, len(used) + 2) if f"{LABEL}{n}" not in used)
        child = AuditedChild(audit=audit, label=f"{LABEL}{number}", child_voice="", summary="")
        written.save(child)
    return child


def remove_audited_child(*, child: AuditedChild, by) -> None:
    """Take out a child whose files are not read after all.

    Raises:
        NotAllowed: the audit is agreed, or something is written about the child.
    """
    with change("remove_audited_child", by=by) as written:
        _open(child.audit, Act.CHOOSE)
        if child.child_voice or child.summary:
            raise NotAllowed("Keep this child: something is written about the files already")
        written.remove(child)


def record_audited_child(
    *,
    child: AuditedChild,
    by,
    version: int | None = None,
    case: Case | None = None,
    unlink: bool = False,
    **facts: Any,
) -> AuditedChild:
    """Write what the files of one child show and what the child said; link the case or unlink it.

    Raises:
        NotAllowed: the audit was not held yet, or is agreed.
    """
    with change("record_audited_child", by=by) as written:
        _open(child.audit, Act.WRITE)
        as_seen(child, version)
        _set(child, ABOUT_A_CHILD, facts)
        if unlink:
            child.case = None
        elif case is not None:
            child.case = case
        written.save(child)
    return child


def record_audit_findings(
    *, audit: ThematicAudit, by, version: int | None = None, **facts: Any
) -> ThematicAudit:
    """Write what an audit found, and who took part.

    Raises:
        NotAllowed: it was not held yet, or is agreed.
    """
    with change("record_audit_findings", by=by) as written:
        audit = _open(audit, Act.WRITE, version)
        _set(audit, FOUND, facts)
        if audit.changed_fields():
            audit.recorded_by = by
        written.save(audit)
    return audit


def agree_audit(*, audit: ThematicAudit, by, seen: str | None = None) -> ThematicAudit:
    """Agree an audit for the effectiveness group, as it was `seen` with all its children.

    Raises:
        Conflict: it or what is written of a child changed since.
        NotAllowed: something is missing, such as a child's voice, or the person wrote part of it.
    """
    with change("agree_audit", by=by) as written:
        audit = _open(audit, Act.AGREE)
        if seen is not None and seen != seen_as(audit):
            raise Conflict(f"ThematicAudit {audit.pk}")
        if lines := still_missing(audit):
            raise NotAllowed("; ".join(lines))
        if by.pk in writers_of(audit):
            raise NotAllowed("Ask another learning lead: you wrote part of what was found")
        audit.agreed_by, audit.agreed_at = by, timezone.now()
        written.save(audit)
    return audit


def take_back_audit_agreement(*, audit: ThematicAudit, by, reason: str) -> ThematicAudit:
    """Take back the agreement of an audit that nobody outside the programme has read yet.

    Raises:
        NotAllowed: it is not agreed or is shared already, or no reason.
    """
    if not reason.strip():
        raise NotAllowed("Enter the reason")
    with change("take_back_audit_agreement", by=by, reason=reason) as written:
        audit = _open(audit, Act.TAKE_BACK)
        audit.agreed_by = audit.agreed_at = None
        written.save(audit)
    return audit


def share_audit(
    *, audit: ThematicAudit, by, version: int | None = None, read: bool = False
) -> ThematicAudit:
    """Share an agreed audit with the board.

    `read` says that a person read what the leak test found and that it means nobody of the case.

    Raises:
        NotAllowed: it is not agreed, or the leak test finds who a child is.
    """
    with change("share_audit", by=by) as written:
        audit = _open(audit, Act.SHARE, version)
        leaks = leaks_in(audit, by)
        if any(one.hard for one in leaks):
            raise NotAllowed(
                "Take the agreement back and write without the words that tell who a child is"
            )
        if leaks and not read:
            raise NotAllowed("Read each place the leak test found, and say that it names nobody")
        written.detail["soft_hits"] = len(leaks)
        audit.shared_on = timezone.localdate()
        written.save(audit)
    return audit


def _open(audit: ThematicAudit, act: Act, version: int | None = None) -> ThematicAudit:
    """Return an audit as it is now, locked until the change is over."""
    fresh = ThematicAudit.objects.select_for_update().get(pk=audit.pk)
    as_seen(fresh, version)
    if words := refusal(stage(fresh), act):
        raise NotAllowed(words)
    return fresh


def _set(record: Any, names: tuple[str, ...], facts: dict[str, Any]) -> None:
    for name in names:
        if name in facts:
            setattr(record, name, facts[name])
