"""Letters to a family: drafted, edited and released by a person, and printed."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import access, family_page
from casereview.access import case_view
from casereview.actions import family_letters as actions
from casereview.case_header import about
from casereview.forms.family import DraftLetterForm, LetterForm, ReleaseForm, SentForm
from casereview.models import Case, FamilyLetter
from casereview.views.acting import act, again, posted

BACK = "view_family"


def _letter(case: Case, key: uuid.UUID) -> FamilyLetter | None:
    return case.family_letters.select_related("person").filter(pk=key).first()


@case_view("draft_family_letter")
def draft_family_letter(request: HttpRequest, case: Case) -> HttpResponse:
    """Draft a letter to the family, or one of them, from what the panel decided."""
    form = DraftLetterForm(posted(request), people=family_page.people(case))
    return act(
        request,
        case,
        form,
        lambda: actions.draft_family_letter(
            case=case,
            person=family_page.person_of(case, form.cleaned_data["person"]),
            by=request.user,
        ),
        back=BACK,
        heading="Draft a letter to the family",
        button="Draft the letter",
        done="The letter is drafted: read and edit it, then it can be released",
        lead="The draft takes the panel’s decisions and the family’s questions. Nothing is sent: "
        "a person edits it, releases it and hands it over.",
    )


@case_view("edit_family_letter")
def edit_family_letter(request: HttpRequest, case: Case, letter: uuid.UUID) -> HttpResponse:
    """Edit a letter that has not been released."""
    found = _letter(case, letter)
    if found is None:
        return access.not_found()
    form = LetterForm(posted(request), initial={"text": found.text, "version": found.version})
    return act(
        request,
        case,
        form,
        lambda: actions.edit_family_letter(letter=found, by=request.user, **form.answers()),
        back=BACK,
        heading="Edit the letter",
        button="Save the letter",
        done="Letter saved",
        now=lambda: again(found),
    )


@case_view("release_family_letter")
def release_family_letter(request: HttpRequest, case: Case, letter: uuid.UUID) -> HttpResponse:
    """Release a letter that one has read."""
    found = _letter(case, letter)
    if found is None:
        return access.not_found()
    form = ReleaseForm(posted(request), initial={"version": found.version})
    return act(
        request,
        case,
        form,
        lambda: actions.release_family_letter(
            letter=found, by=request.user, version=form.cleaned_data["version"]
        ),
        back=BACK,
        heading="Release the letter to the family",
        button="Release the letter",
        done="The letter is released: print it and hand it over or send it",
        quoted=found.text,
        lead=_through(found),
        now=lambda: again(found),
    )


def _through(letter: FamilyLetter) -> str:
    names = actions.through_whom(letter)
    return f"Hand it over only through {' or '.join(names)}." if names else ""


@case_view("record_letter_sent")
def record_letter_sent(request: HttpRequest, case: Case, letter: uuid.UUID) -> HttpResponse:
    """Record the day on which a released letter was sent or handed over."""
    found = _letter(case, letter)
    if found is None:
        return access.not_found()
    form = SentForm(posted(request), initial={"version": found.version})
    return act(
        request,
        case,
        form,
        lambda: actions.record_letter_sent(letter=found, by=request.user, **form.answers()),
        back=BACK,
        heading="The letter was sent",
        button="Record it",
        done="Recorded",
        now=lambda: again(found),
    )


@case_view("print_family_letter")
def print_family_letter(request: HttpRequest, case: Case, letter: uuid.UUID) -> HttpResponse:
    """Show a letter as it is printed; one that is not released says so on the paper."""
    found = _letter(case, letter)
    if found is None:
        return access.not_found()
    return render(
        request,
        "casereview/family/letter.html",
        {**about(request.user, case, BACK), "letter": found, "through": _through(found)},
    )
