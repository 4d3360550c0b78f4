"""Who can see a case: admitting and dismissing, interests declared, decided and lifted."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casereview import access, actions
from casereview.models import CaseUserObjectPermission, Interest
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.set_up import group_for
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"
REASON = "Reports for the hospital"


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager, family_name=NAME)


@pytest.fixture
def member(people):
    return people[Role.PANEL_MEMBER]


@pytest.fixture
def admitted(case, member):
    return factories.admit(member, case, Role.PANEL_MEMBER, reason="Panel of 9 June")


def at(name, case, *keys):
    return reverse(name, args=[case.reference, *keys])


def shown(client, user, case):
    return sign_in(client, user).get(at("view_sharing", case)).content.decode()


def leave(user):
    with change("test", by=None) as written:
        user.is_active, user.left_at = False, timezone.now()
        written.save(user)


# --- Who sees it ---------------------------------------------------------------------------------


def test_it_says_who_sees_the_case_and_why(client, case, manager, member, people, admitted):
    people.everybody()

    html = shown(client, manager, case)

    assert member.name in html
    assert "Panel of 9 June" in html
    assert people[Role.DESIGNATED_DOCTOR].name in html
    assert "The case belongs to" in html


def test_those_on_the_page_are_those_who_see_the_case(client, case, manager, people, admitted):
    people.everybody()

    html = shown(client, manager, case)

    for role, user in people.items():
        if access.can(user, "view_case", case):
            assert user.name in html, role


def test_an_admission_that_ended_says_so(client, case, manager, member):
    ended = timezone.now() - datetime.timedelta(days=1)
    factories.admit(member, case, Role.PANEL_MEMBER, until=ended)

    assert "Ended" in shown(client, manager, case)


def test_a_group_is_named_with_those_who_are_in_it(client, case, manager, people):
    group = group_for(Role.SCR_MEMBER, factories.board())
    actions.admit_group_to_case(case=case, group=group, role=Role.SCR_MEMBER, by=manager)

    html = shown(client, manager, case)

    assert "Every scr group member of the group" in html.replace("SCR", "scr")
    assert "Nobody holds the role now" in html


def test_somebody_who_withdrew_is_shown_as_seeing_nothing(client, case, manager, member, admitted):
    factories.recuse(member, case)

    html = shown(client, manager, case)

    assert "Withdrawn: sees nothing" in html
    assert "Knows the family" in html


@pytest.mark.parametrize("name", ["view_sharing", "admit_to_case", "record_interest"])
def test_only_the_manager_of_the_case_opens_it(
    client, case, manager, outsider, member, admitted, name
):
    factories.recuse(manager, case)

    answers = {
        user: sign_in(client, user).get(at(name, case)) for user in (outsider, manager, member)
    }

    assert answers[outsider].status_code == answers[manager].status_code == 404
    assert answers[outsider].content == answers[manager].content
    assert answers[member].status_code == 403


def test_a_leaver_opens_nothing_and_is_not_offered(client, case, manager, outsider):
    leave(outsider)
    sign_in(client, manager)

    assert outsider.name not in client.get(at("admit_to_case", case)).content.decode()
    leave(manager)
    assert client.get(at("view_sharing", case)).status_code != 200


# --- Admitting and dismissing --------------------------------------------------------------------


def admit(client, case, user, role, **more):
    typed = {"person": str(user.pk), "role": role, "reason": REASON, **more}
    return client.post(at("admit_to_case", case), typed)


def test_a_person_is_admitted_with_a_reason_until_the_end_of_a_day(client, case, manager, outsider):
    last = timezone.localdate() + datetime.timedelta(days=10)
    day = {"until_day": last.day, "until_month": last.month, "until_year": last.year}
    sign_in(client, manager)

    response = admit(client, case, outsider, "contributor", **day)

    admission = CaseUserObjectPermission.objects.get(user=outsider, content_object=case)
    assert response.status_code == 302
    assert timezone.localtime(admission.until).date() == last + datetime.timedelta(days=1)
    assert admission.reason == REASON
    assert admission.given_by == manager


def test_a_panel_member_who_is_admitted_sees_the_case(client, case, manager, member):
    sign_in(client, manager)

    admit(client, case, member, "panel_member")

    assert access.can(member, "view_case", case)


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("panel_chair", "Select a role that this person holds"),
        ("panel_member", "Select a role that this person holds"),
        ("independent_chair", "Select the role on this case in the list"),
        ("scr_chair", "Select the role on this case in the list"),
        ("cdr_manager", "Select the role on this case in the list"),
        ("", "Select the role on this case"),
    ],
)
def test_nobody_is_given_more_than_the_manager_may_give(
    client, case, manager, outsider, role, words
):
    sign_in(client, manager)

    html = admit(client, case, outsider, role).content.decode()

    assert words in html
    assert REASON in html
    assert not CaseUserObjectPermission.objects.exists()


def test_nobody_admits_themselves(client, case, manager):
    sign_in(client, manager)

    html = admit(client, case, manager, "contributor").content.decode()

    assert "Ask somebody else to admit you" in html
    assert not CaseUserObjectPermission.objects.exists()


def test_an_admission_needs_a_reason_and_a_day_to_come(client, case, manager, outsider):
    sign_in(client, manager)
    past = {"until_day": "1", "until_month": "1", "until_year": "2015"}

    html = admit(client, case, outsider, "contributor", reason="", **past).content.decode()

    assert "Enter the reason why this person needs the case" in html
    assert "on or after" in html


def test_somebody_who_withdrew_is_not_admitted(client, case, manager, member):
    factories.recuse(member, case)
    sign_in(client, manager)

    html = admit(client, case, member, "panel_member").content.decode()

    assert "has withdrawn from the case" in html


def test_a_dismissed_person_loses_the_case_at_once(client, case, manager, member, admitted):
    sign_in(client, manager)
    page = client.get(at("dismiss_from_case", case, admitted.pk))
    before = access.can(member, "view_case", case)

    response = client.post(at("dismiss_from_case", case, admitted.pk), {"reason": "Has moved"})

    assert page.status_code == 200
    assert response.status_code == 302
    assert before
    assert not access.can(member, "view_case", case)


def test_a_dismissal_needs_its_reason(client, case, manager, member, admitted):
    sign_in(client, manager)

    response = client.post(at("dismiss_from_case", case, admitted.pk), {"reason": " "})

    assert "Enter the reason why they no longer need the case" in response.content.decode()
    assert access.can(member, "view_case", case)


@pytest.mark.parametrize("name", ["dismiss_from_case", "lift_recusal"])
def test_what_hangs_on_another_case_is_not_found_through_this_one(
    client, case, manager, member, name
):
    other = factories.make_case(by=manager)
    keys = {
        "dismiss_from_case": factories.admit(member, other, Role.PANEL_MEMBER).pk,
        "lift_recusal": factories.recuse(member, other).pk,
    }
    sign_in(client, manager)

    response = client.post(at(name, case, keys[name]), {"reason": "Example"})

    assert response.status_code == 404
    assert response.content == access.not_found().content


# --- Interests -----------------------------------------------------------------------------------


def declare(client, user, case, level, grounds="I taught the child", ground="worked_with_family"):
    sign_in(client, user)
    typed = {"level": level, "ground": ground, "grounds": grounds}
    return client.post(at("declare_interest", case), typed, follow=True)


def test_a_member_who_withdraws_loses_the_case_at_once_and_is_told_its_reference_only(
    client, case, member, admitted
):
    response = declare(client, member, case, "withdraws")

    html = response.content.decode()
    assert response.request["PATH_INFO"] == reverse("your_work")
    assert f"You have withdrawn from {case.reference}" in html
    assert NAME not in html
    assert client.get(at("view_case", case)).status_code == 404
    assert case.reference not in client.get(reverse("list_cases")).content.decode()


def test_an_interest_that_is_noted_leaves_the_case_open(client, case, member, admitted):
    declare(client, member, case, "noted")

    kept = Interest.objects.get()
    assert (kept.user, kept.ground) == (member, "worked_with_family")
    assert client.get(at("view_case", case)).status_code == 200


def test_an_interest_needs_its_ground_its_level_and_its_words(client, case, member, admitted):
    html = declare(client, member, case, "", "", "").content.decode()

    assert "Select the kind of interest" in html
    assert "Select what the interest means for this case" in html
    assert "Enter the interest" in html
    assert not Interest.objects.exists()


@pytest.mark.parametrize(
    ("ground", "level", "words"),
    [
        ("family", "noted", "a family or personal connection always withdraws"),
        ("criticised", "informs_only", "criticised in the papers always withdraws"),
        ("responsible_clinician", "noted", "never judges the case"),
    ],
)
def test_a_ground_that_does_not_bear_the_level_is_refused(
    client, case, member, admitted, ground, level, words
):
    html = declare(client, member, case, level, ground=ground).content.decode()

    assert words in html
    assert not Interest.objects.exists()


def test_a_family_connection_is_not_recorded_for_an_agency(client, case, manager):
    sign_in(client, manager)
    typed = {
        "whose": "agency",
        "agency_key": str(factories.make_agency().pk),
        "ground": "family",
        "level": "withdraws",
        "grounds": "A cousin works there",
    }

    html = client.post(at("record_interest", case), typed).content.decode()

    assert "Record this for a person, not an agency" in html
    assert not Interest.objects.exists()


def test_nobody_declares_on_a_case_they_do_not_see(client, case, outsider):
    response = declare(client, outsider, case, "withdraws")

    assert response.status_code == 404
    assert not Interest.objects.exists()


def test_the_manager_records_the_conflict_of_an_agency(client, case, manager):
    agency = factories.make_agency(name="Sample Hospital")
    chair = factories.make_user(Role.PANEL_CHAIR, agency=agency)
    factories.admit(chair, case, Role.PANEL_CHAIR)
    sign_in(client, manager)

    response = client.post(
        at("record_interest", case),
        {
            "whose": "agency",
            "agency_key": str(agency.pk),
            "ground": "criticised",
            "level": "withdraws",
            "grounds": "Criticised in the papers",
        },
    )

    assert response.status_code == 302
    assert not access.can(chair, "view_case", case)


def test_a_manager_who_records_their_own_withdrawal_lands_on_their_work(client, case, manager):
    sign_in(client, manager)

    response = client.post(
        at("record_interest", case),
        {
            "whose": "person",
            "person_key": str(manager.pk),
            "ground": "family",
            "level": "withdraws",
            "grounds": "Knows the family",
        },
    )

    assert response.url == reverse("your_work")


@pytest.fixture
def chair(people, case):
    user = people[Role.PANEL_CHAIR]
    factories.admit(user, case, Role.PANEL_CHAIR)
    return user


def decide(client, user, case, interest, level, reason="The link is distant"):
    sign_in(client, user)
    return client.post(at("decide_interest", case, interest.pk), {"level": level, "reason": reason})


@pytest.mark.parametrize(("level", "sees"), [("noted", True), ("withdraws", False)])
def test_the_chair_decides_and_it_holds_at_once(client, case, chair, member, admitted, level, sees):
    interest = actions.declare_interest(
        case=case, user=member, level="informs_only", grounds="Treated the child", by=member
    )

    response = decide(client, chair, case, interest, level)

    assert response.status_code == 302
    assert Interest.objects.get().decided_by == chair
    assert access.can(member, "view_case", case) is sees


def test_a_chair_does_not_decide_their_own_interest(client, case, chair):
    interest = actions.declare_interest(
        case=case, user=chair, level="noted", grounds="Once met the family", by=chair
    )

    html = decide(client, chair, case, interest, "noted").content.decode()

    assert "Ask another chair to decide your own interest" in html
    assert Interest.objects.get().decided_at is None


def test_the_chair_cannot_soften_what_always_withdraws(client, case, chair, member):
    interest = factories.recuse(member, case)

    html = decide(client, chair, case, interest, "noted").content.decode()

    assert "a family or personal connection always withdraws" in html
    assert not access.can(member, "view_case", case)


def test_the_responsible_clinician_decides_no_interest_as_chair(client, case, chair, member):
    for user, level, ground in (
        (chair, "informs_only", "responsible_clinician"),
        (member, "noted", "other"),
    ):
        interest = actions.declare_interest(
            case=case, user=user, level=level, ground=ground, grounds="As said", by=user
        )

    html = decide(client, chair, case, interest, "noted").content.decode()

    assert "Ask another chair: you were responsible for the child’s care" in html


def test_a_member_and_the_manager_do_not_decide(client, case, manager, member, admitted):
    interest = actions.declare_interest(
        case=case, user=member, level="noted", grounds="Once met the family", by=member
    )

    for user in (member, manager):
        assert decide(client, user, case, interest, "noted").status_code == 403
    assert Interest.objects.get().decided_at is None


def test_a_second_person_lifts_a_withdrawal(client, case, manager, member, admitted):
    interest = factories.recuse(member, case)
    sign_in(client, manager)

    response = client.post(at("lift_recusal", case, interest.pk), {"reason": "Mistaken identity"})

    assert response.status_code == 302
    assert access.can(member, "view_case", case)


def test_who_recorded_a_withdrawal_does_not_lift_it(client, case, manager, member, admitted):
    interest = factories.recuse(member, case, by=manager)
    sign_in(client, manager)

    response = client.post(at("lift_recusal", case, interest.pk), {"reason": "Mistaken identity"})

    assert "Ask a second person" in response.content.decode()
    assert not access.can(member, "view_case", case)


def test_nothing_is_changed_by_opening_a_page(client, case, manager, member, admitted):
    interest = factories.recuse(member, case)
    sign_in(client, manager)

    client.get(at("dismiss_from_case", case, admitted.pk))
    client.get(at("lift_recusal", case, interest.pk))

    assert CaseUserObjectPermission.objects.filter(pk=admitted.pk).exists()
    assert Interest.objects.get().lifted_at is None


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(max_size=40), level=st.text(max_size=10))
def test_no_text_brings_a_form_down(client, case, manager, member, text, level):
    sign_in(client, manager)
    pages = [
        client.post(at("admit_to_case", case), {"person": text, "role": level, "reason": text}),
        client.post(at("record_interest", case), {"whose": level, "person_key": text}),
        client.post(at("declare_interest", case), {"level": level, "grounds": text}),
    ]

    assert {page.status_code for page in pages} == {200}


def test_the_page_asks_as_often_for_3_admissions_as_for_30(client, case, manager):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(at("view_sharing", case))
        return len(queries)

    def admit_some(number):
        for _ in range(number):
            user = factories.make_user(Role.PANEL_MEMBER, agency=factories.make_agency())
            factories.admit(user, case, Role.PANEL_MEMBER, by=manager)
            actions.declare_interest(
                case=case, user=user, level="noted", grounds="Example", by=user
            )

    admit_some(3)
    shown(client, manager, case)
    few = asked()
    admit_some(27)

    assert asked() == few
