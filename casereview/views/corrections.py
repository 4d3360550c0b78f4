"""Correcting what is on record about a child and a case, with a reason."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from casereview import access, corrections
from casereview.access import case_view
from casereview.case_header import about
from casereview.forms.corrections import CorrectionForm
from casereview.forms.seen import beside
from casereview.models import Case
from casereview.records import Conflict
from casereview.rules.working_days import in_words
from casereview.step_up import step_up_required

CONFLICT = (
    "Look at the case again before you save: somebody else has changed it since you opened this "
    "page. What you typed is below, and beside it what they saved."
)


@case_view("correct_record")
@step_up_required  # the form holds the NHS number in full
def correct_record(request: HttpRequest, case: Case) -> HttpResponse:
    """Correct the record in two steps: what is typed, then what it changes and moves."""
    typed = request.POST if request.method == "POST" else None
    form = CorrectionForm(typed, case=case, initial=_initial(case))
    context: dict[str, Any] = {**about(request.user, case), "form": form}
    if form.is_bound and form.is_valid() and "again" not in request.POST:
        changed = corrections.changed(case, form.cleaned_data)
        if not changed:
            form.add_error(None, "Change at least one answer, or go back to the case")
        elif _stale(case, form):
            _conflict(form, case)
        elif "confirmed" in request.POST:
            try:
                corrections.correct(
                    case,
                    changed,
                    versions=_versions(form),
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                )
            except Conflict:
                _conflict(form, Case.objects.select_related("child").get(pk=case.pk))
            else:
                messages.success(request, f"{case.reference} is corrected")
                seen = access.can(request.user, "view_case", case)
                return redirect("view_case", case.reference) if seen else redirect("your_work")
        else:
            context["moves"] = corrections.moves(case, changed)
            context["changed"] = [
                {
                    "label": form.fields[one.field].label,
                    "old": _shown(form, one.field, one.old),
                    "new": _shown(form, one.field, one.new),
                }
                for one in changed
            ]
            context["typed"] = [
                (name, value)
                for name, values in request.POST.lists()
                if name != "csrfmiddlewaretoken"
                for value in values
            ]
            return render(request, "casereview/correct_check.html", context)
    return render(request, "casereview/correct.html", context)


def _initial(case: Case) -> dict[str, Any]:
    return {
        **corrections.now(case),
        "case_version": case.version,
        "child_version": case.child.version,
    }


def _versions(form: CorrectionForm) -> tuple[int, int]:
    return form.cleaned_data["case_version"], form.cleaned_data["child_version"]


def _stale(case: Case, form: CorrectionForm) -> bool:
    return (case.version, case.child.version) != _versions(form)


def _conflict(form: CorrectionForm, case: Case) -> None:
    """Say so, and let what was typed be checked against what stands now."""
    form.add_error(None, CONFLICT)
    form.theirs = beside(form, corrections.now(case))
    typed = cast(QueryDict, form.data).copy()
    typed["case_version"], typed["child_version"] = str(case.version), str(case.child.version)
    form.data = typed


def _shown(form: CorrectionForm, name: str, value: Any) -> str:
    if isinstance(value, date):
        return in_words(value)
    choices = dict(getattr(form.fields[name], "choices", []) or [])
    return str(choices.get(value, value) if value else "") or "Nothing"
