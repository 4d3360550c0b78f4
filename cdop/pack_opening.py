"""Opening a pack: one copy for one reader, with the cases that they may see now."""

import uuid

from django.utils import timezone

from casereview import access, audit, copies, crypto, pdf
from casereview.models import Case, LeakHit, Pack
from cdop import pack_building, pack_paper


def cases_for(user, pack: Pack) -> list[Case]:
    """Return the cases of a pack that a person may see now: one kept from them is left out."""
    cases = access.visible_to(user, "view_panel_review").filter(pk__in=pack.cases)
    return list(cases.order_by("reference"))


def draw(user, pack: Pack, copy: uuid.UUID) -> bytes:
    """Return the copy as a closed PDF and record its opening for each of its cases.

    Raises:
        IntegrityFailure: what is kept is not what the leak test ran over.
    """
    content = pack_building.read(pack)
    if not crypto.same(pack_building.digest(content).encode(), pack.content_digest.encode()):
        raise crypto.IntegrityFailure("a pack is not what was tested")
    cases = {str(case.pk): case for case in cases_for(user, pack)}
    content = content.only(set(cases))
    hits = LeakHit.objects.filter(document_key=pack.pk, case__in=list(cases))
    hits = hits.select_related("case", "answered_by", "agreed_by").order_by("case__reference", "pk")
    now = timezone.now()
    number = copies.number_of(copy)
    drawn = pack_paper.draw(
        pack,
        content,
        pack_paper.control_lines(hits),
        reader=f"{user.name}, copy {number}",
        watermark=pdf.watermark_of(user.name, now, number),
    )
    closed = pdf.close(drawn, password=copies.password(pack.pk, user, copy))
    for section in content.sections:
        audit.append(
            "open_pack",
            actor=user,
            case=cases[section.case],
            table=pack._meta.db_table,
            key=pack.pk,
            outcome=audit.DONE,
            detail={"copy": str(copy)},
        )
    return closed
