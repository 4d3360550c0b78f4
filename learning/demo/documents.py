"""Papers that were handed in, and a bundle of them that the coroner asked for."""

from collections.abc import Mapping
from pathlib import Path

from casereview import document_store
from casereview.actions.disclosures import decide_disclosure_part, prepare_disclosure
from casereview.actions.documents import accept_document, upload_document
from casereview.models import Case, DisclosurePart, Document

FOLDER = Path(__file__).parent / "handed_in"
AMBULANCE = "Ambulance record"
# Case, file, title, whether it tells of others, and why it was accepted; empty waits for that.
PAPERS = (
    (
        "sleep",
        "ambulance_record.txt",
        AMBULANCE,
        True,
        "By secure e-mail from the ambulance service",
    ),
    (
        "sleep",
        "health_visitor_letter.txt",
        "Letter of the health visitor",
        False,
        "By secure e-mail from the health visiting service",
    ),
    (
        "sleep",
        "hospital_letter.pdf",
        "Letter of the emergency department",
        False,
        "From the hospital’s own system",
    ),
    ("road", "collision_report.docx", "Collision report", False, ""),
)


def bring_in(cases: Mapping[str, Case], manager) -> None:
    """Hand in the papers, and begin a bundle whose first part is decided."""
    handed_in = [
        _hand_in(cases[key], file, title, third_party, accepted, manager)
        for key, file, title, third_party, accepted in PAPERS
    ]
    case = cases["sleep"]
    papers = [one for one in handed_in if one.case_id == case.pk]
    if not all(document_store.may_open(one) for one in papers):
        return  # a scanner was set up, and has yet to look at them
    bundle = prepare_disclosure(
        case=case,
        asked_by_whom="Coroner for Soar Valley (fictional)",
        purpose="Schedule 5 of the Coroners and Justice Act 2009, for the inquest",
        documents=papers,
        by=manager,
    )
    decide_disclosure_part(
        part=DisclosurePart.objects.filter(disclosure=bundle, third_party=True)[0],
        decision=DisclosurePart.Decision.DISCLOSE,
        reason="It names the service only",
        by=manager,
    )


def _hand_in(
    case: Case, file: str, title: str, third_party: bool, accepted: str, manager
) -> Document:
    document = upload_document(
        case=case,
        content=(FOLDER / file).read_bytes(),
        file_name=file,
        title=title,
        third_party=third_party,
        by=manager,
    )
    if accepted and document.scan_state == Document.Scan.NOT_SCANNED:
        accept_document(document=document, reason=accepted, by=manager)
    return document
