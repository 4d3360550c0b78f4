"""A registrar's or coroner's list is destroyed by its own rule, by two people, for good."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import actions as kernel
from casereview import crypto, disposal_certificate, keys
from casereview.actions import NotAllowed
from casereview.actions import retention as keeping
from casereview.actions.second_person import agree_to_proposal
from casereview.models import Agreement, AuditEntry, Case, Disposal
from casereview.pdf import pages_of
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.retention import Event, Kind
from casereview.verification import verify
from cdop import list_retention
from cdop.actions import confirm_list_matches, decide_list_entry
from cdop.actions.list_disposal import finish, propose_list_disposal
from cdop.list_retention_work import work
from cdop.models import ListEntry, ListUpload
from tests import factories
from tests.cdop.reviews import at_panel
from tests.cdop.test_lists import NOTIFIED, UNKNOWN, elsewhere, entry_of, take_in
from tests.html import without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.date(2014, 6, 2)
WHY = "Its time is over"


def settle(by, **facts):
    facts = {
        "kind": Kind.LIST,
        "event": Event.LIST_RECEIVED,
        "years": 2,
        "since": datetime.date(2010, 1, 1),
        "source": "Safeguarding board, minutes of 3 March 2016",
        **facts,
    }
    return keeping.settle_retention(by=by, **facts)


@pytest.fixture
def auditor(people):
    return people[Role.AUDITOR]


@pytest.fixture
def administrator(people):
    return people[Role.ADMINISTRATOR]


@pytest.fixture
def upload(panel, manager, case):
    """A list that came long ago: one death is the case, the other was closed with a reason."""
    made = take_in(panel, manager, NOTIFIED, UNKNOWN)
    with change("plant", by=manager) as written:
        made.received_on = LONG_AGO
        written.save(made)
    confirm_list_matches(matches=[(entry_of(made, "C1"), case)], by=manager)
    decide_list_entry(
        entry=entry_of(made, "C2"), case=None, reason="Lived in Qxelsewhere", by=manager
    )
    return made


def asked(user) -> list[str]:
    return [one.url for one in work(user, timezone.localdate())]


def test_a_list_over_its_time_is_proposed_agreed_and_gone_but_for_its_codes(
    client, upload, case, manager, auditor, administrator, django_capture_on_commit_callbacks
):
    page = reverse("cdop:propose_list_disposal", args=[upload.pk])
    sign_in(client, manager)
    assert asked(manager) == []
    assert "No rule was settled" in client.get(page).content.decode()
    settle(administrator)
    assert asked(manager) == [page]

    assert client.post(page, {"reason": WHY}).status_code == 302
    assert asked(manager) == [] and "waits for an auditor" in client.get(page).content.decode()
    proposal = Agreement.objects.get()
    theirs = sign_in(Client(), auditor)
    answer = reverse("answer_proposal", args=[proposal.pk])
    listed = without_token(theirs.get(reverse("list_proposals")))
    told = without_token(theirs.get(answer))
    assert "Registrar&#x27;s list" in listed and answer in listed
    for said in ("2 June 2014", "2 June 2016", WHY, "Deaths on the list"):
        assert said in told
    assert "Qxunheard" not in told + listed
    with django_capture_on_commit_callbacks(execute=True):
        assert theirs.post(answer, {"answer": "agree", "note": ""}).status_code == 302

    with keys.held(), pytest.raises(crypto.KeyMissing):
        _ = ListEntry.objects.select_related("upload").get(entry="C2").family_name
    kept = ListEntry.objects.get(entry="C1")
    assert (kept.case_id, kept.decision, kept.band) == (case.pk, "matched", "certain")
    assert AuditEntry.objects.filter(action="dispose_list", outcome="done").count() == 1
    assert verify().ok
    gone = (reverse("cdop:view_list", args=[upload.pk]), page)
    assert [client.get(url).status_code for url in gone] == [404, 404]
    assert str(upload.pk) not in client.get(reverse("cdop:list_lists")).content.decode()
    with pytest.raises(NotAllowed, match="destroyed already"):
        propose_list_disposal(upload=upload, by=manager, reason=WHY)


def test_a_list_is_kept_by_its_rule_by_an_open_death_and_by_a_hold_of_a_case_it_names(
    upload, case, manager, auditor, administrator, panel
):
    settle(administrator, years=100)
    with pytest.raises(NotAllowed, match="This list is kept until"):
        propose_list_disposal(upload=upload, by=manager, reason=WHY)
    settle(administrator)
    open_list = take_in(panel, manager, UNKNOWN, place="Oadby")
    with pytest.raises(NotAllowed, match="Decide first"):
        propose_list_disposal(upload=open_list, by=manager, reason=WHY)
    proposal = propose_list_disposal(upload=upload, by=manager, reason=WHY)
    for somebody in (manager, administrator, factories.make_user(Role.CDR_MANAGER)):
        with pytest.raises(NotAllowed):
            agree_to_proposal(proposal=proposal, by=somebody)
    keeping.hold_case(case=Case.objects.get(pk=case.pk), by=manager, reason="The coroner asks")
    with pytest.raises(NotAllowed, match="legal hold keeps this list"):
        agree_to_proposal(proposal=proposal, by=auditor)
    assert list_retention.destroyed() == set()
    assert asked(manager) == []


def test_rules_of_lists_and_of_cases_are_not_mixed(administrator):
    for kind, event in ((Kind.LIST, Event.DEATH), (Kind.DEATH, Event.LIST_RECEIVED)):
        with pytest.raises(NotAllowed, match="for nothing else"):
            settle(administrator, kind=kind, event=event)


def test_an_interrupted_disposal_is_finished_and_an_old_backup_brings_nothing_back(
    upload, manager, auditor, administrator
):
    settle(administrator)
    proposal = propose_list_disposal(upload=upload, by=manager, reason=WHY)
    agree_to_proposal(proposal=proposal, by=auditor)  # nothing after the commit is done
    assert upload.pk in set(keys.owners("list"))

    assert finish(timezone.now()) == 1 and finish(timezone.now()) == 0

    assert upload.pk not in set(keys.owners("list"))
    Agreement.objects.filter(pk=proposal.pk).update(used_at=None)  # a backup that knows nothing
    assert upload.pk in list_retention.destroyed()


def test_nobody_else_opens_the_page(client, upload, outsider, people):
    url = reverse("cdop:propose_list_disposal", args=[upload.pk])
    for who, status in (
        (elsewhere(), 404),
        (outsider, 403),
        (people[Role.PANEL_CHAIR], 403),
        (people[Role.AUDITOR], 403),
    ):
        sign_in(client, who)
        assert {client.get(url).status_code, client.post(url, {}).status_code} == {status}
    leaver = factories.make_user(Role.CDR_MANAGER)
    sign_in(client, leaver)
    with change("leave", by=None) as written:
        leaver.is_active = False
        written.save(leaver)
    assert client.post(url, {"reason": WHY}).headers["Location"].startswith("/accounts/login/")
    sign_in(client, factories.make_user(Role.CDR_MANAGER), proved=False)
    assert client.get(url).status_code == 302
    assert not Agreement.objects.exists()


def test_the_work_asks_the_same_however_many_lists(upload, manager, administrator, panel):
    settle(administrator)
    asked(manager)
    with CaptureQueriesContext(connection) as one:
        asked(manager)
    for number in range(3):
        more = take_in(panel, manager, UNKNOWN, place=f"District {number}")
        with change("plant", by=manager) as written:
            more.received_on = LONG_AGO
            written.save(more)
        decide_list_entry(entry=entry_of(more, "C2"), case=None, reason="Known", by=manager)
    with CaptureQueriesContext(connection) as four:
        assert len(asked(manager)) == 4

    assert len(one) == len(four)


def test_the_certificate_names_what_speaks_of_a_case_among_others(upload, case, manager, auditor):
    at = at_panel(Case.objects.get(pk=case.pk), manager)
    kernel.write_minutes(meeting=at.meeting, by=manager, text="All were welcome.", notes={})
    disposal = Disposal(
        case=case,
        number=1,
        rule={
            "kind": "death",
            "event": "death",
            "years": 1,
            "since": "2010-01-01",
            "source": "A policy",
            "version": 1,
            "kept_until": "2015-05-12",
        },
        files=0,
        proposed_by=manager,
        proposed_at=timezone.now(),
        agreed_by=auditor,
        disposed_at=timezone.now(),
    )

    drawn = disposal_certificate.certificate(disposal, reader="A Reader", at=timezone.now())

    words = " ".join(" ".join(pages_of(drawn)).split())
    assert "Registrar's list, 1 May 2014 to 31 May 2014: the list names the child" in words
    assert "Minutes of the panel meeting of 4 November 2014" in words
    assert "whoever keeps it is then asked" in words and "Qxunheard" not in words
    assert ListUpload.objects.get().entries.count() == 2
