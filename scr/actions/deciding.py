"""The decision: by the independent chair, or by each safeguarding partner; never overwritten."""

import datetime
from collections.abc import Mapping

from django.db import IntegrityError
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.processes import follow_scr
from casereview.models import Board, Case, NotificationDuty
from casereview.records import Change, Conflict, change
from scr.actions.telling import open_duties
from scr.clocks import meet_clock, rule_of
from scr.criteria_files import framework_named
from scr.models import Decision
from scr.options import option, options, partner_of
from scr.rules.deciding import CHAIR, PARTNERS, Decider
from scr.rules.options import LeadsTo, Option, decidable
from scr.rules.stages import Act
from scr.signatures import sign
from scr.standing import Standing, check, standing

JUDGED = ("met", "not_met", "not_known")
DECISION_CLOCK = "decision"
PANEL_CLOCK = "notify_panel"
STATES = {
    LeadsTo.REVIEW: Case.ScrState.REVIEW,
    LeadsTo.OTHER_REVIEW: Case.ScrState.OTHER_REVIEW,
    LeadsTo.NO_REVIEW: Case.ScrState.NO_REVIEW,
    # Deferred, or another board's to decide: no decision of this board stands.
    LeadsTo.LATER: Case.ScrState.REFERRED,
    LeadsTo.ELSEWHERE: Case.ScrState.REFERRED,
}


def decide_scr(
    *,
    case: Case,
    by,
    decided: str,
    reason: str,
    criteria: Mapping[str, str],
    departs: bool,
    decided_on: datetime.date | None = None,
    defer_until: datetime.date | None = None,
    refer_to: Board | None = None,
    seen: str | None = None,
) -> Decision:
    """Record the independent chair's decision; a further one is linked to the one before it.

    `criteria` is the chair's own judgement of each criterion of the edition: met, not_met or
    not_known. `departs` says that it differs from the recommendation. `seen` is the key of the
    decision that stood when the page was shown, empty where none did; None decides whatever stood.

    Raises:
        NotAllowed: no recommendation, an option the edition does not have, no reason, a criterion
            that is not judged, or an edition under which the partners decide.
        Conflict: another decision was made since the page was shown.
    """
    return _decide(
        "decide_scr",
        case,
        by,
        CHAIR,
        decided=decided,
        reason=reason,
        criteria=criteria,
        departs=departs,
        decided_on=decided_on,
        defer_until=defer_until,
        refer_to=refer_to,
        seen=seen,
    )


def decide_local_review(
    *,
    case: Case,
    by,
    decided: str,
    reason: str,
    criteria: Mapping[str, str],
    departs: bool,
    decided_on: datetime.date | None = None,
    defer_until: datetime.date | None = None,
    refer_to: Board | None = None,
    seen: str | None = None,
) -> Decision:
    """Record what one safeguarding partner decides for themselves, by their delegate.

    The partner is known by the kind of the delegate's agency. What all three decided alike is the
    decision.

    Raises:
        NotAllowed: as `decide_scr`; an agency that is none of the three, the authority's
            notification is not recorded, or an edition under which the chair decides.
        Conflict: another decision was made in this capacity since the page was shown.
    """
    capacity = capacity_of(by)
    if not capacity:
        raise NotAllowed(
            "Ask the administrator to record your agency: it is none of the three partners’"
        )
    return _decide(
        "decide_local_review",
        case,
        by,
        capacity,
        decided=decided,
        reason=reason,
        criteria=criteria,
        departs=departs,
        decided_on=decided_on,
        defer_until=defer_until,
        refer_to=refer_to,
        seen=seen,
    )


def capacity_of(user) -> str:
    """Return the partner a delegate acts for; empty where the agency is none of the three."""
    return partner_of(user.agency.kind) if user.agency_id else ""


def _decide(
    action: str,
    case: Case,
    by,
    capacity: str,
    *,
    decided: str,
    reason: str,
    criteria: Mapping[str, str],
    departs: bool,
    decided_on: datetime.date | None,
    defer_until: datetime.date | None,
    refer_to: Board | None,
    seen: str | None,
) -> Decision:
    on = decided_on or timezone.localdate()
    try:
        with change(action, by=by, case=case) as written:
            found = _checked(case, capacity)
            recommendation, edition = found.answered, found.decided_by_edition
            if recommendation is None:
                raise NotAllowed("Wait for the group’s recommendation")
            _own_capacity(found, capacity)
            earlier = found.latest(capacity)
            if seen is not None and seen != (str(earlier.pk) if earlier else ""):
                raise Conflict(f"Decision on {case.pk}")
            chosen = _offered(decided, edition)
            if not reason.strip():
                raise NotAllowed("Enter the reasons for the decision")
            judged = _judged(edition, criteria)
            _check_asked(chosen, defer_until, refer_to)
            if departs != (chosen.code != recommendation.recommended):
                raise NotAllowed(_departure_words(recommendation.recommended, departs))
            _check_day(on, recommendation.recommended_on, earlier)
            decision = Decision(
                case=case,
                recommendation=recommendation,
                framework=edition,
                capacity=capacity,
                decided=chosen.code,
                agrees=None if capacity == CHAIR else chosen.leads_to == LeadsTo.REVIEW,
                decided_on=on,
                decided_at=timezone.now(),
                decided_by=by,
                reason=reason,
                departs=departs,
                earlier=earlier,
                defer_until=defer_until if chosen.asks == "defer_until" else None,
                refer_to=refer_to if chosen.asks == "refer_to" else None,
            )
            decision.criteria = judged
            decision.signature = sign(decision)
            written.save(decision, subject=True)
            written.detail.update(decided=chosen.code, capacity=capacity, departs=departs)
            follow_decision(written, case, on)
    except IntegrityError:
        # Two decisions at the same moment: the second has not seen the first.
        raise Conflict(f"Decision on {case.pk}") from None
    return decision


def _checked(case: Case, capacity: str) -> Standing:
    """A first decision in a capacity answers a recommendation; a later one follows an earlier."""
    before = standing(case)
    return check(case, Act.DECIDE_AGAIN if before.may(Act.DECIDE_AGAIN) else Act.DECIDE)


def _own_capacity(found: Standing, capacity: str) -> None:
    if found.decider == Decider.CHAIR:
        if capacity != CHAIR:
            raise NotAllowed("Leave the decision to the independent chair, whose it is")
        return
    if capacity not in PARTNERS:
        raise NotAllowed("Leave the decision to the three safeguarding partners, whose it is")
    if not notified(found):
        raise NotAllowed(
            "Record the authority’s notification to the national Panel first, or that none is due"
        )


def notified(found: Standing) -> bool:
    """Tell whether it is settled that the authority has notified the national Panel, or need not.

    Where the edition has no such duty, or the assessment says that there is none, it is.
    """
    referral = found.referral
    if referral is None:
        return False
    edition = framework_named(referral.notifying_framework or referral.framework)
    if not any(clock.id == PANEL_CLOCK for clock in edition.clocks):
        return True
    if found.assessment is not None and found.assessment.notify is False:
        return True
    return (
        NotificationDuty.objects.filter(case=found.case, duty=rule_of(edition, PANEL_CLOCK))
        .exclude(state=NotificationDuty.State.OPEN)
        .exists()
    )


def _offered(code: str, edition: str) -> Option:
    for each in decidable(options(), edition):
        if each.code == code:
            return each
    raise NotAllowed("Select the decision, from the options of this edition")


def _judged(edition: str, criteria: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for criterion in framework_named(edition).criteria:
        said = criteria.get(criterion.id, "")
        if said not in JUDGED:
            raise NotAllowed("Select met, not met or not known for each criterion")
        found[criterion.id] = said
    return found


def _check_asked(chosen: Option, defer_until: datetime.date | None, refer_to: Board | None) -> None:
    if chosen.asks == "defer_until" and defer_until is None:
        raise NotAllowed("Enter the day by which the information is here")
    if chosen.asks == "defer_until" and defer_until and defer_until <= timezone.localdate():
        raise NotAllowed("Enter a day to come by which the information is here")
    if chosen.asks == "refer_to" and refer_to is None:
        raise NotAllowed("Select the board it is referred to")


def _departure_words(recommended: str, departs: bool) -> str:
    label = option(recommended).label.lower()
    if departs:
        return f"Select no: this is what the group recommended ({label})"
    return f"Select yes: the group recommended another thing ({label})"


def _check_day(on: datetime.date, recommended_on: datetime.date, earlier: Decision | None) -> None:
    if on > timezone.localdate():
        raise NotAllowed("Enter a day of the decision that is not in the future")
    if on < recommended_on:
        raise NotAllowed("Enter a day of the decision on or after the recommendation")
    if earlier is not None and on < earlier.decided_on:
        raise NotAllowed("Enter a day of the decision on or after the earlier one")


def follow_decision(written: Change, case: Case, on: datetime.date) -> None:
    """Let state, clock and what is to be told follow what is decided; inside a change.

    Raises:
        NotAllowed: a review of the case is published.
    """
    found = standing(case)
    referral = found.referral
    if case.scr_state == Case.ScrState.PUBLISHED:
        raise NotAllowed("Leave the decision: a review of this case is published")
    if referral is None:
        return
    if not found.decided:
        # The partners have not yet decided alike, or no longer do.
        referred_on = case.scr_referred_on or referral.referred_on
        follow_scr(written, case, Case.ScrState.REFERRED, referred_on, None, None)
        return
    chosen = option(found.decided)
    state = STATES[chosen.leads_to]
    decided_on = on if state != Case.ScrState.REFERRED else None
    follow_scr(written, case, state, case.scr_referred_on or referral.referred_on, decided_on, None)
    if chosen.leads_to == LeadsTo.LATER:
        return
    edition = framework_named(found.decided_by_edition)
    meet_clock(written, case, rule_of(edition, DECISION_CLOCK), on)
    open_duties(written, case, edition, chosen, on, number=len(found.decisions))
