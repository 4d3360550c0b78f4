"""An agency that answers about a child: its lead, one of its people, the request. Nobody real."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from casereview.models import Agency, AgencyRequest, Case, CaseUserObjectPermission, User
from casereview.records import change
from casereview.rules.access_table import Role
from cdop import actions
from tests import factories
from tests.cdop import filling

REQUEST = CaseUserObjectPermission.Source.REQUEST


@dataclass
class Asked:
    """A request and those around it."""

    case: Case
    agency: Agency
    request: AgencyRequest
    lead: User
    colleague: User

    def again(self) -> AgencyRequest:
        """Read the request again."""
        return AgencyRequest.objects.select_related("case", "agency").get(pk=self.request.pk)


def ask(manager: User, *, case: Case | None = None, kind: str = "GP", lead: bool = True) -> Asked:
    """Ask an agency about a child who was notified with a mother."""
    case = case or actions.log_notification(
        by=manager, said=filling.said(people=(filling.mother(),))
    )
    agency = factories.make_agency(kind=kind)
    leading = factories.make_user(Role.AGENCY_LEAD, name="Lea Leading", agency=agency)
    colleague = factories.make_user(Role.CONTRIBUTOR, name="Con Tributor", agency=agency)
    request = make_request(case, agency, manager, to=leading if lead else None)
    if lead:
        factories.admit(
            leading, case, Role.AGENCY_LEAD, by=manager, source=REQUEST, source_id=request.pk
        )
    return Asked(case, agency, request, leading, colleague)


def make_request(case: Case, agency: Agency, manager: User, *, to: User | None) -> AgencyRequest:
    request = AgencyRequest(
        case=case,
        agency=agency,
        form="B",
        form_version="later",
        question="Was the baby weighed in February?",
        to_user=to,
        requested_by=manager,
        requested_at=timezone.now(),
        due_on=timezone.localdate() + datetime.timedelta(days=21),
        legal_power="s14B",
    )
    with change("plant", by=manager, case=case) as written:
        written.save(request)
    return request


def typed(form, **answers: str) -> dict[str, str]:
    """Return what a browser posts of a shown section, with some answers changed."""
    posted: dict[str, str] = {}
    for name in form.fields:
        value = form.initial.get(name, "")
        if name == "fact_on":
            posted |= filling.day(name, value or None)
        else:
            posted[name] = str(value or "")
    return posted | answers
