"""The family of a case: who keeps in touch, contact, support and their questions."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casereview import access, family_page
from casereview.access import case_view
from casereview.actions import family as actions
from casereview.case_header import about
from casereview.forms.family import (
    ContactPreferenceForm,
    FamilyContactForm,
    FamilyQuestionForm,
    FamilyWorkForm,
    SettleQuestionForm,
    SupportAnswerForm,
    SupportOfferForm,
    ToldFamilyForm,
    in_lines,
)
from casereview.models import Case, ContactPreference, FamilyWork
from casereview.views.acting import act, again, posted

BACK = "view_family"
WORK = (
    "key_worker",
    "key_worker_contact",
    "key_worker_since",
    "key_worker_cover",
    "told_of_review_on",
    "told_of_review_by",
    "leaflet_given_on",
    "wants_result",
    "interpreter_needed",
    "interpreter_language",
    "told_of_publication_on",
)
PREFERENCE = ("may_contact", "through", "why_not", "how", "language")


@case_view("view_family")
def view_family(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the family, what they have been told, offered and asked, and what is open."""
    return render(
        request,
        "casereview/family/page.html",
        {**about(request.user, case, BACK), **family_page.page(case, timezone.localdate())},
    )


@case_view("record_family_work")
def record_family_work(request: HttpRequest, case: Case) -> HttpResponse:
    """Record who keeps in touch with the family, and what the family has been told."""
    work = FamilyWork.objects.filter(case=case).first() or FamilyWork(case=case)
    initial = {name: getattr(work, name) for name in WORK}
    form = FamilyWorkForm(posted(request), initial={**initial, "version": work.version})
    return act(
        request,
        case,
        form,
        lambda: actions.record_family_work(case=case, by=request.user, **form.answers()),
        back=BACK,
        heading="Key worker and what the family knows",
        button="Save",
        done="Saved",
        now=lambda: FamilyWork.objects.filter(case=case).first(),
    )


@case_view("record_contact_preference")
def record_contact_preference(request: HttpRequest, case: Case, person: uuid.UUID) -> HttpResponse:
    """Record whether, how and when not one member of the family may be contacted."""
    who = family_page.person_of(case, str(person))
    if who is None:
        return access.not_found()
    found = ContactPreference.objects.filter(case=case, person=who)
    standing = found.first() or ContactPreference(case=case, person=who)
    initial = {name: getattr(standing, name) for name in PREFERENCE}
    initial |= {"not_on": in_lines(standing.not_on), "version": standing.version}
    form = ContactPreferenceForm(posted(request), initial=initial)
    return act(
        request,
        case,
        form,
        lambda: actions.record_contact_preference(
            case=case, person=who, by=request.user, **form.answers()
        ),
        back=BACK,
        heading=f"Contact with {family_page.name_of(who)}",
        button="Save",
        done="Saved",
        now=found.first,
    )


@case_view("record_family_contact")
def record_family_contact(request: HttpRequest, case: Case) -> HttpResponse:
    """Record a contact with the family that has taken place."""
    form = FamilyContactForm(posted(request), people=family_page.people(case))
    return act(
        request,
        case,
        form,
        lambda: actions.record_family_contact(
            case=case, by=request.user, **_about_somebody(case, form.cleaned_data)
        ),
        back=BACK,
        heading="Record a contact with the family",
        button="Record the contact",
        done="Contact recorded",
    )


@case_view("offer_support")
def offer_support(request: HttpRequest, case: Case) -> HttpResponse:
    """Record support that was offered to the family or one of them."""
    form = SupportOfferForm(posted(request), people=family_page.people(case))
    return act(
        request,
        case,
        form,
        lambda: actions.offer_support(
            case=case, by=request.user, **_about_somebody(case, form.cleaned_data)
        ),
        back=BACK,
        heading="Record support that was offered",
        button="Record the offer",
        done="Offer recorded",
        lead="Think of the brothers and sisters too.",
    )


@case_view("record_support_answer")
def record_support_answer(request: HttpRequest, case: Case, offer: uuid.UUID) -> HttpResponse:
    """Record what the family answered to an offer."""
    found = case.support_offers.filter(pk=offer).first()
    if found is None:
        return access.not_found()
    initial = {"answer": found.answer, "answered_on": found.answered_on, "version": found.version}
    form = SupportAnswerForm(posted(request), initial=initial)
    return act(
        request,
        case,
        form,
        lambda: actions.record_support_answer(offer=found, by=request.user, **form.answers()),
        back=BACK,
        heading="Record the answer to an offer of support",
        button="Record the answer",
        done="Answer recorded",
        quoted=found.support,
        now=lambda: again(found),
    )


@case_view("ask_family_question")
def ask_family_question(request: HttpRequest, case: Case) -> HttpResponse:
    """Record a question of the family."""
    form = FamilyQuestionForm(posted(request), people=family_page.people(case))
    return act(
        request,
        case,
        form,
        lambda: actions.ask_family_question(
            case=case, by=request.user, **_about_somebody(case, form.cleaned_data)
        ),
        back=BACK,
        heading="Record a question of the family",
        button="Record the question",
        done="Question recorded",
        lead="The panel’s review cannot be completed before each question has an answer, or a "
        "signed reason why there is none.",
    )


@case_view("settle_family_question")
def settle_family_question(request: HttpRequest, case: Case, question: uuid.UUID) -> HttpResponse:
    """Answer a question of the family, or sign why it cannot be answered."""
    found = case.family_questions.filter(pk=question).first()
    if found is None:
        return access.not_found()
    form = SettleQuestionForm(
        posted(request),
        initial={
            "how": "answer" if found.answer else "reason" if found.no_answer_reason else "",
            "answer": found.answer,
            "no_answer_reason": found.no_answer_reason,
            "version": found.version,
        },
    )
    return act(
        request,
        case,
        form,
        lambda: actions.settle_family_question(
            question=found,
            by=request.user,
            answer=form.cleaned_data["answer"] or "",
            no_answer_reason=form.cleaned_data["no_answer_reason"] or "",
            version=form.cleaned_data["version"],
        ),
        back=BACK,
        heading="Settle a question of the family",
        button="Sign and save",
        done="The question is settled",
        quoted=found.question,
        now=lambda: again(found),
    )


@case_view("record_told_family")
def record_told_family(request: HttpRequest, case: Case, question: uuid.UUID) -> HttpResponse:
    """Record when the family was told the answer."""
    found = case.family_questions.filter(pk=question).exclude(settled_at=None).first()
    if found is None:
        return access.not_found()
    initial = {"told_family_on": found.told_family_on, "version": found.version}
    form = ToldFamilyForm(posted(request), initial=initial)
    return act(
        request,
        case,
        form,
        lambda: actions.record_told_family(question=found, by=request.user, **form.answers()),
        back=BACK,
        heading="The family was told the answer",
        button="Record it",
        done="Recorded",
        quoted=found.answer or found.no_answer_reason,
        now=lambda: again(found),
    )


def _about_somebody(case: Case, answers: dict) -> dict:
    return {**answers, "person": family_page.person_of(case, answers["person"])}
