"""What each panel and board settles for itself: quorum, deputy, whom to telephone."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.cases import panel_of
from casereview.actions.panels import change_panel, serve_board, stop_serving
from casereview.deputies import deputies_of, managers_by_panel
from casereview.models import AuditEntry, Board, Panel, PanelBoard, StandingRole
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from tests import factories
from tests.html import without_token
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(people):
    return people[Role.ADMINISTRATOR]


def at(panel):
    return reverse("change_panel", args=[panel.pk])


def settings_of(panel, **facts):
    return {
        "name": panel.name,
        "quorum_members": "",
        "quorum_share": "",
        "quorum_agencies": "3",
        "deputy": "",
        "version": str(panel.version),
        **facts,
    }


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("view_panels", {Role.ADMINISTRATOR, Role.CDR_MANAGER}),
        ("add_panel", {Role.ADMINISTRATOR}),
        ("add_board", {Role.ADMINISTRATOR}),
        ("change_panel", {Role.ADMINISTRATOR}),
        ("serve_boards", {Role.ADMINISTRATOR}),
        ("close_panel", {Role.ADMINISTRATOR}),
        ("change_board", {Role.ADMINISTRATOR}),
    ],
)
def test_the_pages_open_to_whom_the_table_says(people, outsider, panel, name, may):
    keys = {
        "view_panels": [],
        "add_panel": [],
        "add_board": [],
        "change_board": [factories.board().pk],
    }
    keys = keys.get(name, [panel.pk])
    address = reverse(name, args=keys)
    looking = {role: people[role] for role in (*may, Role.PANEL_CHAIR, Role.AUDITOR)}

    answers = {role: sign_in(Client(), user).get(address) for role, user in looking.items()}

    assert {role for role, answer in answers.items() if answer.status_code == 200} == may
    assert sign_in(Client(), outsider).get(address).status_code == 403


def test_who_has_left_changes_nothing(client, administrator, panel):
    sign_in(client, administrator)
    with change("test", by=None) as written:
        administrator.is_active, administrator.left_at = False, timezone.now()
        written.save(administrator)

    client.post(at(panel), settings_of(panel, quorum_agencies="5"))

    assert Panel.objects.get(pk=panel.pk).quorum_agencies == 3


@pytest.mark.parametrize("name", ["change_panel", "change_board"])
def test_a_setting_is_changed_with_a_fresh_proof_only(client, administrator, panel, name):
    key = panel.pk if name == "change_panel" else factories.board().pk
    sign_in(client, administrator, proved=False)

    answer = client.post(reverse(name, args=[key]), {"social_care_telephone": "0116 496 0999"})

    assert answer.status_code == 302
    assert not Board.objects.exclude(social_care_telephone="").exists()


def test_an_administrator_sets_the_quorum_and_the_deputy(client, administrator, manager, panel):
    sign_in(client, administrator)
    typed = settings_of(
        panel,
        quorum_members="4",
        quorum_share="60",
        quorum_agencies="2",
        deputy=str(manager.pk),
    )

    page = client.post(at(panel), typed, follow=True).content.decode()

    assert "At least 4 members and 60 in a hundred of those invited, of at least 2 agencies" in page
    assert f">{manager.name}</dd>" in page
    assert AuditEntry.objects.filter(action="change_panel", outcome="done").count() == 1


def test_the_page_says_who_stands_in_where_no_deputy_is_named(client, administrator, manager):
    sign_in(client, administrator)
    alone = client.get(reverse("view_panels")).content.decode()
    factories.make_user(Role.CDR_MANAGER)

    two = client.get(reverse("view_panels")).content.decode()

    assert "None is named. There is no other manager: an administrator is told." in alone
    assert "None is named. The other managers stand in." in two


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"quorum_share": "0"}, "Enter the share of members as a whole number from 1 to 100"),
        ({"quorum_members": "many"}, "Enter the least number of members as a whole number"),
        ({"quorum_agencies": ""}, "Enter the least number of agencies"),
        ({"deputy": "nobody"}, "Select the deputy in the list"),
    ],
)
def test_what_cannot_be_is_refused_in_words(client, administrator, panel, typed, words):
    sign_in(client, administrator)

    page = client.post(at(panel), settings_of(panel, **typed)).content.decode()

    assert words in page
    assert Panel.objects.get(pk=panel.pk).version == panel.version


def test_two_who_change_a_panel_at_once_do_not_overwrite_each_other(client, administrator, panel):
    sign_in(client, administrator)
    stale = settings_of(panel, quorum_agencies="5")
    client.post(at(panel), settings_of(panel, quorum_agencies="2"))

    page = client.post(at(panel), stale).content.decode()

    assert "Somebody else changed this meanwhile" in page
    assert 'value="5"' in page
    assert Panel.objects.get(pk=panel.pk).quorum_agencies == 2


def test_a_deputy_manages_the_panels_cases(administrator, people, panel):
    facts = {"quorum_members": None, "quorum_share": None, "quorum_agencies": 3}

    with pytest.raises(NotAllowed, match="Choose a deputy who is a CDR manager"):
        change_panel(panel=panel, by=administrator, deputy=people[Role.PANEL_CHAIR], **facts)
    with pytest.raises(Conflict):
        change_panel(panel=panel, by=administrator, deputy=None, version=99, **facts)


def test_a_deputy_whose_role_has_ended_stands_in_no_longer(administrator, manager, panel):
    facts = {"quorum_members": None, "quorum_share": None, "quorum_agencies": 3}
    change_panel(panel=panel, by=administrator, deputy=manager, **facts)
    before = deputies_of([panel])
    held = StandingRole.objects.get(user=manager)
    with change("end_role", by=administrator) as written:
        held.until = timezone.localdate() - datetime.timedelta(days=1)
        written.save(held)

    assert (before, deputies_of([panel])) == ([manager], [])


def test_a_manager_of_a_board_manages_for_the_panel_that_serves_it(panel):
    of_board = factories.make_user(Role.CDR_MANAGER)
    held = StandingRole.objects.get(user=of_board)
    with change("give_role", by=None) as written:
        held.panel, held.board = None, factories.board()
        written.save(held)

    assert managers_by_panel([panel]) == {panel.pk: [of_board]}


def test_an_administrator_sets_whom_to_telephone(client, administrator):
    board = factories.board()
    sign_in(client, administrator)

    page = client.post(
        reverse("change_board", args=[board.pk]),
        {"social_care_telephone": " 0116 496 0123 ", "version": board.version},
        follow=True,
    ).content.decode()

    assert "0116 496 0123" in page
    assert Board.objects.get(pk=board.pk).social_care_telephone == "0116 496 0123"


def test_a_retired_panel_and_board_are_not_found(client, administrator, panel):
    board = factories.board()
    with change("retire", by=None) as written:
        for one in (panel, board):
            one.retired_on = timezone.localdate()
            written.save(one)
    sign_in(client, administrator)

    answers = [
        client.get(reverse("change_panel", args=[panel.pk])),
        client.get(reverse("change_board", args=[board.pk])),
    ]

    assert [one.status_code for one in answers] == [404, 404]


def test_the_queries_do_not_grow_with_the_panels(client, administrator):
    sign_in(client, administrator)

    def asked():
        with CaptureQueriesContext(connection) as context:
            assert client.get(reverse("view_panels")).status_code == 200
        return len(context)

    before = asked()
    boards = Board.objects.exclude(pk__in=PanelBoard.objects.values("board"))[:3]
    with change("set_up", by=None) as written:
        for number, board in enumerate(boards):
            panel = Panel(code=f"P{number}", name=f"Panel {number}")
            written.save(panel)
            written.save(PanelBoard(panel=panel, board=board, since=datetime.date(2014, 4, 1)))

    assert asked() == before


FREE = "NOTTINGHAM"


def added(client, **facts):
    free = Board.objects.get(code=FREE)
    typed = {"name": "Exampleshire panel", "code": "exshire", "board": str(free.pk)}
    day = {"since_day": "1", "since_month": "4", "since_year": "2014"}
    return client.post(reverse("add_panel"), {**typed, **day, **facts})


def test_a_panel_is_added_with_its_board_and_then_settled(client, administrator):
    sign_in(client, administrator)

    answer = added(client)

    panel = Panel.objects.get(code="EXSHIRE")
    assert answer["Location"] == at(panel)
    assert PanelBoard.objects.get(panel=panel).since == datetime.date(2014, 4, 1)
    assert panel_of(Board.objects.get(code=FREE), datetime.date(2015, 1, 1)) == panel
    client.post(at(panel), settings_of(panel, quorum_kinds=["POLICE", "CSC"], name="Another name"))
    page = without_token(client.get(reverse("view_panels")))
    assert "Another name" in page
    assert "Somebody must be there of: Police" in page
    assert "Nobody yet" in page
    done = AuditEntry.objects.filter(outcome="done", action__in=["add_panel", "change_panel"])
    assert done.count() == 2


def test_a_panel_that_cannot_be_is_refused_in_words(client, administrator, panel):
    sign_in(client, administrator)
    taken = str(factories.board().pk)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    later = {f"since_{part}": str(getattr(tomorrow, part)) for part in ("day", "month", "year")}

    answers = [
        without_token(added(client, code=panel.code)),
        without_token(added(client, code="no code!")),
        without_token(added(client, name=panel.name.upper())),
        without_token(added(client, board=taken)),
        without_token(added(client, **later)),
        without_token(client.post(at(panel), settings_of(panel, quorum_kinds=["CIRCUS"]))),
    ]

    assert "a panel has it, or had it" in answers[0]
    assert "letters, digits, - and _, such as EXSHIRE" in answers[1]
    assert "a panel is called so already" in answers[2]
    assert "Select the board in the list" in answers[3]
    assert all("error-summary" in one for one in answers)
    assert Panel.objects.count() == 1


def test_a_board_goes_from_one_panel_to_another_on_one_day(client, administrator, panel):
    sign_in(client, administrator)
    added(client)
    other = Panel.objects.get(code="EXSHIRE")
    board = factories.board()

    client.post(reverse("serve_boards", args=[panel.pk]), {"stop": str(board.pk)})
    serve_board(panel=other, board=board, since=timezone.localdate(), by=administrator)

    assert panel_of(board, timezone.localdate()) == other
    assert panel_of(board, timezone.localdate() - datetime.timedelta(days=1)) == panel
    with pytest.raises(NotAllowed, match="end that first"):
        serve_board(panel=panel, board=board, since=timezone.localdate(), by=administrator)
    with pytest.raises(NotAllowed, match="Close the panel instead"):
        stop_serving(panel=panel, board=factories.board("LEICS_RUTLAND"), by=administrator)


def test_a_panel_is_closed_only_once_nothing_of_it_is_under_way(
    client, administrator, manager, panel
):
    case = factories.make_case(by=manager)
    sign_in(client, administrator)
    address = reverse("close_panel", args=[panel.pk])
    typed = {"reason": "Joined with another", "version": str(panel.version)}

    refused = without_token(client.post(address, typed))
    assert "the 1 case under way" in refused
    assert Panel.objects.get(pk=panel.pk).retired_on is None

    with change("test", by=manager, case=case) as written:
        case.stage = "reviewed"
        written.save(case)
    client.post(address, typed)

    assert Panel.objects.get(pk=panel.pk).retired_on == timezone.localdate()
    assert not PanelBoard.objects.filter(panel=panel, until=None).exists()
    assert client.get(address).status_code == 404
    assert StandingRole.objects.filter(panel=panel, user=manager, ended_at=None).exists()


def test_an_area_that_is_not_in_the_list_gets_its_board_and_its_panel(client, administrator):
    sign_in(client, administrator)

    answer = client.post(reverse("add_board"), {"name": "Exampleshire", "code": "exshire"})
    board = Board.objects.get(code="EXSHIRE")
    again = without_token(
        client.post(reverse("add_board"), {"name": "EXAMPLESHIRE", "code": "other"})
    )
    added(client, board=str(board.pk))

    assert answer["Location"] == reverse("change_board", args=[board.pk])
    assert "a board is called so already" in again
    assert panel_of(board, timezone.localdate()).name == "Exampleshire panel"
