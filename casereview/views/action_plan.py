"""The list of actions, one action, and what its owner and others do about it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, keys
from casereview.access import role_view
from casereview.action_access import action_view
from casereview.action_owners import choices, chosen
from casereview.action_plan import (
    actions_of,
    effect_review_of,
    loaded,
    may,
    opened,
    planned,
    rag_list,
    strengths,
)
from casereview.actions import NotAllowed, action_plan
from casereview.forms import Form
from casereview.forms.action_plan import (
    AnswerForm,
    ChangeForm,
    DropForm,
    EffectForm,
    EvidenceForm,
    ProgressForm,
)
from casereview.forms.seen import SeenForm
from casereview.models import Action, ActionEvidence
from casereview.records import Conflict
from casereview.rules.rag import Evidence
from casereview.views.acting import CHANGED, again, posted

A_PAGE = 25
WHOSE = [("", "All"), ("mine", "Yours"), ("open", "Open"), ("evidence", "Evidence to look at")]


@role_view("list_actions")
def list_actions(request: HttpRequest) -> HttpResponse:
    """List the actions the reader sees: their own first, then by how each stands."""
    today = timezone.localdate()
    rows = planned(request.user, loaded(actions_of(request.user)), today)
    colours = rag_list().choices()
    counts = {code: sum(1 for one in rows if one.standing.rag == code) for code, _ in colours}
    rag = request.GET.get("rag", "")
    whose = request.GET.get("show", "")
    kept = [
        one
        for one in rows
        if (rag not in counts or one.standing.rag == rag)
        and (whose != "mine" or one.mine)
        and (whose != "open" or one.action.state == Action.State.OPEN)
        and (whose != "evidence" or one.evidence == Evidence.WAITING)
    ]
    page = Paginator(kept, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "casereview/action_plan/list.html",
        {
            "page": page,
            "rows": opened(page.object_list),
            "colours": [
                {"code": code, "label": label, "count": counts[code], "chosen": rag == code}
                for code, label in colours
            ],
            "whose": [
                {"code": code, "label": label, "chosen": whose == code} for code, label in WHOSE
            ],
            "chosen": rag if rag in counts else "",
            "show": whose if whose in dict(WHOSE) else "",
            "total": len(rows),
            "may_report": access.can(request.user, "view_action_report"),
        },
    )


@action_view("view_action")
def view_action(request: HttpRequest, action: Action) -> HttpResponse:
    """Show one action: what it is, how it stands, its evidence and its effect."""
    today = timezone.localdate()
    keys.prefetch(action.key_kind, [action.key_id])
    (row,) = planned(request.user, [action], today)
    beside = Action.objects.filter(recommendation=action.recommendation_id)
    weaker = bool(action.recommendation_id) and action_plan.only_weaker(beside)
    evidence = list(action.evidence.select_related("given_by", "answered_by").order_by("given_at"))
    effects = list(action.effect_reviews.select_related("reviewed_by").order_by("due_on"))
    waiting = next((one for one in evidence if not one.answer), None)
    acts = {
        name: may(request.user, name, action)
        for name in (
            "report_progress",
            "give_action_evidence",
            "answer_evidence",
            "change_action",
            "drop_action",
            "review_effect",
        )
    }
    is_open = action.state == Action.State.OPEN
    return render(
        request,
        "casereview/action_plan/view.html",
        {
            "row": row,
            "action": action,
            "open": is_open,
            "evidence": evidence,
            "waiting": waiting,
            "effects": effects,
            "effect_waits": effect_review_of(action),
            "only_weaker": weaker,
            "strength": strengths().get(action.strength),
            "may": acts,
            "own": row.mine,
            "may_give": is_open and acts["give_action_evidence"] and action.done_on and not waiting,
            "may_answer": bool(waiting) and acts["answer_evidence"] and not row.mine,
        },
    )


def _act(
    request: HttpRequest,
    action: Action,
    form: Form,
    do: Callable[[], Any],
    *,
    heading: str,
    button: str,
    done: str,
    **shown: Any,
) -> HttpResponse:
    """Show a form about an action; when it is posted and valid, act, say so, and go back."""
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            if isinstance(form, SeenForm):
                form.take(again(action))
        else:
            messages.success(request, done)
            return redirect("view_action", action.pk)
    return render(
        request,
        "casereview/action_plan/form.html",
        {"action": action, "form": form, "heading": heading, "button": button, **shown},
    )


@action_view("report_progress")
def report_progress(request: HttpRequest, action: Action) -> HttpResponse:
    """Let the owner report how far an action is."""
    form = ProgressForm(
        posted(request),
        initial={
            "begun_on": action.begun_on,
            "blocked_by": action.blocked_by,
            "done_on": action.done_on,
            "done_note": action.done_note,
            "version": action.version,
        },
    )
    return _act(
        request,
        action,
        form,
        lambda: action_plan.report_progress(action=action, by=request.user, **form.answers()),
        heading="Report progress",
        button="Save",
        done="Your report is saved",
        lead="The colour follows from the days and the evidence; nobody chooses it.",
    )


@action_view("give_action_evidence")
def give_action_evidence(request: HttpRequest, action: Action) -> HttpResponse:
    """Let the owner say what shows that an action was done."""
    form = EvidenceForm(posted(request))
    return _act(
        request,
        action,
        form,
        lambda: action_plan.give_action_evidence(
            action=action, by=request.user, **form.cleaned_data
        ),
        heading="Give evidence",
        button="Send it",
        done="Your evidence waits for somebody else to look at it",
        lead="Somebody else accepts it or says what is missing.",
    )


@action_view("answer_evidence")
def answer_evidence(request: HttpRequest, action: Action, evidence: uuid.UUID) -> HttpResponse:
    """Accept evidence, or say what is missing."""
    found = (
        ActionEvidence.objects.filter(action=action, pk=evidence, answer="")
        .select_related("action", "action__case", "given_by")
        .first()
    )
    if found is None:
        return access.not_found()
    form = AnswerForm(posted(request))
    return _act(
        request,
        action,
        form,
        lambda: action_plan.answer_evidence(evidence=found, by=request.user, **form.facts()),
        heading="Look at the evidence",
        button="Save",
        done="The answer is recorded",
        quoted=found.text,
    )


@action_view("review_effect")
def review_effect(request: HttpRequest, action: Action) -> HttpResponse:
    """Record the highest link of the chain that is evidenced."""
    if effect_review_of(action) is None:
        return access.not_found()
    form = EffectForm(posted(request))
    return _act(
        request,
        action,
        form,
        lambda: action_plan.review_effect(action=action, by=request.user, **form.facts()),
        heading="What did it bring about?",
        button="Save",
        done="The effect review is recorded",
        lead="Choose the highest link for which there is evidence. A quiet year is no evidence: "
        "where events are rare, none or few are expected by chance.",
    )


@action_view("change_action")
def change_action(request: HttpRequest, action: Action) -> HttpResponse:
    """Change what an action is, who does it and by when."""
    people, agencies = choices(action)
    form = ChangeForm(
        posted(request),
        people=people,
        agencies=agencies,
        initial={
            "text": action.text,
            "strength": action.strength,
            "owner": str(action.owner_id or ""),
            "agency": str(action.agency_id or ""),
            "due_on": action.due_on,
            "version": action.version,
        },
    )
    return _act(
        request,
        action,
        form,
        lambda: action_plan.change_action(action=action, by=request.user, **chosen(form.answers())),
        heading="Change the action",
        button="Save",
        done="The action is changed",
    )


@action_view("drop_action")
def drop_action(request: HttpRequest, action: Action) -> HttpResponse:
    """Record that an action is no longer needed."""
    form = DropForm(posted(request), initial={"version": action.version})
    return _act(
        request,
        action,
        form,
        lambda: action_plan.drop_action(action=action, by=request.user, **form.answers()),
        heading="This action is no longer needed",
        button="Record it",
        done="Recorded",
        warning=True,
    )
