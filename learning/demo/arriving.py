"""What others send the office or keep running: a coroner's list, a notification, an inquest."""

import datetime
import uuid
from collections.abc import Mapping

from casereview.actions.family import (
    ask_family_question,
    record_family_contact,
    record_family_work,
)
from casereview.actions.processes import record_process
from casereview.forms.dates import PARTS
from casereview.models import Case, FamilyContact, Panel, ParallelProcess
from cdop.actions.intake import receive_notification
from cdop.actions.listing import upload_list
from cdop.listed import INQUEST
from cdop.models import ListUpload
from cdop.rules.list_matching import ListedDeath
from learning.demo import cast
from learning.demo.deaths import CITY
from learning.demo.recent import DEATHS

# The family of the latest death has nobody yet to turn to.
WITHOUT_KEY_WORKER = "harm"
LISTED = ("to_confirm", "harm")
# Entry, given and family name, sex, days of age, days since the death, postcode.
NOBODY_NOTIFIED = (
    ("0412", "Saskia", "Wenlock", "F", 16 * 365 + 70, 21, "LE4 2ZZ"),
    ("0415", "Idris", "Calverley", "M", 47, 11, "LE5 3ZZ"),
)


def bring_in(cases: Mapping[str, Case], manager, today: datetime.date) -> None:
    """Take in the coroner's list and a notification, and keep in touch with one family."""
    _list(manager, today)
    typed = {name: [value] for name, value in notification_typed(today).items()}
    receive_notification(key=uuid.uuid4(), typed=typed, board=CITY)
    _family(cases["sleep"], manager, today)
    for key, case in cases.items():
        if key not in ("sleep", WITHOUT_KEY_WORKER) and case.notified_on:
            record_family_work(
                case=case,
                by=manager,
                key_worker="Rosalind Amory",
                key_worker_contact="0116 496 0124",
                key_worker_cover="Tomasz Field",
                key_worker_since=case.notified_on,
            )
    record_process(
        case=cases["road"],
        kind=INQUEST,
        by=manager,
        status=ParallelProcess.Status.OPEN,
        body="Coroner for Soar Valley (fictional)",
        their_reference="SV/0387",
        began_on=today - datetime.timedelta(days=130),
        expected_on=today + datetime.timedelta(days=45),
    )


def _list(manager, today: datetime.date) -> None:
    """Take in a coroner's list: two deaths that were notified, two that nobody notified."""

    def ago(days: int) -> datetime.date:
        return today - datetime.timedelta(days=days)

    known = [
        ListedDeath(
            f"04{20 + place}",
            death.given,
            death.family,
            death.sex,
            ago(death.died + death.age_days),
            ago(death.died),
            death.postcode,
        )
        for place, death in enumerate(death for death in DEATHS if death.key in LISTED)
    ]
    others = [
        ListedDeath(entry, given, family, sex, ago(died + age), ago(died), postcode)
        for entry, given, family, sex, age, died, postcode in NOBODY_NOTIFIED
    ]
    upload_list(
        panel=Panel.objects.get(code=cast.PANEL),
        kind=ListUpload.Kind.CORONER,
        sub_district="",
        covers_from=ago(28),
        covers_until=ago(1),
        deaths=[*others, *known],
        by=manager,
    )


def notification_typed(today: datetime.date) -> dict[str, str]:
    """Return what a hospice's nurse typed on the public page; no other child is at risk."""
    died = today - datetime.timedelta(days=1)

    def day(name: str, on: datetime.date) -> dict[str, str]:
        return {f"{name}_{part}": str(getattr(on, part)) for part in PARTS}

    return {
        "other_children": "none",
        "notifier_name": "Bridie Sallow",
        "notifier_contact": "0116 496 0321",
        "notified_by": "HOSPICE",
        "notifier_organisation": "Rutland Children’s Hospice (fictional)",
        "given_names": "Merryn",
        "family_name": "Oakshott",
        "sex": "F",
        **day("born_on", died - datetime.timedelta(days=8 * 365 + 150)),
        "address": "3 Glebe Cottages, Leicester",
        "postcode": "LE3 4ZZ",
        "residence_board": CITY,
        **day("died_on", died),
        "died_on_precision": "exact",
        "location_of_death": "HOSPICE",
        "place_of_death_board": CITY,
        "expectedness": "EXPECTED",
        "abuse_or_neglect_suspected": "N",
        "circumstances": "Died after a long illness, her mother and father with her.",
    }


def _family(case: Case, manager, today: datetime.date) -> None:
    """Say who keeps in touch with a family, and what it asked and was not yet told."""
    mother = case.family.get(relation="mother").person
    told_on = today - datetime.timedelta(days=190)
    record_family_work(
        case=case,
        by=manager,
        key_worker="Tomasz Field",
        key_worker_contact="0116 496 0123",
        key_worker_since=told_on,
        told_of_review_on=told_on,
        told_of_review_by="Tomasz Field",
        leaflet_given_on=told_on,
        wants_result="Y",
        interpreter_needed="N",
    )
    record_family_contact(
        case=case,
        on=told_on,
        kind=FamilyContact.Kind.VISIT,
        person=mother,
        by_whom="Tomasz Field",
        by=manager,
    )
    ask_family_question(
        case=case,
        question="Did anybody tell us that a sofa is more dangerous than a bed?",
        asked_on=today - datetime.timedelta(days=30),
        person=mother,
        by=manager,
    )
