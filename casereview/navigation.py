"""The menu of a person and the page of all pages, out of what the door opens to them."""

from contextlib import suppress
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse

from casereview import access
from casereview.rules import menu
from casereview.rules.access_table import Role, Where, roles_for
from casereview.rules.menu import GROUPS, MenuPage

ALL_PAGES = "All pages"


def menu_of(user, path: str) -> list[dict[str, Any]]:
    """Return the entries of the menu on the page at `path`, with which of them it stands under."""
    roles = access.roles_of(user)
    urls = dict(_opened_to(roles))
    pages = [page for page in urls if not page.in_header]
    if not pages:
        return []
    chosen = menu.in_menu(roles, pages)
    entries = [(page.label, urls[page]) for page in chosen]
    if len(pages) > len(chosen):
        entries.append((ALL_PAGES, reverse("list_pages")))
    here = menu.current(path, [url for _, url in entries])
    if not here and menu.current(path, list(urls.values())):
        # A page that has no entry of its own is found on the page of all pages.
        here = reverse("list_pages")
    return [
        {"label": label, "url": url, "current": url == here, "exact": url == path}
        for label, url in entries
    ]


def all_pages(user) -> list[dict[str, Any]]:
    """Return every page `user` may open, in groups, with a line on what each is for."""
    urls = dict(_opened_to(access.roles_of(user)))
    found = []
    for group in GROUPS:
        pages = [
            {"label": page.label, "url": urls[page], "line": page.line}
            for page in group.pages
            if page in urls
        ]
        if pages:
            found.append({"title": group.title, "pages": pages})
    return found


@lru_cache(256)
def _opened_to(roles: frozenset[Role]) -> tuple[tuple[MenuPage, str], ...]:
    """Return the pages that roles open, with their addresses.

    No page of the menu is about one case, so what opens it is roles alone.
    """
    found = []
    for page in menu.PAGES:
        if any(roles_for(page.action).get(role) == Where.ANYWHERE for role in roles):
            with suppress(NoReverseMatch):
                found.append((page, reverse(page.url_name)))
    return tuple(found)
