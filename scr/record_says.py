"""What the record of a case says to a question of the decision tool, to be confirmed by a person.

Nothing is answered by itself: an answer needs its evidence. Where an answer and the record differ,
both are shown.
"""

import datetime
from dataclasses import dataclass

from casereview.models import Case, Child
from casereview.rules.ages import ADULT, completed_years
from casereview.rules.working_days import in_words
from scr.models import Referral

_YES_NO = {"Y": "yes", "N": "no"}


@dataclass(frozen=True)
class Says:
    """What the record says, in words without a name, and the answer that it would be."""

    words: str
    answer: str

    def differs(self, given: str) -> bool:
        """Tell whether an answer says another thing; one that is not known does not."""
        return given not in ("", "not_known", self.answer)


def record_says(case: Case, referral: Referral) -> dict[str, Says]:
    """Return by question what the record says; a question it says nothing to is not there."""
    found: dict[str, Says] = {}
    happened_on = referral.event_on or case.died_on
    if age := _age(case, happened_on):
        found["under_18_at_event"] = age
    if case.kind == Case.Kind.DEATH:
        died = Says("The case is of a child who died", "died")
        found |= dict.fromkeys(("event", "wales_event", "ni_event"), died)
    if referral.looked_after in _YES_NO:
        answer = _YES_NO[referral.looked_after]
        by = f", by {referral.looked_after_by}" if referral.looked_after_by else ""
        words = f"The referral says that the child was looked after{by}"
        if answer == "no":
            words = "The referral says that the child was not looked after"
        found["looked_after"] = Says(words, answer)
    return found | _places(case, referral)


def _age(case: Case, on: datetime.date | None) -> Says | None:
    if on is None:
        return None
    child = Child.objects.filter(case=case).first()
    born_on = child.born_on if child else None
    if born_on is None or born_on > on:
        return None
    years = completed_years(born_on, on)
    year = "year" if years == 1 else "years"
    return Says(
        f"By the dates on record the person was {years} {year} old on {in_words(on)}",
        "yes" if years < ADULT else "no",
    )


def _places(case: Case, referral: Referral) -> dict[str, Says]:
    here, abroad = "event_in_area", "resident_and_event_outside_england"
    if referral.event_outside_england:
        words = "The referral says that it happened outside England"
        lives_here = case.residence_board_id == referral.board_id
        return {here: Says(words, "no"), abroad: Says(words, "yes" if lives_here else "no")}
    if referral.event_board is None:
        return {}
    words = f"The referral says that it happened in the area of {referral.event_board}"
    inside = referral.event_board_id == referral.board_id
    return {here: Says(words, "yes" if inside else "no"), abroad: Says(words, "no")}
