"""What is certain about a stated age, what contradicts, and which notifications may be one."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.rules.ages import age_band, birthday
from cdop.rules.categorisation import Answer
from cdop.rules.matching import ChildFacts, births_fit, same_death
from cdop.rules.notification_checks import QUESTIONS, Dates, contradictions, to_chase
from cdop.rules.stated_age import Unit, limits, stated_age

BORN, DIED = datetime.date(2014, 5, 1), datetime.date(2015, 3, 2)
ADA = ChildFacts("Ada Mary", "Planted", "", "", BORN, DIED)


@pytest.mark.parametrize(
    ("number", "unit", "days", "band"),
    [
        (0, Unit.HOURS, 0, "A1"),
        (23, Unit.HOURS, 0, "A1"),
        (24, Unit.HOURS, 1, "A1"),
        (27, Unit.DAYS, 27, "A1"),
        (28, Unit.DAYS, 28, "A2"),
        (4, Unit.WEEKS, 28, "A2"),
        (1, Unit.MONTHS, 28, "A2"),
        (11, Unit.MONTHS, 330, "A2"),
        (12, Unit.MONTHS, 360, "A3"),
        (4, Unit.YEARS, 1460, "A3"),
        (5, Unit.YEARS, 1825, "A4"),
        (17, Unit.YEARS, 6205, "A6"),
        (18, Unit.YEARS, 6570, None),
    ],
)
def test_a_stated_age_has_the_band_that_is_certain(number, unit, days, band):
    age = stated_age(number, unit)

    assert (age.least_days, age.band) == (days, band)
    assert age.adult == (band is None)


@given(st.sampled_from(list(Unit)), st.integers(-5, 1000))
def test_a_stated_age_outside_its_unit_is_refused(unit, number):
    least, most = limits(unit)
    if least <= number <= most:
        assert stated_age(number, unit).least_days >= 0
    else:
        with pytest.raises(ValueError, match="another unit"):
            stated_age(number, unit)


@given(st.dates(datetime.date(2000, 1, 1), datetime.date(2020, 1, 1)), st.integers(1, 17))
def test_an_age_stated_in_years_has_the_band_of_the_dates(born, years):
    assert stated_age(years, Unit.YEARS).band == age_band(born, birthday(born, years))


def test_dates_that_agree_contradict_nothing():
    dates = Dates(BORN, DIED, DIED, DIED, DIED)

    assert contradictions(dates, Answer.YES) == []


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"born_on": datetime.date(2015, 3, 3)}, {"born_on", "died_on"}),
        ({"born_on": datetime.date(1997, 3, 2)}, {"born_on", "died_on", "under_18"}),
        ({"notified_on": datetime.date(2015, 3, 1)}, {"died_on", "notified_on"}),
        ({"learned_on": datetime.date(2015, 3, 1)}, {"died_on", "learned_on"}),
        ({"learned_on": datetime.date(2015, 3, 5)}, {"learned_on", "notified_on"}),
        ({"coroner_informed_on": datetime.date(2015, 3, 1)}, {"died_on", "coroner_informed_on"}),
    ],
)
def test_a_contradiction_is_told_at_each_of_its_answers(change, fields):
    dates = replace(Dates(BORN, DIED, DIED + datetime.timedelta(1)), **change)

    found = contradictions(dates, Answer.YES)

    assert {one.field for one in found} == fields


def test_the_day_before_the_eighteenth_birthday_is_under_18():
    dates = Dates(datetime.date(1997, 3, 3), DIED, DIED)

    assert contradictions(dates, Answer.YES) == []


@given(
    st.builds(Dates, *[st.none() | st.dates()] * 5),
    st.sampled_from(["born_on", "died_on", "notified_on", "learned_on", "coroner_informed_on"]),
)
def test_knowing_less_never_adds_a_contradiction(dates, unknown):
    less = replace(dates, **{unknown: None})

    before = {one.message for one in contradictions(dates, Answer.YES)}
    after = {one.message for one in contradictions(less, Answer.YES)}

    assert after <= before


@pytest.mark.parametrize("blank", ["", None, "NK", "UNKNOWN", "not_known"])
def test_not_known_is_a_question_to_chase_and_never_a_no(blank):
    known = dict.fromkeys(QUESTIONS, "N")

    assert to_chase({**known, "looked_after": blank}, 2000) == ["looked_after"]
    assert to_chase(known, 2000) == []


def test_questions_of_another_age_are_not_asked():
    asked = to_chase({}, 5 * 365)

    assert "learning_disability" in asked
    assert "birth_weight_grams" not in asked
    assert "learning_disability" not in to_chase({}, 30)


@pytest.mark.parametrize(
    "other",
    [
        ADA,
        replace(ADA, given_names="Ada"),
        replace(ADA, given_names="ÁDA", family_name="PLANTED"),
        replace(ADA, family_name="Plantedd"),
        replace(ADA, family_name="Smith-Planted"),
        replace(ADA, given_names="Planted", family_name="Ada"),
        replace(ADA, given_names="Baby of", family_name="Planted"),
        replace(ADA, family_name="Other", mother_family_name="Planted"),
        replace(ADA, born_on=None),
        replace(ADA, born_on=datetime.date(2014, 1, 5)),
        replace(ADA, born_on=datetime.date(2014, 5, 11)),
        replace(ADA, died_on=DIED + datetime.timedelta(7)),
    ],
)
def test_the_same_child_written_otherwise_may_be_the_same_death(other):
    assert same_death(ADA, other)
    assert same_death(other, ADA)


@pytest.mark.parametrize(
    "other",
    [
        replace(ADA, given_names="Ben"),
        replace(ADA, family_name="Sampleton"),
        replace(ADA, born_on=datetime.date(2012, 9, 9)),
        replace(ADA, died_on=DIED + datetime.timedelta(8)),
        replace(ADA, died_on=None),
        replace(ADA, given_names="Baby", born_on=None),
    ],
)
def test_another_child_is_not_the_same_death(other):
    assert not same_death(ADA, other)
    assert not same_death(other, ADA)


def test_two_of_one_birth_are_two_children():
    first = replace(ADA, given_names="Baby of", birth_order=1)

    assert not same_death(first, replace(first, birth_order=2))
    assert same_death(first, replace(first, birth_order=None))


names = st.text(st.characters(codec="utf-8"), max_size=12)
children = st.builds(
    ChildFacts, names, names, names, names, st.none() | st.dates(), st.none() | st.dates()
)


@given(children, children)
def test_matching_does_not_depend_on_which_came_first(one, other):
    assert same_death(one, other) == same_death(other, one)


@given(st.dates(), st.dates())
def test_birth_dates_fit_either_way_round(one, other):
    assert births_fit(one, other) == births_fit(other, one)
