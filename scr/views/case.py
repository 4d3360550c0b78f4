"""The page of a case with the group, and what its office does at once."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access, care, case_page, keys
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.case_header import about
from casereview.models import Board, Case
from casereview.records import Conflict
from casereview.social_care import SocialCare, for_area
from casereview.step_up import step_up_required
from casereview.views.acting import CHANGED, act, again, posted
from scr import scr_page
from scr.actions import referring, securing
from scr.forms.referral import FileForm, FilesForm, LeadForm, ReferForm, SafetyForm
from scr.models import Referral
from scr.referrals import current_referral
from scr.rules.lead import Lead

PAGE = "scr:view_scr"


@case_view("view_scr")
@care.opens("scr")
def view_scr(request: HttpRequest, case: Case) -> HttpResponse:
    """Show what a case is to the group, where it stands, and what is next for whom."""
    notice = care.notice(request, case, "scr") if current_referral(case) else None
    closed = bool(notice and notice.closed)
    shown = scr_page.page(request.user, case, timezone.localdate(), closed=closed)
    return render(
        request,
        "scr/case/page.html",
        {
            **about(request.user, case, PAGE),
            **shown,
            "notice": notice,
            "lead": _lead(case, shown["referral"]),
            "care": _care(case),
        },
    )


def _care(case: Case) -> SocialCare:
    """Return whom to telephone about the children: those of the home area, else of the place."""
    near = (case.residence_board, case.place_of_death_board)
    return for_area(*[board.code for board in near if board is not None])


def _lead(case: Case, referral: Referral | None) -> Lead | None:
    if referral is None:
        return None
    applying = referring.editions_on(referral.referred_on, referral.board)
    return referring.leading(applying, referring.places_of(case, referral)).found


@require_POST
@case_view("view_scr_identity")
@step_up_required
def view_scr_identity(request: HttpRequest, case: Case) -> HttpResponse:
    """Show once who the child is; the answer is kept nowhere."""
    keys.prefetch("case", [case.pk])
    return render(
        request,
        "scr/case/identity.html",
        {**about(request.user, case, PAGE), "identity": case_page.identity(case, False)},
    )


@case_view("secure_files")
def secure_files(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask agencies to secure and seal their files."""
    referral = current_referral(case)
    if referral is None:
        return redirect(PAGE, case.reference)
    form = FilesForm(posted(request))
    return act(
        request,
        case,
        form,
        lambda: securing.secure_files(
            referral=referral, agencies=form.cleaned_data["agencies"], by=request.user
        ),
        back=PAGE,
        heading="Ask agencies to secure their files",
        button="Record that they are asked",
        done="It is recorded that they are asked",
        lead="Telephone or write to each agency’s named lead, then record it here. Who has not "
        "secured its files after two working days comes to your work.",
    )


@case_view("secure_files")
def record_file(request: HttpRequest, case: Case, key: uuid.UUID) -> HttpResponse:
    """Record when an agency secured and sealed its files."""
    row = case.files_secured.select_related("agency", "case").filter(pk=key).first()
    if row is None:
        return access.not_found()
    keys.prefetch("case", [case.pk])
    shown = ("secured_on", "secured_by", "sealed_on", "note", "version")
    form = FileForm(posted(request), initial={name: getattr(row, name) for name in shown})
    return act(
        request,
        case,
        form,
        lambda: securing.record_file(row=row, by=request.user, **form.answers()),
        back=PAGE,
        heading=f"The files of {row.agency}",
        button="Save",
        done="Saved",
        now=lambda: again(row),
    )


@case_view("record_scr_safety")
def record_scr_safety(request: HttpRequest, case: Case) -> HttpResponse:
    """Record whether the other children are safe and what was done."""
    referral = current_referral(case)
    if referral is None:
        return redirect(PAGE, case.reference)
    keys.prefetch("case", [case.pk])
    shown = ("siblings_safe", "immediate_safety", "version")
    form = SafetyForm(posted(request), initial={name: getattr(referral, name) for name in shown})
    care = _care(case)
    return act(
        request,
        case,
        form,
        lambda: securing.record_scr_safety(referral=referral, by=request.user, **form.answers()),
        back=PAGE,
        heading="The safety of the other children",
        button="Save",
        done="Saved",
        now=lambda: again(referral),
        lead=f"Children’s social care: {care.telephone}." if care.telephone else "",
    )


@case_view("settle_lead")
def settle_lead(request: HttpRequest, case: Case) -> HttpResponse:
    """Enter what decides which board leads."""
    referral = current_referral(case)
    if referral is None or referral.state != Referral.State.RECEIVED:
        return redirect(PAGE, case.reference)
    form = LeadForm(posted(request), initial=_places(case, referral))
    if form.is_bound and form.is_valid():
        chosen = form.boards()
        try:
            securing.settle_lead(
                referral=referral,
                by=request.user,
                home=chosen["home"],
                event_board=chosen["event_board"],
                event_outside_england=form.cleaned_data["event_outside_england"],
                looked_after=form.cleaned_data["looked_after"],
                looked_after_by=chosen["looked_after_by"],
                version=form.cleaned_data["version"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(referral))
        else:
            messages.success(request, f"{referral.board} leads")
            seen = access.can(request.user, "view_scr", case)
            return redirect(PAGE, case.reference) if seen else redirect("scr:list_referrals")
    return render(
        request,
        "casereview/case_form.html",
        {
            **about(request.user, case, PAGE),
            "form": form,
            "heading": "Which board leads",
            "button": "Save",
            "back": PAGE,
            "lead": "Where another board leads, the case goes to its group, and yours no longer "
            "sees it.",
        },
    )


def _places(case: Case, referral: Referral) -> dict[str, object]:
    def code(board: Board | None) -> str:
        return board.code if board else ""

    return {
        "home": code(case.residence_board),
        "event_board": code(referral.event_board),
        "event_outside_england": referral.event_outside_england,
        "looked_after": referral.looked_after,
        "looked_after_by": code(referral.looked_after_by),
        "version": referral.version,
    }


@case_view("refer_for_scr")
def refer_for_scr(request: HttpRequest, case: Case) -> HttpResponse:
    """Refer a case on record to the serious case review group."""
    place = case.place_of_death_board
    initial = {"event_on": case.died_on, "event_board": place.code if place else ""}
    form = ReferForm(posted(request), initial=initial)
    if form.is_bound and form.is_valid():
        try:
            referral = _refer(request, case, form)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
        else:
            words = f"Referred to the group of {referral.board}"
            if referral.state == Referral.State.PASSED_ON:
                words = (
                    f"{referral.board} leads and has nobody here: write to its business manager, "
                    "giving the reference only"
                )
            messages.success(request, words)
            return redirect("view_case", case.reference)
    return render(
        request,
        "scr/referrals/refer.html",
        {
            **about(request.user, case, "scr:refer_for_scr"),
            "form": form,
            "care": _care(case),
            "with_group": bool(case.scr_state) and case.scr_state not in referring.DECIDED,
        },
    )


def _refer(request: HttpRequest, case: Case, form: ReferForm) -> Referral:
    typed: dict[str, Any] = form.answers()
    codes = {name: typed.pop(name) or "" for name in ("event_board", "looked_after_by")}
    found = {one.code: one for one in Board.objects.filter(code__in=set(codes.values()))}
    typed.pop("version")
    user = request.user
    return referring.refer_for_scr(
        case=case,
        by=user,
        agency=user.agency,  # type: ignore[union-attr]
        event_board=found.get(codes["event_board"]),
        looked_after_by=found.get(codes["looked_after_by"]),
        **typed,
    )
