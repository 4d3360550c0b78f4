"""Every statutory list says where it comes from, and the loader refuses one that does not."""

from datetime import date

import pytest

from casereview import codes as kernel_codes
from casereview.codelists import BadCodeList, all_lists, load_named, parse
from cdop import codes as cdop_codes

LISTS = all_lists()


def a_list(**changes):
    raw = {
        "title": "Example",
        "source": "Example form",
        "paragraph": "Section A",
        "url": "",
        "retrieved": date(2026, 1, 31),
        "transcribed_by": "Ada Example",
        "checked_by": "",
        "version": "2010-04-01",
        "status": "CONFIRMED",
        "codes": [a_code()],
    }
    return raw | changes


def a_code(**changes):
    return {
        "code": "A",
        "label": "Alpha",
        "since": date(2010, 4, 1),
        "status": "CONFIRMED",
        "source": "Example form",
    } | changes


@pytest.mark.parametrize("code_list", LISTS, ids=lambda found: f"{found.app}-{found.name}")
def test_a_list_says_where_it_comes_from_and_is_never_surer_than_its_codes(code_list):
    unsure = [code for code in code_list.codes if code.status != "CONFIRMED"]

    assert code_list.source and code_list.paragraph and code_list.transcribed_by
    assert date.fromisoformat(code_list.version)
    assert not (unsure and code_list.status == "CONFIRMED")


def test_the_lists_of_all_apps_are_found():
    found = {(code_list.app, code_list.name) for code_list in LISTS}

    assert {("casereview", "lscb"), ("cdop", "category_of_death"), ("learning", "themes")} <= found


@pytest.mark.parametrize("missing", ["source", "paragraph", "url", "retrieved", "transcribed_by"])
def test_a_list_without_provenance_is_refused(missing):
    raw = a_list()
    del raw[missing]

    with pytest.raises(BadCodeList, match=missing):
        parse(raw, name="example")


@pytest.mark.parametrize(
    ("codes", "why"),
    [
        ([a_code(), a_code(label="Another")], "twice"),
        ([a_code(status="CERTAIN")], "not a status"),
        ([a_code(until=date(2010, 4, 1))], "withdrawn before"),
        ([a_code(source="")], "no source"),
        ([a_code(label=" ")], "lacks its code or label"),
        ([], "no code"),
    ],
)
def test_codes_that_contradict_one_another_are_refused(codes, why):
    with pytest.raises(BadCodeList, match=why):
        parse(a_list(codes=codes), name="example")


def test_a_withdrawn_code_stays_known_but_can_no_longer_be_given():
    withdrawn = a_code(code="B", label="Beta", until=date(2014, 4, 1))

    code_list = parse(a_list(codes=[a_code(), withdrawn]), name="example")

    assert code_list.get("B").label == "Beta"
    assert [code for code, _ in code_list.choices()] == ["A", "B"]
    assert [code for code, _ in code_list.choices(date(2014, 3, 31))] == ["A", "B"]
    assert [code for code, _ in code_list.choices(date(2014, 4, 1))] == ["A"]
    assert code_list.in_force(date(2010, 3, 31)) == ()


def test_finer_locations_roll_up_to_a_location_of_the_list():
    locations = load_named("cdop", "location")

    rolled = {
        code.code: code.extra["rolls_up_to"]
        for code in locations.codes
        if "rolls_up_to" in code.extra
    }

    assert rolled == {
        "HOSP_PICU": "HOSP_ICU",
        "HOSP_AICU": "HOSP_ICU",
        "HOSP_LABOUR": "HOSP_OTH",
    }


def test_every_code_a_list_points_to_exists():
    factors = load_named("cdop", "domain_factor")
    analysis = load_named("cdop", "cdr_factor")
    themes = load_named("learning", "themes")
    groups = load_named("casereview", "ethnicity_group")

    for code in load_named("cdop", "modifiable_factor").codes:
        assert all(factors.get(factor) for factor in code.extra.get("form_c_factors", []))
        assert all(analysis.get(one) for one in code.extra.get("analysis_factors", []))
        assert "theme" not in code.extra or themes.get(code.extra["theme"])
    for code in load_named("casereview", "ethnicity").codes:
        assert groups.get(code.extra["group"])
    for code in factors.codes:
        assert load_named("cdop", "domain").get(code.extra["domain"])


@pytest.mark.parametrize("module", [kernel_codes, cdop_codes])
def test_every_choice_has_a_code_and_a_label(module):
    callables = [
        value
        for name, value in vars(module).items()
        if callable(value)
        and getattr(value, "__module__", "") == module.__name__
        and name not in {"code_list", "english_boards", "import_codes"}
    ]

    assert callables
    for choices in callables:
        assert all(code and label for code, label in choices())


def test_neonatal_is_never_offered_as_an_answer_to_expectedness():
    assert [code for code, _ in cdop_codes.expectedness()] == ["EXPECTED", "UNEXPECTED", "UNSURE"]
