"""What the audit programme asks of those who keep it."""

from datetime import date, timedelta

from django.urls import reverse

from casereview import keys, registries
from casereview.registries import WorkItem
from casereview.rules.access_table import Role
from casereview.rules.months import add_months
from scr.actions.group_meetings import boards_of
from scr.audit_programme import KEEPS, stage
from scr.models import AuditedChild, ThematicAudit
from scr.rules.audits import Stage, missing

OPEN = (ThematicAudit.State.PLANNED, ThematicAudit.State.POSTPONED, ThematicAudit.State.HELD)


def work(user, today: date) -> list[WorkItem]:
    """Return what of the programmes that `user` keeps is to be done."""
    boards = boards_of(user, *KEEPS)
    if not boards:
        return []
    audits = list(
        ThematicAudit.objects.filter(board__in=boards, state__in=OPEN, shared_on=None).order_by(
            "planned_on", "reference"
        )
    )
    keys.prefetch("audit", [one.pk for one in audits])
    voices = _voices(audits)
    leads = boards_of(user, Role.LEARNING_LEAD)
    wrote = _writers(audits)
    items = []
    for audit in audits:
        task, due = _task(audit, voices.get(audit.pk, []), today)
        agrees = task.startswith("Agree")
        if not task or agrees and audit.board_id not in leads:
            continue
        if agrees and user.pk in wrote.get(audit.pk, set()):
            items.append(_item(audit, task, due, waiting_for="another learning lead"))
        else:
            items.append(_item(audit, task, due))
    return items


def month_end(day: date) -> date:
    """Return the last day of the month whose first day this is."""
    return add_months(day, 1) - timedelta(days=1)


def _task(
    audit: ThematicAudit, voices: list[tuple[str, bool]], today: date
) -> tuple[str, date | None]:
    match stage(audit):
        case Stage.PLANNED if audit.planned_on <= today:
            return "Hold the audit, and record the day or why not", month_end(audit.planned_on)
        case Stage.POSTPONED:
            return "Plan the postponed audit again, or cancel it", None
        case Stage.HELD if missing(findings=bool(audit.what_was_found), voices=voices):
            return "Write what the audit found, with each child’s voice", None
        case Stage.HELD:
            return "Agree the audit for the effectiveness group", None
        case Stage.AGREED:
            return "Share the agreed audit with the board", None
    return "", None


def _item(audit: ThematicAudit, task: str, due: date | None, waiting_for: str = "") -> WorkItem:
    return WorkItem(
        key=f"audit {audit.pk}",
        task=f"{task}: {audit.theme}",
        url=reverse("scr:view_audit", args=[audit.reference]),
        due_on=due,
        why=f"{audit.reference}, in the board’s programme of audits.",
        waiting_for=waiting_for,
    )


def _voices(audits: list[ThematicAudit]) -> dict:
    found: dict = {}
    for child in AuditedChild.objects.filter(audit__in=[one.pk for one in audits]):
        found.setdefault(child.audit_id, []).append((child.label, bool(child.child_voice)))
    return found


def _writers(audits: list[ThematicAudit]) -> dict:
    known = [one.pk for one in audits]
    found: dict = {}
    for key, who in [
        *ThematicAudit.history.filter(id__in=known).values_list("id", "recorded_by"),
        *AuditedChild.history.filter(audit__in=known).values_list("audit", "history_user"),
    ]:
        found.setdefault(key, set()).add(who)
    return found


def register() -> None:
    """Add the above to *Your work*."""
    registries.work_items.append(work)
