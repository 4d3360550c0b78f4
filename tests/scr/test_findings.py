"""Findings: few, tested for names, agreed by a second person; what is recommended, and actions."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casereview.actions import NotAllowed
from casereview.models import Action, LeakHit, Recommendation
from casereview.records import Conflict
from casereview.rules.access_table import Role
from scr.actions import findings
from scr.findings import work
from scr.models import Finding
from scr.review_codes import code_list
from tests import factories, scr_factories
from tests.composite_factories import (
    FAMILIES,
    FOUND,
    TEST,
    a_theme,
    action_of,
    add_action,
    agreed,
    finding_of_one,
    make_family_case,
    make_owner,
    recommend,
)
from tests.kept_out import leave
from tests.review_factories import appoint, make_review
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
NAME = FAMILIES[0]
DRAFT, AGREED = Finding.State.DRAFT, Finding.State.AGREED


@pytest.fixture
def world(db):
    return make_review(case=make_family_case(NAME))


def url(name: str, *keys) -> str:
    return reverse(f"scr:{name}", args=keys)


def text_of(response) -> str:
    return response.content.decode()


def test_a_finding_is_recorded_changed_and_described_on_its_pages(client, world):
    sign_in(client, world.manager)
    typed = {
        "statement": FOUND,
        "why_it_matters": "It repeats",
        "theme": "",
        "in_this_case": "Once",
    }

    client.post(url("record_finding", world.review.reference), typed)
    found = Finding.objects.get()
    changed = {"statement": "Otherwise put", "theme": a_theme(), "version": str(found.version)}
    client.post(url("change_finding", world.review.reference, found.reference), changed)
    client.post(
        url("describe_in_case", world.review.reference, found.reference),
        {"text": f"{NAME.given} was seen twice", "version": "1"},
    )

    page = text_of(client.get(url("view_finding", world.review.reference, found.reference)))
    assert "Otherwise put" in page and f"{NAME.given} was seen twice" in page
    assert (Finding.objects.get().state, Finding.objects.get().theme) == (DRAFT, a_theme())


def test_what_somebody_else_changed_is_not_overwritten(world):
    found = finding_of_one(world)
    findings.change_finding(finding=found, statement="Meanwhile", by=world.manager)

    with pytest.raises(Conflict):
        findings.change_finding(
            finding=found, statement="Over it", by=world.manager, version=found.version
        )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"statement": " "}, "Enter what was found"),
        ({"theme": "nosuch"}, "Select a theme"),
        ({"found_on": datetime.date(2999, 1, 1)}, "not in the future"),
    ],
)
def test_a_finding_that_says_nothing_is_refused(world, facts, words):
    with pytest.raises(NotAllowed, match=words):
        finding_of_one(world, **facts)


def test_names_are_found_answered_by_another_and_gone_before_it_is_agreed(client, world):
    found = finding_of_one(world, statement=f"Nobody asked {NAME.given} {NAME.family}.")
    chair, reference = world.people[Role.SCR_CHAIR], world.review.reference
    sign_in(client, chair)
    page = url("view_finding", reference, found.reference)

    refused = text_of(
        client.post(
            url("agree_finding", reference, found.reference),
            {"agreed": "on", "version": str(found.version)},
        )
    )
    client.post(url("test_finding", reference, found.reference))
    shown = text_of(client.get(page))

    assert "Run the leak test and answer it first" in refused
    assert "Never stands" in shown and NAME.family in shown
    hit = LeakHit.objects.filter(hard=True).first()
    standing = {"answer": LeakHit.Answer.NOT_THIS_PERSON, "reason": "Somebody else"}
    with pytest.raises(NotAllowed):
        findings.answer_finding_leak(hit=hit, by=chair, **standing)
    assert Finding.objects.get().state == DRAFT


def test_an_ordinary_word_stands_when_a_second_person_says_so():
    case = factories.make_case(family_name="Rose")
    world = make_review(case=case)
    found = finding_of_one(world, statement="Nobody asked how rose the cheeks were.")
    chair = world.people[Role.SCR_CHAIR]
    findings.test_finding(finding=found, by=world.manager)
    hit = LeakHit.objects.get()
    standing = {"answer": LeakHit.Answer.NOT_THIS_PERSON, "reason": "The colour"}

    with pytest.raises(NotAllowed, match="nobody lets a word of their own stand"):
        findings.answer_finding_leak(hit=hit, by=world.manager, **standing)
    findings.answer_finding_leak(hit=hit, by=chair, **standing)

    assert agreed(found, world.people).state == AGREED


def test_nobody_agrees_their_own_words_and_none_without_a_theme(world):
    found, bare = finding_of_one(world), finding_of_one(world, theme="")
    chair = world.people[Role.SCR_CHAIR]

    with pytest.raises(NotAllowed, match="nobody agrees their own words"):
        findings.agree_finding(finding=found, by=world.manager)
    with pytest.raises(NotAllowed, match="Select its theme"):
        findings.agree_finding(finding=bare, by=chair)
    assert [one.task for one in work(chair, None)] == [
        "Agree a finding, or say what it lacks",
        "Agree a finding, or say what it lacks",
    ]
    assert work(world.manager, None) == []


def test_what_is_agreed_stays_as_it_is(world):
    found = agreed(finding_of_one(world), world.people)

    with pytest.raises(NotAllowed, match="stays as it is"):
        findings.change_finding(finding=found, statement="Other", by=world.manager)
    recommend(found, world.manager)
    with pytest.raises(NotAllowed, match="Recommendations follow"):
        findings.set_finding_aside(finding=found, reason="No", by=world.manager)


def test_a_recommendation_has_its_test_and_kind_and_names_nobody(world):
    draft = finding_of_one(world)
    found = agreed(finding_of_one(world), world.people)

    for facts, words in (
        ({"test": " "}, "what would be seen if it worked"),
        ({"kind": "nosuch"}, "what kind of change"),
        ({"text": f"Ask {NAME.given} again"}, "Take out every name"),
        ({"test": f"{NAME.family} is seen"}, "Take out every name"),
    ):
        with pytest.raises(NotAllowed, match=words):
            recommend(found, world.manager, **facts)
    with pytest.raises(NotAllowed, match="Agree the finding first"):
        recommend(draft, world.manager)
    assert recommend(found, world.manager).test == TEST


def test_one_more_than_eight_asks_why(world):
    found = agreed(finding_of_one(world), world.people)
    for _ in range(findings.FEW):
        recommend(found, world.manager)

    with pytest.raises(NotAllowed, match="Enter why one more is needed"):
        recommend(found, world.manager)
    recommend(found, world.manager, reason="An inspection asked for it")

    assert Recommendation.objects.count() == findings.FEW + 1


def test_from_finding_to_action_on_the_pages(client, world):
    found = agreed(finding_of_one(world), world.people)
    owner, reference = make_owner(), world.review.reference
    sign_in(client, world.manager)

    client.post(
        url("recommend_from_finding", reference, found.reference),
        {"text": "Put it together", "test": TEST, "kind": "system", "level": "local"},
    )
    row = Recommendation.objects.get()
    typed = {
        "text": "Put the question into the form",
        "strength": "weaker",
        "owner": str(owner.pk),
        "agency": "",
        "due_on_day": "1",
        "due_on_month": "8",
        "due_on_year": "2099",
    }
    client.post(url("add_action", reference, found.reference, row.pk), typed)

    page = text_of(client.get(url("view_finding", reference, found.reference)))
    action = Action.objects.get()
    assert (action.owner, action.agency, action.case) == (owner, owner.agency, None)
    for words in (TEST, code_list("recommendation_kinds").label("system"), "1 August 2099", "Grey"):
        assert words in page
    assert "Olwen Owner" in page and "Can this be made stronger?" in page


OF_REVIEW = ("view_findings", "record_finding", "record_review_features", "propose_composite")
OF_FINDING = (
    "view_finding",
    "describe_in_case",
    "change_finding",
    "test_finding",
    "agree_finding",
    "set_finding_aside",
    "recommend_from_finding",
)


def doors(world, found) -> list[str]:
    one = (world.review.reference, found.reference)
    action = recommend(agreed(finding_of_one(world), world.people), world.manager)
    hit = LeakHit.objects.first()
    return [
        *(url(name, world.review.reference) for name in OF_REVIEW),
        *(url(name, *one) for name in OF_FINDING),
        url("answer_finding_leak", *one, hit.pk),
        url("add_action", *one, action.pk),
    ]


def test_who_is_kept_out_is_told_that_there_is_no_such_finding(client, world):
    found = finding_of_one(world, statement=f"{NAME.given} was not asked, Qxfinding")
    findings.test_finding(finding=found, by=world.manager)
    every = doors(world, found)
    recused = scr_factories.make_scr_user(Role.BOARD_MANAGER, factories.board())
    factories.recuse(recused, world.case)
    panel_member = factories.make_user(Role.PANEL_MEMBER)
    factories.admit(panel_member, world.case, Role.PANEL_MEMBER)
    elsewhere = factories.board("NOTTINGHAM")
    version = found.version

    for who in (
        factories.make_user(None),
        recused,
        scr_factories.make_scr_user(Role.BOARD_MANAGER, elsewhere),
        panel_member,
        factories.make_user(Role.CDR_MANAGER),
    ):
        sign_in(client, who)
        for page in every:
            for response in (client.get(page), client.post(page, {})):
                assert response.status_code in (404, 405), (who.name, page)
                assert "Qxfinding" not in text_of(response)
    leaver = scr_factories.make_scr_user(Role.BOARD_MANAGER, factories.board())
    sign_in(client, leaver)
    leave(leaver)
    assert "/accounts/login/" in client.get(every[0]).headers["Location"]
    assert Finding.objects.get(pk=found.pk).version == version


MAY = {
    "record_finding": {Role.BOARD_MANAGER},
    "record_review_features": {Role.BOARD_MANAGER, Role.SCR_CHAIR},
    "propose_composite": {Role.BOARD_MANAGER, Role.SCR_CHAIR},
    "change_finding": {Role.BOARD_MANAGER},
    "describe_in_case": {Role.BOARD_MANAGER},
    "agree_finding": {Role.BOARD_MANAGER, Role.SCR_CHAIR},
    "set_finding_aside": {Role.BOARD_MANAGER, Role.SCR_CHAIR},
    "recommend_from_finding": {Role.BOARD_MANAGER},
}


def test_who_of_the_group_may_do_what(client, world):
    found = finding_of_one(world)
    reference = world.review.reference

    for role in (Role.BOARD_MANAGER, Role.SCR_MEMBER, Role.SCR_CHAIR, Role.INDEPENDENT_CHAIR):
        sign_in(client, world.people[role])
        assert client.get(url("view_findings", reference)).status_code == 200, role
        assert client.get(url("view_finding", reference, found.reference)).status_code == 200, role
        for name, may in MAY.items():
            keys = (reference,) if name in OF_REVIEW else (reference, found.reference)
            status = client.get(url(name, *keys)).status_code
            assert status == (200 if role in may else 403), (role, name)


def test_a_lead_reviewer_writes_findings_of_their_review_and_agrees_none(client, world):
    reviewer = appoint(world)
    found = finding_of_one(world)
    sign_in(client, reviewer)
    one = (world.review.reference, found.reference)

    assert client.get(url("record_finding", world.review.reference)).status_code == 200
    assert client.get(url("change_finding", *one)).status_code == 200
    assert client.get(url("agree_finding", *one)).status_code == 403
    assert client.get(url("set_finding_aside", *one)).status_code == 403


def test_a_finding_of_another_review_is_not_there(client, world):
    found = finding_of_one(world)
    other = make_review(case=factories.make_case(), people=world.people)
    sign_in(client, world.manager)

    for name in OF_FINDING:
        response = client.post(url(name, other.review.reference, found.reference), {})
        assert response.status_code == 404, name


def test_pages_ask_the_same_however_many_findings_and_actions(client, world):
    owner = make_owner()
    action = action_of(world, owner)
    finding = Finding.objects.get()
    sign_in(client, world.manager)
    pages = [
        url("view_findings", world.review.reference),
        url("view_finding", world.review.reference, finding.reference),
    ]

    def asked() -> list[int]:
        counts = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            counts.append(len(queries))
        return counts

    before = asked()
    for _ in range(3):
        more = agreed(finding_of_one(world), world.people)
        recommend(more, world.manager)
        add_action(recommend(finding, world.manager), world.manager, owner)
        add_action(action.recommendation, world.manager, owner)

    assert asked() == before
