"""The annual report: the list, one report with its parts, writing, agreeing, giving it out."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.look_again import look_again
from casereview.models import Panel, TaskProgress
from casereview.records import Conflict
from casereview.releases import Audience
from casereview.rules.return_year import ReturnYear
from casereview.step_up import step_up_required
from casereview.views.acting import again, posted, told_version
from learning import annual_paper, annual_reports, report_traces
from learning.actions import annual_reports as actions
from learning.forms.annual_reports import GiveOutForm, PartForm, PreviewForm, ReopenForm
from learning.models import AnnualReport, ReportVersion
from learning.panels import panels_for
from learning.report_figures import chart_of
from learning.views.signals import as_pdf

OFFERED = 6  # years that have ended
LOOK_AGAIN_AFTER = 5  # seconds
CHANGED = (
    "Somebody else wrote in this report while you were typing. Compare what you typed below with "
    "the report, then save again"
)
WHOLE = "view_annual_report"
GIVEN = "view_report_version"
LOOK = "preview_report"


def _report(request: HttpRequest, action: str, key: uuid.UUID) -> AnnualReport | None:
    return (
        AnnualReport.objects.filter(pk=key, panel__in=panels_for(request.user, action))
        .select_related("panel", "begun_by", "agreed_by")
        .first()
    )


def _versions(user):
    """Return the versions a person may read: a panel's own are for those who read its report."""
    found = ReportVersion.objects.filter(report__panel__in=panels_for(user, GIVEN))
    if not access.can(user, WHOLE):
        found = found.filter(state=ReportVersion.State.GIVEN).exclude(audience=Audience.PANEL)
    elif not access.can(user, LOOK):
        found = found.filter(preview=False)
    return found.select_related("report__panel", "report__agreed_by", "release", "asked_by")


@role_view("list_annual_reports")
def list_annual_reports(request: HttpRequest) -> HttpResponse:
    """List the reports of a person's panels and the versions that were given out."""
    panels = list(panels_for(request.user, GIVEN))
    now = ReturnYear.containing(timezone.localdate())
    years = [ReturnYear(now.ends_in - back) for back in range(1, OFFERED + 1)]
    reads = access.can(request.user, WHOLE)
    begun: dict[tuple[Any, int], AnnualReport] = {}
    if reads:
        for one in AnnualReport.objects.filter(panel__in=panels).select_related("agreed_by"):
            begun[one.panel_id, one.year] = one
            if ReturnYear(one.year) not in years:
                years.append(ReturnYear(one.year))
    return render(
        request,
        "learning/reports/list.html",
        {
            "rows": [
                {"panel": panel, "year": year, "report": begun.get((panel.pk, year.ends_in))}
                for panel in panels
                for year in sorted(years, reverse=True)
            ]
            if reads
            else [],
            "reads": reads,
            "may_begin": access.can(request.user, "begin_annual_report"),
            "versions": _versions(request.user)
            .filter(state=ReportVersion.State.GIVEN)
            .defer("content")
            .order_by("-given_at"),
        },
    )


@role_view("begin_annual_report")
def begin_annual_report(request: HttpRequest, panel: str, year: int) -> HttpResponse:
    """Begin the report of a panel on a year; on GET say what that does."""
    found: Panel | None = panels_for(request.user, "begin_annual_report").filter(code=panel).first()
    try:
        asked = ReturnYear(year)
    except ValueError:
        return access.not_found()
    if found is None:
        return access.not_found()
    if request.method == "POST":
        try:
            report = actions.begin_annual_report(
                panel=found, year=year, by=request.user, today=timezone.localdate()
            )
        except NotAllowed as refusal:
            messages.warning(request, str(refusal))
            return redirect("learning:list_annual_reports")
        return redirect("learning:view_annual_report", report.pk)
    return render(request, "learning/reports/begin.html", {"panel": found, "year": asked})


@role_view("view_annual_report")
def view_annual_report(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """Show a report as the panel reads it, with whole figures and what is still to be done."""
    found = _report(request, WHOLE, report)
    if found is None:
        return access.not_found()
    user, today = request.user, timezone.localdate()
    made = annual_reports.whole(found, user, today)
    traced = report_traces.traces(user, found)
    agreed = found.agreed_at is not None
    versions = _latest_previews(_versions(user).filter(report=found).order_by("-asked_at"))
    return render(
        request,
        "learning/reports/report.html",
        {
            "report": found,
            "made": made,
            "sections": [{**one, "traces": traced[one["code"]]} for one in shown(made)],
            "leads": {one.code: one.definition for one in annual_reports.parts()},
            "unwritten": annual_reports.unwritten(found),
            "versions": versions,
            "progress": {
                one.pk: one
                for one in TaskProgress.objects.filter(pk__in=[each.task for each in versions])
            },
            "may_write": not agreed and access.can(user, "write_report_part"),
            "may_agree": not agreed and access.can(user, "agree_annual_report"),
            "may_reopen": agreed and access.can(user, "reopen_annual_report"),
            "may_give": agreed and access.can(user, "give_report_out"),
            "may_look": access.can(user, LOOK),
        },
    )


def _latest_previews(versions: Iterable[ReportVersion]) -> list[ReportVersion]:
    """Return what was given out or refused, and of what was only looked at the last of each."""
    seen: set[tuple[str, str]] = set()
    found = []
    for one in versions:
        kind = (one.document, one.audience)
        if one.preview and kind in seen:
            continue
        if one.preview:
            seen.add(kind)
        found.append(one)
    return found


def shown(made: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts of a report with their tables as a page draws them."""
    return [
        {
            **section,
            "drawn": [
                {
                    "table": {
                        "id": f"figures-{table['key'].replace('_', '-')}",
                        "caption": table["title"],
                        "columns": [
                            {"label": label, "numeric": number > 0}
                            for number, label in enumerate(table["columns"])
                        ],
                        "rows": [
                            [row[0], *({"text": text, "numeric": True} for text in row[1:])]
                            for row in table["rows"]
                        ],
                    },
                    "chart": chart_of(table) if len(table["bars"]) >= annual_paper.SMALL else None,
                    "empty": not table["bars"],
                    "title": table["title"],
                }
                for table in section["tables"]
            ],
        }
        for section in made["sections"]
    ]


@role_view("write_report_part")
def write_report_part(request: HttpRequest, report: uuid.UUID, part: str) -> HttpResponse:
    """Write one part of a report."""
    found = _report(request, "write_report_part", report)
    about = annual_reports.part(part)
    if found is None or about is None:
        return access.not_found()
    before = (found.texts or {}).get(part, "")
    form = PartForm(posted(request), initial={"text": before, "version": found.version})
    form.fields["text"].label = about.label
    form.fields["text"].required = False
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_report_part(
                report=found,
                code=part,
                text=form.cleaned_data["text"],
                by=request.user,
                version=form.cleaned_data["version"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(found))
        else:
            messages.success(request, f"{about.label} is saved")
            return redirect(f"{_address(found)}#{part.replace('_', '-')}")
    return _form(request, found, form, about.label, "Save", about.definition)


@role_view("agree_annual_report")
@step_up_required
def agree_annual_report(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """Agree a report, as the panel's chair."""
    found = _report(request, "agree_annual_report", report)
    if found is None:
        return access.not_found()
    if request.method == "POST":
        try:
            actions.agree_annual_report(
                report=found, by=request.user, version=told_version(request)
            )
        except NotAllowed as refusal:
            messages.warning(request, str(refusal))
        except Conflict:
            messages.warning(request, "Somebody wrote in the report meanwhile. Read it again")
        else:
            messages.success(request, "The report is agreed")
    return redirect(_address(found))


@role_view("reopen_annual_report")
def reopen_annual_report(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """Open an agreed report again, with a reason."""
    found = _report(request, "reopen_annual_report", report)
    if found is None:
        return access.not_found()
    form = ReopenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.reopen_annual_report(
                report=found, by=request.user, reason=form.cleaned_data["reason"]
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The report is open again")
            return redirect(_address(found))
    lead = "What was given out stays as it was given. The chair agrees the report anew."
    return _form(request, found, form, "Open the report again", "Open it again", lead)


@role_view("give_report_out")
@step_up_required
def give_report_out(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """Ask for a version of an agreed report for the panel, a board or everybody."""
    found = _report(request, "give_report_out", report)
    if found is None:
        return access.not_found()
    form = GiveOutForm(posted(request))
    if made := _asked(found, form, actions.give_report_out, request.user):
        return made
    lead = (
        "It is made in the background and kept as it is. Figures given to a board or to everybody "
        "are written into the ledger: every later release is checked together with them."
    )
    return _form(request, found, form, "Give the report out", "Make it", lead)


@role_view("preview_report")
def preview_report(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """Ask to see a version as a board or everybody would be given it today."""
    found = _report(request, LOOK, report)
    if found is None:
        return access.not_found()
    form = PreviewForm(posted(request))
    if made := _asked(found, form, actions.preview_report, request.user):
        return made
    lead = (
        "It is made in the background, with the small numbers hidden as they would be today. "
        "Nothing is given out and no figure enters the ledger."
    )
    return _form(request, found, form, "Look at it first", "Make a preview", lead)


def _asked(
    report: AnnualReport, form, ask: Callable[..., ReportVersion], by
) -> HttpResponse | None:
    """Ask for the version that was posted and lead to it; None where the form is to be shown."""
    if not form.is_valid():
        return None
    try:
        version = ask(report=report, by=by, **form.cleaned_data)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return None
    return redirect("learning:view_report_version", version.pk)


@role_view("view_report_version")
def view_report_version(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """Show a version as it was given out, or how far it has come."""
    found = _versions(request.user).filter(pk=version).first()
    if found is None:
        return access.not_found()
    made = found.content or {}
    response = render(
        request,
        "learning/reports/version.html",
        {
            "version": found,
            "report": found.report,
            "made": made,
            "sections": shown(made) if made else [],
            "progress": TaskProgress.objects.filter(pk=found.task).first(),
            "reads": access.can(request.user, WHOLE),
            "look_again_after": LOOK_AGAIN_AFTER,
        },
    )
    if found.state == ReportVersion.State.WAITING:
        return look_again(request, response, seconds=LOOK_AGAIN_AFTER)
    return response


@role_view("download_report")
def download_report(request: HttpRequest, version: uuid.UUID) -> HttpResponse:
    """Hand a version over as PDF."""
    found = _versions(request.user).filter(pk=version, state=ReportVersion.State.GIVEN).first()
    if found is None:
        return access.not_found()
    content = annual_paper.version_paper(found, by=request.user)
    return as_pdf(content, f"{found.document}-{found.report.year}-{found.audience}.pdf")


def _address(report: AnnualReport) -> str:
    return reverse("learning:view_annual_report", args=[report.pk])


def _form(
    request: HttpRequest, report: AnnualReport, form, heading: str, button: str, lead: str
) -> HttpResponse:
    return render(
        request,
        "learning/form.html",
        {
            "back": "learning:view_annual_report",
            "key": report.pk,
            "form": form,
            "heading": heading,
            "button": button,
            "lead": lead,
        },
    )
