"""Recording the response to an unexpected death, whose last discussion drafts Form C."""

import datetime
from collections.abc import Collection
from typing import Any

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.codelists import Code
from casereview.models import Case
from casereview.records import change
from cdop import codes
from cdop.actions.reviewing import begin, refuse_unless_judging
from cdop.models import Notification, PanelReview, ResponsePhase
from cdop.rules.rapid_response import (
    JOINT_AGENCY_RESPONSE_BEGAN_ON,
    Edition,
    Needed,
    edition_of,
    needed_joint_agency_response,
    needed_rapid_response,
)

TRIGGERS = "TRIGGERS"
VISIT = "VISIT"


def edition(case: Case) -> Edition | None:
    """Return the guidance under which agencies respond; None where the death has no day."""
    if case.died_on is None or case.kind != Case.Kind.DEATH:
        return None
    area = case.reviewing_board.area if case.reviewing_board else None
    return edition_of(case.died_on, area.child_death_partners_began_on if area else None)


def phases_of(case: Case) -> list[Code]:
    """Return the phases of the response that the case's edition has, in their order."""
    found = edition(case)
    if found is None or case.died_on is None:
        return []
    # The area's own day decides, so the list is asked for a day of that edition.
    first = JOINT_AGENCY_RESPONSE_BEGAN_ON
    on = first if found is Edition.JOINT_AGENCY_RESPONSE else first - datetime.timedelta(days=1)
    return [code for code in codes.code_list("response_phase").codes if code.in_force(on)]


def needed(case: Case, notification: Notification | None, triggers: ResponsePhase | None) -> Needed:
    """Tell whether the agencies respond together to this death."""
    if edition(case) is Edition.JOINT_AGENCY_RESPONSE:
        return needed_joint_agency_response(triggers.triggers if triggers else None)
    if notification is None:
        return Needed.NOT_KNOWN
    confirmed = notification.expectedness_confirmed_at is not None
    return needed_rapid_response(notification.expectedness, confirmed)


def record_response_triggers(
    *, case: Case, triggers: Collection[str], by, version: int | None = None
) -> ResponsePhase:
    """Record which triggers of a joint agency response are met; none is an answer.

    Raises:
        NotAllowed: the death is of an earlier edition, or there is no such trigger.
        Conflict: somebody else changed it since the page was shown.
    """
    if edition(case) is not Edition.JOINT_AGENCY_RESPONSE:
        raise NotAllowed("Record the phases: this death is before the joint agency response")
    if set(triggers) - set(dict(codes.joint_agency_triggers())):
        raise NotAllowed("Select the triggers in the list")
    with change("record_response_triggers", by=by, case=case) as written:
        row = _locked(case, TRIGGERS)
        as_seen(row, version)
        row.triggers = sorted(triggers)
        row.recorded_by = by
        written.save(row)
    return row


def record_response_phase(
    *,
    case: Case,
    phase: str,
    held_on: datetime.date,
    by,
    version: int | None = None,
    attended: Collection[str] = (),
    **facts: Any,
) -> ResponsePhase:
    """Record a phase of the response: when, who attended, a joint visit or not, findings.

    Raises:
        NotAllowed: no such phase in this edition, a day to come or before the death, a visit that
            does not say whether it was joint, or a joint visit without police and health.
        Conflict: somebody else changed it since the page was shown.
    """
    if phase not in {code.code for code in phases_of(case)}:
        raise NotAllowed("Select a phase of this response")
    if held_on > timezone.localdate():
        raise NotAllowed("Enter a day that is not in the future")
    if case.died_on and held_on < case.died_on:
        raise NotAllowed("Enter a day on or after the death")
    if set(attended) - set(dict(codes.responders())):
        raise NotAllowed("Select who attended in the list")
    if phase == VISIT:
        _check_visit(facts.get("visit") or "", attended)
    with change("record_response_phase", by=by, case=case) as written:
        row = _locked(case, phase)
        as_seen(row, version)
        row.held_on, row.attended = held_on, dict.fromkeys(sorted(attended), "Y")
        row.visit = facts.get("visit") or ""
        row.attended_by = facts.get("attended_by") or None
        row.findings = facts.get("findings") or None
        row.recorded_by = by
        written.save(row)
    return row


def _check_visit(visit: str, attended: Collection[str]) -> None:
    """Refuse a visit that contradicts itself.

    Source: JR1 and PAED stand for health, JR2 for the police; a joint visit has both.
    """
    if not visit:
        raise NotAllowed("Select whether police and health visited together")
    health, police = {"JR1", "PAED"} & set(attended), "JR2" in attended
    if visit == ResponsePhase.Visit.JOINT and not (health and police):
        raise NotAllowed("Select the health professional and the police of the joint visit")


def draft_form_c(*, case: Case, cause_of_death: str, summary: str, by) -> PanelReview:
    """Draft Form C from the final case discussion for the panel to agree; overwrite nothing.

    Source: Form C: after a rapid response the final case discussion drafts it and the panel
    ratifies it (timescales T11).

    Raises:
        NotAllowed: nothing to draft, the discussion is not recorded, the review is completed, or
            the panel's own draft says all of it already.
    """
    refuse_unless_judging(case, by)
    if not (cause_of_death.strip() or summary.strip()):
        raise NotAllowed("Enter the cause of death or the summary that the discussion agreed")
    drafting = [code.code for code in phases_of(case) if code.extra.get("drafts")]
    if not case.response_phases.filter(phase__in=drafting, held_on__isnull=False).exists():
        raise NotAllowed("Record the final case discussion first")
    with change("draft_form_c", by=by, case=case) as written:
        review = begin(case)
        filled = []
        for name, text in (("cause_of_death", cause_of_death), ("summary", summary)):
            if text.strip() and not getattr(review, name):
                setattr(review, name, text)
                filled.append(name)
        if not filled:
            raise NotAllowed("Leave the panel’s draft: it says this already, and stays as it is")
        written.detail["drafted"] = filled
        written.save(review, subject=True)
    return review


def _locked(case: Case, phase: str) -> ResponsePhase:
    found = ResponsePhase.objects.select_for_update().filter(case=case, phase=phase).first()
    return found or ResponsePhase(case=case, phase=phase)
