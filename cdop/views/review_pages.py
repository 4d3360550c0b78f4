"""Recording a panel review, page by page; what somebody typed is never lost to a conflict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casereview import care
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.models import Case
from casereview.records import Conflict
from cdop import actions, codes
from cdop.actions.standing_review import label_of, lines_of, page_seen, proposal_of, review_of
from cdop.agency_learning import learned_by_agencies
from cdop.form_sets import FormSet, form_of, lists
from cdop.forms import review as forms
from cdop.forms.review_category import AnalysisCategoryForm, CategoryForm
from cdop.like_cases import like_cases
from cdop.models import PanelReview
from cdop.views import review_shown
from cdop.views.reviews import back_to_review, page

CONFLICT = (
    "Somebody else saved this page while you were typing. What you typed is below and is not "
    "saved. Compare it with what they saved, choose at each question, and save again."
)
ORDER = ("about", "factors", "outcome", "category", "learning", "actions", "follow_up")


@dataclass(frozen=True)
class Page:
    """One page of plain answers."""

    key: str
    form: type[forms.PageForm]
    answers: tuple[str, ...]
    template: str = "cdop/review/page.html"
    lead: str = ""
    more: dict[str, Any] = field(default_factory=dict)


ABOUT = Page(
    "about",
    forms.AboutForm,
    ("agencies_represented", "documents_available", "cause_of_death", "summary"),
    lead="Write nothing here that tells who the child is: the panel reads it without the name.",
)
OUTCOME = Page(
    "outcome",
    forms.OutcomeForm,
    ("modifiable_outcome", "outcome_reason"),
    "cdop/review/outcome.html",
)
CATEGORY = Page(
    "category",
    CategoryForm,
    ("category_of_death", "considered_another", "categories_considered", "category_reason"),
    "cdop/review/category.html",
)
ANALYSIS_CATEGORY = Page(
    "category",
    AnalysisCategoryForm,
    (
        "category_of_death",
        "secondary_category",
        "considered_another",
        "categories_considered",
        "category_reason",
    ),
    "cdop/review/category.html",
)
LEARNING = Page("learning", forms.LearningForm, ("issues", "learning"))
FOLLOW_UP = Page(
    "follow_up",
    forms.FollowUpForm,
    ("family_follow_up", "referrals"),
    lead="Say for each body whether the panel refers the death to it. Sending the referral is "
    "done outside this record.",
)


def next_page(case: Case, key: str) -> str:
    """Return the address of the page after one; after the last, the review itself."""
    if key == ORDER[-1]:
        return reverse("cdop:view_panel_review", args=[case.reference])
    return review_shown.page_url(case, ORDER[ORDER.index(key) + 1])


def left_over(typed: Mapping[str, str], kind: str, keys: Iterable[Any]) -> list[str]:
    """Return what was typed into recorded rows that somebody else has taken out meanwhile."""
    there = tuple(f"{kind}-{key}-" for key in keys)
    return [
        value
        for name, value in typed.items()
        if name.startswith(f"{kind}-") and not name.startswith(there) and len(value.strip()) > 2
    ]


def closed(request: HttpRequest, case: Case, review: PanelReview) -> HttpResponse | None:
    """Send somebody back who would change a completed review."""
    if review.state != PanelReview.State.COMPLETED:
        return None
    messages.info(request, "This review is completed. Reopen it to change it.")
    return back_to_review(case)


def _record(request: HttpRequest, case: Case, wanted: Page, **options: Any) -> HttpResponse:
    review = review_of(case)
    if sent_back := closed(request, case, review):
        return sent_back
    typed = request.POST if request.method == "POST" else None
    form = wanted.form(
        typed,
        initial=_initial(review, wanted),
        identifying=review_shown.identifying(case) if typed is not None else (),
        **options,
    )
    if form.is_valid():
        try:
            actions.record_panel_review(
                case=case, by=request.user, seen=request.POST.get("seen", ""), **form.answers
            )
            care.written(request, case, "panel_review")
            return redirect(next_page(case, wanted.key))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            review = review_of(case)
            form.add_error(None, CONFLICT)
            form.show_theirs(_initial(review, wanted))
    return render(
        request,
        wanted.template,
        page(
            request,
            case,
            form=form,
            title=review_shown.PAGES[wanted.key],
            lead=wanted.lead,
            seen=page_seen(review, wanted.answers),
            review=review,
            **_beside(request.user, review, wanted),
        ),
    )


def _initial(review: PanelReview, wanted: Page) -> dict[str, Any]:
    initial = {name: getattr(review, name) for name in wanted.answers}
    if "agencies_represented" in initial:
        there = review.agencies_represented or {}
        initial["agencies_represented"] = [code for code, said in there.items() if said == "Y"]
    if "modifiable_outcome" in initial and not initial["modifiable_outcome"]:
        initial["modifiable_outcome"] = review.outcome_proposed
    for code, answer in (initial.pop("referrals", None) or {}).items():
        initial[f"refer_{code.lower()}"] = answer
    return initial


def _beside(user, review: PanelReview, wanted: Page) -> dict[str, Any]:
    """Return what the page shows beside its form."""
    if wanted is OUTCOME:
        lines = lines_of(review)
        proposal = proposal_of(lines)
        behind = [line for line in lines if line.factor or line.modifiable_factor]
        return {
            "like": like_cases(user, review.case),
            "proposed": lists(form_of(review)).outcome.label(str(proposal.outcome or "")),
            "because": [
                label_of(line)
                for line in behind
                if (line.factor or line.modifiable_factor) in proposal.because
            ],
        }
    if wanted in (CATEGORY, ANALYSIS_CATEGORY):
        return {"rules": codes.code_list("category_hierarchy_rule").codes}
    return {}


@case_view("record_panel_review")
def record_panel_review(request: HttpRequest, case: Case) -> HttpResponse:
    """Record who was there and what is understood of the death."""
    return _record(request, case, ABOUT)


@case_view("record_panel_review")
def record_outcome(request: HttpRequest, case: Case) -> HttpResponse:
    """Record whether modifiable factors were identified."""
    return _record(request, case, OUTCOME, proposed=review_of(case).outcome_proposed)


@case_view("record_panel_review")
def record_category(request: HttpRequest, case: Case) -> HttpResponse:
    """Record the category of death."""
    on_analysis_form = form_of(review_of(case)) is FormSet.CDR
    return _record(request, case, ANALYSIS_CATEGORY if on_analysis_form else CATEGORY)


@case_view("record_panel_review")
def record_learning(request: HttpRequest, case: Case) -> HttpResponse:
    """Record issues and learning points."""
    there = review_of(case).learning or ""
    offered = [one for one in learned_by_agencies(case) if one.text not in there]
    return _record(request, case, LEARNING, offered=offered)


@case_view("record_panel_review")
def record_follow_up(request: HttpRequest, case: Case) -> HttpResponse:
    """Record the follow-up for the family and referrals onward."""
    return _record(request, case, FOLLOW_UP)
