"""Supplementary forms and clocks of today's era on their pages: asked, shown, counted."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview.models import AgencyRequest
from casereview.records import change
from cdop.models import DeathReviewMeeting, Notification
from cdop.report_sight import report_of
from tests import factories
from tests.cdop.asked import agency_with_lead, answered, ask
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


def make_case(by, died_on):
    return factories.make_case(by=by, died_on=died_on, notified_on=died_on)


def test_supplementary_forms_are_chosen_when_asking_and_say_what_is_reconstructed(client, manager):
    case = make_case(manager, datetime.date(2024, 3, 1))
    hospital, police = agency_with_lead(), agency_with_lead(kind="POLICE")
    desk = sign_in(client, manager)
    url = reverse("cdop:request_report", args=[case.reference])
    page = desk.get(url).content.decode()
    assert "Diabetic ketoacidosis" in page and "not confirmed that the national form exists" in page
    due = timezone.localdate() + datetime.timedelta(days=20)
    typed = {
        "agencies": [str(hospital.pk), str(police.pk)],
        "due_on_day": due.day,
        "due_on_month": due.month,
        "due_on_year": due.year,
        "supplements": ["S-KETOACIDOSIS"],
    }
    refused = desk.post(url, {**typed, "supplements": ["S-SUDI"]}).content.decode()
    assert "Select the supplementary forms in the list" in refused

    desk.post(url, typed)

    asked = {one.agency_id: one for one in AgencyRequest.objects.filter(case=case)}
    assert "S-KETOACIDOSIS" in [one.code for one in report_of(asked[hospital.pk]).sections]
    assert "S-KETOACIDOSIS" not in [one.code for one in report_of(asked[police.pk]).sections]
    sign_in(client, hospital.lead)
    request = asked[hospital.pk]
    section = client.get(
        reverse("cdop:answer_request", args=[request.pk, "S-KETOACIDOSIS"])
    ).content.decode()
    assert "it is not confirmed that the form in force has this part" in section
    assert "supplementary form" in section


def test_a_death_before_2018_is_offered_no_form_of_today(client, manager):
    case = make_case(manager, datetime.date(2015, 3, 2))
    agency_with_lead()
    url = reverse("cdop:request_report", args=[case.reference])

    page = sign_in(client, manager).get(url).content.decode()

    assert "Supplementary forms" not in page


def test_the_reporting_form_is_copied_with_who_said_what_and_what_nobody_answered(client, manager):
    case = make_case(manager, datetime.date(2024, 3, 1))
    hospital, school = agency_with_lead(name="Soar Hospital"), agency_with_lead(name="Hill School")
    first, second = ask(case, manager, hospital, school)
    answered(first, "C04", "Y", text="Asthma since 2020")
    answered(second, "C04", "N")
    answered(first, "G05", "Y", section="G", text="By the ward")
    sheet = reverse("cdop:copy_to_national_database", args=[case.reference, "REP"])

    page = sign_in(client, manager).get(sheet).content.decode()

    assert "Soar Hospital: Yes – Asthma since 2020" in page and "Hill School: No" in page
    box = page.split("By the ward", 1)[0].rsplit("<label", 1)[1]
    assert "bereavement support" in box and "confirmed" in box
    assert "readonly" in page.split("By the ward", 1)[1][:40]
    assert "Not recorded" in page and "Nothing is sent from here." in page
    assert page.index("Asthma since 2020") < page.index("By the ward")


def test_the_crosswalk_lists_each_form_with_how_sure_it_is(client, manager):
    page = sign_in(client, manager).get(reverse("cdop:view_crosswalk")).content.decode()

    assert "Supplementary: epilepsy" in page and "5 questions, all reconstructed" in page


def test_the_steps_of_reviews_are_counted_for_one_s_own_deaths_in_few_queries(client, manager):
    today = timezone.localdate()
    url = reverse("cdop:view_timeliness")
    desk = sign_in(client, manager)
    assert "No death on the forms of 2018" in desk.get(url).content.decode()

    def death(days):
        died_on = today - datetime.timedelta(days=days)
        case = make_case(manager, died_on)
        with change("test", by=None, case=case) as written:
            written.save(Notification(case=case, notified_on=died_on))
            written.save(
                DeathReviewMeeting(
                    case=case,
                    held_on=died_on + datetime.timedelta(days=50),
                    chair_treated="N",
                )
            )

    make_case(manager, datetime.date(2015, 3, 2))
    death(100)
    desk.get(url)
    with CaptureQueriesContext(connection) as few:
        desk.get(url)
    for days in (120, 200, 5 * 365):
        death(days)
    with CaptureQueriesContext(connection) as many:
        page = desk.get(url).content.decode()

    assert len(many) == len(few)
    assert "on the forms of 2018: 3." in page
    row = page.split("Death to the child death review meeting", 1)[1].split("</tr>", 1)[0]
    cells = [one.split("<", 1)[0] for one in row.split('--numeric">')[1:]]
    # Three met in time; the median of three is fifty days. None waits, so none waited.
    assert cells[:5] == ["3", "0", "0", "0", "50"] and cells[6] == "0"
    other = factories.make_user(None, email="nobody@example.org")
    assert sign_in(client, other).get(url).status_code == 403
