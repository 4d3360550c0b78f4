"""Writing a panel's annual report, agreeing it, and giving versions of it out."""

import uuid
from datetime import date

from django.db import IntegrityError
from django.utils import timezone

from casereview import jobs, progress
from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import Panel
from casereview.records import change
from casereview.rules.return_year import ReturnYear
from learning.annual_reports import names_in, part, parts, unwritten
from learning.making import STEPS
from learning.models import AnnualReport, ReportVersion

JOB = "make_report_version"
LONGEST = 20_000
AGREED = "The report is agreed. Its chair can open it again"


def begin_annual_report(*, panel: Panel, year: int, by, today: date) -> AnnualReport:
    """Begin the report of a panel on a year that has ended.

    Raises:
        NotAllowed: the year has not ended, or its report was begun already.
    """
    if ReturnYear(year).last_day >= today:
        raise NotAllowed("Wait until the year has ended")
    report = AnnualReport(panel=panel, year=year, begun_by=by, begun_at=timezone.now())
    try:
        with change("begin_annual_report", by=by, detail={"year": year}) as written:
            if AnnualReport.objects.filter(panel=panel, year=year).exists():
                raise NotAllowed("Somebody has begun this report already. Open it")
            written.save(report, subject=True)
    except IntegrityError:
        raise NotAllowed("Somebody has begun this report already. Open it") from None
    return report


def write_report_part(
    *, report: AnnualReport, code: str, text: str, by, version: int | None = None
) -> AnnualReport:
    """Write one part of a report.

    Raises:
        NotAllowed: the report is agreed, or the text is too long.
        Conflict: somebody else wrote since the page was shown.
    """
    if part(code) is None:
        raise NotAllowed("Select a part of the report")
    if len(text) > LONGEST:
        raise NotAllowed(f"Shorten the text to {LONGEST:,} characters")
    as_seen(report, version)
    with change("write_report_part", by=by, detail={"part": code}) as written:
        _still_open(report)
        report.texts = {**(report.texts or {}), code: text.strip()}
        written.save(report, subject=True)
    return report


def agree_annual_report(*, report: AnnualReport, by, version: int | None = None) -> AnnualReport:
    """Agree a report as the panel's chair; from then on versions of it may be given out.

    Raises:
        NotAllowed: it is agreed already, a part is empty, or a text names somebody of a case.
        Conflict: somebody else wrote since the page was shown.
    """
    as_seen(report, version)
    if empty := unwritten(report):
        raise NotAllowed(f"Write first: {', '.join(one.label for one in empty)}")
    refuse_names(report)
    with change("agree_annual_report", by=by) as written:
        _still_open(report)
        report.agreed_by, report.agreed_at = by, timezone.now()
        written.save(report, subject=True)
    return report


def reopen_annual_report(*, report: AnnualReport, by, reason: str) -> AnnualReport:
    """Open an agreed report again; what was given out of it stays as it was given.

    Raises:
        NotAllowed: it is not agreed, or no reason.
    """
    if report.agreed_at is None:
        raise NotAllowed("The report is open already")
    if not reason.strip():
        raise NotAllowed("Enter why it is opened again")
    with change("reopen_annual_report", by=by, reason=reason.strip()) as written:
        report.agreed_by = report.agreed_at = None
        written.save(report, subject=True)
    return report


def give_report_out(*, report: AnnualReport, document: str, audience: str, by) -> ReportVersion:
    """Ask for a version of an agreed report; the worker makes it, or says why it may not be given.

    Raises:
        NotAllowed: the report is not agreed, or such a version is being made.
    """
    if report.agreed_at is None:
        raise NotAllowed("The chair agrees the report first")
    return _ask(report, document, audience, by, "give_report_out", preview=False)


def preview_report(*, report: AnnualReport, document: str, audience: str, by) -> ReportVersion:
    """Ask to see a version as it would be given out today; nothing of it leaves the panel.

    Raises:
        NotAllowed: such a version is being made.
    """
    return _ask(report, document, audience, by, "preview_report", preview=True)


def _ask(
    report: AnnualReport, document: str, audience: str, by, action: str, *, preview: bool
) -> ReportVersion:
    waiting = ReportVersion.objects.filter(
        report=report,
        document=document,
        audience=audience,
        state=ReportVersion.State.WAITING,
        preview=preview,
    )
    if waiting.exists():
        raise NotAllowed("This version is being made already")
    version = ReportVersion(
        report=report,
        document=document,
        audience=audience,
        preview=preview,
        task=uuid.uuid4(),
        asked_by=by,
        asked_at=timezone.now(),
    )
    detail = {"document": document, "audience": audience}
    with change(action, by=by, detail=detail) as written:
        version.task = progress.begin_waiting(kind=JOB, by=by, total=STEPS).pk
        written.save(version, subject=True)
        jobs.enqueue(JOB, version=version.pk)
    return version


def refuse_names(report: AnnualReport) -> None:
    """Refuse a report in which a text names somebody of a case.

    Raises:
        NotAllowed: it does; which part and how often is said, not which word.
    """
    if found := names_in(report):
        titles = {one.code: one.label for one in parts()}
        told = [f"{titles.get(code, code)} ({places})" for code, places in found.items()]
        raise NotAllowed(f"Take out what tells who somebody of a case is: {', '.join(told)}")


def _still_open(report: AnnualReport) -> None:
    if AnnualReport.objects.select_for_update().get(pk=report.pk).agreed_at:
        raise NotAllowed(AGREED)
