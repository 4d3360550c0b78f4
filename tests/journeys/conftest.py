"""Every journey is driven in the browser, against the test's own server and both databases.

A test that hands its pages to the browser itself says `django_db`, and needs no server.
"""

import pytest

from tests.browser import browser, open_page, page, problems

__all__ = ["browser", "open_page", "page", "problems"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, so that they can be run or left out together."""
    for item in items:
        if "/journeys/" in item.nodeid:
            item.add_marker("browser")
            if item.get_closest_marker("django_db") is None:
                # The server answers from a thread of its own and sees only what is committed.
                both = pytest.mark.django_db(transaction=True, databases=["default", "keys"])
                item.add_marker(both)
