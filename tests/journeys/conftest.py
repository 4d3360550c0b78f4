"""Every journey is driven in the browser, against the test's own server and both databases."""

import pytest

from tests.browser import browser, open_page, page, problems

__all__ = ["browser", "open_page", "page", "problems"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, so that they can be run or left out together."""
    for item in items:
        if "/journeys/" in item.nodeid:
            item.add_marker("browser")
            # The server answers from a thread of its own and sees only what is committed.
            item.add_marker(pytest.mark.django_db(transaction=True, databases=["default", "keys"]))
