"""Form B as data: who is asked what, by version, agency, event and age."""

import datetime

import pytest

from cdop.codes import code_list
from cdop.report_questions import (
    answer_label,
    by_hand,
    choices,
    every_section,
    forms,
    question_text,
    supplement_of,
)
from cdop.rules.report_forms import (
    BadForm,
    Completeness,
    completeness,
    is_asked,
    parse,
    sections_for,
    version_on,
)

EARLY, LATER = "early", "later"


def asked(**facts):
    facts = {"version": LATER, "agency_type": "GP", **facts}
    return sections_for(forms(), **facts)


def codes(**facts) -> list[str]:
    return [one.code for one in asked(**facts)]


def test_a_general_practice_is_asked_every_section():
    assert codes() == list("ABCDEF")


def test_the_ambulance_service_is_asked_only_its_sections():
    assert codes(agency_type="AMBULANCE") == ["A", "B", "F"]


@pytest.mark.parametrize(
    ("version", "event", "number"),
    [
        (EARLY, "DROWN", "B-3"),
        (LATER, "DROWN", "B6"),
        (EARLY, "RTC", "B-2"),
        (LATER, "RTC", "B5"),
        (LATER, "SUDI", "B4"),
        (LATER, "SUICIDE", "B12"),
    ],
)
def test_a_supplement_hangs_on_version_and_event_never_on_its_number(version, event, number):
    supplement = asked(version=version, events=[event])[-1]

    assert (supplement.code, supplement.number) == (f"S-{event}", number)


def test_a_supplement_that_was_not_seen_in_a_version_is_not_asked_there():
    assert codes(version=EARLY, events=["SUDI"]) == list("ABCDEF")


@pytest.mark.parametrize(("days", "wanted"), [(0, True), (27, True), (28, False), (None, False)])
def test_the_neonatal_supplement_comes_first_and_hangs_on_age_too(days, wanted):
    found = codes(agency_type="MIDWIFE", age_days=days)

    assert (found[0] == "S-NEONATAL") is wanted


def test_the_sections_that_were_chosen_are_asked_whatever_the_type():
    assert codes(agency_type="AMBULANCE", only=["B", "E"]) == ["B", "E"]


def test_a_question_for_other_agencies_is_left_out():
    section = next(one for one in asked(agency_type="CSC") if one.code == "C")

    assert "C07" not in [one.code for one in section.questions]


def test_a_conditional_question_is_asked_when_its_answer_is_there():
    section = next(one for one in asked() if one.code == "F")
    follow_up = next(one for one in section.questions if one.code == "F02")

    assert not is_asked(follow_up, None, {})
    assert not is_asked(follow_up, None, {("F01", None): "NK"})
    assert is_asked(follow_up, None, {("F01", None): "Y"})


def test_completeness_counts_each_person_and_only_what_is_asked():
    section = next(one for one in asked() if one.code == "A")
    people = {"adult": ["mother", "father"], "sibling": []}
    answers = {("A01", None): "NK", ("A05", "mother"): "Y", ("A02", None): ""}

    counted = completeness(section, people, answers)

    assert counted == Completeness(answered=2, asked=6)
    assert counted.left == 4


def test_an_answer_that_opens_questions_raises_what_is_asked():
    section = next(one for one in asked() if one.code == "F")

    before = completeness(section, {}, {})
    after = completeness(section, {}, {("F01", None): "Y"})

    assert after.asked == before.asked + 4
    assert after.answered == before.answered + 1


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (datetime.date(2007, 1, 1), EARLY),
        (datetime.date(2010, 3, 31), EARLY),
        (datetime.date(2010, 4, 1), LATER),
    ],
)
def test_a_version_is_in_force_from_its_day(day, version):
    assert version_on(forms(), day) == version


def test_every_question_says_how_sure_it_is_and_can_be_answered():
    for section in every_section().values():
        assert section.questions
        for one in section.questions:
            assert one.status in {"CONFIRMED", "RECONSTRUCTED"}
            assert one.kind in {"yes_no", "list", "line", "text"}
            assert len(one.code) <= 40
            if one.kind in {"yes_no", "list"}:
                assert {"NA"} < {code for code, _ in choices(one)}
            if one.explains:
                assert one.explains in {"Y", "N"} and one.kind == "yes_no"


BY_HAND = {
    "S-ASTHMA": "S-AST",
    "S-CARDIAC": "S-CAR",
    "S-PATHWAY": "S-CPW",
    "S-GENETIC": "S-CGC",
    "S-EPILEPSY": "S-EPI",
    "S-KETOACIDOSIS": "S-DKA",
}


def test_every_national_supplementary_form_has_questions_and_says_how_sure_it_is():
    for form in code_list("cdr_form").codes:
        section = supplement_of(form.code)
        if form.code in ("NOT", "REP", "ANA"):
            assert section is None
            continue
        assert section is not None and section.questions and section.reconstructed
        assert (section.status, section.supplementary) == (form.status, True), form.code
        assert {one.status for one in section.questions} == {"RECONSTRUCTED"}
    assert [one.code for one in by_hand("reporting")] == [*BY_HAND]
    assert by_hand(LATER) == by_hand(EARLY) == []


@pytest.mark.parametrize("code", BY_HAND)
def test_a_form_that_hangs_on_no_event_is_asked_beside_the_others_when_chosen(code):
    day = datetime.date(2024, 1, 1)
    usual = codes(version="reporting", on=day)

    assert code not in codes(version="reporting", events=[code.removeprefix("S-")], on=day)
    assert set(codes(version="reporting", only=[code], on=day)) == {*usual, code}
    assert code in codes(version="reporting", only=["B", code], on=day)
    assert code not in codes(version="reporting", agency_type="POLICE", only=[code], on=day)
    assert code not in codes(version=LATER, only=["B", code])


def test_the_genetic_form_is_asked_from_the_day_it_is_known_from():
    before = codes(version="reporting", only=["S-GENETIC"], on=datetime.date(2022, 3, 31))

    assert "S-GENETIC" not in before


def test_a_question_in_no_section_is_refused():
    wrong = {
        "versions": [],
        "sections": [{"code": "A", "title": "A", "status": "CONFIRMED"}],
        "questions": [
            {"section": "Z", "code": "Z1", "text": "?", "kind": "text", "status": "CONFIRMED"}
        ],
    }

    with pytest.raises(BadForm, match="Z1"):
        parse(wrong, {"supplements": [], "questions": []})


def test_codes_are_told_in_words():
    assert question_text("B010") == "Mode of death"
    assert question_text("B999") == "B999"
    assert answer_label("B010", "FOUND") == "Found dead/collapsed"
    assert answer_label("B011", "NK") == "Not known"
