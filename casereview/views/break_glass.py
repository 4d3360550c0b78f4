"""Opening a case in an emergency, ending it, and its review by somebody else."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access, break_glass_page, rate_limits
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.actions import break_glass as actions
from casereview.forms.door import BreakGlassForm, BreakGlassReviewForm
from casereview.models import BreakGlass
from casereview.records import Conflict
from casereview.rules.break_glass import TRIES_AN_HOUR
from casereview.step_up import step_up_required
from casereview.views.acting import posted

TOO_OFTEN = "Wait an hour, then try again: too many references were tried"


@role_view("break_glass")
@step_up_required
def break_glass(request: HttpRequest) -> HttpResponse:
    """Open one case by its reference, to read, for an hour."""
    form = BreakGlassForm(posted(request))
    if form.is_bound and form.is_valid():
        if not rate_limits.allowed(
            "break_glass", str(request.user.pk), most=TRIES_AN_HOUR, seconds=3600
        ):
            form.add_error(None, TOO_OFTEN)
        else:
            try:
                opened = actions.break_glass(by=request.user, **form.cleaned_data)
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("view_case", opened.case.reference)
    return render(
        request,
        "casereview/door/break_glass.html",
        {"form": form, "waiting": break_glass_page.own_unreviewed(request.user)},
    )


@require_POST
@role_view("end_break_glass")
def end_break_glass(request: HttpRequest, opened: uuid.UUID) -> HttpResponse:
    """End one's own emergency access now."""
    found = (
        BreakGlass.objects.filter(pk=opened, user=request.user.pk).select_related("case").first()
    )
    if found is None:
        return access.not_found()
    try:
        actions.end_break_glass(opened=found, by=request.user)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "Your emergency access is over. Somebody else will review it")
    return redirect("your_work")


@role_view("list_break_glass")
def list_break_glass(request: HttpRequest) -> HttpResponse:
    """List the emergency accesses that the reader may review, and those that were."""
    return render(
        request,
        "casereview/door/break_glass_list.html",
        break_glass_page.listed(request.user, timezone.localdate()),
    )


@role_view("review_break_glass")
def review_break_glass(request: HttpRequest, opened: uuid.UUID) -> HttpResponse:
    """Show what was opened, why, and what was read; record what somebody else finds of it."""
    found = (
        BreakGlass.objects.filter(pk=opened)
        .select_related("case", "user__agency", "reviewed_by")
        .first()
    )
    if found is None or not actions.may_review(request.user, found):
        return access.not_found()
    form = BreakGlassReviewForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            actions.review_break_glass(opened=found, by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, "Somebody else has reviewed it meanwhile: go back and look")
        else:
            messages.success(request, "The review is recorded")
            return redirect(reverse("list_break_glass"))
    return render(
        request,
        "casereview/door/break_glass_review.html",
        {"form": form, **break_glass_page.shown(found, timezone.localdate())},
    )
