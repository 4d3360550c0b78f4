"""Every page of the group and of reviews: who withdrew, another board's people and who has left.

Each of the three holds every role of a group at once, so that no page is refused for want of one.
"""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview.models import StandingRole, User
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.set_up import group_for
from scr.actions import advising, commissioning, letters
from scr.models import GroupMeeting, PeerChallenge
from tests import factories, scr_factories
from tests.architecture.addresses import Address, ours
from tests.kept_out import leave
from tests.review_factories import World, ask, handed_in, make_author, tell_family
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
OF_THE_GROUP = {
    f"scr.views.{name}"
    for name in (
        "agency_parts",
        "case",
        "chronology",
        "commissioning",
        "criteria",
        "decisions",
        "group_meetings",
        "involvement",
        "papers",
        "publishing",
        "recommendations",
        "referrals",
        "register",
        "reviews",
        "telling",
    )
}
ROLES = (
    Role.BOARD_MANAGER,
    Role.SCR_MEMBER,
    Role.SCR_CHAIR,
    Role.INDEPENDENT_CHAIR,
    Role.SAFEGUARDING_PARTNER,
)
# A list is opened by a role; what it must not hold is a word of the case.
LISTS = {
    "scr:list_referrals",
    "scr:send_referral",
    "scr:list_scr_meetings",
    "scr:arrange_scr_meeting",
    "scr:view_scr_register",
    "scr:export_scr_register",
    "scr:list_reviews",
    "scr:list_review_requests",
}
MEETINGS = {
    "scr:view_scr_meeting",
    "scr:record_scr_attendance",
    "scr:end_scr_meeting",
    "scr:cancel_scr_meeting",
}
SECRETS = ("Qxchild", "Qxgrounds", "Qxchallenger", "Qxreport")


def every_role(board: str) -> User:
    """Make a person who holds every role of the group of a board."""
    home = factories.board(board)
    user = scr_factories.make_scr_user(ROLES[0], home)
    with change("give_role", by=None) as written:
        for role in ROLES[1:]:
            written.save(
                StandingRole(
                    user=user,
                    role=role,
                    board=home,
                    group=group_for(role, home),
                    given_at=timezone.now(),
                )
            )
    return user


@pytest.fixture
def world():
    """A review of a decided case with something behind every address; the keys by parameter."""
    case = factories.make_case(family_name="Qxchild")
    author = make_author()
    people = scr_factories.make_scr_people()
    referral = scr_factories.make_referral(case=case, agencies=[author.agency], grounds="Qxgrounds")
    scr_factories.make_assessment(by=people[Role.SCR_MEMBER], referral=referral)
    scr_factories.make_recommendation(people, case)
    scr_factories.make_decision(people, case)
    review = commissioning.commission_review(
        case=case, kind="scr", begun_on=scr_factories.DECIDED, by=people[Role.BOARD_MANAGER]
    )
    world = World(case, review, people)
    advising.ask_peer_challenge(
        case=case,
        by=people[Role.INDEPENDENT_CHAIR],
        challenger="Qxchallenger",
        asked_on=timezone.localdate(),
    )
    letter = letters.draft_scr_letter(case=case, to="referrer", by=world.manager)
    part = ask(world, author)
    paper = handed_in(world, by=world.manager, text="Qxreport was known to several services.")
    family = tell_family(world)
    meeting = GroupMeeting.objects.get()
    keys = {
        "view_assessment": case.criteria_assessments.get().pk,
        "record_file": case.files_secured.get().pk,
        "record_scr_told": case.clocks.get(rule="wt2015.tell_family").pk,
        "answer_peer_challenge": PeerChallenge.objects.get().pk,
        "change_family_involvement": family.pk,
    }
    by_parameter = {
        "case": case.reference,
        "review": world.review.reference,
        "letter": letter.pk,
        "part": part.pk,
        "paper": paper.pk,
        "meeting": meeting.pk,
    }
    return world, keys, by_parameter


def url_of(address: Address, keys: dict, known: dict) -> str:
    """Return the address with something that is there behind every parameter."""
    values: dict[str, object] = {}
    name = address.name.removeprefix("scr:")
    for parameter in address.parameters:
        if parameter in ("reference", "review"):
            values[parameter] = known["case" if parameter == "reference" else "review"]
        elif parameter == "question":
            values[parameter] = "event"
        elif parameter == "file_format":
            values[parameter] = "xlsx"
        elif parameter == "letter":
            values[parameter] = known["letter"]
        elif "scr-meetings/" in address.route:
            values[parameter] = known["meeting"]
        elif name in keys:
            values[parameter] = keys[name]
        elif "papers/" in address.route:
            values[parameter] = known["paper"]
        elif "chronologies/" in address.route or "agencies/" in address.route:
            values[parameter] = known["part"]
        else:
            values[parameter] = uuid.uuid4()
    return reverse(address.name, kwargs=values)


def addresses() -> list[Address]:
    return [one for one in ours() if one.view.__module__ in OF_THE_GROUP]


def kept_out(client, world, user: User, *, own_meeting: bool) -> list[str]:
    """Return which pages of the group let somebody in who is kept out of the case."""
    it, keys, known = world
    sign_in(client, user)
    wrong = []
    for address in addresses():
        url = url_of(address, keys, known)
        response = client.get(url)
        if response.status_code == 405:
            response = client.post(url, {})
        listed = address.name in LISTS or (own_meeting and address.name in MEETINGS)
        if not listed and response.status_code != 404:
            wrong.append(f"{address.name}: {response.status_code}")
        told = (*SECRETS, it.case.reference, it.review.reference)
        if any(word.encode() in response.content for word in told):
            wrong.append(f"{address.name}: a word of the case")
    return wrong


def test_who_has_withdrawn_reaches_no_page_of_the_case(client, world):
    recused = every_role("LEICESTER")
    factories.recuse(recused, world[0].case)

    assert kept_out(client, world, recused, own_meeting=True) == []


def test_the_people_of_another_board_reach_no_page_of_the_case(client, world):
    elsewhere = every_role("NOTTINGHAM")

    assert kept_out(client, world, elsewhere, own_meeting=False) == []


def test_who_has_left_is_asked_to_sign_in_by_every_page(client, world):
    it, keys, known = world
    leaver = every_role("LEICESTER")
    sign_in(client, leaver)
    leave(leaver)

    answered = {address.name: client.get(url_of(address, keys, known)) for address in addresses()}

    wrong = [
        name
        for name, response in answered.items()
        if response.status_code != 302 or "/accounts/login/" not in response.headers["Location"]
    ]
    assert wrong == []


def test_who_is_let_in_opens_what_is_behind_the_addresses(client, world):
    """The tests above ask for what is there: the office opens each page that it may open."""
    it, keys, known = world
    sign_in(client, it.manager)

    shown = {
        name: client.get(url_of(address, keys, known)).status_code
        for address in addresses()
        if (name := address.name.removeprefix("scr:"))
        in {
            "view_scr",
            "view_criteria",
            "view_assessment",
            "view_recommendation",
            "view_decision",
            "view_scr_told",
            "view_scr_letter",
            "record_file",
            "record_scr_told",
            "view_scr_meeting",
            "view_review",
            "view_chronology",
            "view_paper",
            "change_family_involvement",
        }
    }

    assert set(shown.values()) == {200} and len(shown) == 14
