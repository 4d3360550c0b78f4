"""Learning that arrives from elsewhere: near misses of agencies, and files of earlier years."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access, keys
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.actions.drafts import discard_draft, keep_draft
from casereview.models import Agency, Board, Draft, LearningPoint
from casereview.people_forms import open_agencies
from casereview.rules.roles import Role
from casereview.spreadsheets import csv_bytes
from casereview.views.acting import posted
from learning import actions, learning_sheet
from learning.forms.arriving import LearningFileForm, NearMissForm
from learning.models import Theme
from learning.rules.learning_file import Checked, Row
from learning.sight import accepted_for

State, Source = LearningPoint.State, LearningPoint.Source
A_PAGE = 25
DRAFT = "import_learning"


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


@role_view("import_learning")
def import_learning(request: HttpRequest) -> HttpResponse:
    """Read a file of earlier learning; what is wrong with it is told row by row."""
    form = LearningFileForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        board = form.cleaned_data["board"]
        draft = keep_draft(
            user=request.user,
            form=DRAFT,
            content={
                "board": str(board.pk) if board else "",
                "rows": list(form.cleaned_data["rows"]),
            },
        )
        return redirect("learning:check_learning_file", draft.pk)
    drafts = Draft.objects.filter(user=request.user.pk, form=DRAFT).order_by("-saved_at")
    return render(request, "learning/import.html", {"form": form, "drafts": drafts})


@role_view("import_learning")
def learning_template(request: HttpRequest) -> HttpResponse:
    """Return the header of a file, and one example."""
    response = HttpResponse(csv_bytes(learning_sheet.template()), content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="earlier-learning.csv"'
    return response


@role_view("import_learning")
def check_learning_file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what was read of a file; then take all of it in, or throw it away."""
    draft = Draft.objects.filter(user=request.user.pk, form=DRAFT, pk=key).first()
    if draft is None:
        return access.not_found()
    rows: list[Row] = draft.content["rows"]
    chosen = draft.content["board"]
    board = Board.objects.filter(pk=chosen).first() if chosen else None
    refusal = ""
    if request.method == "POST" and "discard" in request.POST:
        discard_draft(draft=draft, user=request.user)
        messages.success(request, "The file was thrown away")
        return redirect("learning:import_learning")
    if request.method == "POST":
        # Somebody may have taken the same learning in since the file was read.
        again = learning_sheet.set_against_database(Checked(tuple(rows), ()))
        try:
            if again.problems:
                raise NotAllowed(again.problems[0].in_words)
            taken = actions.import_learning(
                rows=learning_sheet.earlier_learning(rows), board=board, by=request.user
            )
        except NotAllowed as reason:
            refusal = str(reason)
        else:
            discard_draft(draft=draft, user=request.user)
            messages.success(request, f"{len(taken)} learning points were taken in")
            return redirect("learning:list_learning")
    return render(request, "learning/import_check.html", _preview(rows, board, refusal))


def _preview(rows: list[Row], board: Board | None, refusal: str) -> dict[str, Any]:
    names = dict(Theme.objects.values_list("code", "name"))
    sources = dict(Source.choices)
    by_theme: dict[str, int] = {}
    for row in rows:
        name = names.get(row["theme"], row["theme"])
        by_theme[name] = by_theme.get(name, 0) + 1
    return {
        "refusal": refusal,
        "board": board,
        "total": len(rows),
        "first": min(row["learned_on"] for row in rows),
        "last": max(row["learned_on"] for row in rows),
        "by_theme": sorted(by_theme.items(), key=lambda pair: (-pair[1], pair[0])),
        "rows": [
            {
                "number": row["row"],
                "statement": row["statement"],
                "theme": names.get(row["theme"], row["theme"]),
                "source": sources.get(row["source"], ""),
                "learned_on": row["learned_on"],
            }
            for row in rows[:A_PAGE]
        ],
    }
