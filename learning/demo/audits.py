"""The audit programme of 2014-15: six audits, four held, one postponed, one cancelled.

Nobody here is real.
"""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from casereview.models import Case
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.return_year import ReturnYear
from learning.demo import cast
from scr.actions import auditing
from scr.models import Referral, ThematicAudit

YEAR = ReturnYear(2015)
# The child brought in after years of neglect: the office may open the case, the auditors saw files.
LINKED_REFERRAL = datetime.date(2014, 12, 12)


@dataclass(frozen=True)
class Child:
    """One child's files: the voice, what they show, and the grade."""

    voice: str
    summary: str
    grade: str
    linked: bool = False


@dataclass(frozen=True)
class Planned:
    """One audit of the programme, and what became of it."""

    theme: str
    month: str
    auditors: str
    lines: str
    held: str = ""
    found: str = ""
    children: tuple[Child, ...] = ()
    end: str = "shared"  # or "agreed", "written", "postponed", "cancelled"
    reason: str = ""


PROGRAMME = (
    Planned(
        "Neglect of children under five",
        "2014-05-01",
        "Grace Thornbury, community health; Ines Calloway, social care",
        "Was the child seen without the parents?\nDid anybody put the small signs together?",
        held="2014-05-20",
        found="Each agency held part of the picture. A shared chronology was kept for one child "
        "of three; there the help came a year earlier.",
        children=(
            Child(
                "Hid behind the sofa at each visit; one worker sat on the floor and waited.",
                "Nine contacts in a year, none of them a visit by two agencies together.",
                "requires_improvement",
            ),
            Child(
                "Told the nursery that nights are cold. The nursery wrote it down and rang.",
                "A chronology of all agencies from the second month on.",
                "good",
            ),
            Child(
                "Too young to speak. The files tell of weight and of rooms, not of the day.",
                "Missed appointments were closed as declined by the parents.",
                "inadequate",
            ),
        ),
    ),
    Planned(
        "Children at risk of sexual exploitation",
        "2014-07-01",
        "Carys Bowden, police; Edwin Marsh, education",
        "Was absence from school read as a sign?\nWho spoke with the young person, and where?",
        held="2014-07-15",
        found="Absence was followed up by school and not told to others. Return interviews were "
        "done in two of two, late in one.",
        children=(
            Child(
                "Said that being called a runaway felt like being blamed.",
                "Five episodes of going missing, one return interview within 72 hours.",
                "requires_improvement",
            ),
            Child(
                "Chose the youth worker as the one to talk to; everybody went through her.",
                "One plan, held by one worker, known to all agencies.",
                "outstanding",
            ),
        ),
    ),
    Planned(
        "Unborn children and domestic abuse",
        "2014-10-01",
        "Sunita Marlowe, hospital; Carys Bowden, police",
        "Was the question asked at booking, alone?\nDid the plan before birth reach the ward?",
        held="2014-10-14",
        found="The question was asked each time and alone. The plan before birth lay in the "
        "office on the day of the birth in one of two.",
        children=(
            Child(
                "Not born yet: the plan speaks for the child in the child’s own name.",
                "A plan at 28 weeks, read by the ward.",
                "good",
            ),
            Child(
                "Not born yet. The files are about the adults alone.",
                "A plan at 36 weeks that the ward did not have.",
                "requires_improvement",
            ),
        ),
        end="agreed",
    ),
    Planned(
        "Long-standing neglect of school-age children",
        "2015-02-01",
        "Edwin Marsh, education; Yusuf Ashdown, social care",
        "Who read the old file before closing the new one?",
        held="2015-02-24",
        found="Every new referral was judged by itself. Nobody had read all of the file.",
        children=(
            Child(
                "Asked a teacher for second helpings for years. It was taken as appetite.",
                "Four assessments, each beginning anew.",
                "inadequate",
                linked=True,
            ),
        ),
        end="written",
    ),
    Planned(
        "Disabled children and child protection",
        "2015-01-01",
        "Martin Eskdale, education; Grace Thornbury, community health",
        "How was the child’s view found out?",
        end="postponed",
        reason="The inspection took the auditors’ month. It is planned again for the summer.",
    ),
    Planned(
        "Private fostering",
        "2015-03-01",
        "Ines Calloway, social care",
        "Was the child visited within a week?",
        end="cancelled",
        reason="Two arrangements were known in the area: too few to read without knowing whose.",
    ),
)


def bring_in() -> list[ThematicAudit]:
    """Add the programme of the year; return its audits in the order above."""
    return [_add(one) for one in PROGRAMME]


def _add(one: Planned) -> ThematicAudit:
    office, lead = cast.person(Role.BOARD_MANAGER), cast.person(Role.LEARNING_LEAD)
    audit = auditing.plan_audit(
        board=cast.board(),
        year=YEAR,
        by=lead,
        theme=one.theme,
        planned_on=datetime.date.fromisoformat(one.month),
        lead_auditors=one.auditors,
        practitioners_invited="Everybody who knows the children, through their own agency",
        lines_of_enquiry=one.lines,
    )
    if one.end == "postponed":
        return auditing.postpone_audit(audit=audit, by=lead, reason=one.reason)
    if one.end == "cancelled":
        return auditing.cancel_audit(audit=audit, by=lead, reason=one.reason)
    held_on = datetime.date.fromisoformat(one.held)
    audit = auditing.record_audit_held(audit=audit, by=office, held_on=held_on)
    for each in one.children:
        auditing.record_audited_child(
            child=auditing.add_audited_child(audit=audit, by=office),
            by=office,
            case=_linked() if each.linked else None,
            child_voice=each.voice,
            summary=each.summary,
            grade=each.grade,
        )
    audit = auditing.record_audit_findings(audit=audit, by=office, what_was_found=one.found)
    if one.end != "written":
        audit = auditing.agree_audit(audit=audit, by=lead)
    if one.end == "shared":
        audit = auditing.share_audit(audit=audit, by=lead)
    return _backdated(audit, held_on)


def _backdated(audit: ThematicAudit, held_on: datetime.date) -> ThematicAudit:
    """Move the agreement to four weeks after the audit, and the sharing to six."""
    with change("seed_demo", by=audit.agreed_by or audit.recorded_by) as written:
        if audit.agreed_at:
            day = datetime.datetime.combine(held_on, datetime.time(14, 0))
            audit.agreed_at = timezone.make_aware(day + datetime.timedelta(weeks=4))
        if audit.shared_on:
            audit.shared_on = held_on + datetime.timedelta(weeks=6)
        written.save(audit)
    return audit


def _linked() -> Case | None:
    referral = Referral.objects.filter(referred_on=LINKED_REFERRAL).select_related("case").first()
    return referral.case if referral else None
