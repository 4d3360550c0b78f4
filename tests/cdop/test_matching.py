"""The same death twice, the same family again: found for a person to decide, never leaked."""

import datetime

import pytest
from django.urls import reverse

from casereview import access
from casereview import actions as kernel
from casereview.actions import NotAllowed
from casereview.models import Board, Case, CaseMatch, Child, Panel, PanelBoard, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from cdop import actions
from tests import factories
from tests.cdop import filling
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(manager):
    """A death that was notified already."""
    return actions.log_notification(
        by=manager,
        said=filling.said(child={"nhs_number": filling.CHILD_NHS}, people=(filling.mother(),)),
    )


@pytest.fixture
def desk(client, manager):
    return sign_in(client, manager)


def other_panel() -> tuple[Panel, Board]:
    board = factories.board("NOTTINGHAM")
    panel = Panel(code="NOTTS", name="Nottingham Example Panel")
    with change("set_up_panels", by=None) as written:
        written.save(panel)
        written.save(PanelBoard(panel=panel, board=board, since=datetime.date(2008, 4, 1)))
    return panel, board


def manager_of(panel: Panel):
    user = factories.make_user(None, email="manager@nottingham.example.org")
    with change("give_role", by=None) as written:
        written.save(
            StandingRole(
                user=user,
                role=Role.CDR_MANAGER,
                panel=panel,
                given_at=datetime.datetime.now(datetime.UTC),
            )
        )
    return user


def in_nottingham(**facts):
    return filling.said(residence_board="NOTTINGHAM", **facts)


@pytest.mark.parametrize(
    ("child", "grounds"),
    [
        (
            {"given_names": "Zoe", "family_name": "Other", "nhs_number": filling.CHILD_NHS},
            "nhs_number",
        ),
        ({"given_names": "Ada", "family_name": "Plantd"}, "name_and_dates"),
        ({"given_names": "Baby of", "family_name": "Planted"}, "name_and_dates"),
    ],
)
def test_the_same_death_is_found_and_waits_for_a_decision(first, manager, child, grounds):
    second = actions.log_notification(by=manager, said=filling.said(child=child))

    match = CaseMatch.objects.get(case=second)
    assert (match.other_case, match.kind, match.grounds) == (first, "duplicate", grounds)
    assert match.decision == ""
    assert second.merged_into is None


def test_another_child_is_not_matched(first, manager):
    child = {"given_names": "Ben", "family_name": "Sampleton"}

    second = actions.log_notification(by=manager, said=filling.said(child=child))

    assert not CaseMatch.objects.filter(case=second).exists()


LATER = {
    "died_on": datetime.date(2018, 6, 4),
    "notified_on": datetime.date(2018, 6, 5),
    "child": {"given_names": "Ben", "born_on": datetime.date(2018, 6, 1)},
}


@pytest.mark.parametrize(
    ("mother", "child", "grounds"),
    [
        (filling.mother(given_names="M.", family_name="Married"), {}, "carer_nhs_number"),
        (filling.mother(nhs_number="", given_names="MARY"), {}, "mother_name_and_birth"),
        (
            filling.mother(
                nhs_number="", given_names="Nora", address="2 Sample Road", postcode="LE1 1ZZ"
            ),
            {},
            "address",
        ),
        (None, {"address": "2, Sample Road", "postcode": "le1 1zz"}, "address"),
    ],
)
def test_the_same_family_is_found_years_later(manager, mother, child, grounds):
    home = {"address": "2 Sample Road\nLeicester", "postcode": "LE1 1ZZ"}
    if grounds == "address" and mother is None:
        home["address"] = "2, Sample Road"
    earlier = actions.log_notification(
        by=manager, said=filling.said(child=home, people=(filling.mother(),))
    )
    facts = {**LATER, "child": {**LATER["child"], **child}}

    later = actions.log_notification(
        by=manager, said=filling.said(people=(mother,) if mother else (), **facts)
    )

    match = CaseMatch.objects.get(case=later)
    assert (match.other_case, match.kind, match.grounds) == (earlier, "family", grounds)


def test_a_serious_harm_case_of_the_family_is_found(manager):
    child = Child(
        family_name="Planted", given_names="Sam", address="2 Sample Road", postcode="LE1 1ZZ"
    )

    harm = kernel.open_case(
        by=manager, child=child, kind=Case.Kind.SERIOUS_HARM, residence_board=factories.board()
    )
    home = {"address": "2 Sample Road", "postcode": "LE1 1ZZ"}

    case = actions.log_notification(by=manager, said=filling.said(child=home))

    assert CaseMatch.objects.get(case=case).other_case == harm


def test_a_match_held_by_another_panel_tells_nothing_else(client, first):
    panel, _ = other_panel()
    stranger = manager_of(panel)
    sign_in(client, stranger)
    child = filling.child(nhs_number=filling.CHILD_NHS, given_names="Zoe", family_name="Other")
    scope = filling.scope(residence_board="NOTTINGHAM")
    key = filling.begin(client, scope=scope, child=child)

    check = client.get(reverse("cdop:check_notification", args=[key])).content.decode()
    case = filling.submit(client, key)
    listed = client.get(reverse("cdop:list_matches", args=[case.reference])).content.decode()
    everywhere = client.get("/notifications/?show=duplicates").content.decode()

    assert case.panel == panel
    for page in (check, listed, everywhere):
        assert "A case held by Leicester, Leicestershire and Rutland" in page
        assert first.reference not in page
        assert "Planted" not in page
    assert (
        'value="merge"'
        not in client.get(
            reverse("cdop:decide_match", args=[case.reference, case.matches.get().pk])
        ).content.decode()
    )


def test_a_match_to_a_case_one_is_recused_from_is_only_held_by(client, manager, first):
    factories.recuse(manager, first)
    sign_in(client, manager)
    key = filling.begin(client, child=filling.child(nhs_number=filling.CHILD_NHS))

    check = client.get(reverse("cdop:check_notification", args=[key])).content.decode()
    case = filling.submit(client, key)
    listed = client.get(reverse("cdop:list_matches", args=[case.reference])).content.decode()

    for page in (check, listed):
        assert "A case held by" in page
        assert first.reference not in page


def test_the_manager_is_asked_before_a_duplicate_is_submitted(desk, first):
    key = filling.begin(desk)

    unanswered = desk.post(reverse("cdop:check_notification", args=[key]), {})

    assert unanswered.status_code == 200
    assert "Select whether this is the same death" in unanswered.content.decode()
    assert Case.objects.count() == 1
    case = filling.submit(desk, key, same="new")
    assert case.merged_into is None
    assert case.matches.get().decision == ""


def test_merging_on_submission_points_at_the_first_case_and_moves_nothing(desk, first):
    case = filling.submit(desk, filling.begin(desk), same=first.reference)

    assert (case.merged_into, case.stage) == (first, Case.Stage.MERGED)
    assert case.notifications.count() == first.notifications.count() == 1
    assert case.matches.get().decision == CaseMatch.Decision.LINKED
    page = desk.get(reverse("cdop:view_notification", args=[first.reference])).content.decode()
    assert case.reference in page


def test_a_case_that_may_not_be_seen_cannot_be_merged_with_by_its_reference(desk, manager, first):
    factories.recuse(manager, first)
    key = filling.begin(desk)

    case = filling.submit(desk, key, same=first.reference)

    assert case.merged_into is None


def test_setting_apart_undoes_a_merger(desk, manager, first):
    case = filling.submit(desk, filling.begin(desk), same=first.reference)
    match = case.matches.get()
    url = reverse("cdop:decide_match", args=[first.reference, match.pk])

    response = desk.post(url, {"decision": "set_apart", "reason": "Two cousins of one name"})

    case.refresh_from_db()
    match.refresh_from_db()
    assert response.status_code == 302
    assert (case.merged_into, case.stage) == (None, Case.Stage.NOTIFIED)
    assert match.decision == CaseMatch.Decision.SET_APART
    assert match.decided_by == manager


def test_the_later_case_is_merged_into_the_earlier_from_either_side(manager, first):
    second = actions.log_notification(by=manager, said=filling.said())
    match = second.matches.get()

    actions.decide_match(case=first, match=match, decision="merge", reason="Same child", by=manager)

    second.refresh_from_db()
    first.refresh_from_db()
    assert second.merged_into == first
    assert first.merged_into is None


def test_a_decision_needs_its_reason(manager, first):
    second = actions.log_notification(by=manager, said=filling.said())

    with pytest.raises(NotAllowed, match="Enter the reason"):
        actions.decide_match(
            case=second, match=second.matches.get(), decision="linked", reason=" ", by=manager
        )


def test_a_reviewed_case_is_not_merged(manager, first):
    second = actions.log_notification(by=manager, said=filling.said())
    second.stage = Case.Stage.REVIEWED
    with change("test", by=None) as written:
        written.save(second)

    with pytest.raises(NotAllowed, match="completed review"):
        actions.decide_match(
            case=second, match=second.matches.get(), decision="merge", reason="Same", by=manager
        )


def test_a_third_notification_is_matched_with_the_case_that_stands(manager, first):
    second = actions.log_notification(by=manager, said=filling.said(), merge_with=first)

    third = actions.log_notification(by=manager, said=filling.said())

    assert second.merged_into == first
    assert [match.other_case for match in third.matches.all()] == [first]


def test_family_is_linked_and_never_merged(manager):
    earlier = actions.log_notification(by=manager, said=filling.said(people=(filling.mother(),)))
    later = actions.log_notification(
        by=manager, said=filling.said(people=(filling.mother(),), **LATER)
    )
    match = later.matches.get()

    with pytest.raises(NotAllowed, match="only the same death is merged"):
        actions.decide_match(case=later, match=match, decision="merge", reason="x", by=manager)
    actions.decide_match(case=later, match=match, decision="linked", reason="Sisters", by=manager)

    match.refresh_from_db()
    assert match.decision == "linked"
    assert earlier.merged_into is None


def test_a_panel_that_works_here_takes_over_what_is_passed_to_it(desk, manager):
    panel, board = other_panel()
    theirs = manager_of(panel)
    case = actions.log_notification(by=manager, said=in_nottingham())
    assert not access.can(theirs, "view_case", case)

    response = desk.post(
        reverse("cdop:pass_on_case", args=[case.reference]),
        {"board": board.code, **filling.day("passed_on_on", datetime.date(2015, 3, 4))},
    )

    case.refresh_from_db()
    assert response.headers["Location"] == reverse("cdop:list_notifications")
    assert (case.panel, case.reviewing_board, case.passed_on_to) == (panel, board, board)
    assert case.stage == Case.Stage.NOTIFIED
    assert access.can(theirs, "view_notification", case)
    assert not access.can(manager, "view_case", case)


def test_a_match_of_another_case_is_not_found(desk, manager, first):
    second = actions.log_notification(by=manager, said=filling.said())
    lonely = factories.make_case(
        by=manager, died_on=datetime.date(2012, 1, 1), notified_on=datetime.date(2012, 1, 2)
    )
    match = second.matches.get()

    url = reverse("cdop:decide_match", args=[lonely.reference, match.pk])

    assert desk.get(url).status_code == 404
    assert desk.post(url, {"decision": "linked", "reason": "x"}).status_code == 404
