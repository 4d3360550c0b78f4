"""Near misses, a series of their own: they reach us by another road and in other numbers.

One report may stand for several of a kind. More reports may mean more harm avoided, more danger or
more people who report: no flag is drawn from them.
"""

from collections import Counter

from django.db.models import QuerySet

from casereview.models import LearningPoint, Panel
from learning.counted_as import counted_as, themes_of
from learning.panels import points_of
from learning.rules.quarters import Period, Quarter


def taken_in(panel: Panel | None) -> QuerySet[LearningPoint]:
    """Return the near misses that were taken in, of a panel or of all."""
    found = LearningPoint.objects.filter(
        state=LearningPoint.State.ACCEPTED, source=LearningPoint.Source.NEAR_MISS
    )
    return found.filter(points_of(panel)) if panel else found


def by_theme(panel: Panel | None) -> dict[str, int]:
    """Return by theme how many near misses were taken in, each as many as it stands for."""
    counted: Counter[str] = Counter()
    now = counted_as()
    rows = taken_in(panel).values_list("theme", "other_themes", "events")
    for main, others, events in rows:
        counted.update(dict.fromkeys(themes_of(main, others, now), events))
    return dict(counted)


def by_quarter(panel: Panel | None, period: Period) -> dict[str, list[int]]:
    """Return by theme the near misses of each quarter of a period; a theme without any is absent.

    What has no theme yet is under the empty code.
    """
    now = counted_as()
    rows = taken_in(panel).filter(learned_on__range=(period.first_day, period.last_day))
    found: dict[str, list[int]] = {}
    for main, others, day, events in rows.values_list(
        "theme", "other_themes", "learned_on", "events"
    ):
        place = period.first.until(Quarter.containing(day))
        for theme in themes_of(main, others, now) or {""}:
            found.setdefault(theme, [0] * period.quarters)[place] += events
    return found
