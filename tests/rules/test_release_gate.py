"""Linked tables and earlier releases: what may be given, and what an outsider could make of it."""

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest

from casereview.rules import release_gate
from casereview.rules.linked_tables import DoesNotAddUp, Line, LinkedTable, PartsMissing
from casereview.rules.output_profiles import Audience, OutputProfile
from casereview.rules.release_gate import Earlier, Shown, TooManyFigures, settle
from casereview.rules.suppression import CannotBePublished

PUBLIC = OutputProfile(Audience.PUBLIC, threshold=5, percentage_base=10)
ROUNDED = replace(PUBLIC, rounding=5)
OUTCOMES = tuple(Line(code, (code,)) for code in "MN")


def by_category(counts, years=("2015",), **more):
    """Return reviews by category and outcome of some years, at one board."""
    rows = tuple(Line(f"category {n}", (str(n),)) for n in range(len(counts)))
    return LinkedTable(
        key="-".join(years),
        title="Reviews by category",
        measure="reviews",
        rows_by="category",
        rows=rows,
        counts=tuple(tuple(line) for line in counts),
        where=(("board", ("A",)), ("year", tuple(years))),
        columns_by="outcome",
        columns=OUTCOMES,
        **more,
    )


def by_sex(counts, years=("2015",), **more):
    return LinkedTable(
        key=f"sex {'-'.join(years)}",
        title="Reviews by sex",
        measure="reviews",
        rows_by="sex",
        rows=(Line("girls", ("F",)), Line("boys", ("M",))),
        counts=tuple((n,) for n in counts),
        where=(("board", ("A",)), ("year", tuple(years))),
        **more,
    )


def earlier(*tables, profile=PUBLIC, after=()):
    found = settle(tuple(tables), tuple(after), profile)
    parts = [one.as_parts() for one in tables if one not in [each.table for each in found.shown]]
    return Earlier((*(one.table for one in found.shown), *parts), found.shown, profile)


def narrowed(shown, truth, profile=PUBLIC, most=24):
    """Return hidden small numbers that whoever has all of `shown` can narrow, by trying them all.

    `truth` holds the girls and boys of each year: two numbers a year, which everything shown is
    the sum of.
    """
    years = sorted(truth)
    size = 2 * len(years)
    grids = np.indices((most,) * size, dtype=np.int16).reshape(size, -1)
    atoms = [(sex, year) for year in years for sex in ("F", "M")]
    true = np.array([truth[year][sex == "M"] for sex, year in atoms])
    hidden = []
    fits = np.ones(grids.shape[1], dtype=bool)
    for one in shown:
        of_years = dict(one.table.where)["year"]
        for row, column in one.table.places():
            sexes = ("F", "M") if row is None else one.table.rows[row].codes
            chosen = [sex in sexes and year in of_years for sex, year in atoms]
            sums = grids[chosen].sum(axis=0)
            given = one.value(row, column)
            if given is None:
                hidden.append((sums, int(true[chosen].sum())))
            else:
                low, high = profile.range_of(given)
                fits &= (sums >= low) & (sums <= high)
    return [
        number
        for sums, number in hidden
        if 0 < number < profile.threshold
        and not (sums[fits].min() <= 1 and sums[fits].max() >= profile.threshold - 1)
    ]


@pytest.mark.parametrize("profile", [PUBLIC, ROUNDED], ids=["exact", "rounded"])
@pytest.mark.parametrize("seed", range(4))
def test_years_given_one_after_another_and_then_together_give_nothing_away(seed, profile):
    chance = random.Random(seed)  # noqa: S311 - the same tables each time
    truth = {year: (chance.randrange(10), chance.randrange(10)) for year in ("2013", "2014")}
    both = tuple(map(sum, zip(*truth.values(), strict=True)))
    first = earlier(by_sex(truth["2013"], ["2013"]), profile=profile)
    second = earlier(by_sex(both, ["2013", "2014"]), *(
        by_sex(numbers, [year], given=False) for year, numbers in truth.items()
    ), profile=profile, after=[first])  # fmt: skip
    third = settle((by_sex(truth["2014"], ["2014"]),), (first, second), profile)

    assert narrowed([*first.shown, *second.shown, *third.shown], truth, profile) == []


def test_given_alone_the_years_would_tell():
    """Both girls and boys of both years are many; the second year's girls are not."""
    alone = [
        *settle((by_sex((9, 7), ["2013"]),), (), PUBLIC).shown,
        *settle((by_sex((11, 16), ["2013", "2014"]),), (), PUBLIC).shown,
    ]
    girls = alone[1].value(0, 0) - alone[0].value(0, 0)

    assert girls == 2
    first = earlier(by_sex((9, 7), ["2013"]))
    parts = [by_sex((9, 7), ["2013"], given=False), by_sex((2, 9), ["2014"], given=False)]
    found = settle((by_sex((11, 16), ["2013", "2014"]), *parts), (first,), PUBLIC)
    assert found.shown[0].value(0, 0) is None
    with pytest.raises(PartsMissing):
        settle((by_sex((11, 16), ["2013", "2014"]),), (first,), PUBLIC)


def test_tables_that_share_totals_are_hidden_as_one_and_say_the_same_again():
    category, sex = by_category([[3, 9], [9, 20]]), by_sex([21, 20])

    found = settle((category, sex), (), PUBLIC)

    again = settle((category, sex), (Earlier((category, sex), found.shown, PUBLIC),), PUBLIC)
    assert found.table("2015").value(0, 0) is None
    assert found.shown == again.shown
    assert found.table("2015").value(None, None) == found.table("sex 2015").value(None, None)


def test_a_correction_by_one_child_is_not_told():
    first = earlier(by_category([[9, 9], [9, 9]]))
    assert first.shown[0].value(None, None) == 36

    found = settle((by_category([[9, 10], [9, 9]]),), (first,), PUBLIC).shown[0]

    assert found.value(0, 1) is None
    assert found.value(None, None) is None
    assert found.value(1, None) == 18


def test_a_correction_by_many_is_told():
    first = earlier(by_category([[9, 9], [9, 9]]))

    found = settle((by_category([[9, 30], [9, 9]]),), (first,), PUBLIC).shown[0]

    assert found.value(None, None) == 57


def test_other_boards_years_and_measures_are_not_linked():
    first = earlier(by_sex((9, 7)))
    elsewhere = replace(by_sex((8, 6)), where=(("board", ("B",)), ("year", ("2015",))))
    deaths = replace(by_sex((8, 6)), measure="deaths")

    for other in (elsewhere, deaths, by_sex((8, 6), ["2016"])):
        assert settle((other,), (first,), PUBLIC).shown[0].hidden == 0


def test_a_number_given_before_under_a_lower_threshold_is_not_repeated():
    lower = replace(PUBLIC, audience=Audience.BOARD, threshold=3)
    first = earlier(by_sex((4, 20)), profile=lower)
    assert first.shown[0].value(0, 0) == 4

    assert settle((by_sex((4, 20)),), (first,), PUBLIC).shown[0].value(0, 0) is None


def test_zeros_are_given_and_a_panel_is_told_everything():
    table = by_category([[0, 3], [12, 8]])

    assert settle((table,), (), PUBLIC).shown[0].value(0, 0) == 0
    panel = settle((table,), (), OutputProfile(Audience.PANEL, threshold=0)).shown[0]
    assert panel.grid == ((0, 3, 3), (12, 8, 20), (12, 11, 23))


def test_where_hiding_fails_small_rows_are_joined_then_totals_given_then_nothing(monkeypatch):
    counts = [[2, 8], [3, 9], [20, 30], [40, 50]]
    protect, fails = release_gate.protect, [0]

    def failing(figures, *args, **kwargs):
        fails[0] -= 1
        if fails[0] >= 0:
            raise CannotBePublished
        return protect(figures, *args, **kwargs)

    monkeypatch.setattr(release_gate, "protect", failing)
    for failures, joined, totals in ((1, False, False), (2, True, False), (4, False, True)):
        fails[0] = failures
        settle.cache_clear()
        found = settle((by_category(counts),), (), PUBLIC)
        assert (found.joined, found.totals_only) == (joined, totals)
        if joined:
            assert found.shown[0].table.rows[0].label == "category 0 or category 1"
            assert found.shown[0].table.rows[0].codes == ("0", "1")
        if totals:
            inside = itertools.product(range(4), range(2))
            assert all(found.shown[0].value(*place) in (None, 0) for place in inside)
    fails[0] = 99
    settle.cache_clear()
    with pytest.raises(CannotBePublished):
        settle((by_category(counts),), (), PUBLIC)


def test_joined_rows_and_their_members_given_before_tell_nothing_together():
    first = earlier(by_category([[9, 9], [6, 9], [9, 9]]))
    table = by_category([[9, 9], [6, 9], [9, 9]]).with_joined_rows(2)

    found = settle((table, by_category([[9, 9], [6, 9], [9, 9]]).as_parts()), (first,), PUBLIC)

    assert found.shown[0].value(0, None) == 33
    with pytest.raises(PartsMissing):
        settle((table,), (first,), PUBLIC)


def test_rounded_numbers_are_rounded_totals_first_and_never_to_nothing():
    found = settle((by_category([[7, 8], [12, 33]]),), (), ROUNDED).shown[0]

    assert found.grid == ((5, 10, 15), (10, 35, 45), (20, 40, 60))
    assert replace(PUBLIC, rounding=10).rounded(5) == 10


@pytest.mark.parametrize("seed", range(4))
def test_a_rounded_table_gives_no_small_number_away(seed):
    chance = random.Random(seed)  # noqa: S311 - the same tables each time
    truth = {"2015": (chance.randrange(1, 12), chance.randrange(1, 12))}

    found = settle((by_sex(truth["2015"]),), (), ROUNDED)

    assert narrowed(found.shown, truth, ROUNDED) == []


def test_a_row_that_stands_in_one_cell_is_warned_of():
    found = settle((by_category([[12, 0], [12, 9]]),), (), PUBLIC).shown[0]

    assert found.in_one_cell == ["category 0"]
    hidden = Shown(found.table, ((None, 0, None), *found.grid[1:]))
    assert hidden.in_one_cell == []


def test_a_percentage_is_made_from_what_is_given_or_not_at_all():
    assert PUBLIC.share(5, 20) == 0.25
    assert PUBLIC.share(None, 20) is None
    assert PUBLIC.share(5, None) is None
    assert PUBLIC.share(5, 9) is None
    assert PUBLIC.share(0, 0) is None
    assert ROUNDED.share(25, 20) == 1.0


def test_tables_that_contradict_each_other_or_are_too_many_are_refused(monkeypatch):
    with pytest.raises(DoesNotAddUp):
        settle((by_sex((9, 7)), by_category([[9, 9]])), (), PUBLIC)
    monkeypatch.setattr(release_gate, "MOST_FIGURES", 3)
    with pytest.raises(TooManyFigures):
        settle((by_category([[9, 3], [8, 2], [7, 1]]),), (), PUBLIC)


@pytest.mark.parametrize(
    "wrong",
    [{"rows": ()}, {"counts": ((1, 2),)}, {"columns_by": ""}, {"counts": ((1, -2), (3, 4))}],
)
def test_what_is_no_table_is_refused(wrong):
    with pytest.raises(ValueError, match="."):
        replace(by_category([[1, 2], [3, 4]]), **wrong)


def test_a_row_named_by_another_dimension_is_one_figure_with_its_row_there():
    """Under 28 days is the first age group: what one table hides the other does not give."""

    def kinds(by):
        rows = (Line("neonatal", ("A1",), by), Line("others", ("O",)))
        return replace(by_sex((6, 9)), key="kind", rows_by="kind", rows=rows)

    ages = replace(
        by_sex((6, 9)),
        key="ages",
        rows_by="age",
        rows=tuple(Line(code, (code,)) for code in ("A1", "A2", "A3")),
        counts=((6,), (7,), (2,)),
    )

    apart, linked = (settle((kinds(by), ages), (), PUBLIC) for by in ("", "age"))

    hidden = [one.table("ages").value(0, None) is None for one in (apart, linked)]
    assert linked.table("kind").value(0, None) == linked.table("ages").value(0, None)
    assert hidden[1] == (linked.table("kind").value(0, None) is None)
    assert kinds("age").name(0, None) == ages.name(0, None)
    assert kinds("age").with_joined_rows(2) == kinds("age")


def test_parts_of_what_nobody_told_apart_are_left_out_of_the_system():
    """Single ethnic groups matter only where somebody gave groups of them otherwise."""
    table = by_category([[9, 9], [2, 9]], ["2014", "2015"])
    parts = [by_category([[9, 9], [2, 9]], [year], given=False) for year in ("2014", "2015")]
    other = [replace(one, rows_by="event") for one in parts]
    first = earlier(by_category([[4, 4], [1, 4]], ["2014"]))
    counted = []

    def counting(figures, *args, **kwargs):
        counted.append(len(figures))
        return protect(figures, *args, **kwargs)

    protect = release_gate.protect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release_gate, "protect", counting)
        for more in ([], other):
            settle.cache_clear()
            settle((table, *halved(parts), *halved(more)), (first,), PUBLIC)

    assert counted[0] == counted[1]


def halved(tables):
    """Return the parts with half of each count, so that two years make the whole."""
    half = {"2014": [[4, 4], [1, 4]], "2015": [[5, 5], [1, 5]]}
    found = []
    for one in tables:
        (year,) = dict(one.where)["year"]
        found.append(replace(one, counts=tuple(tuple(line) for line in half[year])))
    return found
