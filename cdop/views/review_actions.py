"""The panel's decision on action: none, or who does what by when."""

import uuid
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.forms import error_links
from casereview.models import Agency, Attendance, Case, StandingRole, User
from casereview.records import Conflict
from casereview.rules.access_table import Role
from cdop import actions
from cdop.actions.reviewing import AgreedAction
from cdop.actions.standing_review import actions_of, actions_seen, review_of
from cdop.forms import review as forms
from cdop.views import review_shown
from cdop.views.review_pages import CONFLICT, closed, left_over, next_page
from cdop.views.reviews import page


@case_view("record_panel_review")
def decide_actions(request: HttpRequest, case: Case) -> HttpResponse:
    """Record the decision on action, and the actions with who and by when."""
    review = review_of(case)
    if sent_back := closed(request, case, review):
        return sent_back
    typed = request.POST if request.method == "POST" else None
    words = review_shown.identifying(case) if typed is not None else ()
    standing = actions_of(case)
    doers = _doers(case)
    form = forms.ActionsForm(
        typed,
        identifying=words,
        initial={"action_decision": review.action_decision, "action_reason": review.action_reason},
    )
    rows: list[tuple[uuid.UUID | None, forms.ActionRow]] = [
        (
            action.pk,
            forms.ActionRow(
                typed,
                prefix=f"action-{action.pk}",
                doers=doers,
                identifying=words,
                initial={
                    "text": action.text,
                    "who": forms.doer_code(action.owner, action.agency),
                    "due_on": action.due_on,
                },
            ),
        )
        for action in standing
    ]
    rows += [
        (None, forms.ActionRow(typed, prefix=f"new-{n}", doers=doers, identifying=words))
        for n in range(3)
    ]
    errors = []
    saved: list[str] = []
    lost: list[str] = []
    if typed is not None:
        if all([one.is_valid() for one in (form, *(row for _, row in rows))]):
            try:
                actions.decide_actions(
                    case=case,
                    by=request.user,
                    seen=typed.get("seen", ""),
                    decision=form.cleaned_data["action_decision"],
                    reason=form.cleaned_data["action_reason"],
                    rows=[_agreed(key, row.cleaned_data) for key, row in rows],
                )
                return redirect(next_page(case, "actions"))
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
            except Conflict:
                form.add_error(None, CONFLICT)
                review, standing = review_of(case), actions_of(case)
                lost = left_over(typed, "action", [action.pk for action in standing])
                saved = [action.text for action in standing]
        errors = [link for one in (form, *(row for _, row in rows)) for link in error_links(one)]
    return render(
        request,
        "cdop/review/actions.html",
        page(
            request,
            case,
            form=form,
            rows=[row for _, row in rows],
            errors=errors,
            seen=actions_seen(review, standing),
            saved=saved,
            lost=lost,
        ),
    )


def _agreed(key, answers: dict[str, Any]) -> AgreedAction:
    kind, _, chosen = (answers.get("who") or "").partition(":")
    return AgreedAction(
        key=key,
        text=answers.get("text") or "",
        owner=User.objects.filter(pk=chosen).first() if kind == "person" else None,
        agency=Agency.objects.filter(pk=chosen).first() if kind == "agency" else None,
        due_on=answers.get("due_on"),
    )


def _doers(case: Case) -> list[tuple[str, Any]]:
    """List who may be given an action: the panel, its managers, and the agencies."""
    invited = Attendance.objects.filter(meeting__agenda__case=case).values("user")
    managing = StandingRole.objects.filter(
        role=Role.CDR_MANAGER, ended_at=None, panel=case.panel_id
    ).values("user")
    people = User.objects.filter(Q(pk__in=invited) | Q(pk__in=managing), is_active=True)
    agencies = Agency.objects.filter(retired_on=None)
    listed = [
        ("People", [(f"person:{each.pk}", each.name) for each in people.order_by("name")]),
        ("Agencies", [(f"agency:{each.pk}", each.name) for each in agencies.order_by("name")]),
    ]
    return [group for group in listed if group[1]]
