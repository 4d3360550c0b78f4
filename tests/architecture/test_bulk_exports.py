"""Every address that hands over a file is of one case, or argued, or needs a second person."""

import inspect
import types
from collections.abc import Iterator

import pytest

from casereview.rules.access_table import TABLE
from casereview.rules.bulk_exports import ARGUED, BULK
from casereview.rules.second_person import NEEDED
from tests.architecture.addresses import ours

APPS = {"casereview", "cdop", "scr", "learning"}
SAID = "Content-Disposition"
# Open to who has no account: a receipt's two numbers, and the one report that a link is for.
OPEN = {"cdop:download_receipt", "cdop:link_copy_report", "cdop:link_download_report"}


def names_in(code: types.CodeType) -> set[str]:
    found = set(code.co_names)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            found |= names_in(inner)
    return found


def called_by(function) -> Iterator[types.FunctionType]:
    """Yield the functions of ours that a function may call, by the names it uses."""
    names = names_in(function.__code__)
    reached = [function.__globals__.get(name) for name in names]
    modules = [one for one in reached if isinstance(one, types.ModuleType)]
    reached += [getattr(module, name, None) for module in modules for name in names]
    for one in reached:
        one = inspect.unwrap(one) if callable(one) else one
        if isinstance(one, types.FunctionType) and one.__module__.split(".")[0] in APPS:
            yield one


def hands_over_a_file(function, seen=None) -> bool:
    seen = set() if seen is None else seen
    if function in seen:
        return False
    seen.add(function)
    if SAID in inspect.getsource(function):
        return True
    return any(hands_over_a_file(one, seen) for one in called_by(function))


def views_with_files():
    return [one for one in ours() if hands_over_a_file(inspect.unwrap(one.view))]


def test_every_file_is_listed_or_argued():
    found = {one.guarded_by for one in views_with_files() if one.name not in OPEN}

    assert found - set(BULK) - set(ARGUED) == set()
    assert set(BULK) <= found
    assert {"export_annual_return", "download_form_a", "open_pack"} <= found  # it would be seen
    assert set(ARGUED) <= set(TABLE) and not set(ARGUED) & set(BULK)


def test_nothing_is_argued_that_hands_over_no_file():
    found = {one.guarded_by for one in views_with_files()}

    assert set(ARGUED) - found == set()


@pytest.mark.parametrize("row", sorted(BULK))
def test_a_file_of_many_cases_needs_a_second_person_and_a_fresh_proof(row):
    assert row in NEEDED
    views = [one.view for one in ours() if one.guarded_by == row]
    assert len(views) == 1
    # Below the door: the first wrapper that says so.
    view, proved = views[0], False
    while view is not None:
        proved = proved or getattr(view, "needs_fresh_proof", False)
        view = getattr(view, "__wrapped__", None)
    assert proved
