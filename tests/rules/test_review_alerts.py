"""When a review that is not complete is brought to the manager's notice."""

from datetime import date

import pytest

from cdop.rules.review_alerts import held_up, mark_reached

DIED = date(2014, 8, 31)


@pytest.mark.parametrize(
    ("today", "mark"),
    [
        (date(2014, 8, 31), None),
        (date(2015, 2, 27), None),
        # A month without a 31st ends on its last day.
        (date(2015, 2, 28), 6),
        (date(2015, 5, 30), 6),
        (date(2015, 5, 31), 9),
        (date(2015, 8, 30), 9),
        (date(2015, 8, 31), 12),
        (date(2020, 1, 1), 12),
    ],
)
def test_the_last_mark_that_was_reached_counts(today, mark):
    assert mark_reached(DIED, today) == mark


@pytest.mark.parametrize(
    ("reasons", "waited", "words"),
    [
        ([], 0, "Nothing on record holds it up."),
        (["inquest"], 0, "Held up by: inquest."),
        (["inquest", "no meeting"], 1, "Held up by: inquest; no meeting. 1 day of it were"),
        (["inquest"], 40, "Held up by: inquest. 40 days of it were legitimate waiting."),
    ],
)
def test_what_holds_it_up_is_said_with_the_waiting(reasons, waited, words):
    assert held_up(reasons, waited).startswith(words)
