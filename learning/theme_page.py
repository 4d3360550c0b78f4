"""The themes as a list, and one theme's story: its signal, its run chart, what was learned."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count

from casereview import keys
from casereview.models import LearningPoint
from casereview.run_charts import RunChart
from cdop.models import FactorFinding
from learning import signals
from learning.models import Theme, ThemeChoice
from learning.panels import panels_for
from learning.rules.quarters import Period
from learning.rules.signals import Signal, false_alarms, sentence
from learning.sight import accepted_for
from learning.theme_flags import COLOURS, about_flag

LATEST = 20


def flagged(signal: Signal | None) -> dict[str, str] | None:
    """Return a flag's words and colour; None for a theme that is no longer given."""
    if signal is None:
        return None
    return {"label": signal.flag.label, "colour": COLOURS[signal.flag]}


def about_list(on: date) -> dict[str, Any]:
    """Return the themes, those flagged first; those that ended come last."""
    compared = signals.compare(on)
    themes = {theme.code: theme for theme in Theme.objects.order_by("name")}
    reviews, points = reviews_by_theme(), points_by_theme()
    order = [one.code for one in compared.signals]
    ended = [code for code in themes if code not in compared.by_code]
    rows = [
        {
            "theme": themes[code],
            "flag": flagged(compared.by_code.get(code)),
            "sentence": sentence(compared.by_code[code]) if code in compared.by_code else "",
            "reviews": reviews.get(code, 0),
            "points": points.get(code, 0),
        }
        for code in [*order, *ended]
    ]
    return {
        "rows": rows,
        "compared": comparison(compared),
        "false_alarms": false_alarms(len(compared.signals)),
        "agreement": agreement(),
    }


def comparison(compared: signals.Compared) -> dict[str, Any]:
    """Say what is compared with what, who decided that, and by what it is weighed."""
    decided, reference = compared.decided, compared.reference
    return {
        "window": _spanned(compared.window),
        "reference": _spanned(reference) if reference.quarters else "",
        "quarters": reference.quarters,
        "decided": decided,
        "exposure": decided.get_exposure_display() if decided else "",
        "by_time_after_all": bool(
            decided and decided.exposure != signals.Exposure.QUARTERS and compared.share is None
        ),
    }


def _spanned(period: Period) -> str:
    return f"{period.first} to {period.last} ({period.first_day:%B %Y} to {period.last_day:%B %Y})"


def about_theme(user, theme: Theme, on: date) -> dict[str, Any]:
    """Return what the page of one theme shows."""
    compared = signals.compare(on)
    signal = compared.by_code.get(theme.code)
    points = accepted_for(user).filter(pk__in=_points_of(theme.code))
    latest = list(points.order_by("-learned_on", "reference")[:LATEST])
    keys.prefetch("learning", [point.pk for point in latest])
    return {
        "theme": theme,
        "flag": flagged(signal),
        "sentence": sentence(signal) if signal else "",
        "false_alarms": false_alarms(len(compared.signals)),
        "compared": comparison(compared),
        "reviews": reviews_by_theme().get(theme.code, 0),
        "points": points.count(),
        "latest": latest,
        "chart": run_chart(theme, compared, signal),
        **about_flag(theme, compared, list(panels_for(user, "view_priority"))),
        "parts": list(Theme.objects.filter(parent=theme).order_by("name")),
    }


def run_chart(theme: Theme, compared: signals.Compared, signal: Signal | None) -> RunChart:
    """Return the cases of a theme by quarter, from the first that is compared."""
    first = compared.reference.first if compared.reference.quarters else compared.window.first
    whole = Period(first, first.until(compared.window.last) + 1)
    cases: dict[str, set] = {}
    for _, day, key in signals.points_seen(whole.first_day, whole.last_day, theme.code):
        cases.setdefault(str(signals.Quarter.containing(day)), set()).add(key)
    labels = [str(quarter) for quarter in whole]
    values = [len(cases.get(label, ())) for label in labels]
    expected = (
        signal.reference / signal.reference_quarters
        if signal and signal.reference_quarters
        else None
    )
    return RunChart(
        key="run",
        title=f"{theme.name}: cases by quarter",
        description=(
            f"From {labels[0]} to {labels[-1]}, with the last four quarters set off. "
            f"The most in a quarter is {max(values)}."
        ),
        columns=("Quarter of the year to 31 March", "Cases"),
        labels=labels,
        values=values,
        expected=expected,
        expected_as="Average of the reference period",
        marked=compared.window.quarters,
        marked_as="Last four quarters",
    )


def reviews_by_theme() -> dict[str, int]:
    """Return by theme how many completed panel reviews carry it on a line of their grid."""
    rows = (
        FactorFinding.objects.exclude(theme="")
        .filter(review__first_completed_on__isnull=False, case__merged_into=None)
        .values("theme")
        .annotate(number=Count("case", distinct=True))
        .order_by()
    )
    return {row["theme"]: row["number"] for row in rows}


def points_by_theme() -> dict[str, int]:
    """Return by theme how many accepted learning points carry it, as main or as another theme."""
    counted: Counter[str] = Counter()
    rows = LearningPoint.objects.filter(state=LearningPoint.State.ACCEPTED)
    for main, others in rows.values_list("theme", "other_themes"):
        counted.update({main, *others} - {""})
    return dict(counted)


def agreement() -> dict[str, Any]:
    """Return how often the theme that was chosen had been suggested: first, and among three."""
    rows = list(ThemeChoice.objects.values_list("suggested", "chosen"))
    first = sum(bool(suggested) and suggested[0] == chosen for suggested, chosen in rows)
    among = sum(chosen in suggested for suggested, chosen in rows)
    return {"choices": len(rows), "first": first, "among": among}


def _points_of(code: str) -> list[Any]:
    """Return the keys of the accepted points that carry a theme, as main or as another.

    Looked for here: the two databases ask differently for what a list holds.
    """
    rows = LearningPoint.objects.filter(state=LearningPoint.State.ACCEPTED).values_list(
        "pk", "theme", "other_themes"
    )
    return [key for key, main, others in rows if code == main or code in others]
