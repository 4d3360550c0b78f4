"""Text from people: one form of Unicode, and nothing that a reader cannot see."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.rules.text import UnacceptableText, normalise_line, normalise_text


def test_text_is_composed_and_its_line_ends_are_line_feeds():
    assert normalise_text(" Zoe\u0308\r\nand\rAnn\u2028 ") == "Zoë\nand\nAnn"


@pytest.mark.parametrize(
    "hidden", ["\x00", "\x0b", "\x1b", "\x85", "\u202e", "\u2066", "\u200f", "\ud800", "\ufffe"]
)
def test_a_character_that_cannot_be_seen_is_refused(hidden):
    with pytest.raises(UnacceptableText):
        normalise_text(f"Ada{hidden} Example")


@given(st.text(st.characters(codec=None)))
def test_normalised_text_stays_as_it_is_and_can_be_stored(value):
    try:
        text = normalise_text(value)
    except UnacceptableText:
        return

    assert normalise_text(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert text.encode("utf-8").decode("utf-8") == text
    assert not [c for c in text if unicodedata.category(c) == "Cc" and c not in "\n\t"]


@given(st.text(min_size=1), st.sampled_from("\x00\x07\u202a\ud800"))
def test_a_refusal_never_repeats_the_text(value, hidden):
    secret = f"Quetzalcoatl{value}"

    with pytest.raises(UnacceptableText) as refusal:
        normalise_text(secret + hidden)

    assert "Quetzalcoatl" not in str(refusal.value) + repr(refusal.value)


@pytest.mark.parametrize("value", ["Ada\nExample", "Ada\tExample"])
def test_a_line_holds_no_line_end_and_no_tab(value):
    with pytest.raises(UnacceptableText):
        normalise_line(value)
