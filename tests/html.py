"""Reading a page in a test: its elements, ids and words."""

import re
from html.parser import HTMLParser

TOKEN = re.compile(r'name="(csrfmiddlewaretoken|_draft_window)" value="[^"]+"')


def without_token(response) -> str:
    """Return the page of an answer less what is random in it, in which any few letters may stand.

    That is its token, and the key of its window among the drafts.
    """
    return TOKEN.sub("", response.content.decode())


class Page(HTMLParser):
    """What a test asks of a page: its elements with their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def ids(self):
        return [attrs["id"] for _, attrs in self.elements if "id" in attrs]

    def by_id(self, key):
        return next(attrs for _, attrs in self.elements if attrs.get("id") == key)

    def all(self, tag, **wanted):
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and all(attrs.get(key) == value for key, value in wanted.items())
        ]
