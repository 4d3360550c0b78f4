"""The signature of a decision: a keyed digest of all it says, checked whenever it is shown."""

import datetime
import json

from casereview import crypto, keys
from scr.models import Decision

_LABEL = "scr decision"


def sign(decision: Decision) -> str:
    """Return the signature of a decision as it stands."""
    return keys.ring().mac(_LABEL, *_said(decision)).hex()


def genuine(decision: Decision) -> bool:
    """Tell whether a decision is what was signed, to the letter."""
    return crypto.same(sign(decision).encode(), (decision.signature or "").encode())


def _said(decision: Decision) -> list[bytes]:
    at = decision.decided_at
    facts = [
        decision.pk,
        decision.case_id,
        decision.recommendation_id,
        decision.framework,
        decision.capacity,
        decision.decided,
        decision.agrees,
        decision.decided_on.isoformat(),
        at.astimezone(datetime.UTC).isoformat(timespec="microseconds") if at else "",
        decision.decided_by_id,
        decision.reason,
        decision.departs,
        json.dumps(decision.criteria, sort_keys=True, ensure_ascii=True),
        decision.earlier_id,
        decision.defer_until.isoformat() if decision.defer_until else "",
        decision.refer_to_id,
    ]
    return [("" if fact is None else str(fact)).encode() for fact in facts]
