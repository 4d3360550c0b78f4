"""The minutes of a meeting: read, written from what was captured, and agreed."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access, copies, pdf
from casereview import actions as kernel
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.meetings import agenda_for, disposed_for, meetings_of
from casereview.models import Meeting
from casereview.records import Conflict
from casereview.step_up import step_up_required
from casereview.views.attendance import managed
from cdop import minutes, minutes_paper, minutes_redaction, minutes_retention
from cdop.actions import redacting
from cdop.forms.minutes import PartOfMinutesForm, RedactForm
from cdop.forms.room import MinutesForm
from cdop.rules import taken_out
from cdop.views import review_shown

CHANGED = (
    "Somebody else wrote in these minutes meanwhile. Compare what you typed below with what they "
    "saved, then save again"
)


@role_view("view_minutes")
def view_minutes(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the minutes; a case kept from their reader is not in them."""
    meeting = meetings_of(request.user).filter(pk=pk).first()
    if meeting is None:
        return access.not_found()
    agreed_on = kernel.minutes_agreed_on(meeting)
    following = kernel.next_meeting(meeting)
    gone = minutes_retention.destroyed(meeting)
    text = minutes_retention.text_of(meeting)
    writes = managed(request.user, pk) is not None and not gone
    may_agree = (
        bool(text)
        and agreed_on is None
        and following is not None
        and following.held_on <= timezone.localdate()
        and _may_agree(request.user, following)
    )
    return render(
        request,
        "cdop/minutes/view.html",
        {
            "meeting": meeting,
            "text": text,
            "gone": gone,
            "may_dispose": bool(text)
            and managed(request.user, pk) is not None
            and access.can(request.user, "propose_joint_disposal"),
            "cases": minutes.parts(request.user, meeting),
            "marks": minutes_redaction.marks(meeting),
            "may_redact": bool(text)
            and managed(request.user, pk) is not None
            and access.can(request.user, "propose_redaction"),
            "agreed_on": agreed_on,
            "following": following,
            "may_write": writes
            and agreed_on is None
            and access.can(request.user, "write_minutes")
            and meeting.held_on <= timezone.localdate(),
            "may_agree": may_agree,
        },
    )


def _may_agree(user, following: Meeting) -> bool:
    """Say whether a person agrees minutes at a meeting: its manager, or who chairs it."""
    if not access.can(user, "agree_minutes"):
        return False
    return (
        managed(user, following.pk) is not None
        or following.attendances.filter(user=user, as_chair=True).exists()
    )


@role_view("download_minutes")
@require_POST
@step_up_required
def copy_minutes(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the password of one's own copy of the minutes, once, with the link to it."""
    meeting = meetings_of(request.user).filter(pk=pk).first()
    if meeting is None or not minutes_retention.text_of(meeting):
        return access.not_found()
    copy, password = copies.begin(request, meeting.pk)
    response = render(
        request,
        "casereview/copy.html",
        {
            "heading": "Your copy of the minutes",
            "password": password,
            "url": reverse("cdop:download_minutes", args=[pk, copy]),
            "back": reverse("cdop:view_minutes", args=[pk]),
        },
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@role_view("download_minutes")
@step_up_required
def copy_part_of_minutes(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a copy that tells of some cases only, as for a disclosure about one child."""
    meeting = meetings_of(request.user).filter(pk=pk).first()
    text = minutes_retention.text_of(meeting) if meeting else ""
    if meeting is None or not text:
        return access.not_found()
    form = PartOfMinutesForm(
        request.POST if request.method == "POST" else None,
        **_choices(request.user, meeting, text),
    )
    if not form.is_valid():
        return render(request, "cdop/minutes/part.html", {"meeting": meeting, "form": form})
    copy, password = copies.begin(request, meeting.pk)
    chosen = {"part": "1", "items": form.cleaned_data["items"], "taken": sorted(form.numbers)}
    response = render(
        request,
        "casereview/copy.html",
        {
            "heading": "Your copy of part of the minutes",
            "password": password,
            "url": reverse("cdop:download_minutes", args=[pk, copy])
            + f"?{urlencode(chosen, doseq=True)}",
            "back": reverse("cdop:view_minutes", args=[pk]),
        },
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _choices(user, meeting: Meeting, text: str) -> dict[str, Any]:
    """Return the cases and the sentences from which a person chooses."""
    return {
        "items": [(str(one.pk), one.case.reference) for one in agenda_for(user, meeting)],
        "sentences": taken_out.sentences(text),
    }


@role_view("propose_redaction")
@step_up_required
def propose_redaction(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Propose to take sentences out of the minutes for good; an auditor answers."""
    meeting = managed(request.user, pk)
    text = minutes_retention.text_of(meeting) if meeting else ""
    if meeting is None or not text:
        return access.not_found()
    items = [*agenda_for(request.user, meeting), *disposed_for(request.user, meeting)]
    named = [
        (
            str(one.pk),
            f"Item {one.place}: a case that was disposed of"
            if one.case.disposed_at
            else f"Item {one.place}: {one.case.reference}",
        )
        for one in sorted(items, key=lambda one: one.place)
    ]
    form = RedactForm(
        request.POST if request.method == "POST" else None,
        items=named,
        sentences=taken_out.sentences(text),
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            redacting.propose_redaction(
                meeting=meeting,
                item=next(one for one in items if str(one.pk) == said["item"]),
                by=request.user,
                taken=form.numbers,
                ground=minutes_redaction.Ground(said["ground"]),
                reason=said["reason"],
            )
            messages.success(request, "Proposed: it waits for an auditor")
            return redirect("cdop:view_minutes", meeting.pk)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "cdop/minutes/redact.html",
        {"meeting": meeting, "form": form, "waits": minutes_redaction.proposed(meeting)},
    )


@role_view("download_minutes")
def download_minutes(request: HttpRequest, pk: uuid.UUID, copy: uuid.UUID) -> HttpResponse:
    """Hand over one's own copy of the minutes; a case kept from its reader is not in it."""
    meeting = meetings_of(request.user).filter(pk=pk).first()
    text = minutes_retention.text_of(meeting) if meeting else ""
    if meeting is None or not text or not copies.is_good(request, meeting.pk, copy):
        return access.not_found()
    part = PartOfMinutesForm(request.GET, **_choices(request.user, meeting, text))
    told = None
    if "part" in request.GET:
        if not part.is_valid():
            return access.not_found()
        told = part.told
        text = taken_out.without(text, part.numbers)
    drawn = minutes_paper.draw(
        meeting,
        minutes.parts(request.user, meeting, told=told),
        text=text,
        marks=minutes_redaction.marks(meeting),
        agreed_on=kernel.minutes_agreed_on(meeting),
        reader=str(request.user),
        copy=copies.number_of(copy),
        at=timezone.now(),
    )
    closed = pdf.close(drawn, password=copies.password(meeting.pk, request.user, copy))
    return copies.as_file(closed, "panel-minutes.pdf")


@role_view("write_minutes")
def write_minutes(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Write the minutes; what nobody has written yet is drafted from what was captured."""
    meeting = managed(request.user, pk)
    if meeting is None or minutes_retention.destroyed(meeting):
        return access.not_found()
    items = agenda_for(request.user, meeting)
    seen = ".".join(str(one.version) for one in [meeting, *items])
    told = request.POST.get("seen", seen)
    form = MinutesForm(
        request.POST if request.method == "POST" else None,
        items=items,
        notes={item.pk: minutes.note_of(item) for item in items},
        identifying={item.pk: review_shown.identifying(item.case) for item in items},
        initial={"text": meeting.minutes or minutes.draft(meeting)},
    )
    if form.is_valid():
        try:
            if told != seen:
                raise Conflict(f"Meeting {meeting.pk}")
            notes = form.notes
            kernel.write_minutes(
                meeting=meeting,
                by=request.user,
                text=form.cleaned_data["text"],
                notes={item: notes[item.pk] for item in items},
            )
            messages.success(request, "Minutes written")
            return redirect("cdop:view_minutes", meeting.pk)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.show_theirs()
            told = seen
    return render(
        request,
        "cdop/minutes/write.html",
        {"meeting": meeting, "form": form, "seen": told},
    )


@role_view("agree_minutes")
@require_POST
def agree_minutes(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Record that the meeting after it agreed the minutes of this one."""
    meeting = meetings_of(request.user).filter(pk=pk).first()
    following = kernel.next_meeting(meeting) if meeting else None
    if meeting is None or following is None or not _may_agree(request.user, following):
        return access.not_found()
    try:
        kernel.agree_minutes(meeting=meeting, at=following, by=request.user)
        messages.success(request, "Minutes agreed: they stay as they are")
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    except Conflict:
        messages.warning(request, CHANGED)
    return redirect("cdop:view_minutes", meeting.pk)
