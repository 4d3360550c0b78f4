"""Files about many cases: which rows of the access table hand one over only with a second person.

Whoever takes a list of cases out takes all of them at once, and nobody sees what becomes of it.
So a file with a row for each of many cases is made only when somebody else agreed to that very
file. Figures that went through the gate hold no case, and a file of one case is that case's.

Source: our own rule; the Caldicott principles ask that each use of confidential information is
justified and its flows reviewed by an appropriate guardian.
"""

# Row of the access table -> what the file holds.
BULK = {
    "export_child_level": "the child-level form of an annual return: a row for each review",
    "export_scr_register": "the decisions register: a row for each case that was considered",
}

_ONE_CASE = "one case, for who may open it"
_GATE = "figures that went through the gate"
_NO_CASE = "nothing of any case"
_TESTED = "text that names nobody, searched for names and agreed by a second person"

# Every other row that hands over a file -> why one person may take it.
ARGUED = {
    "download_form_a": _ONE_CASE,
    "download_form_b": _ONE_CASE,
    "download_form_c": _ONE_CASE,
    "download_own_report": "one agency’s own report on one case",
    "read_document": _ONE_CASE,
    "download_document": _ONE_CASE,
    "fetch_disclosure_file": "one case; what is withheld is decided part by part, and who asked "
    "under which power is in the register",
    "export_chronology": "one review, of one case",
    "download_certificate": "one case, of which only reference and days are left",
    "download_joint_certificate": "days and counts of a paper that is gone; no case is named",
    # Of a meeting: several cases, and not a list of them.
    "open_pack": "the papers of one meeting under pseudonyms, for who was invited; words that "
    "stay were agreed by a second person; each copy is closed and stamped",
    "download_minutes": "the minutes of one meeting, without a case kept from the reader; each "
    "copy is closed and stamped",
    "download_audit": "one audit, its children under numbers; agreed by the learning lead first",
    "export_annual_return": "the counts of the return; its rows are export_child_level",
    "download_release": _GATE,
    "export_statistics": _GATE,
    "export_signals": _GATE,
    "export_action_report": "actions of a board, without a case",
    "download_quarter": _TESTED,
    "download_report": _TESTED,
    "download_notice": _TESTED,
    "download_briefing": _TESTED,
    "save_agency_briefing": _TESTED,
    "export_learning": "learning that names nobody, small numbers hidden, signed",
    "import_cases": "an empty file to fill in, and to whoever handed a file in its own rows",
    "import_learning": "an empty file to fill in, and to whoever handed a file in its own rows",
    "import_chronology": "an empty file to fill in, and to whoever handed a file in its own rows",
    "import_agencies": "an empty file to fill in",
    "view_meeting": "when and where a meeting is",
    "view_checkpoint": _NO_CASE,
    "export_access_review": "who holds which role on a panel; no case is named",
}
