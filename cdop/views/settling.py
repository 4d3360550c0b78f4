"""What is settled about a death after its notification, one page for each act."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.case_header import about
from casereview.forms import Form
from casereview.forms.seen import beside
from casereview.models import Case
from casereview.records import Conflict
from casereview.views.acting import told_version
from cdop import actions
from cdop.actions.matching import holder, matches_of
from cdop.actions.notifying import notification_of, own_boards
from cdop.actions.said import SERIOUS_INCIDENT
from cdop.forms.deciding import (
    CloseForm,
    DutyForm,
    ExpectednessForm,
    MatchForm,
    PassOnForm,
    SafetyForm,
    expectedness_source,
    suggested_reason,
)
from cdop.forms.questions import QuestionsForm

CHANGED = (
    "Somebody else changed this record while you were typing. Compare what you typed below with "
    "the case, then save again"
)


def _act(
    request: HttpRequest,
    case: Case,
    form: Form,
    act: Callable[[], Any],
    done: str,
    template: str,
    **shown: Any,
) -> HttpResponse:
    """Show a form; when it is posted and valid, act, say so, and go back to the notification."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.theirs = beside(form, form.initial)
            # The next save is made knowingly, over what is there now.
            shown["version"] = None
            if standing := notification_of(case):
                shown["version"] = standing.version
        else:
            messages.success(request, done)
            if access.can(request.user, "view_notification", case):
                return redirect("cdop:view_notification", case.reference)
            return redirect("cdop:list_notifications")
    return render(
        request,
        f"cdop/notifications/{template}.html",
        {**about(request.user, case), "form": form, **shown},
    )


@case_view("confirm_expectedness")
def confirm_expectedness(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask the designated doctor whether the death was expected, by the 24-hour definition."""
    notification = notification_of(case)
    if notification is None:
        return access.not_found()
    form = ExpectednessForm(
        request.POST or None,
        notified=notification.expectedness,
        initial={"expectedness": notification.expectedness, "note": notification.expectedness_note},
    )
    definition, source = expectedness_source()
    return _act(
        request,
        case,
        form,
        lambda: actions.confirm_expectedness(
            notification=notification,
            by=request.user,
            version=told_version(request),
            **form.cleaned_data,
        ),
        f"Expectedness of {case.reference} confirmed",
        "expectedness",
        notification=notification,
        version=notification.version,
        definition=definition,
        source=source,
    )


@case_view("record_safety_of_children")
def record_safety_of_children(request: HttpRequest, case: Case) -> HttpResponse:
    """Record whether the other children are safe, and that social care was told."""
    notification = notification_of(case)
    if notification is None:
        return access.not_found()
    form = SafetyForm(
        request.POST or None,
        initial={
            "other_children": notification.other_children,
            "social_care_told_on": notification.social_care_told_on,
            "told_about_children": notification.told_about_children,
        },
    )
    return _act(
        request,
        case,
        form,
        lambda: actions.record_safety_of_children(
            notification=notification,
            by=request.user,
            version=told_version(request),
            **form.cleaned_data,
        ),
        f"Safety of the other children recorded for {case.reference}",
        "children",
        notification=notification,
        version=notification.version,
    )


@case_view("answer_questions")
def answer_questions(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the questions to chase and take the answers that have come."""
    notification = notification_of(case)
    if notification is None:
        return access.not_found()
    form = QuestionsForm(
        request.POST or None,
        case=case,
        to_chase=notification.to_chase,
        died_in=notification.location_of_death,
    )
    return _act(
        request,
        case,
        form,
        lambda: actions.answer_questions(
            notification=notification,
            by=request.user,
            version=told_version(request),
            answered=form.answered,
            notification_facts=form.notification_facts,
            child_facts=form.child_facts,
            case_facts=form.case_facts,
            mother=form.mother,
        ),
        f"Answers recorded for {case.reference}",
        "questions",
        notification=notification,
        version=notification.version,
        children="other_children" in notification.to_chase,
    )


@case_view("settle_notification_duty")
def settle_notification_duty(request: HttpRequest, case: Case, duty: uuid.UUID) -> HttpResponse:
    """Record that a serious incident was notified, or why that is not needed."""
    found = case.notification_duties.filter(pk=duty, duty=SERIOUS_INCIDENT).first()
    if found is None:
        return access.not_found()
    form = DutyForm(request.POST or None)
    return _act(
        request,
        case,
        form,
        lambda: actions.settle_notification_duty(
            duty=found,
            by=request.user,
            state=form.cleaned_data["state"],
            made_on=form.cleaned_data.get("made_on"),
            made_reference=form.cleaned_data.get("made_reference") or "",
            reason=form.cleaned_data.get("reason") or "",
        ),
        f"Serious incident notification settled for {case.reference}",
        "duty",
        duty=found,
        serious_incident=found.duty == SERIOUS_INCIDENT,
    )


@case_view("close_not_for_review")
def close_not_for_review(request: HttpRequest, case: Case) -> HttpResponse:
    """Close a case as not for review, with its reason."""
    suggested = suggested_reason(case, notification_of(case))
    form = CloseForm(request.POST or None, initial={"out_of_scope_reason": suggested})
    return _act(
        request,
        case,
        form,
        lambda: actions.close_not_for_review(case=case, by=request.user, **form.cleaned_data),
        f"{case.reference} closed as not for review",
        "close",
    )


@case_view("pass_on_case")
def pass_on_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Pass a case on to the board whose panel reviews it."""
    form = PassOnForm(
        request.POST or None,
        notified_on=case.notified_on,
        own=list(own_boards(request.user)),
        initial={"board": case.residence_board.code if case.residence_board else ""},
    )
    return _act(
        request,
        case,
        form,
        lambda: actions.pass_on_case(case=case, by=request.user, **form.cleaned_data),
        f"{case.reference} passed on",
        "pass_on",
    )


@case_view("decide_match")
def list_matches(request: HttpRequest, case: Case) -> HttpResponse:
    """List the cases that may belong with this one; a case one may not see is only *held by*."""
    return render(
        request,
        "cdop/notifications/matches.html",
        {**about(request.user, case, "cdop:list_matches"), "matches": _shown(request.user, case)},
    )


@case_view("decide_match")
def decide_match(request: HttpRequest, case: Case, match: uuid.UUID) -> HttpResponse:
    """Link two cases, set them apart, or merge two notifications of one death."""
    found = next((one for one in _shown(request.user, case) if one["match"].pk == match), None)
    if found is None:
        return access.not_found()
    form = MatchForm(
        request.POST or None,
        duplicate=found["match"].kind == "duplicate",
        may_merge=found["may_see"],
        # What another panel's manager wrote may be of a case that this reader may not see.
        initial={
            "reason": found["match"].reason
            if found["may_see"] or found["match"].decided_by == request.user
            else ""
        },
    )
    return _act(
        request,
        case,
        form,
        lambda: actions.decide_match(
            case=case, match=found["match"], by=request.user, **form.cleaned_data
        ),
        f"Decision on the match recorded for {case.reference}",
        "match",
        found=found,
    )


def _shown(user, case: Case) -> list[dict[str, Any]]:
    shown = []
    for match in matches_of(case):
        other = match.other_case if match.case_id == case.pk else match.case
        may_see = access.can(user, "decide_match", other)
        merged = case.merged_into_id == other.pk or other.merged_into_id == case.pk
        shown.append(
            {
                "match": match,
                "may_see": may_see,
                "reference": other.reference if may_see else "",
                "held_by": "" if may_see else holder(other),
                "merged": merged,
            }
        )
    return shown
