"""How an action stands, from its dates: the whole truth table."""

from datetime import date

import pytest

from casereview.rules.rag import Dates, Evidence, Limits, Rag, standing

TODAY = date(2016, 3, 31)
LIMITS = Limits(soon_days=30, late_months=1)
SOON, LAST_SOON, LATER = date(2016, 4, 1), date(2016, 4, 30), date(2016, 5, 1)
BEGUN, DONE = date(2016, 1, 4), date(2016, 3, 1)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (Dates(), Rag.GREY),
        (Dates(due_on=LATER), Rag.GREY),
        (Dates(due_on=LATER, begun_on=date(2016, 4, 1)), Rag.GREY),
        (Dates(due_on=LATER, begun_on=BEGUN), Rag.GREEN),
        (Dates(begun_on=BEGUN), Rag.AMBER),
        (Dates(due_on=LAST_SOON, begun_on=BEGUN), Rag.AMBER),
        (Dates(due_on=LAST_SOON), Rag.AMBER),
        (Dates(due_on=TODAY, begun_on=BEGUN), Rag.AMBER),
        (Dates(due_on=date(2016, 3, 30), begun_on=BEGUN), Rag.AMBER),
        (Dates(due_on=date(2016, 3, 1), begun_on=BEGUN), Rag.AMBER),
        # The same day number in the next month, or that month's last day.
        (Dates(due_on=date(2016, 2, 29), begun_on=BEGUN), Rag.RED),
        (Dates(due_on=date(2016, 2, 29)), Rag.RED),
        (Dates(due_on=LATER, begun_on=BEGUN, blocked=True), Rag.RED),
        (Dates(blocked=True), Rag.RED),
        (Dates(due_on=SOON, begun_on=BEGUN, done_on=DONE), Rag.AMBER),
        (Dates(due_on=LATER, done_on=DONE, evidence=Evidence.WAITING), Rag.AMBER),
        (Dates(due_on=LATER, done_on=DONE, evidence=Evidence.ACCEPTED), Rag.BLUE),
        (Dates(due_on=date(2015, 1, 1), done_on=DONE, evidence=Evidence.ACCEPTED), Rag.BLUE),
        (Dates(done_on=DONE, evidence=Evidence.ACCEPTED, blocked=True), Rag.BLUE),
        (Dates(due_on=LATER, done_on=DONE, evidence=Evidence.NOT_ENOUGH), Rag.AMBER),
        (Dates(due_on=date(2016, 1, 1), done_on=DONE, evidence=Evidence.NOT_ENOUGH), Rag.RED),
        (Dates(due_on=LATER, evidence=Evidence.ACCEPTED, begun_on=BEGUN), Rag.GREEN),
        (Dates(due_on=date(2015, 1, 1), dropped=True, blocked=True), Rag.GREY),
    ],
)
def test_a_colour_comes_from_dates_and_evidence(dates, expected):
    found = standing(dates, TODAY, LIMITS)

    assert found.rag == expected, found.why
    assert found.why


def test_the_words_name_the_limits_that_were_used():
    late = standing(Dates(due_on=date(2015, 12, 1)), TODAY, Limits(soon_days=14, late_months=3))
    soon = standing(Dates(due_on=date(2016, 4, 14)), TODAY, Limits(soon_days=14, late_months=3))

    assert late.why == "Overdue by 3 months or more"
    assert soon.why == "Due within 14 days"
