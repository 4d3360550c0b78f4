"""A case one has withdrawn from is nowhere: one table of every place where a case is named.

Each row is asked before and after: before, to show that the place names the case at all.
"""

import datetime
import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casereview import access, actions, registries, reminders
from casereview.models import Child, OutboxMessage
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.return_year import ReturnYear
from cdop.models import Notification
from tests import factories
from tests.cdop.reviewed import make_death
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
NAME = "Quillfeather"
SOON = datetime.timedelta(days=9)
COUNTED = ReturnYear(2015)


@pytest.fixture
def world(manager, panel):
    """A case of this year on a coming agenda, with a notification, and one in a year's return."""
    today = timezone.localdate()
    case = factories.make_case(by=manager, family_name=NAME, died_on=today, notified_on=today)
    chair = factories.make_user(Role.PANEL_CHAIR, name="Cora Chair")
    meeting = actions.arrange_meeting(
        panel=panel, held_on=today + SOON, members=[], chair=chair, by=manager
    )
    actions.put_on_agenda(meeting=meeting, case=case, by=manager)
    now = timezone.now()
    with change("plant", by=manager, case=case) as written:
        child = Child.objects.get(case=case)
        child.school = "A school"
        written.save(child)
        written.save(
            Notification(
                case=case,
                notified_on=today,
                notifier_name="Nora Notifier",
                submitted_by=manager,
                submitted_at=now,
            )
        )
    counted = make_death(family_name=NAME, completed_on=COUNTED.last_day)
    cases = (case, counted)
    return {"case": case, "cases": cases, "meeting": meeting, "manager": manager, "chair": chair}


def page(name, *args, **query):
    def ask(client, world):
        keys = [world["meeting"].pk if one == "meeting" else one for one in args]
        return client.get(reverse(name, args=keys), query).content.decode()

    return ask


def page_of_case(name):
    return lambda client, world: text_of(
        client.get(reverse(name, args=[world["case"].reference]), follow=False)
    )


def text_of(response) -> str:
    return response.content.decode(errors="replace") if response.status_code == 200 else ""


def search(text):
    def ask(client, world):
        words = text or world["case"].reference
        found = client.post(reverse("find_case"), {"text": words}).content.decode()
        # What was typed stands in its own field.
        return found.replace(f'value="{words}"', "")

    return ask


def count_of_cases(client, world):
    number = access.visible_to(world["who"]).count()
    return world["case"].reference if number else ""


def work_of(client, world):
    items = [
        item
        for gather in registries.work_items
        for item in gather(world["who"], timezone.localdate())
    ]
    return " ".join(f"{item.reference} {item.url} {item.why}" for item in items)


def exported(file_format):
    def ask(client, world):
        url = reverse("cdop:export_annual_return", args=[COUNTED.ends_in])
        answer = client.post(url, {"format": file_format})
        if not access.can(world["who"], "export_annual_return"):
            assert answer.status_code == 403
            return ""
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        body = b"".join(answer) if answer.streaming else answer.content
        if file_format != "xlsx":
            return body.decode()
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            return " ".join(parts.read(name).decode(errors="replace") for name in parts.namelist())

    return ask


def mail_due(client, world):
    return " ".join(
        item.reference for item in reminders.due_items(world["who"], timezone.localdate() + SOON)
    )


MANAGER = {
    "list": page("list_cases"),
    "list by name": page("list_cases", q=NAME),
    "search by reference": search(""),
    "search by name": search(NAME),
    "count": count_of_cases,
    "notifications": page("cdop:list_notifications"),
    "meeting": page("view_meeting", "meeting"),
    "work": work_of,
    "overview": page_of_case("view_case"),
    "history": page_of_case("view_history"),
    "access log": page_of_case("view_access_log"),
    "sharing": page_of_case("view_sharing"),
    "documents": page_of_case("view_documents"),
    "family": page_of_case("view_family"),
    "notification": page_of_case("cdop:view_notification"),
    "evidence": page_of_case("cdop:view_evidence"),
    "linked": page_of_case("view_incident"),
}
# Where a case is never named, withdrawn from or not.
NEVER = {
    "calendar": page("download_invitation", "meeting"),
    "meetings": page("list_meetings"),
    "statistics": page("cdop:view_statistics"),
    "actions": page("list_actions"),
    "return as CSV": exported("csv"),
    "return as JSON": exported("json"),
    "work page": page("your_work"),
    "mail": mail_due,
}
RETURN = {"return as Excel": exported("xlsx")}


def named_in(table, client, world) -> set[str]:
    told = (NAME, *(case.reference for case in world["cases"]))
    found = set()
    for place, ask in table.items():
        with access.remembering():
            text = ask(client, world)
        if any(one in text for one in told):
            found.add(place)
    return found


def through_the_agency(user, case):
    agency = user.agency or factories.make_agency()
    if user.agency is None:
        with change("test", by=None) as written:
            user.agency = agency
            written.save(user)
    actions.declare_interest(
        case=case, agency=agency, level="withdraws", grounds="Criticised", by=user
    )


@pytest.mark.parametrize("withdraw", [factories.recuse, through_the_agency])
def test_a_case_withdrawn_from_is_in_no_place_that_named_it(client, world, withdraw):
    world["who"] = world["manager"]
    sign_in(client, world["who"])
    assert named_in(MANAGER, client, world) == set(MANAGER)

    for case in world["cases"]:
        withdraw(world["manager"], case)
    world["who"].refresh_from_db()
    sign_in(client, world["who"])

    assert named_in({**MANAGER, **NEVER, **RETURN}, client, world) == set()


def test_a_chair_who_withdrew_finds_it_on_no_agenda_and_in_no_mail(client, world):
    world["who"] = world["chair"]
    places = {
        "meeting": MANAGER["meeting"],
        "overview": MANAGER["overview"],
        "list": MANAGER["list"],
    }
    assert named_in(places, sign_in(client, world["chair"]), world) == set(places)

    factories.recuse(world["chair"], world["case"])

    assert named_in({**places, **NEVER}, sign_in(client, world["chair"]), world) == set()
    assert not OutboxMessage.objects.filter(to_user=world["chair"], case=world["case"]).exists()


def test_an_auditor_who_withdrew_reads_its_reference_nowhere(client, world):
    world["who"] = factories.make_user(Role.AUDITOR)
    places = {"log": page("view_audit_log"), "access log": MANAGER["access log"]}
    sign_in(Client(), world["manager"]).get(reverse("view_case", args=[world["case"].reference]))
    assert named_in(places, sign_in(client, world["who"]), world) == set(places)

    for case in world["cases"]:
        factories.recuse(world["who"], case)

    assert named_in(places, sign_in(client, world["who"]), world) == set()
