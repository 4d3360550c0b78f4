"""Ways in through matches, mergers and passing on that somebody tried: each is shut."""

import datetime

import pytest
from django.urls import reverse

from casereview import access
from casereview import actions as kernel
from casereview.actions import NotAllowed
from casereview.models import Case, CaseMatch
from casereview.records import change
from casereview.rules.access_table import Role
from cdop import actions
from tests import factories
from tests.cdop import filling
from tests.cdop.test_matching import in_nottingham, manager_of, other_panel
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(manager):
    """A case here, and the same death notified later and held by another panel."""
    first = actions.log_notification(by=manager, said=filling.said())
    panel, _ = other_panel()
    theirs = manager_of(panel)
    second = actions.log_notification(by=theirs, said=in_nottingham())
    return first, second, CaseMatch.objects.get(case=second), theirs


def merge(second: Case, into: Case) -> None:
    second = Case.objects.get(pk=second.pk)
    with change("decide_match", by=None, case=second) as written:
        second.merged_into, second.stage = into, Case.Stage.MERGED
        written.save(second)


def test_a_merged_case_that_is_kept_from_somebody_is_not_set_apart_by_them(client, manager, pair):
    first, second, match, _ = pair
    merge(second, first)
    url = reverse("cdop:decide_match", args=[first.reference, match.pk])

    answer = sign_in(client, manager).post(url, {"decision": "set_apart", "reason": "Not the same"})

    assert answer.status_code == 200
    second.refresh_from_db()
    assert second.merged_into == first
    with pytest.raises(NotAllowed, match="Ask the manager who holds the other case"):
        actions.decide_match(
            case=first, match=match, decision="set_apart", reason="Not the same", by=manager
        )


def test_another_panels_reason_is_not_told(client, manager, pair):
    first, second, match, theirs = pair
    actions.decide_match(
        case=second, match=match, decision="linked", reason="Both knew Uncle Bartholomew", by=theirs
    )
    url = reverse("cdop:decide_match", args=[first.reference, match.pk])

    page = sign_in(client, manager).get(url).content.decode()

    assert "Linked" in page
    assert "Bartholomew" not in page
    assert (
        "Bartholomew"
        in sign_in(client, theirs)
        .get(reverse("cdop:decide_match", args=[second.reference, match.pk]))
        .content.decode()
    )


@pytest.mark.parametrize("name", ["view_notification", "notification_receipt"])
def test_a_merged_case_does_not_name_one_that_its_reader_may_not_see(client, manager, pair, name):
    first, second, _, theirs = pair
    merge(second, first)

    page = sign_in(client, theirs).get(reverse(f"cdop:{name}", args=[second.reference]))

    assert page.status_code == 200
    assert first.reference not in page.content.decode()


def test_who_was_admitted_by_this_panels_meeting_loses_a_case_that_is_passed_on(manager, panel):
    other, board = other_panel()
    member = factories.make_user(Role.PANEL_MEMBER)
    case = actions.log_notification(by=manager, said=filling.said())
    meeting = kernel.arrange_meeting(
        panel=panel, held_on=datetime.date(2015, 2, 3), members=[member], by=manager
    )
    kernel.put_on_agenda(meeting=meeting, case=case, by=manager)
    assert access.can(member, "view_panel_review", case)

    actions.pass_on_case(case=case, board=board, passed_on_on=datetime.date(2015, 3, 4), by=manager)

    case.refresh_from_db()
    assert case.panel == other
    assert not access.can(member, "view_panel_review", case)
