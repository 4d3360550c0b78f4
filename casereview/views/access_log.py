"""Who looked and who changed: the log of one case, and the whole log for the auditor."""

import json
import uuid
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access, audit, forms, upkeep_records
from casereview.access import case_view, role_view
from casereview.audit_lines import lines
from casereview.audit_words import action_words
from casereview.case_header import about
from casereview.models import AuditEntry, Case, User
from casereview.verification import verify

A_PAGE = 50
# About ten seconds of checking; a longer log is for the command.
MOST_AT_ONCE = 100_000


def _everybody() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in User.objects.values_list("pk", "name")]


def _actions() -> list[tuple[str, str]]:
    found = AuditEntry.objects.order_by().values_list("action", flat=True).distinct()
    return sorted(((action, action_words(action)) for action in found), key=lambda pair: pair[1])


class LogFilter(forms.Form):
    """Which entries of the whole log are shown."""

    person = forms.CodeField(label="Person", choices=_everybody, select=True, required=False)
    action = forms.CodeField(label="Action", choices=_actions, select=True, required=False)
    day = forms.DatePartsField(label="Day", required=False, not_after=timezone.localdate)


@case_view("view_access_log")
def view_access_log(request: HttpRequest, case: Case) -> HttpResponse:
    """Show who looked at a case or changed it, the latest first."""
    entries = AuditEntry.objects.filter(case=case.pk)
    actors = entries.exclude(actor=None).order_by().values_list("actor", flat=True).distinct()
    people = [
        (str(pk), name)
        for pk, name in User.objects.filter(pk__in=list(actors)).values_list("pk", "name")
    ]
    chosen = request.GET.get("person", "")
    if chosen in dict(people):
        entries = entries.filter(actor=uuid.UUID(chosen))
    else:
        chosen = ""
    page = Paginator(entries.order_by("-seq"), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "casereview/access_log.html",
        {
            **about(request.user, case, "view_access_log"),
            "page": page,
            "lines": lines(page.object_list, request.user),
            "people": people,
            "chosen": chosen,
            "whole_log": access.can(request.user, "view_audit_log"),
        },
    )


@role_view("view_audit_log")
def view_audit_log(request: HttpRequest) -> HttpResponse:
    """Show every entry of the audit log to the auditor, the latest first."""
    form = LogFilter(request.GET or None)
    entries = AuditEntry.objects.all()
    if form.is_bound and form.is_valid():
        entries = _narrowed(entries, form.cleaned_data)
    page = Paginator(entries.order_by("-seq"), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "casereview/audit_log.html",
        {
            "form": form,
            "page": page,
            "lines": lines(page.object_list, request.user),
            "may_verify": access.can(request.user, "verify_audit"),
            "verified": _last_verified(),
        },
    )


@require_POST
@role_view("verify_audit")
def verify_audit(request: HttpRequest) -> HttpResponse:
    """Check the whole chain and every sealed row, and put the verdict on record."""
    last = AuditEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    if last > MOST_AT_ONCE:
        messages.warning(
            request,
            "Ask the administrator to run the command verify_audit: the log is too long to be "
            "checked while a page waits",
        )
    else:
        verdict = verify()
        audit.append("verify_audit", actor=request.user, detail=verdict.as_json())
        upkeep_records.note(
            upkeep_records.Kind.VERIFICATION,
            at=timezone.now(),
            succeeded=verdict.ok,
            entries=verdict.entries,
            first_broken=verdict.first_broken,
        )
        if verdict.ok:
            messages.success(request, f"All {verdict.entries:,} entries hold")
        else:
            messages.warning(
                request, f"The log is broken at entry {verdict.first_broken}: {verdict.reason}"
            )
    seen = access.can(request.user, "view_audit_log")
    return redirect("view_audit_log" if seen else "your_work")


def _last_verified() -> dict[str, Any] | None:
    entry = (
        AuditEntry.objects.filter(action="verify_audit", outcome=audit.DONE)
        .order_by("-seq")
        .first()
    )
    return {"at": entry.at, **json.loads(entry.detail)} if entry else None


def _narrowed(entries: QuerySet[AuditEntry], chosen: dict[str, Any]) -> QuerySet[AuditEntry]:
    if chosen["person"]:
        entries = entries.filter(actor=uuid.UUID(chosen["person"]))
    if chosen["action"]:
        entries = entries.filter(action=chosen["action"])
    if chosen["day"]:
        entries = entries.filter(at__range=_day(chosen["day"]))
    return entries


def _day(day: date) -> tuple[datetime, datetime]:
    zone = timezone.get_current_timezone()
    return (
        datetime.combine(day, time.min, tzinfo=zone),
        datetime.combine(day, time.max, tzinfo=zone),
    )
