"""The panel review of a case: reading it, completing it, reopening it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casereview import access, care, case_header
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.meeting_quorum import quorum_of
from casereview.models import AgendaItem, Case
from casereview.records import Conflict
from cdop import actions
from cdop.actions.completing import keeps_open, quorate
from cdop.actions.reviewing import NOT_REVIEWED, informs_only
from cdop.actions.standing_review import facts_of, lines_of, review_of
from cdop.first_judgements import shown as first_judgements
from cdop.form_sets import form_of, must_move
from cdop.form_sets import lists as form_lists
from cdop.forms.review import CompleteForm, ReopenForm, in_words
from cdop.models import PanelReview
from cdop.rules.review_checks import cautions, missing
from cdop.views import review_shown

CHANGED = "Somebody else changed this review while you had it open. Check it and try again."


def page(request: HttpRequest, case: Case, **more: Any) -> dict[str, Any]:
    """Return what every page of a review wants."""
    return case_header.about(request.user, case, "cdop:view_panel_review") | more


def back_to_review(case: Case) -> HttpResponse:
    """Return to the review."""
    return redirect("cdop:view_panel_review", case.reference)


@case_view("view_panel_review")
@care.opens("panel_review")
def view_panel_review(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the review: the grid, the judgements, and what is still missing."""
    review = review_of(case)
    completed = review.state == PanelReview.State.COMPLETED
    may_record = access.can(request.user, "record_panel_review", case) and not completed
    reviewed_here = case.kind == Case.Kind.DEATH and case.stage not in NOT_REVIEWED
    notice = None if review._state.adding else care.notice(request, case, "panel_review")
    closed = bool(notice and notice.closed)
    return render(
        request,
        "cdop/review/view.html",
        page(
            request,
            case,
            review=review,
            begun=not review._state.adding,
            completed=completed,
            reviewed_here=reviewed_here,
            header=review_shown.header(case, review),
            form_name=form_lists(form_of(review)).form,
            moves=not completed and reviewed_here and must_move(review),
            may_carry_over=access.can(request.user, "carry_over_form_c", case),
            not_carried=review_shown.not_carried(review),
            notice=notice,
            closed=closed,
            may_record=may_record and reviewed_here,
            may_complete=not completed
            and reviewed_here
            and access.can(request.user, "complete_panel_review", case)
            and not informs_only(request.user, case),
            may_reopen=completed and access.can(request.user, "reopen_panel_review", case),
            informs_only=informs_only(request.user, case),
            judgements=first_judgements(request.user, case),
            **(_needed(request.user, case, review) if closed else {}),
            **({} if closed else _told(request.user, case, review, may_record)),
        ),
    )


def _needed(user, case: Case, review: PanelReview) -> dict[str, Any]:
    """Return what a review lacks as far as it can be said without reading its texts."""
    return {} if review.state == PanelReview.State.COMPLETED else {"missing": _closing(user, case)}


def _told(user, case: Case, review: PanelReview, may_record: bool) -> dict[str, Any]:
    """Return what the review tells, and what it still lacks: its texts are read for both."""
    lines = lines_of(review)
    facts = facts_of(review, lines)
    open_still = review.state != PanelReview.State.COMPLETED
    needed = _todo(case, missing(facts), may_record) + _closing(user, case) if open_still else []
    return {
        "domains": review_shown.domains(case, lines, form_of(review), editable=may_record),
        "parts": {part.key: part for part in review_shown.parts(user, case, review)},
        "missing": needed,
        "cautions": _todo(case, cautions(facts), may_record),
        "uncoded": any(line.modifiable and not line.code for line in facts.lines),
    }


def _todo(case: Case, found: list, linked: bool) -> list[dict[str, str]]:
    return [
        {"message": each.message, "url": review_shown.page_url(case, each.page) if linked else ""}
        for each in found
    ]


def _closing(user, case: Case) -> list[dict[str, str]]:
    url = reverse("view_family", args=[case.reference])
    linked = access.can(user, "view_family", case)
    return [{"message": each, "url": url if linked else ""} for each in keeps_open(case)]


@case_view("complete_panel_review")
def complete_panel_review(request: HttpRequest, case: Case) -> HttpResponse:
    """Complete the review as the panel agreed it."""
    review = review_of(case)
    considered = AgendaItem.objects.filter(
        case=case, meeting__held_on__lte=timezone.localdate()
    ).select_related("meeting__panel")
    items = {str(item.meeting_id): item.meeting for item in considered}
    form = CompleteForm(
        request.POST if request.method == "POST" else None,
        meetings=[(key, f"Meeting of {in_words(each.held_on)}") for key, each in items.items()],
        quorate=[str(item.meeting_id) for item in considered if quorate(item)],
        initial={
            "meeting": str(review.meeting_id) if review.meeting_id else next(reversed(items), ""),
            "how": "checked" if review.chair_check_by else "",
        },
    )
    if review.state == PanelReview.State.COMPLETED:
        messages.info(request, "This review is completed. Reopen it to change it.")
        return back_to_review(case)
    if form.is_valid():
        answers = form.cleaned_data
        meeting = items.get(answers["meeting"])
        try:
            if answers["how"] == "check_later" and meeting is not None:
                actions.await_chair_check(
                    case=case, by=request.user, meeting=meeting, check_by=answers["check_by"]
                )
                messages.success(request, "Recorded: agreed subject to your check")
            else:
                actions.complete_panel_review(
                    case=case,
                    by=request.user,
                    meeting=meeting,
                    agreed_on=answers["agreed_on"],
                    checked_on=answers["checked_on"],
                    reason=answers["reason"],
                )
                messages.success(request, "Panel review completed")
            return back_to_review(case)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
    facts = facts_of(review, lines_of(review))
    return render(
        request,
        "cdop/review/complete.html",
        page(
            request,
            case,
            form=form,
            missing=_todo(case, missing(facts), False) + _closing(request.user, case),
            cautions=[*_todo(case, cautions(facts), False), *_without_quorum(case)],
            review=review,
        ),
    )


def _without_quorum(case: Case) -> list[dict[str, str]]:
    """Return a caution where the last meeting that considered a case had no quorum for it."""
    item = (
        AgendaItem.objects.filter(case=case, meeting__held_on__lte=timezone.localdate())
        .select_related("meeting__panel")
        .order_by("meeting__held_on")
        .last()
    )
    if item is None:
        return []
    counted = quorum_of(item.meeting, [item])[item.pk]
    if counted.met:
        return []
    day = in_words(item.meeting.held_on)
    message = f"There was no quorum for this case on {day}: only {counted.words}"
    return [{"message": message, "url": ""}]


@case_view("reopen_panel_review")
def reopen_panel_review(request: HttpRequest, case: Case) -> HttpResponse:
    """Reopen a completed review, with a reason."""
    review = review_of(case)
    if review.state != PanelReview.State.COMPLETED:
        messages.info(request, "This review is open already.")
        return back_to_review(case)
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.reopen_panel_review(
                case=case, by=request.user, reason=form.cleaned_data["reason"]
            )
            messages.success(request, "Panel review reopened")
            return back_to_review(case)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
    return render(request, "cdop/review/reopen.html", page(request, case, form=form, review=review))
