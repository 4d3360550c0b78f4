"""Agencies to ask and answers to compare: leads with accounts, contacts, answers handed in."""

import datetime

from django.utils import timezone

from casereview.models import Agency, AgencyContact, AgencyRequest, Case, User
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.actions.asking import Ask, Asked, request_report
from cdop.models import AgencyAnswer
from tests import factories

DUE = datetime.timedelta(days=21)


def agency_with_lead(*, name: str = "", kind: str = "HOSPITAL") -> Agency:
    agency = factories.make_agency(name=name, kind=kind)
    lead = factories.make_user(Role.AGENCY_LEAD, name=f"Lead of {agency.name}", agency=agency)
    with change("change_agency", by=None) as written:
        agency.lead = lead
        written.save(agency)
    return agency


def contact_of(agency: Agency, *, name: str = "Reception", email: str = "") -> AgencyContact:
    contact = AgencyContact(agency=agency, name=name, telephone="0116 496 0100", email=email)
    with change("add_agency_contact", by=None) as written:
        written.save(contact)
    return contact


def ask(case: Case, manager: User, *agencies: Agency, due_on=None, question: str = ""):
    """Ask each agency's lead; return the requests in the order of the agencies."""
    made = request_report(
        case=Case.objects.get(pk=case.pk),
        asks=[Ask(one, lead=one.lead) for one in agencies],
        due_on=due_on or timezone.localdate() + DUE,
        question=question,
        by=manager,
    )
    return [one.request for one in made]


def ask_contact(case: Case, manager: User, contact: AgencyContact) -> Asked:
    return request_report(
        case=Case.objects.get(pk=case.pk),
        asks=[Ask(contact.agency, contact=contact)],
        due_on=timezone.localdate() + DUE,
        by=manager,
    )[0]


def due_since(request: AgencyRequest, days: int) -> AgencyRequest:
    """Move the due day of a request into the past."""
    request = AgencyRequest.objects.select_related("case", "agency__lead").get(pk=request.pk)
    with change("plant", by=None, case=request.case) as written:
        request.due_on = timezone.localdate() - datetime.timedelta(days=days)
        written.save(request)
    return request


def returned(request: AgencyRequest, *, on: datetime.datetime | None = None) -> AgencyRequest:
    request = AgencyRequest.objects.select_related("case", "agency").get(pk=request.pk)
    with change("plant", by=None, case=request.case) as written:
        request.state, request.returned_at = "returned", on or timezone.now()
        written.save(request)
    return request


def answered(
    request: AgencyRequest,
    question: str,
    code: str = "",
    *,
    section: str = "C",
    text: str = "",
    about=None,
    handed_in: bool = True,
    said_by: str = "Nurse Qxsaidby",
) -> AgencyAnswer:
    now = timezone.now()
    answer = AgencyAnswer(
        case=request.case,
        request=request,
        agency=request.agency,
        section=section,
        question=question,
        code=code,
        text=text,
        about=about,
        said_by=said_by,
        said_at=now,
        handed_in_at=now if handed_in else None,
    )
    with change("plant", by=None, case=request.case) as written:
        written.save(answer)
    return answer
