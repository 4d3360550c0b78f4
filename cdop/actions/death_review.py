"""A child death review from 2018: its people, its meeting, and what was copied elsewhere."""

import datetime
from collections.abc import Collection
from typing import Any

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.models import Case, Child
from casereview.records import change
from cdop import codes
from cdop.actions.notifying import notification_of
from cdop.actions.reviewing import NOT_REVIEWED, begin, refuse_unless_judging
from cdop.form_sets import today_s
from cdop.models import DeathReviewMeeting, DeathReviewWork, PanelReview
from cdop.rules.review_meeting import Held, problems

PEOPLE = (
    "lead_health_professional",
    "lead_health_professional_contact",
    "medical_examiner_state",
    "medical_examiner",
    "medical_examiner_on",
    "nhs_number_absence",
    "stillbirth_at_home",
)
MEETING = (
    "kind",
    "planned_for",
    "held_on",
    "chair",
    "chair_treated",
    "attended_by",
    "parents_asked",
    "parents_not_asked_why",
    "parents_questions",
    "discussion",
    "parents_told_on",
    "parents_told_by",
)
DRAFTED = ("cause_of_death", "summary", "issues", "learning")
FORMS = {
    "NOT": "notification_copied_on",
    "REP": "reporting_copied_on",
    "ANA": "analysis_copied_on",
}


def refuse_unless_of_today(case: Case) -> None:
    """Refuse a case whose death is not reviewed on the forms of 2018, or by no panel.

    Raises:
        NotAllowed: with what to do instead.
    """
    if not today_s(case):
        raise NotAllowed("Record the response and Form C: this death is before the forms of 2018")
    if case.stage in NOT_REVIEWED:
        raise NotAllowed("Correct the case first: it is not for review by this panel")


def record_death_review_people(
    *, case: Case, by, version: int | None = None, **facts: Any
) -> DeathReviewWork:
    """Record who leads for health, what a medical examiner did, and what the notification lacks.

    Raises:
        NotAllowed: a day to come or before the death, an examiner's day without their scrutiny, or
            a reason for a missing NHS number although there is one.
        Conflict: somebody else changed it since the page was shown.
    """
    refuse_unless_of_today(case)
    if unknown := set(facts) - set(PEOPLE):
        raise ValueError(f"no such answers: {sorted(unknown)}")
    scrutinised = facts.get("medical_examiner_state") == DeathReviewWork.Examiner.SCRUTINISED
    on = facts.get("medical_examiner_on")
    if on and not scrutinised:
        raise NotAllowed("Select that a medical examiner scrutinised the death, or clear the day")
    _between(case, on, "the scrutiny")
    if facts.get("nhs_number_absence"):
        child = Child.objects.filter(case=case).first()
        if child is not None and child.nhs_number:
            raise NotAllowed("Clear the reason: the NHS number is on record")
    with change("record_death_review_people", by=by, case=case) as written:
        work = _work(case)
        as_seen(work, version)
        for name, value in facts.items():
            setattr(work, name, value or _empty(work, name))
        written.save(work)
    return work


def record_death_review_meeting(
    *,
    case: Case,
    by,
    version: int | None = None,
    attended: Collection[str] = (),
    **facts: Any,
) -> DeathReviewMeeting:
    """Record the one meeting of a death before the panel: planned, or held.

    Raises:
        NotAllowed: chaired by somebody who treated the child, a perinatal meeting that does not
            count for this child, a day that is impossible, nothing entered, or the parents were
            not asked and nobody says why.
        Conflict: somebody else changed it since the page was shown.
    """
    refuse_unless_of_today(case)
    if unknown := set(facts) - set(MEETING):
        raise ValueError(f"no such answers: {sorted(unknown)}")
    if set(attended) - set(dict(codes.review_attendees())):
        raise NotAllowed("Select who attended in the list")
    if not (facts.get("planned_for") or facts.get("held_on")):
        raise NotAllowed("Enter the day for which the meeting is planned, or on which it was held")
    if found := wrong_with(case, facts):
        raise NotAllowed("; ".join(found.values()))
    told, held = facts.get("parents_told_on"), facts.get("held_on")
    if told and (held is None or told < held or told > timezone.localdate()):
        raise NotAllowed("Enter a day for telling the parents on or after the meeting, not to come")
    if told and not facts.get("parents_told_by"):
        raise NotAllowed("Enter who told the parents")
    with change("record_death_review_meeting", by=by, case=case) as written:
        meeting = DeathReviewMeeting.objects.select_for_update().filter(case=case).first()
        meeting = meeting or DeathReviewMeeting(case=case)
        as_seen(meeting, version)
        for name, value in facts.items():
            setattr(meeting, name, value or _empty(meeting, name))
        meeting.attended = dict.fromkeys(sorted(attended), "Y")
        meeting.recorded_by = by
        written.save(meeting)
    return meeting


def wrong_with(case: Case, facts: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong with a meeting as it was typed: field and what to do."""
    child = Child.objects.filter(case=case).first()
    notification = notification_of(case)
    said = Held(
        kind=facts.get("kind") or "",
        held_on=facts.get("held_on"),
        chair=facts.get("chair") or "",
        chair_treated=facts.get("chair_treated") or "",
        parents_asked=facts.get("parents_asked") or "",
        parents_not_asked_why=facts.get("parents_not_asked_why") or "",
    )
    return problems(
        said,
        case.died_on or datetime.date.min,
        timezone.localdate(),
        child.age_days if child else None,
        notification.never_left_hospital if notification else "",
    )


def draft_analysis_form(*, case: Case, by, **texts: str) -> PanelReview:
    """Draft the analysis form from the meeting for the panel to agree; overwrite nothing.

    Raises:
        NotAllowed: nothing to draft, no meeting was held, the review is completed, or the panel's
            own draft says all of it already.
    """
    refuse_unless_of_today(case)
    refuse_unless_judging(case, by)
    said = {name: text for name, text in texts.items() if name in DRAFTED and text.strip()}
    if not said:
        raise NotAllowed("Enter at least one thing that the meeting agreed")
    with change("draft_analysis_form", by=by, case=case) as written:
        held = DeathReviewMeeting.objects.select_for_update().filter(
            case=case, held_on__isnull=False
        )
        meeting = held.first()
        if meeting is None:
            raise NotAllowed("Record the meeting first")
        review = begin(case)
        filled = [name for name in said if not getattr(review, name)]
        if not filled:
            raise NotAllowed("Leave the panel’s draft: it says this already, and stays as it is")
        for name in filled:
            setattr(review, name, said[name])
        meeting.drafted = sorted({*(meeting.drafted or ()), *filled})
        written.detail["drafted"] = filled
        written.save(review, subject=True)
        written.save(meeting)
    return review


def record_copied(
    *, case: Case, form: str, copied_on: datetime.date, by, reference: str = ""
) -> DeathReviewWork:
    """Record that a person typed a form into the national database on a day.

    Nothing is sent from here: it is what the person says they did.

    Raises:
        NotAllowed: no such form, a day to come or before the death, or an analysis form whose
            review the panel has not completed.
    """
    refuse_unless_of_today(case)
    if form not in FORMS:
        raise NotAllowed("Select the form that was copied")
    _between(case, copied_on, "the copying")
    if form == "ANA" and not PanelReview.objects.filter(case=case, state="completed").exists():
        raise NotAllowed("Complete the panel review first: only a completed review is copied")
    with change("record_copied", by=by, case=case) as written:
        work = _work(case)
        setattr(work, FORMS[form], copied_on)
        if reference.strip():
            work.database_reference = reference.strip()
        written.detail["form"] = form
        written.save(work)
    return work


def _work(case: Case) -> DeathReviewWork:
    found = DeathReviewWork.objects.select_for_update().filter(case=case).first()
    return found or DeathReviewWork(case=case)


def _empty(record: Any, name: str) -> Any:
    """Return what stands for nothing in a field: no text and no day are None, no code is blank."""
    return None if record._meta.get_field(name).null else ""


def _between(case: Case, day: datetime.date | None, what: str) -> None:
    if day is None:
        return
    if day > timezone.localdate():
        raise NotAllowed(f"Enter a day for {what} that is not in the future")
    if case.died_on and day < case.died_on:
        raise NotAllowed(f"Enter a day for {what} on or after the death")
