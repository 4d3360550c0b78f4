"""Learning that arrives from elsewhere: near misses of agencies, and files of earlier years."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casereview import access, import_pages, keys
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.import_pages import Pages
from casereview.models import Agency, LearningPoint
from casereview.people_forms import RecordField, boards, open_agencies
from casereview.rules.roles import Role
from casereview.views.acting import posted
from learning import actions
from learning.forms.arriving import NearMissForm
from learning.learning_imports import KIND
from learning.models import Theme
from learning.sight import accepted_for

State, Source = LearningPoint.State, LearningPoint.Source
A_PAGE = 25
_ADDRESSES = {
    "start": "import_learning",
    "file": "check_learning_file",
    "headings": "learning_file_headings",
    "errors": "learning_file_errors",
    "template": "learning_template",
}
LEAD = (
    "Five years coded by the same people are what later years are compared with. Write one row "
    "for each thing learned; days, names and places of a child stay out. A theme is written as "
    "its name, its code, or a theme of reviews such as T01. Each is marked as captured back."
)


@role_view("list_near_misses")
def list_near_misses(request: HttpRequest) -> HttpResponse:
    """List the near misses: those taken in, and for an agency what it reported itself."""
    reported = Q(pk__in=accepted_for(request.user).values("pk"))
    if agencies := _own_agencies(request.user):
        reported |= Q(raised_by_agency__in=agencies)
    if access.can(request.user, "record_learning_point"):
        reported |= Q(state=State.PROPOSED)
    points = LearningPoint.objects.filter(reported, source=Source.NEAR_MISS)
    page = Paginator(
        points.select_related("raised_by_agency").order_by("-learned_on", "reference"), A_PAGE
    ).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    keys.prefetch("learning", [one.pk for one in rows])
    reader = access.can(request.user, "list_learning")
    keeper = access.can(request.user, "record_learning_point")
    names = dict(Theme.objects.values_list("code", "name"))
    return render(
        request,
        "learning/near_misses.html",
        {
            "page": page,
            "reader": reader,
            "rows": [
                {
                    "point": one,
                    "theme": names.get(one.theme, ""),
                    "opens": keeper or (reader and one.state == State.ACCEPTED),
                }
                for one in rows
            ],
        },
    )


@role_view("report_near_miss")
def report_near_miss(request: HttpRequest) -> HttpResponse:
    """Report what nearly harmed a child."""
    agencies = (
        list(open_agencies())
        if access.can(request.user, "record_learning_point")
        else _own_agencies(request.user)
    )
    form = NearMissForm(posted(request), agencies=agencies)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            point = actions.report_near_miss(
                by=request.user,
                agency=facts["agency"],
                happened_on=facts["happened_on"],
                told=actions.Told(
                    statement=facts["statement"],
                    why_it_matters=facts["why_it_matters"],
                    theme=facts["theme"],
                    events=facts["events"],
                ),
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{point.reference} is reported. Thank you")
            return redirect("learning:list_near_misses")
    return render(request, "learning/near_miss.html", {"form": form, "agencies": agencies})


def _own_agencies(user) -> list[Agency]:
    """Return the agencies a person works for in a role, and the one of their account."""
    speaking = {Role.CONTRIBUTOR, Role.AGENCY_LEAD}
    found = {one.agency for one in access.held_by(user) if one.agency and one.role in speaking}
    if user.agency_id and access.can(user, "report_near_miss"):
        found.add(user.agency_id)
    return list(open_agencies().filter(pk__in=found))


def _pages() -> Pages:
    back = reverse("learning:list_learning")
    return Pages(
        kind=KIND,
        address=lambda name, *keys: reverse(f"learning:{_ADDRESSES[name]}", args=keys),
        back=(back, "Back to what was learned"),
        lead=LEAD,
        after=(back, "See what was learned"),
        asked=lambda: {"board": RecordField(label="Board", records=boards, required=False)},
    )


@role_view("import_learning")
def import_learning(request: HttpRequest) -> HttpResponse:
    """Take a file of earlier learning in; it is kept sealed for who handed it in."""
    return import_pages.start(request, _pages())


@role_view("import_learning")
def learning_template(request: HttpRequest) -> HttpResponse:
    """Hand over an empty file to begin with."""
    return import_pages.empty(request, _pages(), "earlier-learning")


@role_view("import_learning")
def check_learning_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what would become of each row; then take all of it in, or throw it away."""
    return import_pages.show(request, _pages(), key)


@role_view("import_learning")
def learning_file_headings(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask which heading of one's file is which column."""
    return import_pages.headings(request, _pages(), key)


@role_view("import_learning")
def learning_file_errors(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Hand over the rows of one's own file that are to be corrected."""
    return import_pages.errors(request, _pages(), key)
