"""Agencies asked about one case: who was asked, how it stands, and what to do about it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from casereview import access, keys
from casereview.access import case_view
from casereview.actions import NotAllowed
from casereview.case_header import about
from casereview.forms import Form
from casereview.models import AgencyContact, AgencyRequest, Case, User
from casereview.records import Conflict
from casereview.rules.due import Urgency, due_words, urgency
from cdop.actions import asking
from cdop.codes import code_list
from cdop.forms.asking import AskForm, WithdrawForm
from cdop.gathering import LEAD, OPEN, Choices, choices_for, due_by_default, power_of
from cdop.models import DeferralQuestion
from cdop.report_questions import by_hand

PAGE = "cdop:view_agency_reports"
CHANGED = "Somebody else changed this meanwhile: look again, then do it once more"
COLOURS = {
    AgencyRequest.State.RETURNED: "green",
    AgencyRequest.State.NO_RECORD: "green",
    AgencyRequest.State.WITHDRAWN: "grey",
}


class Shown:
    """A request as the list shows it."""

    def __init__(self, request: AgencyRequest, today: Any):
        self.request, self.today = request, today

    @cached_property
    def is_open(self) -> bool:
        return self.request.state in OPEN

    @property
    def colour(self) -> str:
        if not self.is_open:
            return COLOURS[AgencyRequest.State(self.request.state)]
        late = urgency(self.request.due_on, self.today)
        return {Urgency.OVERDUE: "red", Urgency.SOON: "yellow"}.get(late, "blue")

    @property
    def when(self) -> str:
        """Return when it is due, or whether it came in time."""
        due, back = self.request.due_on, self.request.returned_at
        if self.is_open:
            return due_words(due, self.today)
        if back is None or due is None:
            return ""
        return "On time" if timezone.localdate(back) <= due else "Late"

    @property
    def asked(self) -> str:
        """Return who was asked."""
        if self.request.to_user:
            return f"{self.request.to_user.name}, by account"
        if self.request.contact:
            return f"{self.request.contact.name}, by link and code"
        return ""


@case_view("view_agency_reports")
def view_agency_reports(request: HttpRequest, case: Case) -> HttpResponse:
    """Show which agencies were asked, how each request stands, and its timeliness."""
    keys.prefetch("case", [case.pk])
    today = timezone.localdate()
    rows = [
        Shown(one, today)
        for one in case.requests.select_related(
            "agency", "to_user", "contact", "signed_off_by"
        ).order_by("due_on", "agency__name", "pk")
    ]
    waiting = [one for one in rows if one.is_open]
    return render(
        request,
        "cdop/reports/agencies.html",
        {
            **about(request.user, case, PAGE),
            "waiting": waiting,
            "settled": [one for one in rows if not one.is_open],
            "may_ask": access.can(request.user, "request_report", case)
            and case.stage in asking.BEFORE_PANEL,
            "manages": access.can(request.user, "withdraw_request", case),
            "all_back": bool(rows) and not waiting,
            "power": code_list("legal_power").get(power_of(case)),
        },
    )


@case_view("request_report")
def request_report(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask agencies: the standard set is ticked, and so are those the notification named."""
    if case.kind != Case.Kind.DEATH or case.stage not in asking.BEFORE_PANEL:
        messages.error(request, "Agencies are asked before the panel completes its review")
        return redirect(PAGE, case.reference)
    choices = choices_for(case)
    form = AskForm(
        request.POST if request.method == "POST" else None,
        choices=choices.agencies,
        supplements=by_hand(asking.version_of(case, timezone.localdate())),
        initial={
            "due_on": due_by_default(timezone.localdate()),
            **_for_the_panel(case, request.GET.get("for", "")),
        },
    )
    if form.is_bound and form.is_valid():
        try:
            made = asking.request_report(
                case=case,
                asks=_asks(form),
                due_on=form.cleaned_data["due_on"],
                question=form.cleaned_data["question"],
                supplements=form.cleaned_data.get("supplements", ()),
                by=request.user,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
        else:
            return _asked(request, case, made)
    return _ask_page(request, case, form, choices)


def _for_the_panel(case: Case, key: str) -> dict[str, Any]:
    """Return what to begin with where a question that the panel deferred the case for is asked."""
    try:
        found = DeferralQuestion.objects.filter(case=case, pk=uuid.UUID(key)).first()
    except ValueError:
        return {}
    if found is None or found.agency_id is None:
        return {}
    due_on = max(found.due_on, timezone.localdate())
    return {"agencies": [str(found.agency_id)], "question": found.question, "due_on": due_on}


def _ask_page(request: HttpRequest, case: Case, form: AskForm, choices: Choices) -> HttpResponse:
    return render(
        request,
        "cdop/reports/ask.html",
        {
            **about(request.user, case, PAGE),
            "form": form,
            "choices": choices,
            "power": code_list("legal_power").get(power_of(case)),
        },
    )


def _asks(form: AskForm) -> list[asking.Ask]:
    chosen = form.chosen()
    users = User.objects.in_bulk([key for _, kind, key in chosen if kind == LEAD])
    contacts = AgencyContact.objects.in_bulk([key for _, kind, key in chosen if kind != LEAD])
    return [
        asking.Ask(choice.agency, lead=users.get(key), contact=contacts.get(key))
        for choice, _, key in chosen
    ]


def _asked(request: HttpRequest, case: Case, made: list[asking.Asked]) -> HttpResponse:
    """Show the links and codes, once; where there are none go back to the list."""
    by_link = [one for one in made if one.token]
    count = len(made)
    said = f"{count} agenc{'y' if count == 1 else 'ies'} asked"
    if not by_link:
        messages.success(request, said)
        return redirect(PAGE, case.reference)
    links = [
        {
            "agency": one.request.agency.name,
            "contact": one.request.contact,
            "address": settings.SITE_ADDRESS.rstrip("/")
            + reverse("cdop:open_report_link", args=[one.token]),
            "code": one.code,
        }
        for one in by_link
    ]
    return render(
        request,
        "cdop/reports/links.html",
        {**about(request.user, case, PAGE), "links": links, "said": said},
    )


def _request_of(case: Case, key: uuid.UUID) -> AgencyRequest | None:
    return (
        case.requests.filter(pk=key)
        .select_related("case", "agency__lead", "to_user", "contact")
        .first()
    )


def _confirmed(
    request: HttpRequest,
    case: Case,
    form: Form | None,
    act: Callable[[], Any],
    done: Callable[[Any], str],
    **shown: Any,
) -> HttpResponse:
    """Show a page that asks to confirm; when it is confirmed, act and go back to the list."""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            result = act()
        except NotAllowed as refusal:
            if form is None:
                messages.error(request, str(refusal))
                return redirect(PAGE, case.reference)
            form.add_error(None, str(refusal))
        except Conflict:
            if form is None:
                messages.error(request, CHANGED)
                return redirect(PAGE, case.reference)
            form.add_error(None, CHANGED)
        else:
            messages.success(request, done(result))
            return redirect(PAGE, case.reference)
    return render(
        request,
        "cdop/reports/confirm.html",
        {**about(request.user, case, PAGE), "form": form, **shown},
    )


@case_view("remind_agency")
def remind_agency(request: HttpRequest, case: Case, asked: uuid.UUID) -> HttpResponse:
    """Confirm that an agency is reminded, or that its contact was."""
    found = _request_of(case, asked)
    if found is None:
        return access.not_found()
    name = found.agency.name
    by_hand = found.to_user_id is None and asking.contact_to_write_to(found) is None
    return _confirmed(
        request,
        case,
        None,
        lambda: asking.remind_agency(request=found, by=request.user),
        lambda told: f"{name} is reminded" if told else f"Noted: {name} was reminded",
        title=f"Remind {name}",
        lead=f"No e-mail address is kept for {_contact(found)}, so nothing is sent from here: "
        "telephone, without the child’s name, then note it."
        if by_hand
        else f"An e-mail reminds {_contact(found)} of the link and code. It holds neither and "
        "does not say about whom. Make a new link where the old one has ended."
        if found.to_user_id is None
        else "A message says that a report waits, without saying about whom.",
        button="Note that they were reminded" if by_hand else "Send the reminder",
    )


def _contact(found: AgencyRequest) -> str:
    return found.contact.name if found.contact else "This contact"


@case_view("escalate_request")
def escalate_request(request: HttpRequest, case: Case, asked: uuid.UUID) -> HttpResponse:
    """Confirm that somebody senior is told that a report has not come."""
    found = _request_of(case, asked)
    if found is None:
        return access.not_found()
    return _confirmed(
        request,
        case,
        None,
        lambda: asking.escalate_request(request=found, by=request.user),
        lambda told: "Told: " + ", ".join(user.name for user in told),
        title=f"Escalate the report of {found.agency.name}",
        lead="The agency’s lead is told; where the lead was the one asked, the panel’s designated "
        "doctor is. A message says that a report waits, without saying about whom.",
        button="Escalate",
    )


@case_view("withdraw_request")
def withdraw_request(request: HttpRequest, case: Case, asked: uuid.UUID) -> HttpResponse:
    """Take a request back, with a reason."""
    found = _request_of(case, asked)
    if found is None:
        return access.not_found()
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    return _confirmed(
        request,
        case,
        form,
        lambda: asking.withdraw_request(
            request=found, reason=form.cleaned_data["reason"], by=request.user
        ),
        lambda _: f"The request to {found.agency.name} is taken back",
        title=f"Take back the request to {found.agency.name}",
        lead="Its link stops working and those whom it let in lose sight of it at once.",
        button="Take it back",
        warning=True,
    )


@case_view("renew_report_link")
def renew_report_link(request: HttpRequest, case: Case, asked: uuid.UUID) -> HttpResponse:
    """Make a new link and code for a contact and show them once."""
    found = _request_of(case, asked)
    if found is None:
        return access.not_found()
    if request.method == "POST":
        try:
            made = asking.renew_report_link(request=found, by=request.user)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        except Conflict:
            messages.error(request, CHANGED)
        else:
            return _asked(request, case, [made])
        return redirect(PAGE, case.reference)
    return render(
        request,
        "cdop/reports/confirm.html",
        {
            **about(request.user, case, PAGE),
            "form": None,
            "title": f"New link for {found.agency.name}",
            "lead": "The link and code that were sent before stop working at once.",
            "button": "Make a new link and code",
        },
    )
