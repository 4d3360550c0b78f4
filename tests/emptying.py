"""Empty, after a test that committed, the tables that refuse to be emptied, and begin anew."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import TransactionTestCase

from casereview import set_up
from casereview.database import protect, protect_once_set, release

CHAIN = "casereview_auditentry"
LEDGER = "casereview_release"
RETURNS = "cdop_annualreturn"
APPENDED_TO = (
    "casereview_auditrowcode",
    "casereview_upkeeprecord",
    "scr_criterionanswer",
    "scr_decision",
    "scr_nationalpaneladvice",
)


def tables_that_refuse() -> list[str]:
    """Return the tables that are only appended to, but for the audit chain itself."""
    names = connections["default"].introspection.table_names()
    histories = [name for name in names if name.endswith("history") and "django" not in name]
    return [*APPENDED_TO, *histories]


@pytest.fixture(scope="session", autouse=True)
def _transactional_tests_begin_anew() -> Iterator[None]:
    """Take the refusal away for the flush that ends a transactional test, and only for it."""
    flush = TransactionTestCase._fixture_teardown

    def flush_and_begin(self: TransactionTestCase) -> None:
        refusing = tables_that_refuse()
        with connections["default"].schema_editor() as editor:
            release(editor, [CHAIN, LEDGER, RETURNS, *refusing])
        flush(self)
        with connections["default"].schema_editor() as editor:
            protect(editor, refusing)
            protect(editor, [CHAIN], sequence="seq")
            protect(editor, [LEDGER], sequence="number")
            protect_once_set(editor, RETURNS, "frozen_at", ("year", "area", "revision"))
        set_up.begin()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_and_begin)
        yield
