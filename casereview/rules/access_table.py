"""Who may do what: the only statement of it.

A row names an action; a cell says where a role may do it: ANYWHERE (holding the role is enough),
CASE (that role on this case), OWN (only one's own request, judgement or action), MEETING (a case
of a meeting one is invited to). What is not named is denied. There is no superuser.
"""

from casereview.rules import (
    access_rows_actions,
    access_rows_daily,
    access_rows_door,
    access_rows_findings,
    access_rows_learning,
    access_rows_requests,
    access_rows_retention,
    access_rows_returns,
    access_rows_scr,
    access_rows_statistics,
)
from casereview.rules.access_rows_scr import SCR
from casereview.rules.roles import (
    ADMITTED,
    CASE_ROLES,
    LABELS,
    STANDING_ON_PANEL,
    Role,
    Where,
)

__all__ = [
    "ADMITTED",
    "CASE_ROLES",
    "LABELS",
    "READ_ONLY",
    "STANDING_ON_PANEL",
    "TABLE",
    "Role",
    "Where",
    "roles_for",
    "where",
]

ANYWHERE, CASE, OWN, MEETING = Where.ANYWHERE, Where.CASE, Where.OWN, Where.MEETING
_R = Role
_PANEL = {_R.PANEL_MEMBER: MEETING, _R.PANEL_CHAIR: MEETING}
_MANAGER = {_R.CDR_MANAGER: CASE}
_AGENCY = {_R.CONTRIBUTOR: OWN, _R.AGENCY_LEAD: OWN}
_FAMILY = {**_MANAGER, _R.DESIGNATED_DOCTOR: CASE}
_SIGHT = {
    **_MANAGER,
    **_PANEL,
    **SCR,
    _R.DESIGNATED_DOCTOR: CASE,
    _R.SAFEGUARDING_PARTNER: CASE,
    _R.LEAD_REVIEWER: CASE,
}
_EVERYONE = dict.fromkeys(Role, ANYWHERE)
_BY_PROGRAM = dict.fromkeys(
    (_R.CDR_MANAGER, _R.DESIGNATED_DOCTOR, _R.BOARD_MANAGER, _R.RETURN_OFFICER), ANYWHERE
)

TABLE: dict[str, dict[Role, Where]] = {
    # Everybody's own.
    "your_work": _EVERYONE,
    "list_pages": _EVERYONE,
    "keep_draft": _EVERYONE,
    "discard_draft": _EVERYONE,
    # Tokens for programs: some may make one, everybody may end their own.
    "list_api_tokens": _EVERYONE,
    "end_api_token": _EVERYONE,
    "make_api_token": _BY_PROGRAM,
    "use_api": _BY_PROGRAM,
    # A case: its header, and who it is about.
    **access_rows_daily.ROWS,
    "view_case": _SIGHT,
    "view_case_timeline": _SIGHT,
    "print_case_timeline": _SIGHT,
    "view_identity": {**_MANAGER, _R.DESIGNATED_DOCTOR: CASE},
    "reveal_nhs_number": {**_MANAGER, _R.DESIGNATED_DOCTOR: CASE},
    "view_history": _MANAGER,
    "view_sharing": _MANAGER,
    "view_access_log": {**_MANAGER, _R.AUDITOR: ANYWHERE},
    "admit_to_case": _MANAGER,
    "dismiss_from_case": _MANAGER,
    "declare_interest": {
        **_MANAGER,
        **_PANEL,
        _R.DESIGNATED_DOCTOR: CASE,
        _R.SCR_MEMBER: CASE,
        _R.SCR_CHAIR: CASE,
        _R.INDEPENDENT_CHAIR: CASE,
        _R.SAFEGUARDING_PARTNER: CASE,
    },
    "record_interest": _MANAGER,
    "decide_interest": {_R.PANEL_CHAIR: MEETING},
    "lift_recusal": _MANAGER,
    "correct_record": _MANAGER,
    # Emergencies, seals, second persons and reviews of access.
    **access_rows_door.ROWS,
    # Notification (Form A).
    "list_notifications": {_R.CDR_MANAGER: ANYWHERE},
    "log_notification": {_R.CDR_MANAGER: ANYWHERE},
    "view_notification": {**_MANAGER, _R.DESIGNATED_DOCTOR: CASE},
    # Forms A, B and C as papers for the file, each for who may read its page whole.
    "download_form_a": {**_MANAGER, _R.DESIGNATED_DOCTOR: CASE},
    "download_form_b": {**_MANAGER, _R.DESIGNATED_DOCTOR: CASE},
    "download_form_c": {**_MANAGER, **_PANEL, _R.DESIGNATED_DOCTOR: CASE},
    "download_own_report": _AGENCY,
    "list_intake": {_R.CDR_MANAGER: ANYWHERE},
    "read_intake": {_R.CDR_MANAGER: ANYWHERE},
    "record_social_care_told": {_R.CDR_MANAGER: ANYWHERE},
    "accept_intake": {_R.CDR_MANAGER: ANYWHERE},
    "reject_intake": {_R.CDR_MANAGER: ANYWHERE},
    "import_cases": {_R.CDR_MANAGER: ANYWHERE},
    # Registrars' and coroners' lists: those of one's own panels.
    "list_lists": {_R.CDR_MANAGER: ANYWHERE},
    "upload_list": {_R.CDR_MANAGER: ANYWHERE},
    "view_list": {_R.CDR_MANAGER: ANYWHERE},
    "decide_list_entry": {_R.CDR_MANAGER: ANYWHERE},
    "confirm_expectedness": {_R.DESIGNATED_DOCTOR: CASE},
    "decide_match": _MANAGER,
    "record_safety_of_children": _MANAGER,
    "settle_notification_duty": _MANAGER,
    "answer_questions": _MANAGER,
    "close_not_for_review": _MANAGER,
    "pass_on_case": _MANAGER,
    "request_report": _MANAGER,
    # An agency's own requests, and nothing else of their cases.
    "list_requests": {_R.CONTRIBUTOR: ANYWHERE, _R.AGENCY_LEAD: ANYWHERE},
    "view_request": _AGENCY,
    "answer_request": _AGENCY,
    "say_no_record": _AGENCY,
    "hand_in_report": _AGENCY,
    "correct_report": _AGENCY,
    "hand_parts": {_R.AGENCY_LEAD: OWN},
    "sign_off_report": {_R.AGENCY_LEAD: OWN},
    # Meetings.
    "list_meetings": {_R.CDR_MANAGER: ANYWHERE, **dict.fromkeys(_PANEL, ANYWHERE)},
    "view_meeting": {_R.CDR_MANAGER: ANYWHERE, **dict.fromkeys(_PANEL, ANYWHERE)},
    "arrange_meeting": {_R.CDR_MANAGER: ANYWHERE},
    "put_on_agenda": _MANAGER,
    "take_off_agenda": _MANAGER,
    "record_attendance": {_R.CDR_MANAGER: ANYWHERE},
    "change_meeting": {_R.CDR_MANAGER: ANYWHERE},
    "cancel_meeting": {_R.CDR_MANAGER: ANYWHERE},
    "end_meeting": {_R.CDR_MANAGER: ANYWHERE},
    # Names to member agencies before a meeting: their leads, until it is over.
    "send_record_checks": {_R.CDR_MANAGER: ANYWHERE},
    "list_record_checks": {_R.AGENCY_LEAD: ANYWHERE},
    "view_record_check": {_R.AGENCY_LEAD: ANYWHERE},
    "answer_record_check": {_R.AGENCY_LEAD: ANYWHERE},
    "view_minutes": {_R.CDR_MANAGER: ANYWHERE, **dict.fromkeys(_PANEL, ANYWHERE)},
    "write_minutes": {_R.CDR_MANAGER: ANYWHERE},
    "agree_minutes": {_R.CDR_MANAGER: ANYWHERE, _R.PANEL_CHAIR: ANYWHERE},
    "download_minutes": {_R.CDR_MANAGER: ANYWHERE, **dict.fromkeys(_PANEL, ANYWHERE)},
    # The pack of a meeting: each reader's copy holds the cases that they may see.
    "view_pack": {_R.CDR_MANAGER: ANYWHERE, **dict.fromkeys(_PANEL, ANYWHERE)},
    "build_pack": {_R.CDR_MANAGER: ANYWHERE},
    "answer_leak_hit": {_R.CDR_MANAGER: ANYWHERE},
    "agree_to_pack": {_R.CDR_MANAGER: ANYWHERE, _R.PANEL_CHAIR: ANYWHERE},
    "issue_pack": {_R.CDR_MANAGER: ANYWHERE},
    "withdraw_pack": {_R.CDR_MANAGER: ANYWHERE},
    "open_pack": {_R.CDR_MANAGER: ANYWHERE, **dict.fromkeys(_PANEL, ANYWHERE)},
    "enter_meeting_mode": {_R.CDR_MANAGER: ANYWHERE, **dict.fromkeys(_PANEL, ANYWHERE)},
    "open_room": {**_MANAGER, **_PANEL},
    "record_item_outcome": {**_MANAGER, _R.PANEL_CHAIR: MEETING},
    "view_panel_questions": {**_MANAGER, **_PANEL},
    "answer_panel_question": _MANAGER,
    "check_points": {_R.PANEL_CHAIR: MEETING},
    # What members think before they discuss; afterwards only the counts are kept.
    "begin_judgement_round": {**_MANAGER, _R.PANEL_CHAIR: MEETING},
    "give_first_judgement": _PANEL,
    "open_judgement_round": {_R.PANEL_CHAIR: MEETING},
    "view_agreement": {_R.CDR_MANAGER: ANYWHERE, _R.PANEL_CHAIR: ANYWHERE},
    # The family, other processes and clocks, areas.
    "view_family": _FAMILY,
    "record_family_work": _FAMILY,
    "record_contact_preference": _FAMILY,
    "record_family_contact": _FAMILY,
    "offer_support": _FAMILY,
    "record_support_answer": _FAMILY,
    "ask_family_question": _FAMILY,
    "settle_family_question": _FAMILY,
    "record_told_family": _FAMILY,
    "draft_family_letter": _FAMILY,
    "edit_family_letter": _FAMILY,
    "print_family_letter": _FAMILY,
    "release_family_letter": _MANAGER,
    "record_letter_sent": _MANAGER,
    "view_processes": _FAMILY,
    "record_process": _MANAGER,
    "change_process": _MANAGER,
    "pause_clock": _MANAGER,
    "resume_clock": _MANAGER,
    "record_scr_state": _MANAGER,
    "view_response": _FAMILY,
    "record_response_phase": _FAMILY,
    "record_response_triggers": _FAMILY,
    "draft_form_c": _FAMILY,
    # A child death review from 2018: its meeting, its people, and copying it by hand.
    "view_death_review": _FAMILY,
    "record_death_review_people": _FAMILY,
    "record_death_review_meeting": _FAMILY,
    "draft_analysis_form": _FAMILY,
    "carry_over_form_c": _MANAGER,
    "copy_to_national_database": _MANAGER,
    "record_copied": _MANAGER,
    "view_crosswalk": {
        _R.CDR_MANAGER: ANYWHERE,
        _R.DESIGNATED_DOCTOR: ANYWHERE,
        _R.RETURN_OFFICER: ANYWHERE,
        _R.ADMINISTRATOR: ANYWHERE,
    },
    # Documents, and bundles of them that are disclosed.
    "view_documents": _MANAGER,
    "upload_document": _MANAGER,
    "change_document": _MANAGER,
    "accept_document": _MANAGER,
    "read_document": _MANAGER,
    "download_document": _MANAGER,
    "prepare_disclosure": _MANAGER,
    "view_disclosure": _MANAGER,
    "decide_disclosure_part": _MANAGER,
    "make_disclosure_file": _MANAGER,
    "fetch_disclosure_file": _MANAGER,
    **access_rows_requests.ROWS,
    "view_area": _MANAGER,
    # Cases of one incident: what is linked is shown to who may open it.
    "view_incident": _FAMILY,
    "link_incident": _MANAGER,
    "unlink_incident": _MANAGER,
    "record_passing_answer": _MANAGER,
    # Panel review (Form C).
    "view_panel_review": {**_MANAGER, **_PANEL, _R.DESIGNATED_DOCTOR: CASE},
    "record_panel_review": _MANAGER,
    "complete_panel_review": {_R.PANEL_CHAIR: MEETING},
    "reopen_panel_review": {**_MANAGER, _R.PANEL_CHAIR: MEETING},
    # Asking agencies, and their evidence side by side.
    "view_agency_reports": {**_MANAGER, _R.DESIGNATED_DOCTOR: CASE},
    "remind_agency": _MANAGER,
    "remind_agencies": {_R.CDR_MANAGER: ANYWHERE},
    "escalate_request": _MANAGER,
    "withdraw_request": _MANAGER,
    "renew_report_link": _MANAGER,
    "view_timeliness": {_R.CDR_MANAGER: ANYWHERE, _R.DESIGNATED_DOCTOR: ANYWHERE},
    "view_evidence": {**_MANAGER, **_PANEL, _R.DESIGNATED_DOCTOR: CASE},
    "settle_contradiction": _MANAGER,
    # Serious case reviews: their papers are another purpose.
    **access_rows_scr.ROWS,
    **access_rows_findings.ROWS,
    # Actions, whoever agreed them.
    **access_rows_actions.ROWS,
    # Learning, and its themes.
    **access_rows_learning.ROWS,
    # Figures, and for whom they are given.
    **access_rows_statistics.ROWS,
    # Returns: pseudonyms only.
    **access_rows_returns.ROWS,
    # How long papers are kept, and disposing of them.
    **access_rows_retention.ROWS,
    # People, agencies, lists: no case data.
    "view_people": {_R.ADMINISTRATOR: ANYWHERE},
    "view_person": {_R.ADMINISTRATOR: ANYWHERE},
    "add_person": {_R.ADMINISTRATOR: ANYWHERE},
    "invite_person": {_R.ADMINISTRATOR: ANYWHERE},
    "change_person": {_R.ADMINISTRATOR: ANYWHERE},
    "give_role": {_R.ADMINISTRATOR: ANYWHERE},
    "end_role": {_R.ADMINISTRATOR: ANYWHERE},
    "reset_second_factor": {_R.ADMINISTRATOR: ANYWHERE},
    "deactivate_person": {_R.ADMINISTRATOR: ANYWHERE},
    "view_agencies": {_R.ADMINISTRATOR: ANYWHERE, _R.CDR_MANAGER: ANYWHERE},
    "view_agency": {_R.ADMINISTRATOR: ANYWHERE, _R.CDR_MANAGER: ANYWHERE},
    "add_agency": {_R.ADMINISTRATOR: ANYWHERE},
    "change_agency": {_R.ADMINISTRATOR: ANYWHERE},
    "add_agency_contact": {_R.ADMINISTRATOR: ANYWHERE, _R.CDR_MANAGER: ANYWHERE},
    "retire_agency_contact": {_R.ADMINISTRATOR: ANYWHERE, _R.CDR_MANAGER: ANYWHERE},
    # What each panel and board settles for itself.
    "view_panels": {_R.ADMINISTRATOR: ANYWHERE, _R.CDR_MANAGER: ANYWHERE},
    "add_panel": {_R.ADMINISTRATOR: ANYWHERE},
    "change_panel": {_R.ADMINISTRATOR: ANYWHERE},
    "close_panel": {_R.ADMINISTRATOR: ANYWHERE},
    "add_board": {_R.ADMINISTRATOR: ANYWHERE},
    "change_board": {_R.ADMINISTRATOR: ANYWHERE},
    "view_code_lists": {_R.ADMINISTRATOR: ANYWHERE},
    "view_code_list": {_R.ADMINISTRATOR: ANYWHERE},
    "view_audit_log": {_R.AUDITOR: ANYWHERE},
    "verify_audit": {_R.AUDITOR: ANYWHERE, _R.ADMINISTRATOR: ANYWHERE},
    "view_checkpoint": {_R.AUDITOR: ANYWHERE, _R.ADMINISTRATOR: ANYWHERE},
    "view_set_up": {_R.ADMINISTRATOR: ANYWHERE},
    # What an area words and names for itself.
    "view_local_texts": {_R.ADMINISTRATOR: ANYWHERE},
    "change_local_text": {_R.ADMINISTRATOR: ANYWHERE},
    "change_branding": {_R.ADMINISTRATOR: ANYWHERE},
    "view_holidays": {_R.ADMINISTRATOR: ANYWHERE},
    "change_holidays": {_R.ADMINISTRATOR: ANYWHERE},
    "import_agencies": {_R.ADMINISTRATOR: ANYWHERE},
    # What a demo would have sent by e-mail; elsewhere there is no such page.
    "view_demo_messages": {_R.ADMINISTRATOR: ANYWHERE},
    "view_status": {_R.AUDITOR: ANYWHERE, _R.ADMINISTRATOR: ANYWHERE},
}

# What break-glass opens: reading, never writing.
READ_ONLY = frozenset({"view_case", "view_identity", "view_notification", "view_panel_review"})


def where(action: str, role: Role | str) -> Where | None:
    """Return where `role` may do `action`; None is nowhere.

    Raises:
        KeyError: no such action: the table is the whole list.
    """
    return TABLE[action].get(Role(role))


def roles_for(action: str) -> dict[Role, Where]:
    """Return the roles that may do `action`, and where."""
    return TABLE[action]
