"""Rows of the access table: what is asked for under a power, and the register of what was given."""

from casereview.rules.roles import Role, Where

_MANAGERS = {Role.CDR_MANAGER: Where.ANYWHERE}

ROWS: dict[str, dict[Role, Where]] = {
    # The auditor reads the register: what was asked and given when, not by whom nor about whom.
    "list_information_requests": {**_MANAGERS, Role.AUDITOR: Where.ANYWHERE},
    "view_information_request": _MANAGERS,
    "log_information_request": _MANAGERS,
    "extend_information_request": _MANAGERS,
    "end_information_request": _MANAGERS,
}
