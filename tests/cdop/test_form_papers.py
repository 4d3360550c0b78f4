"""Copies of Forms A, B and C: their order, their stamp, and who may take one."""

import datetime
import io
import re

import pytest
from django.urls import reverse
from pypdf import PdfReader

from casereview.actions import sealing
from casereview.models import AuditEntry
from casereview.records import change
from casereview.rules.access_table import Role
from cdop import codes
from cdop.actions import reporting
from cdop.form_sets import form_of
from cdop.models import Notification, PanelReview
from cdop.report_questions import forms
from cdop.rules.form_papers import NOT_ANSWERED, NOT_ASKED, NOT_FOR_AGENCY, by_section
from cdop.rules.form_sets import FormSet
from tests import factories, kept_out
from tests.cdop import asked as answering
from tests.cdop import filling, requested
from tests.cdop.reviews import at_panel, record_all
from tests.html import without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
FORM_B = re.compile(r"^((?:[A-G]\d\d|B0\d\d|S\w+\d)\w*) ", re.MULTILINE)


def take(client, name: str, *args):
    """Ask for a copy and fetch it; return its reader, open, and all its words."""
    page = client.post(reverse(f"cdop:{name}", args=args))
    assert page.status_code == 200, page.status_code
    text = page.content.decode()
    password = re.search(r"<strong>([a-z2-7-]{19})</strong>", text)[1]
    response = client.get(re.search(r'href="([^"]+/copy/[0-9a-f-]{36}/)"', text)[1])
    assert response.headers["Cache-Control"] == "no-store"
    locked = PdfReader(io.BytesIO(response.content))
    assert locked.is_encrypted
    reader = PdfReader(io.BytesIO(response.content), password=password)
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def flat(text: str) -> str:
    return " ".join(text.split())


def wanted(name: str, notified) -> list[str]:
    fields = by_section(codes.code_list(name).codes, notified)
    return [one.code for _, each in fields for one in each]


@pytest.fixture
def notified(manager):
    """A death of 2015 with a mother, on Form A."""
    return requested.ask(manager)


@pytest.fixture
def other_manager(db):
    return factories.make_user(Role.CDR_MANAGER, name="Mona Colleague")


def test_form_a_is_the_forms_fields_in_order_with_the_child_named_and_its_reader_stamped(
    client, notified, manager
):
    case = notified.case
    sign_in(client, manager)
    reader, text = take(client, "copy_form_a", case.reference)

    found = re.findall(r"^(A0\d\d[a-c]?) ", text, re.MULTILINE)
    assert found == wanted("form_a_fields", filling.NOTIFIED)
    words = flat(text)
    for said in ("Planted", "Nora Notifier", "A029 Referred to coroner (reconstructed)"):
        assert said in words
    assert "it is not the form that was prescribed" in words
    assert "version of 1 April 2008" in words and "docsbay.net" in words
    assert f"Stillbirth or late fetal loss? (reconstructed) {NOT_ASKED} A001c" in words
    number = re.search(r"This copy ([0-9a-f]{8})", words)[1]
    for page in reader.pages:
        stamp = flat(page.extract_text())
        assert manager.name in stamp and number in stamp
    about = str(reader.metadata) + str(reader.xmp_metadata)
    for name in ("Planted", "Notifier", manager.name):
        assert name not in about


def test_not_known_is_an_answer_and_not_asked_is_none(client, notified, manager):
    notification = notified.case.notifications.get()
    with change("plant", by=manager, case=notified.case) as written:
        notification.looked_after, notification.post_mortem = "NK", ""
        notification.to_chase = []
        written.save(notification)
    sign_in(client, manager)

    words = flat(take(client, "copy_form_a", notified.case.reference)[1])

    assert re.search(r"A063 [^?]*?\(reconstructed\) Not known A064", words)
    assert f"A028 Post-mortem required {NOT_ASKED} A029" in words


def test_each_copy_is_asked_for_by_somebody_who_proved_it_lately_and_is_on_record(
    client, notified, manager, other_manager
):
    url = reverse("cdop:copy_form_a", args=[notified.case.reference])
    sign_in(client, manager, proved=False)
    assert client.post(url).status_code == 302
    sign_in(client, manager)
    assert client.get(url).status_code == 405
    link = re.search(r'href="([^"]+/copy/[0-9a-f-]{36}/)"', client.post(url).content.decode())[1]
    client.get(link)
    looks = AuditEntry.objects.filter(action="download_form_a", outcome="allowed")
    assert looks.filter(case=notified.case.pk, actor=manager.pk).count() == 4

    sign_in(client, other_manager)  # The copy of one is nobody else's.
    assert client.get(link).status_code == 404


def test_form_b_holds_what_was_handed_in_and_says_what_was_not_asked(client, notified, manager):
    asked, case = notified, notified.case
    answering.answered(asked.request, "F01", "Y", section="F", text="Seen twice in spring")
    answering.answered(asked.request, "C04", "NK", section="C")
    answering.answered(asked.request, "F02", section="F", text="Still a draft", handed_in=False)
    sign_in(client, manager)

    _, text = take(client, "copy_form_b", case.reference, asked.request.pk)

    words = flat(text)
    version = next(one for one in forms().versions if one.code == "later")
    assert version.title in words and asked.agency.name in words and "Planted" in words
    order = [
        one.code
        for section in forms().sections
        if not section.versions
        for one in section.questions
        if one.since is None or one.since <= asked.request.requested_at.date()
    ]
    found = list(dict.fromkeys(FORM_B.findall(text)))
    assert found[:3] == ["B001", "B002", "B003"]
    assert [one for one in found[3:] if one in order] == order
    assert "Seen twice in spring" in words and "Still a draft" not in words
    assert re.search(r"C04 [^?]*\?(?: \(reconstructed\))? Not known", words)
    for said in (NOT_ANSWERED, "Nurse Qxsaidby"):
        assert said in words


def test_an_agency_takes_its_own_report_and_of_it_only_what_was_handed_to_a_person(
    client, notified, manager
):
    asked = notified
    answering.answered(asked.request, "F01", "Y", section="F", text="Seen in spring")
    answering.answered(asked.request, "C02", section="C", text="A draft of ours", handed_in=False)
    other = factories.make_agency(kind="POLICE")
    theirs = requested.make_request(asked.case, other, manager, to=None)
    answering.answered(theirs, "F01", "Y", section="F", text="Known to the police")
    reporting.hand_parts(request=asked.again(), given={"F": asked.colleague}, by=asked.lead)

    sign_in(client, asked.lead)
    whole = flat(take(client, "copy_own_report", asked.request.pk)[1])
    assert "Seen in spring" in whole and "A draft of ours" in whole
    assert "Known to the police" not in whole
    for url in (
        reverse("cdop:copy_own_report", args=[theirs.pk]),
        reverse("cdop:copy_form_b", args=[asked.case.reference, theirs.pk]),
        reverse("cdop:copy_form_b", args=[asked.case.reference, asked.request.pk]),
        reverse("cdop:copy_form_a", args=[asked.case.reference]),
        reverse("cdop:copy_form_c", args=[asked.case.reference]),
    ):
        assert client.post(url).status_code == 404, url

    sign_in(client, asked.colleague)
    part = flat(take(client, "copy_own_report", asked.request.pk)[1])
    assert "Seen in spring" in part and "A draft of ours" not in part
    assert NOT_FOR_AGENCY in part and "C01 " not in part


def test_form_c_is_the_forms_fields_in_order_for_the_panel_and_names_nobody(
    client, notified, manager
):
    factories.keep_form_c()
    at = at_panel(type(notified.case).objects.get(pk=notified.case.pk), manager)
    record_all(at)
    assert form_of(PanelReview.objects.get(case=at.case)) is FormSet.ABC

    for who in (at.member, at.chair, manager):
        sign_in(client, who)
        reader, text = take(client, "copy_form_c", at.case.reference)
        found = re.findall(r"^(C0\d\d) ", text, re.MULTILINE)
        assert found == wanted("form_c_fields", filling.NOTIFIED)
        words = flat(text)
        for said in ("Found in the parents’ bed.", "Give safer sleep advice", who.name):
            assert said in words
        assert re.search(r"C021 .*?Safer sleep advice at each visit Domain C C022", words)
        assert "C020 Child's needs: factors, narrative, influence 0-3 Not recorded" in words
        assert "C040 Issues identified in the review (reconstructed) Not recorded" in words
        assert "Planted" not in words + str(reader.metadata)
    sign_in(client, at.chair)
    assert client.post(reverse("cdop:copy_form_a", args=[at.case.reference])).status_code == 403


def test_a_death_on_the_forms_of_2018_is_on_paper_as_those_forms(client, manager):
    died = datetime.date(2020, 2, 3)
    modern = factories.make_case(by=manager, died_on=died, notified_on=died)
    with change("plant", by=manager, case=modern) as written:
        written.save(Notification(case=modern, notified_on=died))
        written.save(PanelReview(case=modern, form_set="cdr", summary="Asleep on a sofa"))
    sign_in(client, manager)

    for name, form, said in (
        ("copy_form_a", "NOT", "1 Sample Street"),
        ("copy_form_c", "ANA", "Asleep on a sofa"),
    ):
        _, text = take(client, name, modern.reference)
        labels = [one for one in codes.code_list("cdr_item").codes if one.extra["form"] == form]
        words = flat(text)
        places = [words.index(f"{one.code} {one.label}") for one in labels]
        assert places == sorted(places) and said in words
        assert "version of 29 June 2018" in words and "Form A –" not in words


def test_nobody_kept_from_a_case_takes_a_form_of_it(client, notified, manager, other_manager):
    case = notified.case
    urls = [
        reverse("cdop:copy_form_a", args=[case.reference]),
        reverse("cdop:copy_form_b", args=[case.reference, notified.request.pk]),
        reverse("cdop:copy_form_c", args=[case.reference]),
    ]
    assert kept_out.let_in(client, case, urls[0], "Planted") == []
    sealing.seal_case(case=case, reason="A member of staff", by=manager, keeps=[])
    sign_in(client, other_manager)
    assert [client.post(url).status_code for url in urls] == [404, 404, 404]
    sign_in(client, notified.lead)
    assert (
        client.post(reverse("cdop:copy_own_report", args=[notified.request.pk])).status_code == 404
    )


def test_an_agency_without_a_record_left_no_question_unanswered(client, notified, manager):
    reporting.say_no_record(request=notified.again(), by=notified.lead, name="Lea Leading")
    sign_in(client, manager)

    words = flat(take(client, "copy_form_b", notified.case.reference, notified.request.pk)[1])

    assert "Not answered: the agency has no record" in words and NOT_ANSWERED not in words


def test_the_pages_offer_a_copy_to_who_may_take_one(client, notified, manager):
    case = notified.case
    answering.returned(notified.request)
    sign_in(client, manager)
    for page, name, args in (
        ("view_notification", "copy_form_a", [case.reference]),
        ("view_agency_reports", "copy_form_b", [case.reference, notified.request.pk]),
    ):
        shown = without_token(client.get(reverse(f"cdop:{page}", args=[case.reference])))
        assert f'action="{reverse(f"cdop:{name}", args=args)}"' in shown
    sign_in(client, notified.lead)
    own = reverse("cdop:view_request", args=[notified.request.pk])
    offered = reverse("cdop:copy_own_report", args=[notified.request.pk])
    assert f'action="{offered}"' in without_token(client.get(own))
