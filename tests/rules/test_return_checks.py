"""Each check of the return fires on what it is about, and only there."""

from datetime import date

import pytest

from casereview.rules.return_year import ReturnYear
from cdop import return_templates
from cdop.rules.annual_return import tabulate
from cdop.rules.return_checks import check_figures, check_return, gaps
from tests.rules.rows import DATA, a_death, from_file

YEAR = ReturnYear(2015)
TEMPLATE = return_templates.template(YEAR)
SEVERITIES = return_templates.severities()
BOARDS = ("LEICESTER", "LEICS_RUTLAND")


def check(*deaths, **options):
    return check_return(tabulate(deaths, YEAR, TEMPLATE), deaths, SEVERITIES, **options)


def rules(found):
    return [finding.rule for finding in found]


def test_a_complete_return_has_nothing_to_say():
    assert check(a_death(), boards=BOARDS, previous_total=1) == []


@pytest.mark.parametrize(
    ("rule", "severity", "changes"),
    [
        ("V04", "error", {"under_18": False}),
        ("V05", "error", {"residence_board": "NOTTINGHAM"}),
        ("V09", "error", {"category": ""}),
        ("V10", "error", {"died_on": date(2014, 12, 2)}),
        ("V13", "warning", {"age_days": 27}),
        ("V14", "warning", {"category": "8", "age_days": 28}),
        ("V15", "warning", {"category": "2", "age_band": "A4"}),
        ("V16", "warning", {"category": "1"}),
        ("V17", "warning", {"category": "10", "sudep_in_cause": True}),
        ("V18", "warning", {"outcome": "M", "action_decided": False}),
        ("V18", "warning", {"category": "1", "scr_status": "ALT", "action_decided": False}),
        ("V20", "error", {"outcome": "I", "reason_given": False}),
        ("V26", "error", {"outcome": "M", "factors": 0}),
        ("V27", "error", {"outcome": "N", "factors": 1}),
        ("V27", "error", {"outcome": "I", "factors": 1}),
        ("V28", "warning", {"outcome": "M", "factors": 1, "weak_factors": 1}),
        ("V29", "warning", {"expectedness": "UNSURE"}),
        ("V30", "warning", {"location": "ABROAD"}),
        ("V30", "warning", {"death_board": "ABROAD"}),
    ],
)
def test_each_check_fires_on_its_own_and_names_the_row(rule, severity, changes):
    found = [each for each in check(a_death(**changes), boards=BOARDS) if each.rule != "V19"]

    assert [(each.rule, each.severity, each.rows) for each in found] == [(rule, severity, ("1",))]
    assert found[0].message[0].isupper()


@pytest.mark.parametrize(
    "changes",
    [
        {"residence_board": "NOTTINGHAM", "for_another_area": True},
        {"age_days": 27, "event": "NEONATAL"},
        {"category": "8", "age_days": 27, "event": "NEONATAL"},
        {"category": "2", "age_band": "A5"},
        {"category": "1", "scr_status": "COMPLETED"},
        {"category": "10", "sudep_in_cause": False},
        {"outcome": "M", "factors": 1, "weak_factors": 0, "action_decided": True},
        {"outcome": "I", "reason_given": True, "factors": 0},
        {"location": "ABROAD", "death_board": "ABROAD"},
        {"died_on": date(2014, 12, 1)},
    ],
)
def test_a_check_stays_silent_where_its_condition_is_not_met(changes):
    assert check(a_death(**changes), boards=BOARDS) == []


def test_a_completed_review_without_an_outcome_breaks_the_sums_as_well():
    assert rules(check(a_death(outcome=""))) == ["V02", "V06"]


def test_one_death_counted_twice_is_told_with_both_rows():
    twice = check(
        a_death(row="1", same_person_key="k"),
        a_death(row="2", same_person_key="k"),
        a_death(row="3"),
    )

    assert [(each.rule, each.rows) for each in twice] == [("V11", ("1", "2"))]


def test_more_than_a_tenth_unknown_is_a_warning():
    nine = [a_death(row=str(n)) for n in range(9)]
    ten = [*nine, a_death(row="10")]
    unknown = a_death(row="x", ethnicity="UNKN")

    assert rules(check(*nine, unknown)) == []
    assert rules(check(*ten, unknown)) == []
    assert rules(check(*nine[:8], unknown)) == ["V19"]


@pytest.mark.parametrize(
    ("previous", "fires"), [(None, False), (0, False), (2, False), (3, True), (1, False)]
)
def test_a_change_of_more_than_half_asks_for_an_explanation(previous, fires):
    assert (rules(check(a_death(), previous_total=previous)) == ["V25"]) == fires


def test_the_figures_are_checked_whoever_worked_them_out():
    items = tabulate([a_death()], YEAR, TEMPLATE).items
    broken = items | {
        "AG-02": 5,
        "AG-11": {"F": {"M": 0, "N": 1, "I": 0, "total": 2}},
        "AG-20": 9,
        "AG-31": {"2014": 3},
    }

    assert check_figures(items, SEVERITIES) == []
    assert set(rules(check_figures(broken, SEVERITIES))) == {"V06", "V07", "V08", "V12"}


def test_the_fictional_year_has_warnings_about_its_rows_and_no_error():
    deaths = from_file(DATA / "llr_2014_15.csv")

    found = check(*deaths, boards=BOARDS)

    assert {each.severity for each in found} == {"warning"}
    assert {row for each in found for row in each.rows} <= {death.row for death in deaths}


def test_every_check_that_is_made_is_in_the_list():
    assert set(SEVERITIES.values()) == {"error", "warning"}
    assert len(SEVERITIES) == 30


def test_the_gaps_are_told_case_by_case():
    whole, gappy = a_death(row="1"), a_death(row="2", ethnicity="UNKN", cp_plan="", age_band=None)
    open_case = a_death(row="3", ethnicity="UNKN", completed_on=None)
    deaths = [whole, gappy, open_case]

    found = gaps(tabulate(deaths, YEAR, TEMPLATE), deaths)

    assert [(gap.row, gap.columns) for gap in found] == [
        ("2", ("age_band", "ethnicity", "cp_plan"))
    ]
