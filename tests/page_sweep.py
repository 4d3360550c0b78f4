"""Every page of the demo, walked by its links as each persona, and laid before the browser.

The pages are made by Django's test client within the test's own transaction and handed to the
browser as they are, so that no server is needed and what a form does is set back.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page, Route

from tests.browser import AXE, RUN_AXE
from tests.page_links import parsed
from tests.set_back import set_back

HOST = "http://pages.test"
HEIGHT = 900
# The first is looked at whole. What changes with the width are sizes, colours over each other and
# what scrolls; 320 px is a window of 1280 px at 400 %.
WHOLE, OTHERS = 1280, (768, 390, 320)
BY_WIDTH = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "target-size", "scrollable-region-focusable", "heading-order"],
    },
    "resultTypes": ["violations"],
}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Signing in and out, and files that are no pages.
LEFT_ALONE = {"persona_link", "health", "account_logout", "set_language"}
LOOK = (Path(__file__).parent / "page_sweep.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Seen:
    """One page in one state, as somebody was given it."""

    name: str
    state: str
    address: str
    who: str
    html: str

    def __str__(self) -> str:
        return f"{self.name} ({self.state}, {self.who}: {self.address})"


def walk(
    client: Client, who: str, *, each: int, known: Counter[str], tries: int = 3
) -> Iterator[Seen]:
    """Yield the pages that links lead to from *Your work*: `each` of a kind not yet `known`.

    What is known already is opened for its links, `tries` of a kind at most.
    """
    asked, waiting = {"/"}, ["/"]
    tried: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        name = name_of(address)
        if name is None or name in LEFT_ALONE or tried[name] >= tries:
            continue
        tried[name] += 1
        response = client.get(address, follow=True)
        if response.status_code != 200 or not is_page(response):
            continue
        landed = response.request["PATH_INFO"]
        name, html = name_of(landed) or name, response.content.decode()
        if known[name] < each:
            known[name] += 1
            yield Seen(name, "page", landed, who, html)
        for link in parsed(html).links:
            found = urlsplit(urljoin(HOST + landed, link))
            there = found.path + (f"?{found.query}" if found.query else "")
            if found.netloc == urlsplit(HOST).netloc and there not in asked:
                asked.add(there)
                waiting.append(there)


def name_of(address: str) -> str | None:
    """Return the name of the address' view; None where it is none."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return None


def is_page(response) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")


def handed_in_empty(client: Client, page: Seen) -> Iterator[Seen]:
    """Yield what each form of a page says when it is sent as it stands, with nothing answered."""
    for number, (action, hidden) in enumerate(parsed(page.html).forms):
        there = urljoin(HOST + page.address, action or page.address)
        if name_of(there) in LEFT_ALONE | {"find_case"} and page.name != "find_case":
            continue
        sitting = deepcopy(client.cookies)
        with set_back():
            response = client.post(urlsplit(there).path, hidden)
        client.cookies = sitting
        if response.status_code == 200 and is_page(response):
            html = response.content.decode()
            if "govuk-error-summary" in html:
                yield Seen(page.name, f"errors {number}", urlsplit(there).path, page.who, html)


@contextmanager
def window(browser: Browser, pages: Iterable[Seen]) -> Iterator[Page]:
    """Open a window to which the pages are handed as they are."""
    handed = {f"{HOST}/{number}": page for number, page in enumerate(pages)}

    def answer(route: Route) -> None:
        address = route.request.url
        path = urlsplit(address).path
        if address in handed:
            route.fulfill(body=handed[address].html, content_type="text/html; charset=utf-8")
        elif path.startswith("/static/") and (file := finders.find(plain(path[8:]))):
            route.fulfill(path=file)
        else:
            route.fulfill(status=204)

    context = browser.new_context(locale="en-GB", viewport={"width": WHOLE, "height": HEIGHT})
    try:
        context.route("**/*", answer)
        yield context.new_page()
    finally:
        context.close()


def plain(name: str) -> str:
    """Return the name of a file of the interface without the digest put into it."""
    return re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name)


def faults_of(window: Page, number: int, *, widths: Iterable[int] = OTHERS) -> list[str]:
    """Return what is wrong with one of the window's pages, at every width, dark and on paper."""
    window.emulate_media(media="screen", color_scheme="light", forced_colors="none")
    window.set_viewport_size({"width": WHOLE, "height": HEIGHT})
    window.goto(f"{HOST}/{number}")
    window.evaluate(Axe().axe_script)
    window.evaluate(LOOK)
    found = _at_a_width(window, WHOLE, AXE)
    for width in widths:
        window.set_viewport_size({"width": width, "height": HEIGHT})
        found += _at_a_width(window, width, BY_WIDTH)
    window.set_viewport_size({"width": WHOLE, "height": HEIGHT})
    window.emulate_media(media="screen", color_scheme="dark", forced_colors="active")
    found += [f"forced colours: {fault}" for fault in window.evaluate("inForcedColours()")]
    window.emulate_media(media="print", color_scheme="dark", forced_colors="none")
    found += [f"on paper: {fault}" for fault in window.evaluate("onPaper()")]
    return found


def _at_a_width(window: Page, width: int, options: dict) -> list[str]:
    found = [
        f"{width} px: {fault['id']}: {node['target']}"
        for fault in window.evaluate(RUN_AXE, options)
        for node in fault["nodes"]
    ]
    overflow = window.evaluate(OVERFLOW)
    if overflow > 0:
        found.append(f"{width} px: scrolls sideways by {overflow} px")
    return found
