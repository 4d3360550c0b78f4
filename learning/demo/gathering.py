"""What agencies were asked about two deaths, and what those that have answered said."""

import datetime
from collections.abc import Mapping, Sequence

from django.utils import timezone

from casereview.models import Agency, AgencyRequest, Case, Person
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.actions.asking import Ask, request_report
from cdop.actions.reporting import (
    Provenance,
    Said,
    answer_request,
    hand_parts,
    say_no_record,
    sign_off_report,
)
from cdop.models import AgencyAnswer
from learning.demo import cast

# Days before today: asked, due (in days to come: negative) and returned.
ASKED_LONG_AGO, OVERDUE_SINCE = 40, 12
RETURNED = {"hospital": 20, "community": 19, "police": 33}
ASKED_THIS_WEEK, DUE_SOON = 4, -17
AFTERNOON = datetime.time(14, 20)

_HOSPITAL: Mapping[str, Sequence[Said]] = {
    "B": (
        Said("B010", code="WITNESSED"),
        Said("B011", code="Y", text="By the school’s first aider, then by the ambulance crew"),
        Said("B011A", text="School staff and paramedics, for 50 minutes in all"),
        Said("B014", text="Brought in with asthma from which he could not be revived."),
    ),
    "C": (
        Said("C04", code="Y", text="Asthma since he was four; admitted twice in two years"),
        Said("C05", code="N"),
        Said("C06", code="Y", text="A preventer, seldom collected, and a reliever"),
    ),
    "F": (
        Said("F01", code="Y", text="Children’s asthma clinic"),
        Said("F04", code="Y", text="A written asthma plan at the second discharge"),
        Said("F05", code="Y", text="The plan was not sent to his school"),
    ),
}
_COMMUNITY: Mapping[str, Sequence[Said]] = {
    "C": (
        Said("C04", code="Y", text="Asthma; the school nurse held no plan for him"),
        Said("C05", code="N"),
    ),
    "F": (
        Said("F01", code="Y", text="School nursing"),
        Said("F08", text="School nurses now ask each term which children carry an inhaler."),
    ),
}


def bring_in(cases: Mapping[str, Case], manager, today: datetime.date) -> None:
    """Ask about the boy with asthma, answered in part, and about a baby, answered by nobody."""
    asked = _ask(
        cases["asthma"],
        manager,
        today,
        ("hospital", "community", "police", "education"),
        asked=ASKED_LONG_AGO,
        due=OVERDUE_SINCE,
        question="Who knew of his asthma plan, and where was his inhaler kept?",
    )
    mother = cases["asthma"].family.get(relation="mother").person
    _answer(asked["hospital"], _HOSPITAL, _smokes(mother, "N"), "Clinic letters")
    _answer(
        asked["community"],
        _COMMUNITY,
        _smokes(mother, "Y", "About ten a day, said at a visit in the spring"),
        "School nursing record",
    )
    police = asked["police"]
    say_no_record(request=police, by=police.to_user, name=police.to_user.name)
    for key, days in RETURNED.items():
        _returned(asked[key], manager, _at(today, days))
    asked = _ask(
        cases["to_confirm"],
        manager,
        today,
        ("hospital", "police", "community"),
        asked=ASKED_THIS_WEEK,
        due=DUE_SOON,
    )
    _hand_a_part_to_the_nurse(asked["hospital"])


def _at(today: datetime.date, days: int) -> datetime.datetime:
    day = today - datetime.timedelta(days=days)
    return timezone.make_aware(datetime.datetime.combine(day, AFTERNOON))


def _ask(
    case: Case,
    manager,
    today: datetime.date,
    agencies: Sequence[str],
    *,
    asked: int,
    due: int,
    question: str = "",
) -> dict[str, AgencyRequest]:
    """Ask the leads of agencies, and say of each request that it was made so many days ago."""
    names = {key: cast.AGENCIES[key][0] for key in agencies}
    found = {
        agency.name: agency
        for agency in Agency.objects.filter(name__in=names.values()).select_related("lead")
    }
    chosen = [found[names[key]] for key in agencies]
    made = request_report(
        case=Case.objects.get(pk=case.pk),
        asks=[Ask(agency, lead=agency.lead) for agency in chosen],
        due_on=today + datetime.timedelta(days=max(0, -due)),
        question=question,
        by=manager,
    )
    requests = dict(zip(agencies, (one.request for one in made), strict=True))
    with change("seed_demo", by=manager, case=case) as written:
        for request in requests.values():
            request.requested_at = _at(today, asked)
            request.due_on = today - datetime.timedelta(days=due)
            written.save(request)
    return requests


def _smokes(person: Person, code: str, text: str = "") -> Said:
    return Said("D01", about=person, code=code, text=text)


def _answer(
    request: AgencyRequest, sections: Mapping[str, Sequence[Said]], home: Said, source: str
) -> None:
    """Answer a request section by section, and sign it off, as the agency's lead would."""
    lead = request.to_user
    for section, said in {**sections, "D": (home,)}.items():
        answer_request(
            request=request,
            section=section,
            said=said,
            by=lead,
            who=Provenance(said_by=lead.name if lead else "", source=source),
        )
    sign_off_report(request=request, by=lead)


def _returned(request: AgencyRequest, manager, at: datetime.datetime) -> None:
    """Say of a report that it was answered and returned on an earlier day."""
    request = AgencyRequest.objects.select_related("case").get(pk=request.pk)
    with change("seed_demo", by=manager, case=request.case) as written:
        request.returned_at = request.signed_off_at = at
        written.save(request)
        for answer in AgencyAnswer.objects.filter(request=request):
            answer.said_at = answer.handed_in_at = at
            written.save(answer)
        for part in request.parts.all():
            part.handed_at = part.done_at = at
            written.save(part)


def _hand_a_part_to_the_nurse(request: AgencyRequest) -> None:
    """Hand what happened and the child's health to the nurse who was with the family."""
    nurse = cast.person(Role.CONTRIBUTOR)
    hand_parts(request=request, given={"B": nurse, "C": nurse}, by=request.to_user)
