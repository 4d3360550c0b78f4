"""Names that go to member agencies before a meeting: sending them, looking them up, answering."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, audit, keys
from casereview.access import role_view
from casereview.actions import record_checks as actions
from casereview.actions.admissions import NotAllowed
from casereview.forms.record_checks import AnswerForm, SendForm
from casereview.models import Agency, Case, Child, Meeting, RecordCheck
from casereview.record_checks import OVER, agenda_cases, checks_for, meetings_with_checks
from casereview.records import Conflict
from casereview.rules import nhs_numbers
from casereview.step_up import step_up_required
from casereview.views.acting import again, posted
from casereview.views.attendance import managed
from casereview.views.people import CONFLICT


@role_view("send_record_checks")
@step_up_required
def send_record_checks(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the names of a meeting's cases to member agencies, and show what they answered."""
    meeting = managed(request.user, pk)
    if meeting is None or not meeting.panel.names_first:
        return access.not_found()
    cases = agenda_cases(request.user, meeting)
    agencies = _member_agencies(meeting)
    leads = actions.leads_by_agency(agencies)
    over = meeting.state in OVER or meeting.held_on < timezone.localdate()
    able = [agency for agency in agencies if leads[agency]]
    form = SendForm(
        posted(request),
        cases=[(str(case.pk), case.reference) for case in cases],
        agencies=[(str(agency.pk), agency.name) for agency in able],
        initial={
            "cases": [str(case.pk) for case in cases],
            "agencies": [str(agency.pk) for agency in able],
        },
    )
    if request.method == "POST" and not over and form.is_valid():
        chosen = form.cleaned_data
        try:
            sent = actions.send_record_checks(
                meeting=meeting,
                cases=[case for case in cases if str(case.pk) in chosen["cases"]],
                agencies=[agency for agency in able if str(agency.pk) in chosen["agencies"]],
                by=request.user,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            many = "name" if len(sent) == 1 else "names"
            messages.success(request, f"{len(sent)} {many} sent. The leads are told that they wait")
            return redirect("send_record_checks", meeting.pk)
    return render(
        request,
        "casereview/record_checks/send.html",
        {
            "meeting": meeting,
            "form": form,
            "over": over,
            "nobody_leads": [agency for agency in agencies if not leads[agency]],
            "able": able,
            "rows": _sent(meeting, cases, agencies),
        },
    )


def _member_agencies(meeting: Meeting) -> list[Agency]:
    invited = meeting.attendances.values("agency")
    return list(Agency.objects.filter(pk__in=invited, retired_on=None).order_by("name"))


def _sent(meeting: Meeting, cases: list[Case], agencies: list[Agency]) -> list[dict[str, Any]]:
    """What each agency was sent and answered, and which has withdrawn, case by case."""
    keys.prefetch("case", [case.pk for case in cases])
    away = actions.withdrawn_agencies(cases)
    found = RecordCheck.objects.filter(meeting=meeting, case__in=cases)
    sent = {(one.case_id, one.agency_id): one for one in found.select_related("answered_by")}
    return [
        {
            "case": case,
            "agencies": [
                {
                    "agency": agency,
                    "check": sent.get((case.pk, agency.pk)),
                    "withdrawn": agency.pk in away[case],
                }
                for agency in agencies
            ],
        }
        for case in cases
    ]


@role_view("list_record_checks")
def list_record_checks(request: HttpRequest) -> HttpResponse:
    """List the meetings for which names wait to be looked for, without a name."""
    return render(
        request,
        "casereview/record_checks/list.html",
        {"rows": meetings_with_checks(request.user)},
    )


@role_view("view_record_check")
@step_up_required
def view_record_check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the names sent for one meeting; each child shown is on record before the page."""
    checks = list(checks_for(request.user).filter(meeting=pk))
    if not checks:
        return access.not_found()
    return render(
        request,
        "casereview/record_checks/view.html",
        {"meeting": checks[0].meeting, "rows": _named(request, checks)},
    )


def _named(request: HttpRequest, checks: list[RecordCheck]) -> list[dict[str, Any]]:
    for check in checks:
        audit.append(
            "view_record_check",
            actor=request.user,
            case=check.case,
            table=RecordCheck._meta.db_table,
            key=check.pk,
            outcome=audit.ALLOWED,
        )
    cases = [check.case_id for check in checks]
    keys.prefetch("case", cases)
    children = {child.case_id: child for child in Child.objects.filter(case__in=cases)}
    return [_row(check, children.get(check.case_id)) for check in checks]


def _row(check: RecordCheck, child: Child | None) -> dict[str, Any]:
    number = child.nhs_number if child else ""
    return {
        "check": check,
        "name": " ".join(filter(None, [child.given_names, child.family_name])) if child else "",
        "other_names": child.other_names if child else "",
        "born_on": child.born_on if child else None,
        "nhs_number": nhs_numbers.spaced(number) if number else "",
    }


@role_view("answer_record_check")
@step_up_required
def answer_record_check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say whether one's agency knows one child."""
    check = checks_for(request.user).filter(pk=pk).first()
    if check is None:
        return access.not_found()
    row = _named(request, [check])[0]
    form = AnswerForm(
        posted(request),
        initial={
            "answer": check.answer,
            "known_as": check.known_as or "",
            "note": check.note or "",
            "version": check.version,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_record_check(check=check, by=request.user, **form.answers())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CONFLICT)
            form.take(again(check))
        else:
            messages.success(request, "Your answer is recorded")
            return redirect("view_record_check", check.meeting_id)
    return render(request, "casereview/record_checks/answer.html", {"row": row, "form": form})
