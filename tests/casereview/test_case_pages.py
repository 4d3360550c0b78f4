"""The first page, the overview of a case, correcting it, and what a stranger is told."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview import access, registries
from casereview.models import AuditEntry, Case, Child, Clock, NotificationDuty, Person
from casereview.records import change
from casereview.registries import NextStep, Question, TimelineEntry, WorkItem
from casereview.rules.access_table import Role
from tests import factories
from tests.html import Page
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"
NUMBER = "9990000026"
PAGES_OF_A_CASE = [
    "view_case",
    "view_history",
    "view_access_log",
    "view_sharing",
    "admit_to_case",
    "record_interest",
    "declare_interest",
    "correct_record",
]


def put(record, case, **values):
    with change("test", by=None, case=case) as written:
        for name, value in values.items():
            setattr(record, name, value)
        written.save(record)
    return record


@pytest.fixture
def case(manager):
    case = factories.make_case(by=manager, family_name=NAME)
    put(Child.objects.get(case=case), case, nhs_number=NUMBER)
    return case


@pytest.fixture
def member(people, case):
    user = people[Role.PANEL_MEMBER]
    factories.admit(user, case, Role.PANEL_MEMBER)
    return user


def see(client, user, name, *args):
    return sign_in(client, user).get(reverse(name, args=args))


def leave(user):
    put(user, None, is_active=False, left_at=timezone.now())


# --- Your work -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_the_first_page_is_there_for_every_role(client, people, role):
    response = see(client, people[role], "your_work")

    assert response.status_code == 200
    assert "Your work" in response.content.decode()


def test_somebody_without_a_role_is_told_whom_to_ask(client, outsider):
    response = see(client, outsider, "your_work")

    assert response.status_code == 403


def test_work_stands_in_its_group_with_what_is_urgent_first(client, manager, monkeypatch):
    today = timezone.localdate()
    items = [
        WorkItem("a", "Ask for a report", "/a/", due_on=today + datetime.timedelta(days=60)),
        WorkItem("b", "Send a reminder", "/b/", due_on=today - datetime.timedelta(days=9)),
        WorkItem("c", "See that the brother is safe", "/c/", urgent=True),
        WorkItem("d", "Wait for the coroner", "/d/", waiting_for="the coroner"),
        WorkItem("e", "Read the pack", "/e/", due_on=today),
    ]
    monkeypatch.setattr(registries, "work_items", [lambda user, day: items])

    html = see(client, manager, "your_work").content.decode()

    places = [html.index(word) for word in ("brother", "reminder", "pack", "for a report", "Wait")]
    assert places == sorted(places)
    words = Page(html).words
    assert "1 for now, 1 overdue, 1 due soon, 1 not due yet, 1 waiting for others." in words
    assert "Waiting for the coroner" in html


def test_a_thing_that_two_apps_name_is_listed_once(client, manager, monkeypatch):
    item = WorkItem("same", "Ask for the report", "/a/")
    monkeypatch.setattr(registries, "work_items", [lambda user, day: [item]] * 2)

    html = see(client, manager, "your_work").content.decode()

    assert html.count("Ask for the report") == 1


@pytest.mark.parametrize(
    ("role", "begins"),
    [(Role.AUDITOR, "view_audit_log"), (Role.CDR_MANAGER, "find_case")],
)
def test_the_first_page_leads_to_where_the_work_begins(client, people, role, begins):
    page = Page(see(client, people[role], "your_work").content.decode())

    assert page.all("a", href=reverse(begins))


def test_the_chair_is_asked_to_decide_a_declared_interest(client, people, case, member):
    chair = people[Role.PANEL_CHAIR]
    factories.admit(chair, case, Role.PANEL_CHAIR)
    from casereview import actions

    interest = actions.declare_interest(
        case=case, user=member, level="noted", grounds="Once taught the child", by=member
    )

    html = see(client, chair, "your_work").content.decode()

    assert reverse("decide_interest", args=[case.reference, interest.pk]) in html
    assert "Once taught" not in html
    assert "Decide a declared interest" not in see(client, member, "your_work").content.decode()


# --- The overview --------------------------------------------------------------------------------


def test_the_manager_sees_who_the_child_was_but_not_in_the_title(client, case, manager):
    response = see(client, manager, "view_case", case.reference)

    html = response.content.decode()
    title = html[html.index("<title>") : html.index("</title>")]
    assert NAME in html
    assert NAME not in title
    assert case.reference in title


def test_the_nhs_number_is_masked_until_it_is_asked_for_and_that_is_on_record(
    client, case, manager
):
    before = see(client, manager, "view_case", case.reference).content.decode()
    shown = client.post(reverse("reveal_nhs_number", args=[case.reference])).content.decode()
    after = client.get(reverse("view_case", args=[case.reference])).content.decode()

    assert "999 000 0026" in shown
    for html in (before, after):
        assert "999 000 0026" not in html
        assert NUMBER not in html
    entry = AuditEntry.objects.get(action="reveal_nhs_number", case=case.pk)
    assert (entry.actor, entry.outcome) == (manager.pk, "allowed")


def test_the_nhs_number_is_not_revealed_by_a_link(client, case, manager):
    response = see(client, manager, "reveal_nhs_number", case.reference)

    assert response.status_code == 405
    assert NUMBER not in response.content.decode()


def test_a_panel_member_sees_no_name_no_number_and_no_day(client, case, member):
    put(
        Clock(
            case=case,
            rule="notification",
            rule_version="1",
            started_at=timezone.now(),
            due_on=datetime.date(2014, 5, 13),
            worked_out="One working day from Monday 12 May 2014",
        ),
        case,
    )

    html = see(client, member, "view_case", case.reference).content.decode()

    assert "May 2014" in html
    for planted in (
        NAME,
        "Ada",
        NUMBER,
        "999 ",
        "12 May 2014",
        "13 May 2014",
        "1 July 2013",
        "Sample Street",
        "LE1",
    ):
        assert planted not in html


def test_a_timeline_tells_a_panel_member_the_month_only(client, case, member, monkeypatch):
    entry = TimelineEntry(datetime.date(2014, 5, 12), "Death notified", at=timezone.now())
    monkeypatch.setattr(registries, "timeline", [lambda user, case: [entry]])

    html = see(client, member, "view_case", case.reference).content.decode()

    assert "Death notified" in html
    assert "12 May" not in html


def test_the_next_box_holds_the_weightiest_step(client, case, manager, monkeypatch):
    steps = [
        NextStep(10, "Ask the agencies", "They know the family", "/a/", "Ask"),
        NextStep(90, "See that the brother is safe", "Nobody was told", "/b/", "Record"),
    ]
    monkeypatch.setattr(registries, "next_steps", [lambda user, case: steps])

    html = see(client, manager, "view_case", case.reference).content.decode()

    assert "Next: See that the brother is safe" in html
    assert "Ask the agencies" not in html


def test_questions_not_known_yet_stand_on_the_case(client, case, manager, monkeypatch):
    question = Question("Who is the consultant", "/q/")
    monkeypatch.setattr(registries, "questions", [lambda user, case: [question]])

    html = see(client, manager, "view_case", case.reference).content.decode()

    assert "Who is the consultant" in html


@pytest.mark.parametrize(
    ("met_on", "word"),
    [(datetime.date(2014, 5, 13), "Kept"), (datetime.date(2014, 5, 14), "Missed")],
)
def test_a_clock_says_kept_or_missed_and_how_it_was_worked_out(client, case, manager, met_on, word):
    put(
        Clock(
            case=case,
            rule="notification",
            rule_version="1",
            started_at=timezone.now(),
            due_on=datetime.date(2014, 5, 13),
            met_on=met_on,
            worked_out="One working day from Monday 12 May 2014",
        ),
        case,
    )

    html = see(client, manager, "view_case", case.reference).content.decode()

    assert word in html
    assert "One working day from Monday 12 May 2014" in html


@pytest.mark.parametrize(
    ("state", "made_on", "word"),
    [
        ("open", None, "Overdue"),
        ("made", datetime.date(2014, 5, 19), "Kept"),
        ("made", datetime.date(2014, 5, 20), "Missed"),
        ("not_needed", None, "Not needed"),
    ],
)
def test_the_serious_incident_stands_among_the_clocks(client, case, manager, state, made_on, word):
    duty = NotificationDuty(
        case=case,
        duty="serious_incident",
        who_must="The local authority",
        state=state,
        due_on=datetime.date(2014, 5, 19),
        made_on=made_on,
    )
    put(duty, case)

    html = see(client, manager, "view_case", case.reference).content.decode()

    clocks = html.split("Clocks</h2>")[1].split("</dl>")[0]
    assert "Serious incident notification" in clocks and word in clocks
    assert "The local authority must make it by the end of Monday 19 May 2014." in clocks


@pytest.mark.parametrize("stage", ["notified", "gathering", "ready", "reviewed"])
def test_the_manager_puts_a_case_on_an_agenda_at_any_stage(client, manager, member, stage):
    case = factories.make_case(by=manager, stage=stage)
    factories.admit(member, case, Role.PANEL_MEMBER, by=manager)
    url = reverse("put_on_agenda", args=[case.reference])

    assert f'href="{url}"' in see(client, manager, "view_case", case.reference).content.decode()
    assert url not in see(client, member, "view_case", case.reference).content.decode()


def test_the_header_tells_of_the_scr_months_only(client, case, member):
    put(
        Case.objects.get(pk=case.pk),
        case,
        scr_state="review",
        scr_referred_on=datetime.date(2014, 6, 3),
        scr_decided_on=datetime.date(2014, 7, 9),
    )

    html = see(client, member, "view_case", case.reference).content.decode()

    assert "referred June 2014; decided July 2014: review" in html
    assert "3 June" not in html


def test_readers_of_a_merged_case_are_led_to_the_case_it_belongs_to(client, case, manager):
    second = factories.make_case(by=manager)
    put(Case.objects.get(pk=second.pk), second, merged_into=case, stage="merged")

    response = see(client, manager, "view_case", second.reference)

    assert response.status_code == 302
    assert response.url == reverse("view_case", args=[case.reference])


def test_a_merged_case_leads_nobody_to_a_case_they_may_not_see(client, case, manager, people):
    member = people[Role.PANEL_MEMBER]
    second = factories.make_case(by=manager)
    factories.admit(member, second, Role.PANEL_MEMBER)
    put(Case.objects.get(pk=second.pk), second, merged_into=case, stage="merged")

    response = see(client, member, "view_case", second.reference)

    assert response.status_code == 404
    assert case.reference not in response.content.decode()


# --- Who is refused, and how ---------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES_OF_A_CASE)
def test_the_manager_opens_every_page_and_no_title_holds_the_name(client, case, manager, name):
    response = see(client, manager, name, case.reference)

    html = response.content.decode()
    assert response.status_code == 200
    assert NAME not in html[html.index("<title>") : html.index("</title>")]


@pytest.mark.parametrize("name", PAGES_OF_A_CASE)
def test_a_stranger_is_told_the_same_as_of_a_case_that_is_absent(client, case, outsider, name):
    theirs = see(client, outsider, name, case.reference)
    absent = see(client, outsider, name, "CD-1999-0001")

    assert theirs.status_code == absent.status_code == 404
    assert theirs.content == absent.content
    assert dict(theirs.headers) == dict(absent.headers)


@pytest.mark.parametrize("name", PAGES_OF_A_CASE)
def test_a_manager_who_withdrew_is_told_the_same_as_of_an_absent_case(client, case, manager, name):
    factories.recuse(manager, case)

    theirs = see(client, manager, name, case.reference)
    absent = see(client, manager, name, "CD-1999-0001")

    assert theirs.status_code == absent.status_code == 404
    assert theirs.content == absent.content


@pytest.mark.parametrize("name", [*PAGES_OF_A_CASE, "your_work", "list_cases", "find_case"])
def test_somebody_who_left_opens_nothing(client, case, manager, name):
    sign_in(client, manager)
    leave(manager)

    args = [case.reference] if name in PAGES_OF_A_CASE else []
    response = client.get(reverse(name, args=args))

    assert response.status_code in (302, 403, 404)
    assert NAME not in response.content.decode()


@pytest.mark.parametrize(
    "name", [name for name in PAGES_OF_A_CASE if name not in ("view_case", "declare_interest")]
)
def test_a_panel_member_who_sees_the_case_is_forbidden_what_is_the_managers(
    client, case, member, name
):
    response = see(client, member, name, case.reference)

    assert response.status_code == 403
    assert NAME not in response.content.decode()


def test_an_address_that_is_nowhere_answers_with_the_doors_own_bytes(client, manager):
    response = sign_in(client, manager).get("/nowhere/at/all/")

    assert response.status_code == 404
    assert response.content == access.not_found().content


@pytest.mark.parametrize("name", ["help", "accessibility", "privacy"])
def test_the_pages_about_the_product_need_no_sign_in(client, name):
    response = client.get(reverse(name))

    assert response.status_code == 200
    assert "AI" not in response.content.decode().split()


def test_every_page_names_its_reader_and_leads_to_help(client, manager):
    page = Page(see(client, manager, "list_cases").content.decode())

    assert manager.name in page.words
    assert page.all("a", href=reverse("help"))


# --- Correcting ----------------------------------------------------------------------------------


def typed(case, **changes):
    child = Child.objects.get(case=case)
    case = Case.objects.get(pk=case.pk)
    return {
        "given_names": child.given_names,
        "family_name": child.family_name,
        "nhs_number": child.nhs_number,
        "address": child.address,
        "postcode": child.postcode,
        "sex": child.sex,
        "ethnicity": child.ethnicity,
        "born_on_day": "1",
        "born_on_month": "7",
        "born_on_year": "2013",
        "died_on_day": "12",
        "died_on_month": "5",
        "died_on_year": "2014",
        "notified_on_day": "12",
        "notified_on_month": "5",
        "notified_on_year": "2014",
        "residence_board": "LEICESTER",
        "place_of_death_board": "LEICESTER",
        "notifying_board": "LEICESTER",
        "reviewing_board": "LEICESTER",
        "reason": "From the death certificate",
        "case_version": case.version,
        "child_version": child.version,
        **changes,
    }


def correct(client, case, **changes):
    return client.post(reverse("correct_record", args=[case.reference]), typed(case, **changes))


def test_a_correction_says_what_moves_before_anything_is_saved(client, case, manager):
    sign_in(client, manager)

    response = correct(client, case, born_on_day="2", born_on_month="5", born_on_year="2014")

    html = response.content.decode()
    assert "Age band: from 28-364 days to 0-27 days." in html
    assert "under 28 days is neonatal" in html
    assert Child.objects.get(case=case).born_on == datetime.date(2013, 7, 1)


def test_a_confirmed_correction_is_saved_with_its_reason(client, case, manager):
    sign_in(client, manager)

    response = correct(client, case, given_names="Ida", confirmed="yes")

    assert response.status_code == 302
    assert Child.objects.get(case=case).given_names == "Ida"
    entry = AuditEntry.objects.get(action="correct_record", outcome="done", case=case.pk)
    assert '"reason_given":true' in entry.detail
    assert "Ida" not in entry.detail


def test_case_and_child_are_corrected_together(client, case, manager):
    sign_in(client, manager)

    correct(
        client, case, died_on_month="6", notified_on_month="6", given_names="Ida", confirmed="yes"
    )

    case = Case.objects.get(pk=case.pk)
    assert case.died_on == datetime.date(2014, 6, 12)
    assert Child.objects.get(case=case).given_names == "Ida"
    assert Child.objects.get(case=case).age_days == 346


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "Enter the reason for the correction"),
        ({"born_on_year": "2015"}, "Enter a date of birth on or before the date of death"),
        ({"born_on_year": "1990"}, "18 or over"),
        ({"notified_on_month": "4"}, "Enter a date of notification on or after"),
        ({"nhs_number": "9990000027"}, "Check the NHS number"),
        ({}, "Change at least one answer"),
        ({"died_on_day": "31", "died_on_month": "2"}, "Enter a real date for the date of death"),
    ],
)
def test_a_correction_that_cannot_be_is_explained_and_kept(client, case, manager, changes, words):
    sign_in(client, manager)

    response = correct(client, case, confirmed="yes", **changes)

    assert response.status_code == 200
    assert words in response.content.decode()
    assert NAME in response.content.decode()


def test_a_correction_of_what_somebody_else_just_changed_is_told(client, case, manager):
    sign_in(client, manager)
    old = typed(case, given_names="Ida", confirmed="yes")
    put(Child.objects.get(case=case), case, given_names="Eda")

    response = client.post(reverse("correct_record", args=[case.reference]), old)

    assert "somebody else has changed it" in response.content.decode()
    assert Child.objects.get(case=case).given_names == "Eda"
    assert 'value="Ida"' in response.content.decode()
    beside = "".join(re.findall(r'id="theirs".*?</table>', response.content.decode(), re.DOTALL))
    assert "Ida" in beside and "Eda" in beside
    assert "Family name" not in beside  # as both left it


def test_answers_can_be_changed_again_before_they_are_saved(client, case, manager):
    sign_in(client, manager)

    html = correct(client, case, given_names="Ida", again="yes").content.decode()

    assert 'value="Ida"' in html
    assert "Check the correction" not in html
    assert Child.objects.get(case=case).given_names == "Ada"


def test_a_name_with_markup_is_shown_as_it_was_typed(client, case, manager):
    sign_in(client, manager)

    correct(client, case, family_name="<script>alert(1)</script>", confirmed="yes")

    html = client.get(reverse("view_case", args=[case.reference])).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_the_overview_asks_the_database_as_often_whatever_hangs_on_the_case(client, case, manager):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    see(client, manager, "view_case", case.reference)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("view_case", args=[case.reference]))
    for number in range(12):
        put(Person(family_name=f"Person {number}"), None)
        put(
            Clock(
                case=case,
                rule=f"rule_{number}",
                rule_version="1",
                started_at=timezone.now(),
                due_on=timezone.localdate(),
                worked_out="Example",
            ),
            case,
        )

    with CaptureQueriesContext(connection) as many:
        client.get(reverse("view_case", args=[case.reference]))

    assert len(many) == len(few)


def test_the_correction_form_that_holds_the_nhs_number_asks_for_a_fresh_proof(
    client, case, manager
):
    sign_in(client, manager, proved=False)

    response = client.get(reverse("correct_record", args=[case.reference]))

    assert response.status_code == 302
    assert "/accounts/" in response.headers["Location"]
