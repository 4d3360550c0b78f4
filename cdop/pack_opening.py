"""Opening a pack: one copy for one reader, with their name on it and a password of its own.

The password is kept nowhere: it is worked out from the copy's number, which is good for ten
minutes in the sitting that asked for it.
"""

import base64
import time
import uuid

from django.http import HttpRequest
from django.utils import timezone

from casereview import access, audit, crypto, keys, pdf
from casereview.models import Case, LeakHit, Pack
from cdop import pack_building, pack_paper

SESSION = "pack_copies"
GOOD_FOR = 10 * 60  # seconds
MOST = 5


def cases_for(user, pack: Pack) -> list[Case]:
    """Return the cases of a pack that a person may see now: one kept from them is left out."""
    cases = access.visible_to(user, "view_panel_review").filter(pk__in=pack.cases)
    return list(cases.order_by("reference"))


def begin(request: HttpRequest, pack: Pack) -> tuple[uuid.UUID, str]:
    """Return the number of a new copy and its password, good for this sitting."""
    copy = uuid.uuid4()
    held = _held(request)
    held[copy.hex] = [str(pack.pk), int(time.time())]
    request.session[SESSION] = dict(list(held.items())[-MOST:])
    return copy, _password(pack, request.user, copy)


def is_good(request: HttpRequest, pack: Pack, copy: uuid.UUID) -> bool:
    """Say whether this sitting asked for this copy of this pack within the last ten minutes."""
    found = _held(request).get(copy.hex)
    return (
        found is not None
        and found[0] == str(pack.pk)
        and 0 <= time.time() - float(found[1]) <= GOOD_FOR
    )


def _held(request: HttpRequest) -> dict[str, list]:
    found = request.session.get(SESSION)
    return found if isinstance(found, dict) else {}


def _password(pack: Pack, user, copy: uuid.UUID) -> str:
    said = keys.ring().mac("pack password", pack.pk.bytes, user.pk.bytes, copy.bytes)
    letters = base64.b32encode(said[:10]).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


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
    number = copy.hex[:8]
    drawn = pack_paper.draw(
        pack,
        content,
        pack_paper.control_lines(hits),
        reader=f"{user.name}, copy {number}",
        watermark=pdf.watermark_of(user.name, now, number),
    )
    closed = pdf.close(drawn, password=_password(pack, user, copy))
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
