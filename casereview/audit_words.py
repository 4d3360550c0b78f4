"""The audit log in plain words: who, as what, what they did, and whether it was allowed."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casereview import access, audit
from casereview.models import AuditEntry, User
from casereview.rules.access_table import LABELS, Role

ACTIONS = {
    "your_work": "Opened their work list",
    "list_cases": "Looked at the list of cases",
    "find_case": "Searched for a case",
    "view_case": "Looked at the overview",
    "view_identity": "Looked at who the child was",
    "reveal_nhs_number": "Looked at the NHS number in full",
    "view_history": "Looked at the history",
    "view_sharing": "Looked at who can see the case",
    "view_access_log": "Looked at the access log",
    "view_audit_log": "Looked at the audit log",
    "verify_audit": "Had the audit log verified",
    "admit_to_case": "Admit a person to the case",
    "dismiss_from_case": "Dismiss a person from the case",
    "declare_interest": "Declare an interest",
    "record_interest": "Record an interest",
    "decide_interest": "Decide an interest",
    "lift_recusal": "Lift a withdrawal",
    "correct_record": "Correct the record",
    "open_case": "Opened the case",
    "view_agency_reports": "Looked at the requests to agencies",
    "view_evidence": "Looked at the evidence side by side",
    "view_timeliness": "Looked at how timely agencies are",
    "request_report": "Ask agencies for reports",
    "withdraw_request": "Take a request to an agency back",
    "renew_report_link": "Make a new link for a request",
    "settle_contradiction": "Settle a contradiction between agencies",
    "list_intake": "Looked at the notifications from outside",
    "read_intake": "Read a notification from outside",
    "receive_notification": "Received a notification from outside",
    "accept_intake": "Accept a notification from outside",
    "reject_intake": "Reject a notification from outside",
    "record_social_care_told": "Record that social care was told",
    "escalate_unread": "Escalated an unread notification from outside",
    "list_requests": "Looked at the requests for a report",
    "view_request": "Looked at a request for a report",
    "answer_request": "Answer a request for a report",
    "say_no_record": "Say that there is no record of the child or family",
    "hand_in_report": "Hand in an agency’s report",
    "correct_report": "Correct an agency’s report",
    "hand_parts": "Hand parts of a request to people",
    "sign_off_report": "Sign off an agency’s report",
    "open_report_link": "Opened a link to a request",
    "make_report_link": "Make a link to a request",
    "revoke_report_link": "Revoke a link to a request",
    "try_report_code": "Try the code of a link",
    "integrity_failure": "A value failed its integrity check",
    "list_lists": "Looked at the registrars' and coroners' lists",
    "upload_list": "Upload a registrar's or coroner's list",
    "view_list": "Looked at a registrar's or coroner's list",
    "decide_list_entry": "Decide what a listed death is",
    "view_documents": "Looked at the documents",
    "upload_document": "Add a document",
    "change_document": "Change what is known of a document",
    "accept_document": "Accept a document that was not scanned",
    "scan_document": "Had a document scanned",
    "read_document": "Opened a document",
    "download_document": "Downloaded a document",
    "prepare_disclosure": "Prepare a bundle for disclosure",
    "view_disclosure": "Looked at a bundle for disclosure",
    "decide_disclosure_part": "Decide what is disclosed",
    "make_disclosure_file": "Make the file of a disclosure",
    "fetch_disclosure_file": "Fetch the file of a disclosure",
    "sign_in": "Signed in",
    "sign_out": "Signed out",
    "sign_in_failed": "Tried to sign in and failed",
    "add_agency": "Add an agency",
    "add_agency_contact": "Add a contact of an agency",
    "add_person": "Add a person",
    "add_second_factor": "Added a second factor",
    "add_single_sign_on": "Added a single sign-on",
    "agree_minutes": "Agree the minutes",
    "download_minutes": "Take a copy of the minutes",
    "view_pack": "Looked at the papers of a meeting",
    "build_pack": "Have the papers of a meeting built",
    "produce_pack": "Built the papers of a meeting",
    "check_pack_again": "Have the papers of a meeting searched again",
    "give_pseudonyms": "Gave pseudonyms",
    "find_leaks": "Found words that tell who somebody is",
    "answer_leak_hit": "Answer what the leak test found",
    "agree_leak_hits": "Agree to the words that stay",
    "agree_to_pack": "Agree that the papers of a meeting leave the partnership",
    "issue_pack": "Issue the papers of a meeting",
    "open_pack": "Open the papers of a meeting",
    "withdraw_pack": "Withdraw the papers of a meeting",
    "end_pack": "Ended the building of papers",
    "expire_pack": "Removed papers that had expired",
    "answer_panel_question": "Answer a question of the panel",
    "answer_record_check": "Say whether an agency knows a child",
    "list_record_checks": "Looked at which names wait to be looked for",
    "send_record_checks": "Send a child’s name to member agencies",
    "view_record_check": "Looked at a child’s name sent for a record check",
    "answer_questions": "Answer what was not known at notification",
    "arrange_meeting": "Arrange a meeting",
    "ask_family_question": "Record a question of the family",
    "assess_scr_criteria": "Assess the criteria for a serious case review",
    "begin_assessment": "Begin to assess the criteria for a serious case review",
    "answer_criterion": "Answer a question of the criteria",
    "lock_assessment": "Lock an assessment of the criteria",
    "begin_judgement_round": "Ask for first judgements",
    "cancel_meeting": "Cancel a meeting",
    "change_agency": "Change an agency",
    "change_board": "Change whom to telephone in the area of a board",
    "change_panel": "Change the quorum or deputy of a panel",
    "change_password": "Changed their password",
    "change_person": "Change a person",
    "change_process": "Change what is known of another process",
    "check_points": "Check the points the panel made",
    "close_not_for_review": "Close the case as not for review",
    "complete_panel_review": "Complete the panel review",
    "confirm_expectedness": "Confirm whether the death was expected",
    "deactivate_person": "End a person’s account",
    "decide_match": "Decide on a possible match",
    "decide_scr": "Decide on a serious case review",
    "destroy_first_judgements": "Destroyed first judgements that a legal hold had kept",
    "discard_draft": "Throw a draft away",
    "draft_family_letter": "Draft a letter to the family",
    "draft_form_c": "Draft the panel’s form from the response to the death",
    "edit_family_letter": "Edit a letter to the family",
    "end_meeting": "End a meeting",
    "end_role": "End a role",
    "enter_meeting_mode": "Enter the room of a meeting",
    "escalate_request": "Escalate a request to an agency",
    "export_annual_return": "Make the file of an annual return",
    "freeze_annual_return": "Freeze an annual return",
    "give_first_judgement": "Give a first judgement",
    "give_role": "Give a role",
    "import_cases": "Bring in cases from a file",
    "invite_person": "Invite a person to sign in",
    "keep_draft": "Keep a draft",
    "list_meetings": "Looked at the list of meetings",
    "list_notifications": "Looked at the list of notifications",
    "list_returns": "Looked at the list of annual returns",
    "log_notification": "Notify a child’s death",
    "mark_demo_database": "Marked the database as a demo",
    "offer_support": "Record an offer of support to the family",
    "open_figure": "Looked at the cases behind a figure",
    "open_judgement_round": "Open the first judgements",
    "open_room": "Opened the case in the room of a meeting",
    "pass_on_case": "Pass the case on to another board",
    "pause_clock": "Pause a clock",
    "print_family_letter": "Print a letter to the family",
    "put_on_agenda": "Put the case on the agenda of a meeting",
    "reconcile_list": "Compared a list with the cases",
    "theme_signals": "Counted which themes are seen more often",
    "suggest_themes": "Had themes suggested for statements",
    "decide_reference_period": "Decide what themes are compared with",
    "record_attendance": "Record who came to a meeting",
    "record_contact_preference": "Record how the family wants to be contacted",
    "record_family_contact": "Record a contact with the family",
    "record_family_work": "Record who supports the family",
    "record_item_outcome": "Record what a meeting decided on the case",
    "record_letter_sent": "Record that a letter to the family was sent",
    "record_panel_review": "Record the panel review",
    "record_passing_answer": "Record the answer of the board the case was passed on to",
    "record_process": "Record another process",
    "record_response_phase": "Record a phase of the response to the death",
    "record_response_triggers": "Record what asks for a response to the death",
    "record_safety_of_children": "Record whether the other children are safe",
    "record_scr_state": "Record how far the serious case review is",
    "record_support_answer": "Record the family’s answer to an offer of support",
    "record_told_family": "Record what the family was told",
    "refer_for_scr": "Refer the case to the serious case review group",
    "list_referrals": "Looked at the referrals",
    "send_referral": "Send a referral to the serious case review group",
    "read_referral": "Read a referral",
    "accept_referral": "Accept a referral",
    "reject_referral": "Reject a referral",
    "view_scr_identity": "Looked at who the child is, for the serious case review",
    "secure_files": "Ask agencies to secure their files",
    "record_file": "Record that an agency secured its files",
    "record_scr_safety": "Record the safety of the other children",
    "settle_lead": "Settle which board leads",
    "release_family_letter": "Release a letter to the family",
    "remind_agencies": "Remind agencies",
    "remind_agency": "Remind an agency",
    "remove_second_factor": "Removed a second factor",
    "remove_single_sign_on": "Removed a single sign-on",
    "renew_recovery_codes": "Made new recovery codes",
    "reopen_panel_review": "Reopen the panel review",
    "reset_second_factor": "Reset a person’s second factor",
    "resume_clock": "Let a clock run again",
    "retire_agency_contact": "Retire a contact of an agency",
    "seed_demo": "Filled the demo",
    "send_message": "Sent a message",
    "set_up_boards": "Set up the boards",
    "set_up_panels": "Set up the panels",
    "set_up_groups": "Set up the groups of the boards",
    "set_up_themes": "Set up the themes",
    "settle_family_question": "Settle a question of the family",
    "settle_notification_duty": "Settle the duty to notify a serious incident",
    "show_second_factor": "Looked at the key of their second factor",
    "step_up": "Needed a fresh proof of who they are",
    "sweep_keys": "Removed keys that belong to nothing",
    "take_off_agenda": "Take the case off the agenda of a meeting",
    "view_agencies": "Looked at the list of agencies",
    "view_agency": "Looked at an agency",
    "view_agreement": "Looked at how far first judgements agree",
    "view_panels": "Looked at the panels and boards",
    "view_area": "Looked at the areas of the case",
    "view_code_list": "Looked at a code list",
    "view_code_lists": "Looked at the code lists",
    "view_family": "Looked at the work with the family",
    "view_meeting": "Looked at a meeting",
    "view_minutes": "Looked at the minutes of a meeting",
    "view_notification": "Looked at the notification",
    "view_panel_questions": "Looked at the questions of the panel",
    "view_panel_review": "Looked at the panel review",
    "view_people": "Looked at the list of people",
    "view_person": "Looked at a person",
    "view_processes": "Looked at the other processes",
    "view_response": "Looked at the response to the death",
    "view_return": "Looked at an annual return",
    "view_scr": "Looked at the serious case review",
    "list_scr_meetings": "Looked at the meetings of the serious case review group",
    "view_scr_meeting": "Looked at a meeting of the serious case review group",
    "arrange_scr_meeting": "Arrange a meeting of the serious case review group",
    "record_scr_attendance": "Record who came to the serious case review group",
    "end_scr_meeting": "Record that the serious case review group met",
    "cancel_scr_meeting": "Cancel a meeting of the serious case review group",
    "view_recommendation": "Looked at the group’s recommendation",
    "draft_recommendation": "Draft the group’s recommendation",
    "give_position": "Give their position on the group’s recommendation",
    "make_recommendation": "Make the group’s recommendation",
    "view_decision": "Looked at the decision on a serious case review",
    "decide_local_review": "Decide on a local review for a safeguarding partner",
    "record_national_advice": "Record the national panel’s advice",
    "ask_peer_challenge": "Ask another area’s chair about a decision",
    "answer_peer_challenge": "Record another chair’s view of a decision",
    "view_scr_told": "Looked at who is told of a serious case review",
    "record_scr_told": "Record that a national body was told",
    "view_scr_letter": "Read a letter about a serious case review",
    "draft_scr_letter": "Draft a letter about a serious case review",
    "edit_scr_letter": "Edit a letter about a serious case review",
    "release_scr_letter": "Release a letter about a serious case review",
    "record_scr_letter_sent": "Record that a letter about a serious case review was sent",
    "view_scr_register": "Looked at the decisions register",
    "export_scr_register": "Take out the decisions register",
    "write_minutes": "Write the minutes",
    "add_chronology_entry": "Add an entry to a chronology",
    "answer_review_leak": "Answer what the leak test found in a paper",
    "appoint_reviewer": "Appoint a lead reviewer",
    "ask_for_part": "Ask agencies for their part of a review",
    "capture_review_back": "Record how a review of years ago ended",
    "check_paper": "Check a paper of a review",
    "commission_review": "Commission a review",
    "decide_publication": "Decide on publishing a review",
    "end_appointment": "End the appointment of a reviewer",
    "export_chronology": "Make the file of a chronology",
    "hand_in_paper": "Hand in a paper of a review",
    "hand_in_part": "Hand in an agency’s part of a review",
    "import_chronology": "Bring in an agency’s chronology from a file",
    "list_review_requests": "Looked at what their agency is asked for reviews",
    "list_reviews": "Looked at the list of reviews",
    "name_reviewer": "Name a further reviewer",
    "plan_publication": "Plan the publication of a review",
    "record_family_involvement": "Record the family’s part in a review",
    "record_names_sent": "Record that the national panel was told the reviewers’ names",
    "record_practitioner_event": "Record how practitioners took part in a review",
    "record_publication": "Record the publication of a review",
    "record_publication_advice": "Record the national panel’s advice on publication",
    "record_review_process": "Record a process beside a review",
    "record_taken_down": "Record that a published report was taken down",
    "record_terms": "Record the terms of a review",
    "run_leak_test": "Run the leak test on a paper of a review",
    "sign_off_review": "Sign a review off",
    "stop_review": "Stop a review",
    "view_all_reviews": "Looked at the reviews of a case",
    "view_chronology": "Looked at the integrated chronology",
    "view_review": "Looked at a review",
    "view_review_child": "Looked at who the child of a review is",
    "view_review_request": "Looked at their agency’s part of a review",
    "withdraw_chronology_entry": "Withdraw an entry of a chronology",
    "withdraw_part": "Take back what an agency was asked for a review",
    "write_paper": "Write a paper of a review",
}
BREAK_GLASS = "Break-glass"


@dataclass(frozen=True)
class Line:
    """One entry as the log shows it."""

    seq: int
    at: datetime
    who: str
    role: str
    did: str
    how: str
    colour: str
    detail: str
    reference: str = ""
    withheld: bool = False


def lines(entries: Iterable[AuditEntry], reader) -> list[Line]:
    """Return entries in words, asking once for the names of people and once for references.

    Of a case that is kept from the reader an entry tells that something was done, and no more.
    """
    entries = list(entries)
    details = [_detail(entry) for entry in entries]
    people = {entry.actor for entry in entries if entry.actor}
    people |= {key for detail in details if (key := _key(detail.get("person")))}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    cases = {entry.case for entry in entries if entry.case}
    open_to_reader = access.visible_to(reader, "view_access_log").filter(pk__in=cases)
    references = dict(open_to_reader.values_list("pk", "reference"))

    def kept(entry: AuditEntry) -> bool:
        return entry.case is not None and entry.case not in references

    return [
        Line(
            seq=entry.seq,
            at=entry.at,
            who=_who(entry.actor, names),
            role=_role(entry.acting_role),
            did=action_words(entry.action, entry.outcome, detail),
            how=_how(entry.outcome, detail)[0],
            colour=_how(entry.outcome, detail)[1],
            detail="" if kept(entry) else _about(entry, detail, names),
            reference=references.get(entry.case, "") if entry.case else "",
            withheld=kept(entry),
        )
        for entry, detail in zip(entries, details, strict=True)
    ]


def action_words(action: str, outcome: str = "", detail: dict[str, Any] | None = None) -> str:
    """Return an action in words; a form that was only opened says so."""
    words = ACTIONS.get(action) or action.replace("_", " ").capitalize()
    changes = action not in ACTIONS or not ACTIONS[action].split()[0].endswith("ed")
    reads = action.startswith(("view_", "list_", "find_", "your_"))
    if outcome == audit.REFUSED and words.startswith("Looked at "):
        return "Asked for " + words.removeprefix("Looked at ")
    if reads and action not in ACTIONS:
        return f"Looked at: {action.split('_', 1)[1].replace('_', ' ')}"
    if changes and not reads and (detail or {}).get("method") == "GET":
        return f"Opened the page: {words[:1].lower()}{words[1:]}"
    return words


def field_words(name: str) -> str:
    """Return the name of a field in words."""
    return name.removesuffix("_id").replace("_", " ").replace("nhs", "NHS").replace("scr", "SCR")


def _who(actor: uuid.UUID | None, names: dict[uuid.UUID, str]) -> str:
    if actor is None:
        return "The system"
    return names.get(actor, "Somebody who is no longer known")


def _role(code: str) -> str:
    if code == "break_glass":
        return BREAK_GLASS
    if code == "report_link":
        return "Holder of a link"
    return LABELS[Role(code)] if code in set(Role) else code


def _how(outcome: str, detail: dict[str, Any]) -> tuple[str, str]:
    if outcome == audit.REFUSED:
        return "Refused", "red"
    if outcome == audit.DONE:
        return "Done", "green"
    return "Allowed", "grey"


def _about(entry: AuditEntry, detail: dict[str, Any], names: dict[uuid.UUID, str]) -> str:
    parts = []
    if fields := detail.get("fields"):
        named = {name for changed in fields.values() for name in changed}
        shown = sorted(field_words(name) for name in named if not name.endswith("_index"))
        parts.append("Changed: " + ", ".join(shown))
    if person := _key(detail.get("person")):
        parts.append(f"About {names.get(person, 'a person')}")
    if detail.get("role") in set(Role):
        parts.append(f"As {LABELS[Role(detail['role'])].lower()}")
    if level := detail.get("level"):
        parts.append(f"Level: {str(level).replace('_', ' ')}")
    if detail.get("reason_given"):
        parts.append("With a reason")
    if isinstance(detail.get("found"), list):
        by = str(detail.get("by", "")).replace("_", " ").replace("nhs", "NHS")
        parts.append(f"By {by}: {len(detail['found'])} found")
    if field := detail.get("field"):
        parts.append(f"Field: {field_words(str(field))}")
    return ". ".join(parts)


def _detail(entry: AuditEntry) -> dict[str, Any]:
    try:
        found = json.loads(entry.detail)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _key(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text)) if text else None
    except ValueError:
        return None
