"""The notes of a case."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from casereview import access, case_notes
from casereview.access import case_view
from casereview.actions import case_notes as actions
from casereview.case_header import about
from casereview.forms.notes import CaseNoteForm
from casereview.models import Case, NoteMention
from casereview.views.acting import act, again, posted

BACK = case_notes.READ


@case_view("view_case_notes")
def view_case_notes(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the notes of a case, the latest first."""
    found = case_notes.notes(case)
    rows = [
        {
            "note": one,
            "own": one.written_by_id == request.user.pk,
            "waits": next(
                (
                    mention.pk
                    for mention in one.mentions.all()
                    if mention.person_id == request.user.pk and mention.settled_at is None
                ),
                None,
            ),
        }
        for one in found
    ]
    return render(
        request,
        "casereview/notes.html",
        {**about(request.user, case, BACK), "rows": rows},
    )


@case_view("write_case_note")
def write_case_note(request: HttpRequest, case: Case) -> HttpResponse:
    """Write a note for those who work on the case."""
    colleagues = case_notes.colleagues(case, besides=request.user)
    form = CaseNoteForm(posted(request), colleagues=colleagues)
    return act(
        request,
        case,
        form,
        lambda: actions.write_case_note(case=case, by=request.user, **_typed(form)),
        back=BACK,
        heading="Write a note",
        button="Save the note",
        done="Note saved",
    )


def _typed(form: CaseNoteForm) -> dict[str, Any]:
    """Return the note that was typed, and whom it asks."""
    return {"text": form.cleaned_data["text"], "asks": form.cleaned_data.get("asks", ())}


@case_view("correct_case_note")
def correct_case_note(request: HttpRequest, case: Case, note: uuid.UUID) -> HttpResponse:
    """Put one's own note right."""
    found = case.notes.filter(pk=note, written_by=request.user.pk).first()
    if found is None:
        return access.not_found()
    asked = {str(key) for key in found.mentions.values_list("person", flat=True)}
    colleagues = [
        pair for pair in case_notes.colleagues(case, besides=request.user) if pair[0] not in asked
    ]
    form = CaseNoteForm(
        posted(request),
        colleagues=colleagues,
        initial={"text": found.text, "version": found.version},
    )
    return act(
        request,
        case,
        form,
        lambda: actions.correct_case_note(
            note=found, version=form.cleaned_data["version"], by=request.user, **_typed(form)
        ),
        back=BACK,
        heading="Correct your note",
        button="Save",
        done="Note corrected",
        now=lambda: again(found),
    )


@require_POST
@case_view("settle_note_mention")
def settle_note_mention(request: HttpRequest, case: Case, mention: uuid.UUID) -> HttpResponse:
    """Say that one has read a note one was asked to read."""
    found = NoteMention.objects.filter(pk=mention, case=case, person=request.user.pk).first()
    if found is None:
        return access.not_found()
    actions.settle_note_mention(mention=found, by=request.user)
    messages.success(request, "Marked as read")
    return redirect(BACK, case.reference)
