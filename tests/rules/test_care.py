"""What stands before a part that may distress, and filling texts with what is given."""

import pytest

from casereview.codelists import load_named
from casereview.rules.care import CHOICES, Choice, called_for, notice
from casereview.rules.wording import fill, places, problems

KINDS = {"harm": ["category:1"], "post_mortem": ["post_mortem:Y"]}


@pytest.mark.parametrize(
    ("facts", "called"),
    [
        (set(), []),
        ({"category:8", "post_mortem:NK"}, []),
        ({"category:1"}, ["harm"]),
        ({"post_mortem:Y", "category:1"}, ["harm", "post_mortem"]),
        # Only the whole fact counts, not one that begins like it.
        ({"category:10"}, []),
    ],
)
def test_notices_follow_from_the_codes(facts, called):
    assert called_for(KINDS, facts) == called


@pytest.mark.parametrize(
    ("describes", "choice", "opened", "closed"),
    [
        ([], Choice.NOTICED, [], None),
        ([], Choice.EVERY, [], True),
        ([], Choice.EVERY, ["a part"], None),
        (["violence"], Choice.NOTICED, [], True),
        (["violence"], Choice.NOTICED, ["another part"], True),
        (["violence"], Choice.NOTICED, ["a part"], None),
        (["violence"], Choice.CASE, [], True),
        (["violence"], Choice.CASE, ["another part"], None),
        (["violence"], Choice.LINE, [], False),
    ],
)
def test_a_part_is_closed_as_its_reader_chose(describes, choice, opened, closed):
    found = notice("a part", describes, choice, opened)

    assert (found.closed if found else None) is closed


def test_every_notice_says_what_it_describes_and_when():
    known = load_named("casereview", "content_notice")

    assert {choice for choice, _ in CHOICES} == set(Choice)
    for one in known.codes:
        assert one.definition
        assert all(":" in fact for fact in one.extra["when"])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Dear {to}", ""),
        ("Dear {nobody}", "Take {nobody} out, or write one of: {to}"),
        ("Dear {to.__class__}", "Write { and } only around"),
        ("Dear {to!r} {0} {}", "Write { and } only around"),
        ("Dear {{to}}", "Write { and } only around"),
        ("Dear colleague", "Put {to} into the text"),
    ],
)
def test_a_text_asks_for_no_more_than_it_is_given(text, wrong):
    found = problems(text, known=["to"], needed=["to"])

    assert found[0].startswith(wrong) if wrong else not found, found


def test_what_is_filled_in_stays_what_it_is_and_empty_paragraphs_close_up():
    text = "Dear {to}\n\n{nothing}\n\n{nothing} \n\nGoodbye {to}\n"

    assert places(text) == ["to", "nothing"]
    assert fill(text, {"to": "{nothing}"}) == "Dear {nothing}\n\nGoodbye {nothing}"
