"""Copying a case to the national database by hand: the sheet, and saying that it was done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import access
from casereview.access import case_view
from casereview.case_header import about
from casereview.models import Case
from casereview.step_up import step_up_required
from casereview.views.acting import act, posted
from cdop import copy_sheet
from cdop.actions import death_review as actions
from cdop.form_sets import today_s
from cdop.forms.death_review import CopiedForm

BACK = "cdop:view_death_review"


@case_view("copy_to_national_database")
@step_up_required
def copy_to_national_database(request: HttpRequest, case: Case, form: str) -> HttpResponse:
    """Show one form of a case, each answer in a box that can be selected and copied."""
    if form not in copy_sheet.TITLES or not today_s(case):
        return access.not_found()
    return render(
        request,
        "cdop/death_review/copy.html",
        {
            **about(request.user, case, BACK),
            "sheet": copy_sheet.sheet_of(request.user, case, form),
            "sheets": list(copy_sheet.TITLES.items()),
        },
    )


@case_view("record_copied")
def record_copied(request: HttpRequest, case: Case, form: str) -> HttpResponse:
    """Record that a person copied a form to the national database."""
    if form not in copy_sheet.TITLES or not today_s(case):
        return access.not_found()
    filled = CopiedForm(posted(request))
    return act(
        request,
        case,
        filled,
        lambda: actions.record_copied(case=case, form=form, by=request.user, **filled.cleaned_data),
        back=BACK,
        heading=f"{copy_sheet.TITLES[form]}: copied to the national database",
        button="Record that it was copied",
        done="Recorded that it was copied",
        lead="This records what you did yourself. Nothing is sent from here.",
    )
