"""What cannot be so in a notification, and what is still to be asked about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casereview.rules.ages import under_18
from cdop.rules.categorisation import Answer


@dataclass(frozen=True)
class Dates:
    """The days a notification gives; None is not known."""

    born_on: date | None = None
    died_on: date | None = None
    notified_on: date | None = None
    learned_on: date | None = None
    coroner_informed_on: date | None = None


@dataclass(frozen=True)
class Contradiction:
    """An answer that cannot be so beside the others; the message begins with what to do."""

    field: str
    message: str


def contradictions(dates: Dates, said_under_18: Answer) -> list[Contradiction]:
    """Return every answer that contradicts another; what is not known contradicts nothing.

    One contradiction may come twice, once for each of the two answers that do not agree.
    """
    found: list[Contradiction] = []

    def refuse(message: str, *fields: str) -> None:
        found.extend(Contradiction(field, message) for field in fields)

    if _after(dates.born_on, dates.died_on):
        refuse(
            "Check the dates of birth and death: the child was born after the day of death",
            "born_on",
            "died_on",
        )
    elif adult(dates) and said_under_18 is Answer.YES:
        refuse(
            "Check the dates of birth and death: they make 18 years or more. If they are right, "
            "answer No to “Was the child under 18?”, and the death can be closed as not for review",
            "born_on",
            "died_on",
            "under_18",
        )
    if _after(dates.died_on, dates.notified_on):
        refuse(
            "Check the dates: the death was notified before it happened", "died_on", "notified_on"
        )
    if _after(dates.died_on, dates.learned_on):
        refuse(
            "Check the dates: the notifier learned of the death before it happened",
            "died_on",
            "learned_on",
        )
    if _after(dates.learned_on, dates.notified_on):
        refuse(
            "Check the dates: the death was notified before the notifier learned of it",
            "learned_on",
            "notified_on",
        )
    if _after(dates.died_on, dates.coroner_informed_on):
        refuse(
            "Check the dates: the coroner was informed before the death",
            "died_on",
            "coroner_informed_on",
        )
    return found


def adult(dates: Dates) -> bool:
    """Tell whether the dates say that the eighteenth birthday had come; unknown dates do not."""
    if dates.born_on is None or dates.died_on is None or dates.born_on > dates.died_on:
        return False
    return not under_18(dates.born_on, dates.died_on)


# Every question that a panel needs an answer to, in the order of Form A.
QUESTIONS = {
    "born_alive": "Was the child born alive?",
    "lawful_termination": "Was it a lawful termination of pregnancy?",
    "under_18": "Was the child under 18?",
    "residence_board": "Where did the child normally live?",
    "learned_at": "When did the notifier learn of the death?",
    "born_on": "What is the date of birth?",
    "nhs_number": "What is the NHS number?",
    "sex": "What sex was the child?",
    "ethnicity": "What is the ethnic group?",
    "address": "What is the home address?",
    "postcode": "What is the home postcode?",
    "gestation_weeks": "At how many weeks was the child born?",
    "birth_weight_grams": "What was the birth weight?",
    "place_of_death_board": "In which board’s area did the child die?",
    "location_of_death": "In what kind of place did the child die?",
    "location": "Where did the event that led to the death happen?",
    "event": "What kind of event led to the death?",
    "expectedness": "Was the death expected?",
    "circumstances": "What led to the death?",
    "certificate_issued": "Has a medical certificate of cause of death been issued?",
    "post_mortem": "Is there a post-mortem?",
    "coroner_informed": "Has the coroner been told?",
    "mother": "Who is the mother?",
    "other_children": "Are there other children, and are they safe now?",
    "agency_contacts": "Which professionals knew the child?",
    "cp_plan": "Was there a child protection plan?",
    "statutory_order": "Was there a statutory order?",
    "asylum_seeker": "Was the child or family seeking asylum?",
    "looked_after": "Was the child looked after by a local authority?",
    "regulated_setting": "Did it happen in a regulated setting or service?",
    "custody_or_detention": "Was the child in custody or detained?",
    "abuse_or_neglect_suspected": "Is abuse or neglect known or suspected?",
    "learning_disability": "Did the child have a learning disability?",
}
_NOT_KNOWN = ("", "NK", "UNKNOWN", "UNKN", "UNSURE", "not_known", None)
# LeDeR takes deaths from four years of age.
_FOUR_YEARS, _ONE_YEAR = 4 * 365, 365


def to_chase(answers: Mapping[str, Any], age_days: int | None) -> list[str]:
    """Return the questions whose answer is not known yet, in the order of `QUESTIONS`.

    A question that `answers` does not hold counts as not known. Questions that do not apply at
    the child's age are left out; at an age not known they are asked.
    """
    asked = set(QUESTIONS)
    if age_days is not None and age_days < _FOUR_YEARS:
        asked.discard("learning_disability")
    if age_days is not None and age_days >= _ONE_YEAR:
        asked -= {"gestation_weeks", "birth_weight_grams"}
    if age_days is not None:
        asked.discard("under_18")
    return [
        question
        for question in QUESTIONS
        if question in asked
        and (answers.get(question) in _NOT_KNOWN or answers.get(question) == [])
    ]


def _after(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one > other
