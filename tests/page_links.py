"""What a page leads to: its links, its forms, and the fields its error summary names."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Parsed(HTMLParser):
    """The links and forms of a page, its ids, and where its error summary leads."""

    links: list[str] = field(default_factory=list)
    forms: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._form: tuple[str, dict[str, str]] | None = None
        self._in_errors = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids[given["id"]] += 1
        if tag == "div" and (self._in_errors or "govuk-error-summary" in given.get("class", "")):
            self._in_errors += 1
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
            if self._in_errors:
                self.errors.append(given["href"])
        if tag == "form" and given.get("method", "").lower() == "post":
            self._form = (given.get("action", ""), {})
            self.forms.append(self._form)
        if tag in ("input", "button") and given.get("type") == "hidden" and self._form:
            self._form[1][given.get("name", "")] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._in_errors:
            self._in_errors -= 1
        if tag == "form":
            self._form = None


def parsed(html: str) -> Parsed:
    """Return what a page leads to."""
    parser = Parsed()
    parser.feed(html)
    return parser


def leads_nowhere(html: str) -> list[str]:
    """Return empty links, and those of the error summary that lead to no field or several."""
    found = parsed(html)
    return ["an empty link"] * found.links.count("") + [
        link
        for link in found.errors
        if link.startswith("#") and found.ids[link.removeprefix("#")] != 1
    ]
