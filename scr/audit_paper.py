"""One audit as a paper to share: no auditor, no practitioner, no case and no child is named."""

import hashlib
from dataclasses import dataclass

from casereview import audit as log
from casereview import pdf
from casereview.actions import NotAllowed
from casereview.codelists import load_named
from casereview.rules.return_year import ReturnYear
from scr.audit_programme import children_of, leaks_in
from scr.models import ThematicAudit


@dataclass(frozen=True)
class AuditPaper:
    """A paper ready to be handed over, and the digest that the audit log keeps."""

    content: bytes
    name: str
    digest: str


def download_audit(audit: ThematicAudit, *, by, made: str) -> AuditPaper:
    """Draw a shared audit and put it on record; call it before handing it over.

    Raises:
        NotAllowed: it is not shared, or what is known by now of a linked case tells who a child is.
    """
    if audit.shared_on is None:
        raise NotAllowed("Share the audit first: until then there is no paper of it")
    if any(one.hard for one in leaks_in(audit, by)):
        raise NotAllowed("Tell the board office: this paper would tell who a child is")
    content = pdf.draw(blocks(audit), title=audit.reference, footer=made)
    digest = hashlib.sha256(content).hexdigest()
    log.append(
        "download_audit",
        actor=by,
        table=audit._meta.db_table,
        key=audit.pk,
        outcome=log.DONE,
        detail={"digest": digest},
    )
    return AuditPaper(content, f"{audit.reference}.pdf", digest)


def grades() -> list[tuple[str, str]]:
    """Return the grades that a child's files may be given."""
    return load_named("scr", "audit_grades").choices()


def grade_words(code: str) -> str:
    """Return a grade in words; none is said to be none."""
    return load_named("scr", "audit_grades").label(code) if code else "Not graded"


def blocks(audit: ThematicAudit) -> list[pdf.Block]:
    """Return what the paper says, in its order."""
    held = audit.held_on
    drawn: list[pdf.Block] = [
        pdf.Heading(f"Multi-agency case file audit: {audit.theme}"),
        pdf.Fact("Reference", audit.reference),
        pdf.Fact("Board", audit.board.name),
        pdf.Fact("Programme", f"{ReturnYear(audit.year)}"),
        pdf.Fact("Held", f"{held.day} {held:%B %Y}" if held else "–"),
        pdf.Heading("Key lines of enquiry", 2),
        pdf.Words(audit.lines_of_enquiry or "None were set."),
        pdf.Heading("What the audit found", 2),
        pdf.Words(audit.what_was_found or "–"),
    ]
    for child in children_of(audit):
        drawn += [
            pdf.Heading(child.label, 2),
            pdf.Fact("The child’s voice", child.child_voice or "–"),
            pdf.Fact("What the files show", child.summary or "–"),
            pdf.Fact("Grade (the board’s own)", grade_words(child.grade)),
        ]
    return drawn
