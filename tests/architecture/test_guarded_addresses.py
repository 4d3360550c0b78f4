"""Every view says its row of the access table, and every row is somebody's."""

import importlib
import inspect
import pkgutil

import pytest

from casereview.rules.access_table import TABLE
from tests.architecture.addresses import every_address, ours

# Views that hold nothing of any case, by name: adding one here is a decision.
OPEN = {
    "account_change_password",
    "accessibility",
    "cdop:leave_report",
    "cdop:link_answer_request",
    "cdop:link_copy_report",
    "cdop:link_done",
    "cdop:link_download_report",
    "cdop:link_hand_in_report",
    "cdop:link_say_no_record",
    "cdop:link_view_request",
    "cdop:open_report_link",
    "cdop:check_receipt",
    "explain_terms",
    "first_case",
    "guide",
    "cdop:download_receipt",
    "cdop:notify",
    "colour",
    "health",
    "help",
    "openid_connect_callback",
    "openid_connect_login",
    "persona_link",
    "privacy",
    "prove_again",
}
# Asked inside a page that another row opens.
ASKED_WITHIN = {"view_all_reviews", "view_identity"}
# Rows whose pages and actions belong to work that has not been done yet.
LATER: set[str] = set()


@pytest.mark.parametrize("address", ours(), ids=str)
def test_every_view_says_its_row_of_the_access_table(address):
    guard = address.guarded_by

    assert guard, f"{address} is open to everybody"
    if guard.startswith("open: "):
        assert address.name in OPEN
    else:
        assert guard in TABLE


def test_an_address_of_one_case_is_guarded_case_by_case():
    for address in ours():
        if "reference" in address.parameters:
            assert getattr(address.view, "of_one_case", False), address


def test_only_the_sign_in_library_has_addresses_beside_ours():
    modules = {one.view.__module__.split(".")[0] for one in every_address()}

    assert modules <= {"allauth", "casereview", "cdop", "scr", "learning"}


def action_functions() -> set[str]:
    found = set()
    for app in ("casereview", "cdop", "scr", "learning"):
        try:
            package = importlib.import_module(f"{app}.actions")
        except ModuleNotFoundError:
            continue
        names = [package.__name__]
        if hasattr(package, "__path__"):
            names += [
                f"{package.__name__}.{one.name}" for one in pkgutil.iter_modules(package.__path__)
            ]
        for name in names:
            module = importlib.import_module(name)
            found |= {
                function
                for function, value in inspect.getmembers(module, inspect.isfunction)
                if value.__module__.startswith(package.__name__) and not function.startswith("_")
            }
    return found


@pytest.mark.parametrize("action", sorted(set(TABLE) - LATER - ASKED_WITHIN))
def test_every_row_of_the_table_is_a_view_or_an_action(action):
    guards = {one.guarded_by for one in ours()}

    assert action in guards or action in action_functions()


def test_what_is_put_off_is_really_not_there():
    guards = {one.guarded_by for one in ours()}

    assert not guards & LATER
    assert not action_functions() & LATER
