"""Who writes a review, its terms, and its end."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from casereview.models import StandingRole, User
from casereview.rules.access_table import Role
from casereview.views.acting import again, posted
from scr.actions import commissioning, papers
from scr.forms.reviews import (
    AppointForm,
    CaptureForm,
    NameReviewerForm,
    NamesSentForm,
    ReasonForm,
    SignOffForm,
    TermsForm,
)
from scr.models import CaseUnderReview
from scr.review_access import review_view
from scr.reviewing import agencies_of
from scr.views.review_acting import act


def reviewers_with_account() -> list[User]:
    """Return those who hold the role of a lead reviewer, and no role in a group of a board."""
    today = timezone.localdate()
    held = StandingRole.objects.filter(role=Role.LEAD_REVIEWER, ended_at=None).exclude(
        until__lt=today
    )
    people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return list(people.select_related("agency").order_by("name"))


@review_view("appoint_reviewer")
def appoint_reviewer(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Appoint the lead reviewer, who sees this review until the end of a day."""
    form = AppointForm(posted(request), people=reviewers_with_account())

    def do() -> None:
        answers = form.cleaned_data
        commissioning.appoint_reviewer(
            review=review,
            user=answers["person"],
            until=answers["until"],
            declared=answers["declared"],
            checked=answers["checked"],
            by=request.user,
        )

    return act(
        request,
        review,
        form,
        do,
        heading="Appoint a lead reviewer",
        button="Appoint",
        done="The lead reviewer is appointed and sees this review",
        lead="They see this review and nothing else of the group’s work. Agencies concerned: "
        + (", ".join(one.name for one in agencies_of(review.case)) or "none recorded yet")
        + ".",
    )


@review_view("name_reviewer")
def name_reviewer(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Name a further reviewer, who has no account."""
    form = NameReviewerForm(posted(request), agencies=agencies_of(review.case))
    return act(
        request,
        review,
        form,
        lambda: commissioning.name_reviewer(review=review, by=request.user, **form.cleaned_data),
        heading="Name a further reviewer",
        button="Save",
        done="The reviewer is named",
        lead="Without an account: they see nothing here.",
    )


@review_view("end_appointment")
def end_appointment(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """End the appointment of the lead reviewer."""
    form = ReasonForm(posted(request))
    return act(
        request,
        review,
        form,
        lambda: commissioning.end_appointment(review=review, by=request.user, **form.cleaned_data),
        heading="End the appointment of the lead reviewer",
        button="End it",
        done="The appointment has ended",
        warning=True,
    )


@review_view("record_names_sent")
def record_names_sent(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Record when the national panel was told the reviewers' names."""
    form = NamesSentForm(posted(request), initial={"sent_on": timezone.localdate()})
    return act(
        request,
        review,
        form,
        lambda: commissioning.record_names_sent(
            review=review, by=request.user, **form.cleaned_data
        ),
        heading="The national panel was told the reviewers’ names",
        button="Save",
        done="Saved",
        lead="For information: the panel does not vet them.",
    )


@review_view("record_terms")
def record_terms(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Record the terms of reference, the scope and the lines of enquiry."""
    lines: Any = review.lines_of_enquiry or []
    form = TermsForm(
        posted(request),
        begun_on=review.begun_on,
        initial={
            "terms": review.terms,
            "lines_of_enquiry": "\n".join(lines),
            "scope_from": review.scope_from,
            "scope_to": review.scope_to,
            "methodology": review.methodology,
            "version": review.version,
        },
    )
    return act(
        request,
        review,
        form,
        lambda: commissioning.record_terms(review=review, by=request.user, **form.answers()),
        heading="Terms of reference",
        button="Save",
        done="The terms are saved",
        now=lambda: again(review),
    )


@review_view("stop_review")
def stop_review(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Stop a review before its report."""
    form = ReasonForm(posted(request))
    return act(
        request,
        review,
        form,
        lambda: commissioning.stop_review(review=review, by=request.user, **form.cleaned_data),
        heading="Stop the review",
        button="Stop the review",
        done="The review is stopped",
        lead="Its clock stops, and its reviewer and the agencies see it no longer. "
        "It is not opened again: a later review is another one.",
        warning=True,
    )


@review_view("capture_review_back")
def capture_review_back(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Record how a review of years ago ended."""
    form = CaptureForm(posted(request))
    return act(
        request,
        review,
        form,
        lambda: commissioning.capture_review_back(
            review=review, by=request.user, **form.cleaned_data
        ),
        heading="How the review ended",
        button="Save",
        done="Saved",
        lead="For a review of years ago that was written outside this record.",
    )


@review_view("sign_off_review")
def sign_off_review(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Record that the board signed the reports off, with its response."""
    form = SignOffForm(posted(request), initial={"signed_off_on": timezone.localdate()})
    return act(
        request,
        review,
        form,
        lambda: papers.sign_off_review(review=review, by=request.user, **form.cleaned_data),
        heading="Sign the review off",
        button="Sign it off",
        done="The review is signed off",
        lead="The leak test is run once more on the exact text. After this nothing is added, and "
        "the lead reviewer and the agencies see the review no longer.",
    )
