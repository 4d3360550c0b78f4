"""Composite reviews, findings and actions to test with: valid by default. Nobody here is real."""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone

from casereview import actions
from casereview.models import Action, Case, Child, Recommendation, StandingRole, User
from casereview.records import change
from casereview.rules.access_table import Role
from scr.actions import compositing, findings
from scr.models import CaseUnderReview, CompositeReview, Finding, NationalPanelAdvice
from tests import factories
from tests.review_factories import World, make_review
from tests.scr_factories import make_scr_people

ANSWERED = datetime.date(2015, 5, 20)
FEATURES = ("head_injury", "home", "earlier_bruise", "missed_appointments")
FOUND = "Services that each saw one bruise had nobody whose task it was to put them together"
TEST = "Of twenty files a year, each bruise before walking has a second opinion on the same day"


@dataclass(frozen=True)
class Family:
    """What a case knows of one invented family: planted words that nobody else has."""

    given: str
    family: str
    address: str
    postcode: str
    nhs_number: str

    @property
    def words(self) -> tuple[str, ...]:
        return (self.given, self.family, self.address, self.postcode, self.nhs_number)


FAMILIES = (
    Family("Zorabelle", "Quillfeather", "7 Nettlewick Lane, Leicester", "LE3 9QA", "9990000018"),
    Family("Jorvanek", "Thrumbleton", "41 Copperdrake Road, Leicester", "LE4 7WB", "9990000026"),
    Family("Wystanne", "Obershire", "2 Fennelgate Close, Leicester", "LE5 2XC", "9990000034"),
)


def make_family_case(family: Family) -> Case:
    """Open the case of a child of ten months, with an address and numbers of its own."""
    board = factories.board()
    child = Child(
        given_names=family.given,
        family_name=family.family,
        born_on=datetime.date(2013, 7, 1),
        sex="F",
        ethnicity="WBRI",
        address=family.address,
        postcode=family.postcode,
        nhs_number=family.nhs_number,
    )
    return actions.open_case(
        by=None,
        child=child,
        residence_board=board,
        place_of_death_board=board,
        notifying_board=board,
        died_on=factories.DIED,
        notified_on=factories.DIED,
    )


@dataclass
class Together:
    """Reviews of several families, the people of their board, and the composite once there is."""

    worlds: list[World]
    composite: CompositeReview | None = None
    families: tuple[Family, ...] = field(default=FAMILIES)

    @property
    def people(self) -> dict[Role, User]:
        return self.worlds[0].people

    @property
    def manager(self) -> User:
        return self.people[Role.BOARD_MANAGER]

    @property
    def reviews(self) -> list[CaseUnderReview]:
        return [one.again() for one in self.worlds]

    def one(self) -> CompositeReview:
        """Return the composite as it is now."""
        assert self.composite is not None
        self.composite.refresh_from_db()
        return self.composite


def make_alike(families: tuple[Family, ...] = FAMILIES) -> Together:
    """Commission a review of the case of each family; all of them are alike."""
    people = make_scr_people()
    worlds = [make_review(case=make_family_case(one), people=people) for one in families]
    for one in worlds:
        compositing.record_review_features(
            review=one.review, features=FEATURES, by=people[Role.BOARD_MANAGER]
        )
    return Together(worlds, families=families)


def make_proposed(families: tuple[Family, ...] = FAMILIES, **facts) -> Together:
    """Propose that the reviews are told as one."""
    together = make_alike(families)
    facts.setdefault("title", "Three infants, one question")
    facts.setdefault("grounds", "The same gap between services shows in each")
    facts.setdefault("by", together.manager)
    together.composite = compositing.propose_composite(reviews=together.reviews, **facts)
    return together


def answered(together: Together, advised: str = NationalPanelAdvice.Advised.AGREES) -> Together:
    """Record what the national panel said."""
    compositing.record_composite_answer(
        composite=together.one(),
        by=together.manager,
        advised=advised,
        advised_on=ANSWERED,
        advice="We have read the grounds.",
    )
    return together


def make_open(families: tuple[Family, ...] = FAMILIES, **facts) -> Together:
    """Open a composite on which the national panel agreed."""
    together = answered(make_proposed(families, **facts))
    compositing.open_composite(composite=together.one(), by=together.manager)
    return together


def draft(together: Together, *, of: int | None = None, **facts) -> Finding:
    """Record a finding that rests on every member, or on the first so many."""
    facts.setdefault("statement", FOUND)
    facts.setdefault("theme", a_theme())
    facts.setdefault("by", together.manager)
    return findings.record_finding(reviews=together.reviews[:of], composite=together.one(), **facts)


def a_theme() -> str:
    """Return a theme in force."""
    from scr.anonymity import themes

    return themes(timezone.localdate())[0][0]


def finding_of_one(world: World, **facts) -> Finding:
    """Record a finding of one review."""
    facts.setdefault("statement", FOUND)
    facts.setdefault("theme", a_theme())
    facts.setdefault("by", world.manager)
    return findings.record_finding(reviews=[world.again()], **facts)


def agreed(finding: Finding, people: dict[Role, User]) -> Finding:
    """Let a second person agree a finding."""
    return findings.agree_finding(finding=finding, by=people[Role.SCR_CHAIR])


def recommend(finding: Finding, by: User, **facts) -> Recommendation:
    """Recommend something from an agreed finding."""
    facts.setdefault("text", "Name one clinician who puts bruises before walking together")
    facts.setdefault("test", TEST)
    facts.setdefault("kind", "system")
    return findings.recommend_from_finding(finding=finding, by=by, **facts)


def make_owner(name: str = "Olwen Owner", agency=None) -> User:
    """Make somebody who owns actions and nothing else."""
    user = factories.make_user(None, name=name, agency=agency or factories.make_agency())
    with change("give_role", by=None) as written:
        written.save(StandingRole(user=user, role=Role.ACTION_OWNER, given_at=timezone.now()))
    return user


def add_action(recommendation: Recommendation, by: User, owner: User, **facts) -> Action:
    """Add an action, agreed in the spring of 2015 and due that summer."""
    facts.setdefault("text", "Put the question into the form of each service")
    facts.setdefault("strength", "stronger")
    facts.setdefault("agreed_on", datetime.date(2015, 5, 1))
    facts.setdefault("due_on", datetime.date(2015, 8, 1))
    return findings.add_action(recommendation=recommendation, by=by, owner=owner, **facts)


def action_of(world: World, owner: User | None = None, **facts) -> Action:
    """Find, agree, recommend and add an action for one review."""
    found = agreed(finding_of_one(world), world.people)
    return add_action(
        recommend(found, world.manager), world.manager, owner or make_owner(), **facts
    )
