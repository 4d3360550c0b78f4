"""Signals counted from the learning database: which themes are seen more often than before."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from casereview.models import Case, LearningPoint, Panel
from cdop.models import PanelReview
from learning.counted_as import counted_as, themes_of
from learning.models import ReferencePeriod
from learning.panels import cases_of, points_of
from learning.rules.quarters import Period, Quarter
from learning.rules.signals import REFERENCE, WINDOW, Signal, in_order, judge
from learning.theme_choices import in_force

Exposure = ReferencePeriod.Exposure
# One learned thing: the theme, the day, and the case it counts for (or itself, without a case).
Seen = tuple[str, date, Any]


@dataclass(frozen=True)
class Compared:
    """What was compared on a day; `decided` is None where nobody decided a reference period.

    `share` is the window's part of the deaths of both periods; None where quarters are compared.
    """

    on: date
    window: Period
    reference: Period
    decided: ReferencePeriod | None
    share: float | None
    signals: tuple[Signal, ...]
    panel: Panel | None = None  # whose; None is the whole database

    @property
    def by_code(self) -> dict[str, Signal]:
        """Return the signals by the code of their theme."""
        return {one.code: one for one in self.signals}


def counted_points(panel: Panel | None = None) -> QuerySet[LearningPoint]:
    """Return the learning that signals count: accepted, near misses left out; of one panel or all.

    Near misses reach us by another road and in other numbers; they are a series of their own.
    """
    found = LearningPoint.objects.filter(state=LearningPoint.State.ACCEPTED).exclude(
        source=LearningPoint.Source.NEAR_MISS
    )
    return found.filter(points_of(panel)) if panel else found


def compare(on: date, panel: Panel | None = None) -> Compared:
    """Compare the last four quarters that ended before a day with the reference period.

    Of one panel's learning, or of the whole database.

    A case counts once for a theme in each period, whichever of its points carries it, as main or
    as another theme; cases merged into one another are one, and a point without a case counts by
    itself.
    """
    last = Quarter.last_closed(on)
    window = Period(last - (WINDOW - 1), WINDOW)
    decided = latest_decision(panel)
    reference = reference_before(window, decided, panel)
    first_day = min(reference.first_day, window.first_day)
    seen = points_seen(first_day, window.last_day, panel=panel)
    share = _share(decided, window, reference, panel)
    cases: dict[str, dict[str, set]] = {}
    since = dict(in_force(on).values_list("code", "since"))
    parts = {code: _part_since(reference, day) for code, day in since.items()}
    for theme, day, key in seen:
        if theme not in parts:
            continue
        if day in window:
            cases.setdefault(theme, {}).setdefault("window", set()).add(key)
        elif parts[theme].quarters and day in parts[theme]:
            cases.setdefault(theme, {}).setdefault("reference", set()).add(key)
    signals = in_order(
        judge(
            code,
            len(cases.get(code, {}).get("window", ())),
            len(cases.get(code, {}).get("reference", ())),
            reference_quarters=part.quarters,
            share=share if part == reference else None,
        )
        for code, part in parts.items()
    )
    return Compared(on, window, reference, decided, share, tuple(signals), panel)


def latest_decision(panel: Panel | None = None) -> ReferencePeriod | None:
    """Return the reference period decided last; None where nobody has decided one.

    A panel's own comes before one that was decided for all.
    """
    found = ReferencePeriod.objects.select_related("decided_by")
    if panel is not None:
        found = found.filter(Q(panel=panel) | Q(panel=None))
        return found.order_by(F("panel").asc(nulls_last=True), "-decided_at", "-pk").first()
    return found.order_by("-decided_at", "-pk").first()


def reference_before(
    window: Period, decided: ReferencePeriod | None, panel: Panel | None = None
) -> Period:
    """Return the quarters the window is compared with; they never reach into it.

    Where none was decided they are up to 20 quarters in a row from the first that has any
    learning. That start does not move with the window, so the period does not roll.
    """
    if decided is not None:
        whole = Period(Quarter.parse(decided.first_quarter), decided.quarters)
        return whole.cut_before(window.first)
    begun = counted_points(panel).aggregate(first=Min("learned_on"))["first"]
    if begun is None:
        return Period(window.first, 0)
    return Period(Quarter.containing(begun), REFERENCE).cut_before(window.first)


def points_seen(
    first: date, last: date, code: str = "", *, panel: Panel | None = None
) -> list[Seen]:
    """Return what was learned between two days, both inclusive; of one theme or of all.

    What was coded with a theme that was merged since counts for the one it was merged into.
    """
    now = counted_as()
    rows = (
        counted_points(panel)
        .filter(learned_on__range=(first, last))
        .annotate(counts_for=Coalesce("case__merged_into", "case", "pk"))
        .values_list("theme", "other_themes", "learned_on", "counts_for")
    )
    return [
        (theme, day, key)
        for main, others, day, key in rows
        for theme in themes_of(main, others, now)
        if not code or theme == code
    ]


def _part_since(reference: Period, since: date | None) -> Period:
    """Return the quarters of a period that a theme was there for from their first day."""
    if since is None or since <= reference.first_day:
        return reference
    begins = Quarter.containing(since - timedelta(days=1)) + 1
    gone = min(reference.quarters, reference.first.until(begins))
    return Period(reference.first + gone, reference.quarters - gone)


def _share(
    decided: ReferencePeriod | None, window: Period, reference: Period, panel: Panel | None
) -> float | None:
    """Return the window's part of all deaths; None where quarters are compared, or a part is 0."""
    if decided is None or decided.exposure == Exposure.QUARTERS or not reference.quarters:
        return None
    now = _deaths(decided.exposure, window, panel)
    before = _deaths(decided.exposure, reference, panel)
    return now / (now + before) if now and before else None


def _deaths(exposure: str, period: Period, panel: Panel | None) -> int:
    days = (period.first_day, period.last_day)
    cases = Case.objects.filter(kind=Case.Kind.DEATH, merged_into=None)
    if panel is not None:
        cases = cases.filter(cases_of(panel))
    if exposure == Exposure.NOTIFIED:
        found = cases.filter(notified_on__range=days)
    else:
        reviews = PanelReview.objects.filter(first_completed_on__range=days)
        found = cases.filter(pk__in=reviews.values("case"))
    return found.exclude(stage=Case.Stage.NOT_FOR_REVIEW).aggregate(number=Count("pk"))["number"]
