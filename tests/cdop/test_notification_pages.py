"""Notifying a child's death through the pages."""

import datetime
import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview.models import AuditEntry, Case, Draft
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.models import Notification
from tests import factories
from tests.cdop import filling
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NEW = "/notifications/new/"


@pytest.fixture
def desk(client, manager):
    """A browser in which the CDR manager is signed in."""
    return sign_in(client, manager)


def test_a_manager_logs_a_death_with_what_is_required_and_gets_a_receipt(desk, manager):
    case = filling.submit(desk, filling.begin(desk))

    receipt = desk.get(reverse("cdop:notification_receipt", args=[case.reference])).content.decode()

    assert case.stage == Case.Stage.NOTIFIED
    assert case.panel.code == "LLR"
    assert case.reviewing_board.code == "LEICESTER"
    assert case.child.age_band == "A2"
    assert case.reference in receipt
    assert "Kept" in receipt
    assert "Planted" not in receipt
    assert not Draft.objects.exists()
    notification = Notification.objects.get(case=case)
    assert notification.submitted_by == manager
    assert "mother" in notification.to_chase
    assert "born_on" not in notification.to_chase


def test_a_late_notification_is_told_as_missed(desk):
    late = filling.referral(**filling.day("notified_on", datetime.date(2015, 3, 6)))

    case = filling.submit(desk, filling.begin(desk, referral=late))

    receipt = desk.get(reverse("cdop:notification_receipt", args=[case.reference])).content.decode()
    assert "Missed" in receipt
    assert "Due by the end of Tuesday 3 March 2015" in receipt


def test_saving_as_a_draft_keeps_anything_typed(desk):
    typed = {
        "given_names": "Ada",
        "born_on_day": "31",
        "born_on_month": "2",
        "nhs_number": "12 nonsense",
    }
    key = filling.begin(desk)

    response = filling.post(desk, key, "child", typed, kept=1, do="draft")

    assert response.status_code == 302
    page = Page(desk.get(f"{NEW}{key}/child/").content.decode())
    assert page.by_id("id_nhs_number")["value"] == "12 nonsense"
    assert page.by_id("id_born_on_0")["value"] == "31"
    assert "There is a problem" not in page.words
    assert "Not finished" in desk.get(f"{NEW}{key}/").content.decode()


def test_going_on_names_what_to_correct_and_keeps_what_was_typed(desk):
    key = filling.begin(desk)
    typed = filling.child(given_names="", nhs_number="9990000019")

    response = filling.post(desk, key, "child", typed, kept=1)

    page = Page(response.content.decode())
    assert response.status_code == 200
    assert "Enter the first name, or tick that the child has none yet" in page.words
    assert "Check the NHS number" in page.words
    assert page.by_id("id_nhs_number")["value"] == "9990000019"
    targets = [link["href"][1:] for link in page.all("a") if link["href"].startswith("#id_")]
    assert targets
    assert set(targets) <= set(page.ids())


@pytest.mark.parametrize(
    ("section", "typed", "words"),
    [
        (
            "death",
            filling.death(**filling.day("died_on", datetime.date(2014, 4, 30))),
            "the child was born after the day of death",
        ),
        (
            "death",
            filling.death(**filling.day("died_on", datetime.date(2015, 3, 4))),
            "the death was notified before it happened",
        ),
        (
            "child",
            filling.child(**filling.day("born_on", datetime.date(1997, 3, 2))),
            "they make 18 years or more",
        ),
        (
            "referral",
            filling.referral(**filling.day("learned_on", datetime.date(2015, 3, 1))),
            "learned of the death before it happened",
        ),
        (
            "death",
            filling.death(**filling.day("died_on", datetime.date(2999, 1, 1))),
            "Enter a date of death on or before",
        ),
        ("child", filling.child(**filling.day("born_on", None)), "Enter the date of birth or the"),
        (
            "child",
            filling.child(**{"born_on_day": "", "born_on_month": ""}),
            "Add the day and month",
        ),
        ("referral", filling.referral(notifier_contact=""), "Enter the telephone number or"),
        ("death", filling.death(location_of_death=""), "Select the kind of place where the child"),
    ],
)
def test_what_cannot_be_so_is_refused_with_what_to_do(desk, section, typed, words):
    key = filling.begin(desk)

    response = filling.post(desk, key, section, typed, kept=1)

    assert response.status_code == 200
    assert words in response.content.decode().replace("&#x27;", "'")


def test_a_first_page_with_errors_goes_on_where_its_draft_is(desk):
    first = filling.post(desk, None, "scope", {"born_alive": "Y"})

    action = Page(first.content.decode()).all("form", method="post")[-1]["action"]
    second = desk.post(action, {**filling.scope(), "kept": "1", "do": "continue"})

    assert first.status_code == 200
    assert second.status_code == 302
    assert Draft.objects.count() == 1
    assert desk.post(NEW, {"kept": "1", "do": "continue"}).status_code == 200


def test_a_contradiction_found_later_stops_the_submission(desk):
    key = filling.begin(desk)
    wrong = filling.child(**filling.day("born_on", datetime.date(2015, 3, 3)))
    filling.post(desk, key, "child", wrong, kept=1, do="draft")

    response = desk.post(f"{NEW}{key}/check/")

    assert response.status_code == 200
    assert "Correct the sections marked below" in response.content.decode()
    assert not Case.objects.exists()


def test_only_required_sections_are_needed_to_submit(desk):
    response = filling.post(desk, None, "scope", filling.scope())
    key = response.headers["Location"].split("/")[3]

    page = desk.post(f"{NEW}{key}/check/").content.decode()

    assert "Required, and not started" in page
    assert "Submit the notification" not in page
    assert not Case.objects.exists()


def test_a_baby_without_a_name_and_birth_date_can_be_notified(desk):
    baby = {
        "unnamed": "on",
        "mother_family_name": "Planted",
        "age_number": "3",
        "age_unit": "hours",
        **filling.day("born_on", None),
    }

    case = filling.submit(desk, filling.begin(desk, child=baby))

    assert (case.child.given_names, case.child.family_name) == ("Baby of", "Planted")
    assert (case.child.age_days, case.child.age_band) == (0, "A1")
    assert "born_on" in Notification.objects.get(case=case).to_chase


@pytest.mark.parametrize(
    ("scope", "child", "reason"),
    [
        ({"born_alive": "N"}, {}, "stillbirth"),
        ({"lawful_termination": "Y"}, {}, "lawful_termination"),
        ({"under_18": "N"}, filling.day("born_on", datetime.date(1990, 1, 1)), "adult"),
    ],
)
def test_a_death_out_of_scope_is_closed_kept_and_counted(desk, scope, child, reason):
    key = filling.begin(desk, scope=filling.scope(**scope), child=filling.child(**child))
    assert "Submit and close as not for review" in desk.get(f"{NEW}{key}/check/").content.decode()

    case = filling.submit(desk, key)

    assert (case.stage, case.out_of_scope_reason) == ("not_for_review", reason)
    listed = desk.get("/notifications/?show=not-for-review").content.decode()
    assert "Not for review (1)" in listed
    assert case.reference in listed


def test_a_child_from_elsewhere_is_kept_and_can_be_passed_on(desk):
    scope = filling.scope(residence_board="NOTTINGHAM")
    case = filling.submit(desk, filling.begin(desk, scope=scope))
    assert (case.stage, case.panel.code, case.reviewing_board) == ("notified", "LLR", None)

    response = desk.post(
        reverse("cdop:pass_on_case", args=[case.reference]),
        {"board": "NOTTINGHAM", **filling.day("passed_on_on", datetime.date(2015, 3, 4))},
    )

    case.refresh_from_db()
    assert response.status_code == 302
    assert (case.stage, case.passed_on_to.code) == ("passed_on", "NOTTINGHAM")
    assert case.reference in desk.get("/notifications/?show=not-ours").content.decode()


def test_two_windows_never_overwrite_each_other(desk):
    key = filling.begin(desk)

    response = filling.post(desk, key, "child", filling.child(given_names="Second"), kept=0)

    page = response.content.decode()
    assert response.status_code == 200
    assert "saved in another window" in page
    assert "First and middle names" in page
    assert "Second" in page
    assert "Ada" in page
    assert Draft.objects.get().content["sections"]["child"]["typed"]["given_names"] == ["Ada"]


def test_two_windows_on_different_sections_do_not_conflict(desk):
    key = filling.begin(desk)
    filling.post(desk, key, "child", filling.child(), kept=1)

    response = filling.post(desk, key, "death", filling.death(), kept=1)

    assert response.status_code == 302


def test_a_draft_address_and_the_list_of_others_show_nobody_elses_draft(desk, client, people):
    key = filling.begin(desk)
    other = factories.make_user(Role.CDR_MANAGER)

    sign_in(client, other)

    assert client.get(f"{NEW}{key}/").status_code == 404
    assert client.get(f"{NEW}{key}/child/").status_code == 404
    assert client.get(f"{NEW}{key}/check/").status_code == 404
    assert client.post(f"{NEW}{key}/discard/").status_code == 404
    assert "Planted" not in client.get("/notifications/").content.decode()


def test_a_draft_can_be_left_found_again_and_thrown_away(desk):
    key = filling.begin(desk)
    assert "Ada Planted" in desk.get("/notifications/").content.decode()

    response = desk.post(f"{NEW}{key}/discard/")

    assert response.status_code == 302
    assert not Draft.objects.exists()


def test_a_draft_is_submitted_once(desk):
    key = filling.begin(desk)
    filling.submit(desk, key)

    again = desk.post(f"{NEW}{key}/check/")

    assert again.status_code == 404
    assert Case.objects.count() == 1


def test_another_person_row_keeps_what_was_typed(desk):
    key = filling.begin(desk)
    typed = {"rows": "1", "row0_relation": "mother", "row0_family_name": "Planted"}

    filling.post(desk, key, "family", typed, do="another")

    page = Page(desk.get(f"{NEW}{key}/family/").content.decode())
    assert page.by_id("id_row0_family_name")["value"] == "Planted"
    assert "id_row1_family_name" in page.ids()


def test_the_family_and_professionals_are_recorded(desk):
    family = {
        "rows": "2",
        "row0_relation": "mother",
        "row0_given_names": "Mary",
        "row0_family_name": "Planted",
        "row0_nhs_number": filling.MOTHER_NHS,
        "row1_relation": "sibling",
        "row1_given_names": "Sam",
        "other_children": "safe",
        "told_about_children": "Duty team, this morning",
    }
    agencies = {"rows": "2", "row0_agency": "GP", "row0_name": "Dr Gale Practice"}

    case = filling.submit(desk, filling.begin(desk, family=family, agencies=agencies))

    assert sorted(case.family.values_list("relation", flat=True)) == ["mother", "sibling"]
    notification = Notification.objects.get(case=case)
    assert notification.agency_contacts[0]["agency"] == "GP"
    assert not {"mother", "other_children", "agency_contacts"} & set(notification.to_chase)


def test_the_notification_page_shows_identity_to_those_who_may_and_masks_the_number(desk):
    child = filling.child(nhs_number=filling.CHILD_NHS)
    case = filling.submit(desk, filling.begin(desk, child=child))

    page = desk.get(reverse("cdop:view_notification", args=[case.reference])).content.decode()

    assert "Ada Planted" in page
    assert filling.CHILD_NHS not in page
    assert "999 ••• ••26" in page
    assert "Planted" not in re.search("<title>(.*?)</title>", page, re.S)[1]


CASE_PAGES = (
    "view_notification",
    "notification_receipt",
    "confirm_expectedness",
    "record_safety_of_children",
    "answer_questions",
    "close_not_for_review",
    "pass_on_case",
    "list_matches",
)


@pytest.mark.parametrize("name", CASE_PAGES)
def test_a_stranger_the_recused_and_the_leaver_are_kept_out(client, people, outsider, name):
    sign_in(client, people[Role.CDR_MANAGER])
    case = filling.submit(client, filling.begin(client))
    url = reverse(f"cdop:{name}", args=[case.reference])
    recused = factories.make_user(Role.CDR_MANAGER)
    factories.recuse(recused, case)

    for user in (outsider, recused, people[Role.PANEL_MEMBER], people[Role.RETURN_OFFICER]):
        sign_in(client, user)
        for response in (client.get(url), client.post(url, {})):
            assert response.status_code == 404
            assert "Planted" not in response.content.decode()
    leaver = factories.make_user(Role.CDR_MANAGER)
    sign_in(client, leaver)
    leaver.is_active = False
    with change("deactivate_person", by=None) as written:
        written.save(leaver)
    assert client.get(url).status_code in (302, 404)


@pytest.mark.parametrize("path", ["/notifications/", NEW])
def test_only_managers_open_the_notifications(client, people, outsider, path):
    for user in (outsider, people[Role.DESIGNATED_DOCTOR], people[Role.ADMINISTRATOR]):
        sign_in(client, user)

        assert client.get(path).status_code == 403
        assert client.post(path).status_code in (403, 405)


def test_the_designated_doctor_confirms_and_the_manager_cannot(client, people):
    doctor = people[Role.DESIGNATED_DOCTOR]
    sign_in(client, people[Role.CDR_MANAGER])
    case = filling.submit(client, filling.begin(client))
    url = reverse("cdop:confirm_expectedness", args=[case.reference])
    assert client.get(url).status_code == 403

    sign_in(client, doctor)
    shown = client.get(url).content.decode()
    response = client.post(url, {"expectedness": "UNEXPECTED", "version": "1"})

    assert "24 hours before the death" in shown
    assert "Source: Staffordshire SCB Procedures" in shown
    assert response.status_code == 302
    notification = Notification.objects.get(case=case)
    assert notification.expectedness_confirmed_by == doctor
    assert "expectedness" not in notification.to_chase


def test_a_record_changed_meanwhile_is_told_and_keeps_what_was_typed(desk):
    case = filling.submit(desk, filling.begin(desk))
    url = reverse("cdop:record_safety_of_children", args=[case.reference])
    first = {"other_children": "not_known", "version": "1"}
    assert desk.post(url, first).status_code == 302

    response = desk.post(
        url, {"other_children": "safe", "told_about_children": "Typed twice", "version": "1"}
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "Somebody else changed this record" in page
    assert "Typed twice" in page
    assert Notification.objects.get(case=case).other_children == "not_known"


def test_questions_are_answered_when_the_answers_come(desk):
    case = filling.submit(desk, filling.begin(desk))
    url = reverse("cdop:answer_questions", args=[case.reference])
    assert "Is abuse or neglect known or suspected?" in desk.get(url).content.decode()

    response = desk.post(
        url,
        {
            "sex": "F",
            "abuse_or_neglect_suspected": "Y",
            "mother_family_name": "Planted",
            "place_of_death_board": "NOTTINGHAM",
            "post_mortem": "NK",
            "location": "SAME",
            "version": "1",
        },
    )

    assert response.status_code == 302, response.content.decode()
    case.refresh_from_db()
    notification = Notification.objects.get(case=case)
    assert case.child.sex == "F"
    assert case.place_of_death_board.code == "NOTTINGHAM"
    assert notification.location == "HOSP_ED"
    assert case.notification_duties.get().grounds == ["abuse_or_neglect"]
    assert "post_mortem" in notification.to_chase
    answered = {"sex", "mother", "abuse_or_neglect_suspected", "place_of_death_board", "location"}
    assert not answered & set(notification.to_chase)


def test_every_look_at_a_notification_is_on_record(desk):
    case = filling.submit(desk, filling.begin(desk))

    desk.get(reverse("cdop:view_notification", args=[case.reference]))

    assert AuditEntry.objects.filter(case=case.pk, action="view_notification").exists()
    assert AuditEntry.objects.filter(case=case.pk, action="log_notification").exists()
    assert not AuditEntry.objects.filter(detail__contains="Planted").exists()


def test_a_backlog_that_was_brought_in_is_not_new_this_week(desk, manager):
    old = factories.make_case(by=manager, notified_on=datetime.date(2014, 6, 2))
    late = filling.submit(desk, filling.begin(desk))
    with change("age", by=None, case=late) as written:
        late.notified_on = datetime.date(2014, 6, 2)
        written.save(late)

    listed = desk.get("/notifications/?show=new").content.decode()

    assert late.reference in listed
    assert old.reference not in listed


def test_the_list_asks_the_same_number_of_questions_however_long(desk, manager):
    def asked() -> list[int]:
        counts = []
        for show in ("new", "duplicates", "not-ours", "not-for-review"):
            with (
                CaptureQueriesContext(connections["default"]) as main,
                CaptureQueriesContext(connections["keys"]) as keys,
            ):
                assert desk.get(f"/notifications/?show={show}").status_code == 200
            counts.append(len(main) + len(keys))
        return counts

    def add(number: int) -> None:
        closed = {"stage": "not_for_review", "out_of_scope_reason": "adult"}
        elsewhere = {"residence_board": factories.board("NOTTINGHAM")}
        for facts in ({}, closed, elsewhere) * number:
            factories.make_case(by=manager, notified_on=timezone.localdate(), **facts)

    add(2)
    few = asked()
    add(5)

    many = asked()

    assert many == few
