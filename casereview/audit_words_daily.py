"""What was done every day with a case and the list of cases, in plain words."""

ACTIONS = {
    "view_case_timeline": "Looked at the timeline",
    "print_case_timeline": "Opened the timeline for printing",
    "view_case_notes": "Looked at the notes",
    "write_case_note": "Write a note",
    "correct_case_note": "Correct a note",
    "settle_note_mention": "Read a note they were asked to read",
    "open_narrative": "Opened a part that may distress",
    "view_reading": "Looked at how much they were asked to read",
    "choose_notices": "Choose how they are told of what may distress",
    "view_panel_reading": "Looked at how much the members of a panel were asked to read",
    "save_view": "Save a view of the list of cases",
    "rename_view": "Rename a saved view",
    "delete_view": "Delete a saved view",
}
