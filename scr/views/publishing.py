"""Whether a review is published, and the steps of publication."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from casereview import access
from casereview.models import Case
from casereview.step_up import step_up_required
from casereview.views.acting import posted
from scr.actions import publishing
from scr.forms.papers import (
    AdviceForm,
    PlanForm,
    PublicationForm,
    PublishedForm,
    TakenDownForm,
)
from scr.models import CaseUnderReview, NationalPanelAdvice, Publication
from scr.review_access import review_view
from scr.review_page import clocks
from scr.reviewing import copy_limit, held
from scr.views.review_acting import act


def advice_on_publication(case: Case) -> list[NationalPanelAdvice]:
    """Return what the national panel advised on publishing, the latest first."""
    rows = NationalPanelAdvice.objects.filter(
        case=case, about=NationalPanelAdvice.About.PUBLICATION
    )
    return list(rows.order_by("-advised_on"))


@review_view("record_publication_advice")
def record_publication_advice(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Record what the national panel advised on publishing."""
    form = AdviceForm(posted(request))
    return act(
        request,
        review,
        form,
        lambda: publishing.record_publication_advice(
            review=review, by=request.user, **form.cleaned_data
        ),
        heading="The national panel’s advice on publication",
        button="Save",
        done="The advice is recorded",
        lead="It advises and the board has regard to it: the decision stays here. What is recorded "
        "does not change; later advice is another record.",
    )


@review_view("decide_publication")
@step_up_required
def decide_publication(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Decide whether and how a review is published."""
    form = PublicationForm(posted(request), advice=advice_on_publication(review.case))
    return act(
        request,
        review,
        form,
        lambda: publishing.decide_publication(review=review, by=request.user, **form.cleaned_data),
        heading="Decide on publication",
        button="Decide",
        done="The decision is recorded",
        lead="An earlier decision stays on record beside this one.",
    )


def _standing(review: CaseUnderReview) -> Publication | None:
    found = publishing.standing_choice(review)
    if found is not None:
        found.review, found.case = review, review.case
    return found


@review_view("plan_publication")
def plan_publication(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Plan the day, and record when the national panel was sent its copy."""
    found = _standing(review)
    if found is None:
        return access.not_found()
    form = PlanForm(
        posted(request),
        initial={"planned_on": found.planned_on, "copy_sent_on": found.copy_sent_on},
    )
    limit = copy_limit(review)
    unit = limit.unit.replace("_", " ") if limit else ""
    unsure = "" if limit is None or limit.confirmed else " (reconstructed – check the guidance)"
    return act(
        request,
        review,
        form,
        lambda: publishing.plan_publication(
            publication=found, by=request.user, **form.cleaned_data
        ),
        heading="Plan the publication",
        button="Save",
        done="Saved: " + "; ".join(one["words"] for one in clocks(review, timezone.localdate())),
        lead=f"The national panel has its copy {limit.length} {unit} before{unsure}."
        if limit
        else "",
    )


@review_view("record_publication")
def record_publication(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Record that a review was published; what comes before is checked."""
    found = _standing(review)
    if found is None:
        return access.not_found()
    form = PublishedForm(posted(request), initial={"published_on": found.planned_on})
    holds = held(review.case).publication
    return act(
        request,
        review,
        form,
        lambda: publishing.record_publication(
            publication=found, by=request.user, **form.cleaned_data
        ),
        heading="Record the publication",
        button="Record it",
        done="The publication is recorded",
        lead="Another process asks that nothing is published." if holds else "",
    )


@review_view("record_taken_down")
def record_taken_down(
    request: HttpRequest, review: CaseUnderReview, key: uuid.UUID
) -> HttpResponse:
    """Record that a published report was taken down."""
    found = review.publications.select_related("case").filter(pk=key).first()
    if found is None:
        return access.not_found()
    form = TakenDownForm(posted(request), initial={"taken_down_on": timezone.localdate()})
    return act(
        request,
        review,
        form,
        lambda: publishing.record_taken_down(
            publication=found, by=request.user, **form.cleaned_data
        ),
        heading="The report was taken down",
        button="Save",
        done="Saved: it is given out on request from now on",
    )
