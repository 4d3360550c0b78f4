"""What an interest may mean, by its ground."""

import pytest

from casereview.rules.interests import Ground, Level, levels_for, may_chair, refusal

N, I, W = Level.NOTED, Level.INFORMS_ONLY, Level.WITHDRAWS  # noqa: E741 - columns of a table

# ground: what it may mean for a person, for an agency, and whether its holder may chair.
TABLE = {
    Ground.FAMILY: ({W}, set(), True),
    Ground.CRITICISED: ({W}, {W}, True),
    Ground.RESPONSIBLE_CLINICIAN: ({I, W}, set(), False),
    Ground.WORKED_WITH_FAMILY: ({N, I, W}, {N, I, W}, True),
    Ground.EMPLOYER: ({N, I, W}, {N, I, W}, True),
    Ground.OTHER: ({N, I, W}, {N, I, W}, True),
    "": ({N, I, W}, {N, I, W}, True),
}


def test_every_ground_is_in_the_table():
    grounds = {*Ground, ""}

    assert set(TABLE) == grounds


@pytest.mark.parametrize("of_agency", [False, True])
@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("ground", TABLE)
def test_an_interest_means_what_its_ground_bears(ground, level, of_agency):
    words = refusal(ground, level, of_agency=of_agency)

    assert (words == "") is (level in TABLE[ground][of_agency])


@pytest.mark.parametrize("ground", TABLE)
def test_withdrawing_is_open_to_everybody(ground):
    assert Level.WITHDRAWS in levels_for(ground)


@pytest.mark.parametrize("ground", TABLE)
def test_the_responsible_clinician_alone_never_chairs(ground):
    assert may_chair([ground]) is TABLE[ground][2]
    assert may_chair([ground, "other"]) is TABLE[ground][2]


def test_who_has_declared_nothing_may_chair():
    assert may_chair([])


def test_a_refusal_says_what_to_do_instead():
    assert refusal("family", "noted").startswith("Select withdraws")
    assert refusal("responsible_clinician", "noted").startswith("Select informs only or withdraws")
    assert refusal("family", "withdraws", of_agency=True).startswith("Record this for a person")
