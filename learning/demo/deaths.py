"""How an invented death is told: by how many days ago each thing happened."""

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
    "post_mortem": "N",
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
