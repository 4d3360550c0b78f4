"""What an area gives to others of its themes and learning: counted, protected and bundled."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from casereview import keys, releases
from casereview.models import Case, LearningPoint
from casereview.pseudonyms import known_of
from casereview.releases import Audience
from casereview.rules.linked_tables import LinkedTable
from casereview.rules.output_profiles import OutputProfile
from casereview.rules.release_gate import Settled, Shown
from casereview.rules.return_year import ReturnYear
from cdop import statistics
from cdop.rules.statistics_tables import Cover
from learning.counted_as import counted_as
from learning.leaks import signs_of, tells_who
from learning.models import Theme
from learning.naming import cases_of
from learning.panels import points_of
from learning.report_figures import About
from learning.rules.exchange_file import Bundle, ThemeCount, Told
from learning.rules.pooling import Between
from learning.theme_reviews import ThemeReviews

State, Openness = LearningPoint.State, LearningPoint.Openness
PERIODS = statistics.PERIODS
WITH, WITHOUT = 0, 1


class NothingToCount(Exception):
    """There is no theme, or the number of reviews itself may not be given."""


def cover_of(of: About, years: int) -> Cover:
    """Return the boards of an area and the years up to that of the report."""
    return of.asked(years, Audience.PUBLIC).cover


def themes_over(cover: Cover) -> list[Theme]:
    """Return the themes that were in the list for all of some years.

    One that began or ended meanwhile would look rare: it is left out.
    """
    first, last = cover.years[0].first_day, cover.years[-1].last_day
    return list(
        Theme.objects.filter(
            Q(since=None) | Q(since__lte=first),
            Q(until=None) | Q(until__gt=last),
            merged_into=None,
        ).order_by("name", "code")
    )


def tables(of: About, years: int) -> list[LinkedTable]:
    """Count the reviews with and without each theme, with the parts that the gate needs."""
    cover = cover_of(of, years)
    counted = ThemeReviews.of_cover(of, years)
    found = []
    for theme in themes_over(cover):
        found.append(counted.split(theme, cover))
        found += counted.parts(theme, cover)
    return found


def preview(of: About, years: int) -> Settled:
    """Return the counts as they may be given; nothing is recorded.

    Raises:
        releases.Refused: they may not be given.
    """
    return releases.preview(tables(of, years), Audience.PUBLIC)


def bundle(
    of: About,
    years: int,
    settled: Settled,
    points: Iterable[LearningPoint],
    *,
    edition: int,
    today: date,
) -> Bundle:
    """Return what is given: counts that went through the gate, and what was chosen of the learning.

    Raises:
        NothingToCount: there is no theme, or the number of reviews may not be given.
    """
    cover, profile = cover_of(of, years), settled.profile
    by_code = {one.code: one for one in themes_over(cover)}
    if not settled.shown or settled.shown[0].value(None, None) is None:
        raise NothingToCount
    now = counted_as()
    return Bundle(
        area_code=of.panel.code,
        area_name=of.panel.name,
        first_year=cover.years[0].ends_in,
        last_year=cover.years[-1].ends_in,
        edition=edition,
        made_in=today.year,
        threshold=profile.threshold,
        reviews=_of_all(settled.shown[0], profile),
        themes=tuple(
            ThemeCount(
                code=shown.table.key,
                name=shown.table.title,
                review_themes=tuple(sorted(by_code[shown.table.key].review_themes)),
                reviews=with_theme(shown, profile),
            )
            for shown in settled.shown
        ),
        learning=tuple(
            Told(
                theme=now.get(one.theme, one.theme),
                statement=one.statement or "",
                why_it_matters=one.why_it_matters or "",
                year=ReturnYear.containing(one.learned_on).ends_in,
            )
            for one in points
        ),
    )


def _of_all(shown: Shown, profile: OutputProfile) -> Between:
    total = shown.value(None, None)
    if total is None:
        raise NothingToCount
    return Between(*profile.range_of(total))


def with_theme(shown: Shown, profile: OutputProfile) -> Between:
    """Return between which numbers the reviews with a theme lie, from what is given alone."""
    every = _of_all(shown, profile)
    mine, others = (_of_cell(shown, row, profile, every.high) for row in (WITH, WITHOUT))
    low = max(mine.low, every.low - others.high)
    return Between(low, max(low, min(mine.high, every.high - others.low)))


def _of_cell(shown: Shown, row: int, profile: OutputProfile, most: int) -> Between:
    given = shown.value(row, None)
    if given is not None:
        return Between(*profile.range_of(given))
    told = shown.table.size_told(row, 0, profile.threshold)
    low, high = told if told is not None else (0, None)
    return Between(min(low, most), most if high is None else min(high, most))


def offered(of: About, years: int) -> QuerySet[LearningPoint]:
    """Return the learning that may be chosen: accepted, of these years and boards.

    What is for the readers of this database only is not offered, nor what has none of the themes
    that are counted.
    """
    cover = cover_of(of, years)
    counted = {one.code for one in themes_over(cover)}
    coded = counted | {code for code, into in counted_as().items() if into in counted}
    return LearningPoint.objects.filter(
        points_of(of.panel),
        state=State.ACCEPTED,
        openness__in=(Openness.AGENCIES, Openness.ANYONE),
        theme__in=coded,
        learned_on__range=(cover.years[0].first_day, cover.years[-1].last_day),
    ).order_by("-learned_on", "reference")


def leaks_in(of: About, years: int, points: Sequence[LearningPoint]) -> list[str]:
    """Return the references of the points whose text tells who somebody is.

    Of its own case nothing may be told, surely or perhaps; of every other case of the area that
    was learned from, or whose child died or was reviewed in these years, nothing surely.
    """
    if not points:
        return []
    texts = {
        point.reference: [text for text in (point.statement, point.why_it_matters) if text]
        for point in points
    }
    found = {
        point.reference
        for point in points
        if signs_of(*texts[point.reference]) or tells_who(point, *texts[point.reference])
    }
    cases = list(_cases_behind(of, cover_of(of, years)))
    keys.prefetch("case", [one.pk for one in cases])
    for case in cases:
        test = known_of(case).pseudonyms().test
        found |= {
            reference
            for reference, told in texts.items()
            if any(hit.certain for text in told for hit in test.hits(text))
        }
    return sorted(found)


def _cases_behind(of: About, cover: Cover) -> QuerySet[Case]:
    days = (cover.years[0].first_day, cover.years[-1].last_day)
    learned: Any = [case.pk for case in cases_of(of.panel)]
    in_years = (
        Q(panel_review__first_completed_on__range=days)
        | Q(died_on__range=days)
        | Q(notified_on__range=days)
    )
    of_boards = Q(residence_board__code__in=of.codes) | Q(reviewing_board__code__in=of.codes)
    return Case.objects.filter(
        Q(pk__in=learned) | (of_boards & in_years), disposed_at=None, merged_into=None
    ).distinct()
