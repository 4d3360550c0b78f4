"""Who has what on a panel: the report, saying that it is still needed, and ending it."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import access, access_review, pdf
from casereview.models import AccessConfirmation, Panel, StandingRole, User
from casereview.records import change
from casereview.rules.access_review import EVERY, Kind, due_on, share, unused
from casereview.rules.access_table import Role
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def chair(db):
    return factories.make_user(Role.PANEL_CHAIR, name="Cora Chair")


@pytest.fixture
def member(case, manager):
    member = factories.make_user(Role.PANEL_MEMBER, name="=Mem Member")
    for one in (case, factories.make_case(by=manager)):
        factories.admit(member, one, Role.PANEL_MEMBER, by=manager)
    return member


def long_ago(user):
    with change("test", by=None) as written:
        held = StandingRole.objects.get(user=user)
        held.given_at -= datetime.timedelta(days=400)
        written.save(held)


def line(panel, user, person, kind=Kind.ROLE):
    return next(
        one
        for one in access_review.lines_of(panel, user)
        if one.person == person and one.kind == kind
    )


def answer(client, panel, name, found):
    return client.post(reverse(name, args=[panel.pk]), {"line": found.key})


def test_the_report_says_who_has_what_and_whether_it_is_used(client, panel, chair, member, case):
    User.objects.filter(pk=chair.pk).update(last_login=timezone.now())
    page = sign_in(client, chair).get(reverse("view_access_review", args=[panel.pk]))
    text = page.content.decode()

    assert "admitted to 2 cases" in text
    assert "Yours: somebody else says" in text
    assert "Unused for 90 days" in text
    assert case.reference not in text
    own, theirs = line(panel, chair, chair), line(panel, chair, member)
    assert (own.unused, own.second_factor) == (False, True)
    assert (theirs.unused, theirs.second_factor, theirs.confirmed_on) == (True, False, None)


def test_it_is_confirmed_and_due_again_a_year_from_then(client, panel, chair, member):
    long_ago(member)
    today = timezone.localdate()
    before = line(panel, chair, member)
    assert before.overdue
    work = access_review.work(chair, today)
    assert [(one.due_on, one.url) for one in work] == [
        (before.due_on, reverse("view_access_review", args=[panel.pk]))
    ]

    answer(sign_in(client, chair), panel, "confirm_access", before)

    after = line(panel, chair, member)
    assert (after.confirmed_on, after.due_on) == (today, today + EVERY[Kind.ROLE])
    assert access_review.work(chair, today) == []


def test_what_is_no_longer_needed_ends(client, panel, chair, member, case):
    sign_in(client, chair)
    answer(client, panel, "end_access", line(panel, chair, member, Kind.ADMISSIONS))
    assert not access.can(member, "view_case", case)
    assert StandingRole.objects.filter(user=member, ended_at=None).exists()

    answer(client, panel, "end_access", line(panel, chair, member))

    assert not StandingRole.objects.filter(user=member, ended_at=None).exists()
    assert set(AccessConfirmation.objects.values_list("still_needed", flat=True)) == {False}
    again = client.post(reverse("end_access", args=[panel.pk]), {"line": "role.x.y"}, follow=True)
    assert "never there" in again.content.decode()


def test_nobody_confirms_what_they_have_themselves(client, panel, chair):
    for name in ("confirm_access", "end_access"):
        answer(sign_in(client, chair), panel, name, line(panel, chair, chair))

    assert not AccessConfirmation.objects.exists()
    assert StandingRole.objects.filter(user=chair, ended_at=None).exists()


def test_a_chair_reviews_the_own_panel_and_an_auditor_all(client, panel, people, chair, outsider):
    address = reverse("view_access_review", args=[panel.pk])
    statuses = {role: sign_in(Client(), people[role]).get(address).status_code for role in Role}
    elsewhere = factories.make_user(Role.PANEL_CHAIR)
    with change("test", by=None) as written:
        held = StandingRole.objects.get(user=elsewhere)
        held.panel = None
        written.save(held)

    assert {role for role, status in statuses.items() if status == 200} == {
        Role.PANEL_CHAIR,
        Role.AUDITOR,
    }
    assert set(statuses.values()) == {200, 403}
    assert sign_in(client, elsewhere).get(address).status_code == 404
    assert sign_in(client, outsider).get(address).status_code == 403


def test_it_is_saved_as_pdf_and_csv(client, panel, chair, member):
    sign_in(client, chair)
    files = {
        kind: client.get(reverse("export_access_review", args=[panel.pk, kind])).content
        for kind in ("csv", "pdf")
    }

    assert "'=Mem Member" in files["csv"].decode()
    assert "Mem Member" in " ".join(pdf.pages_of(files["pdf"]))
    absent = client.get(reverse("export_access_review", args=[panel.pk, "exe"]))
    assert absent.status_code == 404


def test_many_panels_take_no_more_queries_than_one(
    client, panel, people, chair, member, django_assert_num_queries
):
    auditor, today = people[Role.AUDITOR], timezone.localdate()
    with CaptureQueriesContext(connection) as one:
        access_review.work(auditor, today)
    with change("test", by=None) as written:
        for number in range(3):
            other = Panel(code=f"OTHER-{number}", name=f"Panel {number}")
            written.save(other)
            held = StandingRole(user=member, role=Role.PANEL_MEMBER, panel=other)
            held.given_at = timezone.now() - datetime.timedelta(days=400)
            written.save(held)

    with django_assert_num_queries(len(one)):
        work = access_review.work(auditor, today)

    assert len(work) == 3
    found = access_review.lines_of_each(access_review.panels_of(auditor), auditor)
    for each in Panel.objects.all():
        assert access_review.lines_of(each, auditor) == found[each.pk]


def test_second_factors_and_leavers_are_counted(client, panel, people, chair):
    auditor = people[Role.AUDITOR]
    page = sign_in(client, auditor).get(reverse("list_access_reviews")).content.decode()
    assert "1 of 2 (50 in a hundred)" in page
    assert "Cora Chair" in page
    assert "Nothing: 0 roles" in page

    with change("test", by=None) as written:
        chair.is_active = False
        written.save(chair)

    page = client.get(reverse("list_access_reviews")).content.decode()
    assert "1 left over" in page


def test_the_report_asks_as_often_for_many_as_for_few(
    panel, chair, member, django_assert_max_num_queries
):
    for _ in range(5):
        factories.make_user(Role.PANEL_MEMBER)

    with django_assert_max_num_queries(5):
        assert len(access_review.lines_of(panel, chair)) >= 8


def test_when_it_is_due_and_what_is_unused():
    day = datetime.date(2015, 3, 1)
    now = timezone.now()

    assert due_on(Kind.ROLE, day, None) == datetime.date(2016, 2, 29)
    assert due_on(Kind.ADMISSIONS, day, datetime.date(2015, 6, 1)) == datetime.date(2015, 8, 31)
    assert unused(None, now)
    assert unused(now - datetime.timedelta(days=90), now)
    assert not unused(now - datetime.timedelta(days=89), now)
    assert share(0, 0) == "Nobody"
