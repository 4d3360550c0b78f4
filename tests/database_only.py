"""Keep the tests that touch a database (`pytest -p tests.database_only`): the rest ran already."""

import pytest

FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def touches_a_database(item: pytest.Item) -> bool:
    """Say whether the test is marked for the database or asks for a fixture that opens it."""
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("postgres")
    return marked is not None or not FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what would only repeat a run without a database."""
    left_out = [item for item in items if not touches_a_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if touches_a_database(item)]
