"""The integrated chronology of a review, and what the board asks agencies for it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import access, spreadsheets
from casereview.models import Agency, StandingRole, User
from casereview.rules.access_table import Role
from casereview.step_up import step_up_required
from casereview.views.acting import posted
from scr import chronology_page
from scr.actions import review_requests
from scr.forms.review_parts import AskAgainForm, AskForm, GapForm
from scr.forms.reviews import ReasonForm
from scr.models import CaseUnderReview
from scr.review_access import may, review_view
from scr.review_page import about
from scr.reviewing import agencies_of
from scr.rules.chronology import GAP_DAYS
from scr.views.review_acting import act


@review_view("view_chronology")
def view_chronology(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Show every agency's entries in one order of time, with the gaps between them."""
    agencies = chronology_page.agencies_with_entries(review)
    asked = {name: request.GET[name] for name in ("agency", "gap") if name in request.GET}
    form = GapForm(asked or None, agencies=agencies)
    agency, gap = "", GAP_DAYS
    if asked and form.is_valid():
        agency = form.cleaned_data["agency"]
        gap = form.cleaned_data["gap"] or GAP_DAYS
    rows = chronology_page.rows_of(review, agency)
    return render(
        request,
        "scr/chronology/integrated.html",
        {
            **about(request.user, review, "scr:view_chronology"),
            "form": form,
            "lines": chronology_page.shown(review, rows, gap),
            "gap": gap,
            "number": len(rows),
            "agencies": agencies,
            "chosen": next((one for one in agencies if str(one.pk) == agency), None),
            "may_export": may(request.user, "export_chronology", review),
            "may_ask": may(request.user, "ask_for_part", review),
        },
    )


@review_view("export_chronology")
@step_up_required
def export_chronology(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Give the chronology as a CSV file, or as an Excel workbook."""
    cells = chronology_page.as_cells(chronology_page.rows_of(review))
    name = f"{review.reference}-chronology"
    if request.GET.get("format") == "xlsx":
        sheet = spreadsheets.Sheet("Chronology", cells, {0: "heading"}, (24, 12, 8, 12, 8, 24, 60))
        content = spreadsheets.xlsx_bytes([sheet])
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(content, content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    else:
        response = HttpResponse(spreadsheets.csv_bytes(cells), content_type="text/csv")
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def people_of_agencies(review: CaseUnderReview) -> list[User]:
    """Return whom the board may ask: the named leads, and those of the agencies concerned."""
    leads = set(Agency.objects.exclude(lead=None).values_list("lead", flat=True))
    leads |= set(
        StandingRole.objects.filter(
            role__in=(Role.AGENCY_LEAD, Role.CONTRIBUTOR), ended_at=None
        ).values_list("user", flat=True)
    )
    people = User.objects.filter(pk__in=leads, is_active=True, agency__isnull=False)
    concerned = {one.pk for one in agencies_of(review.case)}
    found = [
        one
        for one in people.select_related("agency").order_by("agency__name", "name")
        if access.on_case(one, review.case).denied != "recused"
    ]
    return sorted(found, key=lambda one: one.agency_id not in concerned)


@review_view("ask_for_part")
def ask_for_part(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Ask agencies for their own part of a review."""
    form = AskForm(posted(request), people=people_of_agencies(review))
    return act(
        request,
        review,
        form,
        lambda: review_requests.ask_for_part(review=review, by=request.user, **form.cleaned_data),
        heading="Ask agencies for their part",
        button="Ask them",
        done="They are asked, and a message tells them that something waits",
        lead="Each agency writes its own entries or report, sees who the child is on a page of "
        "its own, and sees nothing of the other agencies.",
    )


@review_view("ask_for_part")
def ask_again(request: HttpRequest, review: CaseUnderReview, key: uuid.UUID) -> HttpResponse:
    """Open a part again that was handed in."""
    found = review.requests.select_related("case", "review", "agency").filter(pk=key).first()
    if found is None:
        return access.not_found()
    found.review.case = review.case
    form = AskAgainForm(posted(request))
    return act(
        request,
        review,
        form,
        lambda: review_requests.ask_again(request=found, by=request.user, **form.cleaned_data),
        heading=f"Ask {found.agency.name} again",
        button="Open it again",
        done="The agency may add to it",
    )


@review_view("withdraw_part")
def withdraw_part(request: HttpRequest, review: CaseUnderReview, key: uuid.UUID) -> HttpResponse:
    """Take back what an agency was asked."""
    found = review.requests.select_related("case", "agency").filter(pk=key).first()
    if found is None:
        return access.not_found()
    form = ReasonForm(posted(request))
    return act(
        request,
        review,
        form,
        lambda: review_requests.withdraw_part(request=found, by=request.user, **form.cleaned_data),
        heading=f"Take back what {found.agency.name} was asked",
        button="Take it back",
        done="It is taken back",
        lead="What the agency has given stays in the review.",
    )
