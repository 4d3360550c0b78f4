"""Rows of the access table about access itself: emergencies, seals, second persons, reviews."""

from casereview.rules.roles import Role, Where

_R, _ANYWHERE, _CASE = Role, Where.ANYWHERE, Where.CASE

_IN_AN_EMERGENCY = dict.fromkeys(
    (
        _R.AUDITOR,
        _R.CDR_MANAGER,
        _R.DESIGNATED_DOCTOR,
        _R.PANEL_CHAIR,
        _R.BOARD_MANAGER,
    ),
    _ANYWHERE,
)
_OVERSEERS = {_R.AUDITOR: _ANYWHERE, _R.ADMINISTRATOR: _ANYWHERE}
_REVIEWERS = {_R.PANEL_CHAIR: _ANYWHERE, _R.AUDITOR: _ANYWHERE}

ROWS: dict[str, dict[Role, Where]] = {
    # Opening a case one has no role on; never over one's own withdrawal, a seal or a disposal.
    "break_glass": _IN_AN_EMERGENCY,
    "end_break_glass": _IN_AN_EMERGENCY,
    "list_break_glass": _REVIEWERS,
    "review_break_glass": _REVIEWERS,
    # What one person proposes and another agrees to, about accounts.
    "list_proposals": _OVERSEERS,
    "answer_proposal": _OVERSEERS,
    "propose_address": {_R.ADMINISTRATOR: _ANYWHERE},
    "propose_password_link": {_R.ADMINISTRATOR: _ANYWHERE},
    # Who has what on a panel, looked at again by somebody else.
    "list_access_reviews": _REVIEWERS,
    "view_access_review": _REVIEWERS,
    "confirm_access": _REVIEWERS,
    "end_access": _REVIEWERS,
    "export_access_review": _REVIEWERS,
    # A sealed case opens to those who are named to it, and to nobody else.
    "seal_case": {_R.CDR_MANAGER: _CASE},
    "unseal_case": {_R.CDR_MANAGER: _CASE},
}
