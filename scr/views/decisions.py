"""The decision: what it rests on, the decision itself, the national panel, another chair's view."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.case_header import about
from casereview.models import Board, Case
from casereview.records import Conflict
from casereview.step_up import step_up_required
from casereview.views.acting import act, again, posted
from scr import decision_page
from scr.actions import advising, deciding
from scr.forms.deciding import AdviceForm, ChallengeAnswerForm, ChallengeForm, DecisionForm
from scr.models import Decision
from scr.options import options
from scr.rules.deciding import CHAIR, Decider
from scr.rules.options import decidable
from scr.rules.stages import Act, may, refusal
from scr.standing import Standing

BACK = "scr:view_decision"
CHANGED = (
    "Another decision was made while you were typing. Read it on the page of the decision, then "
    "decide again if you still want to: what you typed is below"
)


@case_view("view_decision")
def view_decision(request: HttpRequest, case: Case) -> HttpResponse:
    """Show what is decided and why, on what it rests, and what the national panel said."""
    user = request.user
    shown = decision_page.basis(case, timezone.localdate(), deciding=True)
    found: Standing = shown["standing"]
    return render(
        request,
        "scr/decision/page.html",
        {
            **about(user, case, BACK),
            **shown,
            **_decided(case, found),
            "decide_by": decision_page.may_decide(user, case, found),
            "again": bool(found.decisions),
            "waits": decision_page.waits(found),
            "may_advise": _may(user, case, found, "record_national_advice", Act.RECORD_ADVICE),
            "may_ask": _may(user, case, found, "ask_peer_challenge", Act.ASK_CHALLENGE),
            "may_answer": _may(user, case, found, "answer_peer_challenge", Act.ANSWER_CHALLENGE),
        },
    )


def _decided(case: Case, found: Standing) -> dict[str, Any]:
    return {
        "decisions": decision_page.decisions(case, found),
        "partners": decision_page.partners(found) if found.decider == Decider.PARTNERS else None,
        "national": decision_page.national(case, found),
    }


def _may(user, case: Case, found: Standing, action: str, what: Act) -> bool:
    return found.may(what) and access.can(user, action, case)


@case_view("decide_scr")
@step_up_required
def decide_scr(request: HttpRequest, case: Case) -> HttpResponse:
    """Decide as the independent chair; a further decision is linked to the one before."""
    return _decide(request, case, CHAIR, deciding.decide_scr)


@case_view("decide_local_review")
@step_up_required
def decide_local_review(request: HttpRequest, case: Case) -> HttpResponse:
    """Decide as the delegate of one safeguarding partner, for that partner alone."""
    capacity = deciding.capacity_of(request.user)
    return _decide(request, case, capacity, deciding.decide_local_review)


def _decide(
    request: HttpRequest, case: Case, capacity: str, do: Callable[..., Decision]
) -> HttpResponse:
    shown = decision_page.basis(case, timezone.localdate(), deciding=True)
    found: Standing = shown["standing"]
    words = _not_now(found, capacity)
    if words or shown["edition"] is None:
        messages.warning(request, words)
        return redirect(BACK, case.reference)
    form = DecisionForm(
        posted(request),
        options=decidable(options(), found.decided_by_edition),
        framework=shown["edition"],
        tool=decision_page.tool_says(found.answered.assessment if found.answered else None),
        initial={"decided_on": timezone.localdate()},
    )
    # The key of what one has read travels with the form, and is compared when it is saved.
    now = decision_page.seen_key(found, capacity)
    seen = request.POST.get("seen", "") if request.method == "POST" else now
    if form.is_valid():
        try:
            do(case=case, by=request.user, seen=seen, **form.answers())
        except NotAllowed as refused:
            form.add_error(None, str(refused))
        except Conflict:
            form.add_error(None, CHANGED)
            seen = now
        else:
            messages.success(request, "Your decision is recorded and signed")
            return redirect(BACK, case.reference)
    return render(
        request,
        "scr/decision/decide.html",
        {
            **about(request.user, case, BACK),
            **shown,
            **_decided(case, found),
            "form": form,
            "seen": seen,
            "again": found.latest(capacity) is not None,
            "as_partner": decision_page.CAPACITIES.get(capacity, "") if capacity != CHAIR else "",
        },
    )


def _not_now(found: Standing, capacity: str) -> str:
    """Return why the decision cannot be made now by whoever asks; empty where it can."""
    stage = found.stage
    if not may(stage, Act.DECIDE) and not may(stage, Act.DECIDE_AGAIN):
        return refusal(stage, Act.DECIDE)
    if found.answered is None:
        return "Wait for the group’s recommendation: the decision answers it"
    if found.decider == Decider.CHAIR and capacity != CHAIR:
        return "Leave the decision to the independent chair, whose it is"
    if found.decider == Decider.PARTNERS and capacity == CHAIR:
        return "Leave the decision to the three safeguarding partners, whose it is"
    if found.decider == Decider.PARTNERS and not capacity:
        return "Ask the administrator to record your agency: it is none of the three partners’"
    if found.decider == Decider.PARTNERS and not deciding.notified(found):
        return "Record the authority’s notification to the national Panel first"
    return ""


@case_view("record_national_advice")
def record_national_advice(request: HttpRequest, case: Case) -> HttpResponse:
    """Record what the national panel advised."""
    form = AdviceForm(posted(request), initial={"about": "decision"})
    return act(
        request,
        case,
        form,
        lambda: advising.record_national_advice(case=case, by=request.user, **form.cleaned_data),
        back=BACK,
        heading="What the national panel said",
        button="Record it",
        done="Recorded. The decision stands until a further one is made",
        lead="The board has regard to the advice; the decision stays with whom it is. What you "
        "record here cannot be changed.",
    )


@case_view("ask_peer_challenge")
def ask_peer_challenge(request: HttpRequest, case: Case) -> HttpResponse:
    """Record that another area's chair was asked to look at the decision."""
    form = ChallengeForm(posted(request))

    def do() -> Any:
        typed = dict(form.cleaned_data)
        code = typed.pop("challenger_board")
        board = Board.objects.filter(code=code).first() if code else None
        return advising.ask_peer_challenge(
            case=case, by=request.user, challenger_board=board, **typed
        )

    return act(
        request,
        case,
        form,
        do,
        back=BACK,
        heading="Ask another area’s chair",
        button="Record it",
        done="Recorded",
        lead="Record that the chair of another board was asked to look at the latest decision.",
    )


@case_view("answer_peer_challenge")
def answer_peer_challenge(request: HttpRequest, case: Case, challenge: uuid.UUID) -> HttpResponse:
    """Record what the other chair thought, and what followed."""
    found = case.peer_challenges.filter(pk=challenge).first()
    if found is None:
        return access.not_found()
    names = ("answered_on", "view", "what_followed")
    initial = {name: getattr(found, name) for name in names}
    form = ChallengeAnswerForm(posted(request), initial={**initial, "version": found.version})
    return act(
        request,
        case,
        form,
        lambda: advising.answer_peer_challenge(challenge=found, by=request.user, **form.answers()),
        back=BACK,
        heading="What the other chair thought",
        button="Record it",
        done="Recorded",
        now=lambda: again(found),
    )
