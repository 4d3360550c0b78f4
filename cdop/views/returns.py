"""The pages of the annual return: figures for all who make it, cases for those who may see them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from casereview import audit
from casereview.access import not_found, role_view
from casereview.codes import boards as places
from casereview.rules.return_year import ReturnYear
from casereview.sign_in import proof
from casereview.step_up import ask_for_proof
from cdop import counting, return_layout, return_pages, return_templates
from cdop.counting import Scope
from cdop.return_files import FORMATS, export_return
from cdop.return_sight import sight_of

GAPS_ON_A_PAGE = 25


@role_view("list_returns")
def list_returns(request: HttpRequest) -> HttpResponse:
    """List the years that have a template or completed reviews, the latest first."""
    today = timezone.localdate()
    this_year = ReturnYear.containing(today)
    completed = counting.completed_by_year(counting.scope_of(request.user, this_year))
    with_template = {year for year in return_templates.years() if year <= this_year}
    years = [
        {
            "year": year,
            "days": return_layout.year_words(year),
            "completed": completed.get(year, 0),
            "template": year in with_template,
            "state": return_pages.state_words(year, today),
        }
        for year in sorted(with_template | set(completed), reverse=True)
    ]
    return render(request, "cdop/returns/list.html", {"years": years})


@role_view("view_return")
def view_return(request: HttpRequest, year: int) -> HttpResponse:
    """Show a year's return: what it is, its checks, the gaps by case, and every figure."""
    found = _find(request, year, request.GET.get("board", ""))
    if found is None:
        return not_found()
    return_year, scope, names = found
    counted, deaths = counting.count_return(return_year, scope)
    sight = sight_of(request.user, return_year, scope)
    previous = counting.completed_by_year(scope).get(return_year.previous)
    gaps, withheld = return_pages.case_gaps(counted, deaths, sight)
    groups = return_pages.checks(counted, deaths, sight, scope, previous)
    today = timezone.localdate()
    address = return_pages.figures_address(return_year)
    completed = set(counted.rows("AG-01"))
    sections = [
        {
            "title": section.title,
            "figures": [
                {"line": line, "figure": return_pages.figure(line, "total", address, scope.board)}
                for line in section.figures
            ],
            "tables": [return_pages.table(each, address, scope.board) for each in section.tables],
        }
        for section in return_layout.sections(counted)
    ]
    context = {
        "year": return_year,
        "days": return_layout.year_words(return_year),
        "state": return_pages.state_words(return_year, today),
        "step": return_pages.next_step(
            groups, len(gaps) + withheld, running=today <= return_year.last_day
        ),
        "deadline": return_layout.deadline_words(counted.template, return_year),
        "status": return_layout.status_words(counted.template),
        "template": counted.template,
        "board": scope.board,
        "area": _area(scope, names),
        "choices": _choices(scope, names),
        "may_be_all": scope.boards is None or len(scope.boards) != 1,
        "totals": sections[0]["figures"] if sections else [],
        "under_revision": sum(death.under_revision for death in deaths if death.row in completed),
        "checks": groups,
        "gaps": Paginator(gaps, GAPS_ON_A_PAGE).get_page(request.GET.get("page")),
        "file_again": request.GET.get("file") == "again",
        "gaps_withheld": withheld,
        "gaps_total": len(gaps) + withheld,
        "sections": sections,
        "groups": return_pages.table(return_layout.groups_table(counted), address, scope.board),
        "outcomes": return_layout.OUTCOME_WORDS,
    }
    return render(request, "cdop/returns/year.html", context)


@role_view("open_figure")
def open_figure(
    request: HttpRequest, year: int, item: str, code: str = "", outcome: str = ""
) -> HttpResponse:
    """Show the cases counted in one figure, and why each is counted there."""
    found = _find(request, year, request.GET.get("board", ""))
    if found is None:
        return not_found()
    return_year, scope, names = found
    counted, deaths = counting.count_return(return_year, scope)
    outcome = outcome or "total"
    line = return_layout.find_line(counted, item, code)
    if line is None or outcome not in line[1].counts:
        return not_found()
    question, figure = line
    rows = counted.rows(item, code, outcome)
    cases, withheld = sight_of(request.user, return_year, scope).of(rows)
    by_row = {death.row: death for death in deaths}
    every_place = {**dict(places()), **names}
    context = {
        "year": return_year,
        "board": scope.board,
        "area": _area(scope, names),
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
                        item, by_row[case.reference], return_year, every_place
                    ),
                }
                for case in cases
            ],
            50,
        ).get_page(request.GET.get("page")),
        "back": return_pages.query(scope.board),
    }
    return render(request, "cdop/returns/figure.html", context)


@role_view("export_annual_return")
def export_annual_return(request: HttpRequest, year: int) -> HttpResponse:
    """Hand over the return as a file; the export is on record before the file leaves."""
    if request.method != "POST":
        return redirect("cdop:view_return", year=year)
    found = _find(request, year, request.POST.get("board", ""))
    if found is None:
        return not_found()
    return_year, scope, names = found
    if not proof.proved_lately(request):
        audit.append("step_up", actor=request.user, outcome=audit.REFUSED)
        again = {"file": "again", **({"board": scope.board} if scope.board else {})}
        page = reverse("cdop:view_return", args=[year])
        return ask_for_proof(request, f"{page}?{urlencode(again)}#file")
    file_format = request.POST.get("format", "")
    if file_format not in FORMATS:
        messages.warning(request, "Select Excel, CSV or JSON")
        return redirect("cdop:view_return", year=year)
    counted, _ = counting.count_return(return_year, scope)
    now = timezone.localtime()
    file = export_return(
        counted,
        file_format,
        by=request.user,
        board_name=_area(scope, names),
        exported=f"by {request.user} on {now:%d %B %Y} at {now:%H:%M}",
    )
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def _find(
    request: HttpRequest, year: int, board: str
) -> tuple[ReturnYear, Scope, dict[str, str]] | None:
    """Return year, scope and names of boards; None where the reader has no such return."""
    try:
        return_year = ReturnYear(year)
        return_templates.template(return_year)
        scope = counting.scope_of(request.user, return_year)
        names = counting.english_boards()
        if board:
            if board not in names:
                return None
            scope = scope.narrowed_to(board)
    except (ValueError, LookupError):
        return None
    return return_year, scope, names


def _area(scope: Scope, names: dict[str, str]) -> str:
    if scope.board is not None:
        return names.get(scope.board, scope.board)
    if scope.boards is None:
        return "All boards together"
    return " and ".join(sorted(names.get(code, code) for code in scope.boards)) or "No board"


def _choices(scope: Scope, names: dict[str, str]) -> list[tuple[str, str]]:
    allowed = (
        names if scope.boards is None else {code: names.get(code, code) for code in scope.boards}
    )
    return sorted(allowed.items(), key=lambda pair: pair[1])
