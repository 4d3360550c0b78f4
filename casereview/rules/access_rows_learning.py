"""Rows of the access table: the learning database and its themes.

What is accepted names nobody. What is only proposed is still text of a case.
"""

from casereview.rules.roles import Role, Where

ANYWHERE, CASE = Where.ANYWHERE, Where.CASE
_KEEPERS = {Role.LEARNING_LEAD: ANYWHERE, Role.CDR_MANAGER: ANYWHERE}
_ON_A_CASE = {Role.LEARNING_LEAD: ANYWHERE, Role.CDR_MANAGER: CASE}
_AGENCIES = {Role.CONTRIBUTOR: ANYWHERE, Role.AGENCY_LEAD: ANYWHERE}
_LEAD = {Role.LEARNING_LEAD: ANYWHERE}
_READERS = _KEEPERS | dict.fromkeys(
    (
        Role.PANEL_MEMBER,
        Role.PANEL_CHAIR,
        Role.BOARD_MANAGER,
        Role.SCR_MEMBER,
        Role.SCR_CHAIR,
    ),
    ANYWHERE,
)
# The quarterly review is a panel's own.
_OF_A_PANEL = _KEEPERS | dict.fromkeys(
    (Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.BOARD_MANAGER), ANYWHERE
)
_STEER = _LEAD | {Role.PANEL_CHAIR: ANYWHERE}
_WRITERS = _KEEPERS | {Role.BOARD_MANAGER: ANYWHERE}
# For their own agency, before a meeting to which it comes.
_FOR_AN_AGENCY = {Role.AGENCY_LEAD: ANYWHERE, Role.PANEL_MEMBER: ANYWHERE}
# The report as the panel reads it holds small numbers: it is not for the board's office.
_WITH_SMALL_NUMBERS = _KEEPERS | dict.fromkeys((Role.PANEL_MEMBER, Role.PANEL_CHAIR), ANYWHERE)
# The board reads what was given to it.
_GIVEN_REPORTS = _OF_A_PANEL | dict.fromkeys(
    (Role.BOARD_MEMBER, Role.INDEPENDENT_CHAIR, Role.SCR_CHAIR), ANYWHERE
)
_BRIEFED = _READERS | dict.fromkeys((Role.BOARD_MEMBER, Role.INDEPENDENT_CHAIR), ANYWHERE)
# For their own agency.
_SENT_BRIEFINGS = _AGENCIES | {Role.PANEL_MEMBER: ANYWHERE}
_ACCEPTS_AREAS = _LEAD | {Role.ADMINISTRATOR: ANYWHERE}

ROWS: dict[str, dict[Role, Where]] = {
    "list_learning": _READERS,
    "view_learning_point": _READERS,
    "record_learning_point": _KEEPERS,
    "accept_learning_point": _ON_A_CASE,
    "set_aside_learning_point": _ON_A_CASE,
    "link_learning": _KEEPERS,
    "import_learning": _KEEPERS,
    # Agencies report what nearly harmed a child; each sees its own again.
    "report_near_miss": _KEEPERS | _AGENCIES,
    "list_near_misses": _READERS | _AGENCIES,
    "list_themes": _READERS,
    "view_theme": _READERS,
    "add_theme": _LEAD,
    "change_theme": _LEAD,
    "merge_theme": _LEAD,
    "split_theme": _LEAD,
    "decide_reference_period": _LEAD,
    # Signals, and the priorities of a panel.
    "view_signals": _READERS,
    "export_signals": _OF_A_PANEL,
    "close_flag": _STEER,
    "raise_priority": _STEER,
    "view_priority": _READERS,
    "change_priority": _STEER,
    "plan_work": _LEAD,
    "plan_action": _LEAD,
    # What named bodies are told.
    "list_notices": _READERS,
    "view_notice": _READERS,
    "write_notice": _WRITERS,
    "record_notice_sent": _WRITERS,
    "record_notice_reply": _WRITERS,
    "download_notice": _WRITERS,
    # A quarter's review.
    "list_quarters": _OF_A_PANEL,
    "view_quarter": _OF_A_PANEL,
    "prepare_quarter": _LEAD,
    "decide_priority": _STEER,
    "close_quarter": {Role.PANEL_CHAIR: ANYWHERE},
    "download_quarter": _OF_A_PANEL,
    # The standing item of a panel meeting, and what agencies say before it.
    "view_standing_item": _KEEPERS | dict.fromkeys((Role.PANEL_MEMBER, Role.PANEL_CHAIR), ANYWHERE),
    "list_agency_updates": _FOR_AN_AGENCY,
    "answer_agency_update": _FOR_AN_AGENCY,
    # The annual report is written and agreed by the panel; versions of it go to the boards.
    "list_annual_reports": _GIVEN_REPORTS,
    "begin_annual_report": _KEEPERS,
    "view_annual_report": _WITH_SMALL_NUMBERS,
    "write_report_part": _KEEPERS,
    "agree_annual_report": {Role.PANEL_CHAIR: ANYWHERE},
    "reopen_annual_report": {Role.PANEL_CHAIR: ANYWHERE},
    "give_report_out": _KEEPERS,
    # Author and chair look at a version before it is given out.
    "preview_report": _KEEPERS | {Role.PANEL_CHAIR: ANYWHERE},
    "view_report_version": _GIVEN_REPORTS,
    "download_report": _GIVEN_REPORTS,
    # Briefings: what is given out is read by panel and board, and by the agencies it was sent to.
    "list_briefings": _BRIEFED,
    "view_briefing": _BRIEFED,
    "download_briefing": _BRIEFED,
    "begin_briefing": _KEEPERS,
    "write_briefing": _KEEPERS,
    "test_briefing": _STEER | _KEEPERS,
    # A word that the leak test found is shown to those who may open its case.
    "answer_briefing_leak": {Role.CDR_MANAGER: CASE, Role.PANEL_CHAIR: Where.MEETING},
    "agree_briefing": _STEER,
    "reopen_briefing": _STEER,
    "give_briefing": _KEEPERS,
    "record_briefing_sent": _WRITERS,
    "record_acknowledgement": _WRITERS,
    "list_agency_briefings": _SENT_BRIEFINGS,
    "acknowledge_briefing": _SENT_BRIEFINGS,
    "save_agency_briefing": _SENT_BRIEFINGS,
    # The exchange with other areas. Whose bundles are taken in is no case data.
    "view_exchange": _WITH_SMALL_NUMBERS,
    "export_learning": _LEAD,
    "receive_learning": _LEAD,
    "list_exchange_areas": _ACCEPTS_AREAS,
    "accept_exchange_area": _ACCEPTS_AREAS,
    "end_exchange_area": _ACCEPTS_AREAS,
}
