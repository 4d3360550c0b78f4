"""What tells who somebody is by its shape alone."""

import pytest

from benchmarks.theme_suggestions import sets
from learning.rules.plain_signs import signs_in


@pytest.mark.parametrize(
    ("text", "what", "found"),
    [
        ("He was found on 3 May 2014 at home", "a day", "3 May 2014"),
        ("seen 03/05/2014", "a day", "03/05/2014"),
        ("the case CD-2015-0007", "a reference of a case", "CD-2015-0007"),
        ("number 999 123 4567", "an NHS number", "999 123 4567"),
        ("of LE3 1AB, upstairs", "a postcode", "LE3 1AB"),
        ("write to mother@example.org", "an e-mail address", "mother@example.org"),
        ("ring 0116 222 1122", "a telephone number", "0116 222 1122"),
    ],
)
def test_a_day_a_number_and_an_address_tell_who_somebody_is(text, what, found):
    assert [(sign.what, sign.found) for sign in signs_in(text)] == [(what, found)]


def test_a_month_a_year_and_a_count_do_not():
    for text in ("In May 2014 three of ten", "between 2014 and 2015", "a 23 week twin, 999 calls"):
        assert signs_in(text) == []


def test_no_statement_of_learning_is_taken_for_one():
    assert [one for many in sets().values() for one in many if signs_in(one.statement)] == []
