"""The statistics pages: what was given, figures of one's own boards, and giving them out."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from casereview import access, audit, releases
from casereview.access import not_found, role_view
from casereview.releases import Audience, Refused
from casereview.rules.release_gate import Settled
from casereview.rules.return_year import ReturnYear
from casereview.sign_in import proof
from casereview.step_up import ask_for_proof
from cdop import given_figures, statistics, statistics_files, statistics_rates
from cdop.statistics import Asked

FORMATS = ("xlsx", "csv", "pdf")


@role_view("view_statistics")
def view_statistics(request: HttpRequest) -> HttpResponse:
    """List the figures that were given to a board or to everybody, the latest first."""
    return render(
        request,
        "cdop/statistics/given.html",
        {"releases": given_figures.visible_to(request.user), "may": pages(request)},
    )


@role_view("view_release")
def view_release(request: HttpRequest, number: int) -> HttpResponse:
    """Show figures as they were given."""
    release = given_figures.find(request.user, number)
    if release is None:
        return not_found()
    settled = releases.given_in(release)
    return render(
        request,
        "cdop/statistics/release.html",
        {
            "release": release,
            "audience": Audience(release.audience).label,
            "sections": [] if release.beside else statistics.sections(settled),
            "rates": [
                statistics_rates.table_of(one, settled.profile.symbol)
                for one in release.beside or ()
            ],
            "legend": settled.profile.legend,
        },
    )


@role_view("download_release")
def download_release(request: HttpRequest, number: int, file_format: str) -> HttpResponse:
    """Hand over figures that were given, as a file."""
    release = given_figures.find(request.user, number)
    if release is None or file_format not in FORMATS:
        return not_found()
    notes = (f"Release {release.number}, given on {release.given_at:%d %B %Y}",)
    settled = releases.given_in(release)
    return _file(settled, release.title, notes, file_format, release.beside)


@role_view("work_out_statistics")
def work_out_statistics(request: HttpRequest) -> HttpResponse:
    """Show the figures of one's own boards, as one audience would be given them."""
    asked = statistics.asked_for(request.user, request.GET, timezone.localdate())
    if asked is None:
        return not_found()
    context: dict[str, Any] = {
        "asked": asked,
        "choices": choices(request, asked),
        "may": pages(request),
        "query": urlencode(asked.query),
        "file_again": request.GET.get("file") == "again",
    }
    if asked.boards:
        try:
            settled = releases.preview(statistics.tables_of(asked), asked.audience)
        except Refused as refusal:
            context["refused"] = str(refusal)
        else:
            found = statistics.sections(settled)
            context |= {
                "reviews": settled.shown[0].value(None, None),
                "sections": found,
                "settled": settled,
                "legend": settled.profile.legend,
                "one_cell": [each for each in found if each.in_one_cell],
            }
    return render(request, "cdop/statistics/figures.html", context)


@role_view("export_statistics")
def export_statistics(request: HttpRequest) -> HttpResponse:
    """Give figures out: to the panel as a file, to others as a release in the ledger."""
    if request.method != "POST":
        return redirect("cdop:work_out_statistics")
    asked = statistics.asked_for(request.user, request.POST, timezone.localdate())
    if asked is None or not asked.boards:
        return not_found()
    rates = request.POST.get("of") == "rates"
    shown_on = reverse("cdop:view_rates" if rates else "cdop:work_out_statistics")
    page = f"{shown_on}?{urlencode(asked.query)}"
    if not proof.proved_lately(request):
        audit.append("step_up", actor=request.user, outcome=audit.REFUSED)
        return ask_for_proof(request, f"{page}&file=again#file")
    file_format = request.POST.get("format", "xlsx")
    if file_format not in FORMATS:
        messages.warning(request, "Select Excel, CSV or PDF")
        return redirect(page)
    if rates:
        title = statistics_rates.title_of(asked)
        tables = statistics_rates.tables(asked, statistics.deaths_of(asked))
    else:
        title, tables = asked.title, statistics.tables_of(asked)
    try:
        given = releases.give(
            tables,
            asked.audience,
            by=request.user,
            title=title,
            action="export_statistics",
            boards=[code for code, _ in asked.boards],
            detail={
                "year": asked.year.ends_in,
                "years": asked.years,
                "boards": [code for code, _ in asked.boards],
                "of": "rates" if rates else "reviews",
            },
            beside=partial(statistics_rates.rates, asked) if rates else None,
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect(page)
    if given.release is None:
        now = timezone.localtime()
        notes = (f"Made by {request.user} on {now:%d %B %Y at %H:%M}",)
        beside = statistics_rates.rates(asked, given.settled) if rates else None
        return _file(given.settled, title, notes, file_format, beside)
    messages.success(request, "These figures may be passed on as they stand here")
    return redirect("cdop:view_release", number=given.release.number)


def choices(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return what a reader may choose: year, years together, board, audience."""
    this_year = ReturnYear.containing(timezone.localdate())
    since = ReturnYear(asked.year.ends_in - asked.years + 1)
    scope = statistics.counting.scope_of(request.user, asked.year, statistics.WORK_OUT, since)
    boards = statistics.boards_of(scope, since, asked.year)
    return {
        "years": [
            (str(ends), ReturnYear(ends).slug)
            for ends in range(this_year.ends_in, statistics.FIRST_YEAR - 1, -1)
        ],
        "periods": [(str(years), words) for years, words in statistics.PERIODS.items()],
        "boards": sorted(boards.items(), key=lambda pair: pair[1]) if len(boards) > 1 else [],
        "audiences": [(one.value, one.label) for one in Audience],
        "chosen": {
            "year": str(asked.year.ends_in),
            "years": str(asked.years),
            "board": asked.scope.board if len(boards) > 1 else "",
            "for": str(asked.audience),
        },
    }


def pages(request: HttpRequest) -> dict[str, bool]:
    """Return which other pages a reader may open."""
    return {
        action: access.can(request.user, action)
        for action in (
            "work_out_statistics",
            "export_statistics",
            "view_timeliness_of_reviews",
            "view_rates",
            "view_modifiable_agreement",
            "view_agreement",
            "view_output_profiles",
        )
    }


def _file(
    settled: Settled, title: str, notes: tuple[str, ...], file_format: str, beside: Any = None
) -> HttpResponse:
    content = statistics_files.content(settled, title, notes, file_format, beside)
    response = HttpResponse(content, content_type=statistics_files.TYPES[file_format])
    response["Content-Disposition"] = f'attachment; filename="statistics.{file_format}"'
    return response
