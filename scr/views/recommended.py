"""How a finding showed in one case, recommendations from it, and the actions for each."""

import uuid

from django.http import HttpRequest, HttpResponse

from casereview import access
from casereview.action_owners import choices, chosen
from casereview.views.acting import again, posted
from scr.actions import findings
from scr.findings import may_read
from scr.forms.findings import AddActionForm, InCaseForm, RecommendForm
from scr.models import CaseUnderReview, FindingOf, FindingRecommendation
from scr.review_access import review_view
from scr.views.findings import FOUND, finding_of
from scr.views.review_acting import act


@review_view("record_finding")
def describe_in_case(request: HttpRequest, review: CaseUnderReview, finding: str) -> HttpResponse:
    """Say how a finding showed in the case of this review."""
    row = FindingOf.objects.filter(review=review, finding__reference=finding).first()
    if row is None:
        return access.not_found()
    row.case = review.case
    form = InCaseForm(posted(request), initial={"text": row.in_this_case, "version": row.version})
    return act(
        request,
        review,
        form,
        lambda: findings.describe_in_case(row=row, by=request.user, **form.answers()),
        heading=f"Finding {finding} in this case",
        button="Save",
        done="Saved with this case",
        back=FOUND,
        keys=(finding,),
        now=lambda: again(row),
    )


@review_view("recommend_from_finding")
def recommend_from_finding(
    request: HttpRequest, review: CaseUnderReview, finding: str
) -> HttpResponse:
    """Recommend something from an agreed finding."""
    found = finding_of(review, finding)
    if found is None or not may_read(request.user, found):
        return access.not_found()
    form = RecommendForm(posted(request))
    there = findings.beside(found)
    return act(
        request,
        review,
        form,
        lambda: findings.recommend_from_finding(
            finding=found, by=request.user, **form.cleaned_data
        ),
        heading="Make a recommendation",
        button="Save",
        done="The recommendation is recorded",
        back=FOUND,
        keys=(found.reference,),
        quoted=found.statement,
        lead=f"There {'is 1' if there == 1 else f'are {there}'} so far. Few recommendations that "
        "can be tested do more than many.",
    )


@review_view("add_action")
def add_action(
    request: HttpRequest, review: CaseUnderReview, finding: str, key: uuid.UUID
) -> HttpResponse:
    """Add an action to a recommendation."""
    found = finding_of(review, finding)
    row = (
        FindingRecommendation.objects.filter(finding=found, recommendation=key)
        .select_related("recommendation")
        .first()
        if found
        else None
    )
    if found is None or row is None:
        return access.not_found()
    people, agencies = choices()
    form = AddActionForm(posted(request), people=people, agencies=agencies)

    def do() -> None:
        answers = chosen(form.answers())
        answers.pop("version", None)
        findings.add_action(recommendation=row.recommendation, by=request.user, **answers)

    return act(
        request,
        review,
        form,
        do,
        heading="Add an action",
        button="Save",
        done="The action is recorded: its owner finds it in their work",
        back=FOUND,
        keys=(found.reference,),
        quoted=row.recommendation.text,
    )
