"""No campaign goes out before the family knows with whose child it began."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview.actions import family, processes
from casereview.records import change
from casereview.rules.access_table import Role
from learning import families
from learning.actions import priorities
from tests import factories
from tests.learning.learned import learned, make_priority
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def lead(people):
    return people[Role.LEARNING_LEAD]


@pytest.fixture
def priority(lead):
    made = make_priority(lead)
    priorities.plan_work(
        priority=made, by=lead, title="A campaign", test="It is seen", level="local"
    )
    return made


def died(manager, days_ago: int, number: int, **facts):
    day = TODAY() - datetime.timedelta(days=days_ago)
    case = factories.make_case(by=manager, died_on=day, notified_on=day)
    learned(number, day, case=case, **facts)
    return case


def test_the_manager_tells_each_family_and_the_lead_sees_how_many_are_left(
    client, manager, lead, priority
):
    first, second = died(manager, 200, 1), died(manager, 300, 2)
    died(manager, 200, 3, code="smoking")
    died(manager, 200, 4, state="proposed")
    died(manager, 2000, 5)

    asked = families.work(manager, TODAY())

    assert [one.reference for one in asked] == sorted([first.reference, second.reference])
    assert {one.why for one in asked} == {
        "Work is planned on: Button battery and magnet ingestion."
    }
    url = reverse("learning:view_priority", args=[priority.pk])
    assert (
        "2 families, with whose children this began"
        in sign_in(client, lead).get(url).content.decode()
    )
    family.record_family_work(case=first, by=manager, told_of_publication_on=TODAY())
    assert [one.reference for one in families.work(manager, TODAY())] == [second.reference]
    assert "One family, with whose child this began" in client.get(url).content.decode()
    assert families.work(lead, TODAY()) == []


def test_while_somebody_asks_to_hold_telling_the_family_waits(manager, priority):
    case = died(manager, 200, 1)
    processes.record_process(
        case=case,
        kind="POL",
        status="open",
        restriction="Nothing is said",
        hold_family_contact=True,
        by=manager,
    )

    [item] = families.work(manager, TODAY())

    assert item.waiting_for == "the end of a hold"


def test_nothing_is_asked_before_work_is_planned_or_once_the_priority_is_closed(
    manager, lead, priority
):
    died(manager, 200, 1)
    with change("close_priority", by=lead) as written:
        priority.closed_at, priority.closed_by = timezone.now(), lead
        priority.close_reason = "Done"
        written.save(priority)

    assert families.work(manager, TODAY()) == []
