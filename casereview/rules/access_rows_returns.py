"""Rows of the access table for the annual return and its form: pseudonyms only."""

from casereview.rules.roles import Role, Where

ANYWHERE, CASE = Where.ANYWHERE, Where.CASE
_R = Role
_MAKERS = {_R.RETURN_OFFICER: ANYWHERE, _R.CDR_MANAGER: ANYWHERE}
_READERS = {**_MAKERS, _R.ADMINISTRATOR: ANYWHERE}

ROWS: dict[str, dict[Role, Where]] = {
    "list_returns": _MAKERS,
    "view_return": _MAKERS,
    "open_figure": _MAKERS,
    "view_counted_case": _MAKERS,
    "view_case_returns": {_R.CDR_MANAGER: CASE},
    "view_readiness": _MAKERS,
    "ask_for_missing": _MAKERS,
    "comment_on_return": _MAKERS,
    "export_annual_return": _MAKERS,
    # A row for each review: with a second person.
    "export_child_level": _MAKERS,
    "freeze_annual_return": _MAKERS,
    "view_frozen_return": _MAKERS,
    "compare_return": _MAKERS,
    # The form of a year holds no case.
    "view_return_forms": _READERS,
    "view_return_form": _READERS,
    "compare_return_forms": _READERS,
    "change_return_form": {_R.ADMINISTRATOR: ANYWHERE},
}
