"""The audit programme: who keeps it, who reads it, and what an audit needs to be shared."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casereview import pdf
from casereview.actions import NotAllowed
from casereview.models import AuditEntry
from casereview.records import Conflict
from casereview.rules.access_table import Role
from scr import audit_work
from scr.actions import auditing
from scr.audit_programme import leaks_in, seen_as
from scr.models import AuditedChild, ThematicAudit
from tests import audit_factories, factories, scr_factories
from tests.kept_out import leave
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2014, 10, 2)


@pytest.fixture
def office():
    return scr_factories.make_scr_user(Role.BOARD_MANAGER, factories.board())


@pytest.fixture
def lead():
    return factories.make_user(Role.LEARNING_LEAD)


@pytest.fixture
def member():
    return factories.make_user(Role.BOARD_MEMBER)


def page(audit: ThematicAudit, name: str = "view_audit", *more) -> str:
    return reverse(f"scr:{name}", args=[audit.reference, *more])


def year() -> str:
    return reverse("scr:list_audits_of", args=[2015])


def linked_case(office):
    case = factories.make_case(family_name="Qxlinnetson")
    scr_factories.make_referral(case=case, by=office)
    return case


def test_a_learning_lead_plans_an_audit(client, lead):
    sign_in(client, lead)
    typed = {"theme": "Core groups", "month": "2014-11-01", "lead_auditors": "Qxauditor"}

    response = client.post(reverse("scr:plan_audit", args=[2015]), typed, follow=True)

    audit = ThematicAudit.objects.get()
    assert (audit.year, audit.state, audit.lead_auditors) == (2015, "planned", "Qxauditor")
    assert audit.reference == "AU-2014-0001"
    assert "AU-2014-0001 is in the programme" in response.content.decode()


def test_an_audit_is_planned_for_a_month_of_its_year(client, lead):
    sign_in(client, lead)

    response = client.post(
        reverse("scr:plan_audit", args=[2015]), {"theme": "Core groups", "month": "2015-04-01"}
    )

    assert "Select the month in the list" in response.content.decode()
    assert not ThematicAudit.objects.exists()


def test_a_board_member_reads_shared_audits_and_no_names_of_those_who_took_part(
    client, office, member
):
    shared = audit_factories.make_shared(by=office)
    planned = audit_factories.make_audit(by=office, theme="Not shared yet")
    sign_in(client, member)

    programme = client.get(year()).content.decode()
    text = client.get(page(shared)).content.decode()

    assert shared.reference in programme and "Not shared yet" not in programme
    assert "in the programme" in programme
    assert audit_factories.VOICE in text and "Agencies did not ask one another" in text
    assert "Qxauditor" not in text and "Qxpractitioner" not in text
    assert client.get(page(planned)).status_code == 404


CHANGES = (
    "change_audit_plan",
    "postpone_audit",
    "cancel_audit",
    "record_audit_held",
    "record_audit_findings",
    "add_audited_child",
    "agree_audit",
    "take_back_audit_agreement",
    "share_audit",
)


def doors(audit: ThematicAudit) -> list[str]:
    own = [page(audit), page(audit, "download_audit"), *(page(audit, name) for name in CHANGES)]
    return [*own, page(audit, "record_audited_child", 1), page(audit, "remove_audited_child", 1)]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("another board's lead", 404),
        ("another board's office", 404),
        ("group member", 403),
        ("panel member", 403),
        ("CDR manager", 403),
        ("administrator", 403),
        ("outsider", 403),
    ],
)
def test_nobody_else_opens_an_audit(client, office, who, status):
    audit = audit_factories.make_shared(by=office)
    away = factories.board("NOTTINGHAM")
    user = {
        "another board's lead": lambda: scr_factories.make_scr_user(Role.LEARNING_LEAD, away),
        "another board's office": lambda: scr_factories.make_scr_user(Role.BOARD_MANAGER, away),
        "group member": lambda: scr_factories.make_scr_user(Role.SCR_MEMBER, audit.board),
        "panel member": lambda: factories.make_user(Role.PANEL_MEMBER),
        "CDR manager": lambda: factories.make_user(Role.CDR_MANAGER),
        "administrator": lambda: factories.make_user(Role.ADMINISTRATOR),
        "outsider": lambda: factories.make_user(None),
    }[who]()
    sign_in(client, user)

    answers = [client.post(url, {"reason": "x", "seen": ""}) for url in doors(audit)]

    assert {one.status_code for one in answers} <= {status, 403}
    assert client.get(page(audit)).status_code == status
    assert not any(audit_factories.VOICE in one.content.decode() for one in answers)
    audit.refresh_from_db()
    assert audit.version == ThematicAudit.objects.get().version


def test_who_has_left_opens_nothing(client, office, lead):
    audit = audit_factories.make_shared(by=office)
    sign_in(client, lead)
    leave(lead)

    response = client.get(page(audit))

    assert response.status_code == 302 and "/accounts/login/" in response.headers["Location"]


def test_a_board_member_changes_nothing(client, office, member):
    audit = audit_factories.make_shared(by=office)
    sign_in(client, member)

    answers = {name: client.post(page(audit, name), {"reason": "x"}) for name in CHANGES}

    assert {name: one.status_code for name, one in answers.items()} == dict.fromkeys(CHANGES, 403)


def test_the_office_writes_about_a_child_and_links_a_case_it_may_open(client, office):
    case = linked_case(office)
    audit = audit_factories.make_held(by=office)
    child = auditing.add_audited_child(audit=audit, by=office)
    sign_in(client, office)
    typed = {"child_voice": "Said no", "summary": "Seen once", "grade": "good", "version": "1"}

    client.post(page(audit, "record_audited_child", 1), {**typed, "reference": case.reference})

    child.refresh_from_db()
    assert (child.case_id, child.child_voice, child.grade) == (case.pk, "Said no", "good")
    assert case.reference in client.get(page(audit)).content.decode()


def test_a_case_one_may_not_open_cannot_be_linked_and_is_not_told_from_one_that_is_not_there(
    client, office
):
    hidden = factories.make_case()
    audit = audit_factories.make_held(by=office)
    auditing.add_audited_child(audit=audit, by=office)
    sign_in(client, office)
    url = page(audit, "record_audited_child", 1)

    answers = [
        client.post(url, {"version": "1", "reference": typed}).content.decode()
        for typed in (hidden.reference, "CD-2015-9999")
    ]

    assert all("there is no such case that you may open" in text for text in answers)
    assert AuditedChild.objects.get().case is None


def test_a_linked_case_is_shown_to_nobody_who_may_not_open_it(client, office, lead):
    case = linked_case(office)
    audit = audit_factories.make_complete(by=office, case=case)
    recused = scr_factories.make_scr_user(Role.BOARD_MANAGER, factories.board())
    factories.recuse(recused, case)
    texts = []

    for user in (lead, recused):
        sign_in(client, user)
        texts += [client.get(page(audit)), client.get(page(audit, "record_audited_child", 1))]

    assert [one.status_code for one in texts] == [200] * 4
    assert not any(case.reference in one.content.decode() for one in texts)


def test_without_every_childs_voice_it_is_not_agreed(office, lead):
    audit = audit_factories.make_complete(by=office)
    audit_factories.add_child(audit, by=office, voice="")

    with pytest.raises(NotAllowed, match="Write the voice of Child 2"):
        auditing.agree_audit(audit=audit, by=lead)


def test_who_wrote_part_of_it_does_not_agree_it(lead, office):
    audit = audit_factories.make_complete(by=office)
    auditing.record_audit_findings(audit=audit, by=lead, what_was_found="Otherwise put")
    auditing.record_audit_findings(audit=audit, by=office, what_was_found="Put again")

    with pytest.raises(NotAllowed, match="another learning lead"):
        auditing.agree_audit(audit=audit, by=lead)


def test_a_learning_lead_agrees_what_was_seen(client, office, lead):
    audit = audit_factories.make_complete(by=office)
    sign_in(client, lead)

    client.post(page(audit, "agree_audit"), {"seen": seen_as(audit)})

    audit.refresh_from_db()
    assert audit.agreed_by == lead and audit.shared_on is None


def test_what_changed_about_a_child_meanwhile_is_not_agreed_unseen(office, lead):
    audit = audit_factories.make_complete(by=office)
    seen = seen_as(audit)
    auditing.record_audited_child(
        child=audit.children.get(), by=office, child_voice="Something else"
    )

    with pytest.raises(Conflict):
        auditing.agree_audit(audit=audit, by=lead, seen=seen)


def test_the_office_cannot_agree(client, office):
    audit = audit_factories.make_complete(by=office)
    sign_in(client, office)

    assert client.post(page(audit, "agree_audit"), {"seen": seen_as(audit)}).status_code == 403


def test_an_agreed_audit_does_not_change_until_the_agreement_is_taken_back(office, lead):
    audit = audit_factories.make_agreed(by=office)
    with pytest.raises(NotAllowed, match="Take the agreement back first"):
        auditing.record_audit_findings(audit=audit, by=office, what_was_found="Other")

    auditing.take_back_audit_agreement(audit=audit, by=lead, reason="A figure was wrong")

    auditing.record_audit_findings(audit=audit, by=office, what_was_found="Other")
    assert ThematicAudit.objects.get().agreed_at is None


def test_it_is_not_shared_before_it_is_agreed(client, office):
    audit = audit_factories.make_complete(by=office)
    sign_in(client, office)

    text = client.post(page(audit, "share_audit"), {}).content.decode()

    assert "Let the effectiveness group agree the audit first" in text
    assert ThematicAudit.objects.get().shared_on is None


def test_what_names_the_child_of_a_linked_case_is_never_shared(client, office, lead):
    case = linked_case(office)
    audit = audit_factories.make_agreed(by=office, found="Ada Qxlinnetson was lost", case=case)
    sign_in(client, office)

    text = client.post(page(audit, "share_audit"), {"read": "on"}).content.decode()

    assert ThematicAudit.objects.get().shared_on is None
    assert "Qxlinnetson" in text and "These places tell who a child is" in text
    assert all(one.found == "" for one in leaks_in(audit, lead))


def test_the_leak_test_searches_a_case_from_which_the_sharer_has_withdrawn(office):
    case = linked_case(office)
    audit = audit_factories.make_agreed(by=office, found="Ada Qxlinnetson was lost", case=case)
    factories.recuse(office, case)

    with pytest.raises(NotAllowed, match="words that tell who a child is"):
        auditing.share_audit(audit=audit, by=office, read=True)


def test_the_paper_says_what_is_shared_and_names_nobody(client, office, member):
    audit = audit_factories.make_shared(by=office, case=linked_case(office))
    sign_in(client, member)

    response = client.get(page(audit, "download_audit"))

    text = " ".join(" ".join(pdf.pages_of(response.content)).split())
    assert audit_factories.VOICE in text and "Agencies did not ask one another" in text
    assert "Was the child seen alone?" in text and "Child 1" in text
    for name in ("Qxauditor", "Qxpractitioner", "Qxlinnetson", audit.children.get().case.reference):
        assert name not in text
    entry = AuditEntry.objects.filter(action="download_audit", outcome="done").get()
    assert "digest" in entry.detail


def test_the_paper_needs_a_fresh_proof_and_a_shared_audit(client, office):
    audit = audit_factories.make_agreed(by=office)
    sign_in(client, office, proved=False)
    asked = client.get(page(audit, "download_audit"))
    sign_in(client, office)

    answer = client.get(page(audit, "download_audit"))

    assert asked.status_code == 302 and "/accounts/" in asked.headers["Location"]
    assert answer.status_code == 302 and answer.headers["Location"] == page(audit)


def test_a_postponed_audit_is_planned_again_and_stays_in_its_programme(office):
    audit = audit_factories.make_audit(by=office)
    auditing.postpone_audit(audit=audit, by=office, reason="An inspection came")
    facts = {name: getattr(audit, name) for name in auditing.PLAN}

    auditing.change_audit_plan(
        audit=audit, by=office, **{**facts, "planned_on": datetime.date(2015, 5, 1)}
    )

    audit = ThematicAudit.objects.get()
    assert (audit.year, audit.state, audit.state_reason) == (2015, "planned", "")


def test_postponing_asks_for_a_reason(client, office):
    audit = audit_factories.make_audit(by=office)
    sign_in(client, office)

    text = client.post(page(audit, "postpone_audit"), {"reason": " "}).content.decode()

    assert "Enter the reason" in text
    assert ThematicAudit.objects.get().state == "planned"


def test_a_label_that_was_taken_out_is_not_used_again(office):
    audit = audit_factories.make_audit(by=office)
    first = auditing.add_audited_child(audit=audit, by=office)
    auditing.remove_audited_child(child=first, by=office)

    assert auditing.add_audited_child(audit=audit, by=office).label == "Child 2"


def test_what_somebody_else_changed_is_not_overwritten(client, office):
    audit = audit_factories.make_held(by=office)
    sign_in(client, office)
    stale = {"version": str(audit.version), "what_was_found": "Typed over an old page"}
    auditing.record_audit_findings(audit=audit, by=office, what_was_found="Written meanwhile")

    text = client.post(page(audit, "record_audit_findings"), stale).content.decode()

    assert "Somebody else changed this" in text and "Typed over an old page" in text
    assert ThematicAudit.objects.get().what_was_found == "Written meanwhile"


def tasks(user) -> dict[str, str]:
    return {one.task.split(":")[0]: one.waiting_for for one in audit_work.work(user, TODAY)}


def test_your_work_names_each_audits_next_step(office, lead, member):
    audit_factories.make_audit(by=office)
    late = audit_factories.make_audit(by=office)
    auditing.postpone_audit(audit=late, by=office, reason="An inspection came")
    audit_factories.make_held(by=office)
    audit_factories.make_complete(by=office)
    audit_factories.make_complete(by=lead)
    audit_factories.make_audit(by=office, planned_on=datetime.date(2014, 11, 1))
    audit_factories.make_shared(by=office)

    of_lead, of_office = audit_work.work(lead, TODAY), tasks(office)

    agreeing = [one for one in of_lead if one.task.startswith("Agree")]
    assert sorted(one.waiting_for for one in agreeing) == ["", "another learning lead"]
    assert "Agree the audit for the effectiveness group" not in of_office
    assert set(of_office) == {
        "Hold the audit, and record the day or why not",
        "Plan the postponed audit again, or cancel it",
        "Write what the audit found, with each child’s voice",
    }
    assert audit_work.work(member, TODAY) == []


def test_the_programme_and_your_work_ask_the_same_however_many_audits(client, office):
    audit_factories.make_complete(by=office)
    sign_in(client, office)
    client.get(year())
    with CaptureQueriesContext(connection) as one:
        client.get(year())
    with CaptureQueriesContext(connection) as work_of_one:
        audit_work.work(office, TODAY)
    for _ in range(3):
        audit_factories.make_complete(by=office)

    with CaptureQueriesContext(connection) as four:
        text = client.get(year()).content.decode()
    with CaptureQueriesContext(connection) as work_of_four:
        audit_work.work(office, TODAY)

    assert text.count("AU-2014-") >= 4
    assert len(four) == len(one)
    assert len(work_of_four) == len(work_of_one)
