"""The order of a form's fields on paper, and what is said where there is no answer."""

import datetime

from cdop import codes, form_a_paper, form_c_paper
from cdop.report_questions import forms
from cdop.rules.form_papers import Line, by_section, whole_form
from cdop.rules.report_forms import sections_for

ON = datetime.date(2015, 3, 3)


def test_every_field_of_a_form_has_an_answer_to_look_up_and_no_other():
    for name, paper in (("form_a_fields", form_a_paper), ("form_c_fields", form_c_paper)):
        assert set(paper.FIELDS) == {one.code for one in codes.code_list(name).codes}


def test_sections_and_fields_stand_in_the_order_of_the_forms_own_numbers():
    sections = by_section(codes.code_list("form_a_fields").codes, ON)

    titles = [title for title, _ in sections]
    assert titles[:4] == ["Reference", "Scope", "Referral", "Child"]
    assert all(
        [one.code for one in each] == sorted(one.code for one in each) for _, each in sections
    )
    firsts = [each[0].code for _, each in sections]
    assert firsts == sorted(firsts)
    assert sum(len(each) for _, each in sections) == len(codes.code_list("form_a_fields").codes)


def test_wording_that_was_read_in_no_source_says_so():
    assert Line("A029", "Referred to coroner", "RECONSTRUCTED").heading.endswith("(reconstructed)")
    assert Line("A028", "Post-mortem required", "CONFIRMED").heading == "A028 Post-mortem required"


def test_what_an_agency_was_not_asked_stands_on_its_form_as_not_asked():
    asked = sections_for(forms(), version="later", agency_type="POLICE", events=["RTC"], on=ON)
    found = whole_form(forms(), "later", asked, ON)

    put = {one.code for _, each in found for one, was in each if was}
    assert put == {one.code for section in asked for one in section.questions}
    sections = [section.code for section, _ in found]
    assert [one for one in sections if len(one) == 1] == ["A", "B", "C", "D", "E", "F"]
    assert "S-RTC" in sections and "S-FIRE" not in sections
    assert any(not was for _, each in found for _, was in each)
    reporting = [one.code for one, _ in whole_form(forms(), "reporting", (), None)]
    assert reporting[-1] == "G"
