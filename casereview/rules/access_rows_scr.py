"""Rows of the access table for serious case reviews: their papers are another purpose."""

from casereview.rules.roles import Role, Where

ANYWHERE, CASE, OWN = Where.ANYWHERE, Where.CASE, Where.OWN
_R = Role
_AGENCY = {_R.CONTRIBUTOR: OWN, _R.AGENCY_LEAD: OWN}
# Who sees the papers of a case that is referred.
SCR = {
    _R.BOARD_MANAGER: CASE,
    _R.SCR_MEMBER: CASE,
    _R.SCR_CHAIR: CASE,
    _R.INDEPENDENT_CHAIR: CASE,
}
_GROUP = (_R.BOARD_MANAGER, _R.SCR_MEMBER, _R.SCR_CHAIR)
_DECIDERS = {_R.INDEPENDENT_CHAIR: CASE, _R.SAFEGUARDING_PARTNER: CASE}
_REGISTER = (_R.BOARD_MANAGER, _R.SCR_CHAIR, _R.INDEPENDENT_CHAIR, _R.BOARD_MEMBER)
_REVIEWS = (
    *SCR,
    _R.SAFEGUARDING_PARTNER,
    _R.LEAD_REVIEWER,
)
_REVIEWING = {_R.BOARD_MANAGER: CASE, _R.LEAD_REVIEWER: CASE}
_AUDITS = (_R.BOARD_MANAGER, _R.LEARNING_LEAD)
_AUDITS_READ = (*_AUDITS, _R.BOARD_MEMBER)

ROWS: dict[str, dict[Role, Where]] = {
    # Referrals, and the criteria.
    "list_referrals": {_R.BOARD_MANAGER: ANYWHERE, _R.AGENCY_LEAD: ANYWHERE},
    "send_referral": {_R.BOARD_MANAGER: ANYWHERE, _R.AGENCY_LEAD: ANYWHERE},
    "read_referral": {_R.BOARD_MANAGER: ANYWHERE},
    "accept_referral": {_R.BOARD_MANAGER: ANYWHERE},
    "reject_referral": {_R.BOARD_MANAGER: ANYWHERE},
    "refer_for_scr": {_R.CDR_MANAGER: CASE, _R.BOARD_MANAGER: CASE},
    "view_scr": {**SCR, _R.LEAD_REVIEWER: CASE, _R.SAFEGUARDING_PARTNER: CASE},
    "view_scr_identity": {_R.BOARD_MANAGER: CASE},
    "secure_files": {_R.BOARD_MANAGER: CASE},
    "record_scr_safety": {_R.BOARD_MANAGER: CASE},
    "settle_lead": {_R.BOARD_MANAGER: CASE},
    "assess_scr_criteria": {_R.SCR_MEMBER: CASE, _R.SCR_CHAIR: CASE},
    # The group's meetings, of one's own board; its recommendation, and each member's own position.
    "list_scr_meetings": dict.fromkeys(_GROUP, ANYWHERE),
    "view_scr_meeting": dict.fromkeys(_GROUP, ANYWHERE),
    "arrange_scr_meeting": {_R.BOARD_MANAGER: ANYWHERE},
    "record_scr_attendance": {_R.BOARD_MANAGER: ANYWHERE},
    "end_scr_meeting": {_R.BOARD_MANAGER: ANYWHERE},
    "cancel_scr_meeting": {_R.BOARD_MANAGER: ANYWHERE},
    "view_recommendation": {**SCR, _R.SAFEGUARDING_PARTNER: CASE},
    "draft_recommendation": {_R.SCR_CHAIR: CASE, _R.BOARD_MANAGER: CASE},
    "give_position": {_R.SCR_MEMBER: CASE, _R.SCR_CHAIR: CASE},
    "make_recommendation": {_R.SCR_CHAIR: CASE},
    # The decision is out of the group's hands, and of the administrator's.
    "view_decision": {**SCR, _R.SAFEGUARDING_PARTNER: CASE},
    "decide_scr": {_R.INDEPENDENT_CHAIR: CASE},
    "decide_local_review": {_R.SAFEGUARDING_PARTNER: CASE},
    "record_national_advice": _DECIDERS,
    "ask_peer_challenge": _DECIDERS,
    "answer_peer_challenge": _DECIDERS,
    # Who is told, and letters.
    "view_scr_told": {**_DECIDERS, _R.BOARD_MANAGER: CASE, _R.SCR_CHAIR: CASE},
    "record_scr_told": {_R.BOARD_MANAGER: CASE, _R.SAFEGUARDING_PARTNER: CASE},
    "view_scr_letter": {**_DECIDERS, _R.BOARD_MANAGER: CASE},
    "draft_scr_letter": {_R.BOARD_MANAGER: CASE},
    "edit_scr_letter": {_R.BOARD_MANAGER: CASE, _R.INDEPENDENT_CHAIR: CASE},
    "release_scr_letter": {_R.BOARD_MANAGER: CASE, _R.INDEPENDENT_CHAIR: CASE},
    "record_scr_letter_sent": {_R.BOARD_MANAGER: CASE},
    # The decisions register: anonymous, of one's own board.
    "view_scr_register": dict.fromkeys(_REGISTER, ANYWHERE),
    "export_scr_register": dict.fromkeys(_REGISTER, ANYWHERE),
    # Reviews: their papers, chronology and publication; a lead reviewer sees the one they write.
    "list_reviews": dict.fromkeys(_REVIEWS, ANYWHERE),
    "view_all_reviews": {**SCR, _R.SAFEGUARDING_PARTNER: CASE},
    "view_review": dict.fromkeys(_REVIEWS, CASE),
    "view_chronology": dict.fromkeys(_REVIEWS, CASE),
    "export_chronology": _REVIEWING,
    "commission_review": {_R.BOARD_MANAGER: CASE},
    "capture_review_back": {_R.BOARD_MANAGER: CASE},
    "appoint_reviewer": {_R.BOARD_MANAGER: CASE},
    "name_reviewer": {_R.BOARD_MANAGER: CASE},
    "end_appointment": {_R.BOARD_MANAGER: CASE},
    "record_names_sent": {_R.BOARD_MANAGER: CASE},
    "record_terms": _REVIEWING,
    "ask_for_part": {_R.BOARD_MANAGER: CASE},
    "withdraw_part": {_R.BOARD_MANAGER: CASE},
    "record_practitioner_event": _REVIEWING,
    "record_family_involvement": _REVIEWING,
    "record_review_process": {_R.BOARD_MANAGER: CASE},
    "write_paper": _REVIEWING,
    "hand_in_paper": _REVIEWING,
    "run_leak_test": {**_REVIEWING, _R.SCR_MEMBER: CASE, _R.SCR_CHAIR: CASE},
    "answer_review_leak": {_R.BOARD_MANAGER: CASE},
    "check_paper": {_R.BOARD_MANAGER: CASE, _R.SCR_MEMBER: CASE, _R.SCR_CHAIR: CASE},
    "sign_off_review": {_R.BOARD_MANAGER: CASE, _R.INDEPENDENT_CHAIR: CASE},
    "stop_review": {_R.BOARD_MANAGER: CASE},
    "record_publication_advice": {_R.INDEPENDENT_CHAIR: CASE},
    "decide_publication": {_R.INDEPENDENT_CHAIR: CASE, _R.SAFEGUARDING_PARTNER: CASE},
    "plan_publication": {_R.BOARD_MANAGER: CASE},
    "record_publication": {_R.BOARD_MANAGER: CASE},
    "record_taken_down": {_R.BOARD_MANAGER: CASE},
    # An agency's own part of a review, and nothing else of the case.
    "list_review_requests": {_R.CONTRIBUTOR: ANYWHERE, _R.AGENCY_LEAD: ANYWHERE},
    "view_review_request": _AGENCY,
    "view_review_child": _AGENCY,
    "add_chronology_entry": _AGENCY,
    "import_chronology": _AGENCY,
    "withdraw_chronology_entry": _AGENCY,
    "hand_in_part": _AGENCY,
    # The audit programme of a board: no case papers; its members read what is shared.
    "list_audits": dict.fromkeys(_AUDITS_READ, ANYWHERE),
    "view_audit": dict.fromkeys(_AUDITS_READ, ANYWHERE),
    "download_audit": dict.fromkeys(_AUDITS_READ, ANYWHERE),
    "plan_audit": dict.fromkeys(_AUDITS, ANYWHERE),
    "change_audit_plan": dict.fromkeys(_AUDITS, ANYWHERE),
    "postpone_audit": dict.fromkeys(_AUDITS, ANYWHERE),
    "cancel_audit": dict.fromkeys(_AUDITS, ANYWHERE),
    "record_audit_held": dict.fromkeys(_AUDITS, ANYWHERE),
    "add_audited_child": dict.fromkeys(_AUDITS, ANYWHERE),
    "remove_audited_child": dict.fromkeys(_AUDITS, ANYWHERE),
    "record_audited_child": dict.fromkeys(_AUDITS, ANYWHERE),
    "record_audit_findings": dict.fromkeys(_AUDITS, ANYWHERE),
    "agree_audit": {_R.LEARNING_LEAD: ANYWHERE},
    "take_back_audit_agreement": {_R.LEARNING_LEAD: ANYWHERE},
    "share_audit": dict.fromkeys(_AUDITS, ANYWHERE),
}
