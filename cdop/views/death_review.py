"""A child death review from 2018: its page, people, meeting, and moving a review onto its form."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, care
from casereview.access import case_view, role_view
from casereview.actions import NotAllowed
from casereview.case_header import about
from casereview.models import Case
from casereview.records import Conflict
from casereview.views.acting import act, posted
from cdop import codes, death_review_page
from cdop.actions import death_review as actions
from cdop.actions.carrying_over import NOT_TO_MOVE, carry_over_form_c, may_move, plan_of
from cdop.actions.standing_review import label_of, review_of
from cdop.form_sets import FormSet, lists, today_s
from cdop.forms.death_review import AnalysisDraftForm, MeetingForm, PeopleForm
from cdop.models import DeathReviewMeeting, DeathReviewWork
from cdop.report_questions import supplement_of
from cdop.views import review_shown

BACK = "cdop:view_death_review"


@case_view("view_death_review")
@care.opens("death_review")
def view_death_review(request: HttpRequest, case: Case) -> HttpResponse:
    """Show which forms the death is on and why, its people, its meeting and its clocks."""
    shown = death_review_page.page(case, timezone.localdate())
    perinatal = death_review_page.counts_as_perinatal(shown["perinatal"])
    held = shown.get("meeting")
    notice = care.notice(request, case, "death_review") if held and held.held_on else None
    return render(
        request,
        "cdop/death_review/page.html",
        {**about(request.user, case, BACK), **shown, "perinatal": perinatal, "notice": notice},
    )


@case_view("record_death_review_people")
def record_people(request: HttpRequest, case: Case) -> HttpResponse:
    """Record the lead health professional, the medical examiner, and what the form asks beside."""
    if not today_s(case):
        return access.not_found()
    found = DeathReviewWork.objects.filter(case=case)
    work = found.first() or DeathReviewWork(case=case)
    initial: dict[str, Any] = {name: getattr(work, name) for name in actions.PEOPLE}
    form = PeopleForm(posted(request), initial={**initial, "version": work.version})
    return act(
        request,
        case,
        form,
        lambda: actions.record_death_review_people(case=case, by=request.user, **form.answers()),
        back=BACK,
        heading="People of the review",
        button="Save",
        done="Saved",
        lead="The key worker is recorded on the family’s page.",
        now=found.first,
    )


@case_view("record_death_review_meeting")
def record_meeting(request: HttpRequest, case: Case) -> HttpResponse:
    """Record the one meeting of a death before the panel."""
    if not today_s(case):
        return access.not_found()
    found = DeathReviewMeeting.objects.filter(case=case)
    meeting = found.first() or DeathReviewMeeting(case=case)
    initial: dict[str, Any] = {name: getattr(meeting, name) for name in actions.MEETING}
    initial |= {"attended": list(meeting.attended or {}), "version": meeting.version}
    form = MeetingForm(
        posted(request), wrong_with=lambda said: actions.wrong_with(case, said), initial=initial
    )
    return act(
        request,
        case,
        form,
        lambda: actions.record_death_review_meeting(case=case, by=request.user, **form.answers()),
        back=BACK,
        heading="Child death review meeting",
        button="Save",
        done="Saved",
        lead="One for each death, chaired by somebody who did not treat the child.",
        now=found.first,
    )


@case_view("draft_analysis_form")
def draft_analysis_form(request: HttpRequest, case: Case) -> HttpResponse:
    """Draft the analysis form from the meeting, for the panel to agree."""
    if not today_s(case):
        return access.not_found()
    typed = posted(request)
    form = AnalysisDraftForm(
        typed, identifying=review_shown.identifying(case) if typed is not None else ()
    )
    return act(
        request,
        case,
        form,
        lambda: actions.draft_analysis_form(
            case=case,
            by=request.user,
            **{name: text or "" for name, text in form.answers.items()},
        ),
        back=BACK,
        heading="Draft the analysis form for the panel",
        button="Hand it to the panel",
        done="The draft is with the panel’s review: the panel agrees it",
        lead="Only what the panel’s review leaves blank is filled. The panel decides.",
    )


@case_view("carry_over_form_c")
def carry_over(request: HttpRequest, case: Case) -> HttpResponse:
    """Show what would come over from Form C and what would be lost; then carry it over."""
    review = review_of(case)
    if not may_move(review):
        messages.info(request, NOT_TO_MOVE)
        return redirect("cdop:view_panel_review", case.reference)
    error = ""
    if request.method == "POST":
        try:
            carry_over_form_c(case=case, by=request.user)
        except NotAllowed as refusal:
            error = str(refusal)
        except Conflict:
            error = "Somebody else changed the review meanwhile. Look at it again, then carry over."
        else:
            messages.success(request, "Carried over to the analysis form")
            return redirect("cdop:view_panel_review", case.reference)
    plan = plan_of(review_of(case))
    known = lists(FormSet.CDR)
    review.not_carried = [
        {"what": one.what, "old": one.old, "new": one.new, "factor": one.factor}
        for one in plan.losses
    ]
    return render(
        request,
        "cdop/death_review/carry_over.html",
        {
            **about(request.user, case, "cdop:view_panel_review"),
            "lines": [
                {
                    "old": label_of(line),
                    "old_level": line.influence,
                    "new": known.factor.label(to.factor) if to.factor else label_of(line),
                    "new_level": to.influence,
                    "whom": line.get_in_whom_display() if line.in_whom else "",
                }
                for line, to in plan.lines
            ],
            "lost": review_shown.not_carried(review),
            "error": error,
        },
    )


@role_view("view_crosswalk")
def view_crosswalk(request: HttpRequest) -> HttpResponse:
    """Show what corresponds to what before and after 2018, and what is lost between."""
    rows = codes.code_list("cdr_crosswalk").codes
    abc = lists(FormSet.ABC)
    factors = [
        {
            "new": code,
            "old": [abc.factor.label(each) for each in code.extra.get("form_c", ())],
            "lost": [abc.factor.label(each) for each in code.extra.get("lost", ())],
        }
        for code in lists(FormSet.CDR).factor.codes
    ]
    return render(
        request,
        "cdop/death_review/crosswalk.html",
        {
            "rows": rows,
            "lost": [row for row in rows if row.extra.get("lost")],
            "factors": factors,
            "changes": codes.code_list("cdr_form_change").codes,
            "forms": [
                {
                    "form": one,
                    "questions": len(found.questions)
                    if (found := supplement_of(one.code))
                    else None,
                }
                for one in codes.code_list("cdr_form").codes
            ],
        },
    )
