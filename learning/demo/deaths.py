"""Deaths of the last months, told by how many days ago each thing happened. All are invented."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cdop.actions.said import Said

CITY, COUNTY = "LEICESTER", "LEICS_RUTLAND"

# What is usually said; each death says what is otherwise.
_USUAL: dict[str, Any] = {
    "born_alive": "Y",
    "stillbirth_or_late_loss": "N",
    "lawful_termination": "N",
    "notified_by": "HOSPITAL",
    "notifier_name": "Tomasz Field",
    "notifier_contact": "0116 496 0123",
    "notifier_organisation": "Soar Valley Hospitals (fictional)",
    "consultant": "Dr Imogen Farrant",
    "certificate_issued": "N",
    "post_mortem": "NK",
    "coroner_informed": "Y",
    "carer_at_death": "Both parents",
    "other_children": "none",
    "follow_up_arranged": "Y",
    "follow_up_with": "The hospital’s bereavement nurse",
    "cp_plan": "NEVER",
    "statutory_order": "NEVER",
    "asylum_seeker": "N",
    "looked_after": "N",
    "regulated_setting": "N",
    "custody_or_detention": "N",
    "abuse_or_neglect_suspected": "N",
    "learning_disability": "N",
    "agency_contacts": [
        {
            "agency": "GP",
            "name": "Dr Felix Amory",
            "organisation": "Wolds Road Surgery (fictional)",
            "contact": "0116 496 0456",
        },
        {
            "agency": "HV",
            "name": "Dilys Rowntree",
            "organisation": "Swithland Community Health (fictional)",
            "contact": "0116 496 0789",
        },
    ],
}


@dataclass(frozen=True)
class Death:
    """One notification; `died`, `learned` and `notified` are days before today."""

    key: str
    given: str
    family: str
    sex: str
    nhs_number: str
    age_days: int
    died: int
    notified: int
    learned: int | None = None
    ethnicity: str = "WBRI"
    address: str = ""
    postcode: str = "LE2 1ZZ"
    board: str = CITY
    died_in: str = ""
    mother: Mapping[str, Any] = field(default_factory=dict)
    child: Mapping[str, Any] = field(default_factory=dict)
    says: Mapping[str, Any] = field(default_factory=dict)

    def said(self, today: datetime.date) -> Said:
        """Return the notification as it is handed in on a day."""

        def ago(days: int) -> datetime.date:
            return today - datetime.timedelta(days=days)

        learned = self.died if self.learned is None else self.learned
        mother = {"relation": "mother", "family_name": self.family, **self.mother}
        says = {**_USUAL, **self.says}
        if says["coroner_informed"] == "Y":
            says["coroner_informed_on"] = ago(self.notified)
        return Said(
            died_on=ago(self.died),
            notified_on=ago(self.notified),
            learned_on=ago(learned),
            learned_time=datetime.time(9, 15) if learned != self.died else None,
            under_18="Y",
            residence_board=self.board,
            place_of_death_board=self.died_in or self.board,
            child={
                "given_names": self.given,
                "family_name": self.family,
                "born_on": ago(self.died + self.age_days),
                "sex": self.sex,
                "nhs_number": self.nhs_number,
                "ethnicity": self.ethnicity,
                "address": self.address,
                "postcode": self.postcode,
                **self.child,
            },
            notification=says,
            people=(mother,),
        )


YEAR = 365
_AT_HOME = {"location_of_death": "HOSP_ED", "location": "HOME"}
_BORN_EARLY = {"gestation_weeks": 25, "birth_weight_grams": 740, "births": 1, "birth_order": 1}
_LISTER = {"given_names": "Rhona", "family_name": "Listerdale", "nhs_number": "9993489727"}

DEATHS = (
    # On the agenda of the next meeting.
    Death(
        "asthma",
        "Callum",
        "Overbury",
        "M",
        "9996992780",
        11 * YEAR + 40,
        164,
        163,
        address="18 Larch Rise, Leicester",
        mother={"given_names": "Tess"},
        says={
            "location_of_death": "HOSP_ED",
            "location": "SCHOOL",
            "event": "OTHER",
            "event_other": "Collapse with asthma",
            "expectedness": "UNEXPECTED",
            "circumstances": "Became breathless in the playground; his inhaler was at home.",
            "post_mortem": "Y",
        },
    ),
    Death(
        "twin",
        "Ottilie",
        "Listerdale",
        "F",
        "9997469712",
        9,
        151,
        151,
        address="5 Weavers Court, Leicester",
        mother=_LISTER,
        child=_BORN_EARLY,
        says={
            "location_of_death": "HOSP_NNU",
            "location": "HOSP_NNU",
            "event": "NEONATAL",
            "expectedness": "NEONATAL",
            "never_left_hospital": "Y",
            "certificate_issued": "Y",
            "cause_1a": "Extreme prematurity",
            "coroner_informed": "N",
            "circumstances": "Born at 25 weeks; intensive care was withdrawn on the ninth day.",
        },
    ),
    Death(
        "road",
        "Maryam",
        "Delacourt",
        "F",
        "9990392382",
        7 * YEAR + 200,
        139,
        138,
        ethnicity="APKN",
        address="41 Foundry Lane, Loughborough",
        postcode="LE11 3ZZ",
        board=COUNTY,
        mother={"given_names": "Sabine"},
        says={
            "location_of_death": "HOSP_ICU",
            "location": "PUBLIC",
            "event": "RTC",
            "expectedness": "UNEXPECTED",
            "notified_by": "POLICE",
            "notifier_name": "Petra Lindqvist",
            "notifier_organisation": "Charnwood Forest Police (fictional)",
            "circumstances": "Struck by a van while crossing on the way home from school.",
        },
    ),
    # Considered at the last meeting.
    Death(
        "sleep",
        "Teddy",
        "Marchmont",
        "M",
        "9992585889",
        74,
        205,
        205,
        address="Flat 3, 90 Canal Street, Leicester",
        mother={"given_names": "Keira"},
        child={"gestation_weeks": 36, "birth_weight_grams": 2410},
        says={
            **_AT_HOME,
            "event": "SUDI",
            "expectedness": "UNEXPECTED",
            "post_mortem": "Y",
            "other_children": "safe",
            "told_about_children": "Health visitor and school nurse, the same day",
            "circumstances": "Found lifeless in the morning on the sofa with his father.",
        },
    ),
    Death(
        "heart",
        "Amina",
        "Castleford",
        "F",
        "9993230472",
        2 * YEAR + 90,
        190,
        189,
        ethnicity="BAFR",
        address="7 Orchard View, Leicester",
        mother={"given_names": "Leyla"},
        says={
            "location_of_death": "HOSP_PICU",
            "location": "HOSP_PICU",
            "event": "LIFELIMIT",
            "expectedness": "EXPECTED",
            "certificate_issued": "Y",
            "cause_1a": "Heart failure",
            "cause_1b": "Complex congenital heart disease",
            "coroner_informed": "N",
            "circumstances": "Died in intensive care after a long illness, her parents with her.",
        },
    ),
    # Notified in these weeks.
    Death(
        "elsewhere",
        "Rowan",
        "Averill",
        "M",
        "9997586107",
        14 * YEAR,
        19,
        18,
        board="NOTTINGHAM",
        died_in=CITY,
        address="2 Trent Parade, Nottingham",
        postcode="NG2 1ZZ",
        mother={"given_names": "Joy"},
        says={
            "location_of_death": "HOSP_AICU",
            "location": "PUBLIC",
            "event": "RTC",
            "expectedness": "UNEXPECTED",
            "circumstances": "Passenger in a collision on the motorway.",
        },
    ),
    Death(
        "late",
        "Isla",
        "Thornewill",
        "F",
        "9995892936",
        5 * YEAR + 12,
        16,
        9,
        learned=15,
        board=COUNTY,
        address="The Old Forge, Oakham",
        postcode="LE15 6ZZ",
        mother={"given_names": "Harriet"},
        says={
            "location_of_death": "HOSPICE",
            "location": "HOSPICE",
            "event": "LIFELIMIT",
            "expectedness": "EXPECTED",
            "certificate_issued": "Y",
            "cause_1a": "Spinal muscular atrophy",
            "coroner_informed": "N",
            "notified_by": "HOSPICE",
            "notifier_name": "Bridie Sallow",
            "notifier_organisation": "Rutland Children’s Hospice (fictional)",
        },
    ),
    Death(
        "stillborn",
        "Baby of",
        "Quenby",
        "U",
        "",
        0,
        12,
        12,
        address="11 Mill Lane, Leicester",
        mother={"given_names": "Paula"},
        says={
            "born_alive": "N",
            "stillbirth_or_late_loss": "Y",
            "location_of_death": "HOSP_LABOUR",
            "location": "HOSP_LABOUR",
            "coroner_informed": "N",
        },
    ),
    Death(
        "sibling",
        "Baby of",
        "Listerdale",
        "M",
        "9991176179",
        1,
        8,
        8,
        address="5 Weavers Court, Leicester",
        mother=_LISTER,
        child={"gestation_weeks": 23},
        says={
            "location_of_death": "HOSP_NNU",
            "location": "HOSP_NNU",
            "event": "NEONATAL",
            "expectedness": "NEONATAL",
            "never_left_hospital": "Y",
            "coroner_informed": "NK",
            "follow_up_arranged": "NK",
            "cp_plan": "NK",
        },
    ),
    Death(
        "to_confirm",
        "Zachary",
        "Whitcombe",
        "M",
        "9990416923",
        131,
        6,
        6,
        address="63 Abbots Road, Leicester",
        mother={"given_names": "Donna"},
        child={"gestation_weeks": 39, "birth_weight_grams": 3320},
        says={
            **_AT_HOME,
            "event": "SUDI",
            "expectedness": "UNSURE",
            "other_children": "safe",
            "told_about_children": "Duty social worker, by telephone the same evening",
            "circumstances": "Found unresponsive in his cot at half past five.",
        },
    ),
    Death(
        "harm",
        "Poppy",
        "Ravensdale",
        "F",
        "9995021706",
        2 * YEAR + 155,
        4,
        4,
        address="Flat 12, Bede House, Leicester",
        mother={"given_names": "Carla"},
        says={
            "location_of_death": "HOSP_PICU",
            "location": "HOME",
            "event": "OTHERACC",
            "expectedness": "UNEXPECTED",
            "abuse_or_neglect_suspected": "Y",
            "cp_plan": "PREVIOUS",
            "carer_at_death": "Mother’s partner",
            "other_children": "not_known",
            "nobody_told": True,
            "follow_up_arranged": "N",
            "circumstances": "Brought in with a head injury that the account does not explain.",
        },
    ),
    Death(
        "first",
        "Jonah",
        "Tarrick",
        "M",
        "9998405807",
        15 * YEAR + 30,
        3,
        3,
        address="29 Priory Close, Hinckley",
        postcode="LE10 1ZZ",
        board=COUNTY,
        mother={"given_names": "Marian"},
        says={
            "location_of_death": "PUBLIC",
            "location": "PUBLIC",
            "event": "DROWN",
            "expectedness": "UNEXPECTED",
            "notified_by": "POLICE",
            "notifier_name": "Petra Lindqvist",
            "notifier_organisation": "Charnwood Forest Police (fictional)",
            "circumstances": "Recovered from a reservoir where he had been swimming with friends.",
        },
    ),
    # The same boy, notified again by the ambulance service, with slips of the pen.
    Death(
        "second",
        "Jona",
        "Tarrick",
        "M",
        "",
        15 * YEAR + 30,
        3,
        2,
        address="Priory Close, Hinckley",
        postcode="",
        board=COUNTY,
        says={
            "location_of_death": "PUBLIC",
            "location": "PUBLIC",
            "event": "DROWN",
            "expectedness": "UNEXPECTED",
            "notified_by": "AMBULANCE",
            "notifier_name": "Samir Holloway",
            "notifier_organisation": "Fosse Way Ambulance Service (fictional)",
            "agency_contacts": [],
        },
    ),
)
