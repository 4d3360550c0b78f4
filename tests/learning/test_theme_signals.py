"""Signals counted from the database, the reference period, and the command."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.codelists import load_named
from casereview.management.base import Refused
from casereview.models import AuditEntry, LearningPoint
from casereview.records import change
from casereview.rules.access_table import Role
from learning import actions, signals
from learning.models import Theme
from learning.rules.quarters import Quarter
from learning.rules.signals import Flag
from tests import factories

pytestmark = pytest.mark.django_db

# The window is then 2021-Q1 to 2021-Q4.
ON = date(2021, 4, 1)
State, Source = LearningPoint.State, LearningPoint.Source


@pytest.fixture(autouse=True)
def _numbered():
    LEARNED.clear()


LEARNED: list[str] = []


def learned(theme, day, *, case=None, **facts):
    """Record one accepted point; its reference is the next there is."""
    LEARNED.append(theme)
    point = LearningPoint(
        reference=f"LP-2001-{len(LEARNED):04d}",
        case=case,
        theme=theme,
        learned_on=day,
        statement="Something was learned",
        recorded_at=timezone.now(),
        **{"source": Source.AUDIT, "state": State.ACCEPTED, **facts},
    )
    with change("record_learning", by=None) as written:
        written.save(point)
    return point


def begin(day=date(2015, 4, 1)):
    learned("bereavement", day)


def signal(code):
    return signals.compare(ON).by_code[code]


def test_a_case_counts_once_and_a_point_without_a_case_by_itself(case):
    begin()
    learned("smoking", date(2020, 5, 1), case=case)
    learned("smoking", date(2020, 9, 1), case=case)
    learned("smoking", date(2020, 9, 1))
    learned("smoking", date(2021, 3, 31))

    found = signal("smoking")

    assert (found.window, found.reference) == (3, 0)


def test_another_theme_of_a_point_counts_for_that_theme_too():
    begin()
    learned("smoking", date(2020, 5, 1), other_themes=["safe_sleep", "smoking"])

    assert (signal("smoking").window, signal("safe_sleep").window) == (1, 1)


@pytest.mark.parametrize(
    "facts",
    [
        {"state": State.PROPOSED},
        {"state": State.SET_ASIDE},
        {"source": Source.NEAR_MISS},
    ],
)
def test_what_is_not_accepted_or_only_nearly_happened_is_not_counted(facts):
    begin()
    learned("smoking", date(2020, 5, 1), **facts)

    assert signal("smoking").window == 0


def test_the_window_is_the_last_four_quarters_that_have_ended():
    begin()
    learned("smoking", date(2020, 3, 31))
    learned("smoking", date(2020, 4, 1))
    learned("smoking", date(2021, 3, 31))
    learned("smoking", date(2021, 4, 1))

    found = signals.compare(ON)

    assert (str(found.window.first), str(found.window.last)) == ("2021-Q1", "2021-Q4")
    assert found.by_code["smoking"].window == 2


def test_a_reference_that_nobody_decided_begins_with_the_learning_and_does_not_roll():
    begin(date(2013, 5, 1))
    learned("smoking", date(2018, 3, 31))
    learned("smoking", date(2018, 4, 1))

    now, later = signals.compare(date(2020, 7, 1)), signals.compare(ON)

    assert now.reference == later.reference
    assert (str(now.reference.first), now.reference.quarters) == ("2014-Q1", 20)
    assert later.by_code["smoking"].reference == 1


def test_the_reference_never_reaches_into_the_window():
    begin(date(2018, 4, 1))

    found = signals.compare(ON)

    assert found.reference.quarters == 8
    assert found.reference.last + 1 == found.window.first


def test_too_little_history_says_so():
    begin(date(2019, 4, 1))
    learned("smoking", date(2020, 5, 1))

    assert signal("smoking").flag == Flag.SHORT


def test_a_decided_reference_is_the_one_that_counts(people):
    begin(date(2010, 4, 1))
    learned("smoking", date(2016, 5, 1))
    decide(people[Role.LEARNING_LEAD], first=Quarter(2017, 1), quarters=16)

    found = signals.compare(ON)

    assert (str(found.reference.first), found.reference.quarters) == ("2017-Q1", 16)
    assert found.by_code["smoking"].reference == 1
    assert found.decided.reason == "The coding changed"


def test_deaths_notified_are_compared_where_that_was_decided(people, manager):
    begin()
    decide(people[Role.LEARNING_LEAD], exposure="notified")
    factories.make_case(by=manager, died_on=date(2017, 5, 1), notified_on=date(2017, 5, 1))
    factories.make_case(by=manager, died_on=date(2020, 5, 1), notified_on=date(2020, 5, 1))

    assert signals.compare(ON).share == 0.5


def decide(by, **facts):
    given = {
        "first": Quarter(2016, 1),
        "quarters": 20,
        "exposure": "quarters",
        "reason": "The coding changed",
    }
    return actions.decide_reference_period(by=by, **{**given, **facts})


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"reason": " "}, "Enter why"),
        ({"quarters": 7}, "from 8 to 20"),
        ({"quarters": 21}, "from 8 to 20"),
        ({"exposure": "births"}, "Select whether"),
        ({"first": Quarter(2900, 1)}, "end before"),
    ],
)
def test_a_reference_that_cannot_be_compared_with_is_refused(people, facts, says):
    with pytest.raises(NotAllowed, match=says):
        decide(people[Role.LEARNING_LEAD], **facts)


def test_themes_no_longer_in_force_are_left_out():
    theme = Theme.objects.get(code="smoking")
    theme.until = date(2021, 4, 1)
    with change("change_theme", by=None) as written:
        written.save(theme)

    assert "smoking" not in signals.compare(ON).by_code
    assert "smoking" in signals.compare(date(2021, 3, 31)).by_code


def test_a_theme_begun_later_is_compared_with_the_quarters_since_it_began():
    begin()
    learned("smoking", date(2016, 5, 1))
    theme = Theme.objects.get(code="smoking")
    theme.since = date(2017, 5, 1)
    with change("change_theme", by=None) as written:
        written.save(theme)

    found = signal("smoking")

    # From July 2017 to March 2020; what is told of the time before was not yet coded so.
    assert (found.reference_quarters, found.reference) == (11, 0)


def test_a_theme_begun_this_year_has_too_little_history():
    begin()
    theme = Theme.objects.get(code="smoking")
    theme.since = date(2020, 7, 1)
    with change("change_theme", by=None) as written:
        written.save(theme)

    assert signal("smoking").flag == Flag.SHORT


def test_signals_ask_the_same_number_of_questions_however_much_is_learned(
    django_assert_num_queries,
):
    begin()
    for month in range(1, 10):
        learned("smoking", date(2020, month, 1))

    # The themes, those merged, the reference period, its first day, and what was learned.
    with django_assert_num_queries(5):
        signals.compare(ON)


def run(*arguments):
    out = StringIO()
    call_command("theme_signals", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_gives_every_theme_in_force_and_flags_first():
    begin()
    for day in (1, 2, 3):
        learned("button_battery", date(2020, 6, day))

    found = json.loads(run("--as-of", "2021-04-01", "--json"))

    assert len(found) == len(load_named("learning", "themes").codes)
    assert found[0] == {
        "code": "button_battery",
        "window": 3,
        "reference": 0,
        "p": 0.00463,
        "flag": "red",
    }
    assert AuditEntry.objects.filter(action="theme_signals").count() == 1


def test_the_command_says_it_in_words():
    begin()

    said = run("--as-of", "2021-04-01")

    assert "2021-Q1 to 2021-Q4, compared with 2016-Q1 to 2020-Q4" in said
    assert "false amber" in said


@pytest.mark.parametrize(
    ("day", "says"),
    [("yesterday", "such as"), ("2999-01-01", "not after today"), ("1900-01-01", "later")],
)
def test_a_day_that_cannot_be_is_refused(day, says):
    with pytest.raises(Refused, match=says):
        run("--as-of", day, "--json")
