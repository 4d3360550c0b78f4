"""Telling that a hidden number is small gives no more away, nor does it with earlier figures."""

import itertools
import random

from casereview.rules.linked_tables import Line, LinkedTable
from casereview.rules.output_profiles import Audience, OutputProfile
from casereview.rules.release_gate import Earlier, settle

PUBLIC = OutputProfile(Audience.PUBLIC, 3)
ROWS = (Line("With", ("with",)), Line("Without", ("without",)))


def split(years, counts, *, given=True, tells=True):
    return LinkedTable(
        key="-".join(years),
        title="Theme",
        measure="reviews",
        rows_by="theme x",
        rows=ROWS,
        counts=tuple((n,) for n in counts),
        where=(("board", ("A",)), ("year", tuple(years))),
        given=given,
        may_join_rows=False,
        tells_size=tells and given,
    )


def fits(value, shown, table, row):
    """Tell whether a number of a cell agrees with what was given and told of it."""
    given = shown.value(row, None)
    if given is not None:
        return value == given
    told = table.size_told(row, 0, PUBLIC.threshold) if row is not None else None
    return told is None or (told[0] <= value and (told[1] is None or value <= told[1]))


def test_whoever_reckons_with_two_releases_learns_of_no_small_number_more_than_it_is_small():
    choose = random.Random(3)  # noqa: S311 - no secret
    told_of = 0
    for _ in range(15):
        years = [[choose.randrange(6), choose.randrange(9)] for _ in range(2)]
        first = split(["2014"], years[0])
        one = settle((first,), (), PUBLIC)
        earlier = Earlier((one.shown[0].table,), one.shown, PUBLIC)
        both = [sum(pair) for pair in zip(*years, strict=True)]
        parts = [split([y], n, given=False) for y, n in zip(["2014", "2015"], years, strict=True)]
        two = settle((split(["2014", "2015"], both), *parts), (earlier,), PUBLIC)

        worlds = [
            (a, b, c, d)
            for a, b, c, d in itertools.product(range(13), repeat=4)
            if fits(a, one.shown[0], one.shown[0].table, 0)
            and fits(b, one.shown[0], one.shown[0].table, 1)
            and fits(a + b, one.shown[0], one.shown[0].table, None)
            and fits(a + c, two.shown[0], two.shown[0].table, 0)
            and fits(b + d, two.shown[0], two.shown[0].table, 1)
            and fits(a + b + c + d, two.shown[0], two.shown[0].table, None)
        ]
        assert (*years[0], *years[1]) in worlds
        told_of += one.shown[0].table.tells_size + two.shown[0].table.tells_size
        for read in (
            lambda w: w[0], lambda w: w[1], lambda w: w[2], lambda w: w[3],
            lambda w: w[0] + w[2], lambda w: w[1] + w[3],
            lambda w: w[0] + w[1], lambda w: w[2] + w[3],
        ):  # fmt: skip
            true = read((*years[0], *years[1]))
            if 0 < true < PUBLIC.threshold:
                seen = {read(world) for world in worlds}
                assert min(seen) <= 1 and max(seen) >= PUBLIC.threshold - 1, (years, seen)
    assert told_of > 15  # most of the time the size is told


def test_where_telling_the_size_would_give_it_away_it_is_not_told():
    # Two with and one without: whoever knows that both are small knows the total to be two or more.
    shown = settle((split(["2014"], [1, 1]),), (), OutputProfile(Audience.PUBLIC, 5)).shown[0]

    assert shown.grid == ((None, None), (None, None), (None, None))
    assert not shown.table.tells_size
    assert shown.table.size_told(0, 0, 5) is None
