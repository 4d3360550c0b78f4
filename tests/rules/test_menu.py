"""The menu: a few pages for each role, and the page one stands on."""

import pytest

from casereview.rules import menu
from casereview.rules.access_table import TABLE
from casereview.rules.menu import FIRST, IN_MENU, PAGES, current, in_menu
from casereview.rules.roles import Role


def allowed_to(*roles):
    return [page for page in PAGES if any(role in TABLE[page.action] for role in roles)]


@pytest.mark.parametrize("role", Role)
def test_a_role_has_a_short_menu_of_pages_it_may_open_that_begins_with_its_work(role):
    chosen = in_menu([role], allowed_to(role))

    assert chosen[0].action == "your_work"
    assert len(chosen) <= IN_MENU
    assert set(FIRST[role]) <= {page.action for page in chosen}
    assert all(role in TABLE[page.action] for page in chosen)


@pytest.mark.parametrize("role", Role)
def test_a_menu_names_no_page_twice_and_only_pages_that_there_are(role):
    assert len(set(FIRST[role])) == len(FIRST[role]) < IN_MENU
    assert set(FIRST[role]) <= {page.action for page in PAGES}


def test_everything_stands_in_the_menu_where_it_fits():
    few = allowed_to(Role.ACTION_OWNER)

    assert in_menu([Role.ACTION_OWNER], few) == few


def test_two_roles_share_the_menu():
    roles = [Role.CDR_MANAGER, Role.BOARD_MANAGER]

    actions = [page.action for page in in_menu(roles, allowed_to(*roles))]

    assert len(actions) == IN_MENU
    assert {"list_notifications", "list_referrals"} <= set(actions)


def test_pages_have_one_name_and_a_line_each():
    for what in ([p.label for p in PAGES], [p.url_name for p in PAGES], [p.line for p in PAGES]):
        assert len(set(what)) == len(what)
    assert all(page.line.endswith(".") for page in PAGES)
    assert [page for group in menu.GROUPS for page in group.pages] == list(PAGES)


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/", "/"),
        ("/cases/", "/cases/"),
        ("/cases/CD-2015-0001/family/", "/cases/"),
        ("/learning/near-misses/report/", "/learning/near-misses/"),
        ("/learning/themes/", "/learning/"),
        ("/returns/", ""),
    ],
)
def test_one_stands_under_the_longest_address_that_begins_the_path(path, here):
    assert current(path, ["/", "/cases/", "/learning/", "/learning/near-misses/"]) == here
