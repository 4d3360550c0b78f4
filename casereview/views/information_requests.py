"""Requests for papers and figures: the register, one request, logging, moving its day, ending."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, information_request_page, keys
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.actions import information_requests as actions
from casereview.forms import Form
from casereview.forms.information_requests import (
    EndRequestForm,
    ExtendRequestForm,
    LogRequestForm,
)
from casereview.forms.seen import SeenForm
from casereview.meetings import panels_managed_by
from casereview.models import InformationRequest
from casereview.records import Conflict
from casereview.views.acting import CHANGED, posted

TEMPLATES = "casereview/information_requests/"


@role_view("list_information_requests")
def list_information_requests(request: HttpRequest) -> HttpResponse:
    """Show the register: what was asked, under which power, by when, and what became of it."""
    return render(
        request,
        TEMPLATES + "list.html",
        {
            "rows": information_request_page.rows(request.user, timezone.localdate()),
            "may_log": access.can(request.user, "log_information_request"),
        },
    )


@role_view("log_information_request")
def log_information_request(request: HttpRequest) -> HttpResponse:
    """Write a request down; the day by which it is answered follows from its power."""
    panels = list(panels_managed_by(request.user).filter(retired_on=None))
    form = LogRequestForm(
        posted(request),
        panels=[(str(one.pk), one.name) for one in panels],
        cases=access.visible_to(request.user, "view_disclosure"),
        initial={"panel": str(panels[0].pk) if len(panels) == 1 else ""},
    )
    if form.is_valid():
        facts = dict(form.cleaned_data)
        panel = next(one for one in panels if str(one.pk) == facts.pop("panel"))
        try:
            made = actions.log_information_request(panel=panel, by=request.user, **facts)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Request logged")
            return redirect("view_information_request", made.pk)
    return _form(
        request,
        form,
        "Log a request for papers or figures",
        "Log the request",
        lead="From the coroner, the police, a court, a person about themselves, or the public.",
    )


def _found(request: HttpRequest, key: uuid.UUID) -> InformationRequest | None:
    found = (
        information_request_page.requests_for(request.user)
        .select_related("case", "panel", "logged_by", "ended_by")
        .filter(pk=key)
        .first()
    )
    if found is not None:
        keys.prefetch(found.key_kind, [found.key_id])
    return found


@role_view("view_information_request")
def view_information_request(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show one request: what is asked, by when, what is prepared, and what to say."""
    found = _found(request, key)
    if found is None:
        return access.not_found()
    return render(
        request,
        TEMPLATES + "view.html",
        information_request_page.page(found, request.user, timezone.localdate()),
    )


@role_view("extend_information_request")
def extend_information_request(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Move the day of a request as far as its power allows."""
    found = _found(request, key)
    if found is None or not actions.may_extend_by(found):
        return access.not_found()
    form = ExtendRequestForm(posted(request), initial={"version": found.version})
    if form.is_valid():
        return _acted(
            request,
            form,
            found,
            "The day was moved",
            lambda: actions.extend_information_request(
                request=found, by=request.user, **form.answers()
            ),
            "Move the day of the request",
            "Move the day",
        )
    return _form(request, form, "Move the day of the request", "Move the day", found)


@role_view("end_information_request")
def end_information_request(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Record what became of a request."""
    found = _found(request, key)
    if found is None:
        return access.not_found()
    form = EndRequestForm(posted(request), initial={"version": found.version})
    heading, button = "What became of the request", "Save and close the request"
    if form.is_valid():
        return _acted(
            request,
            form,
            found,
            "Request closed",
            lambda: actions.end_information_request(
                request=found, by=request.user, **form.answers()
            ),
            heading,
            button,
        )
    return _form(request, form, heading, button, found)


def _acted(
    request: HttpRequest,
    form: SeenForm,
    found: InformationRequest,
    done: str,
    do,
    heading: str,
    button: str,
) -> HttpResponse:
    try:
        do()
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
    except Conflict:
        form.add_error(None, CHANGED)
        found.refresh_from_db()
        form.take(found)
    else:
        messages.success(request, done)
        return redirect("view_information_request", found.pk)
    return _form(request, form, heading, button, found)


def _form(
    request: HttpRequest,
    form: Form,
    heading: str,
    button: str,
    found: InformationRequest | None = None,
    lead: str = "",
) -> HttpResponse:
    return render(
        request,
        TEMPLATES + "form.html",
        {"form": form, "heading": heading, "button": button, "asked": found, "lead": lead},
    )
