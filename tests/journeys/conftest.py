"""Every journey is driven in the browser."""

import pytest

from tests.browser import browser, page, problems

__all__ = ["browser", "page", "problems"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, so that they can be run or left out together."""
    for item in items:
        if "/journeys/" in item.nodeid:
            item.add_marker("browser")
