"""How long reviews took, rates and comparison, and what was found modifiable."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from casereview.access import not_found, role_view
from casereview.models import Board
from casereview.releases import Audience, Refused
from casereview.rules.return_year import ReturnYear
from casereview.views.acting import posted
from cdop import modifiable_page, statistics, statistics_rates, statistics_time
from cdop.actions.populations import enter_population as enter
from cdop.codes import categories_of_death
from cdop.forms.populations import PopulationForm
from cdop.statistics import Asked
from cdop.views.statistics import choices, pages


@role_view("view_timeliness_of_reviews")
def view_timeliness_of_reviews(request: HttpRequest) -> HttpResponse:
    """Show how many days reviews took, to the panel: each dot is a review."""
    asked = _asked_by_panel(request)
    if asked is None:
        return not_found()
    context = _context(request, asked)
    if asked.boards:
        took, out_of_order = statistics_time.reviews_took(asked, statistics.deaths_of(asked))
        context |= {
            "chart": statistics_time.chart(took),
            "took": took,
            "waited": any(one.waited for one in took),
            "unknown": out_of_order,
        }
    return render(request, "cdop/statistics/time.html", context)


@role_view("view_rates")
def view_rates(request: HttpRequest) -> HttpResponse:
    """Show rates by year with exact intervals, and the funnel against published figures."""
    asked = statistics.asked_for(
        request.user, {"years": "5", **request.GET.dict()}, timezone.localdate()
    )
    if asked is None:
        return not_found()
    context = _context(request, asked)
    context["published"] = statistics_rates.published_table()
    context["file_again"] = request.GET.get("file") == "again"
    if asked.boards:
        deaths = statistics.deaths_of(asked)
        try:
            settled = statistics_rates.rate_tables(asked, deaths)
        except Refused as refusal:
            context["refused"] = str(refusal)
        else:
            found = statistics_rates.rates(asked, settled)
            context["rates"] = [
                statistics_rates.table_of(one, settled.profile.symbol) for one in found
            ]
            context["legend"] = settled.profile.legend
            context["settled"] = settled
        if statistics_rates.whole_figures(asked):
            context["funnel"] = statistics_rates.funnel(asked, deaths)
        else:
            context["no_funnel"] = True
    return render(request, "cdop/statistics/rates.html", context)


@role_view("enter_population")
def enter_population(request: HttpRequest) -> HttpResponse:
    """Enter how many children there were in a board's area in a year."""
    today = timezone.localdate()
    this_year = ReturnYear.containing(today)
    first = ReturnYear(statistics.FIRST_YEAR)
    scope = statistics.counting.scope_of(request.user, this_year, "enter_population", first)
    boards = statistics.boards_of(scope, first, this_year)
    form = PopulationForm(
        posted(request),
        boards=sorted(boards.items(), key=lambda pair: pair[1]),
        years=[
            (str(ends), ReturnYear(ends).slug)
            for ends in range(this_year.ends_in, statistics.FIRST_YEAR - 1, -1)
        ],
    )
    if form.is_valid():
        said = form.cleaned_data
        board = Board.objects.get(code=said["board"])
        year = ReturnYear(int(said["year"]))
        enter(
            board=board,
            year=year,
            group=said["group"],
            number=said["number"],
            source=said["source"],
            by=request.user,
        )
        messages.success(request, f"The population of {board.name} in {year.slug} is saved")
        ends = min(year.ends_in + 2, this_year.ends_in)
        query = urlencode({"year": ends, "years": 5})
        return redirect(f"{reverse('cdop:view_rates')}?{query}")
    return render(request, "cdop/statistics/population.html", {"form": form})


@role_view("view_modifiable_agreement")
def view_modifiable_agreement(request: HttpRequest) -> HttpResponse:
    """Show what the panel found modifiable by category, beside England, with the reasons."""
    asked = _asked_by_panel(request)
    category = request.GET.get("category", "")
    names = dict(categories_of_death())
    if asked is None or (category and category not in names):
        return not_found()
    context = _context(request, asked)
    if asked.boards:
        deaths = statistics.deaths_of(asked)
        context["table"] = modifiable_page.compared(asked, deaths)
    if asked.boards and category:
        context["category"] = names[category]
        context["page"] = modifiable_page.reasons(
            request.user, asked, category, request.GET.get("page", "1")
        )
    return render(request, "cdop/statistics/modifiable.html", context)


def _asked_by_panel(request: HttpRequest) -> Asked | None:
    """Read what is asked for on a page of whole figures: always as given to the panel."""
    query = {**request.GET.dict(), "for": str(Audience.PANEL)}
    return statistics.asked_for(request.user, query, timezone.localdate())


def _context(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    return {"asked": asked, "choices": choices(request, asked), "may": pages(request)}
