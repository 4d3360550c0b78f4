"""Which notified death an entry of a list is: bands, margin, twins, names that do not agree."""

import csv
import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.list_matching import hard_set, measured
from cdop.rules.list_matching import (
    CERTAIN_BITS,
    Band,
    ListedDeath,
    NotifiedDeath,
    match_list,
    prior_bits,
)

DATA = Path(__file__).resolve().parents[1] / "data" / "matching"
BORN, DIED = datetime.date(2014, 3, 9), datetime.date(2015, 4, 2)
NOTIFIED = NotifiedDeath(
    "N1",
    given_names="Ada Grace",
    family_name="Example",
    mother_family_name="Pattern",
    sex="F",
    born_on=BORN,
    died_on=DIED,
    postcode="LE1 1ZZ",
)
LISTED = ListedDeath("C1", "Ada Grace", "Example", "F", BORN, DIED, "LE1 1ZZ")


def match(listed=LISTED, *notified):
    return match_list([listed], notified or [NOTIFIED])[0]


def read(name):
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def day(text):
    return datetime.date.fromisoformat(text) if text else None


def test_the_known_pairs_are_found_and_no_certain_match_is_wrong():
    notified = [
        NotifiedDeath(
            row["source_reference"],
            given_names=row["given_names"],
            family_name=row["family_name"],
            mother_family_name=row["mother_family_name"],
            sex=row["sex"],
            born_on=day(row["born_on"]),
            died_on=day(row["died_on"]),
            postcode=row["residence_postcode"],
        )
        for row in read("notifications.csv")
    ]
    listed = [
        ListedDeath(
            row["entry"],
            row["given_names"],
            row["family_name"],
            row["sex"],
            day(row["born_on"]),
            day(row["died_on"]),
            row["postcode"],
        )
        for row in read("registrar_list.csv")
    ]
    truth = {row["entry"]: row["source_reference"] for row in read("truth.csv")}

    figures = measured(match_list(listed, notified), truth)

    assert figures.wrong == 0
    assert figures.certain_recall >= 0.95
    assert figures.best_recall >= 0.99
    assert figures.reviewed_recall >= 0.999


@pytest.mark.parametrize("seed", [1, 2])
def test_a_set_twice_as_corrupt_with_many_twins_has_no_wrong_certain_match(seed):
    made = hard_set(1_000, seed)

    figures = measured(match_list(made.listed, made.notified), made.truth)

    assert figures.wrong == 0
    assert figures.certain_recall >= 0.92
    assert figures.reviewed_recall >= 0.99


def test_the_same_in_everything_is_certain_and_says_how_each_field_compared():
    found = match()

    assert found.band == Band.CERTAIN
    words = {name: word for name, (word, _) in found.best.fields.items() if word}
    assert set(words.values()) == {"same"}
    assert found.best.bits == pytest.approx(sum(bits for _, bits in found.best.fields.values()))


@pytest.mark.parametrize(
    "given, family",
    [
        ("ADA GRACE", "EXAMPLE"),
        ("Grace Ada", "Example"),
        ("Ada", "Exmaple"),
        ("Áda", "Example-Pattern"),
        ("Example", "Ada"),
        ("Ada", "Pattern"),
    ],
)
def test_other_spellings_exchanged_names_and_the_mothers_name_are_certain(given, family):
    assert match(replace(LISTED, given_names=given, family_name=family)).band == Band.CERTAIN


@pytest.mark.parametrize("given", ["", "Baby of", "Baby", "Infant", "Baby Girl", "Not yet named"])
def test_a_child_without_a_name_is_found_by_the_mothers_family_name(given):
    found = match(replace(LISTED, given_names=given, family_name="Pattern"))

    assert (found.band, found.best.reference) == (Band.CERTAIN, "N1")
    assert found.best.fields["family_name"][0] == "mother"


@pytest.mark.parametrize(
    "changed",
    [
        {"born_on": datetime.date(2014, 9, 3)},
        {"born_on": datetime.date(2014, 3, 10)},
        {"died_on": datetime.date(2015, 2, 4)},
        {"died_on": None},
        {"born_on": None},
        {"postcode": ""},
        {"postcode": "LE1 1ZY"},
        {"postcode": "SW1A 1AA"},
        {"sex": ""},
    ],
)
def test_one_slip_or_blank_leaves_it_certain(changed):
    assert match(replace(LISTED, **changed)).band == Band.CERTAIN


def test_names_alone_wait_for_a_person_however_few_cases_there_are():
    found = match(ListedDeath("C1", "Ada", "Example"))

    assert found.band == Band.LIKELY
    assert found.best.bits < CERTAIN_BITS


def test_an_entry_with_nothing_in_it_is_unmatched():
    found = match(ListedDeath("C1"))

    assert (found.band, found.best, found.proposals) == (Band.UNMATCHED, None, ())


def test_another_child_is_unmatched():
    found = match(
        ListedDeath(
            "C1", "Ola", "Instance", "M", datetime.date(2001, 1, 5), datetime.date(2012, 8, 30)
        )
    )

    assert found.band == Band.UNMATCHED


def test_twins_are_each_matched_with_themselves():
    twin = replace(NOTIFIED, reference="N2", given_names="Bea", sex="F")

    one, other = match_list([LISTED, replace(LISTED, entry="C2", given_names="Bea")],
                            [NOTIFIED, twin])  # fmt: skip

    assert (one.band, one.best.reference) == (Band.CERTAIN, "N1")
    assert (other.band, other.best.reference) == (Band.CERTAIN, "N2")


@pytest.mark.parametrize("given", ["Bea", "Olive", "Wren"])
def test_a_twin_who_was_not_notified_is_never_certain(given):
    assert match(replace(LISTED, given_names=given)).band != Band.CERTAIN


def test_nameless_twins_wait_for_a_person():
    first = replace(NOTIFIED, given_names="Baby of")
    second = replace(first, reference="N2")
    rows = [replace(LISTED, entry=entry, given_names="Baby") for entry in ("C1", "C2")]

    assert {one.band for one in match_list(rows, [first, second])} == {Band.LIKELY}
    assert {one.band for one in match_list(rows, [first])} == {Band.LIKELY}


def test_a_nameless_child_of_a_birth_of_two_waits_for_a_person():
    found = match(replace(LISTED, given_names="Baby of"), replace(NOTIFIED, births=2))

    assert found.band == Band.LIKELY


def test_the_first_of_twins_is_not_the_second():
    notified = replace(NOTIFIED, given_names="Twin 2")

    assert match(replace(LISTED, given_names="Twin 1"), notified).band != Band.CERTAIN


def test_a_death_merged_into_another_is_no_rival_of_it():
    assert match(LISTED, NOTIFIED, replace(NOTIFIED, given_names="Adda")).band == Band.CERTAIN


def test_two_notifications_of_one_death_that_are_not_merged_are_likely():
    found = match(LISTED, NOTIFIED, replace(NOTIFIED, reference="N2"))

    assert found.band == Band.LIKELY
    assert {one.reference for one in found.proposals} == {"N1", "N2"}


def test_no_more_than_three_are_shown_the_best_first():
    alike = [replace(NOTIFIED, reference=f"N{n}", died_on=DIED.replace(day=n)) for n in range(1, 7)]

    found = match(LISTED, *alike)

    assert len(found.proposals) == 3
    assert found.proposals[0].reference == "N2"


def test_the_order_of_the_list_changes_nothing():
    made = hard_set(200, 7)
    forwards = {one.entry: one for one in match_list(made.listed, made.notified)}

    backwards = match_list(made.listed[::-1], made.notified[::-1])

    assert {one.entry: one for one in backwards} == forwards


def test_the_prior_is_that_of_one_match_an_entry_and_never_of_a_handful_of_cases():
    assert prior_bits(0, 0) == 0.0
    assert prior_bits(1, 1) == prior_bits(1, 500) == pytest.approx(-9.2, abs=0.1)
    assert prior_bits(2_000, 2_000) == pytest.approx(-11.2, abs=0.1)


def test_no_name_or_date_of_birth_is_in_a_repr():
    assert "Ada" not in repr(LISTED) + repr(NOTIFIED)
    assert "2014" not in repr(LISTED) + repr(NOTIFIED)
