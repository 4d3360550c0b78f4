"""Which forms a case and its review are on, and the lists that belong to them."""

from dataclasses import dataclass
from datetime import date

from casereview.codelists import CodeList
from casereview.models import Area, Case
from cdop.codes import code_list
from cdop.models import PanelReview
from cdop.rules.form_sets import AreaDays, Chosen, FormSet, chosen_for


@dataclass(frozen=True)
class Lists:
    """The lists of one form by which a panel analyses a death, and the form's name."""

    form: str
    domain: CodeList
    factor: CodeList
    influence: CodeList
    category: CodeList
    outcome: CodeList


_NAMES = {
    FormSet.ABC: (
        "Form C",
        "domain",
        "domain_factor",
        "influence_scale",
        "category_of_death",
        "modifiable_outcome",
    ),
    FormSet.CDR: (
        "Analysis form",
        "cdr_domain",
        "cdr_factor",
        "cdr_influence_scale",
        "cdr_category_of_death",
        "cdr_modifiable_outcome",
    ),
}


def days_of(case: Case) -> AreaDays:
    """Return the three days of the area that reviews a death, or else of where the child lived."""
    board = case.reviewing_board or case.residence_board
    return days_of_area(board.area if board else None)


def days_of_area(area: Area | None) -> AreaDays:
    """Return the three days of an area; none of them where no area is known."""
    if area is None:
        return AreaDays()
    return AreaDays(
        area.safeguarding_partners_began_on,
        area.child_death_partners_began_on,
        area.national_database_began_on,
    )


def chosen(case: Case, agreed_on: date | None = None) -> Chosen | None:
    """Return the forms a death is on; None where there was no death.

    `agreed_on` is the day its review was completed, None while it is open.
    """
    if case.kind != Case.Kind.DEATH or case.died_on is None:
        return None
    return chosen_for(case.died_on, agreed_on, days_of(case))


def today_s(case: Case) -> bool:
    """Tell whether a death is notified and reported on the forms of 2018."""
    found = chosen(case)
    return found is not None and found.forms is FormSet.CDR


def form_of(review: PanelReview) -> FormSet:
    """Return the form a review is on; one that is not begun, the form it will begin on.

    A review of a death before the forms of 2018 begins on Form C, because it may be one that was
    agreed at the time and is typed in now; what is still open is carried over by a person.
    """
    if review.form_set:
        return FormSet(review.form_set)
    if not review._state.adding:
        return FormSet.ABC
    return FormSet.CDR if today_s(review.case) else FormSet.ABC


def analysis_on(died_on: date, agreed_on: date, area: Area | None) -> FormSet:
    """Return the form of a review that was agreed elsewhere, as a file of deaths tells it."""
    return chosen_for(died_on, agreed_on, days_of_area(area)).analysis


def lists(form: FormSet) -> Lists:
    """Return the lists of a form."""
    name, *lists_of = _NAMES[form]
    return Lists(name, *(code_list(each) for each in lists_of))


def must_move(review: PanelReview, agreed_on: date | None = None) -> bool:
    """Tell whether a review on Form C belongs on the analysis form, agreed on that day or open."""
    if form_of(review) is FormSet.CDR:
        return False
    found = chosen(review.case, agreed_on)
    return found is not None and found.analysis is FormSet.CDR
