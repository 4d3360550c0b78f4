"""The truth table of the quorum, case by case."""

import pytest

from casereview.rules.quorum import Seat, quorum


def came(person, agency="", **facts):
    return Seat(person, agency or person.upper(), came=True, **facts)


def away(person, agency=""):
    return Seat(person, agency or person.upper())


FIVE = [came("a"), came("b"), came("c"), away("d"), away("e")]


@pytest.mark.parametrize(
    ("seats", "settings", "met"),
    [
        ([], {}, False),
        (FIVE, {}, True),
        ([came("a"), came("b"), away("c"), away("d"), away("e")], {}, False),
        ([came("a", "GP"), came("b", "GP"), came("c", "POLICE"), away("d")], {}, False),
        ([came("a", "GP"), came("b", "GP"), came("c", "X")], {"agencies_needed": 2}, True),
        ([*FIVE[:2], came("c", judges=False), away("d"), away("e")], {}, False),
        (FIVE, {"members_needed": 4}, False),
        (FIVE, {"members_needed": 3}, True),
        (FIVE, {"members_needed": 1}, True),
        # A share is rounded up; with a least number beside it, both are needed.
        (FIVE, {"share_needed": 60}, True),
        (FIVE, {"share_needed": 61}, False),
        (FIVE, {"share_needed": 1, "members_needed": 4}, False),
        (FIVE, {"share_needed": 80, "members_needed": 1}, False),
        (FIVE, {"share_needed": 100}, False),
        # A deputy takes the place of the member who is away, for that member's agency.
        ([came("a"), came("b"), away("c"), came("z", "C", place_of="c")], {}, True),
        ([came("a"), came("b"), away("c"), came("z", "C", place_of="c", judges=False)], {}, False),
        # A member and the deputy who both came count once.
        ([came("a"), came("z", "A", place_of="a"), away("c"), away("d")], {}, False),
        ([Seat("a", "", came=True), Seat("b", "", came=True)], {"agencies_needed": 1}, False),
        ([Seat("a", "", came=True)], {"agencies_needed": 0}, True),
    ],
)
def test_a_quorum_is_met_only_with_enough_members_and_enough_agencies(seats, settings, met):
    assert quorum(seats, **settings).met is met


def test_half_of_an_odd_number_of_members_is_rounded_up():
    assert [quorum([away(str(n)) for n in range(count)]).members_needed for count in range(6)] == [
        1,
        1,
        1,
        2,
        2,
        3,
    ]


def test_withdrawing_takes_from_who_is_there_and_never_from_who_is_needed():
    before, after = quorum(FIVE), quorum([*FIVE[:2], came("c", judges=False), *FIVE[3:]])

    assert (before.members_needed, after.members_needed) == (3, 3)
    assert (before.members, after.members) == (3, 2)
    assert (before.agencies, after.agencies) == (3, 2)


def test_a_quorum_says_its_count_in_words():
    assert quorum(FIVE).words == "3 of the 3 members and 3 of the 3 agencies needed"


def test_a_kind_of_agency_that_must_be_there_is_missed_whoever_else_came():
    must = [("POLICE", "Police"), ("CSC", "Social care")]
    seats = [came("a", kind="POLICE"), came("b", kind="GP"), came("c", kind="CSC", judges=False)]

    found = quorum(seats, agencies_needed=1, kinds_needed=must)

    assert found.lacking == ("Social care",)
    assert not found.met
    assert found.words.endswith("needed; nobody of: Social care")
    assert quorum([*seats, came("d", kind="CSC")], agencies_needed=1, kinds_needed=must).met
