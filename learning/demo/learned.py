"""Six years of learning, told back from the last closed quarter; five are the reference period.

Safe sleeping has become more frequent than chance explains, and calls in other languages perhaps;
a theme that was added this year has too little history; the others are as they were.
"""

import csv
import datetime
import random
from pathlib import Path

from django.utils import timezone

from casereview.actions.cases import new_reference
from casereview.models import Board, LearningPoint
from casereview.records import change
from casereview.rules.access_table import Role
from learning.actions import decide_reference_period
from learning.actions.points import kind_of
from learning.demo import cast
from learning.models import ReferencePeriod, Theme, ThemeChoice
from learning.rules.quarters import Quarter
from learning.rules.signals import REFERENCE, WINDOW
from learning.suggestions import learned_until

ROWS = Path(__file__).parent / "learned.csv"
NEW_THEME = "e_scooters"
_FIRST_OF_REFERENCE = REFERENCE + WINDOW - 1


def bring_in() -> None:
    """Record the learning, a theme begun this year, and what themes are compared with."""
    lead = cast.person(Role.LEARNING_LEAD)
    last = Quarter.last_closed(timezone.localdate())
    with change("seed_demo", by=lead) as written:
        written.save(
            Theme(
                code=NEW_THEME,
                name="E-scooters and e-bikes",
                covers="Electric scooters and bicycles, hired or owned, and their batteries",
                does_not_cover="Other road deaths",
                cue_words=["electric scooter", "e-scooter", "e-bike", "hired", "rider", "charging"],
                since=(last - 2).first_day,
            )
        )
    _points(lead, last)
    decide_reference_period(
        by=lead,
        first=last - _FIRST_OF_REFERENCE,
        quarters=REFERENCE,
        exposure=ReferencePeriod.Exposure.QUARTERS,
        reason="The five years whose learning was captured back and coded by the same two people.",
    )


def _points(lead, last: Quarter) -> None:
    choose = random.Random(11)  # noqa: S311 - fiction, not secrets
    board = Board.objects.get(code=cast.BOARD)
    suggester = learned_until(timezone.localdate(), points=list).suggester
    with ROWS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with change("seed_demo", by=lead) as written:
        for row in rows:
            quarter = last - int(row["quarters_ago"])
            day = quarter.first_day + datetime.timedelta(days=choose.randrange(80))
            point = LearningPoint(
                reference=new_reference(kind_of(row["source"]), day.year),
                board=board,
                source=row["source"],
                state=LearningPoint.State.ACCEPTED,
                learned_on=day,
                statement=row["statement"],
                theme=row["theme"],
                scale=LearningPoint.Scale.LOCAL,
                back_captured=int(row["quarters_ago"]) >= WINDOW,
                recorded_by=lead,
                recorded_at=timezone.now(),
            )
            written.save(point)
            if not point.back_captured:
                suggested = suggester.suggest(row["statement"])
                written.save(
                    ThemeChoice(
                        learning_point=point,
                        suggested=[one.code for one in suggested],
                        chosen=row["theme"],
                        chosen_by=lead,
                        chosen_at=timezone.now(),
                    )
                )
        written.detail["points"] = len(rows)
