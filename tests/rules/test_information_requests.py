"""The day by which a request is answered follows from its power."""

from datetime import date

import pytest

from casereview.codes import code_list
from casereview.rules.information_requests import SMALL_NUMBERS, due_on, extended

STATED = date(2016, 3, 1)


@pytest.mark.parametrize(
    ("power", "received", "due"),
    [
        # A calendar month, or its last day where it is shorter.
        ("SUBJECT_ACCESS", date(2016, 1, 31), date(2016, 2, 29)),
        ("SUBJECT_ACCESS", date(2015, 1, 31), date(2015, 2, 28)),
        ("SUBJECT_ACCESS", date(2016, 2, 1), date(2016, 3, 1)),
        # Twenty working days after the day of receipt; Good Friday and Easter Monday are none.
        ("FREEDOM_OF_INFORMATION", date(2016, 3, 1), date(2016, 3, 31)),
        ("FREEDOM_OF_INFORMATION", date(2016, 2, 1), date(2016, 2, 29)),
        ("CORONER", date(2016, 2, 1), STATED),
        ("COURT", date(2016, 2, 1), STATED),
        ("POLICE", date(2016, 2, 1), STATED),
    ],
)
def test_the_day_follows_from_the_power(power, received, due):
    named = code_list("information_power").get(power)

    assert due_on(named.extra["time_limit"], received, STATED) == due


def test_no_day_is_made_up_where_none_was_stated():
    assert due_on("stated", date(2016, 2, 1)) is None
    with pytest.raises(ValueError, match="no such time limit"):
        due_on("soon", date(2016, 2, 1))


def test_a_month_may_become_three():
    assert extended(date(2015, 11, 30), 2) == date(2016, 2, 29)


def test_every_power_has_a_time_limit_that_is_known_and_says_how_sure_it_is():
    powers = code_list("information_power").codes

    assert {one.status for one in powers} == {"RECONSTRUCTED"}
    for one in powers:
        due_on(one.extra["time_limit"], date(2016, 2, 1), STATED)
        assert one.extra["about"] in ("case", "figures", "either")


def test_the_paragraph_on_small_numbers_names_the_last_hidden_one():
    assert "from 1 to 4 " in SMALL_NUMBERS.format(last=4)
