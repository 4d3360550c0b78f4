"""The list of reviews, those of a case, and the page of one."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access
from casereview.access import case_view, role_view
from casereview.actions import NotAllowed
from casereview.case_header import about as about_case
from casereview.models import Case
from casereview.rules.due import due_words
from casereview.views.acting import posted
from scr.actions import commissioning
from scr.forms.reviews import CommissionForm
from scr.models import CaseUnderReview
from scr.review_access import may_open, review_view, reviews_of
from scr.review_codes import code_list, review_type, type_words
from scr.review_page import COLOURS, about, page
from scr.reviewing import agencies_of
from scr.rules.review_moves import OPEN

A_PAGE = 25
State = CaseUnderReview.State
FILTERS = [
    ("", "Open"),
    ("overdue", "Overdue"),
    (State.DRAFT, "In draft"),
    (State.SIGNED_OFF, "Signed off"),
    ("ended", "Ended"),
    ("all", "All"),
]


@role_view("list_reviews")
def list_reviews(request: HttpRequest) -> HttpResponse:
    """List the reviews the reader reaches: the open ones, what is due first at the top."""
    today = timezone.localdate()
    mine = reviews_of(request.user)
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in dict(FILTERS) else ""
    found = _narrowed(mine, chosen, today).select_related("case", "lead_reviewer")
    page_ = Paginator(found.order_by("due_on", "begun_on", "reference"), A_PAGE).get_page(
        request.GET.get("page")
    )
    overdue = mine.filter(state__in=OPEN, due_on__lt=today).count()
    return render(
        request,
        "scr/reviews/list.html",
        {
            "page": page_,
            "rows": [_row(one, today) for one in page_.object_list],
            "filters": [
                {"code": code, "label": label, "chosen": code == chosen} for code, label in FILTERS
            ],
            "overdue": overdue,
            "open": mine.filter(state__in=OPEN).count(),
        },
    )


def _narrowed(reviews, chosen: str, today):
    match chosen:
        case "":
            return reviews.filter(state__in=OPEN)
        case "overdue":
            return reviews.filter(state__in=OPEN, due_on__lt=today)
        case "ended":
            return reviews.exclude(state__in=OPEN)
        case "all":
            return reviews
        case _:
            return reviews.filter(state=chosen)


def _row(review: CaseUnderReview, today) -> dict[str, Any]:
    is_open = review.state in OPEN
    return {
        "review": review,
        "kind": type_words(review.kind),
        "colour": COLOURS[State(review.state)],
        "when": due_words(review.due_on, today) if is_open else "",
        "overdue": is_open and review.due_on is not None and review.due_on < today,
    }


@case_view("view_review")
def view_case_reviews(request: HttpRequest, case: Case) -> HttpResponse:
    """List the reviews of one case that the reader reaches."""
    today = timezone.localdate()
    found = CaseUnderReview.objects.filter(case=case).exclude(reference="")
    rows = []
    for one in found.select_related("lead_reviewer").order_by("begun_on", "reference"):
        one.case = case
        if may_open(request.user, one):
            rows.append(_row(one, today))
    return render(
        request,
        "scr/reviews/of_case.html",
        {
            **about_case(request.user, case, "scr:view_case_reviews"),
            "rows": rows,
            "may_commission": access.can(request.user, "commission_review", case),
            "decision": commissioning.standing_decision(case),
        },
    )


@case_view("commission_review")
def commission_review(request: HttpRequest, case: Case) -> HttpResponse:
    """Commission a review of a case."""
    today = timezone.localdate()
    decision = commissioning.standing_decision(case)
    kinds = code_list("review_types").choices()
    fits = [
        code
        for code, _ in kinds
        if decision and decision.decided in review_type(code).extra["follows"]
    ]
    form = CommissionForm(
        posted(request),
        kinds=kinds,
        agencies=agencies_of(case),
        initial={
            "kind": fits[0] if fits else None,
            "begun_on": decision.decided_on if decision else today,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            review = commissioning.commission_review(
                case=case, by=request.user, **form.cleaned_data
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("scr:view_review", review.reference)
    return render(
        request,
        "casereview/case_form.html",
        {
            **about_case(request.user, case, "scr:view_case_reviews"),
            "form": form,
            "heading": "Commission a review",
            "button": "Commission the review",
            "back": "scr:view_case_reviews",
            "lead": ""
            if decision
            else "No decision for a review is on record. Say why this one is held.",
        },
    )


@review_view("view_review")
def view_review(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Show a review: where it stands, what is due, and everything that belongs to it."""
    return render(
        request,
        "scr/reviews/page.html",
        {
            **about(request.user, review, "scr:view_review"),
            **page(request.user, review, timezone.localdate()),
        },
    )
