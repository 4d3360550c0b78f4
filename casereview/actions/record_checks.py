"""Sending names to member agencies before a meeting, and what they answer."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from casereview import kin, outbox
from casereview.actions.admissions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import (
    Agency,
    AgendaItem,
    Case,
    Meeting,
    RecordCheck,
    StandingRole,
    User,
)
from casereview.record_checks import OVER
from casereview.records import change
from casereview.rules.access_table import Role

Answer = RecordCheck.Answer


def leads_by_agency(agencies: Sequence[Agency]) -> dict[Agency, list[User]]:
    """Return who leads each agency today and has an account there; every agency is a key."""
    held = (
        StandingRole.objects.filter(role=Role.AGENCY_LEAD, agency__in=agencies, ended_at=None)
        .filter(Q(until=None) | Q(until__gte=timezone.localdate()))
        .select_related("user")
        .order_by("given_at", "pk")
    )
    found: dict[Agency, list[User]] = {agency: [] for agency in agencies}
    by_key = {agency.pk: agency for agency in agencies}
    for one in held:
        if one.agency_id and one.user.is_active and one.user.agency_id == one.agency_id:
            found[by_key[one.agency_id]].append(one.user)
    return found


def withdrawn_agencies(cases: Sequence[Case]) -> dict[Case, set]:
    """Return the keys of those who have withdrawn from each case, agencies and people alike."""
    away = kin.kept_from([case.pk for case in cases])
    return {case: away.get(case.pk, set()) for case in cases}


def send_record_checks(
    *, meeting: Meeting, cases: Sequence[Case], agencies: Sequence[Agency], by
) -> list[RecordCheck]:
    """Send the names of the children of some cases to agencies, to look for in their records.

    An agency that has withdrawn from a case does not get its name; one that has it already is not
    asked again. A message to the agency's leads says only that something waits.

    Raises:
        NotAllowed: the panel's policy does not allow it, the meeting is over, a case is sealed or
            not on its agenda, an agency is not a member's or has no lead, or nothing is left.
    """
    if not meeting.panel.names_first:
        raise NotAllowed("Ask an administrator first: this panel’s policy keeps names from going")
    if meeting.state in OVER or meeting.held_on < timezone.localdate():
        raise NotAllowed("Choose a meeting that is still to come")
    on_agenda = set(AgendaItem.objects.filter(meeting=meeting).values_list("case", flat=True))
    if any(case.pk not in on_agenda or case.sealed or case.merged_into_id for case in cases):
        raise NotAllowed("Choose cases of this agenda that are not sealed")
    members = set(meeting.attendances.values_list("agency", flat=True))
    leads = leads_by_agency(agencies)
    if any(agency.pk not in members or not leads[agency] for agency in agencies):
        raise NotAllowed("Choose agencies of those invited, each with a lead who has an account")
    away = withdrawn_agencies(cases)
    there = set(
        RecordCheck.objects.filter(meeting=meeting).values_list("case", "agency").distinct()
    )
    today, sent = timezone.localdate(), []
    with transaction.atomic():
        for case in cases:
            asked = [
                agency
                for agency in agencies
                if agency.pk not in away[case] and (case.pk, agency.pk) not in there
            ]
            if not asked:
                continue
            with change("send_record_checks", by=by, case=case) as written:
                for agency in asked:
                    check = RecordCheck(
                        case=case,
                        meeting=meeting,
                        agency=agency,
                        sent_by=by,
                        sent_at=timezone.now(),
                    )
                    written.save(check)
                    sent.append(check)
                written.detail["agencies"] = [str(agency.pk) for agency in asked]
        if not sent:
            raise NotAllowed("Choose a case or an agency that was not sent yet: nothing is left")
        told = {user for agency in {check.agency for check in sent} for user in leads[agency]}
        for user in sorted(told, key=lambda user: user.pk):
            rule = f"names-{meeting.pk.hex}"
            outbox.put(to=user, template="record_checks", rule=rule, day=today)
    return sent


def answer_record_check(
    *,
    check: RecordCheck,
    answer: str,
    by,
    known_as: str = "",
    note: str = "",
    version: int | None = None,
) -> RecordCheck:
    """Record whether an agency knows a child, for the day on which it says so.

    Raises:
        NotAllowed: no answer, or no name for a child known by another name.
        Conflict: somebody else answered since the page was shown.
    """
    if answer not in Answer.values or not answer:
        raise NotAllowed("Select whether your agency knows this child")
    if answer == Answer.OTHER_NAME and not known_as.strip():
        raise NotAllowed("Enter the name by which your agency knows this child")
    as_seen(check, version)
    with change("answer_record_check", by=by, case=check.case) as written:
        check.answer, check.note = answer, note.strip() or None
        check.known_as = known_as.strip() or None if answer == Answer.OTHER_NAME else None
        check.answered_by, check.answered_at = by, timezone.now()
        written.save(check, subject=True)
        written.detail["answer"] = answer
    return check
