"""Rows of the access table for every day: finding a case again, its timeline, its notes."""

from casereview.rules.roles import ADMITTED, Role, Where

# Whoever may be let into a case finds it again: a list and a search show what one may see.
_READERS = dict.fromkeys((Role.CDR_MANAGER, Role.DESIGNATED_DOCTOR, *ADMITTED), Where.ANYWHERE)
_WHO_READS = _READERS
# Those who work on a case and know who the child was.
_AT_WORK = {
    Role.CDR_MANAGER: Where.CASE,
    Role.DESIGNATED_DOCTOR: Where.CASE,
    Role.BOARD_MANAGER: Where.CASE,
}

ROWS: dict[str, dict[Role, Where]] = {
    # How much one was asked to read, and how one is told: one's own; a chair's of their panel.
    "view_reading": _WHO_READS,
    "choose_notices": _WHO_READS,
    "view_panel_reading": {Role.PANEL_CHAIR: Where.ANYWHERE},
    "list_cases": _READERS,
    "find_case": _READERS,
    "save_view": _READERS,
    "rename_view": _READERS,
    "delete_view": _READERS,
    "view_case_notes": _AT_WORK,
    "write_case_note": _AT_WORK,
    "correct_case_note": _AT_WORK,
    "settle_note_mention": _AT_WORK,
}
