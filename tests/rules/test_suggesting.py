"""Suggestions: always three, explained by words of the statement, the right one among them."""

import subprocess
import sys
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.theme_suggestions import halved, measured, sets, starter_themes
from learning.rules.stems import words
from learning.rules.suggesting import Example, Suggester, ThemeText
from learning.word_vectors import word_vectors

SETS = sets()


@cache
def starters() -> Suggester:
    return Suggester(starter_themes(), (), word_vectors())


@cache
def by_words_alone() -> Suggester:
    return Suggester(starter_themes())


@pytest.mark.parametrize("name", sorted(SETS))
def test_the_right_theme_is_among_the_first_three_eight_times_in_ten(name):
    found = measured(starters(), SETS[name])

    assert found.first_three >= 0.8


def test_half_of_the_cue_words_are_enough_for_statements_of_another_author():
    found = halved(SETS["another author"], word_vectors(), times=1)

    assert found.first_three >= 0.9


def test_without_word_vectors_shared_words_do():
    found = measured(by_words_alone(), SETS["another author"] + SETS["first"])

    assert found.first_three >= 0.8


def test_the_words_that_decided_are_those_of_the_statement():
    statement = "A button battery from a musical card was swallowed"

    best = starters().suggest(statement)[0]

    assert best.code == "button_battery"
    assert {reason.word for reason in best.reasons} >= {"button", "battery", "swallowed"}
    assert not best.weak


def test_a_word_the_theme_does_not_have_says_what_it_is_like():
    themes = [
        ThemeText("sleep", "baby, bed, mattress"),
        ThemeText("road", "car, road, driver"),
        ThemeText("water", "river, swimming"),
    ]

    best = Suggester(themes, (), word_vectors()).suggest("The infant")[0]

    assert best.code == "sleep"
    assert ("infant", "baby") in [tuple(reason) for reason in best.reasons]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_there_are_always_three_best_first_whatever_is_asked(statement):
    found = starters().suggest(statement)

    assert len({one.code for one in found}) == 3
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 <= one.score <= 1 for one in found)
    assert all(reason.word in statement for one in found for reason in one.reasons)


@pytest.mark.parametrize("statement", ["", "???", "of and the", "The badge of the printer"])
def test_a_statement_that_is_like_no_theme_is_weak(statement):
    assert all(one.weak for one in by_words_alone().suggest(statement))


def test_the_same_statement_gets_the_same_suggestions():
    statement = SETS["second"][0].statement

    assert starters().suggest(statement) == Suggester(starter_themes(), (), word_vectors()).suggest(
        statement
    )


def test_earlier_learning_of_a_theme_speaks_for_it():
    themes = [ThemeText("a", "alpha"), ThemeText("b", "beta"), ThemeText("c", "gamma")]
    statement = "The trampoline had no net"

    found = Suggester(themes, [Example("c", "A child fell from a trampoline")]).suggest(statement)

    assert found[0].code == "c"


def test_an_example_of_a_theme_that_ended_does_no_harm():
    themes = [ThemeText("a", "alpha"), ThemeText("b", "beta"), ThemeText("c", "gamma")]

    found = Suggester(themes, [Example("ended", "alpha")]).suggest("alpha")

    assert found[0].code == "a"


def test_earlier_learning_like_this_comes_likest_first():
    examples = [
        Example("x", "The cyclist was hit by a lorry"),
        Example("y", "An infant slept on the sofa"),
        Example("y", "The baby shared a sofa with his father overnight"),
    ]

    found = Suggester(starter_themes(), examples, word_vectors()).alike(
        "A baby was found on the sofa beside her father", count=2
    )

    assert [one.place for one in found] == [2, 1]
    assert found[0].likeness > found[1].likeness


def test_fewer_themes_than_three_give_what_there_is():
    assert Suggester([]).suggest("anything") == []
    assert len(Suggester([ThemeText("a", "alpha")]).suggest("alpha")) == 1


def test_words_that_say_nothing_are_left_out_and_the_rest_are_stemmed():
    found = words("The mother’s inhalers were not being used")

    assert [word.text for word in found] == ["mother’s", "inhalers", "used"]
    assert [word.stem for word in found] == ["mother", "inhal", "use"]


def test_reading_the_vectors_fetches_nothing_and_leaves_logging_alone():
    program = (
        "import sys, logging, socket\n"
        "def refuse(*a, **k): raise SystemExit('a socket was opened')\n"
        "socket.socket.connect = refuse\n"
        "from learning.word_vectors import word_vectors\n"
        "assert word_vectors() is not None\n"
        "assert not logging.getLogger().handlers\n"
        "print(sorted({'wordllama', 'requests', 'urllib3', 'scipy'} & set(sys.modules)))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_without_the_package_there_are_no_vectors(monkeypatch):
    word_vectors.cache_clear()
    monkeypatch.setattr("learning.word_vectors.find_spec", lambda name: None)

    found = word_vectors()

    word_vectors.cache_clear()
    assert found is None
