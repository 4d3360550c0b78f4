"""The Next box when nothing is the reader's turn: stage by stage, whose turn it is and why."""

import datetime

import pytest

from cdop.rules.whose_turn import Standing, whose_turn

DAY = datetime.date(2026, 3, 2)
NOTIFIED, GATHERING, READY = "notified", "gathering", "ready"


@pytest.mark.parametrize(
    ("standing", "title", "due_on"),
    [
        (Standing(NOTIFIED, reviewed_here=False), "wait until it is agreed which panel", None),
        (Standing(NOTIFIED, doctor_confirmed=False), "wait for the designated doctor", None),
        (Standing(NOTIFIED), "wait for the agencies to be asked", None),
        (Standing(NOTIFIED, asked=None), "wait for the agencies to be asked", None),
        (Standing(GATHERING, asked=1, first_due=DAY), "wait for 1 agency to report", DAY),
        (Standing(GATHERING, asked=4, overdue=2, first_due=DAY), "wait for 4 agencies", DAY),
        (Standing(GATHERING, asked=None), "wait for the agencies’ reports", None),
        (Standing(GATHERING), "wait for the agencies to be asked", None),
        (Standing(READY), "wait for a place on an agenda", None),
        (Standing(READY, asked=None), "wait for a place on an agenda", None),
        (Standing(READY, meeting=DAY), "wait for the panel meeting", DAY),
        (Standing(GATHERING, asked=2, meeting=DAY), "wait for the panel meeting", DAY),
        (Standing(READY, considered=True), "wait for the CDR manager to record", None),
        (
            Standing(READY, considered=True, judged=True, check_by=DAY),
            "wait for the chair to complete the review",
            DAY,
        ),
        (
            Standing(READY, considered=True, judged=True, chair_withdrew=True),
            "wait for a deputy to chair this case",
            None,
        ),
        (Standing("reviewed", considered=True, judged=True, completed=True), "nothing", None),
        (Standing("reviewed"), "wait for the review to be completed", None),
        (Standing("not_for_review"), "nothing – the case is closed", None),
        (Standing("passed_on", reviewed_here=False), "nothing – the case was passed on", None),
        (Standing("merged", asked=3), "nothing – go to the case it belongs to", None),
        (Standing("disposed"), "nothing – the case was disposed of", None),
    ],
)
def test_each_stage_says_whose_turn_it_is_why_and_by_when(standing, title, due_on):
    turn = whose_turn(standing)

    assert turn.title.startswith(title)
    assert turn.due_on == due_on
    assert turn.why.endswith(".")


def test_what_is_overdue_says_who_chases():
    turn = whose_turn(Standing(GATHERING, asked=4, overdue=2, first_due=DAY))

    assert turn.why == "2 overdue: the CDR manager chases."
