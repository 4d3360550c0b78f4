"""First judgements on a case: asking for them, giving one's own, opening them together."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview.access import case_view, role_view
from casereview.actions import NotAllowed
from casereview.models import Case
from casereview.records import Conflict
from cdop import agreement_page, like_cases
from cdop.actions import judging
from cdop.first_judgements import shown
from cdop.forms.judging import FirstJudgementForm
from cdop.views.reviews import back_to_review, page

CHANGED = "You gave another first judgement meanwhile. Check this one: saving it replaces that."


@case_view("begin_judgement_round")
def begin_judgement_round(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask the members of the next meeting for their first judgements."""
    if request.method == "POST":
        try:
            judging.begin_judgement_round(case=case, by=request.user)
            messages.success(request, "First judgements are asked for")
        except NotAllowed as refusal:
            messages.warning(request, str(refusal))
        return back_to_review(case)
    return render(
        request,
        "cdop/judging/begin.html",
        page(request, case, judgements=shown(request.user, case)),
    )


@case_view("give_first_judgement")
def give_first_judgement(request: HttpRequest, case: Case) -> HttpResponse:
    """Give one's own first judgement, or change it until they are opened."""
    state = shown(request.user, case)
    if not state["may_give"]:
        messages.info(request, "No first judgement of yours is asked for on this case.")
        return back_to_review(case)
    asked = judging.open_round_of(case)
    own = judging.own_judgement(asked, request.user) if asked else None
    form = FirstJudgementForm(
        request.POST if request.method == "POST" else None,
        initial=own.judgement if own else None,
    )
    if form.is_valid():
        try:
            judging.give_first_judgement(
                case=case, by=request.user, said=form.said, seen=_seen(request)
            )
            messages.success(request, "Your first judgement is kept, sealed")
            return back_to_review(case)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.show_theirs()
    return render(
        request,
        "cdop/judging/give.html",
        page(
            request,
            case,
            form=form,
            seen=own.version if own else 0,
            given_at=state["given_at"],
            like=like_cases.like_cases(request.user, case),
        ),
    )


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@case_view("open_judgement_round")
def open_judgement_round(request: HttpRequest, case: Case) -> HttpResponse:
    """Open the first judgements together; only the counts stay."""
    if request.method == "POST":
        try:
            judging.open_judgement_round(case=case, by=request.user)
            messages.success(request, "First judgements opened: only the counts are kept")
        except NotAllowed as refusal:
            messages.warning(request, str(refusal))
        except Conflict:
            messages.warning(request, "Somebody else opened them meanwhile.")
        return back_to_review(case)
    return render(
        request,
        "cdop/judging/open.html",
        page(request, case, judgements=shown(request.user, case)),
    )


@role_view("view_agreement")
def view_agreement(request: HttpRequest) -> HttpResponse:
    """Show how far first judgements agree, question by question, over the years."""
    return render(
        request, "cdop/judging/agreement.html", agreement_page.agreement_for(request.user)
    )
