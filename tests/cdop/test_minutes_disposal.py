"""Minutes speak of several cases: destroyed by their own rule, or once the last case is gone."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casereview import actions as kernel
from casereview import crypto, disposal_certificate, joint_papers, keys
from casereview.actions import NotAllowed, disposing, joint_disposal
from casereview.actions import retention as keeping
from casereview.actions.second_person import agree_to_proposal
from casereview.joint_papers_work import work
from casereview.models import AgendaItem, Agreement, AuditEntry, Case, Meeting, Panel, StandingRole
from casereview.pdf import pages_of
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.retention import Event, Kind
from casereview.verification import verify
from learning.agency_updates import of_meeting
from learning.models import AgencyUpdate
from tests import factories
from tests.html import without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
HELD = datetime.date(2014, 6, 2)
WHY = "Its time is over"
SAID = "Qxnobodycase was the weather"
OF_CASE = "Qxofthecase was agreed"


def settle(by, **facts):
    facts = {
        "kind": Kind.MINUTES,
        "event": Event.MEETING_HELD,
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
def meeting(panel, manager, case):
    """A meeting of long ago about two cases, with minutes and what an agency brought."""
    other = factories.make_case(by=manager)
    with change("plant", by=manager) as written:
        made = Meeting(panel=panel, held_on=HELD, state=Meeting.State.HELD, chair=manager)
        written.save(made)
        items = [AgendaItem(meeting=made, case=one, place=n) for n, one in enumerate((case, other))]
        for item in items:
            written.save(item)
        written.save(
            AgencyUpdate(
                meeting=made,
                agency=factories.make_agency(),
                asked_at=timezone.now(),
                answer=AgencyUpdate.Answer.SOMETHING,
                text="Qxbrought by an agency",
                answered_by=manager,
                answered_at=timezone.now(),
            )
        )
    kernel.write_minutes(meeting=made, by=manager, text=SAID, notes=dict.fromkeys(items, OF_CASE))
    return made


def page_of(meeting) -> str:
    return reverse("propose_joint_disposal", args=["minutes", meeting.pk])


def asked(user) -> list[str]:
    return [one.url for one in work(user, timezone.localdate())]


def dispose_of(case, at) -> None:
    with change("dispose_case", by=None, case=case) as written:
        disposing.leave_tombstone(written, Case.objects.get(pk=case.pk), at)


def test_minutes_over_their_time_are_proposed_agreed_and_gone_and_a_case_keeps_its_own(
    client, meeting, manager, auditor, administrator, django_capture_on_commit_callbacks
):
    page = page_of(meeting)
    sign_in(client, manager)
    assert asked(manager) == []
    assert "No rule was settled" in client.get(page).content.decode()
    settle(administrator)
    assert asked(manager) == [page]
    assert page in client.get(reverse("cdop:view_minutes", args=[meeting.pk])).content.decode()
    assert client.post(page, {"reason": WHY}).status_code == 302
    assert asked(manager) == [] and "waits for an auditor" in client.get(page).content.decode()

    theirs = sign_in(Client(), auditor)
    answer = reverse("answer_proposal", args=[Agreement.objects.get().pk])
    told = without_token(theirs.get(answer))
    for said in ("2 June 2014", "2 June 2016", WHY, "2, 0 of them disposed of"):
        assert said in told
    assert "Qxnobodycase" not in told and "CD-" not in told
    with django_capture_on_commit_callbacks(execute=True):
        assert theirs.post(answer, {"answer": "agree", "note": ""}).status_code == 302

    with keys.held(), pytest.raises(crypto.KeyMissing):
        _ = Meeting.objects.get(pk=meeting.pk).minutes
    assert of_meeting(meeting) == []
    shown = without_token(client.get(reverse("cdop:view_minutes", args=[meeting.pk])))
    assert "was destroyed when its time was over" in shown and OF_CASE in shown
    closed = [("cdop:copy_minutes", client.post), ("cdop:write_minutes", client.get)]
    assert [ask(reverse(name, args=[meeting.pk])).status_code for name, ask in closed] == [404, 404]
    with pytest.raises(NotAllowed, match="were destroyed"):
        kernel.write_minutes(meeting=meeting, by=manager, text="Again")
    assert "destroyed already" in client.get(page).content.decode()
    assert asked(manager) == [] and verify().ok

    listed = theirs.get(reverse("view_retention")).content.decode()
    certificate = reverse("download_joint_certificate", args=[Agreement.objects.get().pk])
    assert certificate in listed
    words = " ".join(" ".join(pages_of(theirs.get(certificate).content)).split())
    entry = AuditEntry.objects.get(action="dispose_joint_papers", outcome="done")
    for said in ("2 June 2014", manager.name, auditor.name, str(entry.seq), "store none"):
        assert said in words
    assert "CD-" not in words and "Qx" not in words
    assert client.get(certificate).status_code == 200  # who proposed it
    stranger = factories.make_user(Role.CDR_MANAGER)
    assert sign_in(Client(), stranger).get(certificate).status_code == 404


def test_minutes_go_without_a_rule_once_the_last_of_their_cases_is_gone(
    meeting, manager, auditor, case
):
    at = timezone.now() - datetime.timedelta(days=3)
    one, other = (item.case for item in meeting.agenda.all())
    dispose_of(one, at)
    assert asked(manager) == []
    told = disposal_certificate._left(Case.objects.get(pk=one.pk))
    assert told[0].lines == ("Minutes of the panel meeting of 2 June 2014",)

    dispose_of(other, at)

    assert asked(manager) == [page_of(meeting)]
    proposal = joint_disposal.propose_joint_disposal(
        name="minutes", record=meeting, by=manager, reason=WHY
    )
    agree_to_proposal(proposal=proposal, by=auditor)  # nothing after the commit is done
    assert meeting.pk in set(keys.owners("meeting"))
    assert joint_disposal.finish(timezone.now()) == 1
    assert joint_disposal.finish(timezone.now()) == 0
    assert meeting.pk not in set(keys.owners("meeting"))
    assert "No minutes" in disposal_certificate._left(Case.objects.get(pk=one.pk))[0].text


def test_what_is_held_or_ones_own_or_another_panels_is_not_destroyed(
    client, meeting, manager, auditor, administrator, case
):
    settle(administrator)
    propose = joint_disposal.propose_joint_disposal
    about = {"name": "minutes", "record": meeting}
    with pytest.raises(NotAllowed, match="reason"):
        propose(**about, by=manager, reason=" ")
    proposal = propose(**about, by=manager, reason=WHY)
    for somebody in (manager, administrator, factories.make_user(Role.CDR_MANAGER)):
        with pytest.raises(NotAllowed):
            agree_to_proposal(proposal=proposal, by=somebody)
    hold = keeping.hold_case(case=Case.objects.get(pk=case.pk), by=manager, reason="The coroner")
    with pytest.raises(NotAllowed, match="legal hold keeps this paper"):
        agree_to_proposal(proposal=proposal, by=auditor)
    keeping.lift_hold(hold=hold, case=Case.objects.get(pk=case.pk), by=manager, reason="Ended")
    factories.recuse(auditor, case, by=manager)
    proposal.refresh_from_db()
    with pytest.raises(NotAllowed, match="withdrawn from a case"):
        agree_to_proposal(proposal=proposal, by=auditor)
    assert joint_papers.destroyed("minutes") == set()

    with change("plant", by=None) as written:
        elsewhere = Panel(code="ELSEWHERE", name="Elsewhere")
        written.save(elsewhere)
        user = factories.make_user(None)
        held = StandingRole(user=user, role=Role.CDR_MANAGER, panel=elsewhere)
        held.given_at = timezone.now()
        written.save(held)
    assert sign_in(client, user).get(page_of(meeting)).status_code == 404
    unknown = reverse("propose_joint_disposal", args=["nothing", meeting.pk])
    assert sign_in(client, manager).get(unknown).status_code == 404
    factories.recuse(manager, case, by=administrator)
    assert client.get(page_of(meeting)).status_code == 404
    assert sign_in(client, administrator).get(page_of(meeting)).status_code == 403


def test_many_minutes_take_no_more_queries_than_one(
    meeting, panel, manager, administrator, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    settle(administrator)
    with CaptureQueriesContext(connection) as one:
        assert len(asked(manager)) == 1
    for day in (3, 4):
        with change("plant", by=manager) as written:
            more = Meeting(panel=panel, held_on=HELD.replace(day=day), chair=manager)
            written.save(more)
        kernel.write_minutes(meeting=more, by=manager, text=SAID)

    with django_assert_num_queries(len(one)):
        assert len(asked(manager)) == 3
