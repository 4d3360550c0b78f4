"""References, NHS numbers and postcodes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.rules import nhs_numbers, postcodes
from casereview.rules.references import BadReference, Kind, Reference, parse

references = st.builds(
    Reference, st.sampled_from(Kind), st.integers(1900, 9999), st.integers(1, 999_999)
)


@given(references)
def test_a_reference_reads_back_as_written(reference):
    assert parse(str(reference)) == reference


def test_a_reference_is_written_with_four_digits():
    assert str(Reference(Kind.DEATH, 2015, 7)) == "CD-2015-0007"
    assert str(Reference(Kind.SERIOUS_HARM, 2015, 3)) == "SC-2015-0003"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CD-2015-7",
        "CD-2015-00007",
        "CD-2015-0000",
        "cd-2015-0007",
        "XX-2015-0007",
        "CD-2015-0007 ",
        "CD-2015-0007\n",
        "CD-15-0007",
        "CD-\N{ARABIC-INDIC DIGIT TWO}015-0007",
    ],
)
def test_what_is_nearly_a_reference_is_not_one(text):
    with pytest.raises(BadReference):
        parse(text)


@pytest.mark.parametrize("text", ["9997443403", "999 744 3403", "999-744-3403"])
def test_an_nhs_number_may_be_written_with_spaces_or_hyphens(text):
    assert nhs_numbers.valid(text)
    assert nhs_numbers.normalise(text) == "9997443403"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9997443404",
        "999744340",
        "99974434031",
        "999744340X",
        "\N{FULLWIDTH DIGIT NINE}997443403",
        "\N{ARABIC-INDIC DIGIT NINE}997443403",
    ],
)
def test_ten_plain_digits_with_the_right_check_digit_are_needed(text):
    assert not nhs_numbers.valid(text)


@given(st.integers(0, 9), st.integers(0, 9))
def test_changing_any_one_digit_makes_an_nhs_number_invalid(place, digit):
    number = "9997443403"
    changed = number[:place] + str(digit) + number[place + 1 :]

    assert nhs_numbers.valid(changed) == (changed == number)


def test_a_masked_nhs_number_shows_five_digits():
    assert nhs_numbers.mask("9997443403") == "999 ••• ••03"
    assert nhs_numbers.mask("") == "not known"
    assert nhs_numbers.mask("12345") == "not valid"
    assert nhs_numbers.spaced("9997443403") == "999 744 3403"


def test_the_range_999_is_for_testing():
    assert nhs_numbers.for_testing("999 744 3403")
    assert not nhs_numbers.for_testing("943 476 5919")


@pytest.mark.parametrize(
    ("text", "written"),
    [("le13zz", "LE1 3ZZ"), (" LE18  3zz ", "LE18 3ZZ"), ("w1a0ax", "W1A 0AX")],
)
def test_a_postcode_is_written_one_way(text, written):
    assert postcodes.normalise(text) == written
    assert postcodes.shaped(text)


@pytest.mark.parametrize("text", ["", "LE1", "LE1 3Z", "1LE 3ZZ", "LE1 3ZZZ", "LEIC 3ZZ"])
def test_what_is_not_shaped_like_a_postcode_is_seen(text):
    assert not postcodes.shaped(text)
