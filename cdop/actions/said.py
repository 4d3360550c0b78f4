"""What a notification says, and what follows from it before anything is written."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from casereview.rules.ages import age_days, under_18
from casereview.rules.working_days import (
    LONDON,
    NotificationClock,
    add_working_days,
    notification_clock,
)
from cdop.rules import categorisation as kinds
from cdop.rules.categorisation import Answer
from cdop.rules.notification_checks import to_chase
from cdop.rules.stated_age import StatedAge

# Working days from when the authority knows of a serious incident.
SERIOUS_INCIDENT_DAYS = 5
SERIOUS_INCIDENT = "serious_incident"
WHO_MUST = "The local authority for the area where it happened"


@dataclass(frozen=True)
class Said:
    """Everything a notification says; what is not known is absent, blank or None.

    `notification` and `child` hold values of the records' fields; boards are codes; `people` are
    rows of `relation` and fields of a person.
    """

    died_on: datetime.date
    notified_on: datetime.date
    died_on_precision: str = "exact"
    learned_on: datetime.date | None = None
    learned_time: datetime.time | None = None
    received_time: datetime.time | None = None
    under_18: str = ""
    residence_board: str = ""
    place_of_death_board: str = ""
    notifying_board: str = ""
    looked_after_by: str = ""
    stated_age: StatedAge | None = None
    child: Mapping[str, Any] = field(default_factory=dict)
    notification: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[Mapping[str, Any], ...] = ()

    @property
    def learned_at(self) -> datetime.datetime | None:
        return at(self.learned_on, self.learned_time) if self.learned_on else None

    @property
    def received_at(self) -> datetime.datetime | None:
        return at(self.notified_on, self.received_time) if self.received_time else None

    @property
    def age_days(self) -> int | None:
        """The age in days; of an age that was only said, the fewest it can be."""
        born_on = self.child.get("born_on")
        if born_on and born_on <= self.died_on:
            return age_days(born_on, self.died_on)
        return self.stated_age.least_days if self.stated_age else None

    @property
    def clock(self) -> NotificationClock:
        return notification_clock(self.died_on, self.learned_on)

    def scope(self, own: Collection[str]) -> kinds.ScopeFinding:
        """Say whether the panel that serves the boards `own` reviews this death."""
        born_on = self.child.get("born_on")
        young = answer(self.under_18)
        if born_on and born_on <= self.died_on:
            young = yes_or_no(under_18(born_on, self.died_on))
        elif self.stated_age:
            young = yes_or_no(not self.stated_age.adult)
        resident = Answer.NOT_KNOWN
        if self.residence_board not in ("", "NK"):
            resident = yes_or_no(self.residence_board in own)
        return kinds.scope(
            kinds.ScopeFacts(
                born_alive=answer(self.notification.get("born_alive")),
                stillbirth_or_late_loss=answer(self.notification.get("stillbirth_or_late_loss")),
                lawful_termination=answer(self.notification.get("lawful_termination")),
                under_18=young,
                resident=resident,
            )
        )

    @property
    def questions(self) -> list[str]:
        """The questions to chase."""
        known: dict[str, Any] = {**self.notification, **self.child}
        known |= {
            "learned_at": self.learned_on,
            "under_18": self.under_18,
            "residence_board": self.residence_board,
            "place_of_death_board": self.place_of_death_board,
            "mother": any(
                person.get("relation") == "mother"
                and (person.get("family_name") or person.get("nhs_number"))
                for person in self.people
            )
            or None,
        }
        return to_chase(known, self.age_days)


def answer(code: str | None) -> Answer:
    """Read a yes / no / not known code; blank and not applicable are not known and no."""
    return Answer.NO if code == "NA" else Answer(code or "NK")


def yes_or_no(fact: bool) -> Answer:
    return Answer.YES if fact else Answer.NO


def at(day: datetime.date, time: datetime.time | None) -> datetime.datetime:
    """Return an instant in England; without a time, the beginning of the day."""
    return datetime.datetime.combine(day, time or datetime.time(), LONDON)


def serious_incident(notification: Any) -> kinds.Duty:
    """Say whether a notification, or what is said for one, opens the duty to notify."""
    return kinds.serious_incident_duty(
        {
            "looked_after": answer(_of(notification, "looked_after")),
            "regulated_setting": answer(_of(notification, "regulated_setting")),
            "custody_or_detention": answer(_of(notification, "custody_or_detention")),
            "abuse_or_neglect": answer(_of(notification, "abuse_or_neglect_suspected")),
        }
    )


def scr_prompt(notification: Any) -> kinds.Duty:
    """Say whether a notification asks for a referral to the serious case review group."""
    return kinds.scr_prompt(
        {
            "abuse_or_neglect": answer(_of(notification, "abuse_or_neglect_suspected")),
            "custody_or_detention": answer(_of(notification, "custody_or_detention")),
        }
    )


def children_triage(notification: Any) -> kinds.Triage:
    """Say whether the other children need somebody today."""
    state = _of(notification, "other_children") or ""
    others = {"none": Answer.NO, "safe": Answer.YES, "not_safe": Answer.YES}
    safe = {"safe": Answer.YES, "not_safe": Answer.NO}
    told = Answer.NOT_KNOWN
    if _of(notification, "nobody_told"):
        told = Answer.NO
    elif _of(notification, "social_care_told_on") or _of(notification, "told_about_children"):
        told = Answer.YES
    return kinds.other_children_triage(
        others.get(state, Answer.NOT_KNOWN), safe.get(state, Answer.NOT_KNOWN), told
    )


def serious_incident_due(from_day: datetime.date) -> datetime.date:
    """Return the last day for the notification of a serious incident known from `from_day`."""
    return add_working_days(from_day, SERIOUS_INCIDENT_DAYS)


def today() -> datetime.date:
    return timezone.localdate()


def _of(notification: Any, name: str) -> Any:
    if isinstance(notification, Mapping):
        return notification.get(name)
    return getattr(notification, name)
