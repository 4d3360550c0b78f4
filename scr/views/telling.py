"""Who is told: national bodies with their time limits, and letters a person releases."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access, keys
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.actions.family_letters import held
from casereview.case_header import about
from casereview.case_page import CLOCK_COLOURS, CLOCK_TAGS
from casereview.models import Case, Clock, NotificationDuty
from casereview.rules.due import clock_words
from casereview.views.acting import act, again, posted
from scr.actions import letters, telling
from scr.clocks import limit_of
from scr.forms.telling import (
    LetterSentForm,
    NewLetterForm,
    ReleaseLetterForm,
    ScrLetterForm,
    ToldForm,
)
from scr.models import ScrLetter
from scr.rules.stages import Act
from scr.standing import standing

BACK = "scr:view_scr_told"


@case_view("view_scr_told")
def view_scr_told(request: HttpRequest, case: Case) -> HttpResponse:
    """Show whom the law wants told, by when, and the letters that were written."""
    keys.prefetch("case", [case.pk])
    found = standing(case)
    decision = found.on_this[-1] if found.decided else None
    written = list(
        case.scr_letters.select_related("agency", "decision", "drafted_by", "released_by").order_by(
            "-drafted_at", "to"
        )
    )
    there = {row.to for row in written if decision and row.decision_id == decision.pk}
    return render(
        request,
        "scr/told/page.html",
        {
            **about(request.user, case, BACK),
            "duties": duties(case, timezone.localdate()),
            "letters": written,
            "held": held(case),
            "may_record": access.can(request.user, "record_scr_told", case),
            "may_write": found.may(Act.WRITE_LETTER)
            and access.can(request.user, "draft_scr_letter", case),
            "missing": bool(decision and set(letters.needed(case, decision)) - there),
        },
    )


def duties(case: Case, today: date) -> list[dict[str, Any]]:
    """Return what is to be told to national bodies, each with its clock and how it was settled."""
    found = []
    for clock in telling.telling_clocks(case):
        limit, duty = limit_of(clock), telling.open_duty_of(clock)
        if limit is None:
            continue
        state, words = clock_words(clock.due_on, clock.met_on, clock.stopped_on, today)
        waiting = duty is None or duty.state == NotificationDuty.State.OPEN
        found.append(
            {
                "key": clock.pk,
                "label": limit[1].label,
                "edition": limit[0].name,
                "confirmed": limit[1].confirmed,
                "tag": CLOCK_TAGS[state],
                "colour": CLOCK_COLOURS[state],
                "words": words,
                "worked_out": clock.worked_out,
                "who_must": duty.who_must if duty else telling.TELLING[limit[1].starts_from],
                "reference": duty.made_reference if duty else "",
                "reason": duty.reason if duty else "",
                "open": waiting and clock.stopped_on is None,
            }
        )
    return found


@case_view("record_scr_told")
def record_scr_told(request: HttpRequest, case: Case, clock: uuid.UUID) -> HttpResponse:
    """Record that a national body was told, or need not be."""
    found: Clock | None = next(
        (one for one in telling.telling_clocks(case) if one.pk == clock), None
    )
    if found is None:
        return access.not_found()
    duty = telling.open_duty_of(found)
    form = ToldForm(posted(request), initial={"version": duty.version if duty else ""})
    return act(
        request,
        case,
        form,
        lambda: telling.record_scr_told(case=case, clock=found, by=request.user, **form.answers()),
        back=BACK,
        heading=telling.edition_label(found),
        button="Record it",
        done="Recorded",
        lead=found.worked_out,
        now=lambda: telling.open_duty_of(found),
    )


def _letter(case: Case, key: uuid.UUID) -> ScrLetter | None:
    return case.scr_letters.select_related("decision", "agency", "case").filter(pk=key).first()


@case_view("draft_scr_letter")
def draft_scr_letter(request: HttpRequest, case: Case) -> HttpResponse:
    """Draft one letter."""
    form = NewLetterForm(posted(request))
    return act(
        request,
        case,
        form,
        lambda: letters.draft_scr_letter(case=case, by=request.user, **form.cleaned_data),
        back=BACK,
        heading="Draft a letter",
        button="Draft the letter",
        done="The letter is drafted: read and edit it, then it can be released",
        lead="The draft tells of the latest decision, or of the referral while there is none.",
    )


@case_view("draft_scr_letter")
@require_POST
def draft_decision_letters(request: HttpRequest, case: Case) -> HttpResponse:
    """Draft every letter that the latest decision needs and that is missing."""
    try:
        drafted = letters.draft_decision_letters(case=case, by=request.user)
        messages.success(request, f"Letters drafted: {len(drafted)}. Read and edit each")
    except NotAllowed as refused:
        messages.warning(request, str(refused))
    return redirect(BACK, case.reference)


@case_view("view_scr_letter")
def view_scr_letter(request: HttpRequest, case: Case, letter: uuid.UUID) -> HttpResponse:
    """Show a letter as it is printed; one that is not released says so."""
    found = _letter(case, letter)
    if found is None:
        return access.not_found()
    return render(
        request, "scr/told/letter.html", {**about(request.user, case, BACK), "letter": found}
    )


@case_view("edit_scr_letter")
def edit_scr_letter(request: HttpRequest, case: Case, letter: uuid.UUID) -> HttpResponse:
    """Edit a letter that has not been released."""
    found = _letter(case, letter)
    if found is None:
        return access.not_found()
    form = ScrLetterForm(posted(request), initial={"text": found.text, "version": found.version})
    return act(
        request,
        case,
        form,
        lambda: letters.edit_scr_letter(letter=found, by=request.user, **form.answers()),
        back=BACK,
        heading=f"Edit the letter to: {found.get_to_display().lower()}",
        button="Save the letter",
        done="Letter saved",
        now=lambda: again(found),
    )


@case_view("release_scr_letter")
def release_scr_letter(request: HttpRequest, case: Case, letter: uuid.UUID) -> HttpResponse:
    """Release a letter that one has read."""
    found = _letter(case, letter)
    if found is None:
        return access.not_found()
    form = ReleaseLetterForm(posted(request), initial={"version": found.version})
    return act(
        request,
        case,
        form,
        lambda: letters.release_scr_letter(
            letter=found, by=request.user, version=form.cleaned_data["version"]
        ),
        back=BACK,
        heading=f"Release the letter to: {found.get_to_display().lower()}",
        button="Release the letter",
        done="The letter is released: send it, then record the day",
        quoted=found.text,
        now=lambda: again(found),
    )


@case_view("record_scr_letter_sent")
def record_scr_letter_sent(request: HttpRequest, case: Case, letter: uuid.UUID) -> HttpResponse:
    """Record the day on which a released letter was sent."""
    found = _letter(case, letter)
    if found is None:
        return access.not_found()
    form = LetterSentForm(posted(request), initial={"version": found.version})
    return act(
        request,
        case,
        form,
        lambda: letters.record_scr_letter_sent(letter=found, by=request.user, **form.answers()),
        back=BACK,
        heading="The letter was sent",
        button="Record it",
        done="Recorded",
        now=lambda: again(found),
    )
