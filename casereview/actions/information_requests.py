"""Logging what is asked for under a power, extending its day, and recording what became of it."""

from datetime import date

from django.utils import timezone

from casereview import codes
from casereview.actions.admissions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import Case, InformationRequest, Panel
from casereview.records import change
from casereview.rules.information_requests import due_on, extended

State = InformationRequest.State


def log_information_request(
    *,
    panel: Panel,
    power: str,
    received_on: date,
    asked_by_whom: str,
    asked_for: str,
    legal_basis: str,
    by,
    case: Case | None = None,
    stated_day: date | None = None,
    their_reference: str = "",
) -> InformationRequest:
    """Write down a request, with the day by which the power wants it answered.

    Raises:
        NotAllowed: who asked, for what or on what basis is missing; a power about a case without
            one, or about figures with one; no day where the power has none of its own.
    """
    named = codes.code_list("information_power").get(power)
    if named is None:
        raise NotAllowed("Select the power in the list")
    if not asked_by_whom.strip() or not asked_for.strip() or not legal_basis.strip():
        raise NotAllowed("Enter who asked, for what, and on what legal basis")
    if named.extra["about"] == "case" and case is None:
        raise NotAllowed("Enter the reference of the case: this power is about the papers of one")
    if named.extra["about"] == "figures" and case is not None:
        raise NotAllowed("Leave the case out: no paper of a case is given under this power")
    due = due_on(named.extra["time_limit"], received_on, stated_day)
    if due is None:
        raise NotAllowed("Enter the day that the notice, order or letter states")
    row = InformationRequest(
        panel=panel,
        case=case,
        power=power,
        received_on=received_on,
        due_on=due,
        key_kind="case" if case else "user",
        key_id=case.pk if case else by.pk,
        asked_by_whom=asked_by_whom,
        their_reference=their_reference,
        asked_for=asked_for,
        legal_basis=legal_basis,
        logged_by=by,
        logged_at=timezone.now(),
    )
    with change("log_information_request", by=by, case=case) as written:
        written.save(row)
        written.detail["power"] = power
    return row


def extend_information_request(
    *, request: InformationRequest, told_on: date, because: str, by, version: int | None = None
) -> InformationRequest:
    """Move the day as far as the power allows, once, with the reason the asker was given.

    Raises:
        NotAllowed: the power allows none, it was used, no reason, told too late, or it has ended.
        Conflict: somebody else changed it since the page was shown.
    """
    as_seen(request, version)
    months = may_extend_by(request)
    if not months:
        raise NotAllowed("The day of this request cannot be moved")
    if not because.strip():
        raise NotAllowed("Enter the reason that was given to who asked")
    if request.due_on and told_on > request.due_on:
        raise NotAllowed("Who asked has to be told before the first day is over")
    with change("extend_information_request", by=by, case=request.case) as written:
        request.due_on = extended(request.received_on, months)
        request.extended_on, request.extended_because = told_on, because
        written.save(request)
    return request


def may_extend_by(request: InformationRequest) -> int:
    """Return by how many months the day of a request may still be moved; 0 is not at all."""
    if not request.is_open or request.extended_on is not None:
        return 0
    power = codes.code_list("information_power").get(request.power)
    return int(power.extra.get("extends_by", 0)) if power else 0


def end_information_request(
    *,
    request: InformationRequest,
    state: str,
    answer: str,
    ended_on: date,
    by,
    version: int | None = None,
) -> InformationRequest:
    """Record what became of a request: given in full or in part, refused, or taken back.

    Raises:
        NotAllowed: no such end, no words, a day before it came, or it has ended.
        Conflict: somebody else changed it since the page was shown.
    """
    as_seen(request, version)
    if not request.is_open:
        raise NotAllowed("This request has ended")
    if state not in State.values or state == State.OPEN:
        raise NotAllowed("Select what became of the request")
    if not answer.strip():
        raise NotAllowed("Enter what was given, and the reason for each part that was not")
    if ended_on < request.received_on:
        raise NotAllowed("Enter a day on or after the day the request came")
    with change("end_information_request", by=by, case=request.case) as written:
        request.state, request.answer = state, answer
        request.ended_on, request.ended_by = ended_on, by
        written.save(request)
        written.detail["state"] = state
    return request
