"""First judgements: given silently, opened together, and of the named ones nothing is left."""

import datetime
import json
from itertools import pairwise

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import actions as kernel
from casereview import verification
from casereview.actions import NotAllowed
from casereview.keystore.models import DataKey
from casereview.models import AgendaItem, AuditEntry, AuditRowCode, Case
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from casereview.work_list import items_of
from cdop import actions, first_judgements
from cdop.actions import judging
from cdop.actions.judging import Judgement
from cdop.models import FirstJudgement, JudgementRound
from tests import factories
from tests.cdop.reviews import at_panel, record_all
from tests.kept_out import leave, let_in
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
SLEEP = Judgement("10", "M", ["UNSAFE_SLEEPING"])
SMOKE = Judgement("10", "M", ["UNSAFE_SLEEPING", "SMOKING"])
NONE = Judgement("3", "N")


@pytest.fixture
def at(case, manager):
    return at_panel(case, manager)


@pytest.fixture
def begun(at):
    actions.begin_judgement_round(case=at.case, by=at.manager)
    return at


def another_member(at, **facts):
    user = factories.make_user(Role.PANEL_MEMBER, **facts)
    kernel.invite_to_meeting(meeting=at.meeting, user=user, by=at.manager)
    return user


def give(at, user, said=SLEEP, seen=0):
    return actions.give_first_judgement(case=at.case, by=user, said=said, seen=seen)


def open_them(at):
    return actions.open_judgement_round(case=at.case, by=at.chair)


def inform_only(at, user):
    kernel.declare_interest(
        case=at.case, user=user, level="informs_only", grounds="Treated the child", by=user
    )


def hold(case, held=True):
    with change("plant", by=None, case=case) as written:
        case.legal_hold = held
        written.save(case)


def keys_of(judging_round):
    return DataKey.objects.using("keys").filter(owner_kind="round", owner_id=judging_round.pk)


def address(at, name):
    return reverse(f"cdop:{name}", args=[at.case.reference])


def test_the_chair_opens_them_and_only_the_counts_are_kept(
    begun, django_capture_on_commit_callbacks
):
    for user, said in ((begun.chair, SLEEP), (begun.member, SMOKE), (another_member(begun), NONE)):
        give(begun, user, said)

    with django_capture_on_commit_callbacks(execute=True):
        opened = open_them(begun)

    assert opened.counts == {
        "category": {"10": 2, "3": 1},
        "outcome": {"M": 2, "N": 1},
        "factors": {"SMOKING": 1, "UNSAFE_SLEEPING": 2},
    }
    assert not FirstJudgement.objects.exists()
    assert not keys_of(opened).exists()
    assert (opened.opened_by, opened.destroyed_at is not None) == (begun.chair, True)
    assert verification.verify().ok


def test_the_key_is_there_until_the_opening_is_committed(begun, django_capture_on_commit_callbacks):
    give(begun, begun.member)

    with django_capture_on_commit_callbacks() as waiting:
        opened = open_them(begun)

    assert keys_of(opened).exists()
    assert len(waiting) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the bytes of SQLite")
def test_no_byte_of_a_judgement_or_its_key_is_left_in_either_database(begun):
    give(begun, begun.member, SMOKE)
    give(begun, begun.chair, NONE)
    asked = JudgementRound.objects.get()
    sealed = [bytes(row.__dict__["judgement"].blob) for row in FirstJudgement.objects.all()]
    wrapped = bytes(keys_of(asked).get().wrapped)
    assert all(blob in everything("default") for blob in sealed)
    assert wrapped in everything("keys")

    open_them(begun)

    left = everything("default")
    assert not any(blob in left for blob in sealed)
    assert wrapped not in everything("keys")


def everything(alias) -> bytes:
    """Return a whole SQLite database as bytes, pages that were freed included."""
    connections[alias].ensure_connection()
    return connections[alias].connection.serialize()


def test_there_is_no_history_and_the_log_keeps_that_a_person_took_part(begun):
    given = give(begun, begun.member, SMOKE)
    assert not hasattr(FirstJudgement, "history")

    open_them(begun)

    entry = AuditEntry.objects.get(action="give_first_judgement", outcome="done")
    assert (entry.actor, entry.case, entry.key) == (begun.member.pk, begun.case.pk, given.pk)
    assert "SMOKING" not in json.dumps(entry.detail)
    newest = AuditRowCode.objects.filter(key=given.pk).order_by("entry_id", "place").last()
    assert bytes(newest.code) == b""


def test_the_judgement_of_one_alone_is_not_counted(begun):
    give(begun, begun.member)

    opened = open_them(begun)

    assert opened.counts == {}
    assert not FirstJudgement.objects.exists()


def test_a_legal_hold_keeps_the_rows_sealed_until_it_ends(
    client, begun, django_capture_on_commit_callbacks
):
    give(begun, begun.member)
    give(begun, begun.chair, NONE)
    hold(begun.case)

    with django_capture_on_commit_callbacks(execute=True):
        opened = open_them(begun)

    assert FirstJudgement.objects.count() == 2
    assert (opened.destroyed_at, opened.counts["outcome"]) == (None, {"M": 1, "N": 1})
    assert keys_of(opened).exists()
    assert judging.destroy_first_judgements(timezone.now()) == 0
    page = sign_in(client, begun.chair).get(address(begun, "view_panel_review")).content.decode()
    assert "A legal hold keeps what each member gave, sealed" in page
    hold(Case.objects.get(pk=begun.case.pk), held=False)
    with django_capture_on_commit_callbacks(execute=True):
        assert judging.destroy_first_judgements(timezone.now()) == 1
    assert not FirstJudgement.objects.exists()
    assert not keys_of(opened).exists()
    assert verification.verify().ok


def test_a_hold_on_a_merged_case_holds_too(begun):
    other = factories.make_case(by=begun.manager)
    with change("plant", by=None) as written:
        other.merged_into, other.legal_hold = begun.case, True
        written.save(other)
    give(begun, begun.member)

    assert open_them(begun).destroyed_at is None


def test_a_key_that_a_broken_off_opening_left_is_destroyed_at_the_next_tick(
    begun, django_capture_on_commit_callbacks
):
    give(begun, begun.member)
    with django_capture_on_commit_callbacks():
        opened = open_them(begun)
    assert keys_of(opened).exists()

    assert judging.destroy_first_judgements(timezone.now()) == 1

    assert not keys_of(opened).exists()
    assert judging.destroy_first_judgements(timezone.now()) == 0


def test_a_round_that_is_open_keeps_its_key_at_the_tick(begun):
    give(begun, begun.member)

    assert judging.destroy_first_judgements(timezone.now()) == 0

    assert FirstJudgement.objects.get().judgement["category"] == "10"


def test_one_may_change_ones_own_and_two_tabs_do_not_overwrite_each_other(begun):
    give(begun, begun.member, SLEEP)

    changed = give(begun, begun.member, NONE, seen=1)

    assert FirstJudgement.objects.get().judgement["outcome"] == "N"
    assert changed.version == 2
    with pytest.raises(Conflict):
        give(begun, begun.member, SLEEP, seen=1)


def test_who_only_informs_gives_none_and_opens_none(begun):
    give(begun, begun.member)
    inform_only(begun, begun.member)
    inform_only(begun, begun.chair)

    with pytest.raises(NotAllowed, match="you inform the panel"):
        give(begun, begun.member, NONE, seen=1)
    with pytest.raises(NotAllowed, match="Ask another chair"):
        open_them(begun)


def test_who_has_withdrawn_or_only_informs_since_is_not_counted(begun):
    third, fourth = another_member(begun), another_member(begun)
    for user in (begun.chair, begun.member, third, fourth):
        give(begun, user)
    factories.recuse(third, begun.case)
    inform_only(begun, fourth)

    opened = open_them(begun)

    assert opened.counts["outcome"] == {"M": 2}
    assert not FirstJudgement.objects.exists()


def test_a_member_who_is_not_invited_to_the_meeting_gives_none(begun):
    stranger = factories.make_user(Role.PANEL_MEMBER)
    factories.admit(stranger, begun.case, Role.PANEL_MEMBER, by=begun.manager)

    with pytest.raises(NotAllowed, match="only the meeting’s members"):
        give(begun, stranger)


def test_nothing_is_given_after_the_panel_has_decided_or_they_were_opened(begun):
    item = AgendaItem.objects.get(case=begun.case)
    with change("plant", by=None, case=begun.case) as written:
        item.outcome = "deferred"
        written.save(item)
    with pytest.raises(NotAllowed, match="the panel has decided"):
        give(begun, begun.member)
    open_them(begun)

    with pytest.raises(NotAllowed, match="no first judgement is asked for"):
        give(begun, begun.member)
    with pytest.raises(NotAllowed, match="no first judgements are being given"):
        open_them(begun)


@pytest.mark.parametrize(
    "said",
    [
        Judgement("99", "N"),
        Judgement("10", "X"),
        Judgement("10", "M"),
        Judgement("10", "N", ["SMOKING"]),
        Judgement("10", "M", ["LUCK"]),
    ],
)
def test_a_judgement_is_made_of_the_lists_codes(begun, said):
    with pytest.raises(NotAllowed, match="Select"):
        give(begun, begun.member, said)


def test_a_meeting_asks_once_and_a_case_on_no_agenda_is_not_asked(at):
    other = factories.make_case(by=at.manager)
    with pytest.raises(NotAllowed, match="agenda of a meeting first"):
        actions.begin_judgement_round(case=other, by=at.manager)
    actions.begin_judgement_round(case=at.case, by=at.chair)
    with pytest.raises(NotAllowed, match="Open the first judgements"):
        actions.begin_judgement_round(case=at.case, by=at.manager)
    open_them(at)

    with pytest.raises(NotAllowed, match="once"):
        actions.begin_judgement_round(case=at.case, by=at.manager)


def test_a_completed_review_is_not_judged_first(at):
    record_all(at)
    actions.complete_panel_review(
        case=at.case, by=at.chair, reason="Agreed by letter", meeting=at.meeting
    )

    with pytest.raises(NotAllowed, match="Reopen the review"):
        actions.begin_judgement_round(case=at.case, by=at.manager)


def test_a_case_that_is_being_judged_stays_on_its_agenda(begun):
    item = AgendaItem.objects.get(case=begun.case)

    with pytest.raises(NotAllowed, match="begun to judge"):
        kernel.take_off_agenda(item=item, by=begun.manager, reason="Another month")

    assert AgendaItem.objects.filter(pk=item.pk).exists()


def test_before_they_are_opened_each_is_shown_the_same_but_for_ones_own(begun):
    before = [first_judgements.shown(user, begun.case) for user in (begun.chair, begun.manager)]

    give(begun, begun.member, SMOKE)
    give(begun, another_member(begun), NONE)

    after = [first_judgements.shown(user, begun.case) for user in (begun.chair, begun.manager)]
    assert before == after
    assert first_judgements.shown(begun.member, begun.case)["given_at"] is not None


def test_a_member_gives_and_changes_their_own_through_the_page(client, begun):
    sign_in(client, begun.member)
    url = address(begun, "give_first_judgement")

    empty = client.post(url, {"seen": "0", "outcome": "M"}).content.decode()
    client.post(
        url, {"seen": "0", "category": "NK", "outcome": "M", "factors": ["SMOKING", "OTHER"]}
    )
    page = client.get(url).content.decode()

    assert "Select the category of death" in empty
    assert "Select the modifiable factors" in empty
    assert FirstJudgement.objects.get().judgement == {
        "category": "NK",
        "outcome": "M",
        "factors": ["OTHER", "SMOKING"],
    }
    assert "You gave this one on" in page
    assert begun.case.reference in page
    assert "Example" not in page.split("<main")[1]


def test_the_chair_opens_them_through_the_page_and_all_read_how_many_agreed(client, begun):
    give(begun, begun.chair, SLEEP)
    give(begun, begun.member, SMOKE)
    give(begun, another_member(begun), NONE)
    sign_in(client, begun.chair)
    assert (
        "It cannot be brought back"
        in client.get(address(begun, "open_judgement_round")).content.decode()
    )

    client.post(address(begun, "open_judgement_round"))

    page = sign_in(client, begun.member).get(address(begun, "view_panel_review")).content.decode()
    assert page.count("2 of 3 agreed") == 2
    assert "Smoking in pregnancy or the household: named by 1 of 3" in page
    assert "Only these counts are kept" in page


def test_a_manager_asks_for_them_and_the_members_find_it_among_their_work(client, at):
    sign_in(client, at.manager)
    assert "4 November 2014" in client.get(address(at, "begin_judgement_round")).content.decode()

    client.post(address(at, "begin_judgement_round"))

    today = timezone.localdate()
    tasks = [item.task for item in items_of(at.member, today)]
    assert tasks.count("Give your first judgement") == 1
    assert "Give your first judgement" not in [i.task for i in items_of(at.manager, today)]
    give(at, at.member)
    assert "Give your first judgement" not in [i.task for i in items_of(at.member, today)]


def test_a_member_may_neither_ask_for_nor_open_them(client, begun):
    sign_in(client, begun.member)

    statuses = [
        client.post(address(begun, name)).status_code
        for name in ("begin_judgement_round", "open_judgement_round")
    ]

    assert statuses == [403, 403]
    assert JudgementRound.objects.get().opened_at is None


@pytest.mark.parametrize("name", ["begin_judgement_round", "open_judgement_round"])
def test_who_is_kept_from_the_case_is_kept_from_its_first_judgements(client, begun, name):
    assert let_in(client, begun.case, address(begun, name), "Ada") == []


def test_the_recused_member_and_the_leaver_do_not_reach_the_page(client, begun):
    factories.recuse(begun.member, begun.case)
    sign_in(client, begun.member)
    assert client.get(address(begun, "give_first_judgement")).status_code == 404
    leaver = another_member(begun)
    sign_in(client, leaver)
    leave(leaver)

    assert client.get(address(begun, "give_first_judgement")).status_code == 302
    assert [i for i in items_of(begun.member, timezone.localdate()) if "first" in i.key] == []


def test_the_review_asks_the_database_as_often_for_many_judgements(client, begun):
    sign_in(client, begun.manager)
    url = address(begun, "view_panel_review")
    asked = []
    for _ in range(2):
        give(begun, another_member(begun))
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        asked.append(len(queries))

    assert all(one == other for one, other in pairwise(asked))


def test_agreement_over_time_is_of_rounds_and_never_of_people(client, begun):
    give(begun, begun.chair, SLEEP)
    give(begun, begun.member, NONE)
    open_them(begun)
    with change("plant", by=None) as written:
        for day, counts in ((1, {"M": 4}), (2, {"N": 4}), (3, {"M": 3, "N": 1}), (4, {"N": 3})):
            other = factories.make_case(by=begun.manager)
            many = sum(counts.values())
            at = timezone.make_aware(
                datetime.datetime.combine(datetime.date(2015, 4, day), datetime.time(12))
            )
            written.save(
                JudgementRound(
                    case=other,
                    begun_at=at,
                    begun_by=begun.manager,
                    opened_at=at,
                    opened_by=begun.chair,
                    destroyed_at=at,
                    counts={"category": {"10": many}, "outcome": counts, "factors": {}},
                )
            )

    page = sign_in(client, begun.manager).get(reverse("cdop:view_agreement")).content.decode()

    assert "2015-16" in page
    assert "All years" in page
    assert "Whether there were modifiable factors" in page
    assert ">17</td>" in page
    assert begun.member.name not in page
    assert begun.case.reference not in page
    chairs = sign_in(client, begun.chair).get(reverse("cdop:view_agreement")).content.decode()
    assert "2015-16" not in chairs
    assert "All years" not in chairs


@pytest.mark.parametrize("role", [Role.PANEL_MEMBER, Role.DESIGNATED_DOCTOR, None])
def test_agreement_is_for_managers_and_chairs(client, role):
    sign_in(client, factories.make_user(role))

    assert client.get(reverse("cdop:view_agreement")).status_code == 403
