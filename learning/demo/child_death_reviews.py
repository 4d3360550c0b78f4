"""Deaths on the forms of 2018: their meetings, their people, and what was copied by hand."""

import datetime

from casereview.actions.family import record_family_work
from casereview.models import Case
from cdop.actions.death_review import (
    record_copied,
    record_death_review_meeting,
    record_death_review_people,
)

DAY = datetime.timedelta(days=1)
# Notified in these days: their notifications still wait to be copied.
NOT_COPIED = ("harm", "first", "to_confirm")
BEFORE_THE_FORMS = ("stillborn", "elsewhere", "second")


def bring_in(cases: dict[str, Case], manager, today: datetime.date) -> None:
    """Hold two meetings and plan one, name who leads, and copy what was notified."""
    _heart(cases["heart"], manager)
    _twin(cases["twin"], manager)
    _asthma(cases["asthma"], manager, today)
    for key, case in cases.items():
        if key not in (*NOT_COPIED, *BEFORE_THE_FORMS) and case.notified_on:
            copied_on = min(case.notified_on + DAY, today)
            record_copied(
                case=case,
                form="NOT",
                copied_on=copied_on,
                by=manager,
                reference=f"Fictional {case.reference[-4:]}",
            )


def _heart(case: Case, manager) -> None:
    died = case.died_on or datetime.date.min
    record_family_work(
        case=case,
        by=manager,
        key_worker="Sister Maud Linnet, heart nursing team",
        key_worker_contact="0116 496 0555",
        key_worker_since=died + DAY,
        key_worker_cover="Staff nurse Bram Oakes",
    )
    record_death_review_people(
        case=case,
        by=manager,
        lead_health_professional="Dr Imogen Farrant, consultant paediatrician",
        lead_health_professional_contact="0116 496 0556",
        medical_examiner_state="scrutinised",
        medical_examiner="Dr Lowell Penhaligon, medical examiner’s office (fictional)",
        medical_examiner_on=died + 2 * DAY,
        stillbirth_at_home="NA",
    )
    record_death_review_meeting(
        case=case,
        by=manager,
        kind="cdrm",
        held_on=died + 63 * DAY,
        chair="Dr Gwendoline Marsh, consultant in another team",
        chair_treated="N",
        attended=["TREATING", "NURSE", "GP", "HV", "KEYW", "DDCD"],
        attended_by="Dr Felix Amory\nDilys Rowntree\nSister Maud Linnet",
        parents_asked="Y",
        parents_questions="Would a third operation have given her more time?",
        discussion="Care was planned with the family and followed the plan. A third operation had "
        "been considered and was rightly not offered.",
        parents_told_on=died + 77 * DAY,
        parents_told_by="Sister Maud Linnet",
    )


def _twin(case: Case, manager) -> None:
    died = case.died_on or datetime.date.min
    record_death_review_people(
        case=case,
        by=manager,
        lead_health_professional="Dr Clement Ashby, neonatal unit",
        medical_examiner_state="scrutinised",
        medical_examiner_on=died + DAY,
        stillbirth_at_home="N",
    )
    record_death_review_meeting(
        case=case,
        by=manager,
        kind="pmrt",
        held_on=died + 58 * DAY,
        chair="Dr Philippa Garth, another hospital’s neonatal unit",
        chair_treated="N",
        attended=["NEO", "NURSE", "OTHER"],
        attended_by="Dr Clement Ashby",
        parents_asked="Y",
        parents_questions="Could the birth have been held off for longer?",
        discussion="Care at birth and afterwards was graded as not likely to have changed what "
        "happened.",
    )


def _asthma(case: Case, manager, today: datetime.date) -> None:
    record_death_review_meeting(
        case=case,
        by=manager,
        kind="cdrm",
        planned_for=today + 5 * DAY,
        chair="Dr Gwendoline Marsh, consultant in another team",
    )
