"""What the serious case review group considered in 2014-15, and what waits for it today.

Nine children, as in the published year: three of them deaths of the year's file, six who were
seriously harmed; three infants are alike in age and injury. Nobody here is real.
"""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from casereview import actions
from casereview.models import Agency, Board, Case, Child
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.models import Notification
from learning.demo import cast
from learning.demo.deaths import CITY
from scr.actions.assessing import answer_criterion, begin_assessment, lock_assessment
from scr.actions.receiving import send_referral
from scr.actions.referring import refer_for_scr
from scr.actions.securing import record_file
from scr.criteria_files import framework_named
from scr.models import CriteriaAssessment, Referral
from scr.referral_said import ChildSaid, Said
from scr.rules.answers import NOT_KNOWN

COUNTY, NEXT_CITY = "LEICS_RUTLAND", "NOTTINGHAM"
_HARMED = {
    "under_18_at_event": "yes",
    "event": "harmed",
    "seriously_harmed": "yes",
    "abuse_or_neglect": "suspected",
    "interagency_concern": "concern",
}
_DIED = {
    "under_18_at_event": "yes",
    "event": "died",
    "custody_death": "no",
    "mha_detained": "no",
}


@dataclass(frozen=True)
class Considered:
    """One case the group considered: a death of the year's file by its source, or a child harmed.

    `composite` marks the three that are alike; days are as days were in that year.
    """

    key: str
    happened_on: datetime.date
    referred_on: datetime.date
    agency: str
    grounds: str
    answers: Mapping[str, str]
    source: str = ""
    given: str = ""
    family: str = ""
    sex: str = ""
    born_on: datetime.date | None = None
    event_board: str = CITY
    composite: bool = False
    files: tuple[str, ...] = field(default=("police", "social_care", "hospital"))


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _infant(key: str, given: str, family: str, born: str, happened: str, referred: str, **more):
    return Considered(
        key=key,
        happened_on=_day(happened),
        referred_on=_day(referred),
        agency="social_care",
        answers=_HARMED,
        given=given,
        family=family,
        born_on=_day(born),
        composite=True,
        **more,
    )


CONSIDERED: tuple[Considered, ...] = (
    _infant(
        "infant_a",
        "Linnet",
        "Farthingale",
        "2014-02-08",
        "2014-04-29",
        "2014-05-06",
        sex="F",
        grounds="Eleven weeks old, with a head injury and healing fractures. Four services had "
        "seen bruises before, each once.",
    ),
    _infant(
        "infant_b",
        "Corin",
        "Hathersage",
        "2014-04-15",
        "2014-07-10",
        "2014-07-21",
        sex="M",
        event_board=COUNTY,
        grounds="Twelve weeks old, with a head injury. A bruise at the six-week check was put "
        "down to a sibling.",
    ),
    _infant(
        "infant_c",
        "Isolde",
        "Marchbanks",
        "2014-06-30",
        "2014-09-18",
        "2014-09-26",
        sex="F",
        grounds="Eleven weeks old, with healing fractures of the ribs and a head injury. The "
        "family had moved twice between areas.",
    ),
    Considered(
        key="killed",
        source="LLR-2014-15-0015",
        happened_on=_day("2014-11-01"),
        referred_on=_day("2014-11-06"),
        agency="police",
        grounds="A baby who died of injuries while in the care of two adults. Both were known to "
        "several agencies.",
        answers={**_DIED, "abuse_or_neglect": "known"},
    ),
    Considered(
        key="neglect",
        given="Rowan",
        family="Thistlewood",
        sex="M",
        born_on=_day("2008-03-19"),
        happened_on=_day("2014-12-02"),
        referred_on=_day("2014-12-12"),
        agency="education",
        grounds="Brought in at half the weight of a child of six. School, health visitors and "
        "housing had each written of neglect for years.",
        answers={**_HARMED, "abuse_or_neglect": "known"},
    ),
    Considered(
        key="suicide",
        source="LLR-2014-15-0014",
        happened_on=_day("2013-12-30"),
        referred_on=_day("2014-04-11"),
        agency="education",
        grounds="A child of twelve who died by suicide. Self-harm was known to school and to "
        "the mental health service, and not to each other.",
        answers={**_DIED, "abuse_or_neglect": "no", "learning_potential": "yes"},
    ),
    Considered(
        key="epilepsy",
        given="Hester",
        family="Pennyfather",
        sex="F",
        born_on=_day("2003-10-05"),
        happened_on=_day("2014-08-14"),
        referred_on=_day("2014-08-28"),
        agency="hospital",
        grounds="Lasting harm after a long seizure. Appointments were missed and nobody asked "
        "why; neglect was suspected.",
        answers={
            **_HARMED,
            "interagency_concern": "definitive_no_concern",
            "learning_potential": "yes",
        },
        event_board=NEXT_CITY,
    ),
    Considered(
        key="seventeen",
        source="LLR-2014-15-0059",
        happened_on=_day("2014-06-25"),
        referred_on=_day("2014-07-03"),
        agency="police",
        grounds="A young person of seventeen who died by suicide; the group was asked whether "
        "more could have been done.",
        answers={**_DIED, "abuse_or_neglect": "no", "learning_potential": "no"},
    ),
    Considered(
        key="window",
        given="Jory",
        family="Applegarth",
        sex="M",
        born_on=_day("2011-05-27"),
        happened_on=_day("2015-01-09"),
        referred_on=_day("2015-01-15"),
        agency="hospital",
        grounds="Badly hurt in a fall from a window. Lack of care was suspected at first.",
        answers={
            **_HARMED,
            "abuse_or_neglect": "no",
            "interagency_concern": "no_concern_identified",
            "learning_potential": "no",
        },
        event_board=COUNTY,
    ),
)


def bring_in() -> dict[str, Case]:
    """Refer and assess the nine cases of the year; return them by key."""
    return {one.key: _consider(one) for one in CONSIDERED}


def referral_of(case: Case) -> Referral:
    """Return the referral of one of the nine."""
    return case.referrals.get()


def assessment_of(case: Case) -> CriteriaAssessment:
    """Return the locked assessment of one of the nine."""
    return case.criteria_assessments.get()


def _agency(key: str) -> Agency:
    return Agency.objects.get(name=cast.AGENCIES[key][0])


def _consider(one: Considered) -> Case:
    office = cast.person(Role.BOARD_MANAGER)
    case = _case(one, office)
    agency = _agency(one.agency)
    referral = refer_for_scr(
        case=case,
        by=office,
        received_by=cast.board(),
        referred_on=one.referred_on,
        referred_by=agency.lead,
        named_lead=agency.lead.name if agency.lead else "",
        agency=agency,
        event_on=one.happened_on,
        aware_on=one.happened_on + datetime.timedelta(days=1),
        event_board=Board.objects.get(code=one.event_board),
        looked_after="N",
        siblings_safe="Y",
        immediate_safety="Brothers and sisters seen by social care the same day",
        grounds=one.grounds,
        agencies=[_agency(key) for key in one.files],
    )
    _secure(referral, office, one.referred_on)
    _assess(referral, one)
    return case


def _case(one: Considered, office) -> Case:
    if one.source:
        return Notification.objects.get(source_reference=one.source).case
    child = Child(family_name=one.family, given_names=one.given, sex=one.sex)
    if one.born_on:
        child.born_on = one.born_on
    return actions.open_case(
        by=office,
        child=child,
        kind=Case.Kind.SERIOUS_HARM,
        notified_on=one.referred_on,
        residence_board=cast.board(),
    )


def _secure(referral: Referral, office, day: datetime.date) -> None:
    with change("seed_demo", by=office, case=referral.case) as written:
        for row in referral.files_secured.all():
            row.asked_on = day
            written.save(row)
    for place, row in enumerate(referral.files_secured.select_related("agency")):
        record_file(
            row=row,
            by=office,
            secured_on=day + datetime.timedelta(days=1),
            sealed_on=day + datetime.timedelta(days=1 + place),
            secured_by="Records manager",
        )


def _assess(referral: Referral, one: Considered) -> None:
    member = cast.person(Role.SCR_MEMBER)
    assessment = begin_assessment(referral=referral, by=member)
    for question in framework_named(referral.framework).questions:
        if value := one.answers.get(question.id):
            answer_criterion(
                assessment=assessment,
                question=question.id,
                value=value,
                evidence=_EVIDENCE.get(question.id, one.grounds),
                source="Referral, and each agency’s summary",
                agency=referral.agency,
                as_at=one.referred_on,
                by=member,
            )
    lock_assessment(assessment=assessment, by=member)


_EVIDENCE = {
    "under_18_at_event": "Date of birth in the referral.",
    "custody_death": "At home, and not detained.",
    "mha_detained": "At home, and not detained.",
    "learning_potential": "What the agencies’ summaries say side by side.",
}


def refer_today(case: Case, manager, today: datetime.date) -> None:
    """Refer a death of these days, with its criteria half assessed, and leave another to be read.

    The lead reviewer is admitted to prepare the meeting.
    """
    day = case.notified_on or today
    referral = refer_for_scr(
        case=case,
        by=manager,
        referred_on=day,
        agency=_agency("hospital"),
        named_lead="Dr Sunita Marlowe",
        event_on=case.died_on,
        aware_on=day,
        event_board=cast.board(),
        looked_after="N",
        siblings_safe="NK",
        immediate_safety="Duty social worker telephoned; the visit is not confirmed yet",
        grounds="A head injury that the account does not explain; earlier child protection plan.",
        agencies=[_agency(key) for key in ("police", "social_care", "hospital")],
    )
    member = cast.person(Role.SCR_MEMBER)
    assessment = begin_assessment(referral=referral, by=member)
    hospital = _agency("hospital")
    for question, value in (("under_18_at_event", "yes"), ("event", "died")):
        answer_criterion(
            assessment=assessment,
            question=question,
            value=value,
            evidence="The notification of the death.",
            source="Notification (Form A)",
            agency=hospital,
            as_at=day,
            by=member,
        )
    answer_criterion(
        assessment=assessment,
        question="abuse_or_neglect",
        value=NOT_KNOWN,
        who_will_answer="Carys Bowden, police",
        answer_by=today + datetime.timedelta(days=6),
        by=member,
    )
    actions.admit_to_case(
        case=case,
        user=cast.person(Role.LEAD_REVIEWER),
        role=Role.LEAD_REVIEWER,
        by=manager,
        reason="Asked to prepare the referral meeting",
    )
    _send(today)


def _send(today: datetime.date) -> None:
    """Leave a referral of two children of one incident to be read by the board's office."""
    day = today - datetime.timedelta(days=2)
    children = tuple(
        ChildSaid(
            family_name="Silverlock",
            given_names=given,
            born_on=today - datetime.timedelta(days=365 * years + 40),
            sex=sex,
            address="9 Orchard Row, Leicester",
            postcode="LE2 9ZZ",
            home=CITY,
            looked_after="N",
        )
        for given, years, sex in (("Avery", 5, "M"), ("Maren", 3, "F"))
    )
    said = Said(
        grounds="Two children badly burned in a fire at home. The police had been called there "
        "five times this year.",
        raised_by="Petra Lindqvist, detective sergeant",
        siblings_safe="Y",
        event_on=day,
        aware_on=day,
        event_board=CITY,
        immediate_safety="An older sister is with her grandmother, seen there by social care",
        agencies=tuple(str(_agency(key).pk) for key in ("social_care", "education", "hospital")),
        children=children,
    )
    send_referral(key=uuid.uuid4(), said=said, by=cast.person(Role.AGENCY_LEAD))
