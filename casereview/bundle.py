"""The file of a disclosure: what was decided to be disclosed, and nothing else.

It says that something was withheld or redacted, never what or about whom. Documents are numbered:
their titles and file names may name people.
"""

import io
import zipfile
from collections.abc import Sequence
from itertools import groupby

from casereview import document_store
from casereview.models import DisclosurePart, Document
from casereview.rules.redaction import WITHHELD, paragraphs, redacted, words_of

Decision = DisclosurePart.Decision
WHEN = (1980, 1, 1, 0, 0, 0)  # the archive tells no time of day


def paragraph_of(part: DisclosurePart) -> str:
    """Return the paragraph that a part is; empty for a whole document."""
    if not part.paragraph:
        return ""
    return paragraphs(document_store.text_of(part.document))[part.paragraph - 1]


def archive(parts: Sequence[DisclosurePart]) -> bytes:
    """Return the bundle as a zip archive: the documents by number, and a list of them."""
    out, lines = io.BytesIO(), ["What this file holds", ""]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for number, (_, group) in enumerate(groupby(parts, lambda part: part.document_id), 1):
            of_document = list(group)
            first = of_document[0]
            if first.paragraph:
                name = f"{number:02d}.txt"
                made.writestr(zipfile.ZipInfo(name, WHEN), _text(of_document))
                lines.append(f"{name}: {_words(of_document)}")
                continue
            chosen = _chosen(first)
            if chosen is None:
                lines.append(f"{number:02d}: a document that is withheld")
                continue
            name = f"{number:02d}.{document_store.ending_of(chosen)}"
            made.writestr(zipfile.ZipInfo(name, WHEN), document_store.content_of(chosen))
            lines.append(f"{name}: {'a redacted copy' if chosen is first.instead else 'in full'}")
        made.writestr(zipfile.ZipInfo("contents.txt", WHEN), "\r\n".join([*lines, ""]))
    return out.getvalue()


def _chosen(part: DisclosurePart) -> Document | None:
    if not part.third_party or part.decision == Decision.DISCLOSE:
        return part.document
    return part.instead if part.decision == Decision.REDACT else None


def _text(parts: list[DisclosurePart]) -> str:
    source = paragraphs(document_store.text_of(parts[0].document))
    kept = []
    for part in parts:
        paragraph = source[part.paragraph - 1]
        if part.decision == Decision.REDACT:
            paragraph = redacted(paragraph, words_of(part.words or ""))
        elif part.decision != Decision.DISCLOSE:
            paragraph = WITHHELD
        kept.append(paragraph.replace("\n", "\r\n"))
    return "\r\n\r\n".join(kept) + "\r\n"


def _words(parts: list[DisclosurePart]) -> str:
    counts = {
        "withheld": sum(part.decision == Decision.WITHHOLD for part in parts),
        "redacted": sum(part.decision == Decision.REDACT for part in parts),
    }
    said = [f"{count} {what}" for what, count in counts.items() if count]
    every = f"{len(parts)} paragraph{'' if len(parts) == 1 else 's'}"
    return f"{every}, {' and '.join(said)}" if said else "in full"
