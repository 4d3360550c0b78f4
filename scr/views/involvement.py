"""Practitioners and the family in a review, and other processes beside it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import access
from casereview.actions import processes
from casereview.codes import code_list
from casereview.forms.processes import ProcessForm
from casereview.models import ContactPreference, FamilyLink, ParallelProcess
from casereview.process_page import COLOURS
from casereview.views.acting import again, posted
from casereview.views.processes import SHOWN
from scr.actions import involvement
from scr.forms.review_parts import EventForm, InvolvementForm
from scr.models import CaseUnderReview, FamilyInvolvement
from scr.review_access import may, review_view
from scr.review_page import about
from scr.reviewing import agencies_of, held
from scr.views.review_acting import act

PROCESSES = "scr:view_review_processes"


@review_view("record_practitioner_event")
def record_practitioner_event(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Record how practitioners took part, or plan to."""
    form = EventForm(posted(request), agencies=agencies_of(review.case))

    def do() -> None:
        answers = dict(form.cleaned_data)
        answers["agencies"] = tuple(answers["agencies"])
        involvement.record_practitioner_event(review=review, by=request.user, **answers)

    return act(
        request,
        review,
        form,
        do,
        heading="How practitioners take part",
        button="Save",
        done="Saved",
        lead=involvement.WITNESSES + "." if held(review.case).witnesses else "",
    )


def _family(review: CaseUnderReview) -> list[FamilyLink]:
    """Return those of the family who are not on record in this review yet."""
    known = review.family_involvement.exclude(person=None).values("person")
    links = FamilyLink.objects.filter(case=review.case).exclude(person__in=known)
    return list(links.select_related("person").order_by("relation", "pk"))


def _choices(links: list[FamilyLink], review: CaseUnderReview) -> list[tuple[str, str]]:
    """Return the family by relation, counted where there are several, with their wishes."""
    wishes = {one.person_id: one for one in ContactPreference.objects.filter(case=review.case_id)}
    counted: dict[str, int] = {}
    choices = []
    for one in links:
        counted[one.relation] = counted.get(one.relation, 0) + 1
        number = f" {counted[one.relation]}" if counted[one.relation] > 1 else ""
        wish = wishes.get(one.person_id)
        words = f" – contact: {wish.get_may_contact_display()}" if wish and wish.may_contact else ""
        choices.append((str(one.pk), f"{one.get_relation_display()}{number}{words}"))
    return choices


@review_view("record_family_involvement")
def record_family_involvement(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Record somebody's part in a review."""
    links = _family(review)
    form = InvolvementForm(posted(request), family=_choices(links, review))

    def do() -> None:
        answers = {name: value for name, value in form.answers().items() if name != "version"}
        by_key = {str(one.pk): one for one in links}
        answers["family"] = by_key.get(answers["family"])
        involvement.record_family_involvement(review=review, by=request.user, **answers)

    return act(
        request,
        review,
        form,
        do,
        heading="The family’s part in the review",
        button="Save",
        done="Saved",
        lead=involvement.FAMILY + "." if held(review.case).family else "",
    )


@review_view("record_family_involvement")
def change_family_involvement(
    request: HttpRequest, review: CaseUnderReview, key: uuid.UUID
) -> HttpResponse:
    """Change what is known of somebody's part in a review."""
    found = (
        FamilyInvolvement.objects.filter(review=review, pk=key)
        .select_related("case", "review", "person")
        .first()
    )
    if found is None:
        return access.not_found()
    form = InvolvementForm(
        posted(request),
        initial={
            "asked_on": found.asked_on,
            "answer": found.answer or "waiting",
            "said": found.said,
            "draft_seen_on": found.draft_seen_on,
            "told_of_publication_on": found.told_of_publication_on,
            "version": found.version,
        },
    )
    return act(
        request,
        review,
        form,
        lambda: involvement.change_family_involvement(
            involvement=found, by=request.user, **form.answers()
        ),
        heading="The family’s part in the review",
        button="Save",
        done="Saved",
        lead=involvement.FAMILY + "." if held(review.case).family else "",
        now=lambda: again(found),
    )


@review_view("view_review")
def view_review_processes(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Show other bodies' processes about the case, and what each of them holds."""
    codes = code_list("parallel_process")
    rows = [
        {
            "row": one,
            "label": codes.label(one.kind),
            "colour": COLOURS[ParallelProcess.Status(one.status)],
            "running": one.status in processes.RUNNING,
        }
        for one in review.case.parallel_processes.order_by("began_on", "id")
    ]
    return render(
        request,
        "scr/reviews/processes.html",
        {
            **about(request.user, review, PROCESSES),
            "rows": rows,
            "held": held(review.case),
            "may_record": may(request.user, "record_review_process", review),
        },
    )


@review_view("record_review_process")
def record_review_process(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Record a process that runs beside the review."""
    form = ProcessForm(posted(request))

    def do() -> None:
        facts = {name: value for name, value in form.answers().items() if name != "version"}
        processes.record_process(case=review.case, by=request.user, **facts)

    return act(
        request,
        review,
        form,
        do,
        heading="Record another process",
        button="Record the process",
        done="Process recorded",
        back=PROCESSES,
        lead="A hold pauses what it names and no more: the review’s own clock goes on.",
    )


@review_view("record_review_process")
def change_review_process(
    request: HttpRequest, review: CaseUnderReview, key: uuid.UUID
) -> HttpResponse:
    """Change what is known of a process beside the review."""
    found = review.case.parallel_processes.filter(pk=key).select_related("case").first()
    if found is None:
        return access.not_found()
    form = ProcessForm(posted(request), initial={name: getattr(found, name) for name in SHOWN})
    return act(
        request,
        review,
        form,
        lambda: processes.change_process(process=found, by=request.user, **form.answers()),
        heading="Change what is known of a process",
        button="Save",
        done="Saved",
        back=PROCESSES,
        now=lambda: again(found),
    )
