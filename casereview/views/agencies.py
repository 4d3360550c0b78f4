"""Agencies: what they are, who leads them, and whom to write to."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from casereview import access, codes
from casereview.access import role_view
from casereview.actions import agencies as actions
from casereview.actions.admissions import NotAllowed
from casereview.forms.seen import beside
from casereview.models import Agency, AgencyContact, User
from casereview.people_forms import AgencyForm, ContactForm
from casereview.records import Conflict
from casereview.views.people import CONFLICT


@role_view("view_agencies")
def view_agencies(request: HttpRequest) -> HttpResponse:
    """List the agencies, with their leads."""
    kinds = codes.code_list("agency_type")
    agencies = Agency.objects.filter(retired_on=None).select_related("board", "lead")
    rows = [{"agency": one, "kind": kinds.label(one.kind)} for one in agencies]
    return render(request, "casereview/agencies/agencies.html", {"rows": rows})


def _agency_or_none(agency_key: uuid.UUID) -> Agency | None:
    return Agency.objects.select_related("board", "lead").filter(pk=agency_key).first()


@role_view("view_agency")
def view_agency(request: HttpRequest, agency_key: uuid.UUID) -> HttpResponse:
    """Show one agency: lead, contacts, and people with accounts."""
    agency = _agency_or_none(agency_key)
    if agency is None:
        return access.not_found()
    return render(
        request,
        "casereview/agencies/agency.html",
        {
            "agency": agency,
            "kind": codes.code_list("agency_type").label(agency.kind),
            "contacts": agency.contacts.filter(retired_on=None).order_by("name"),
            "people": User.objects.filter(agency=agency, is_active=True),
            "may_change": access.can(request.user, "change_agency"),
            "may_see_people": access.can(request.user, "view_person"),
        },
    )


@role_view("add_agency")
def add_agency(request: HttpRequest) -> HttpResponse:
    """Add an agency."""
    form = AgencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            agency = actions.add_agency(by=request.user, **_facts(form))
        except NotAllowed as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{agency.name} is added")
            return redirect("view_agency", agency.pk)
    return render(request, "casereview/agencies/agency_form.html", {"form": form})


@role_view("change_agency")
def change_agency(request: HttpRequest, agency_key: uuid.UUID) -> HttpResponse:
    """Change what is known of an agency."""
    agency = _agency_or_none(agency_key)
    if agency is None:
        return access.not_found()
    shown = {
        "name": agency.name,
        "kind": agency.kind,
        "board": str(agency.board_id or ""),
        "email": agency.email,
        "telephone": agency.telephone,
        "lead": str(agency.lead_id or ""),
        "version": agency.version,
    }
    form = AgencyForm(request.POST or None, initial=shown, agency=agency)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["version"] != agency.version:
                raise Conflict(str(agency.pk))
            actions.change_agency(agency=agency, by=request.user, **_facts(form))
        except NotAllowed as refusal:
            form.add_error("name", str(refusal))
        except Conflict:
            form = _seen_anew(form, agency_key)
        else:
            messages.success(request, "The changes are saved")
            return redirect("view_agency", agency.pk)
    return render(request, "casereview/agencies/agency_form.html", {"form": form, "agency": agency})


def _facts(form: AgencyForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


def _seen_anew(form: Any, agency_key: uuid.UUID) -> AgencyForm:
    """Return the form as it was typed, now about the version that is there."""
    agency = _agency_or_none(agency_key)
    data = form.data.copy()
    data["version"] = str(agency.version if agency else "")
    again = AgencyForm(data, agency=agency, initial=form.initial)
    again.is_valid()
    if agency is not None:
        again.theirs = beside(again, vars(agency))
    again.add_error(None, CONFLICT)
    return again


@role_view("add_agency_contact")
def add_agency_contact(request: HttpRequest, agency_key: uuid.UUID) -> HttpResponse:
    """Add a person or mailbox of an agency."""
    agency = _agency_or_none(agency_key)
    if agency is None:
        return access.not_found()
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_agency_contact(agency=agency, by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, "The contact is added")
            return redirect("view_agency", agency.pk)
    return render(
        request, "casereview/agencies/contact_form.html", {"form": form, "agency": agency}
    )


@require_POST
@role_view("retire_agency_contact")
def retire_agency_contact(
    request: HttpRequest, agency_key: uuid.UUID, contact_key: uuid.UUID
) -> HttpResponse:
    """Say that a contact is no longer to be written to."""
    contact = AgencyContact.objects.filter(pk=contact_key, agency=agency_key).first()
    if contact is None:
        return access.not_found()
    try:
        actions.retire_agency_contact(contact=contact, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The contact is no longer used")
    return redirect("view_agency", agency_key)
