"""Settling where agencies contradict each other; what each of them said stays as it is."""

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.models import Case, Person
from casereview.records import change
from cdop.contradictions import of_case
from cdop.models import Contradiction

CANNOT_BE_KNOWN = "NK"


def settle_contradiction(
    *,
    case: Case,
    question: str,
    code: str,
    reason: str,
    by,
    about: Person | None = None,
    text: str = "",
) -> Contradiction:
    """Settle a contradiction on one of the answers given, or on *not known*, with a reason.

    No answer is changed. When an agency says otherwise later, it waits again.

    Raises:
        NotAllowed: agencies do not differ here, it is settled, the answer is none of those given,
            or there is no reason.
    """
    if not reason.strip():
        raise NotAllowed("Enter why it is settled so")
    with change("settle_contradiction", by=by, case=case) as written:
        key = (question, about.pk if about else None)
        differing = next((one for one in of_case(case) if (one.question, one.about) == key), None)
        if differing is None:
            raise NotAllowed("Choose a question that agencies answer differently")
        if not differing.waiting:
            raise NotAllowed("This has been settled already")
        if code not in {*differing.codes, CANNOT_BE_KNOWN}:
            raise NotAllowed("Select one of the answers given, or that it cannot be known")
        row = differing.settled or Contradiction(case=case, question=question, about=about)
        row.settled_code, row.settled_text, row.reason = code, text or None, reason
        row.settled_by, row.settled_at = by, timezone.now()
        written.save(row)
        written.detail["question"] = question
    return row
