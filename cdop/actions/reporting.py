"""Answering a request for a report: parts, answers, no record, handing in, signing off."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed
from casereview.actions.admissions import add_admission
from casereview.models import AgencyRequest, CaseUserObjectPermission, Person
from casereview.records import Change, Conflict, change
from casereview.rules.access_table import Role
from cdop.actions.asking import settle_stage
from cdop.models import AgencyAnswer, RequestPart
from cdop.report_access import REQUEST, is_lead, leads_of, speaks_for_agency
from cdop.report_questions import NO_RECORD
from cdop.report_sight import Report, report_of
from cdop.rules.report_forms import FormSection, is_asked

State = AgencyRequest.State
RETURNED = (State.RETURNED, State.NO_RECORD)
HANDED_IN = "This report has been handed in: correct it with a reason instead"


@dataclass(frozen=True)
class Said:
    """One answer as given; an empty code and no words take an earlier answer out."""

    question: str
    about: Person | None = None
    code: str = ""
    text: str = ""
    how: str = AgencyAnswer.How.SAID


@dataclass(frozen=True)
class Provenance:
    """Who says so, and where the facts are from."""

    said_by: str
    source: str = ""
    fact_on: datetime.date | None = None


def answer_request(
    *,
    request: AgencyRequest,
    section: str,
    said: Sequence[Said],
    by,
    who: Provenance,
    stamp: str = "",
) -> AgencyRequest:
    """Keep the answers to one section; `by` is None for somebody who came by a link.

    Answers that are left out are taken out; one that no longer is asked goes with the answer it
    hung on. The provenance is kept with each answer that changed, or with all when none did.

    Raises:
        NotAllowed: handed in already, the section is another's, or nobody is named.
        Conflict: somebody else saved the section since the page with `stamp` was shown.
    """
    with change("answer_request", by=by, case=request.case) as written:
        current = _locked(request)
        if current.state in RETURNED:
            raise NotAllowed(HANDED_IN)
        _keep(written, current, section, said, who, stamp)
        if current.state == State.ASKED:
            current.state = State.STARTED
            written.save(current)
    return current


def correct_report(
    *,
    request: AgencyRequest,
    section: str,
    said: Sequence[Said],
    by,
    who: Provenance,
    reason: str,
    stamp: str = "",
) -> AgencyRequest:
    """Correct a report that was returned, with a reason; what stood before stays in the history.

    Raises:
        NotAllowed: it was not returned, there is no reason, or one does not speak for the agency.
        Conflict: as in `answer_request`.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the report is corrected")
    if by is None or not speaks_for_agency(by, request):
        raise NotAllowed("Ask the lead of your agency to correct the report")
    with change("correct_report", by=by, case=request.case, reason=reason) as written:
        current = _locked(request)
        if current.state not in RETURNED:
            raise NotAllowed("Change the answers: this report has not been handed in")
        _keep(written, current, section, said, who, stamp)
        _hand_in_answers(written, current)
        if current.state == State.NO_RECORD:
            current.state = State.RETURNED
            for row in AgencyAnswer.objects.filter(request=current, question=NO_RECORD):
                written.remove(row)
        written.save(current, subject=True)
    return current


def hand_parts(*, request: AgencyRequest, given: Mapping[str, Any], by) -> None:
    """Hand sections to people of the agency, each admitted to this request alone; None takes back.

    Raises:
        NotAllowed: one does not lead it, it was handed in, a person is not of the agency, has
            left or has withdrawn from the case.
    """
    if not is_lead(by, request):
        raise NotAllowed("Ask the lead of your agency to hand out the parts")
    with change("hand_parts", by=by, case=request.case) as written:
        current = _locked(request)
        if current.state in RETURNED:
            raise NotAllowed(HANDED_IN)
        report = report_of(current)
        for code, person in given.items():
            if report.section(code) is not None:
                _hand(written, report, code, person)
        _dismiss_who_has_nothing_left(written, current)
    access.forget()


def _hand(written: Change, report: Report, code: str, person: Any) -> None:
    request, part = report.request, report.parts.get(code)
    if (part.to_user_id if part else None) == (person.pk if person else None):
        return
    if person is not None and person.agency_id != request.agency_id:
        raise NotAllowed("Choose a person of your agency")
    part = part or RequestPart(case=request.case, request=request, section=code)
    part.to_user, part.handed_by, part.handed_at = person, written.by, timezone.now()
    part.done_by = part.done_at = None
    written.save(part)
    if person is not None and not is_lead(person, request):
        add_admission(
            written,
            user=person,
            role=Role.CONTRIBUTOR,
            reason="",
            source=REQUEST,
            source_id=request.pk,
            until=None,
        )


def _dismiss_who_has_nothing_left(written: Change, request: AgencyRequest) -> None:
    keep = set(RequestPart.objects.filter(request=request).values_list("to_user", flat=True))
    admitted = CaseUserObjectPermission.objects.filter(
        content_object=request.case_id,
        role=Role.CONTRIBUTOR,
        source=REQUEST,
        source_id=request.pk,
    )
    for admission in admitted.exclude(user=request.to_user_id):
        if admission.user_id not in keep:
            written.remove(admission)


def say_no_record(*, request: AgencyRequest, by, name: str) -> AgencyRequest:
    """Record that the agency has no record of the child or family: a complete return.

    `name` says who looked; `by` is None for somebody who came by a link.

    Raises:
        NotAllowed: answers were given, it was returned, nobody is named, or one answers for a
            part alone.
    """
    if not name.strip():
        raise NotAllowed("Enter the name of the person who looked")
    if not speaks_for_agency(by, request):
        raise NotAllowed("Ask the lead of your agency: you were handed a part of this report")
    with change("say_no_record", by=by, case=request.case) as written:
        current = _locked(request)
        if current.state in RETURNED:
            raise NotAllowed(HANDED_IN)
        if AgencyAnswer.objects.filter(request=current).exists():
            raise NotAllowed("Take out the answers first, or hand in the report")
        now = timezone.now()
        written.save(
            AgencyAnswer(
                case=current.case,
                request=current,
                agency=current.agency,
                section="A",
                question=NO_RECORD,
                code="Y",
                said_by=name.strip(),
                said_by_user=by,
                said_at=now,
                handed_in_at=now,
                form_version=current.form_version,
            )
        )
        _return(written, current, State.NO_RECORD, by)
    return current


def hand_in_report(*, request: AgencyRequest, by) -> AgencyRequest:
    """Hand in one's sections; where nobody signs off for the agency, that returns the report.

    Raises:
        NotAllowed: it was returned, or nothing is answered.
    """
    with change("hand_in_report", by=by, case=request.case) as written:
        current = _locked(request)
        if current.state in RETURNED:
            raise NotAllowed(HANDED_IN)
        report = report_of(current)
        mine = report.belong_to(by)
        if not report.completeness(mine).answered:
            raise NotAllowed("Answer at least one question, or say that there is no record")
        if by is None or not leads_of(current).exists():
            _hand_in_answers(written, current)
            _return(written, current, State.RETURNED, by)
        else:
            _done(written, report, mine, by)
    return current


def sign_off_report(*, request: AgencyRequest, by) -> AgencyRequest:
    """Sign off the agency's report: it is returned, and its answers are the agency's.

    Raises:
        NotAllowed: one does not lead it, it was returned, or nothing is answered.
    """
    if not is_lead(by, request):
        raise NotAllowed("Ask the lead of your agency to sign off the report")
    with change("sign_off_report", by=by, case=request.case) as written:
        current = _locked(request)
        if current.state in RETURNED:
            raise NotAllowed(HANDED_IN)
        report = report_of(current)
        if not report.completeness().answered:
            raise NotAllowed("Answer at least one question, or say that there is no record")
        _done(written, report, report.sections, by)
        _hand_in_answers(written, current)
        _return(written, current, State.RETURNED, by)
    return current


def _locked(request: AgencyRequest) -> AgencyRequest:
    """Read the request again for this change: a report is returned once."""
    return (
        AgencyRequest.objects.select_for_update(of=("self",))
        .select_related("case", "agency")
        .get(pk=request.pk)
    )


def _return(written: Change, request: AgencyRequest, state: str, by) -> None:
    request.state, request.returned_at = state, timezone.now()
    if by is not None:
        request.signed_off_by, request.signed_off_at = by, request.returned_at
    else:
        written.detail["by_link"] = True
    written.save(request, subject=True)
    settle_stage(written)


def _done(written: Change, report: Report, sections: Sequence[FormSection], by) -> None:
    now = timezone.now()
    for section in sections:
        part = report.parts.get(section.code) or RequestPart(
            case=report.request.case,
            request=report.request,
            section=section.code,
            to_user=None,
            handed_by=by,
            handed_at=now,
        )
        if part.done_at is None:
            part.done_by, part.done_at = by, now
            written.save(part)


def _hand_in_answers(written: Change, request: AgencyRequest) -> None:
    for row in AgencyAnswer.objects.filter(request=request, handed_in_at=None):
        row.handed_in_at = timezone.now()
        written.save(row)


def _keep(
    written: Change,
    request: AgencyRequest,
    code: str,
    said: Sequence[Said],
    who: Provenance,
    stamp: str,
) -> None:
    report = report_of(request)
    section = next((one for one in report.belong_to(written.by) if one.code == code), None)
    if section is None:
        raise NotAllowed("Open a section that was handed to you")
    if stamp and stamp != report.stamp(section):
        raise Conflict(f"AgencyRequest {request.pk}")
    if any(one.code or one.text for one in said) and not who.said_by.strip():
        raise NotAllowed("Enter who says so")
    asked = {one.code for one in section.questions}
    kept = [one for one in said if one.question in asked]
    changed = [one for one in kept if _write(written, report, section, one, who)]
    if not changed:
        _provenance_alone(written, report, kept, who)
    _drop_what_is_not_asked(written, report, section)
    _reopen_part(written, report, section, bool(changed))
    if written.by is None:
        written.detail["by_link"] = True


def _write(
    written: Change, report: Report, section: FormSection, one: Said, who: Provenance
) -> bool:
    """Write one answer where it differs from what stands; say whether it did."""
    key = (one.question, one.about.pk if one.about else None)
    row = report.rows.get(key)
    if not one.code and not one.text:
        if row is None:
            return False
        written.remove(row)
        del report.rows[key]
        return True
    if row and (row.code, row.text or "", row.how) == (one.code, one.text, one.how):
        return False
    row = row or AgencyAnswer(
        case=report.request.case,
        request=report.request,
        agency=report.request.agency,
        section=section.code,
        question=one.question,
        about=one.about,
        form_version=report.request.form_version,
    )
    row.code, row.text, row.how = one.code, one.text, one.how
    _say_who(row, who, written.by)
    written.save(row)
    report.rows[key] = row
    return True


def _say_who(row: AgencyAnswer, who: Provenance, by) -> None:
    row.said_by, row.said_by_user, row.said_at = who.said_by.strip(), by, timezone.now()
    row.source_of_fact, row.fact_on = who.source, who.fact_on
    row.handed_in_at = None


def _provenance_alone(
    written: Change, report: Report, kept: Sequence[Said], who: Provenance
) -> None:
    for one in kept:
        row = report.rows.get((one.question, one.about.pk if one.about else None))
        if row is None or not (who.source or who.fact_on):
            continue
        if (row.source_of_fact or "", row.fact_on) != (who.source, who.fact_on):
            _say_who(row, who, written.by)
            written.save(row)


def _drop_what_is_not_asked(written: Change, report: Report, section: FormSection) -> None:
    for question in section.questions:
        for key in [key for key in report.rows if key[0] == question.code]:
            if not is_asked(question, key[1], report.answers):
                written.remove(report.rows.pop(key))


def _reopen_part(written: Change, report: Report, section: FormSection, changed: bool) -> None:
    """A part that was handed in and changed is to be handed in again."""
    part = report.parts.get(section.code)
    if changed and part and part.done_at and report.request.state not in RETURNED:
        part.done_by = part.done_at = None
        written.save(part)
