"""Taking words out of text: all of them, however they are written, and no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.rules.redaction import not_found, paragraphs, redacted, words_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One,\nstill one.\r\n\r\n\r\nTwo.\n", ["One,\nstill one.", "Two."]),
        ("One.\n \t\n  Two.", ["One.", "Two."]),
        ("\n\n \n", []),
        ("One.", ["One."]),
    ],
)
def test_paragraphs_are_parted_by_blank_lines(text, parts):
    assert paragraphs(text) == parts


@given(st.text(alphabet="ab \n", max_size=60))
def test_no_word_is_lost_between_paragraphs(text):
    assert "".join("".join(paragraphs(text)).split()) == "".join(text.split())


def test_words_are_taken_out_in_whatever_case_and_across_lines():
    paragraph = "MARY Example came. mary\n  example left; Mary stayed."

    left = redacted(paragraph, words_of("Mary Example\nMary"))

    assert left == "[redacted] came. [redacted] left; [redacted] stayed."


def test_a_longer_name_goes_before_a_shorter_one_in_it():
    assert redacted("Ann Annette", ["Ann", "Annette"]) == "[redacted] [redacted]"


def test_marks_in_words_stand_for_themselves():
    assert redacted("a.b and axb (1)", ["a.b", "(1)"]) == "[redacted] and axb [redacted]"


@given(st.text(alphabet="xy .", max_size=40), st.lists(st.text("xy", min_size=1), max_size=3))
def test_nothing_that_is_to_go_stays(paragraph, words):
    left = redacted(paragraph, words).split("[redacted]")

    assert not any(word in piece for word in words for piece in left)


def test_words_that_are_not_there_are_told():
    assert not_found("Mary came", ["mary", "Joan"]) == ["Joan"]
    assert words_of(" Joan \n\nMary\nJoan") == ["Joan", "Mary"]
    assert redacted("Mary came", []) == "Mary came"
