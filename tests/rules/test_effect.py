"""Events after an action: none is never fewer."""

import pytest

from casereview.rules.effect import Counts, chance, refusal


@pytest.mark.parametrize("months", [1, 12, 120, 1200])
def test_no_event_at_all_is_never_an_improvement(months):
    assert "not evidence" in refusal(
        Counts(before=50, before_months=12, after=0, after_months=months)
    )


def test_few_events_by_chance_are_refused_and_clearly_fewer_are_not():
    by_chance = Counts(before=4, before_months=24, after=1, after_months=12)
    fewer = Counts(before=40, before_months=24, after=5, after_months=24)

    assert "by chance" in refusal(by_chance)
    assert refusal(fewer) == ""


def test_the_chance_is_that_of_the_binomial():
    assert chance(Counts(before=1, before_months=12, after=0, after_months=12)) == 0.5
    assert chance(Counts(before=2, before_months=12, after=1, after_months=12)) == 0.5
