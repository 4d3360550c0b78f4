"""The leak test finds what is planted, and is quiet where nothing is."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.rules.known_identifiers import person, without_post
from casereview.rules.leak_test import How, LeakTest, leaks
from tests.rules import planted

TEST = LeakTest(planted.KNOWN)
FRAMES = [
    "The health visitor wrote that {} was seen twice before the admission.",
    "It was noted ({}) and nobody asked further.",
    "{}",
    "Asked about it later:\n- {};\n- the cot was in the parents' room.",
]
SOFT = [
    *planted.NAMES,
    *planted.SECTORS,
    *planted.ADDRESSES,
    *planted.PLACES,
    *planted.CONTACTS,
    *planted.INITIALS,
    *planted.dates(),
]
HARD = [*planted.NHS_NUMBERS, *planted.POSTCODES, *planted.FULL_NAMES]
QUIET = """
The panel considered the case and completed its review. The baby was found in the cot at 6 am by a
parent, who called an ambulance; the crew arrived within eight minutes. Safer sleep advice had been
given in March 2014 and again three weeks later. Both parents smoked. At the emergency department
the child was pronounced dead after 40 minutes of resuscitation. There was no social care record.
The health visitor made 4 visits, the GP practice 2. Weight at birth 3,200 g; temperature 37.4.
The school nurse, the midwife and the consultant agreed. BP 120/80, 10 12 16; ratio 1:20; 5/7.
The family's questions were answered on two occasions in 2015, the last one in writing. It was
said that the price of formula milk was a worry. The coroner's officer telephoned a neighbour.
"""


@pytest.mark.parametrize("variant", SOFT)
def test_a_planted_variant_is_found(variant):
    for frame in FRAMES:
        text = frame.format(variant)
        start = text.index(variant)

        found = [hit for hit in TEST.hits(text) if hit.start < start + len(variant) > start]

        assert any(hit.end > start for hit in found), frame


@pytest.mark.parametrize("variant", HARD)
def test_a_full_name_a_number_and_a_postcode_are_hard_however_written(variant):
    for frame in FRAMES:
        text = frame.format(variant)

        found = [hit for hit in TEST.hits(text) if hit.hard]

        if variant == "Mohammad Farrukhzad's":  # another spelling: a person decides
            found = [hit for hit in TEST.hits(text) if hit.kind == "full_name"]
        assert found, frame


def test_more_than_two_hundred_variants_are_planted():
    assert len({*SOFT, *HARD}) >= 200


def test_all_of_them_together_in_one_text_are_found_each_in_its_place():
    text, places = "", []
    for variant in [*SOFT, *HARD]:
        text += "Somebody wrote this: "
        places.append((len(text), len(text) + len(variant)))
        text += f"{variant}. That was all.\n\n"

    hits = TEST.hits(text)

    clean = [
        text[start:end]
        for start, end in places
        if not any(hit.start < end and start < hit.end for hit in hits)
    ]
    assert clean == []


def test_a_text_without_them_is_quiet_but_for_the_ordinary_word_that_is_a_name():
    found = TEST.hits(QUIET)

    assert [(hit.found, hit.how, hit.hard) for hit in found] == [("price", How.WORD, False)]


def test_each_hit_is_shown_in_its_sentence():
    text = "All was well. Then Katherine cried, as Dr. Brown said. Nobody came."

    [hit] = TEST.hits(text)

    assert hit.sentence == "Then Katherine cried, as Dr. Brown said."


def test_two_ordinary_words_are_a_full_name_only_where_written_as_one():
    known = person("Mother", given="May", family=["Ward"])

    lower = leaks("She may ward it off.", known)
    written = leaks("She is May Ward.", known)

    assert [(hit.found, hit.hard) for hit in lower] == [("may ward", False)]
    assert [(hit.found, hit.hard) for hit in written] == [("May Ward", True)]


def test_names_of_two_people_beside_each_other_are_no_full_name():
    known = [*person("Mother", given="Hester"), *person("Father", family=["Tallow"])]

    found = leaks("Hester Tallow", known)

    assert [hit.hard for hit in found] == [False, False]


def test_nothing_known_finds_nothing():
    assert leaks(QUIET, []) == []
    assert leaks("", planted.KNOWN) == []


def test_no_value_is_in_the_repr_of_what_is_found():
    [hit] = TEST.hits("Katherine")

    assert "atherine" not in repr(hit) + repr(hit.identifier)


@given(st.text(max_size=200))
def test_any_text_at_all_can_be_tested(text):
    for hit in TEST.hits(text):
        assert 0 <= hit.start < hit.end <= len(text)
        assert hit.found == text[hit.start : hit.end]


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_number_is_found_between_any_two_texts(before, after):
    hits = TEST.hits(f"{before}\n\n; 999 000 0018 ;\n\n{after}")

    assert any(hit.hard and hit.kind == "nhs_number" for hit in hits)


def test_the_papers_of_twelve_cases_are_searched_in_seconds():
    text = (QUIET + "Katherine was there on 12 May 2014.\n") * 250
    known = [
        one
        for number in range(60)
        for one in person(
            f"Person {number}",
            given=f"Gwen{chr(97 + number % 26)} Oriol",
            family=[f"Tarr{chr(97 + number % 26)}n"],
            days=[date(1980, 1 + number % 12, 1 + number % 28)],
        )
    ]
    test = LeakTest([*planted.KNOWN, *known])
    began = time.process_time()

    found = test.hits(text)

    assert len(found) == 3 * 250
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Sister Maud Linnet, heart nursing team", "Sister Maud Linnet"),
        ("Staff nurse Bram Oakes", "Bram Oakes"),
        ("Dr Gwendoline Marsh, consultant in another team", "Dr Gwendoline Marsh"),
        ("Example, Ann", "Example, Ann"),
        ("Jan van der Berg", "Jan van der Berg"),
        ("Hester Blount, Dr Paul Ruskin", "Hester Blount, Dr Paul Ruskin"),
        ("Ash, rose", "Ash, rose"),
        ("Dr Ama Quaye, paediatrician", "Dr Ama Quaye"),
        ("ada example", "ada example"),  # it may be a name: looked for all the same
        ("Bereavement midwife", "Bereavement midwife"),
        (None, ""),
    ],
)
def test_a_post_typed_with_a_name_is_not_looked_for(typed, name):
    assert without_post(typed) == name
