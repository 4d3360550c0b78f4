"""Referrals and assessments to test with: keyword-only, valid by default. Nobody here is real."""

import datetime
from collections.abc import Mapping
from itertools import count

from django.utils import timezone

from casereview import actions
from casereview.models import Agency, Board, Case, Child, StandingRole, User
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.set_up import group_for
from scr.actions.assessing import answer_criterion, begin_assessment, lock_assessment
from scr.actions.deciding import decide_scr
from scr.actions.group_meetings import arrange_scr_meeting, record_scr_attendance
from scr.actions.recommending import draft_recommendation, give_position
from scr.actions.recommending import make_recommendation as make_recommendation_
from scr.actions.referring import refer_for_scr
from scr.criteria_files import framework_named
from scr.models import (
    CriteriaAssessment,
    Decision,
    GroupMeeting,
    GroupRecommendation,
    Referral,
)
from scr.rules.answers import NOT_KNOWN
from scr.standing import standing
from tests import factories

_number = count(1)
ROLES = (
    Role.BOARD_MANAGER,
    Role.SCR_MEMBER,
    Role.SCR_CHAIR,
    Role.INDEPENDENT_CHAIR,
    Role.SAFEGUARDING_PARTNER,
)
REFERRED = datetime.date(2015, 4, 7)
# A death with neglect suspected: in every edition for England the first outcome but one.
MANDATORY = {
    "under_18_at_event": "yes",
    "event": "died",
    "abuse_or_neglect": "suspected",
    "abuse_factor_in_death": "yes",
    "event_in_area": "yes",
}


def make_scr_people(board: Board | str = "LEICESTER") -> dict[Role, User]:
    """Make one person for each role of a board's group, each of an agency of their own."""
    home = factories.board(board) if isinstance(board, str) else board
    return {role: make_scr_user(role, home) for role in ROLES}


def make_scr_user(role: Role, board: Board, *, agency: Agency | None = None) -> User:
    """Make a person who holds a role at a board, and so belongs to its group."""
    user = User(
        email=f"{role}-{board.code.lower()}-{next(_number)}@example.org",
        name=f"{role.label} of {board.name}",
        agency=agency or factories.make_agency(),
    )
    user.set_password("a long example password")
    with change("add_person", by=None) as written:
        written.save(user)
        written.save(
            StandingRole(
                user=user,
                role=role,
                board=board,
                group=group_for(role, board),
                given_at=timezone.now(),
            )
        )
    return user


def make_harm_case(*, by: User | None = None, family_name: str = "Example", **facts) -> Case:
    """Open the case of a child who was seriously harmed and did not die."""
    facts.setdefault("residence_board", factories.board())
    child = Child(family_name=family_name, given_names="Ada", born_on=datetime.date(2013, 7, 1))
    return actions.open_case(by=by, child=child, kind=Case.Kind.SERIOUS_HARM, **facts)


def make_referral(
    *, by: User | None = None, case: Case | None = None, agencies=(), **facts
) -> Referral:
    """Refer a case of Leicester, by default a death of the spring of 2014, to its board's group."""
    case = case or factories.make_case(by=by)
    facts.setdefault("referred_on", REFERRED)
    facts.setdefault("event_on", case.died_on or factories.DIED)
    facts.setdefault("event_board", factories.board())
    facts.setdefault("looked_after", "N")
    facts.setdefault("siblings_safe", "Y")
    facts.setdefault("grounds", "Neglect is suspected")
    facts.setdefault("received_by", factories.board())
    return refer_for_scr(case=case, by=by, agencies=agencies, **facts)


def make_assessment(
    *,
    by: User,
    referral: Referral | None = None,
    answers: Mapping[str, str] | None = None,
    locked: bool = True,
) -> CriteriaAssessment:
    """Assess a referral with full evidence; what the edition does not ask is left out."""
    referral = referral or make_referral(by=by)
    assessment = begin_assessment(referral=referral, by=by)
    agency = factories.make_agency()
    for question, value in (MANDATORY if answers is None else answers).items():
        try:
            answer(assessment, question, value, by=by, agency=agency)
        except NotAsked:
            continue
    return lock_assessment(assessment=assessment, by=by) if locked else assessment


class NotAsked(LookupError):
    """The edition does not ask a question."""


def answer(assessment: CriteriaAssessment, question: str, value: str, *, by, agency=None, **facts):
    """Answer one question with evidence, or say who will answer."""
    asked = {each.id for each in framework_named(assessment.framework).questions}
    if question not in asked:
        raise NotAsked(question)
    if value == NOT_KNOWN:
        facts.setdefault("who_will_answer", "The example hospital")
        facts.setdefault("answer_by", datetime.date(2015, 4, 21))
    else:
        facts.setdefault("evidence", "What the example records say")
        facts.setdefault("source", "Referral of 7 April 2015")
        facts.setdefault("agency", agency or factories.make_agency())
        facts.setdefault("as_at", datetime.date(2015, 4, 7))
    return answer_criterion(assessment=assessment, question=question, value=value, by=by, **facts)


MEETING = datetime.date(2015, 4, 21)
DECIDED = datetime.date(2015, 4, 30)


def make_scr_meeting(
    people: Mapping[Role, User],
    *,
    held_on: datetime.date = MEETING,
    more: int = 1,
    came: bool = True,
) -> GroupMeeting:
    """Hold a meeting of the group of Leicester: its chair, a member, and so many more members."""
    home = factories.board()
    members = [people[Role.SCR_MEMBER]]
    members += [make_scr_user(Role.SCR_MEMBER, home) for _ in range(more)]
    meeting = arrange_scr_meeting(
        board=home,
        held_on=held_on,
        chair=people[Role.SCR_CHAIR],
        members=members,
        by=people[Role.BOARD_MANAGER],
    )
    if came:
        record_scr_attendance(
            meeting=meeting,
            came={row.pk: "came" for row in meeting.attendances.all()},
            by=people[Role.BOARD_MANAGER],
        )
    return meeting


def make_draft(
    people: Mapping[Role, User], case: Case, *, recommended: str = "scr", **facts
) -> GroupRecommendation:
    """Draft a recommendation on the locked assessment of a case."""
    facts.setdefault("reason", "The example criteria are met")
    if recommended == "defer":
        facts.setdefault("defer_until", timezone.localdate() + datetime.timedelta(days=30))
    if recommended == "refer":
        facts.setdefault("refer_to", factories.board("NOTTINGHAM"))
    facts.setdefault("departure_reason", "The example evidence is thin")
    return draft_recommendation(
        case=case, by=people[Role.SCR_CHAIR], recommended=recommended, **facts
    )


def make_recommendation(
    people: Mapping[Role, User],
    case: Case | None = None,
    *,
    recommended: str = "scr",
    meeting: GroupMeeting | None = None,
    dissent: bool = False,
    **facts,
) -> GroupRecommendation:
    """Make a recommendation, with a locked assessment and a quorate meeting where there is none."""
    if case is None:
        case = make_assessment(by=people[Role.SCR_MEMBER]).case
    meeting = meeting or make_scr_meeting(people)
    make_draft(people, case, recommended=recommended, meeting=meeting, **facts)
    give_position(
        case=case,
        by=people[Role.SCR_MEMBER],
        position="dissent" if dissent else "agree",
        reason="The example threshold is not met" if dissent else "",
    )
    return make_recommendation_(case=case, by=people[Role.SCR_CHAIR])


def judged(edition: str, said: str = "met") -> dict[str, str]:
    """Return the same judgement of every criterion of an edition."""
    return {criterion.id: said for criterion in framework_named(edition).criteria}


def make_decision(
    people: Mapping[Role, User],
    case: Case | None = None,
    *,
    decided: str = "scr",
    departs: bool | None = None,
    **facts,
) -> Decision:
    """Let the independent chair decide, on a recommendation made before where there is none."""
    if case is None:
        case = make_recommendation(people).case
    recommendation = standing(case).recommendation
    facts.setdefault("reason", "The example reasons of the chair")
    facts.setdefault("decided_on", DECIDED)
    if decided == "defer":
        facts.setdefault("defer_until", timezone.localdate() + datetime.timedelta(days=30))
    return decide_scr(
        case=case,
        by=people[Role.INDEPENDENT_CHAIR],
        decided=decided,
        departs=decided != recommendation.recommended if departs is None else departs,
        criteria=judged(recommendation.assessment.framework),
        **facts,
    )
