"""Asking agencies about a death, reminding them, telling somebody senior, taking a request back."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from casereview import access, kin, outbox
from casereview.actions import NotAllowed
from casereview.actions.admissions import add_admission
from casereview.models import (
    Agency,
    AgencyContact,
    AgencyRequest,
    Case,
    CaseUserObjectPermission,
    StandingRole,
    User,
)
from casereview.records import Change, change
from casereview.rules.access_table import Role
from cdop.form_sets import today_s
from cdop.gathering import OPEN, SETTLED, power_of
from cdop.models import RequestPart
from cdop.report_links import make_link
from cdop.report_questions import by_hand, forms
from cdop.rules.chasing import Chase
from cdop.rules.report_forms import REPORTING, version_on

FORM = "form_b"
BEFORE_PANEL = (Case.Stage.NOTIFIED, Case.Stage.GATHERING, Case.Stage.READY)
NEWLY_ASKED = "report_asked"


@dataclass(frozen=True)
class Ask:
    """One agency to ask: its lead, who has an account, or a contact, who gets link and code."""

    agency: Agency
    lead: User | None = None
    contact: AgencyContact | None = None


@dataclass(frozen=True)
class Asked:
    """A request that was made. Token and code are shown once; they are kept nowhere."""

    request: AgencyRequest
    token: str = field(default="", repr=False)
    code: str = field(default="", repr=False)


def request_report(
    *,
    case: Case,
    asks: Sequence[Ask],
    due_on: datetime.date,
    question: str = "",
    supplements: Sequence[str] = (),
    by,
) -> list[Asked]:
    """Ask agencies what they know of a child who died, by a day, naming the power.

    The lead of an agency is admitted to the request, and to nothing else of the case, and is told
    that something waits. From the first request on, information is being gathered. `supplements`
    are supplementary forms that hang on no event.

    Raises:
        NotAllowed: nobody was chosen, the day has passed, the case is past its panel, an agency
            has not answered an earlier request, or somebody can not be asked.
    """
    if not asks:
        raise NotAllowed("Select the agencies that are asked")
    today = timezone.localdate()
    if due_on < today:
        raise NotAllowed("Enter a due date that has not passed")
    if case.kind != Case.Kind.DEATH or case.stage not in BEFORE_PANEL or case.merged_into_id:
        raise NotAllowed("Agencies are asked before the panel completes its review")
    made = []
    with change("request_report", by=by, case=case) as written:
        version = version_of(case, today)
        if set(supplements) - {one.code for one in by_hand(version)}:
            raise NotAllowed("Select supplementary forms in the list")
        power = power_of(case)
        waiting = set(
            AgencyRequest.objects.filter(
                case=case, state__in=OPEN, agency__in=[one.agency.pk for one in asks]
            ).values_list("agency", flat=True)
        )
        for ask in asks:
            if ask.agency.pk in waiting:
                raise NotAllowed(f"{ask.agency.name} was asked and has not answered: remind it")
            waiting.add(ask.agency.pk)
            request = AgencyRequest(
                case=case,
                agency=ask.agency,
                form=FORM,
                form_version=version,
                requested_by=by,
                requested_at=timezone.now(),
                due_on=due_on,
                legal_power=power,
                sections=sorted(supplements),
            )
            request.question = question or None
            made.append(_send(written, request, ask, today))
        _begin_gathering(written)
        written.detail["agencies"] = len(made)
    return made


def version_of(case: Case, today: datetime.date) -> str:
    """Return the version of the form that agencies are asked on about a death."""
    return REPORTING if today_s(case) else version_on(forms(), case.died_on or today)


def _send(written: Change, request: AgencyRequest, ask: Ask, today: datetime.date) -> Asked:
    """Save a request and tell the one it goes to; a contact's link is only returned."""
    if ask.lead is not None:
        request.to_user = ask.lead
        written.save(request)
        _admit(written, request, ask.lead)
        outbox.put(
            to=ask.lead, template=NEWLY_ASKED, rule=NEWLY_ASKED, day=today, case=request.case
        )
        return Asked(request)
    if ask.contact is None:
        raise NotAllowed(f"Select who is asked at {ask.agency.name}")
    if ask.contact.agency_id != ask.agency.pk or ask.contact.retired_on:
        raise NotAllowed(f"Select a contact of {ask.agency.name} who is still there")
    if kin.is_sealed(request.case):
        raise NotAllowed("Ask somebody with an account: this case is sealed and no link opens it")
    request.contact = ask.contact
    token, code = make_link(request, by=written.by)
    written.save(request)
    return Asked(request, token, code)


def _admit(written: Change, request: AgencyRequest, lead: User) -> None:
    """Admit a lead to the case for a request; an earlier admission in that role becomes this."""
    if lead.agency_id != request.agency_id:
        raise NotAllowed(f"Choose a lead who works for {request.agency.name}")
    add_admission(
        written,
        user=lead,
        role=Role.AGENCY_LEAD,
        reason="",
        source=CaseUserObjectPermission.Source.REQUEST,
        source_id=request.pk,
        until=None,
        named=kin.is_sealed(request.case),
    )


def _begin_gathering(written: Change) -> None:
    case = written.case
    if case.stage in (Case.Stage.NOTIFIED, Case.Stage.READY):
        case.stage = Case.Stage.GATHERING
        written.save(case)


def settle_stage(written: Change) -> None:
    """Make a case ready for the panel inside a change, once nobody is left to answer.

    A case of which every request was taken back goes back to what it was: only notified.
    """
    case = Case.objects.get(pk=written.case.pk)
    if case.stage != Case.Stage.GATHERING:
        return
    states = set(AgencyRequest.objects.filter(case=case).values_list("state", flat=True))
    if states & set(OPEN):
        return
    answered = states & set(SETTLED)
    case.stage = Case.Stage.READY if answered else Case.Stage.NOTIFIED
    written.save(case)
    written.case.stage, written.case.version = case.stage, case.version


def remind_agency(
    *, request: AgencyRequest, by, rule: Chase = Chase.OVERDUE
) -> list[User | AgencyContact]:
    """Remind those who have a request to answer; note when it was done.

    A contact who was asked by link gets a message where an e-mail address is kept for them; it
    holds no link, which is kept nowhere. Where none is, telephoning is for the manager, and this
    notes that it was done.

    Returns: to whom a message goes.

    Raises:
        NotAllowed: it was answered or taken back, or was reminded today.
    """
    _refuse_settled(request)
    today = timezone.localdate()
    if request.reminded_at and timezone.localdate(request.reminded_at) == today:
        raise NotAllowed(f"{request.agency.name} was reminded today")
    with change("remind_agency", by=by, case=request.case) as written:
        told: list[User | AgencyContact] = [
            user for user in _holders(request) if _may_be_told(user, request.case)
        ]
        for user in told:
            outbox.put(to=user, template=rule, rule=rule, day=today, case=request.case)
        if (contact := contact_to_write_to(request)) is not None:
            template = f"{rule}_contact"
            outbox.put(to=contact, template=template, rule=rule, day=today, case=request.case)
            told.append(contact)
        request.reminded_at = timezone.now()
        written.save(request)
        written.detail["people"] = len(told)
    return told


def escalate_request(*, request: AgencyRequest, by) -> list[User]:
    """Tell somebody senior that a report has not come: the agency's lead, else the panel's doctor.

    The lead is told when somebody else was asked; a lead who was asked is told over by the
    designated doctors of the panel. An agency's lead is admitted to the request to act on it.

    Raises:
        NotAllowed: it was answered or taken back, or there is nobody to tell.
    """
    _refuse_settled(request)
    case, lead = request.case, request.agency.lead
    today = timezone.localdate()
    with change("escalate_request", by=by, case=case) as written:
        told: list[User] = []
        away = lead is None or lead.pk == request.to_user_id or not lead.is_active
        if lead and not away and lead.agency_id == request.agency_id:
            if access.on_case(lead, case).denied != "recused":
                _admit(written, request, lead)
                told = [lead]
        if not told:
            told = [user for user in _doctors(case) if _may_be_told(user, case)]
        if not told:
            raise NotAllowed(
                "Name a lead for this agency, or a designated doctor for the panel: there is "
                "nobody to tell"
            )
        for user in told:
            rule = Chase.ESCALATE
            outbox.put(to=user, template=rule, rule=rule, day=today, case=case)
        request.escalated_at = timezone.now()
        written.save(request)
        written.detail["people"] = len(told)
    return told


def withdraw_request(*, request: AgencyRequest, reason: str, by) -> AgencyRequest:
    """Take a request back, with a reason: its link ends, and who was let in by it goes.

    Raises:
        NotAllowed: it was answered or taken back, or no reason was given.
    """
    _refuse_settled(request)
    if not reason.strip():
        raise NotAllowed("Enter why the request is taken back")
    with change("withdraw_request", by=by, case=request.case, reason=reason) as written:
        request.state = AgencyRequest.State.WITHDRAWN
        if request.token_digest is not None:
            request.token_revoked_at = timezone.now()
        written.save(request, subject=True)
        for admission in _let_in_by(request):
            written.remove(admission)
        settle_stage(written)
    access.forget()
    return request


def renew_report_link(*, request: AgencyRequest, by) -> Asked:
    """Make a new link and code for a contact; the ones before stop working.

    Raises:
        NotAllowed: it was answered or taken back, was not asked by link, or the case is sealed.
    """
    _refuse_settled(request)
    if request.contact_id is None:
        raise NotAllowed("This request went to somebody with an account, who needs no link")
    if kin.is_sealed(request.case):
        raise NotAllowed("No link opens a sealed case: ask somebody with an account")
    token, code = make_link(request, by=by)
    return Asked(request, token, code)


def _refuse_settled(request: AgencyRequest) -> None:
    if request.state not in OPEN:
        raise NotAllowed(f"{request.agency.name} is waited for no longer: see its request")


def contact_to_write_to(request: AgencyRequest) -> AgencyContact | None:
    """Return the contact who was asked by link and can be written to, if there is one."""
    return contacts_to_write_to([request]).get(request.pk)


def contacts_to_write_to(requests: Sequence[AgencyRequest]) -> dict[uuid.UUID, AgencyContact]:
    """Return the contacts who were asked by link and can be written to, by the request's key.

    Not one without an e-mail address or whose agency has withdrawn from the case, and nobody about
    a sealed case, which no link opens. It asks the same few questions however many there are.
    """
    away = kin.kept_from(request.case_id for request in requests)
    return {
        request.pk: request.contact
        for request in requests
        if request.contact is not None
        and request.contact.email
        and request.contact.retired_on is None
        and not request.case.sealed
        and request.agency_id not in away.get(request.case_id, ())
    }


def _holders(request: AgencyRequest) -> list[User]:
    """Return those with an account who have something of a request to answer."""
    parts = RequestPart.objects.filter(request=request, done_at=None, to_user__isnull=False)
    found = {user.pk: user for part in parts.select_related("to_user") if (user := part.to_user)}
    if request.to_user is not None:
        found[request.to_user.pk] = request.to_user
    return list(found.values())


def _may_be_told(user: User, case: Case) -> bool:
    """Say whether a message may tell a person that something waits: not who is kept out."""
    return user.is_active and not access.on_case(user, case).denied


def _doctors(case: Case) -> Iterable[User]:
    holders = StandingRole.objects.filter(
        role=Role.DESIGNATED_DOCTOR, panel=case.panel_id, panel__isnull=False, ended_at=None
    ).exclude(until__lt=timezone.localdate())
    return User.objects.filter(pk__in=holders.values("user"), is_active=True).order_by("pk")


def _let_in_by(request: AgencyRequest) -> list[CaseUserObjectPermission]:
    """Return the admissions that stand on a request and on no other open or answered one."""
    people = {request.to_user_id, request.agency.lead_id}
    people |= set(RequestPart.objects.filter(request=request).values_list("to_user", flat=True))
    others = AgencyRequest.objects.filter(case=request.case).exclude(pk=request.pk)
    others = others.exclude(state=AgencyRequest.State.WITHDRAWN)
    staying = set(others.values_list("to_user", flat=True))
    staying |= set(others.values_list("agency__lead", flat=True))
    staying |= set(RequestPart.objects.filter(request__in=others).values_list("to_user", flat=True))
    return list(
        CaseUserObjectPermission.objects.filter(
            content_object=request.case,
            source=CaseUserObjectPermission.Source.REQUEST,
            user__in=people - staying - {None},
        )
    )
