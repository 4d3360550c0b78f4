"""Learning, themes with a flag, and priorities to test with."""

import datetime

from django.utils import timezone

from casereview.models import LearningPoint
from casereview.records import change
from learning.actions import priorities
from learning.models import Theme
from learning.rules.quarters import Quarter
from tests import factories

SAID = "Button batteries were within a toddler's reach"


def theme(code="button_battery") -> Theme:
    return Theme.objects.get(code=code)


def learned(number: int, day: datetime.date, code="button_battery", **facts) -> LearningPoint:
    """Record one accepted point."""
    point = LearningPoint(
        reference=f"LP-2001-{number:04d}",
        theme=code,
        learned_on=day,
        recorded_at=timezone.now(),
        **{"source": "audit", "state": "accepted", "statement": SAID, **facts},
    )
    with change("record_learning_point", by=None) as written:
        written.save(point)
    return point


def window_day(quarters_ago: int = 0) -> datetime.date:
    """Return a day in a closed quarter; 0 is the last one that ended before today."""
    return (Quarter.last_closed(timezone.localdate()) - quarters_ago).first_day


def flag(code="button_battery", cases: int = 4, first: int = 1) -> None:
    """Make a theme red: nothing in five years before, some cases in the last four quarters."""
    learned(9000 + first, window_day(23), "bereavement")
    for number in range(cases):
        learned(first + number, window_day(number % 4), code)


def make_priority(by, code="button_battery", **facts):
    return priorities.raise_priority(
        theme=theme(code),
        panel=facts.pop("panel", factories.panel()),
        by=by,
        **{
            "reason": "One child nearly died",
            "would_be_seen": "Fewer toys with loose lids sold",
            **facts,
        },
    )
