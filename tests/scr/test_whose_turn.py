"""The Next box of a referred case where it is nobody's own step, and which referral is latest."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview import history
from casereview.records import change
from casereview.rules.access_table import Role
from scr.actions import telling
from scr.models import Referral
from scr.rules.stages import Stage
from scr.scr_work import others_turn
from scr.standing import standing
from tests import factories
from tests.scr.test_every_stage import World, at

pytestmark = pytest.mark.django_db


def told(world: World) -> None:
    """Record that nobody was to be told: only the group's own turns are left."""
    for clock in telling.telling_clocks(world.case):
        telling.record_scr_told(
            case=world.case,
            clock=clock,
            state="made",
            made_on=datetime.date(2015, 4, 8),
            by=world.by(Role.BOARD_MANAGER),
        )


@pytest.mark.parametrize(
    ("stage", "own", "others", "begins"),
    [
        (Stage.ASSESSED, Role.SCR_CHAIR, Role.SCR_MEMBER, "draft the recommendation"),
        (Stage.DRAFTED, Role.SCR_MEMBER, Role.INDEPENDENT_CHAIR, "give positions and make"),
        (Stage.RECOMMENDED, Role.INDEPENDENT_CHAIR, Role.SCR_MEMBER, "decide"),
    ],
)
def test_the_box_says_whose_turn_it_is(stage, own, others, begins):
    world = at(stage)
    told(world)
    world.case.refresh_from_db()

    [mine] = others_turn(world.by(own), world.case)
    [theirs] = others_turn(world.by(others), world.case)

    assert mine.title.startswith(begins) and mine.weight > theirs.weight
    assert theirs.title == f"wait for others – {mine.title}"
    assert theirs.why == mine.why and mine.why.startswith("It is the turn of: ")
    assert (mine.due_on, mine.due_on is None) == (theirs.due_on, False)
    page = reverse("scr:view_scr", args=[world.case.reference])
    assert theirs.url == page != mine.url


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.PASSED_ON])
def test_the_box_says_that_nothing_is_left_once_those_to_tell_are_told(stage):
    world = at(stage)
    world.case.refresh_from_db()
    member = world.by(Role.SCR_MEMBER)
    [waits] = others_turn(member, world.case)
    assert (
        "notify Ofsted" in waits.title and waits.why == "It is the turn of: Board business manager."
    )

    told(world)

    [step] = others_turn(member, world.case)
    assert step.title == "nothing – the group has no more to do"
    assert step.weight < waits.weight and step.due_on is None


def test_it_says_nothing_to_who_reads_no_papers_of_the_group_nor_before_a_referral(manager):
    world = at(Stage.RECOMMENDED)
    world.case.refresh_from_db()

    assert others_turn(manager, world.case) == []
    assert others_turn(world.by(Role.SCR_MEMBER), factories.make_case()) == []


def test_of_two_referrals_of_one_day_the_one_recorded_later_is_the_latest(monkeypatch):
    """Neither the order of the rows, nor that the earlier one was corrected since, decides."""
    world = World()
    world.refer()
    first = Referral.objects.get()
    second = Referral.objects.get()
    second.pk, second.version, second._state.adding = uuid.uuid4(), 0, True
    before = timezone.now() - datetime.timedelta(hours=1)
    with monkeypatch.context() as patch:
        patch.setattr(history.timezone, "now", lambda: before)
        save(second)
    assert standing(world.case).referral == first

    second = Referral.objects.get(pk=second.pk)
    second.looked_after = "Y"
    save(second)

    assert Referral.history.filter(id=second.pk).latest("history_date").history_type == "~"
    assert standing(world.case).referral == first
    third = Referral.objects.get(pk=first.pk)
    third.pk, third.version, third._state.adding = uuid.uuid4(), 0, True
    save(third)
    assert standing(world.case).referral == third


def save(referral: Referral) -> None:
    with change("plant", by=None, case=referral.case) as written:
        written.save(referral)
