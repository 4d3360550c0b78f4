"""What a return lacks and who can find it out; and where one case is counted, and why."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casereview.access import case_view, not_found, role_view
from casereview.case_header import about
from casereview.codes import boards as places
from casereview.models import Case
from cdop import counting, return_counted, return_readiness, return_request
from cdop.actions import returning
from cdop.return_sight import sight_of, sight_of_rows

A_PAGE = 25
WAYS = (("case", "By case"), ("agency", "By agency"), ("field", "By field"))


@role_view("view_readiness")
def view_readiness(request: HttpRequest, year: int) -> HttpResponse:
    """Show what the completed reviews lack, by case, by agency or by field."""
    asked = return_request.find(request, year)
    if asked is None:
        return not_found()
    counted, deaths = counting.count_return(asked.year, asked.scope)
    sight = sight_of(request.user, asked.year, asked.scope)
    way = request.GET.get("by", "case")
    cases, withheld = return_readiness.by_case(counted, deaths, sight)
    to_ask = [one for one in cases if one.asked_at is None]
    context = {
        "year": asked.year,
        "area": asked.area,
        "board": asked.scope.board,
        "keep": asked.keep,
        "back": reverse("cdop:view_return", args=[year]) + asked.keep,
        "way": way if way in dict(WAYS) else "case",
        "ways": WAYS,
        "completed": counted.count("AG-01"),
        "ready": counted.count("AG-01") - len(cases) - withheld,
        "withheld": withheld,
        "to_ask": len(to_ask),
        "page": Paginator(cases, A_PAGE).get_page(request.GET.get("page")),
        "agencies": return_readiness.by_agency(counted, deaths, sight) if way == "agency" else [],
        "fields": return_readiness.by_field(counted, deaths, sight) if way == "field" else [],
    }
    return render(request, "cdop/returns/readiness.html", context)


@role_view("ask_for_missing")
def ask_for_missing(request: HttpRequest, year: int) -> HttpResponse:
    """Ask those who keep a case, or all of them, for what is missing: one press."""
    if request.method != "POST":
        return redirect("cdop:view_readiness", year=year)
    asked = return_request.find(request, year, request.POST.get("board", ""))
    if asked is None:
        return not_found()
    if "all" in request.POST:
        counted, _ = counting.count_return(asked.year, asked.scope)
        references = list(counted.rows("AG-01"))
    else:
        references = [request.POST.get("case", "")]
    made = returning.ask_for_missing(
        year=asked.year, scope=asked.scope, references=references, by=request.user
    )
    if made:
        cases = made[0] if len(made) == 1 else f"{len(made)} cases"
        messages.success(request, f"Whoever keeps {cases} finds it among their work")
    else:
        messages.info(request, "It was asked for already, or nothing is missing there")
    return redirect(reverse("cdop:view_readiness", args=[year]) + asked.keep)


@role_view("view_counted_case")
def view_counted_case(request: HttpRequest, year: int, counted: str) -> HttpResponse:
    """Show every figure of a year's return that a case is counted in, and why, by its pseudonym."""
    asked = return_request.find(request, year)
    if asked is None:
        return not_found()
    now, deaths = counting.count_return(asked.year, asked.scope)
    death = next((one for one in deaths if one.row == counted), None)
    if death is None:
        # Nothing of the year, so that it can be said why not.
        death = next(iter(counting.deaths_of([counted])), None)
        residents = asked.scope.residents_of
        if death and residents is not None and death.residence_board not in residents:
            death = None
    cases, _ = sight_of_rows(request.user, [counted]).of([counted]) if death else ([], 0)
    if not cases or death is None:
        return not_found()
    every_place = {**dict(places()), **asked.names}
    return render(
        request,
        "cdop/returns/counted.html",
        {
            "year": asked.year,
            "area": asked.area,
            "case": cases[0],
            "back": reverse("cdop:view_return", args=[year]) + asked.keep,
            "figures": return_counted.figures_of(now, death, every_place),
            "why_not": return_counted.why_not(now, death),
            "kept": return_counted.kept_with(asked, counted),
        },
    )


@case_view("view_case_returns")
def view_case_returns(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the returns that a case is counted in, year by year, and the frozen ones it was in."""
    return render(
        request,
        "cdop/returns/case.html",
        {**about(request.user, case), "years": return_counted.years_of(request.user, case)},
    )
