"""The pack of a meeting: built, checked, issued, opened by each reader for themselves."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access, copies, keys
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.actions.leaks import answer_leak_hit as answer_hit
from casereview.actions.leaks import of_document
from casereview.look_again import look_again
from casereview.meetings import agenda_for, meetings_of
from casereview.models import LeakHit, Meeting, Pack, TaskProgress
from casereview.records import Conflict
from casereview.step_up import step_up_required
from casereview.views.attendance import managed
from cdop import pack_building, pack_opening, pack_paper
from cdop.actions import packs as actions
from cdop.forms.packs import LeakForm, PackForm

CHANGED = "Somebody else changed these papers meanwhile. Check them and try again."
LOOK_AGAIN_AFTER = 3  # seconds
PAGE = "cdop:view_pack"
State = Pack.State


def _meeting(user, pk: uuid.UUID) -> Meeting | None:
    return meetings_of(user).filter(pk=pk).first()


@role_view("view_pack")
def view_pack(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show how far the papers of a meeting are, and what the leak test found."""
    user = request.user
    meeting = _meeting(user, pk)
    if meeting is None:
        return access.not_found()
    manages = managed(user, pk) is not None and access.can(user, "build_pack")
    pack = actions.pack_of(meeting)
    now = timezone.now()
    shown: dict[str, Any] = {
        "meeting": meeting,
        "pack": pack,
        "manages": manages,
        "form": PackForm(),
        "cases": agenda_for(user, meeting) if manages else [],
        "look_again_after": LOOK_AGAIN_AFTER,
    }
    if pack is None:
        shown["destroyed"] = pack_building.destroyed_with_a_case(meeting)
    if pack is not None:
        over = actions.expired(pack, now)
        hits = _hits(user, pack) if manages else []
        waiting = actions.waiting(pack)
        shown |= {
            "task": TaskProgress.objects.filter(pk=pack.task or pack.pk).first(),
            "building": pack.state == State.BUILDING,
            "over": over,
            "hits": [one for one in hits if not one.answer],
            "elsewhere": waiting - sum(1 for one in hits if not one.answer),
            "control": pack_paper.control_lines(one for one in hits if one.answer),
            "ready": actions.ready(pack),
            "may_agree": _may_agree(user, pack),
            "may_open": pack.state == State.ISSUED
            and not over
            and bool(pack_opening.cases_for(user, pack)),
        }
    response = render(request, "cdop/packs/view.html", shown)
    if shown.get("building"):
        return look_again(request, response, seconds=LOOK_AGAIN_AFTER)
    return response


def _hits(user, pack: Pack) -> list[LeakHit]:
    """Return what was found of the cases that this person may know by name."""
    hits = of_document(pack.pk).filter(case__in=access.visible_to(user, "view_identity"))
    rows = list(
        hits.select_related("case", "answered_by", "agreed_by").order_by("case__reference", "pk")
    )
    keys.prefetch("case", {one.case_id for one in rows})
    return rows


def _may_agree(user, pack: Pack) -> bool:
    return (
        pack.leaves_partnership
        and pack.second_person_id is None
        and actions.ready(pack)
        and pack.asked_by_id != user.pk
        and access.can(user, "agree_to_pack")
        and not of_document(pack.pk).filter(answered_by=user).exists()
    )


def _done(request: HttpRequest, pk: uuid.UUID, do, words: str) -> HttpResponse:
    """Do one thing to the standing pack of a meeting, say so, and go back to its page."""
    meeting = managed(request.user, pk)
    pack = actions.pack_of(meeting) if meeting else None
    if pack is None:
        return access.not_found()
    try:
        do(pack=pack, by=request.user)
        messages.success(request, words)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    except Conflict:
        messages.warning(request, CHANGED)
    return redirect(PAGE, pk)


@role_view("build_pack")
@require_POST
def build_pack(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Have the papers built from the cases of the agenda that this person sees."""
    meeting = managed(request.user, pk)
    if meeting is None:
        return access.not_found()
    form = PackForm(request.POST)
    form.is_valid()
    try:
        actions.ask_for_pack(
            meeting=meeting,
            cases=[item.case for item in agenda_for(request.user, meeting)],
            by=request.user,
            leaves_partnership=bool(form.cleaned_data.get("leaves_partnership")),
        )
        messages.success(request, "The papers are being built")
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    except Conflict:
        messages.warning(request, CHANGED)
    return redirect(PAGE, pk)


@role_view("answer_leak_hit")
def answer_leak_hit(request: HttpRequest, pk: uuid.UUID, hit: uuid.UUID) -> HttpResponse:
    """Say what is done with one word that was found, shown in its sentence."""
    meeting = managed(request.user, pk)
    pack = actions.pack_of(meeting) if meeting else None
    found = (
        next((one for one in _hits(request.user, pack) if one.pk == hit), None) if pack else None
    )
    if meeting is None or pack is None or found is None:
        return access.not_found()
    if found.answer or pack.state != State.CHECKING:
        messages.warning(request, "This place was answered already")
        return redirect(PAGE, pk)
    form = LeakForm(request.POST if request.method == "POST" else None, hard=found.hard)
    if form.is_valid():
        try:
            places = answer_hit(
                hit=found,
                answer=form.cleaned_data["answer"],
                by=request.user,
                reason=form.cleaned_data.get("reason") or "",
            )
            messages.success(request, "Answered" if places == 1 else f"{places} places answered")
            if not actions.waiting(pack):
                actions.check_again(pack=pack, by=request.user)
            return redirect(PAGE, pk)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
    return render(
        request, "cdop/packs/answer.html", {"meeting": meeting, "hit": found, "form": form}
    )


@role_view("agree_to_pack")
@require_POST
def agree_to_pack(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Agree, as the second person, that the papers leave the partnership."""
    meeting = _meeting(request.user, pk)
    pack = actions.pack_of(meeting) if meeting else None
    if meeting is None or pack is None or not _presides(request.user, meeting):
        return access.not_found()
    try:
        actions.agree_to_pack(pack=pack, by=request.user)
        messages.success(request, "You agreed. The papers can be issued.")
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    except Conflict:
        messages.warning(request, CHANGED)
    return redirect(PAGE, pk)


def _presides(user, meeting: Meeting) -> bool:
    """Say whether a person arranges this meeting or chairs it."""
    return (
        managed(user, meeting.pk) is not None
        or meeting.attendances.filter(user=user, as_chair=True).exists()
    )


@role_view("issue_pack")
@require_POST
def issue_pack(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Let those invited open the papers."""
    return _done(request, pk, actions.issue_pack, "The papers are issued")


@role_view("withdraw_pack")
@require_POST
def withdraw_pack(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Withdraw the papers: they open no more."""
    return _done(request, pk, actions.withdraw_pack, "The papers are withdrawn")


def _opened(request: HttpRequest, pk: uuid.UUID) -> Pack | None:
    """Return the issued pack of a meeting, where this person may open something of it now."""
    meeting = _meeting(request.user, pk)
    pack = actions.pack_of(meeting) if meeting else None
    if pack is None or pack.state != State.ISSUED or not pack.storage_name:
        return None
    if actions.expired(pack, timezone.now()) or not pack_opening.cases_for(request.user, pack):
        return None
    return pack


@role_view("open_pack")
@require_POST
@step_up_required
def open_pack(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the password of one's own copy, once, with the link to it."""
    pack = _opened(request, pk)
    if pack is None:
        messages.warning(request, "These papers cannot be opened")
        return redirect(PAGE, pk) if _meeting(request.user, pk) else access.not_found()
    copy, password = copies.begin(request, pack.pk)
    response = render(
        request,
        "casereview/copy.html",
        {
            "heading": "Your copy of the papers",
            "password": password,
            "url": reverse("cdop:download_pack", args=[pk, copy]),
            "back": reverse(PAGE, args=[pk]),
        },
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@role_view("open_pack")
def download_pack(request: HttpRequest, pk: uuid.UUID, copy: uuid.UUID) -> HttpResponse:
    """Hand over one's own copy, with one's name on every page, closed with its password."""
    pack = _opened(request, pk)
    if pack is None or not copies.is_good(request, pack.pk, copy):
        return access.not_found()
    return copies.as_file(pack_opening.draw(request.user, pack, copy), "panel-papers.pdf")
