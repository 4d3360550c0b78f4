"""Pseudonyms: stable, and put in only where it is sure that somebody is meant."""

import datetime

import pytest

from casereview.rules.known_identifiers import named, person, place
from casereview.rules.pseudonyms import (
    FAMILY_NAME,
    Pseudonyms,
    next_label,
    replace_word,
    words_of,
)
from tests.rules import planted

BORN, DIED = datetime.date(2013, 7, 1), datetime.date(2014, 5, 12)
PUT_IN = Pseudonyms(planted.KNOWN, born_on=BORN, died_on=DIED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Katherine’s bed", "Child 1’s bed"),
        ("O'DONNELL-PRICE, Katherine was", "Child 1 was"),
        ("Stephen O'Donnell-Price said", "Father said"),
        ("Mrs Wiśniewska", f"Mrs {FAMILY_NAME}"),
        ("Dr Farrukhzad", "Dr Professional 1"),
        ("NHS 999 000 0018, LE3 9QR", "NHS [NHS number], [postcode]"),
        ("at 17 Larkspur Cres.", "at [address]."),
        ("call 07700 900 123", "call [contact]"),
        ("call +44 (0)7700 900123", "call [contact]"),
        ("St Brannock’s Primary School", "School A"),
        ("born 1 July 2013", "born [the day of the birth]"),
        ("on 03/12/2013", "on [aged 5 months]"),
        ("on 5 June 2013", "on [26 days before the birth]"),
        ("died 12.5.14", "died [the day of the death]"),
        ("on 4 June 2014", "on [23 days after the death]"),
        ("on 4 November 2014", "on [5 months after the death]"),
        ("born 2/3/1985", "born [aged 29 years at the death]"),
        ("BP 120/80, 10 12 16, act of 1989", "BP 120/80, 10 12 16, act of 1989"),
        ("", ""),
    ],
)
def test_what_is_sure_is_replaced(text, expected):
    assert PUT_IN.replaced(text) == expected


@pytest.mark.parametrize("text", ["the price of milk", "Katie came", "Kathrine cried", "the TRI"])
def test_what_may_mean_something_else_is_left_to_a_person(text):
    assert PUT_IN.replaced(text) == text


def test_of_all_planted_variants_no_hard_one_is_left_after_replacing():
    hard = [*planted.NHS_NUMBERS, *planted.POSTCODES, *planted.FULL_NAMES]

    left = [
        one
        for one in hard
        if any(hit.hard for hit in PUT_IN.test.hits(PUT_IN.replaced(f"({one})")))
    ]

    assert left == []


def test_replacing_twice_changes_no_more():
    once = PUT_IN.replaced("Katherine went to St Brannock's School on 3 March 2014, LE3 9QR")

    assert PUT_IN.replaced(once) == once


def test_a_pseudonym_given_before_stands():
    put_in = Pseudonyms(planted.KNOWN, standing={"stephen": "Father 2"})

    assert put_in.replaced("Stephen said") == "Father 2 said"


def test_a_name_of_several_people_stands_for_none_of_them():
    known = [*person("Mother", family=["Tarn"]), *person("Father", family=["Tarn"])]

    assert words_of(known)["tarn"][2] == FAMILY_NAME


@pytest.mark.parametrize(
    ("base", "taken", "label"),
    [
        ("Mother", [], "Mother"),
        ("Mother", ["Mother"], "Mother 2"),
        ("Child", ["Child 1"], "Child 2"),
        ("Child", ["Child 2", "Child 4"], "Child 3"),
        ("Hospital", [], "Hospital A"),
        ("Hospital", ["Hospital A", "School B"], "Hospital B"),
        ("Carer", ["Carer", "Carer 2"], "Carer 3"),
    ],
)
def test_the_next_pseudonym_of_a_kind(base, taken, label):
    assert next_label(base, taken) == label


def test_a_name_in_one_piece_is_a_first_and_a_last_name_without_its_title():
    assert [(one.kind, one.value) for one in named("P", "Dr Ann Mary Tarn")] == [
        ("given", "Ann Mary"),
        ("family", "Tarn"),
    ]
    assert named("P", "Tarn, Ann") == named("P", "Ann Tarn")
    assert named("P", "") == [] == place("H", None)


def test_one_word_is_replaced_wherever_it_stands_alone():
    assert replace_word("May maybe may, MAY.", "may", "Mother") == "Mother maybe Mother, Mother."
