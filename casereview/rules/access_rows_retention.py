"""Rows of the access table: how long papers are kept, legal holds, and disposal.

The manager of a case proposes to dispose of it, the auditor agrees; the administrator enters the
policy. What the auditor reads of a case is its reference, its kind and its days.
"""

from casereview.rules.roles import Role, Where

ANYWHERE, CASE = Where.ANYWHERE, Where.CASE
_MANAGER = {Role.CDR_MANAGER: CASE}
_OVERSEERS = {Role.AUDITOR: ANYWHERE, Role.ADMINISTRATOR: ANYWHERE}

ROWS: dict[str, dict[Role, Where]] = {
    "view_retention": {**_OVERSEERS, Role.CDR_MANAGER: ANYWHERE},
    "settle_retention": {Role.ADMINISTRATOR: ANYWHERE},
    "hold_every_case": _OVERSEERS,
    "lift_hold_of_every_case": {Role.AUDITOR: ANYWHERE},
    "view_case_retention": _MANAGER,
    "hold_case": _MANAGER,
    "lift_hold": _MANAGER,
    "propose_disposal": _MANAGER,
    "dispose_case": {Role.AUDITOR: ANYWHERE},
    # Lists of deaths, of one's own panels.
    "propose_list_disposal": {Role.CDR_MANAGER: ANYWHERE},
    "dispose_list": {Role.AUDITOR: ANYWHERE},
    # Minutes of one's own panels, composite reviews of one's own boards.
    "propose_joint_disposal": {Role.CDR_MANAGER: ANYWHERE, Role.BOARD_MANAGER: ANYWHERE},
    "dispose_joint_papers": {Role.AUDITOR: ANYWHERE},
    # A sentence that agreed minutes must not keep; minutes of one's own panels.
    "propose_redaction": {Role.CDR_MANAGER: ANYWHERE},
    "redact_minutes": {Role.AUDITOR: ANYWHERE},
    "download_joint_certificate": {
        **_OVERSEERS,
        Role.CDR_MANAGER: ANYWHERE,
        Role.BOARD_MANAGER: ANYWHERE,
    },
    "download_certificate": {**_OVERSEERS, Role.CDR_MANAGER: ANYWHERE},
}
