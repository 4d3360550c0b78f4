"""The decision tool: its page, one question at a time, and the lock."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, keys
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.case_header import about
from casereview.models import Case
from casereview.records import Conflict
from casereview.views.acting import act, posted
from scr import criteria_page
from scr.actions import assessing
from scr.actions.referring import editions_on, leading, places_of
from scr.criteria_files import framework_named, frameworks
from scr.forms.criteria import AnswerForm, BeginForm, LockForm
from scr.models import CriteriaAssessment
from scr.record_says import record_says
from scr.referrals import current_assessment, current_referral, edition_of
from scr.rules.frameworks import Question

PAGE = "scr:view_criteria"
CHANGED = (
    "Somebody else answered this question while you were typing. Their answer is shown below; "
    "compare the two, then save again"
)


@case_view("view_scr")
def view_criteria(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the decision tool: what still matters first, and what it says so far."""
    keys.prefetch("case", [case.pk])
    referral = current_referral(case)
    if referral is None:
        return redirect("scr:view_scr", case.reference)
    assessment = current_assessment(referral)
    shown = {
        **about(request.user, case, PAGE),
        "referral": referral,
        "edition": edition_of(referral),
        "others": criteria_page.other_assessments(case, assessment),
    }
    applying = editions_on(referral.referred_on, referral.board)
    shown["who_leads"] = leading(applying, places_of(case, referral))
    if assessment is not None:
        shown |= criteria_page.page(assessment, timezone.localdate())
        if assessment.locked_at is not None:
            shown["result"] = criteria_page.shown_as_locked(assessment)
    return render(request, "scr/criteria/page.html", shown)


@case_view("view_scr")
def view_assessment(request: HttpRequest, case: Case, key: uuid.UUID) -> HttpResponse:
    """Show an assessment that was locked, with what the tool said then."""
    keys.prefetch("case", [case.pk])
    assessment = (
        case.criteria_assessments.exclude(locked_at=None)
        .select_related("referral", "locked_by", "assessed_by", "case")
        .filter(pk=key)
        .first()
    )
    if assessment is None:
        return access.not_found()
    shown = {
        **about(request.user, case, PAGE),
        **criteria_page.page(assessment, timezone.localdate()),
        "referral": assessment.referral,
        "result": criteria_page.shown_as_locked(assessment),
        "one_of_several": True,
    }
    return render(request, "scr/criteria/page.html", shown)


@case_view("assess_scr_criteria")
def begin_assessment(request: HttpRequest, case: Case) -> HttpResponse:
    """Begin to assess the criteria, by the edition of the referral or another."""
    referral = current_referral(case)
    if referral is None:
        return redirect("scr:view_scr", case.reference)
    own = edition_of(referral)
    editions = [one for one in frameworks() if one.nation == own.nation and one.since >= own.since]
    form = BeginForm(posted(request), editions=editions, own=own.id)
    return act(
        request,
        case,
        form,
        lambda: assessing.begin_assessment(
            referral=referral, by=request.user, framework=form.chosen
        ),
        back=PAGE,
        heading="Begin to assess the criteria",
        button="Begin",
        done="The assessment has begun: answer what still matters first",
        lead="A case keeps the edition of the day of its referral. Choose a later one only for a "
        "second assessment beside the first. What was answered before is carried over.",
    )


@case_view("assess_scr_criteria")
def answer_criterion(request: HttpRequest, case: Case, question: str) -> HttpResponse:
    """Answer one question of the open assessment."""
    assessment = _open(case)
    asked = _question(assessment, question) if assessment else None
    if assessment is None or asked is None:
        return access.not_found()
    keys.prefetch("case", [case.pk])
    rows = assessing.answers_by_question(assessment).get(asked.id, [])
    standing = rows[0] if rows else None
    seen = str(standing.pk) if standing else ""
    form = AnswerForm(posted(request), question=asked, initial={"seen": seen})
    if form.is_bound and form.is_valid():
        try:
            assessing.answer_criterion(
                assessment=assessment, question=asked.id, by=request.user, **form.cleaned_data
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            data = form.data.copy()  # type: ignore[attr-defined]
            data["seen"] = seen
            form.data = data
        else:
            messages.success(request, _said(assessment))
            return redirect(PAGE, case.reference)
    return render(
        request,
        "scr/criteria/answer.html",
        {
            **about(request.user, case, PAGE),
            "form": form,
            "asked": criteria_page.Asked(
                asked, standing, rows[1:], says=record_says(case, assessment.referral).get(asked.id)
            ),
        },
    )


def _open(case: Case) -> CriteriaAssessment | None:
    referral = current_referral(case)
    found = current_assessment(referral) if referral else None
    return found if found is not None and found.locked_at is None else None


def _question(assessment: CriteriaAssessment, name: str) -> Question | None:
    edition = framework_named(assessment.framework)
    return next((one for one in edition.questions if one.id == name), None)


def _said(assessment: CriteriaAssessment) -> str:
    result = assessing.result_of(assessment)
    return f"Answer kept. {result.label}."


@case_view("assess_scr_criteria")
def lock_assessment(request: HttpRequest, case: Case) -> HttpResponse:
    """Lock the assessment with what the tool says of its answers."""
    assessment = _open(case)
    if assessment is None:
        return redirect(PAGE, case.reference)
    keys.prefetch("case", [case.pk])
    result = assessing.result_of(assessment)
    form = LockForm(posted(request))
    return act(
        request,
        case,
        form,
        lambda: assessing.lock_assessment(assessment=assessment, by=request.user),
        back=PAGE,
        heading="Lock the assessment",
        button="Lock the assessment",
        done="The assessment is locked",
        lead="Locked, it keeps every answer and what the tool said of them. It is not changed any "
        "more; new information begins another. The tool recommends nothing that a person must "
        "follow.",
        quoted=f"{result.label}.",
    )
