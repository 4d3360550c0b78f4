"""One person doing one thing after another, in one of four ways.

With a pointer; with JavaScript off; with nothing but the keyboard; in a window of 390 px. The
steps of a journey are written once. What they would take is reckoned beside: seconds by the
keystroke-level model (Card, Moran and Newell 1980), for a typist of middling speed.
"""

import io
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, ViewportSize, expect

PER_KEY, POINTING, THINKING, PER_PAGE = 0.28, 1.3, 1.35, 1.0  # seconds
MOST_TABS = 300
SIZE: ViewportSize = {"width": 1000, "height": 1150}
COLOURS = 64  # enough for a page, and a quarter of the bytes
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUS_SHOWS = """(() => { const a = getComputedStyle(document.activeElement);
    return a.outlineStyle !== 'none' || a.boxShadow !== 'none' })()"""
PLACE_IN_MAIN = """wanted => document.querySelector('main').contains(wanted)
    && document.activeElement === document.body"""


class Way(StrEnum):
    """How a person works with a page."""

    POINTER = "pointer"
    NO_SCRIPT = "no script"
    KEYBOARD = "keyboard"
    PHONE = "390 px"


@dataclass
class Hands:
    """A person at a window, who can only do what their way of working allows."""

    page: Page
    way: Way
    docs: Path | None = None  # where pages are kept
    name: str = ""  # how their names begin
    keys: int = 0
    controls: int = 0
    pages: int = 0
    kept: int = 0

    @property
    def seconds(self) -> float:
        """How long this would have taken somebody who reads, thinks, points and types."""
        by_hand = self.keys * PER_KEY + self.controls * (THINKING + POINTING)
        return by_hand + self.pages * PER_PAGE

    def begin(self, heading: str) -> None:
        """Come in by the front door, as everybody does; nothing else is opened by its address."""
        self.page.goto("/")
        self.arrive(heading)

    def arrive(self, heading: str) -> None:
        """Be sure where we are, and that the page fits the window."""
        expect(self.page.locator("h1")).to_contain_text(heading)
        self.pages += 1
        if self.way is Way.PHONE:
            assert self.page.evaluate(SIDEWAYS) <= 0, f"{heading} scrolls sideways"

    def keep(self, name: str) -> None:
        """Keep a picture of the page, and what is read aloud of it, where that is asked for."""
        if self.docs is None:
            return
        self.kept += 1
        stem = f"{self.name}-{self.kept}-{name}"
        aloud = self.page.locator("body").aria_snapshot()
        words = f"# {self.page.title()}\n\n```yaml\n{aloud}\n```\n"
        (self.docs / "screen-reader" / f"{stem}.md").write_text(words, encoding="utf-8")
        self.page.set_viewport_size(SIZE)
        taken = Image.open(io.BytesIO(self.page.screenshot()))
        few = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(self.docs / "journeys" / f"{stem}.png", optimize=True)

    def follow(self, link: str, heading: str, *, whole: bool = True) -> None:
        """Follow a link by its words, or by how they begin."""
        found = self.page.get_by_role("link", name=link, exact=whole, include_hidden=True).first
        self.go(found, heading)

    def press(self, button: str, heading: str) -> None:
        """Press a button that leads to another page."""
        self.go(self.page.get_by_role("button", name=button, exact=True).first, heading)

    def go(self, control: Locator, heading: str) -> None:
        """Use a link or button that leads to another page."""
        # Coming to it may itself move about the page, which the browser calls navigation.
        self._come_to(control)
        with self.page.expect_navigation():
            self._use(control)
        self.arrive(heading)

    def _come_to(self, control: Locator) -> None:
        """Bring a link or button within reach, opening first what it is folded into."""
        self.controls += 1
        if not control.is_visible():
            folded = self.page.locator("details", has=control)
            opener = folded.locator("summary").first
            if not folded.count():
                opener = self.page.get_by_role("button", name="Menu", exact=True)
            self._come_to(opener)
            self._use(opener)
        if self.way is Way.KEYBOARD:
            self._reach(control)
            assert self.page.evaluate(FOCUS_SHOWS), "nothing shows where the focus is"

    def _use(self, control: Locator) -> None:
        if self.way is Way.KEYBOARD:
            self.page.keyboard.press("Enter")
        else:
            control.click()

    def fill(self, label: str, text: str, *, whole: bool = False) -> None:
        """Type into a field."""
        self._type(self.page.locator("main").get_by_label(label, exact=whole).first, text)

    def fill_day(self, question: str, day: str) -> None:
        """Answer a question about a day given as 2015-03-02."""
        group = self.page.get_by_role("group", name=question)
        for part, value in zip(("Day", "Month", "Year"), reversed(day.split("-")), strict=True):
            self._type(group.get_by_label(part, exact=True), value.lstrip("0"))

    def _type(self, field: Locator, text: str) -> None:
        self.controls, self.keys = self.controls + 1, self.keys + len(text)
        if self.way is Way.KEYBOARD:
            self._reach(field)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        else:
            field.fill(text)

    def select(self, label: str, option: str) -> None:
        """Select an option by its words."""
        self.controls += 1
        field = self.page.locator("main").get_by_label(label).first
        if self.way is Way.KEYBOARD:
            self._reach(field)
            words = [each.strip() for each in field.locator("option").all_inner_texts()]
            self.page.keyboard.press("Home")
            for _ in range(words.index(option)):
                self.page.keyboard.press("ArrowDown")
            assert field.locator("option:checked").inner_text().strip() == option
        else:
            field.select_option(label=option)

    def choose(self, question: str, answer: str, *, whole: bool = True) -> None:
        """Choose one of the radios of a question."""
        self.controls += 1
        named = self.page.get_by_role("group", name=question)
        group = named.filter(has=self.page.get_by_role("radio")).first
        wanted = group.get_by_label(answer, exact=whole).first
        if self.way is Way.KEYBOARD:
            radios = group.get_by_role("radio")
            chosen = group.locator("input:checked")
            self._reach(chosen.first if chosen.count() else radios.first)
            self.page.keyboard.press("Space")
            for _ in range(radios.count()):
                if wanted.is_checked():
                    break
                self.page.keyboard.press("ArrowDown")
            assert wanted.is_checked(), f"no key chooses “{answer}”"
        else:
            wanted.check()

    def tick(self, label: str) -> None:
        """Tick a box."""
        self.controls += 1
        box = self.page.locator("main").get_by_label(label).first
        if self.way is Way.KEYBOARD:
            self._reach(box)
            self.page.keyboard.press("Space")
            assert box.is_checked()
        else:
            box.check()

    def fetch(self, button: str) -> Path:
        """Fetch a file that a button or a link hands over."""
        named = self.page.get_by_role("button", name=button)
        self._come_to(named.first)
        with self.page.expect_download() as waiting:
            self._use(named.first)
        return Path(waiting.value.path())

    def words(self) -> str:
        """Return what the page says."""
        return self.page.locator("main").inner_text()

    def _reach(self, control: Locator) -> None:
        """Press Tab until a control has the focus; past the menu by the link made for that."""
        wanted = control.element_handle()
        if self.page.evaluate(PLACE_IN_MAIN, wanted):
            self.page.keyboard.press("Tab")
            # Where the page before was left by that link, the browser begins in its main part.
            if self.page.evaluate("document.activeElement.matches('.govuk-skip-link')"):
                self.page.keyboard.press("Enter")
        for _ in range(MOST_TABS):
            if self.page.evaluate("wanted => document.activeElement === wanted", wanted):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"no key leads to {control}")
