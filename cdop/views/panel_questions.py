"""What a panel asked before it goes on, and the points its chair checks."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casereview import access, case_header
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.models import Case
from casereview.records import Conflict
from casereview.views.acting import again
from cdop import actions
from cdop.actions.asking import BEFORE_PANEL
from cdop.forms.room import AnswerForm, PointsForm
from cdop.models import CheckPoint, DeferralQuestion
from cdop.views import review_shown

CHANGED = "Somebody else changed this while you had it open. Check it and try again."


@case_view("view_panel_questions")
def view_panel_questions(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the questions of the panel with their answers, and the points to check."""
    return render(
        request,
        "cdop/questions/list.html",
        case_header.about(request.user, case, "cdop:view_panel_questions")
        | {
            "questions": DeferralQuestion.objects.filter(case=case)
            .select_related("agency", "item__meeting", "returns_to")
            .order_by("due_on", "pk"),
            "points": CheckPoint.objects.filter(case=case)
            .select_related("checked_by", "item__meeting")
            .order_by("pk"),
            "may_answer": access.can(request.user, "answer_panel_question", case),
            "may_check": access.can(request.user, "check_points", case),
        },
    )


@case_view("answer_panel_question")
def answer_panel_question(request: HttpRequest, case: Case, question: uuid.UUID) -> HttpResponse:
    """Record the answer to a question of the panel."""
    asked = (
        DeferralQuestion.objects.filter(case=case, pk=question)
        .select_related("agency", "item__meeting", "case")
        .first()
    )
    if asked is None:
        return access.not_found()
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        identifying=review_shown.identifying(case),
        initial={
            "answer": asked.answer or "",
            "answered_on": asked.answered_on,
            "version": asked.version,
        },
    )
    if form.is_valid():
        try:
            actions.answer_panel_question(
                question=asked,
                by=request.user,
                answer=form.cleaned_data["answer"],
                answered_on=form.cleaned_data["answered_on"],
                version=form.cleaned_data["version"],
            )
            messages.success(request, "Answer recorded")
            return redirect("cdop:view_panel_questions", case.reference)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(asked))
    return render(
        request,
        "cdop/questions/answer.html",
        case_header.about(request.user, case, "cdop:view_panel_questions")
        | {"form": form, "asked": asked, "ask_url": _ask_url(request.user, case, asked)},
    )


def _ask_url(user, case: Case, asked: DeferralQuestion) -> str:
    """Return where an agency is sent the question as a request; empty where it is not."""
    waits = asked.agency_id is not None and asked.answered_on is None
    if not (waits and case.stage in BEFORE_PANEL and access.can(user, "request_report", case)):
        return ""
    return reverse("cdop:request_report", args=[case.reference]) + f"?for={asked.pk}"


@case_view("check_points")
def check_points(request: HttpRequest, case: Case) -> HttpResponse:
    """Record which of the named points the chair has checked."""
    points = {str(one.pk): one for one in CheckPoint.objects.filter(case=case, checked_at=None)}
    form = PointsForm(
        request.POST if request.method == "POST" else None,
        points=[(key, one.point or "") for key, one in points.items()],
    )
    if form.is_valid():
        try:
            chosen = [points[key] for key in form.cleaned_data["points"]]
            actions.check_points(case=case, by=request.user, points=chosen)
            messages.success(request, "Points checked")
            if len(chosen) == len(points):
                return redirect("cdop:complete_panel_review", case.reference)
            return redirect("cdop:view_panel_questions", case.reference)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
    return render(
        request,
        "cdop/questions/points.html",
        case_header.about(request.user, case, "cdop:view_panel_questions")
        | {"form": form, "any": bool(points)},
    )
