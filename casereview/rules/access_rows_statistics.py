"""Rows of the access table: figures, for whom they are given, and the populations of rates.

Whole figures are worked out by those who review deaths and make the return, of their own boards.
Every other member of staff reads what was given to a board or to everybody.
"""

from casereview.rules.roles import Role, Where

ANYWHERE = Where.ANYWHERE
_PANEL = dict.fromkeys(
    (
        Role.CDR_MANAGER,
        Role.DESIGNATED_DOCTOR,
        Role.PANEL_MEMBER,
        Role.PANEL_CHAIR,
        Role.RETURN_OFFICER,
    ),
    ANYWHERE,
)
_MAKERS = dict.fromkeys((Role.CDR_MANAGER, Role.RETURN_OFFICER), ANYWHERE)
_STAFF = _PANEL | dict.fromkeys(
    (
        Role.BOARD_MANAGER,
        Role.SCR_MEMBER,
        Role.SCR_CHAIR,
        Role.INDEPENDENT_CHAIR,
        Role.SAFEGUARDING_PARTNER,
        Role.LEARNING_LEAD,
        Role.BOARD_MEMBER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    ),
    ANYWHERE,
)

ROWS: dict[str, dict[Role, Where]] = {
    "view_statistics": _STAFF,
    "view_release": _STAFF,
    "download_release": _STAFF,
    "work_out_statistics": _PANEL,
    "export_statistics": _MAKERS,
    "view_timeliness_of_reviews": _PANEL,
    "view_rates": _PANEL,
    "enter_population": _MAKERS,
    "view_modifiable_agreement": _PANEL,
    "view_output_profiles": {**_MAKERS, Role.ADMINISTRATOR: ANYWHERE, Role.AUDITOR: ANYWHERE},
    "settle_output_profile": {Role.ADMINISTRATOR: ANYWHERE},
}
