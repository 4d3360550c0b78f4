"""Rows of the access table for composite reviews, and for what reviews found and recommend."""

from casereview.rules.roles import Role, Where

ANYWHERE, CASE = Where.ANYWHERE, Where.CASE
_R = Role
_READ = (
    _R.BOARD_MANAGER,
    _R.SCR_MEMBER,
    _R.SCR_CHAIR,
    _R.INDEPENDENT_CHAIR,
    _R.SAFEGUARDING_PARTNER,
    _R.LEAD_REVIEWER,
)
_GROUP = (_R.BOARD_MANAGER, _R.SCR_CHAIR)
_WRITE = {_R.BOARD_MANAGER: CASE, _R.LEAD_REVIEWER: CASE}

ROWS: dict[str, dict[Role, Where]] = {
    # A composite review, through the doors of its member cases: each reader sees their own.
    "list_composites": dict.fromkeys(_READ, ANYWHERE),
    "view_composite": dict.fromkeys(_READ, CASE),
    "propose_composite": dict.fromkeys(_GROUP, CASE),
    "record_composite_answer": {_R.BOARD_MANAGER: CASE, _R.INDEPENDENT_CHAIR: CASE},
    "open_composite": dict.fromkeys(_GROUP, CASE),
    "drop_composite": dict.fromkeys(_GROUP, CASE),
    "appoint_composite_reviewer": {_R.BOARD_MANAGER: CASE},
    "record_review_features": {**_WRITE, _R.SCR_CHAIR: CASE},
    # Findings, what is recommended, and who does what.
    "view_findings": dict.fromkeys(_READ, CASE),
    "record_finding": _WRITE,
    "test_finding": {**_WRITE, _R.SCR_CHAIR: CASE},
    "answer_finding_leak": dict.fromkeys(_GROUP, CASE),
    "agree_finding": dict.fromkeys(_GROUP, CASE),
    "set_finding_aside": dict.fromkeys(_GROUP, CASE),
    "recommend_from_finding": _WRITE,
    "add_action": dict.fromkeys(_GROUP, CASE),
}
