"""The programme of multi-agency case file audits: a year, an audit, and what is done with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casereview import access, keys
from casereview.access import role_view
from casereview.rules.return_year import ReturnYear
from casereview.views.acting import posted
from scr import audit_programme as programme
from scr.actions import auditing
from scr.actions.group_meetings import boards_of
from scr.audit_paper import grade_words
from scr.forms.audits import (
    ChangePlanForm,
    HeldForm,
    PlanAuditForm,
)
from scr.models import ThematicAudit
from scr.rules.audits import Act
from scr.views.audit_acting import act, kept, may_agree, with_reason
from scr.views.review_acting import attempt, reader

EARLIEST, LATEST = 2000, 2100


@role_view("list_audits")
def list_audits(request: HttpRequest, year: int = 0) -> HttpResponse:
    """Show the programme of a year: its audits, and the numbers for the annual report."""
    today = timezone.localdate()
    if year and not EARLIEST <= year <= LATEST:
        return access.not_found()
    shown = ReturnYear(year) if year else ReturnYear.containing(today)
    user = request.user
    boards = boards_of(user, *programme.READS)
    audits = list(
        programme.audits_of(user).filter(year=shown.ends_in).order_by("planned_on", "reference")
    )
    return render(
        request,
        "scr/audits/programme.html",
        {
            "year": shown,
            "years": programme.years(boards, today),
            "count": programme.year_count(boards, shown),
            "rows": [(one, programme.STAGES[programme.stage(one)]) for one in audits],
            "may_plan": access.can(user, "plan_audit"),
        },
    )


@role_view("plan_audit")
def plan_audit(request: HttpRequest, year: int) -> HttpResponse:
    """Add an audit to the programme of a year."""
    if not EARLIEST <= year <= LATEST:
        return access.not_found()
    shown = ReturnYear(year)
    boards = {str(one.pk): one for one in programme.boards_kept_by(request.user)}
    if not boards:
        return access.not_found()
    form = PlanAuditForm(
        posted(request), boards=[(key, one.name) for key, one in boards.items()], year=shown
    )
    planned: list[ThematicAudit] = []

    def do() -> None:
        board = boards[form.cleaned_data.get("board") or next(iter(boards))]
        planned.append(
            auditing.plan_audit(board=board, year=shown, by=request.user, **form.facts())
        )

    if request.method == "POST" and form.is_valid() and attempt(form, do):
        messages.success(request, f"{planned[0].reference} is in the programme")
        return redirect("scr:view_audit", planned[0].reference)
    return render(
        request,
        "scr/audits/form.html",
        {
            "form": form,
            "heading": f"Plan an audit for {shown}",
            "button": "Add it to the programme",
            "back_url": reverse("scr:list_audits_of", args=[shown.ends_in]),
            "back_label": "Back to the programme",
        },
    )


@role_view("view_audit")
def view_audit(request: HttpRequest, audit: str) -> HttpResponse:
    """Show one audit: its plan, what it found, and what is to be done next."""
    found = programme.audit_of(request.user, audit)
    if found is None:
        return access.not_found()
    user = reader(request)
    keys.prefetch("audit", [found.pk])
    children = programme.children_of(found)
    linked = programme.visible_cases(user, children)
    keeps = programme.keeps(user, found)
    agreeing = keeps and programme.may_now(found, Act.AGREE)
    return render(
        request,
        "scr/audits/page.html",
        {
            "audit": found,
            "seen": programme.seen_as(found),
            "year": ReturnYear(found.year),
            "stage": programme.STAGES[programme.stage(found)],
            "children": [
                {
                    "row": one,
                    "number": programme.number_of(one),
                    "grade": grade_words(one.grade),
                    "case": linked.get(one.case_id),
                }
                for one in children
            ],
            "keeps": keeps,
            "may": {str(act): keeps and programme.may_now(found, act) for act in Act},
            "agrees": agreeing and may_agree(user, found),
            "wrote": agreeing and user.pk in programme.writers_of(found),
            "takes_back": may_agree(user, found) and programme.may_now(found, Act.TAKE_BACK),
            "missing": programme.still_missing(found) if agreeing else [],
        },
    )


@role_view("change_audit_plan")
def change_audit_plan(request: HttpRequest, audit: str) -> HttpResponse:
    """Change the plan of an audit, or plan a postponed one again."""
    found = kept(request, audit)
    if found is None:
        return access.not_found()
    form = ChangePlanForm(
        posted(request),
        year=ReturnYear(found.year),
        initial={
            "version": found.version,
            "month": found.planned_on.isoformat(),
            **{name: getattr(found, name) for name in auditing.PLAN if name != "planned_on"},
        },
    )
    return act(
        request,
        found,
        form,
        lambda: auditing.change_audit_plan(audit=found, by=request.user, **form.facts()),
        heading="Change the plan of the audit",
        button="Save the plan",
        done="The audit is planned",
    )


@role_view("postpone_audit")
def postpone_audit(request: HttpRequest, audit: str) -> HttpResponse:
    """Postpone an audit, with the reason."""
    return with_reason(
        request,
        audit,
        auditing.postpone_audit,
        heading="Postpone the audit",
        lead="It stays in the programme of its year. Plan it again once there is a new month.",
        done="The audit is postponed",
    )


@role_view("cancel_audit")
def cancel_audit(request: HttpRequest, audit: str) -> HttpResponse:
    """Cancel an audit, with the reason."""
    return with_reason(
        request,
        audit,
        auditing.cancel_audit,
        heading="Cancel the audit",
        lead="It stays in the programme of its year as cancelled. This cannot be undone.",
        done="The audit is cancelled",
        warning=True,
    )


@role_view("record_audit_held")
def record_audit_held(request: HttpRequest, audit: str) -> HttpResponse:
    """Record the day an audit was held."""
    found = kept(request, audit)
    if found is None:
        return access.not_found()
    form = HeldForm(posted(request))
    return act(
        request,
        found,
        form,
        lambda: auditing.record_audit_held(audit=found, by=request.user, **form.cleaned_data),
        heading="Record that the audit was held",
        button="Record the day",
        done="Recorded: the audit was held",
    )
