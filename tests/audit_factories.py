"""Audits of a programme to test with: keyword-only, valid by default. Nobody here is real."""

import datetime

from casereview.models import Board, Case, User
from casereview.rules.access_table import Role
from casereview.rules.return_year import ReturnYear
from scr.actions import auditing
from scr.models import AuditedChild, ThematicAudit
from tests import factories

MONTH, HELD = datetime.date(2014, 9, 1), datetime.date(2014, 9, 18)
VOICE = "Wanted somebody to ask what the days were like"


def make_audit(*, by: User, board: Board | None = None, **facts) -> ThematicAudit:
    """Plan an audit for September 2014."""
    facts.setdefault("theme", "Neglect of under-fives")
    facts.setdefault("planned_on", MONTH)
    facts.setdefault("lead_auditors", "Qxauditor of the example police")
    facts.setdefault("practitioners_invited", "Qxpractitioner of the example school")
    facts.setdefault("lines_of_enquiry", "Was the child seen alone?")
    return auditing.plan_audit(
        board=board or factories.board(),
        year=ReturnYear.containing(facts["planned_on"]),
        by=by,
        **facts,
    )


def make_held(*, by: User, **facts) -> ThematicAudit:
    """Plan an audit and hold it."""
    return auditing.record_audit_held(audit=make_audit(by=by, **facts), by=by, held_on=HELD)


def add_child(
    audit: ThematicAudit, *, by: User, voice: str = VOICE, case: Case | None = None, **facts
) -> AuditedChild:
    """Add a child to an audit that was held, and write what its files show."""
    facts.setdefault("summary", "Seen by four services, each time once")
    child = auditing.add_audited_child(audit=audit, by=by)
    return auditing.record_audited_child(child=child, by=by, case=case, child_voice=voice, **facts)


def make_complete(
    *, by: User, found: str = "Agencies did not ask one another", case: Case | None = None, **facts
) -> ThematicAudit:
    """Hold an audit of one child, and write what it found."""
    audit = make_held(by=by, **facts)
    add_child(audit, by=by, case=case)
    return auditing.record_audit_findings(audit=audit, by=by, what_was_found=found)


def make_agreed(*, by: User, **facts) -> ThematicAudit:
    """Complete an audit, and let a learning lead who wrote none of it agree it."""
    lead = factories.make_user(Role.LEARNING_LEAD)
    return auditing.agree_audit(audit=make_complete(by=by, **facts), by=lead)


def make_shared(*, by: User, **facts) -> ThematicAudit:
    """Agree an audit and share it with the board."""
    return auditing.share_audit(audit=make_agreed(by=by, **facts), by=by, read=True)
