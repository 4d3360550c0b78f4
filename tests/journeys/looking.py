"""Looking at each page as it is reached: axe at both widths, and where its errors lead."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Page, expect

from tests.browser import assert_accessible
from tests.working import do_jobs


@dataclass
class Reader:
    """A person at a window: opens pages, and looks once at each kind of page and state of it."""

    page: Page
    looked: set[tuple[str, bool]] = field(default_factory=set)
    read: list[str] = field(default_factory=list)  # the whole text and source of every page

    def open(self, address: str, heading: str) -> None:
        """Go to an address and look at it."""
        self.page.goto(address)
        self.look(heading)

    def follow(self, link: str, heading: str) -> None:
        """Click a link of the page and look at where it leads, opening what it is folded into."""
        found = self.page.get_by_role("link", name=link, exact=True, include_hidden=True).first
        if not found.is_visible():
            self.page.locator("details", has=found).locator("summary").first.click()
        with self.page.expect_navigation():
            found.click()
        self.look(heading)

    def press(self, button: str, heading: str) -> None:
        """Press a button of the page and look at what follows."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()
        self.look(heading)

    def press_and_work(self, button: str, heading: str) -> None:
        """Press a button that puts a job in, do it as the worker would, and look at what came."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()
        do_jobs()
        self.look(heading)

    def look(self, heading: str) -> None:
        """Be sure where we are, keep what is read, and check the page unless it was before."""
        expect(self.page.locator("h1")).to_contain_text(heading)
        self.read.append(self.page.content())
        errors = self.page.locator(".govuk-error-summary").count() > 0
        if errors:
            self._follow_errors()
        kind = (resolve(urlsplit(self.page.url).path).view_name, errors)
        if kind not in self.looked:
            self.looked.add(kind)
            assert_accessible(self.page)

    def _follow_errors(self) -> None:
        """Each link of the error summary leads to a field that can be answered."""
        assert self.page.title().startswith("Error: "), self.page.title()
        for link in self.page.locator(".govuk-error-summary a").all():
            target = self.page.locator(link.get_attribute("href"))
            assert target.count() == 1, f"“{link.inner_text()}” leads nowhere"
            assert target.evaluate("field => field.matches('input, select, textarea')")

    def fill_day(self, question: str, day: str) -> None:
        """Answer a question about a day given as 2015-03-02."""
        group = self.page.get_by_role("group", name=question)
        for part, value in zip(("Year", "Month", "Day"), day.split("-"), strict=True):
            group.get_by_label(part, exact=True).fill(value.lstrip("0"))

    def choose(self, question: str, answer: str) -> None:
        """Choose one of the radios of a question."""
        group = self.page.get_by_role("group", name=question).first
        group.get_by_label(answer, exact=True).first.check()
