"""Signals, themes and quarters where one installation holds several panels."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casereview.models import Board, Panel, PanelBoard, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from learning import near_misses, signals, theme_page
from learning.actions import decide_reference_period, priorities, quarters
from learning.models import ClosedFlag, ReferencePeriod
from learning.rules.quarters import Quarter
from tests import factories
from tests.cdop.reviewed import make_death
from tests.html import Page
from tests.learning.learned import learned, theme, window_day
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
HERE, THERE = "button_battery", "smoking"


@pytest.fixture
def other(db):
    """Another panel, of another board."""
    panel = Panel(code="NOTTS", name="Elsewhere panel")
    with change("change_panel", by=None) as written:
        written.save(panel)
        written.save(
            PanelBoard(panel=panel, board=factories.board("NOTTINGHAM"), since=window_day(30))
        )
    return panel


@pytest.fixture
def both(other):
    """Four cases of one theme here, four of another there, and one thing nobody's."""
    here, there = factories.board(), factories.board("NOTTINGHAM")
    for number, board in enumerate((here, there)):
        learned(90 + number, window_day(23), "bereavement", board=board)
    for number in range(4):
        learned(1 + number, window_day(number), HERE, board=here, statement="Learned here")
        learned(11 + number, window_day(number), THERE, board=there, statement="Learned there")
    learned(30, window_day(), "asthma_allergy")
    learned(31, window_day(), THERE, board=there, source="near_miss", events=6)
    return factories.panel(), other


def lead_of(*boards):
    """Return a learning lead of some boards."""
    user = factories.make_user(Role.LEARNING_LEAD)
    held = StandingRole.objects.get(user=user)
    with change("give_role", by=None) as written:
        held.board = Board.objects.get(code=boards[0])
        written.save(held)
        for code in boards[1:]:
            more = StandingRole(user=user, role=Role.LEARNING_LEAD, given_at=timezone.now())
            more.board = Board.objects.get(code=code)
            written.save(more)
    return user


def page(user, name, *args, panel=""):
    at = reverse(f"learning:{name}", args=args) + (f"?panel={panel}" if panel else "")
    response = sign_in(Client(), user).get(at)
    assert response.status_code == 200
    return Page(response.content.decode()).words


def red(compared):
    return {one.code for one in compared.signals if one.flag == "red"}


def test_signals_are_of_a_panel_and_the_command_counts_the_whole_database(both):
    here, there = both

    assert red(signals.compare(TODAY(), here)) == {HERE}
    assert red(signals.compare(TODAY(), there)) == {THERE}
    assert red(signals.compare(TODAY())) == {HERE, THERE}
    # What is nobody's in particular counts for each.
    for panel in both:
        assert signals.compare(TODAY(), panel).by_code["asthma_allergy"].window == 1
    out = StringIO()
    call_command("theme_signals", "--json", stdout=out)
    told = {one["code"]: one["flag"] for one in json.loads(out.getvalue())}
    assert (told[HERE], told[THERE]) == ("red", "red")
    assert near_misses.by_theme(here) == {} and near_misses.by_theme(there) == {THERE: 6}
    assert theme_page.points_by_theme(there)[THERE] == 4


def test_a_point_without_a_board_counts_for_the_panel_of_its_case(both, case):
    learned(40, window_day(), "road_safety", case=case)
    here, there = both

    assert signals.compare(TODAY(), here).by_code["road_safety"].window == 1
    assert signals.compare(TODAY(), there).by_code["road_safety"].window == 0


def test_a_reader_of_one_panel_is_shown_nothing_of_another(both):
    ours, theirs = lead_of("LEICESTER"), lead_of("NOTTINGHAM")

    for user, code, said in ((ours, HERE, "Learned here"), (theirs, THERE, "Learned there")):
        # Another's panel cannot be asked for.
        other = "NOTTS" if user is ours else "LLR"
        shown = page(user, "view_theme", theme(code).pk)
        assert said in shown and "Red: look at this now" in shown
        assert "Red: look at this now" in page(user, "view_signals")
        unseen = THERE if code == HERE else HERE
        assert "Learned" not in page(user, "view_theme", theme(unseen).pk)
        response = sign_in(Client(), user).get(reverse("learning:view_signals") + f"?panel={other}")
        assert theme(unseen).name not in response.content.decode()


def test_a_reader_of_several_panels_chooses(both):
    user = lead_of("LEICESTER", "NOTTINGHAM")

    for name, args in (
        ("view_signals", ()),
        ("list_themes", ()),
        ("view_theme", (theme(HERE).pk,)),
    ):
        assert "Elsewhere panel" in page(user, name, *args)
    assert "Red: look at this now" in page(user, "view_theme", theme(HERE).pk, panel="LLR")
    assert "Red: look at this now" not in page(user, "view_theme", theme(HERE).pk, panel="NOTTS")


def test_a_reader_whose_board_no_panel_serves_is_told_why_there_is_nothing():
    user = lead_of("NOTTINGHAM")

    for name, args in (
        ("view_signals", ()),
        ("list_themes", ()),
        ("view_theme", (theme(HERE).pk,)),
    ):
        assert "no board that a panel serves" in page(user, name, *args)
    assert "What was learned" in page(user, "list_learning")


def test_a_flag_is_closed_and_a_period_decided_for_one_panel(both, people):
    here, there = both
    learned(50, window_day(), HERE, board=factories.board("NOTTINGHAM"))
    for number in range(4):
        learned(60 + number, window_day(), HERE, board=factories.board("NOTTINGHAM"))
    lead = people[Role.LEARNING_LEAD]

    priorities.close_flag(theme=theme(HERE), panel=here, by=lead, reason="Nothing in common")
    decide_reference_period(
        by=lead,
        first=Quarter.last_closed(TODAY()) - 15,
        quarters=8,
        exposure="quarters",
        reason="The coding changed",
        panel=here,
    )

    assert ClosedFlag.objects.get().panel == here
    assert "Nothing in common" in page(lead, "view_signals")
    elsewhere = page(lead_of("NOTTINGHAM"), "view_signals")
    assert theme(HERE).name in elsewhere and "Nothing in common" not in elsewhere
    assert signals.compare(TODAY(), here).reference.quarters == 8
    assert signals.compare(TODAY(), there).reference.quarters == 20
    assert ReferencePeriod.objects.get().panel == here


def test_a_period_decided_before_panels_were_told_apart_counts_until_a_panel_decides(both, people):
    given = {
        "by": people[Role.LEARNING_LEAD],
        "first": Quarter.last_closed(TODAY()) - 15,
        "exposure": "quarters",
        "reason": "So it was",
    }
    decide_reference_period(quarters=9, panel=both[0], **given)
    decide_reference_period(quarters=10, **given)

    assert [signals.compare(TODAY(), one).reference.quarters for one in both] == [9, 10]


def test_the_quarter_of_a_panel_is_frozen_with_its_own_signals(both, people):
    review = quarters.prepare_quarter(
        panel=both[1], quarter=Quarter.last_closed(TODAY()), by=people[Role.LEARNING_LEAD]
    )

    told = {one["code"]: one["flag"] for one in review.frozen["signals"]}
    assert (told[HERE], told[THERE]) == ("none", "red")
    assert "Learned here" not in str(review.frozen) and "6 near misses" in str(review.frozen)


@pytest.mark.parametrize("exposure", ["notified", "reviewed"])
def test_deaths_notified_or_reviewed_of_the_panel_are_what_is_compared(both, people, exposure):
    here, there = both
    decide_reference_period(
        by=people[Role.LEARNING_LEAD],
        first=Quarter.last_closed(TODAY()) - 23,
        quarters=20,
        exposure=exposure,
        reason="More deaths are notified than before",
    )
    for residence, now, before in (("LEICESTER", 1, 3), ("NOTTINGHAM", 2, 1)):
        for day in [window_day()] * now + [window_day(10)] * before:
            case = make_death(
                died_on=day, notified_on=day, completed_on=day, outcome="M", residence=residence
            )
            with change("change_case", by=None) as written:
                board = factories.board(residence)
                case.panel, case.reviewing_board = (
                    here if residence == "LEICESTER" else there,
                    board,
                )
                written.save(case)

    assert signals.compare(TODAY(), here).share == 1 / 4
    assert signals.compare(TODAY(), there).share == 2 / 3
    assert signals.compare(TODAY()).share == 3 / 7
