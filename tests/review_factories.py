"""Reviews to test with: keyword-only, valid by default. Nobody here is real."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from casereview.models import Agency, Case, StandingRole, User
from casereview.records import change
from casereview.rules.access_table import Role
from scr.actions import commissioning, involvement, papers, review_requests
from scr.models import CaseUnderReview, Decision, ReviewPaper, ReviewRequest
from scr.rules.chronology_file import Row
from scr.rules.independence import DECLARED
from tests import factories
from tests.scr_factories import make_referral, make_scr_people

DECIDED = datetime.date(2015, 4, 30)
CLEAN = "The child was known to several services. Each saw a part and nobody saw the whole."


@dataclass
class World:
    """A review of a case of Leicester, and the people of its board."""

    case: Case
    review: CaseUnderReview
    people: dict[Role, User]

    @property
    def manager(self) -> User:
        return self.people[Role.BOARD_MANAGER]

    def again(self) -> CaseUnderReview:
        """Return the review as it is now."""
        found = CaseUnderReview.objects.select_related("case", "decision", "lead_reviewer").get(
            pk=self.review.pk
        )
        self.review = found
        return found


def decided(case: Case, by: User, option: str = "scr", on: datetime.date = DECIDED) -> Decision:
    """Write a decision of the independent chair as it stands on record."""
    from scr.models import CriteriaAssessment, GroupRecommendation

    referral = case.referrals.get()
    assessment = CriteriaAssessment(
        case=case,
        referral=referral,
        framework=referral.framework,
        framework_version="1",
        assessed_on=on,
    )
    recommendation = GroupRecommendation(
        case=case, assessment=assessment, recommended=option, recommended_on=on
    )
    decision = Decision(
        case=case,
        recommendation=recommendation,
        framework=referral.framework,
        decided=option,
        decided_on=on,
        decided_at=timezone.now(),
        decided_by=by,
    )
    with change("plant", by=by, case=case) as written:
        for row in (assessment, recommendation, decision):
            written.save(row)
        case.scr_state, case.scr_decided_on = Case.ScrState.REVIEW, on
        written.save(case)
    return decision


def make_review(
    *,
    kind: str = "scr",
    option: str = "scr",
    agencies=(),
    case: Case | None = None,
    people: dict[Role, User] | None = None,
    **facts,
) -> World:
    """Commission a review of a case that was referred to Leicester's group and decided."""
    people = people or make_scr_people()
    manager = people[Role.BOARD_MANAGER]
    referral = make_referral(by=manager, case=case, agencies=agencies)
    decided(referral.case, people[Role.INDEPENDENT_CHAIR], option)
    facts.setdefault("begun_on", DECIDED)
    review = commissioning.commission_review(case=referral.case, kind=kind, by=manager, **facts)
    return World(referral.case, review, people)


def make_reviewer(*, agency: Agency | None = None) -> User:
    """Make somebody who writes reviews and works for no agency concerned."""
    user = factories.make_user(None, name="Rae Viewer", agency=agency)
    with change("give_role", by=None) as written:
        written.save(StandingRole(user=user, role=Role.LEAD_REVIEWER, given_at=timezone.now()))
    return user


def appoint(world: World, user: User | None = None, **facts) -> User:
    """Appoint a lead reviewer until next year."""
    user = user or make_reviewer()
    facts.setdefault("until", timezone.localdate() + datetime.timedelta(days=300))
    facts.setdefault("declared", DECLARED)
    facts.setdefault("checked", "Their employments of ten years were read")
    facts.setdefault("by", world.manager)
    world.review = commissioning.appoint_reviewer(review=world.again(), user=user, **facts)
    return user


def make_author(*, name: str = "Soar Hospital", person: str = "Ann Author") -> User:
    """Make somebody of an agency, who is its named lead."""
    agency = factories.make_agency(name=name)
    user = factories.make_user(None, name=person, agency=agency)
    with change("give_role", by=None) as written:
        written.save(
            StandingRole(user=user, role=Role.AGENCY_LEAD, agency=agency, given_at=timezone.now())
        )
        agency.lead = user
        written.save(agency)
    return user


def ask(world: World, author: User, kind: str = "chronology", **facts) -> ReviewRequest:
    """Ask an agency for its own part, due in two weeks."""
    facts.setdefault("due_on", timezone.localdate() + datetime.timedelta(days=14))
    (made,) = review_requests.ask_for_part(
        review=world.again(), kind=kind, people=[author], by=world.manager, **facts
    )
    return made


def row(day: str = "2014-03-05", what: str = "Seen with a cough", **facts) -> Row:
    """Return one event as an agency recorded it."""
    known = {
        "at": None,
        "until": None,
        "about": False,
        "source": "GP record",
        "response": "",
        "comment": "",
        "child_seen": "Y",
    }
    return Row(on=datetime.date.fromisoformat(day), what=what, **{**known, **facts})


def handed_in(world: World, *, by: User, text: str = CLEAN, kind: str = "final_report"):
    """Write a report and hand it in."""
    paper = papers.write_paper(review=world.again(), kind=kind, text=text, by=by)
    return papers.hand_in_paper(paper=paper, by=by)


def checked(paper: ReviewPaper, *, by: User) -> None:
    """Let every check of a paper pass."""
    for kind in ("facts", "legal", "anonymity"):
        papers.check_paper(paper=paper, kind=kind, result="passed", by=by)


def signed_off(world: World, *, by: User | None = None) -> CaseUnderReview:
    """Write, hand in, check and sign off the report of a review."""
    writer = by or appoint(world)
    checked(handed_in(world, by=writer), by=world.manager)
    world.review = papers.sign_off_review(
        review=world.again(),
        signed_off_on=timezone.localdate(),
        response="The board accepts what was found",
        by=world.manager,
    )
    return world.again()


def tell_family(world: World, on: datetime.date | None = None):
    """Record that somebody of the family was told of the publication."""
    return involvement.record_family_involvement(
        review=world.again(),
        who="Mum Example",
        relation="mother",
        answer="takes_part",
        told_of_publication_on=on or timezone.localdate(),
        by=world.manager,
    )
