"""Actions: whose they are, their colours, evidence that another accepts, and their effect."""

import datetime
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import action_work
from casereview.action_plan import actions_of, origins_of, planned
from casereview.actions import NotAllowed, action_plan
from casereview.models import Action, ActionEvidence, EffectReview, User
from casereview.records import Conflict
from casereview.rules.access_table import Role
from casereview.rules.effect import Counts
from casereview.rules.months import add_months
from casereview.rules.rag import Rag
from tests import factories, scr_factories
from tests.composite_factories import FAMILIES, action_of, add_action, make_family_case, make_owner
from tests.kept_out import leave
from tests.review_factories import World, make_review
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
TODAY, DAY = timezone.localdate, datetime.timedelta(days=1)
SHOWN = "The audit of 3 June looked at twenty files"


@dataclass
class Plan:
    """An action that follows from a finding, who owns it, and the people of its board."""

    world: World
    owner: User
    row: Action

    @property
    def manager(self) -> User:
        return self.world.manager

    @property
    def action(self) -> Action:
        return Action.objects.select_related("case", "owner").get(pk=self.row.pk)

    def done(self, on: datetime.date | None = None) -> Action:
        return action_plan.report_progress(
            action=self.action, by=self.owner, done_on=on or TODAY(), done_note="In the form"
        )

    def shown(self, text: str = SHOWN) -> ActionEvidence:
        self.done()
        return action_plan.give_action_evidence(action=self.action, text=text, by=self.owner)

    def accepted(self, months: int = 6) -> Action:
        action_plan.answer_evidence(
            evidence=self.shown(), answer="accepted", months=months, by=self.manager
        )
        return self.action


@pytest.fixture
def plan(db):
    world = make_review(case=make_family_case(FAMILIES[0]))
    owner = make_owner()
    return Plan(world, owner, action_of(world, owner, text="Qxask in the form", due_on=TODAY()))


def url(name: str, *keys) -> str:
    return reverse(name, args=keys)


def text_of(response) -> str:
    return response.content.decode()


def colour(plan: Plan, today: datetime.date) -> Rag:
    (row,) = planned(plan.owner, [plan.action], today)
    return row.standing.rag


def test_the_colour_follows_from_days_and_evidence_alone(plan):
    """Not begun, begun, soon due, late, blocked; done is amber until somebody accepts why."""
    due = TODAY()
    steps = [colour(plan, due - 90 * DAY), colour(plan, due - 20 * DAY), colour(plan, due + DAY)]
    steps.append(colour(plan, add_months(due, 1)))
    action_plan.report_progress(action=plan.action, by=plan.owner, begun_on=due - 60 * DAY)
    steps.append(colour(plan, due - 50 * DAY))
    action_plan.report_progress(
        action=plan.action, by=plan.owner, begun_on=due - 60 * DAY, blocked_by="No money"
    )
    steps.append(colour(plan, due - 50 * DAY))
    plan.done()
    steps.append(colour(plan, due))
    plan.accepted()
    steps.append(colour(plan, due + 400 * DAY))

    red, amber, green, grey, blue = Rag.RED, Rag.AMBER, Rag.GREEN, Rag.GREY, Rag.BLUE
    assert steps == [grey, amber, amber, red, green, red, amber, blue]


def test_an_owner_reports_and_another_accepts_on_the_pages(client, plan):
    key, today = plan.row.pk, TODAY()
    sign_in(client, plan.owner)
    day = {"day": str(today.day), "month": str(today.month), "year": str(today.year)}
    typed = {f"done_on_{name}": value for name, value in day.items()}
    client.post(url("report_progress", key), {**typed, "version": "1", "blocked_by": ""})
    client.post(url("give_action_evidence", key), {"text": SHOWN})
    evidence = ActionEvidence.objects.get()
    own = client.post(
        url("answer_evidence", key, evidence.pk), {"answer": "accepted", "months": "6"}
    )
    sign_in(client, plan.manager)

    asked = text_of(client.get(url("answer_evidence", key, evidence.pk)))
    client.post(url("answer_evidence", key, evidence.pk), {"answer": "accepted", "months": "12"})

    assert own.status_code == 403
    assert SHOWN in asked
    action = plan.action
    assert (action.state, action.effect_review_on) == ("done", add_months(today, 12))
    page = text_of(client.get(url("view_action", key)))
    assert "Blue" in page and "To be looked at on" in page and SHOWN in page


def test_nobody_accepts_evidence_of_their_own_action(plan):
    """Neither who owns it nor who gave the evidence, also where their role would let them."""
    manager = plan.manager
    mine = add_action(plan.row.recommendation, manager, manager, due_on=TODAY())
    action_plan.report_progress(action=mine, by=manager, done_on=TODAY())
    evidence = action_plan.give_action_evidence(action=mine, text=SHOWN, by=manager)

    with pytest.raises(NotAllowed, match="nobody accepts evidence of their own action"):
        action_plan.answer_evidence(evidence=evidence, answer="accepted", months=6, by=manager)
    # Handed to somebody else meanwhile, it stays the evidence of who gave it.
    action_plan.change_action(
        action=Action.objects.get(pk=mine.pk),
        text="The same",
        strength="weaker",
        due_on=TODAY(),
        owner=plan.owner,
        reason="Moved on",
        by=plan.world.people[Role.SCR_CHAIR],
    )
    evidence = ActionEvidence.objects.select_related("action").get(pk=evidence.pk)
    for by in (manager, plan.owner):
        with pytest.raises(NotAllowed):
            action_plan.answer_evidence(evidence=evidence, answer="accepted", months=6, by=by)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"answer": "not_enough"}, "what is missing"),
        ({"answer": "accepted"}, "6 or 12 months"),
        ({"answer": "accepted", "months": 7}, "6 or 12 months"),
        ({"answer": ""}, "Select whether"),
    ],
)
def test_an_answer_says_why_not_or_when_the_effect_is_looked_at(plan, facts, words):
    evidence = plan.shown()

    with pytest.raises(NotAllowed, match=words):
        action_plan.answer_evidence(evidence=evidence, by=plan.manager, **facts)


def test_what_is_not_enough_is_said_and_given_again(plan):
    action_plan.answer_evidence(
        evidence=plan.shown(), answer="not_enough", reason="Whose files?", by=plan.manager
    )
    (item,) = [one for one in action_work.work(plan.owner, TODAY()) if "evidence" in one.task]

    action_plan.give_action_evidence(action=plan.action, text="All twenty", by=plan.owner)

    assert item.task == "Give evidence that your action was done"
    assert plan.action.state == "open"
    assert [one.answer for one in ActionEvidence.objects.order_by("given_at")] == ["not_enough", ""]


def test_reports_and_evidence_are_the_owners_and_in_their_order(plan):
    action, owner = plan.action, plan.owner
    tries = [
        (lambda: action_plan.report_progress(action=action, by=plan.manager), "Ask the owner"),
        (
            lambda: action_plan.give_action_evidence(action=action, text=SHOWN, by=owner),
            "Report first",
        ),
        (
            lambda: action_plan.report_progress(action=action, by=owner, begun_on=TODAY() + DAY),
            "not in the future",
        ),
        (
            lambda: action_plan.report_progress(
                action=action, by=owner, begun_on=TODAY(), done_on=TODAY() - DAY
            ),
            "on or after the day it was begun",
        ),
        (
            lambda: action_plan.report_progress(
                action=action, by=owner, done_on=TODAY(), blocked_by="Money"
            ),
            "Clear what stands in its way",
        ),
        (
            lambda: action_plan.report_progress(
                action=action, by=owner, blocked_by=f"{FAMILIES[0].family} is against it"
            ),
            "Take out what names somebody",
        ),
    ]

    for attempt, words in tries:
        with pytest.raises(NotAllowed, match=words):
            attempt()


def test_what_was_changed_meanwhile_is_not_overwritten(plan):
    seen = plan.action.version
    action_plan.report_progress(action=plan.action, by=plan.owner, begun_on=TODAY())

    with pytest.raises(Conflict):
        action_plan.drop_action(
            action=plan.action, reason="Not needed", by=plan.manager, version=seen
        )


def test_the_effect_is_what_somebody_else_saw_and_no_quiet_year(client, plan):
    action = plan.accepted()
    few = Counts(before=1, before_months=12, after=0, after_months=12)
    facts = {"action": action, "seen": "Looked at every file", "by": plan.manager}

    with pytest.raises(NotAllowed, match="effect of their own action"):
        action_plan.review_effect(**{**facts, "by": plan.owner}, reached="practice")
    with pytest.raises(NotAllowed, match="how many there were"):
        action_plan.review_effect(**facts, reached="deaths")
    with pytest.raises(NotAllowed):
        action_plan.review_effect(**facts, reached="deaths", counts=few)
    sign_in(client, plan.manager)
    client.post(
        url("review_effect", action.pk),
        {"reached": "practice", "seen": "Seen in 18 of 20 files", "again_after": "12"},
    )

    made, later = EffectReview.objects.order_by("due_on")
    assert (made.reached, made.reviewed_by) == ("practice", plan.manager)
    assert later.due_on == add_months(TODAY(), 12) and later.reviewed_on is None
    assert "Seen in 18 of 20 files" in text_of(client.get(url("view_action", action.pk)))


def test_your_work_asks_each_for_their_part(plan):
    def tasks(user) -> list[str]:
        return [one.task for one in action_work.work(user, TODAY())]

    manager, owner = plan.manager, plan.owner
    first = (tasks(owner), tasks(manager))
    plan.shown()
    second = (tasks(owner), tasks(manager))
    action_plan.answer_evidence(
        evidence=ActionEvidence.objects.select_related("action").get(),
        answer="accepted",
        months=6,
        by=manager,
    )

    assert first == (["Do the action you own, and report on it"], [])
    assert second == (
        ["Your action waits for its evidence to be accepted"],
        ["Look at the evidence for an action"],
    )
    assert (tasks(owner), tasks(manager)) == ([], ["Look at what an action brought about"])
    # Two of them would read the same but for where each comes from.
    (item,) = action_work.work(manager, TODAY())
    assert item.why == f"{origins_of(manager, [plan.action])[plan.action.pk].label}." != "."


def test_the_list_says_how_each_stands_and_may_be_narrowed(client, plan):
    add_action(
        plan.row.recommendation,
        plan.manager,
        make_owner("Other Owner"),
        text="Qxother thing",
        due_on=TODAY() + 300 * DAY,
    )
    sign_in(client, plan.manager)

    every = text_of(client.get(url("list_actions")))
    grey = text_of(client.get(url("list_actions"), {"rag": "grey"}))
    mine = text_of(client.get(url("list_actions"), {"show": "mine"}))
    sign_in(client, plan.owner)
    owners = text_of(client.get(url("list_actions")))

    assert every.index("Qxask") < every.index("Qxother")  # amber before grey
    assert "Qxother" in grey and "Qxask" not in grey
    assert "Qxask" not in mine and "Qxother" not in mine
    assert "Qxask" in owners and "Qxother" not in owners


CHANGES = ("report_progress", "give_action_evidence", "change_action", "drop_action")


def test_who_is_kept_out_finds_no_action(client, plan):
    evidence = plan.shown()
    every = [url(name, plan.row.pk) for name in ("view_action", *CHANGES, "review_effect")]
    every.append(url("answer_evidence", plan.row.pk, evidence.pk))
    recused = scr_factories.make_scr_user(Role.BOARD_MANAGER, factories.board())
    factories.recuse(recused, plan.world.case)
    away = factories.board("NOTTINGHAM")
    version = plan.action.version

    for who in (
        factories.make_user(None),
        recused,
        scr_factories.make_scr_user(Role.BOARD_MANAGER, away),
        scr_factories.make_scr_user(Role.LEARNING_LEAD, away),
        make_owner("Another owner"),
        factories.make_user(Role.PANEL_MEMBER),
        factories.make_user(Role.CDR_MANAGER),
        factories.make_user(Role.ADMINISTRATOR),
        factories.make_user(Role.AUDITOR),
    ):
        sign_in(client, who)
        for page in every:
            for response in (client.get(page), client.post(page, {"reason": "x"})):
                assert response.status_code == 404, (who.name, page)
                assert "Qxask" not in text_of(response)
        listed = client.get(url("list_actions"))
        assert "Qxask" not in text_of(listed), who.name
    leaver = make_owner("Leaver Owner")
    sign_in(client, leaver)
    leave(leaver)
    assert "/accounts/login/" in client.get(every[0]).headers["Location"]
    assert plan.action.version == version


def test_an_owner_who_left_sees_nothing_and_owns_nothing_new(plan):
    leave(plan.owner)

    assert not actions_of(plan.owner).exists()
    with pytest.raises(NotAllowed, match="has not left"):
        add_action(plan.row.recommendation, plan.manager, plan.owner)


def test_who_may_do_what_with_an_action(client, plan):
    follow = {Role.BOARD_MANAGER, Role.SCR_CHAIR}
    key = plan.row.pk

    for role in (Role.BOARD_MANAGER, Role.SCR_MEMBER, Role.SCR_CHAIR, Role.INDEPENDENT_CHAIR):
        sign_in(client, plan.world.people[role])
        assert client.get(url("view_action", key)).status_code == 200, role
        for name in CHANGES:
            may = role in follow and name in ("change_action", "drop_action")
            assert client.get(url(name, key)).status_code == (200 if may else 403), (role, name)
    sign_in(client, plan.owner)
    for name in ("view_action", "report_progress", "give_action_evidence"):
        assert client.get(url(name, key)).status_code == 200, name
    for name in ("change_action", "drop_action"):
        assert client.get(url(name, key)).status_code == 403, name


def test_the_list_asks_the_same_however_many_actions(client, plan):
    sign_in(client, plan.manager)

    def asked() -> int:
        client.get(url("list_actions"))
        with CaptureQueriesContext(connection) as queries:
            client.get(url("list_actions"))
        return len(queries)

    before = asked()
    for _ in range(4):
        add_action(plan.row.recommendation, plan.manager, make_owner("More"))

    assert asked() == before
