"""The themes as a list, and one theme's story: its signal, its run chart, what was learned."""

from collections import Counter
from datetime import date
from typing import Any

from casereview import keys
from casereview.models import Case, LearningPoint, Panel
from casereview.run_charts import RunChart
from cdop.models import FactorFinding
from learning import near_misses, signals
from learning.counted_as import counted_as, themes_of
from learning.models import Theme, ThemeChoice
from learning.panels import cases_of, points_of
from learning.review_themes import crosswalk
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


def about_list(on: date, panel: Panel) -> dict[str, Any]:
    """Return the themes as a panel sees them, those flagged first; those that ended come last."""
    compared = signals.compare(on, panel)
    themes = {
        theme.code: theme for theme in Theme.objects.select_related("merged_into").order_by("name")
    }
    reviews, points = reviews_by_theme(panel), points_by_theme(panel)
    nearly = near_misses.by_theme(panel)
    order = [one.code for one in compared.signals]
    ended = [code for code in themes if code not in compared.by_code]
    rows = [
        {
            "theme": themes[code],
            "flag": flagged(compared.by_code.get(code)),
            "sentence": sentence(compared.by_code[code]) if code in compared.by_code else "",
            "reviews": reviews.get(code, 0),
            "points": points.get(code, 0),
            "near_misses": nearly.get(code, 0),
        }
        for code in [*order, *ended]
    ]
    return {
        "rows": rows,
        "compared": comparison(compared),
        "false_alarms": false_alarms(len(compared.signals)),
        "agreement": agreement(panel),
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


def about_theme(user, theme: Theme, on: date, panel: Panel) -> dict[str, Any]:
    """Return what the page of one theme shows of a panel's learning."""
    compared = signals.compare(on, panel)
    signal = compared.by_code.get(theme.code)
    points = accepted_for(user).filter(pk__in=_points_of(theme.code, panel))
    latest = list(points.order_by("-learned_on", "reference")[:LATEST])
    keys.prefetch("learning", [point.pk for point in latest])
    return {
        "theme": theme,
        "flag": flagged(signal),
        "sentence": sentence(signal) if signal else "",
        "false_alarms": false_alarms(len(compared.signals)),
        "compared": comparison(compared),
        "reviews": reviews_by_theme(panel).get(theme.code, 0),
        "points": points.exclude(source=LearningPoint.Source.NEAR_MISS).count(),
        "near_misses": near_misses.by_theme(panel).get(theme.code, 0),
        "near_miss_chart": near_miss_chart(theme, compared),
        "latest": latest,
        "more": points.count() - len(latest),
        "chart": run_chart(theme, compared, signal),
        **about_flag(theme, compared),
        "parts": list(Theme.objects.filter(parent=theme).order_by("name")),
        "merged_here": list(theme.merged_here.order_by("name")),
        "split_off": list(theme.split_off.order_by("name")),
        "stands_for": [one for one in crosswalk() if one.code in theme.review_themes],
    }


def run_chart(theme: Theme, compared: signals.Compared, signal: Signal | None) -> RunChart:
    """Return the cases of a theme by quarter, from the first that is compared."""
    whole = _charted(compared)
    cases: dict[str, set] = {}
    for _, day, key in signals.points_seen(
        whole.first_day, whole.last_day, theme.code, panel=compared.panel
    ):
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


def near_miss_chart(theme: Theme, compared: signals.Compared) -> RunChart | None:
    """Return the near misses of a theme by quarter, over the same quarters; None without any."""
    whole = _charted(compared)
    values = near_misses.by_quarter(compared.panel, whole).get(theme.code)
    if values is None:
        return None
    labels = [str(quarter) for quarter in whole]
    return RunChart(
        key="near",
        title=f"{theme.name}: near misses by quarter",
        description=(
            f"From {labels[0]} to {labels[-1]}, with the last four quarters set off. "
            f"The most in a quarter is {max(values)}."
        ),
        columns=("Quarter of the year to 31 March", "Near misses"),
        labels=labels,
        values=values,
        expected=None,
        expected_as="",
        marked=compared.window.quarters,
        marked_as="Last four quarters",
    )


def _charted(compared: signals.Compared) -> Period:
    first = compared.reference.first if compared.reference.quarters else compared.window.first
    return Period(first, first.until(compared.window.last) + 1)


def points_to_split(user, theme: Theme) -> list[LearningPoint]:
    """Return the accepted points coded with a theme itself, the latest first, with their text."""
    rows = accepted_for(user).values_list("pk", "theme", "other_themes")
    mine = [key for key, main, others in rows if theme.code in {main, *others}]
    points = list(LearningPoint.objects.filter(pk__in=mine).order_by("-learned_on", "reference"))
    keys.prefetch("learning", mine)
    return points


def reviews_by_theme(panel: Panel) -> dict[str, int]:
    """Return by theme how many completed reviews of a panel carry it on a line of their grid."""
    now = counted_as()
    rows = (
        FactorFinding.objects.exclude(theme="")
        .filter(review__first_completed_on__isnull=False, case__merged_into=None)
        .filter(case__in=Case.objects.filter(cases_of(panel)).values("pk"))
        .values_list("theme", "case")
        .distinct()
        .order_by()
    )
    return dict(Counter(theme for theme, _ in {(now.get(code, code), case) for code, case in rows}))


def points_by_theme(panel: Panel) -> dict[str, int]:
    """Return by theme how many accepted learning points carry it, as main or as another theme.

    Near misses are a series of their own, and are not among them.
    """
    counted: Counter[str] = Counter()
    now = counted_as()
    rows = signals.counted_points(panel)
    for main, others in rows.values_list("theme", "other_themes"):
        counted.update(themes_of(main, others, now))
    return dict(counted)


def agreement(panel: Panel) -> dict[str, Any]:
    """Return how often the theme that was chosen had been suggested: first, and among three."""
    of = LearningPoint.objects.filter(points_of(panel)).values("pk")
    rows = list(
        ThemeChoice.objects.filter(learning_point__in=of).values_list("suggested", "chosen")
    )
    first = sum(bool(suggested) and suggested[0] == chosen for suggested, chosen in rows)
    among = sum(chosen in suggested for suggested, chosen in rows)
    return {"choices": len(rows), "first": first, "among": among}


def _points_of(code: str, panel: Panel) -> list[Any]:
    """Return the keys of a panel's accepted points that count for a theme, as main or as another.

    Looked for here: the two databases ask differently for what a list holds.
    """
    now = counted_as()
    found = LearningPoint.objects.filter(points_of(panel), state=LearningPoint.State.ACCEPTED)
    rows = found.values_list("pk", "theme", "other_themes")
    return [
        key for key, main, others in rows if code in {main, *others, *themes_of(main, others, now)}
    ]
