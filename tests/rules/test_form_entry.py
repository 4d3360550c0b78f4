"""A year's real form is entered over the template, and two years' forms are compared."""

from hypothesis import given, settings

from casereview.rules.return_year import ReturnYear
from cdop import return_layout, return_templates
from cdop.rules import form_entry
from cdop.rules.annual_return import tabulate
from tests.rules.rows import a_death
from tests.rules.years import years

YEAR = ReturnYear(2015)
TEMPLATE = return_templates.template(YEAR)
CODES = [["M", "1", "Boys"], ["F", "2", "Girls"], ["I", "3", "Neither"], ["NK", "9", "Unknown"]]
ENTRY = {
    "form": {"status": "CONFIRMED", "source": "The form itself", "deadline": "2015-05-29"},
    "items": {
        "AG-11": {"question": "Sex of the child", "number": "Q4", "place": 5, "codes": CODES},
        "AG-12": {"question": "Ethnic group", "place": 95, "left_out": True, "codes": []},
        "AG-01": {"question": "Reviews", "place": 40, "left_out": True, "codes": []},
        "A1-04": {"question": "Sex", "number": "C", "place": 1, "codes": []},
        "A1-12": {"question": "x", "place": 120, "left_out": True, "codes": []},
    },
    "checks": {"V13": {"severity": "off", "words": "Not asked"}},
}


def entered(entry=ENTRY):
    return form_entry.entered(TEMPLATE, entry, 3)


def test_what_is_entered_rewords_reorders_and_recodes_the_form():
    template = entered()
    counted = tabulate([a_death()], YEAR, template)

    tables = {t.item: t for s in return_layout.sections(counted) for t in s.tables}
    assert template.items[0].item == "AG-11"
    assert tables["AG-11"].question == "Sex of the child"
    assert [line.label for line in tables["AG-11"].lines] == ["Boys", "Girls", "Neither", "Unknown"]
    assert template.as_on_form["AG-11"]["F"] == "2"
    assert template.version == "2014-04-01/3"
    assert return_layout.deadline_words(template, YEAR) == "Due Friday 29 May 2015."
    assert return_layout.status_words(template).endswith("The form itself.")
    assert template.checks["V13"] == ("off", "Not asked")


def test_a_table_may_be_left_out_and_a_figure_that_others_rest_on_may_not():
    counted = tabulate([a_death()], YEAR, entered())

    assert "AG-12" not in counted.items
    assert counted.items["AG-01"] == 1
    assert [item.item for item in entered().child_level][0] == "A1-04"
    assert "A1-12" not in [item.item for item in entered().child_level]


@settings(max_examples=30, deadline=None)
@given(years())
def test_entering_a_form_changes_no_figure(deaths):
    before, after = tabulate(deaths, YEAR, TEMPLATE), tabulate(deaths, YEAR, entered())

    assert dict(before.cells) == dict(after.cells)
    assert after.items == {k: v for k, v in before.items.items() if k in after.items}


def test_a_template_with_nothing_entered_is_itself_but_for_its_version():
    same = form_entry.entered(TEMPLATE, {}, 1)

    assert [(i.item, i.question) for i in same.items] == [
        (i.item, i.question) for i in TEMPLATE.items
    ]
    assert same.labels == TEMPLATE.labels


def test_codes_are_read_line_by_line_and_what_is_wrong_is_said():
    known = {"M": "Male", "F": "Female"}

    assert form_entry.read_codes("F | 2 | Girls\n\nM|1|Boys", known) == (
        [("F", "2", "Girls"), ("M", "1", "Boys")],
        [],
    )
    assert form_entry.read_codes("", known) == ([], [])
    for text, says in (
        ("F | Girls", "Line 1: write our code"),
        ("X | 1 | Other", "X is not one of our codes"),
        ("F | 1 | a\nF | 2 | b", "Line 2: F stands there twice"),
        ("F | 1 | ", "write the wording of F"),
        ("F | 1 | Girls", "M is missing"),
    ):
        _, problems = form_entry.read_codes(text, known)
        assert says in problems[0]


def test_what_is_written_reads_as_it_was():
    codes = [("F", "2", "Girls"), ("M", "1", "Boys")]

    read, _ = form_entry.read_codes(form_entry.written_codes(codes), {"M": "", "F": ""})

    assert read == codes


def test_two_years_are_compared_by_deadline_order_wording_codes_and_checks():
    checks = return_templates.checks()
    other = return_templates.template(ReturnYear(2016))

    assert form_entry.differences(TEMPLATE, other, checks, checks) == []
    found = form_entry.differences(TEMPLATE, entered(), checks, {**checks, **entered().checks})

    what = {one.what for one in found}
    assert {
        "Status",
        "Deadline",
        "Order of the questions",
        "AG-11: wording",
        "AG-11: number on the form",
        "AG-11: codes",
        "AG-12: asked",
        "A1-04: wording",
        "Check V13",
    } <= what
