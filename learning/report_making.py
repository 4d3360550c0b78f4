"""Making a version of an annual report, by the worker: figures through the gate, then frozen."""

import hashlib
import json
import uuid
from functools import partial

from django.utils import timezone

from casereview import jobs, progress, releases
from casereview.actions import NotAllowed
from casereview.models import TaskProgress
from casereview.records import change
from casereview.releases import Audience
from learning import making, report_figures
from learning.actions.annual_reports import JOB, refuse_names
from learning.annual_reports import about, content
from learning.models import ReportVersion
from learning.panels import panels_for

State = ReportVersion.State
ASK, LOOK = "give_report_out", "preview_report"


@jobs.job(JOB)
def make_report_version(version: uuid.UUID) -> None:
    """Make a version that waits for it. What may not be given is refused, with the reason kept."""
    row = (
        ReportVersion.objects.select_related("report__panel", "asked_by")
        .filter(pk=version, state=State.WAITING)
        .first()
    )
    if row is None:
        return
    making.attempt(
        f"report version {version}", row.task, partial(_make, row), partial(_refuse, version)
    )


def _make(row: ReportVersion, task: TaskProgress) -> None:
    report, today = row.report, timezone.localdate()
    # Between asking and making a role may have ended.
    asked = LOOK if row.preview else ASK
    if not panels_for(row.asked_by, asked).filter(pk=report.panel_id).exists():
        raise NotAllowed("Whoever asked for it may no longer give it out")
    if row.preview:
        _preview(row, task)
        return
    if report.agreed_at is None:
        raise NotAllowed("The chair opened the report again")
    refuse_names(report)
    progress.step(task)
    of, audience = about(report), Audience(row.audience)
    serious = report_figures.serious_cases(of, today)
    tables = report_figures.tables(of, audience, serious)
    progress.step(task)
    given = releases.give(
        tables,
        audience,
        by=row.asked_by,
        title=f"{row.get_document_display()}, {report.panel.name}, {of.year.slug}",
        action=ASK,
        boards=of.codes,
        detail={"year": report.year, "document": row.document},
    )
    made = content(report, of, row.document, audience, given.settled, serious, row.asked_by, today)
    text = json.dumps(made, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    with change("make_report_version", by=row.asked_by, detail={"digest": digest}) as written:
        row.content, row.digest, row.release = made, digest, given.release
        row.state, row.given_at = State.GIVEN, timezone.now()
        written.save(row, subject=True)


def _preview(row: ReportVersion, task: TaskProgress) -> None:
    """Make a version as it would be given today: protected alike, and in no ledger."""
    today, audience = timezone.localdate(), Audience(row.audience)
    of = about(row.report)
    serious = report_figures.serious_cases(of, today)
    progress.step(task)
    settled = releases.preview(report_figures.tables(of, audience, serious), audience)
    progress.step(task)
    made = content(row.report, of, row.document, audience, settled, serious, row.asked_by, today)
    with change("make_report_version", by=row.asked_by) as written:
        row.content, row.state = made, State.PREVIEW
        written.save(row, subject=True)
        written.detail["state"] = str(State.PREVIEW)


def _refuse(key: uuid.UUID, why: str) -> None:
    row = ReportVersion.objects.select_related("asked_by").get(pk=key)
    with change("make_report_version", by=row.asked_by) as written:
        row.state, row.refused_because = State.REFUSED, why[:300]
        written.save(row, subject=True)
        written.detail["state"] = str(State.REFUSED)
