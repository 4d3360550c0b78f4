"""The pages of the annual return: figures for all who make it, cases for those who may see them."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casereview import audit
from casereview.access import not_found, role_view
from casereview.codes import boards as places
from casereview.rules.return_year import ReturnYear
from casereview.sign_in import proof
from casereview.step_up import ask_for_proof
from cdop import counting, return_keeping, return_layout, return_pages, return_request
from cdop import return_templates as templates
from cdop.actions.returning import Said
from cdop.models import AnnualReturn
from cdop.return_files import FORMATS, Beside, ReturnFile, export_return
from cdop.return_sight import sight_of, sight_of_rows
from cdop.rules import frozen_return
from cdop.rules.return_checks import unusual_changes

GAPS_ON_A_PAGE = 25


@role_view("list_returns")
def list_returns(request: HttpRequest) -> HttpResponse:
    """List the years that have a template or completed reviews, the latest first."""
    today = timezone.localdate()
    this_year = ReturnYear.containing(today)
    scope = counting.scope_of(request.user, this_year)
    completed = counting.completed_by_year(scope)
    with_template = {year for year in templates.years() if year <= this_year}
    listed = sorted(with_template | set(completed), reverse=True)
    scopes = counting.scopes_of(request.user, listed)
    sent = return_keeping.latest_by_year(scopes)
    of_boards = return_keeping.latest_by_board(scopes)
    years = [
        {
            "year": year,
            "days": return_layout.year_words(year),
            "completed": completed.get(year, 0),
            "template": year in with_template,
            "state": return_pages.state_words(year, today),
            "sent": sent.get(year),
            "boards": of_boards.get(year, []),
        }
        for year in listed
    ]
    return render(request, "cdop/returns/list.html", {"years": years})


@role_view("view_return")
def view_return(request: HttpRequest, year: int) -> HttpResponse:
    """Show a year's return: what it is, its checks, the gaps by case, and every figure."""
    asked = return_request.find(request, year)
    if asked is None:
        return not_found()
    return_year, scope = asked.year, asked.scope
    counted, deaths = counting.count_return(return_year, scope)
    sight = sight_of(request.user, return_year, scope)
    draft = return_keeping.draft_of(return_year, scope)
    kept = asked.kept
    said = Said.of(draft or (kept[0] if kept else None))
    moved = _moved(kept, counted, deaths)
    before = counting.count_return(return_year.previous, scope)[0] if _has(return_year) else None
    found = return_pages.findings(
        counted,
        deaths,
        scope,
        before.count("AG-01") if before else None,
        said.local_total,
        len(frozen_return.totals(moved)) if moved else 0,
    )
    gaps, withheld = return_pages.case_gaps(counted, deaths, sight)
    groups = return_pages.checks(sight, found)
    today = timezone.localdate()
    address = return_pages.figures_address(return_year)
    completed = set(counted.rows("AG-01"))
    sections = return_pages.sections_of(counted, address, asked.keep)
    ended = today > return_year.last_day
    context = {
        "year": return_year,
        "days": return_layout.year_words(return_year),
        "state": return_pages.state_words(return_year, today),
        "step": return_pages.next_step(groups, len(gaps) + withheld, running=not ended),
        "deadline": return_layout.deadline_words(counted.template, return_year),
        "status": return_layout.status_words(counted.template),
        "template": counted.template,
        "board": scope.board,
        "area": asked.area,
        "keep": asked.keep,
        "choices": asked.choices,
        "may_be_all": scope.boards is None or len(scope.boards) != 1,
        "totals": sections[0]["figures"] if sections else [],
        "under_revision": sum(death.under_revision for death in deaths if death.row in completed),
        "checks": groups,
        "every_check": return_pages.every_check(counted, found),
        "changes": return_pages.changes(unusual_changes(counted, before), counted, said.changes)
        if before
        else [],
        "last_year": return_year.previous,
        "said": said,
        "kept": kept,
        "moved": moved,
        "ended": ended,
        "gaps": Paginator(gaps, GAPS_ON_A_PAGE).get_page(request.GET.get("page")),
        "file_again": request.GET.get("file") == "again",
        "gaps_withheld": withheld,
        "gaps_total": len(gaps) + withheld,
        "sections": sections,
        "groups": return_pages.table(return_layout.groups_table(counted), address, asked.keep),
        "outcomes": return_layout.OUTCOME_WORDS,
    }
    return render(request, "cdop/returns/year.html", context)


def _has(year: ReturnYear) -> bool:
    return year.previous in templates.years()


def _moved(kept: list[AnnualReturn], counted, deaths) -> frozen_return.Difference | None:
    if not kept:
        return None
    was = return_keeping.opened(kept[0])
    return frozen_return.compare(
        was.counted, was.deaths, counted, {death.row: death for death in deaths}
    )


@role_view("open_figure")
def open_figure(
    request: HttpRequest, year: int, item: str, code: str = "", outcome: str = ""
) -> HttpResponse:
    """Show the cases counted in one figure, and why each is counted there."""
    asked = return_request.find(request, year)
    if asked is None:
        return not_found()
    revision = request.GET.get("revision", "")
    kept = asked.revision(revision) if revision else None
    if revision and kept is None:
        return not_found()
    if kept:
        was = return_keeping.opened(kept)
        counted, by_row = was.counted, dict(was.deaths)
    else:
        counted, deaths = counting.count_return(asked.year, asked.scope)
        by_row = {death.row: death for death in deaths}
    outcome = outcome or "total"
    line = return_layout.find_line(counted, item, code)
    if line is None or outcome not in line[1].counts:
        return not_found()
    question, figure = line
    rows = counted.rows(item, code, outcome)
    sight = (
        sight_of_rows(request.user, rows)
        if kept
        else sight_of(request.user, asked.year, asked.scope)
    )
    cases, withheld = sight.of(rows)
    every_place = {**dict(places()), **asked.names}
    number = kept.revision if kept else 0
    context = {
        "year": asked.year,
        "board": asked.scope.board,
        "area": asked.area,
        "kept": kept,
        "item": "" if item == return_layout.GROUPS_ITEM else item,
        "question": question,
        "label": figure.label if code else "",
        "outcome": return_layout.OUTCOME_WORDS[outcome] if outcome != "total" else "",
        "number": len(rows),
        "withheld": withheld,
        "page": Paginator(
            [
                {
                    "case": case,
                    "died_on": by_row[case.reference].died_on,
                    "because": return_pages.counted_because(
                        item, by_row[case.reference], asked.year, every_place
                    ),
                }
                for case in cases
            ],
            50,
        ).get_page(request.GET.get("page")),
        "keep": asked.keep,
        "back": reverse("cdop:view_frozen_return", args=[year, number]) + asked.keep
        if kept
        else reverse("cdop:view_return", args=[year]) + asked.keep,
    }
    return render(request, "cdop/returns/figure.html", context)


@role_view("export_annual_return")
def export_annual_return(request: HttpRequest, year: int) -> HttpResponse:
    """Hand over the return as a file; the export is on record before the file leaves."""
    if request.method != "POST":
        return redirect("cdop:view_return", year=year)
    asked = return_request.find(request, year, request.POST.get("board", ""))
    if asked is None:
        return not_found()
    revision = request.POST.get("revision", "")
    kept = asked.revision(revision) if revision else None
    if revision and kept is None:
        return not_found()
    page = (
        reverse("cdop:view_frozen_return", args=[year, kept.revision])
        if kept
        else reverse("cdop:view_return", args=[year])
    )
    if not proof.proved_lately(request):
        audit.append("step_up", actor=request.user, outcome=audit.REFUSED)
        again = return_pages.query(asked.scope.board, file="again")
        return ask_for_proof(request, f"{page}{again}#file")
    file_format = request.POST.get("format", "")
    if file_format not in FORMATS:
        messages.warning(request, "Select Excel, PDF, CSV or JSON")
        return redirect(f"{page}{asked.keep}#file")
    return handed_over(write_return(request, asked, kept, file_format))


def write_return(
    request: HttpRequest,
    asked: return_request.Asked,
    kept: AnnualReturn | None,
    file_format: str,
    *,
    child_level: bool = False,
) -> ReturnFile:
    """Make the file of a return, frozen or as it counts now; its child-level sheet only if asked.

    The rows of that sheet are taken out with a second person: see `export_child_level`.
    """
    now = timezone.localtime()
    exported = f"by {request.user} on {now:%d %B %Y} at {now:%H:%M}"
    if kept:
        counted, beside = return_keeping.opened(kept).counted, _beside(kept, exported)
    else:
        counted, deaths = counting.count_return(asked.year, asked.scope)
        said = Said.of(return_keeping.draft_of(asked.year, asked.scope))
        beside = Beside(
            area=asked.area,
            exported=exported,
            comments=said.comments,
            contact=said.contact,
            signed_off_by=said.signed_off_by,
            rows=return_keeping.child_level_rows(counted, deaths, asked.scope),
        )
    if not child_level:
        beside = replace(beside, rows=None)
    return export_return(counted, file_format, by=request.user, beside=beside)


def handed_over(file: ReturnFile) -> HttpResponse:
    """Hand a file over to be saved."""
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def _beside(kept: AnnualReturn, exported: str) -> Beside:
    content: dict[str, Any] = kept.frozen
    at = timezone.localtime(kept.frozen_at)
    return Beside(
        area=content["area"],
        exported=exported,
        revision=kept.revision,
        digest=kept.digest,
        frozen=f"by {content['frozen_by']} on {at:%d %B %Y} at {at:%H:%M}",
        comments=content["comments"],
        contact=content["contact"],
        signed_off_by=content["signed_off_by"],
        rows=content["child_level"],
    )
