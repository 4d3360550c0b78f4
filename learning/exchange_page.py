"""An area's themes beside those of others put together, with how sure that is."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max

from casereview import keys
from casereview.interval_charts import Interval, IntervalChart, IntervalRow
from casereview.models import Panel
from casereview.rules.linked_tables import LinkedTable
from casereview.rules.return_year import ReturnYear
from cdop.models import PanelReview
from cdop.statistics import period_words
from learning import exchange
from learning.exchange_keys import public_key_of
from learning.models import ExchangeArea, GivenBundle, ReceivedBundle, Theme
from learning.report_figures import about
from learning.review_themes import crosswalk
from learning.rules.exchange_file import Bundle, fingerprint, read
from learning.rules.pooling import FEWEST_AREAS, Apart, Between, Share, of_one_theme, pool, stands
from learning.theme_reviews import ThemeReviews

DRAWN = 12
OWN, OTHERS = "This area", "Other areas together"


@dataclass(frozen=True)
class Compared:
    """One theme: the own share, and that of the others where enough areas count it."""

    theme: Theme
    own: Share
    others: Share | None
    areas: int
    unknown: int  # areas whose number is only known to lie between two

    @property
    def stands(self) -> Apart | None:
        """Return how the own share stands to the others'; None where there is no pool."""
        return None if self.others is None else stands(self.own, self.others)

    @property
    def sure(self) -> bool:
        """Whether there is a difference that chance does not explain."""
        return self.stands is not None and self.stands.sure

    @property
    def own_words(self) -> str:
        return share_words(self.own)

    @property
    def others_words(self) -> str:
        return "" if self.others is None else share_words(self.others)


def share_words(share: Share) -> str:
    """Return a share in words: its count, of how many, per cent, and the exact limits."""
    limits = share.interval
    if limits is None:
        return "No review"
    low, high = f"{share.lowest:.0%}", f"{share.highest:.0%}"
    per_cent = low if low == high else f"{low} to {high}"
    return (
        f"{share.reviews} of {share.of}: {per_cent} (95% limits {limits[0]:.0%} to {limits[1]:.0%})"
    )


def current_bundles() -> list[tuple[ReceivedBundle, Bundle]]:
    """Return of each accepted area the one bundle that counts, by the area's name.

    It is the one of the latest years, of these the longest, of these the latest edition.
    """
    rows = ReceivedBundle.objects.filter(area__ended_at=None).select_related("area")
    best: dict[Any, ReceivedBundle] = {}
    for row in rows.order_by("last_year", "-first_year", "edition"):
        best[row.area_id] = row
    keys.prefetch("received_bundle", [one.pk for one in best.values()])
    found = [(row, read((row.file or "").encode()).bundle) for row in best.values()]
    return sorted(found, key=lambda pair: (pair[0].area.name, str(pair[0].pk)))


def matched(bundle: Bundle, themes: list[Theme], by_review: dict[str, str]) -> dict[str, Share]:
    """Return by our own theme what a bundle counts of it: the same code, or the same review themes.

    A theme that stands for themes of reviews of which ours tell several apart is not matched.
    """
    ours = {one.code for one in themes}
    counted: dict[str, list[Between]] = defaultdict(list)
    for one in bundle.themes:
        code = one.code
        if code not in ours:
            through = {by_review.get(each, "") for each in one.review_themes}
            code = through.pop() if len(through) == 1 else ""
        if code in ours:
            counted[code].append(one.reviews)
    return {
        code: Share(of_one_theme(found, bundle.reviews), bundle.reviews)
        for code, found in counted.items()
    }


def compare(panel: Panel, years: int, today: date) -> dict[str, Any]:
    """Return the own themes of the last years that ended, beside those of the other areas."""
    of = about(panel, _latest_year(panel, today))
    cover = exchange.cover_of(of, years)
    themes = exchange.themes_over(cover)
    counted = ThemeReviews.of_cover(of, years)
    own = {theme.code: _own(counted.split(theme, cover)) for theme in themes}
    bundles = current_bundles()
    by_review = {one.code: one.theme.code for one in crosswalk() if one.theme}
    theirs = [(bundle, matched(bundle, themes, by_review)) for _, bundle in bundles]
    rows = []
    for theme in themes:
        shares = [found[theme.code] for _, found in theirs if theme.code in found]
        enough = len(shares) + 1 >= FEWEST_AREAS
        rows.append(
            Compared(
                theme,
                own[theme.code],
                pool(shares) if enough else None,
                len(shares),
                sum(not one.reviews.known for one in shares),
            )
        )
    rows.sort(key=lambda one: (not one.sure, -one.own.lowest, one.theme.name))
    return {
        "panel": panel,
        "years": years,
        "period": period_words(cover.years),
        "boards": [name for _, name in of.boards],
        "rows": rows,
        "apart": [one for one in rows if one.sure],
        "alike": [one for one in rows if not one.sure],
        "reviews": next((one.own.of for one in rows), Between(0, 0)),
        "others": [
            {"row": row, "bundle": bundle, "period": years_words(bundle)} for row, bundle in bundles
        ],
        "enough": len(bundles) + 1 >= FEWEST_AREAS,
        "needed": FEWEST_AREAS - 1,
        "chart": chart([one for one in rows if one.others is not None]),
        "by_chance": max(1, round(len(rows) / 20)),
    }


def _latest_year(panel: Panel, today: date) -> ReturnYear:
    """Return the last year that ended in which a review was completed; without any, the last."""
    last = ReturnYear.containing(today).previous
    done = PanelReview.objects.filter(
        first_completed_on__lte=last.last_day,
        case__residence_board__code__in=about(panel, last).codes,
    ).aggregate(latest=Max("first_completed_on"))["latest"]
    return ReturnYear.containing(done) if done else last


def _own(table: LinkedTable) -> Share:
    carrying, every = table.value(exchange.WITH, None), table.value(None, None)
    return Share(Between(carrying, carrying), Between(every, every))


def years_words(bundle: Bundle) -> str:
    """Return the years of a bundle in words."""
    first, last = ReturnYear(bundle.first_year), ReturnYear(bundle.last_year)
    return first.slug if first == last else f"{first.slug} to {last.slug}"


def chart(rows: list[Compared]) -> IntervalChart | None:
    """Return the themes as two lines each, the own and the others'; None without any."""
    shown = [
        IntervalRow(one.theme.name, (_line(OWN, one.own), _line(OTHERS, one.others, hollow=True)))
        for one in rows[:DRAWN]
        if one.others is not None and one.own.interval and one.others.interval
    ]
    if not shown:
        return None
    return IntervalChart(
        key="pooled",
        title="Reviews with each theme, per cent, with 95% limits",
        description="Two lines for each theme: this area with a full dot, the other areas together "
        "with a box from the lowest to the highest it can be.",
        columns=("Theme", "Reviews", "Per cent", "95% limits"),
        rows=shown,
    )


def _line(label: str, share: Share, *, hollow: bool = False) -> Interval:
    low, high = share.interval or (0.0, 1.0)
    return Interval(
        label, share.lowest, share.highest, low, high, f"{share.reviews} of {share.of}", hollow
    )


def given_by(panel: Panel) -> list[GivenBundle]:
    """Return the bundles a panel gave, the latest first."""
    rows = GivenBundle.objects.filter(panel=panel).select_related("given_by")
    return list(rows.order_by("-given_at", "pk"))


def received_from(area: ExchangeArea) -> list[dict[str, Any]]:
    """Return the bundles of an area, each with whether a later edition stands in for it."""
    rows = list(
        area.bundles.select_related("received_by").order_by("-last_year", "first_year", "-edition")
    )
    latest: dict[tuple[int, int], int] = {}
    for row in rows:
        period = (row.first_year, row.last_year)
        latest[period] = max(row.edition, latest.get(period, 0))
    return [
        {"row": row, "replaced": row.edition < latest[row.first_year, row.last_year]}
        for row in rows
    ]


def own_fingerprint(panel: Panel) -> str:
    """Return what is read to another area over the telephone."""
    return fingerprint(public_key_of(panel))
