"""Opening a case in an emergency: who may, what it opens, who is told, and the review."""

import datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casereview import access, break_glass_page
from casereview.actions import NotAllowed, sealing
from casereview.actions import break_glass as actions
from casereview.models import AuditEntry, BreakGlass, OutboxMessage
from casereview.outbox import text_of
from casereview.records import change
from casereview.rules.access_table import READ_ONLY, TABLE, Role
from casereview.rules.break_glass import reason_refusal, review_due_on
from tests import factories
from tests.html import without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
REASON = "A brother lives with the same carer tonight"


@pytest.fixture
def auditor(db):
    return factories.make_user(Role.AUDITOR)


def open_it(case, by, **facts):
    return actions.break_glass(
        **{"reference": case.reference, "purpose": "child_at_risk", "reason": REASON, "by": by}
        | facts
    )


def backdate(opened, **ago):
    moved = datetime.timedelta(**ago)
    with change("test", by=None) as written:
        opened.opened_at, opened.until = opened.opened_at - moved, opened.until - moved
        written.save(opened)


def posted(client, case, **facts):
    data = {"reference": case.reference, "purpose": "child_at_risk", "reason": REASON} | facts
    return client.post(reverse("break_glass"), data)


def test_an_auditor_reads_one_case_for_an_hour_and_changes_nothing(client, case, auditor):
    other = factories.make_case(family_name="Otherwise")
    assert not access.can(auditor, "view_case", case)

    answer = posted(sign_in(client, auditor), case)
    page = client.get(answer["Location"]).content.decode()

    assert answer["Location"] == reverse("view_case", args=[case.reference])
    assert "You read this case in an emergency" in page
    assert {action for action in TABLE if access.can(auditor, action, case)} - READ_ONLY == {
        action for action, cells in TABLE.items() if cells.get(Role.AUDITOR) == "anywhere"
    }
    assert not access.can(auditor, "view_case", other)
    for action in ("correct_record", "declare_interest", "record_panel_review"):
        assert not access.can(auditor, action, case)
    for page in ("correct_record", "view_history", "view_sharing"):
        assert client.get(reverse(page, args=[case.reference])).status_code == 403
    opened = BreakGlass.objects.get()
    assert opened.until - opened.opened_at == datetime.timedelta(hours=1)
    backdate(opened, minutes=61)
    assert client.get(reverse("view_case", args=[case.reference])).status_code == 404


@pytest.mark.parametrize("page", ["view_case", "cdop:view_notification", "cdop:view_panel_review"])
def test_every_page_that_it_opens_says_so_and_offers_to_end_it(client, case, auditor, page):
    opened = open_it(case, auditor)

    shown = sign_in(client, auditor).get(reverse(page, args=[case.reference])).content.decode()
    assert reverse("end_break_glass", args=[opened.pk]) in shown
    client.post(reverse("end_break_glass", args=[opened.pk]))

    assert client.get(reverse(page, args=[case.reference])).status_code == 404


def test_the_panel_and_the_auditors_are_told_at_once_and_told_nothing(case, auditor, people):
    second = factories.make_user(Role.AUDITOR)
    chair, manager = people[Role.PANEL_CHAIR], people[Role.CDR_MANAGER]
    withdrawn = factories.make_user(Role.PANEL_CHAIR)
    factories.recuse(withdrawn, case)

    open_it(case, auditor)

    mails = OutboxMessage.objects.filter(template="break_glass")
    assert {one.to_user for one in mails} == {second, chair, manager}
    for one in mails:
        words = " ".join(text_of(one))
        assert case.reference not in words
        assert "Example" not in words
        assert auditor.name not in words


def absent(case, user):
    return "CD-2015-9999"


def withdrawn(case, user):
    factories.recuse(user, case)


def sealed(case, user):
    with change("x", by=None, case=case) as written:
        case.sealed = True
        written.save(case)


def disposed(case, user):
    with change("x", by=None, case=case) as written:
        case.disposed_at, case.stage = timezone.now(), "disposed"
        written.save(case)


@pytest.mark.parametrize("why", [withdrawn, sealed, disposed], ids=lambda why: why.__name__)
def test_a_case_that_may_not_be_opened_answers_like_one_that_is_not_there(
    client, case, auditor, why
):
    why(case, auditor)
    sign_in(client, auditor)

    pages = []
    for reference in (case.reference, "CD-2015-9999"):
        body = without_token(posted(client, case, reference=reference))
        pages.append(body.replace(reference, "REFERENCE"))
    stripped = set(pages)

    assert len(stripped) == 1
    assert "no case of that number can be opened" in stripped.pop()
    assert not BreakGlass.objects.exists()
    assert AuditEntry.objects.filter(action="break_glass", outcome="refused").count() == 2


def test_references_are_not_tried_one_after_another(client, case, auditor):
    sign_in(client, auditor)
    for _ in range(5):
        assert (
            "no case of that number"
            in posted(client, case, reference="CD-2015-9999").content.decode()
        )

    assert "Wait an hour" in posted(client, case).content.decode()
    cache.clear()
    assert posted(client, case).status_code == 302


@pytest.mark.parametrize("reason", ["", "urgent", "x" * 30, "a a a a a a a a a a"])
def test_a_reason_says_something(case, auditor, reason):
    with pytest.raises(NotAllowed, match="at least 20"):
        open_it(case, auditor, reason=reason)
    assert reason_refusal(REASON) == ""


def test_who_has_a_role_on_the_case_is_sent_to_it(case, manager):
    with pytest.raises(NotAllowed, match="as always"):
        open_it(case, manager)


def test_it_asks_who_is_sitting_there(client, case, auditor):
    answer = posted(sign_in(client, auditor, proved=False), case)

    assert answer.status_code == 302
    assert "/accounts/" in answer["Location"]
    assert not BreakGlass.objects.exists()


def test_another_one_waits_for_the_review_by_somebody_else(case, auditor, people):
    opened, other = open_it(case, auditor), factories.make_case()
    with pytest.raises(NotAllowed, match="reviewed first"):
        open_it(other, auditor)
    backdate(opened, days=1)
    with pytest.raises(NotAllowed, match="reviewed first"):
        open_it(other, auditor)

    far = factories.make_user(Role.PANEL_MEMBER)
    for who in (auditor, people[Role.CDR_MANAGER], far):
        assert not actions.may_review(who, opened)
        with pytest.raises(NotAllowed):
            actions.review_break_glass(opened=opened, outcome="justified", note="Fine", by=who)
    with pytest.raises(NotAllowed, match="what you found"):
        actions.review_break_glass(
            opened=opened, outcome="justified", note=" ", by=people[Role.PANEL_CHAIR]
        )
    actions.review_break_glass(
        opened=opened, outcome="justified", note="One page, needed", by=people[Role.PANEL_CHAIR]
    )

    assert open_it(other, auditor)


def test_a_review_ends_what_is_left_of_the_hour(client, case, auditor, people):
    opened = open_it(case, auditor)
    second = factories.make_user(Role.AUDITOR)
    address = reverse("review_break_glass", args=[opened.pk])
    sign_in(client, auditor).get(reverse("view_case", args=[case.reference]))

    page = sign_in(Client(), second).get(address).content.decode()
    assert REASON in page
    assert "Looked at the overview" in page
    assert client.get(address).status_code == 404
    answer = sign_in(Client(), second).post(address, {"outcome": "not_justified", "note": "No"})

    assert answer.status_code == 302
    assert not access.can(auditor, "view_case", case)
    assert BreakGlass.objects.get().outcome == "not_justified"


def test_a_reviewer_who_withdrew_is_told_of_none(client, case, auditor):
    opened = open_it(case, auditor)
    second = factories.make_user(Role.AUDITOR)
    factories.recuse(second, case)

    page = sign_in(client, second).get(reverse("list_break_glass")).content.decode()

    assert case.reference not in page
    assert client.get(reverse("review_break_glass", args=[opened.pk])).status_code == 404
    assert break_glass_page.work(second, timezone.localdate()) == []


def test_an_overdue_review_is_work_for_the_reviewers(case, auditor, people):
    opened = open_it(case, auditor)
    backdate(opened, days=10)
    today = timezone.localdate()

    chair = break_glass_page.work(people[Role.PANEL_CHAIR], today)
    own = break_glass_page.work(auditor, today)

    assert [item.due_on for item in chair] == [review_due_on(opened.opened_at)]
    assert chair[0].due_on < today
    assert not chair[0].waiting_for
    assert own[0].waiting_for
    assert break_glass_page.listed(people[Role.PANEL_CHAIR], today)["waiting"][0].overdue


def test_who_may_open_in_an_emergency(case, people, outsider):
    may = {role for role, user in people.items() if access.can(user, "break_glass")}

    assert may == {
        Role.AUDITOR,
        Role.CDR_MANAGER,
        Role.DESIGNATED_DOCTOR,
        Role.PANEL_CHAIR,
        Role.BOARD_MANAGER,
    }
    assert not access.can(outsider, "break_glass")


def test_a_chair_whom_a_seal_keeps_out_reads_no_emergency_of_the_case(
    client, case, auditor, people
):
    opened, chair = open_it(case, auditor), people[Role.PANEL_CHAIR]
    second = factories.make_user(Role.AUDITOR)
    assert actions.may_review(chair, opened) and break_glass_page.reviewed_by(chair) == [opened]
    sealing.seal_case(case=case, reason="A member of staff", by=people[Role.CDR_MANAGER], keeps=[])
    opened = BreakGlass.objects.select_related("case").get()

    assert not actions.may_review(chair, opened)
    assert break_glass_page.reviewed_by(chair) == []
    page = sign_in(client, chair).get(reverse("list_break_glass")).content.decode()
    assert case.reference not in page
    assert actions.may_review(second, opened)
    assert break_glass_page.reviewed_by(second) == [opened]
