"""The menu of a person and the page of all pages, out of what the door opens to them."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from casereview import access
from casereview.rules import menu
from casereview.rules.menu import GROUPS, MenuPage

ALL_PAGES = "All pages"


def menu_of(user, path: str) -> list[dict[str, Any]]:
    """Return the entries of the menu on the page at `path`, with which of them it stands under."""
    every = [page for page in menu.PAGES if _opens(user, page)]
    pages = [page for page in every if not page.in_header]
    if not pages:
        return []
    chosen = menu.in_menu(access.roles_of(user), pages)
    entries = [(page.label, reverse(page.url_name)) for page in chosen]
    if len(pages) > len(chosen):
        entries.append((ALL_PAGES, reverse("list_pages")))
    here = menu.current(path, [url for _, url in entries])
    if not here and menu.current(path, [reverse(page.url_name) for page in every]):
        # A page that has no entry of its own is found on the page of all pages.
        here = reverse("list_pages")
    return [
        {"label": label, "url": url, "current": url == here, "exact": url == path}
        for label, url in entries
    ]


def all_pages(user) -> list[dict[str, Any]]:
    """Return every page `user` may open, in groups, with a line on what each is for."""
    found = []
    for group in GROUPS:
        pages = [
            {"label": page.label, "url": reverse(page.url_name), "line": page.line}
            for page in group.pages
            if _opens(user, page)
        ]
        if pages:
            found.append({"title": group.title, "pages": pages})
    return found


def _opens(user, page: MenuPage) -> bool:
    if not access.can(user, page.action):
        return False
    try:
        reverse(page.url_name)
    except NoReverseMatch:
        return False
    return True
