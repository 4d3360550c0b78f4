"""What the pages of documents and of bundles show."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.template.defaultfilters import filesizeformat

from casereview import document_store
from casereview.models import Case, Disclosure, DisclosurePart, Document

TAGS = {
    Document.Scan.QUARANTINE: ("In quarantine", "yellow"),
    Document.Scan.NOT_SCANNED: ("Not scanned", "orange"),
    Document.Scan.CLEAN: ("Scanned and clean", "green"),
    Document.Scan.REFUSED: ("Refused by the scanner", "red"),
}
COLOURS = {"disclose": "green", "redact": "yellow", "withhold": "red", "": "grey"}
WAITING = Q(parts__third_party=True, parts__decision="")


def documents(case: Case) -> Sequence[Document]:
    """Return the documents of a case, the latest first."""
    found = case.documents.select_related("case", "agency", "uploaded_by", "accepted_by")
    return list(found.order_by("-uploaded_at", "id"))


def page(case: Case) -> dict[str, Any]:
    """Return what the list shows, with a constant number of questions to the database."""
    rows = []
    for one in documents(case):
        tag, colour = TAGS[Document.Scan(one.scan_state)]
        rows.append(
            {
                "document": one,
                "kind": document_store.label_of(one),
                "size": filesizeformat(one.size_bytes),
                "tag": "Not scanned, accepted" if one.accepted_at and tag == "Not scanned" else tag,
                "colour": colour,
                "open": document_store.may_open(one),
                "why": document_store.why_shut(one),
                "readable": one.content_type in document_store.IN_THE_PAGE,
                "to_accept": one.scan_state == Document.Scan.NOT_SCANNED and not one.accepted_at,
            }
        )
    bundles = case.disclosures.select_related("begun_by").order_by("-begun_at", "id")
    return {
        "rows": rows,
        "disclosures": list(bundles.annotate(waiting=Count("parts", filter=WAITING))),
        "any_open": any(row["open"] for row in rows),
    }


def bundle_page(disclosure: Disclosure) -> dict[str, Any]:
    """Return what the page of a bundle shows: its documents, each with its parts."""
    parts = list(
        disclosure.parts.select_related("document__case", "instead__case", "decided_by", "case")
    )
    many = Counter(part.document_id for part in parts)
    rows = [
        {
            "part": part,
            "title": part.document.title,
            "which": f"Part {part.paragraph} of {many[part.document_id]}"
            if part.paragraph
            else "The whole document",
            "tag": part.get_decision_display() if part.third_party else "Goes as it is",
            "colour": COLOURS[part.decision] if part.third_party else "green",
        }
        for part in parts
    ]
    waiting = [part for part in parts if part.third_party and not part.decision]
    return {"rows": rows, "waiting": len(waiting), "next": waiting[0] if waiting else None}


def next_part(part: DisclosurePart) -> DisclosurePart | None:
    """Return the part to decide after this one, from the beginning again after the last."""
    waiting = list(
        DisclosurePart.objects.filter(disclosure=part.disclosure_id, third_party=True, decision="")
    )
    later = [one for one in waiting if one.place > part.place]
    return next(iter(later or waiting), None)


def standing(part: DisclosurePart) -> dict[str, int]:
    """Return how many parts there are to decide, and which of them this is."""
    places = list(
        DisclosurePart.objects.filter(disclosure=part.disclosure_id, third_party=True).values_list(
            "place", flat=True
        )
    )
    return {"number": places.index(part.place) + 1, "total": len(places)}
