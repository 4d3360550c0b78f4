"""The menu, the page of all pages, and the pages of a case: short, whole, and no link dead."""

import pytest
from django.urls import reverse

from casereview import case_header, registries
from casereview.rules.access_table import TABLE, Role
from casereview.rules.menu import IN_MENU, PAGES
from tests import factories
from tests.html import Page
from tests.kept_out import leave
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


def opened(client, user, address):
    response = sign_in(client, user).get(address)
    assert response.status_code == 200, address
    return response


def menu_in(response):
    html = response.content.decode()
    return Page(html.split('<nav aria-label="Menu"')[1].split("</nav>")[0])


@pytest.mark.parametrize("role", Role)
def test_every_page_of_a_role_is_in_the_menu_or_one_click_behind_it(client, people, role):
    response = opened(client, people[role], reverse("list_pages"))
    short = {link["href"] for link in menu_in(response).all("a")}
    listed = {link["href"] for link in Page(response.content.decode()).all("a")}

    assert len(short) <= IN_MENU + 1
    assert {reverse(page.url_name) for page in PAGES if role in TABLE[page.action]} <= listed
    assert not {reverse(page.url_name) for page in PAGES if role not in TABLE[page.action]} & listed


def test_no_page_of_the_list_is_a_dead_link(client, people):
    for role in Role:
        mine = [page for page in PAGES if next(r for r in Role if r in TABLE[page.action]) == role]
        for page in mine:
            opened(client, people[role], reverse(page.url_name))


def test_somebody_without_a_role_and_a_leaver_are_shown_no_pages(client, outsider, manager):
    response = sign_in(client, outsider).get(reverse("list_pages"))

    assert response.status_code == 403
    assert "app-quiet" not in response.content.decode()
    sign_in(client, manager)
    leave(manager)
    left = client.get(reverse("list_pages"))
    assert left.status_code == 302 and "/accounts/login/" in left.headers["Location"]


def test_what_the_header_of_every_page_does_is_not_in_the_menu_too(client, manager):
    page = opened(client, manager, reverse("list_pages"))
    find = reverse("find_case")

    assert Page(page.content.decode()).all("form", action=find, role="search")
    assert not menu_in(page).all("a", href=find)
    assert Page(page.content.decode()).all("a", href=find)  # among all pages it stands
    marked = [
        one for one in menu_in(opened(client, manager, find)).all("a") if "aria-current" in one
    ]
    assert [one["href"] for one in marked] == [reverse("list_pages")]


@pytest.mark.parametrize(
    ("name", "label", "how"),
    [
        ("list_cases", "/cases/", "page"),
        ("list_pages", "/pages/", "page"),
        ("list_actions", "/pages/", "true"),
        ("cdop:list_lists", "/notifications/", "true"),
    ],
)
def test_the_menu_marks_where_one_is(client, people, name, label, how):
    links = menu_in(opened(client, people[Role.CDR_MANAGER], reverse(name))).all("a")

    marked = [(link["href"], link["aria-current"]) for link in links if "aria-current" in link]
    assert marked == [(label, how)]


def test_a_case_shows_six_pages_and_folds_the_others_away(client, manager):
    case = factories.make_case(by=manager)

    html = opened(client, manager, reverse("view_case", args=[case.reference])).content.decode()
    pages = html.split('aria-label="Pages of this case"')[1].split("</nav>")[0]
    row, _, folded = pages.partition("<details")

    assert 4 <= len(Page(row).all("a")) <= case_header.IN_A_ROW
    assert "open" not in folded.split(">")[0]
    assert reverse("view_history", args=[case.reference]) in folded
    html = opened(client, manager, reverse("view_history", args=[case.reference])).content.decode()
    folded = html.split('aria-label="Pages of this case"')[1].split("<details")[1]
    assert folded.split(">")[0].endswith(" open")
    assert len(Page(folded.split("</nav>")[0]).all("a", **{"aria-current": "page"})) == 1


def test_what_fits_in_a_row_is_not_folded():
    pages = sorted(registries.case_pages, key=lambda page: page.place)
    few, others = case_header.few_and_others(pages[: case_header.IN_A_ROW])

    assert (len(few), others) == (case_header.IN_A_ROW, [])
    few, others = case_header.few_and_others(pages)
    assert len(few) + len(others) == len(pages)
    assert few[0].label == "Overview"
