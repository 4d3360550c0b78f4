"""Nobody is written to at night, but for what cannot wait."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from casereview.rules.quiet_hours import hours_of, not_before

LONDON = ZoneInfo("Europe/London")
NIGHT = (20, 7)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        (at(2, 6, 59), at(2, 7)),
        (at(2, 0), at(2, 7)),
        (at(2, 7), at(2, 7)),
        (at(2, 12, 30), at(2, 12, 30)),
        (at(2, 19, 59), at(2, 19, 59)),
        (at(2, 20), at(3, 7)),
        (at(31, 23, 15), at(1, 7, month=4)),
        # The clocks go forward in the night to the 29th: seven is seven.
        (at(28, 22), at(29, 7)),
    ],
)
def test_a_message_of_the_night_goes_at_seven(now, goes):
    assert not_before(now, NIGHT) == goes
    assert not_before(now, None) == now
    assert not_before(goes, NIGHT) == goes


@pytest.mark.parametrize(("text", "hours"), [("20-7", (20, 7)), ("none", None), ("22-6", (22, 6))])
def test_the_hours_are_read(text, hours):
    assert hours_of(text) == hours


@pytest.mark.parametrize("text", ["", "7-20", "20", "20-25", "eight"])
def test_hours_that_are_no_night_are_refused(text):
    with pytest.raises(ValueError):
        hours_of(text)
