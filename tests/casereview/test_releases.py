"""The ledger of figures given out: what is recorded, and what it keeps from being given later."""

import json
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from casereview import audit, releases
from casereview.models import AuditEntry, ProfileSetting, Release
from casereview.records import change
from casereview.releases import Audience, Refused
from casereview.rules.output_profiles import NotASetting, OutputProfile, checked
from tests.rules.test_release_gate import by_category, by_sex

pytestmark = pytest.mark.django_db
ACTION = "view_case"  # any action of the table will do


def give(tables, by, audience=Audience.PUBLIC):
    return releases.give(tables, audience, by=by, title="Reviews 2015", action=ACTION)


def settle_profile(by, **facts):
    usual = {"threshold": 5, "rounding": 1, "percentage_base": 10, "symbol": "c"}
    with change(ACTION, by=by) as written:
        row = ProfileSetting(**usual | facts, settled_by=by, settled_at=datetime.now(UTC))
        written.save(row)


def test_what_is_given_is_in_the_ledger_and_reckoned_with_from_then_on(manager):
    first = give([by_category([[9, 9], [9, 9]])], manager)

    assert first.release.number == 1
    assert releases.given_in(first.release).shown == first.settled.shown
    entry = AuditEntry.objects.order_by("-seq").first()
    assert (entry.action, entry.outcome) == (ACTION, audit.DONE)
    detail = json.loads(entry.detail)
    assert (detail["release"], detail["digest"]) == (1, first.release.digest)
    # One child more: the whole that was given, and the whole as it is now, would tell.
    moved = [by_category([[9, 10], [9, 9]])]
    assert releases.preview(moved, Audience.PUBLIC).shown[0].value(None, None) is None
    assert releases.preview(moved, Audience.PANEL).shown[0].value(None, None) == 37
    assert Release.objects.count() == 1


def test_the_same_figures_given_again_are_the_same_release(manager):
    first = give([by_sex((9, 3))], manager)
    again = give([by_sex((9, 3))], manager)
    board = give([by_sex((9, 3))], manager, Audience.BOARD)

    assert again.release.pk == first.release.pk
    assert board.release.number == 2
    assert board.settled.shown == first.settled.shown


def test_what_stays_with_the_panel_is_on_record_and_no_release(manager):
    given = give([by_sex((1, 2))], manager, Audience.PANEL)

    assert given.release is None
    assert given.settled.shown[0].value(0, 0) == 1
    assert json.loads(AuditEntry.objects.order_by("-seq").first().detail)["profile"] == "panel"


def test_what_may_not_be_given_is_refused_in_words_and_not_recorded(manager):
    give([by_sex((9, 7), ["2014"])], manager)

    with pytest.raises(Refused, match="Single years or boards"):
        give([by_sex((11, 16), ["2014", "2015"])], manager)
    assert Release.objects.count() == 1


def test_a_release_made_meanwhile_stops_this_one(manager, monkeypatch):
    settle = releases._settled

    def meanwhile(*args):
        monkeypatch.setattr(releases, "_settled", settle)
        give([by_sex((7, 7))], manager)
        return settle(*args)

    monkeypatch.setattr(releases, "_settled", meanwhile)
    with pytest.raises(Refused, match="meanwhile"):
        give([by_category([[9, 9]])], manager)
    assert Release.objects.count() == 1


@pytest.mark.parametrize("statement", ["UPDATE casereview_release SET title = 'x'"])
def test_the_ledger_is_only_appended_to(manager, statement):
    give([by_sex((9, 7))], manager)

    for each in (statement, "DELETE FROM casereview_release"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(each)


def test_a_profile_is_dated(manager):
    settle_profile(manager, audience="public", since=date(2016, 4, 1), threshold=8, rounding=5)

    assert releases.profile(Audience.PUBLIC, date(2016, 3, 31)).threshold == 5
    later = releases.profile(Audience.PUBLIC, date(2016, 4, 1))
    assert (later.threshold, later.rounding) == (8, 5)
    assert not releases.profile(Audience.PANEL, date(2016, 4, 1)).hides


def test_a_board_with_a_lower_threshold_tells_the_public_nothing(manager):
    """Its papers are not reckoned with for the public, and the public's are for the board."""
    settle_profile(manager, audience="board", since=date(2012, 4, 1), threshold=3)
    give([by_sex((4, 20))], manager, Audience.BOARD)

    public = releases.preview([by_sex((4, 20))], Audience.PUBLIC)

    assert public.shown[0].value(0, 0) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 2},
        {"threshold": 21},
        {"threshold": 5, "rounding": 11},
        {"threshold": 5, "percentage_base": 0},
        {"threshold": 5, "symbol": "="},
    ],
)
def test_settings_that_hide_too_little_or_say_something_untrue_are_refused(wrong):
    with pytest.raises(NotASetting):
        checked(OutputProfile(Audience.PUBLIC, **wrong))
