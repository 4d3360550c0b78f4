"""The system's Chromium, driven through Playwright against the test's own server."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Route,
    sync_playwright,
)

from tests import machine

NAMES = ("chromium", "chromium-browser", "google-chrome")
# No sandbox, because continuous integration runs as root and the only pages are our own.
# The rest keeps the browser from speaking to anybody but the test's server.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (1280, 390)
PATIENCE = 30_000  # milliseconds until a page is taken to be stuck
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # Only what is at fault is described; describing the rest takes longer than finding it.
    "resultTypes": ["violations"],
}
RUN_AXE = "options => axe.run(options).then(found => found.violations)"


def chromium() -> str | None:
    """Return the path of the system's Chromium (`CHROMIUM` names another); None when absent."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> bool:
    """Install Chromium and a font where that is allowed."""
    return machine.install("chromium", "fonts-liberation") and chromium() is not None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the run; without it the tests skip, or fail when CI is set."""
    path = chromium()
    if path is None:
        missing = "Chromium is not installed"
        pytest.fail(missing) if machine.in_ci() else pytest.skip(missing)
    # Playwright keeps an event loop in this thread, which Django would take for async code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            running = playwright.chromium.launch(executable_path=path, args=FLAGS)
            yield running
            running.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def problems() -> list[str]:
    """What the browser complained of; a test that provokes a complaint clears it."""
    return []


@pytest.fixture
def open_page(browser: Browser, live_server, problems: list[str]) -> Iterator[Callable[..., Page]]:
    """Open a fresh page on the test's server: a window of its own, with cookies of its own.

    Any console, policy or script error, and any request elsewhere, fails the test. Options are
    those of a browser's context, such as `java_script_enabled`.
    """
    contexts: list[BrowserContext] = []

    def stay_home(route: Route, request: Request) -> None:
        if request.url.startswith((live_server.url, "data:", "blob:", "about:")):
            route.continue_()
        else:
            problems.append(f"asked for {request.url}")
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            problems.append(f"{message.type}: {message.text}")

    def open_one(**options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale="en-GB",
            timezone_id="Europe/London",
            viewport={"width": WIDTHS[0], "height": 900},
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.route("**/*", stay_home)
        opened = context.new_page()
        opened.on("console", listen)
        opened.on("pageerror", lambda error: problems.append(f"script error: {error}"))
        return opened

    yield open_one
    for context in contexts:
        context.close()
    assert not problems, problems


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A fresh page on the test's server."""
    return open_page()


def assert_accessible(page: Page) -> None:
    """Fail when axe finds a fault, or the page scrolls sideways, at either width."""
    page.evaluate(Axe().axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(RUN_AXE, AXE)
        faults = [f"{fault['id']}: {node['target']}" for fault in found for node in fault["nodes"]]
        assert not faults, f"at {width} px: {faults}"
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"scrolls sideways by {overflow} px at {width} px"
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
