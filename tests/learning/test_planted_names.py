"""Names planted in cases stand on no page and in no file of what was learned from them."""

import datetime
import functools
import io
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from casereview import actions as kernel
from casereview.models import Case, Child, LeakHit, LearningPoint
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.models import FactorFinding, Notification, PanelReview
from learning import annual_reports
from learning.actions import annual_reports as reports
from learning.actions import briefings as briefing
from learning.actions import briefings_sent as sending
from learning.actions import exchange, notices, priorities, quarters, updates
from learning.agency_updates import ask_agencies
from learning.models import AgencyUpdate, AnnualReport
from learning.rules.quarters import Quarter
from tests import factories
from tests.architecture.addresses import Address, ours
from tests.cdop.asked import agency_with_lead
from tests.learning.exchanged import COMPLETED, LAST, bundle_of, file_of, public_key, reviews
from tests.learning.learned import learned, make_priority, theme
from tests.signed_in import sign_in
from tests.working import do_jobs

pytestmark = pytest.mark.django_db

CODE = "safe_sleep"
PLANTED = (
    *("Qxfamilyname", "Qxgivenname", "Qxstreet", "9990000026", "999 000 0026", "LE1 2ZQ"),
    *("Qxnotifier", "Qxcircumstances", "Qxsummary", "Qxlearning", "Qxproposed"),
)
WORDS = {
    "about": "Where babies sleep.",
    "seen": "Sofas used as beds.",
    "todo": "Ask where the baby sleeps.",
    "more": "Annual report of the panel",
}
READERS = (
    Role.LEARNING_LEAD,
    Role.BOARD_MANAGER,
    Role.PANEL_CHAIR,
    Role.PANEL_MEMBER,
    Role.AGENCY_LEAD,
)
QUARTER = Quarter.containing(COMPLETED)


def plant(manager) -> Case:
    """Complete the review of a child whose name and papers hold words found nowhere else."""
    reviews(1, CODE, family_name="Qxfamilyname", nhs_number="9990000026")
    case = Case.objects.get()
    child = Child.objects.get(case=case)
    with change("plant", by=manager, case=case) as written:
        child.given_names, child.address = "Qxgivenname", "3 Qxstreet"
        child.postcode = "LE1 2ZQ"
        written.save(child)
        notification = Notification.objects.get(case=case)
        notification.notifier_name = "Qxnotifier"
        notification.circumstances = "Qxcircumstances"
        written.save(notification)
        review = PanelReview.objects.get(case=case)
        review.summary, review.learning = "Qxsummary", "Qxlearning"
        written.save(review)
        line = FactorFinding.objects.get(case=case)
        line.reason = "Qxsummary"
        written.save(line)
    factors = dict(case=case, source="panel_review")
    learned(1, COMPLETED, CODE, openness="anyone", statement="A sofa was used as a bed", **factors)
    # What is only proposed is still text of its case, and may name the child.
    learned(
        2, COMPLETED, CODE, state="proposed", statement="Qxgivenname Qxfamilyname slept there",
        why_it_matters="Qxgivenname was alone, says Qxfamilyname", **factors,
    )  # fmt: skip
    return case


@pytest.fixture
def world(people, manager):
    """All that is made of what was learned, from cases that hold the planted words."""
    lead, chair = people[Role.LEARNING_LEAD], people[Role.PANEL_CHAIR]
    panel, today = factories.panel(), timezone.localdate()
    agency = agency_with_lead(name="Example Midwifery")
    member = factories.make_user(Role.PANEL_MEMBER, agency=agency)
    case = plant(manager)
    reviews(9, CODE)
    reviews(6, "smoking")
    meeting = kernel.arrange_meeting(
        panel=panel, held_on=today + datetime.timedelta(days=8), members=[member], by=manager
    )
    ask_agencies(timezone.now())
    update = AgencyUpdate.objects.get()
    updates.answer_agency_update(
        update=update, answer="something", text="Midwives now ask", by=member
    )
    priority = make_priority(lead, CODE)
    plan = priorities.plan_work(
        priority=priority, by=lead, title="A campaign", test="Cots", level="local"
    )
    told = notices.write_notice(
        panel=panel, by=lead, body="training", text="Tell staff", theme=theme(CODE)
    )
    notices.record_notice_sent(notice=told, by=lead, sent_on=today)
    review = quarters.prepare_quarter(panel=panel, quarter=QUARTER, by=lead)
    one = briefing.begin_briefing(
        panel=panel, theme=theme(CODE), audience="board", by=lead, on=LAST.last_day
    )
    do_jobs()
    briefing.write_briefing(briefing=one, texts=WORDS, points=one.points, by=lead)
    one = briefing.agree_briefing(briefing=one, by=chair)
    briefing.give_briefing(briefing=one, by=lead)
    report = reports.begin_annual_report(panel=panel, year=LAST.ends_in, by=lead, today=today)
    for part in annual_reports.parts():
        reports.write_report_part(report=report, code=part.code, text="The year.", by=lead)
    report = reports.agree_annual_report(report=AnnualReport.objects.get(), by=chair)
    version = reports.give_report_out(report=report, document="report", audience="panel", by=lead)
    do_jobs()
    one.refresh_from_db()
    version.refresh_from_db()
    assert (one.refused_because, version.refused_because) == ("", "")
    [sent] = sending.record_briefing_sent(
        briefing=one, by=lead, way="email", sent_on=today, agencies=[agency]
    )
    accepted = exchange.accept_exchange_area(
        name="Northshire", public_key=public_key("Northshire"), by=lead, compared=True
    )
    received, _ = exchange.receive_learning(data=file_of(bundle_of("Northshire")), by=lead)
    point = LearningPoint.objects.get(case=case, state="accepted")
    given = exchange.export_learning(
        panel=panel, year=LAST.ends_in, years=1, points=[point.pk], read_all=True, by=lead
    )
    users = {role: people[role] for role in READERS}
    users[Role.AGENCY_LEAD], users[Role.PANEL_MEMBER] = agency.lead, member
    keys = {
        "point": list(LearningPoint.objects.filter(case=case).values_list("pk", flat=True)),
        "theme": [theme(CODE).pk],
        "priority": [priority.pk],
        "plan": [plan.pk],
        "notice": [told.pk],
        "quarter": [str(review.quarter)],
        "meeting": [meeting.pk],
        "update": [update.pk],
        "briefing": [one.pk],
        "hit": [uuid.uuid4()],
        "sent": [sent.pk],
        "report": [report.pk],
        "part": [annual_reports.parts()[0].code],
        "version": [version.pk],
        "panel": [panel.code],
        "year": [LAST.ends_in],
        "key": [given.pk, received.pk, accepted.pk],
    }
    assert not LeakHit.objects.exists()
    return case, users, keys


def of_learning() -> list[Address]:
    return [one for one in ours() if one.name.startswith("learning:")]


def values_of(address: Address, keys: dict) -> list[dict]:
    """Return every way to fill in an address with what was made."""
    found: list[dict] = [{}]
    for parameter in address.parameters:
        found = [{**one, parameter: value} for one in found for value in keys[parameter]]
    return found


def text_of(response) -> str:
    """Return all that an answer says: headers, page, and the text of a file of any kind."""
    return f"{response.headers}\n{read(response.getvalue())}"


@functools.cache  # several people are given the same file
def read(data: bytes) -> str:
    said = [data.decode("utf-8", "replace")]
    if data.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(data))
        said += [page.extract_text() for page in reader.pages] + [str(reader.metadata)]
    elif data.startswith(b"PK"):
        book = load_workbook(io.BytesIO(data))
        said += [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    return "\n".join(said)


def planted_in(text: str) -> list[str]:
    return [word for word in PLANTED if word.lower() in text.lower()]


def test_no_planted_name_is_on_any_page_or_in_any_file_of_what_was_learned(world, manager):
    case, users, keys = world
    found, opened, kinds = [], set(), set()

    for role, user in users.items():
        client = sign_in(Client(), user)
        for address in of_learning():
            for values in values_of(address, keys):
                response = client.get(reverse(address.name, kwargs=values))
                found += [(role, str(address), word) for word in planted_in(text_of(response))]
                assert response.status_code < 500, address
                if response.status_code == 200:
                    opened.add(address.name.removeprefix("learning:"))
                    kinds.add(response.headers["Content-Type"].split(";")[0])

    assert found == []
    # The walk opened what was made, and would have found the words where they may stand.
    assert opened >= {
        *("view_learning_point", "view_theme", "view_priority", "view_notice", "view_quarter"),
        *("view_standing_item", "answer_agency_update", "view_briefing", "acknowledge_briefing"),
        *("view_annual_report", "view_report_version", "view_exchange", "view_received"),
        *("save_bundle", "download_briefing", "download_report", "download_quarter"),
        *("download_notice", "export_signals", "save_agency_briefing", "learning_template"),
    }
    assert {"text/html", "application/pdf", "application/json"} <= kinds
    client = sign_in(Client(), manager)
    page = text_of(client.get(reverse("view_case", args=[case.reference])))
    assert "Qxfamilyname" in planted_in(page)
    proposed = LearningPoint.objects.get(case=case, state="proposed")
    accept = reverse("learning:accept_learning_point", args=[proposed.pk])
    assert "Qxgivenname" in planted_in(text_of(client.get(accept)))
