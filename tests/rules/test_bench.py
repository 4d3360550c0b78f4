"""The bench: arms take turns, ratios are those of each round, and a target missed is told."""

import pytest

from benchmarks.arms import AGAIN, ratio, take_turns
from benchmarks.bench import missed


def test_arms_take_turns_in_an_order_that_is_turned_round_and_the_first_runs_twice():
    ran, now = [], [0.0]

    def arm(name, seconds):
        def run():
            ran.append(name)
            now[0] += seconds

        return run

    found = take_turns({"page": arm("page", 2), "bare": arm("bare", 1)}, 2, lambda: now[0])

    # The first round warms, and is not counted.
    assert ran == ["page", "bare", "page", "page", "bare", "page", "page", "bare", "page"]
    assert found == {"page": [2, 2], "bare": [1, 1], AGAIN: [2, 2]}


def test_a_ratio_is_the_median_of_the_rounds_with_its_middle_half():
    found = {"page": [2.0, 6.0, 4.0, 5.0, 3.0], "bare": [1.0, 2.0, 2.0, 1.0, 3.0]}

    assert ratio(found, "page", "bare").as_json() == [2.0, 2.0, 3.0]
    assert ratio({"page": [3.0], "bare": [2.0]}, "page", "bare").as_json() == [1.5, 1.5, 1.5]


def figures(**changes):
    page = {
        "milliseconds": {"page": 30.0, "bare": 25.0},
        "tax": [1.2, 1.1, 1.3],
        "queries": {"page": 10},
        "bytes": {"page": 1_000, "bare": 1_000},
    }
    found = {
        "list": {**page, **changes.pop("list", {})},
        "case": {**page, **changes.pop("case", {})},
        "write": {"tax": [1.9, 1.8, 2.0]},
        "list_growth": 1.2,
        "request_megabytes_on_top": 20,
    }
    return {**found, **changes}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"list": {"tax": [1.3, 1.2, 1.4]}}, "list: more than 1.25 of the bare page"),
        ({"case": {"queries": {"page": 45}}}, "case: 45 queries, more than 44"),
        ({"case": {"bytes": {"page": 1_000, "bare": 900}}}, "case: the bare page is another page"),
        ({"write": {"tax": [2.1, 2.0, 2.2]}}, "a write takes more than 2.00 of the bare one"),
        ({"list_growth": 1.4}, "the list grows more than 1.3"),
        ({"request_megabytes_on_top": 151}, "the pages took 151 MB"),
    ],
)
def test_a_target_that_is_missed_is_told(changes, said):
    assert missed(figures()) == []
    assert missed(figures(**changes)) == [said]


def test_a_quick_page_may_cost_three_milliseconds_more_and_a_margin_widens_ratios_alone():
    quick = {"milliseconds": {"page": 12.0, "bare": 9.0}, "tax": [1.33, 1.3, 1.4]}

    assert missed(figures(list=quick)) == []
    assert missed(figures(list={"tax": [1.9, 1.8, 2.0]}), margin=1.6) == []
    assert missed(figures(list={"queries": {"page": 17}}), margin=1.6) == [
        "list: 17 queries, more than 16"
    ]
