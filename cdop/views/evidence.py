"""The evidence of a case side by side, and settling where agencies contradict each other."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access, care
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.case_header import about
from casereview.models import Case, Person
from casereview.records import Conflict
from cdop.actions.contradicting import CANNOT_BE_KNOWN
from cdop.actions.contradicting import settle_contradiction as settle
from cdop.contradictions import of_case
from cdop.evidence import evidence_of
from cdop.forms.asking import SettleForm
from cdop.report_questions import answer_label, question_text

PAGE = "cdop:view_evidence"


@case_view("view_evidence")
@care.opens("evidence")
def view_evidence(request: HttpRequest, case: Case) -> HttpResponse:
    """Show every question with each agency's answer; contradictions first."""
    notice = care.notice(request, case, "evidence")
    return render(
        request,
        "cdop/reports/evidence.html",
        {
            **about(request.user, case, PAGE),
            "notice": notice,
            "evidence": None if notice and notice.closed else evidence_of(request.user, case),
            "may_settle": access.can(request.user, "settle_contradiction", case),
            "known": access.can(request.user, "view_identity", case),
        },
    )


@case_view("settle_contradiction")
def settle_contradiction(
    request: HttpRequest, case: Case, question: str, person: uuid.UUID | None = None
) -> HttpResponse:
    """Settle one contradiction: which answer stands for the review, and why."""
    key = (question, person)
    differing = next((one for one in of_case(case) if (one.question, one.about) == key), None)
    if differing is None:
        return access.not_found()
    answers = [(code, answer_label(question, code)) for code in differing.codes]
    form = SettleForm(
        request.POST if request.method == "POST" else None,
        answers=[*answers, (CANNOT_BE_KNOWN, "It cannot be known")],
    )
    if form.is_bound and form.is_valid():
        try:
            settle(
                case=case,
                question=question,
                about=Person.objects.get(pk=person) if person else None,
                code=form.cleaned_data["code"],
                text=form.cleaned_data["text"],
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, "Somebody else settled this meanwhile: look at the evidence again")
        else:
            messages.success(request, "The contradiction is settled")
            return redirect(PAGE, case.reference)
    clash = next(
        one
        for one in evidence_of(request.user, case).clashes
        if (one.question_code, one.about_key) == key
    )
    return render(
        request,
        "cdop/reports/settle.html",
        {
            **about(request.user, case, PAGE),
            "form": form,
            "clash": clash,
            "question": question_text(question),
        },
    )
