"""Each check of the return fires on what it is about, and only there."""

from datetime import date

import pytest

from casereview.rules.return_year import ReturnYear
from cdop import return_pages, return_templates
from cdop.counting import Scope
from cdop.rules.annual_return import TOTAL, Tabulation, tabulate
from cdop.rules.return_checks import BY_CONSTRUCTION, check_figures, check_return, gaps
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


def of(*deaths, cells=None, **options):
    """Return what is found in a return of which some figures were altered by hand."""
    counted = tabulate(deaths, YEAR, TEMPLATE)
    altered = Tabulation(YEAR, TEMPLATE, None, {**counted.cells, **(cells or {})})
    return check_return(altered, deaths, SEVERITIES, **options)


def moved(figures):
    """Return what the page finds of a return of which some figures are not what was sent."""
    death = a_death()
    counted = tabulate([death], YEAR, TEMPLATE)
    return return_pages.findings(counted, [death], Scope("LEICESTER"), None, None, figures)


# For each check of the list: a return that breaks it, and one that is next to breaking it.
BROKEN = {
    "V02": (lambda: of(a_death(outcome="")), lambda: of(a_death(outcome="I"))),
    "V03": (
        lambda: of(a_death(not_for_review=True), cells={("AG-01", "", TOTAL): ["1"]}),
        lambda: of(a_death(not_for_review=True)),
    ),
    "V04": (lambda: of(a_death(age_days=-1)), lambda: of(a_death(age_days=0, event="NEONATAL"))),
    "V05": (
        lambda: of(a_death(residence_board="NOTTINGHAM"), boards=BOARDS),
        lambda: of(a_death(residence_board="LEICS_RUTLAND"), boards=BOARDS),
    ),
    "V06": (
        lambda: of(a_death(), cells={("AG-03", "", TOTAL): []}),
        lambda: of(a_death()),
    ),
    "V07": (
        lambda: of(a_death(), cells={("AG-11", "F", TOTAL): ["1", "1"]}),
        lambda: of(a_death(sex="")),
    ),
    "V08": (
        lambda: of(a_death(), cells={("AG-20", "", TOTAL): ["1", "1"]}),
        lambda: of(a_death(scr_status="COMPLETED")),
    ),
    "V09": (lambda: of(a_death(category="")), lambda: of(a_death(category="7"))),
    "V10": (
        lambda: of(a_death(died_on=date(2014, 12, 2))),
        lambda: of(a_death(died_on=date(2014, 12, 1))),
    ),
    "V11": (
        lambda: of(*(a_death(row=row, same_person_key="k") for row in "12")),
        lambda: of(*(a_death(row=row, same_person_key=row) for row in "12")),
    ),
    "V12": (
        lambda: of(a_death(), cells={("AG-30", "", TOTAL): ["1"], ("AG-31", "2015", TOTAL): ["1"]}),
        lambda: of(a_death(), a_death(row="2", completed_on=None)),
    ),
    "V13": (
        lambda: of(a_death(age_days=27)),
        lambda: of(a_death(age_days=27, event="NEONATAL")),
    ),
    "V14": (
        lambda: of(a_death(category="8", age_days=28)),
        lambda: of(a_death(category="8", age_days=27, event="NEONATAL")),
    ),
    "V15": (
        lambda: of(a_death(category="2", age_band="A4")),
        lambda: of(a_death(category="2", age_band="A5")),
    ),
    "V16": (
        lambda: of(a_death(category="1", scr_status="NONE")),
        lambda: of(a_death(category="1", scr_status="REFERRED")),
    ),
    "V17": (
        lambda: of(a_death(category="10", sudep_in_cause=True)),
        lambda: of(a_death(category="5", sudep_in_cause=True)),
    ),
    "V18": (
        lambda: of(a_death(outcome="M", action_decided=False)),
        lambda: of(a_death(outcome="M", action_decided=True)),
    ),
    "V19": (
        lambda: of(*(a_death(row=str(n)) for n in range(8)), a_death(row="x", sex="U")),
        lambda: of(*(a_death(row=str(n)) for n in range(9)), a_death(row="x", sex="U")),
    ),
    "V20": (
        lambda: of(a_death(outcome="I", reason_given=False)),
        lambda: of(a_death(outcome="I", reason_given=True)),
    ),
    "V21": (
        lambda: of(a_death(), cells={("AG-11", "F", TOTAL): [], ("AG-11", "M", TOTAL): ["1"]}),
        lambda: of(a_death()),
    ),
    "V23": (lambda: of(a_death(), local_total=2), lambda: of(a_death(), local_total=1)),
    "V24": (lambda: moved(1), lambda: moved(0)),
    "V25": (lambda: of(a_death(), previous_total=3), lambda: of(a_death(), previous_total=2)),
    "V26": (
        lambda: of(a_death(outcome="M", factors=0)),
        lambda: of(a_death(outcome="M", factors=1)),
    ),
    "V27": (
        lambda: of(a_death(outcome="N", factors=1)),
        lambda: of(a_death(outcome="N", factors=0)),
    ),
    "V28": (
        lambda: of(a_death(outcome="M", factors=2, weak_factors=1)),
        lambda: of(a_death(outcome="M", factors=2, weak_factors=0)),
    ),
    "V29": (
        lambda: of(a_death(expectedness="UNSURE")),
        lambda: of(a_death(expectedness="EXPECTED")),
    ),
    "V30": (
        lambda: of(a_death(location="ABROAD")),
        lambda: of(a_death(location="ABROAD", death_board="ABROAD")),
    ),
}


def test_every_check_of_the_list_is_broken_below_or_cannot_be():
    assert {*BROKEN, *BY_CONSTRUCTION} == set(SEVERITIES)
    assert len(SEVERITIES) == 30


@pytest.mark.parametrize("rule", BROKEN)
def test_each_check_of_the_list_fires_on_a_return_that_breaks_it_and_not_on_the_next(rule):
    broken, next_to_it = (make() for make in BROKEN[rule])

    assert {found.severity for found in broken if found.rule == rule} == {SEVERITIES[rule]}
    assert rule not in rules(next_to_it)


def test_two_checks_hold_because_nothing_else_can_be_recorded():
    """V01: a year is 1 April to 31 March, and counts its own days alone; V22: days are days."""
    days = (date(2014, 3, 31), YEAR.first_day, YEAR.last_day, date(2015, 4, 1))
    deaths = [a_death(row=str(day), completed_on=day, died_on=date(2014, 1, 1)) for day in days]

    assert (YEAR.first_day, YEAR.last_day) == (date(2014, 4, 1), date(2015, 3, 31))
    assert tabulate(deaths, YEAR, TEMPLATE).rows("AG-01") == ("2014-04-01", "2015-03-31")
    with pytest.raises(ValueError, match="."):
        date(2015, 2, 31)


def test_the_gaps_are_told_case_by_case():
    whole, gappy = a_death(row="1"), a_death(row="2", ethnicity="UNKN", cp_plan="", age_band=None)
    open_case = a_death(row="3", ethnicity="UNKN", completed_on=None)
    deaths = [whole, gappy, open_case]

    found = gaps(tabulate(deaths, YEAR, TEMPLATE), deaths)

    assert [(gap.row, gap.columns) for gap in found] == [
        ("2", ("age_band", "ethnicity", "cp_plan"))
    ]
