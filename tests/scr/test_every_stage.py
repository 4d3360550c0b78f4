"""Every act at every stage: the actions refuse what the rule does not allow, and nothing else."""

import datetime
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.models import Case
from casereview.records import change
from casereview.rules.access_table import Role
from scr.actions import advising, assessing, deciding, letters, recommending, telling
from scr.models import PeerChallenge, Referral
from scr.rules.stages import Act, Stage, may
from scr.standing import standing
from tests import factories, scr_factories

pytestmark = pytest.mark.django_db


class Undone(Exception):
    """What was tried is undone, so that the next act finds the same stage."""


class World:
    """The people of a group and a case that is brought to a stage."""

    def __init__(self):
        self.people = scr_factories.make_scr_people()
        self.meeting = scr_factories.make_scr_meeting(self.people, more=1)
        self.case = factories.make_case()

    def by(self, role: Role):
        return self.people[role]

    def refer(self) -> None:
        scr_factories.make_referral(case=self.case)

    def assess(self, *, locked: bool = True) -> None:
        referral = standing(self.case).referral
        scr_factories.make_assessment(by=self.by(Role.SCR_MEMBER), referral=referral, locked=locked)

    def draft(self) -> None:
        scr_factories.make_draft(self.people, self.case, meeting=self.meeting)

    def make(self) -> None:
        self.draft()
        recommending.make_recommendation(case=self.case, by=self.by(Role.SCR_CHAIR))

    def decide(self, decided: str = "scr") -> None:
        scr_factories.make_decision(self.people, self.case, decided=decided)

    def partner(self, kind: str):
        agency = factories.make_agency(kind=kind)
        board = factories.board()
        return scr_factories.make_scr_user(Role.SAFEGUARDING_PARTNER, board, agency=agency)

    def state(self, state: str) -> None:
        referral = standing(self.case).referral
        with change("plant", by=None, case=self.case) as written:
            referral.state = state
            written.save(referral)


def at(stage: Stage) -> World:
    """Bring a case to a stage, by the actions people use."""
    world = World()
    if stage == Stage.NOT_REFERRED:
        return world
    if stage == Stage.PARTLY_DECIDED:
        return partly_decided(world)
    world.refer()
    if stage in (Stage.PASSED_ON, Stage.CLOSED):
        world.state(str(stage))
    steps: dict[Stage, list[Callable[[], object]]] = {
        Stage.ASSESSING: [lambda: world.assess(locked=False)],
        Stage.ASSESSED: [world.assess],
        Stage.DRAFTED: [world.assess, world.draft],
        Stage.RECOMMENDED: [world.assess, world.make],
        Stage.DEFERRED: [world.assess, world.make, lambda: world.decide("defer")],
        Stage.DECIDED: [world.assess, world.make, world.decide],
    }
    decided = steps[Stage.DECIDED]
    steps[Stage.REFERRED_AGAIN] = [*decided, world.refer]
    steps[Stage.ASSESSING_AGAIN] = [*decided, *steps[Stage.ASSESSING]]
    steps[Stage.ASSESSED_AGAIN] = [*decided, world.assess]
    steps[Stage.DRAFTED_AGAIN] = [*decided, world.assess, world.draft]
    steps[Stage.RECOMMENDED_AGAIN] = [*decided, world.assess, world.make]
    for step in steps.get(stage, []):
        step()
    return world


def partly_decided(world: World) -> World:
    """Two years of partners: one of three has decided."""
    day = datetime.date(2021, 3, 1)
    world.case = factories.make_case(died_on=day, notified_on=day)
    scr_factories.make_referral(case=world.case, referred_on=day)
    world.meeting = scr_factories.make_scr_meeting(world.people, held_on=day, more=1)
    world.assess()
    scr_factories.make_draft(
        world.people, world.case, recommended="local_review", meeting=world.meeting
    )
    recommending.make_recommendation(case=world.case, by=world.by(Role.SCR_CHAIR))
    notify(world)
    partner_decides(world, "CSC")
    return world


def notify(world: World) -> None:
    clock = next(one for one in telling.telling_clocks(world.case) if "notify_panel" in one.rule)
    telling.record_scr_told(
        case=world.case,
        clock=clock,
        state="made",
        made_on=datetime.date(2021, 3, 3),
        by=world.by(Role.BOARD_MANAGER),
    )


def partner_decides(world: World, kind: str, decided: str = "local_review") -> None:
    deciding.decide_local_review(
        case=world.case,
        by=world.partner(kind),
        decided=decided,
        reason="The example reasons",
        criteria=scr_factories.judged("wt2018"),
        departs=decided != "local_review",
        decided_on=datetime.date(2021, 3, 8),
    )


def attempt(world: World, act: Act) -> None:
    """Try an act with everything else in order."""
    case = Case.objects.get(pk=world.case.pk)
    member, chair = world.by(Role.SCR_MEMBER), world.by(Role.SCR_CHAIR)
    decider, manager = world.by(Role.INDEPENDENT_CHAIR), world.by(Role.BOARD_MANAGER)
    found = standing(case)
    today = timezone.localdate()
    match act:
        case Act.ASSESS:
            assessing.begin_assessment(referral=needs(found.referral), by=member)
        case Act.ANSWER:
            scr_factories.answer(needs(found.assessment), "under_18_at_event", "yes", by=member)
        case Act.LOCK:
            assessing.lock_assessment(assessment=needs(found.assessment), by=chair)
        case Act.DRAFT:
            recommended = "local_review" if found.edition == "wt2018" else "scr"
            scr_factories.make_draft(world.people, case, recommended=recommended, reason="Anew")
        case Act.GIVE_POSITION:
            recommending.give_position(case=case, by=member, position="agree", reason="")
        case Act.MAKE:
            recommending.make_recommendation(case=case, by=chair)
        case Act.DECIDE | Act.DECIDE_AGAIN if found.edition == "wt2018":
            partner_decides(world, "CSC" if act == Act.DECIDE_AGAIN else "POLICE")
        case Act.DECIDE | Act.DECIDE_AGAIN:
            # One page and one action serve both; which it is follows from what was decided.
            if bool(found.decisions) != (act == Act.DECIDE_AGAIN):
                raise NotAllowed("The other of the two")
            recommended = found.answered.recommended if found.answered else "scr"
            deciding.decide_scr(
                case=case,
                by=decider,
                decided=recommended,
                reason="The example reasons",
                criteria=scr_factories.judged(found.edition or "wt2015"),
                departs=False,
            )
        case Act.RECORD_ADVICE:
            advising.record_national_advice(
                case=case, by=decider, advised="agrees", advised_on=today, advice="Agreed"
            )
        case Act.ASK_CHALLENGE:
            advising.ask_peer_challenge(
                case=case, by=decider, challenger="Chair Example", asked_on=today
            )
        case Act.ANSWER_CHALLENGE:
            advising.answer_peer_challenge(
                challenge=asked(world, case), by=decider, answered_on=today, view="Sound"
            )
        case Act.TELL:
            clocks = [one for one in telling.telling_clocks(case) if one.met_on is None]
            telling.record_scr_told(
                case=case,
                clock=needs(clocks[0] if clocks else None),
                state="not_needed",
                reason="Example",
                by=manager,
            )
        case Act.WRITE_LETTER:
            letters.draft_scr_letter(case=case, to="referrer", by=manager)


def needs(record):
    """What an act is about; where there is none, there is nothing to act on."""
    if record is None:
        raise NotAllowed("There is none")
    return record


def asked(world: World, case: Case) -> PeerChallenge:
    decisions = standing(case).decisions
    challenge = PeerChallenge(
        case=case,
        decision=needs(decisions[-1] if decisions else None),
        asked_on=timezone.localdate(),
        challenger="Chair Example",
    )
    with change("plant", by=None, case=case) as written:
        written.save(challenge)
    return challenge


def allowed(world: World, act: Act) -> bool:
    """Tell whether an act succeeds, and undo it."""
    try:
        with transaction.atomic():
            attempt(world, act)
            raise Undone
    except NotAllowed:
        return False
    except Undone:
        return True


@pytest.mark.parametrize("stage", Stage)
def test_the_actions_refuse_what_is_not_allowed_at_a_stage_and_nothing_else(stage):
    world = at(stage)
    assert standing(world.case).stage == stage

    wrong = [
        f"{act}: {'allowed' if done else 'refused'}"
        for act in Act
        if (done := allowed(world, act)) != may(stage, act)
    ]

    assert wrong == []


def test_passed_on_and_closed_are_read_from_the_referral():
    world = at(Stage.CLOSED)

    assert standing(world.case).referral.state == Referral.State.CLOSED
