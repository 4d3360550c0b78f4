"""Agencies, their leads, and whom to write to there."""

from typing import Any

from django.utils import timezone

from casereview.actions.admissions import NotAllowed
from casereview.models import Agency, AgencyContact
from casereview.records import change


def add_agency(*, by, name: str, kind: str, **facts: Any) -> Agency:
    """Add an agency; `facts` are its board, lead, e-mail address and telephone.

    Raises:
        NotAllowed: an agency of that name and board is there already.
    """
    agency = Agency(name=name.strip(), kind=kind, **facts)
    _refuse_twice(agency)
    with change("add_agency", by=by) as written:
        written.save(agency)
    return agency


def change_agency(*, agency: Agency, by, **facts: Any) -> Agency:
    """Change what is known of an agency; `facts` are the fields to change.

    Raises:
        NotAllowed: the name is another's of the same board, or the lead does not work there.
        Conflict: somebody else saved the agency meanwhile.
    """
    for name, value in facts.items():
        setattr(agency, name, value.strip() if isinstance(value, str) else value)
    _refuse_twice(agency)
    if agency.lead and (agency.lead.agency_id != agency.pk or not agency.lead.is_active):
        raise NotAllowed("Choose a lead who works at this agency")
    with change("change_agency", by=by) as written:
        written.save(agency)
    return agency


def add_agency_contact(*, agency: Agency, by, name: str, **facts: Any) -> AgencyContact:
    """Add a person or mailbox of an agency; `facts` are post, e-mail address and telephone.

    Raises:
        NotAllowed: there is no way to reach it.
    """
    if not (facts.get("email") or facts.get("telephone")):
        raise NotAllowed("Enter an e-mail address or a telephone number")
    contact = AgencyContact(agency=agency, name=name.strip(), **facts)
    with change("add_agency_contact", by=by) as written:
        written.save(contact)
    return contact


def retire_agency_contact(*, contact: AgencyContact, by) -> None:
    """Say that a contact is no longer to be written to.

    Raises:
        NotAllowed: said already.
    """
    if contact.retired_on:
        raise NotAllowed("This contact is no longer used already")
    with change("retire_agency_contact", by=by) as written:
        contact.retired_on = timezone.localdate()
        written.save(contact)


def _refuse_twice(agency: Agency) -> None:
    same = Agency.objects.filter(name__iexact=agency.name, board=agency.board, retired_on=None)
    if same.exclude(pk=agency.pk).exists():
        raise NotAllowed("Enter another name: an agency of this name is there already")
