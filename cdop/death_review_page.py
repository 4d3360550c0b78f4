"""What the page of a child death review shows: its forms, people, meeting and clocks."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from casereview.case_page import CLOCK_COLOURS, CLOCK_TAGS
from casereview.models import Case, FamilyQuestion, FamilyWork
from casereview.rules.due import clock_words
from cdop import codes
from cdop.actions.notifying import notification_of
from cdop.actions.responding import TRIGGERS
from cdop.death_review_told import DRAFTS
from cdop.form_sets import chosen, days_of
from cdop.models import DeathReviewMeeting, DeathReviewWork, Notification, PanelReview
from cdop.rules.form_sets import FormSet
from cdop.rules.rapid_response import Needed, needed_joint_agency_response
from cdop.rules.review_meeting import NO, YES, day_for, perinatal_counts

JAR_MEETING = "JAR_MEETING"


def page(case: Case, today: date) -> dict[str, Any]:
    """Return what the page shows, with a constant number of questions to the database."""
    forms = chosen(case)
    current = forms is not None and forms.forms is FormSet.CDR
    meeting = DeathReviewMeeting.objects.filter(case=case).select_related("recorded_by").first()
    work = DeathReviewWork.objects.filter(case=case).first()
    family = FamilyWork.objects.filter(case=case).first()
    notification = notification_of(case)
    review = PanelReview.objects.filter(case=case).first()
    child = getattr(case, "child", None)
    labels = dict(codes.review_attendees())
    return {
        "forms": forms,
        "current": current,
        "days": days_of(case),
        "meeting": meeting,
        "attended": [
            label for code, label in labels.items() if meeting and code in (meeting.attended or {})
        ],
        "drafted": [DRAFTS[name] for name in DRAFTS if meeting and name in (meeting.drafted or ())],
        "perinatal": perinatal_counts(
            child.age_days if child else None,
            notification.never_left_hospital if notification else "",
        ),
        "work": work,
        "family": family,
        "questions": list(FamilyQuestion.objects.filter(case=case).order_by("asked_on")),
        "clocks": clocks(case, today, notification, work, family, meeting, review)
        if current
        else [],
        "may_draft": bool(meeting and meeting.held_on)
        and (review is None or review.state != PanelReview.State.COMPLETED),
        "copied": [
            ("Notification form", "NOT", work.notification_copied_on if work else None),
            ("Reporting form", "REP", work.reporting_copied_on if work else None),
            ("Analysis form", "ANA", work.analysis_copied_on if work else None),
        ],
    }


def clocks(
    case: Case,
    today: date,
    notification: Notification | None,
    work: DeathReviewWork | None,
    family: FamilyWork | None,
    meeting: DeathReviewMeeting | None,
    review: PanelReview | None,
) -> list[dict[str, str]]:
    """Return the days of a review, each with its limit, whether it was kept, and how sure it is."""
    if case.died_on is None:
        return []
    phases: Sequence[Any] = list(case.response_phases.all())
    triggers = next((row for row in phases if row.phase == TRIGGERS), None)
    answer = needed_joint_agency_response(triggers.triggers if triggers else None)
    held = meeting.held_on if meeting else None
    met = {
        "NOTIFY": case.notified_on,
        "DATABASE": work.notification_copied_on if work else None,
        "KEYWORKER": family.key_worker_since if family else None,
        "JAR": next((row.held_on for row in phases if row.phase == JAR_MEETING), None),
        "MEETING": held,
        "PANEL": review.first_completed_on if review else None,
        "AFTER_MEETING": review.first_completed_on if review else None,
    }
    known_on = None
    if notification is not None and notification.learned_at is not None:
        known_on = timezone.localdate(notification.learned_at)
    found = []
    for limit in codes.code_list("cdr_clock").codes:
        if limit.code == "JAR" and answer is Needed.NO:
            continue
        known = known_on if limit.code == "NOTIFY" else case.notified_on
        day = day_for(limit.code, limit.extra, died_on=case.died_on, known_on=known, met_on=held)
        shown = {"label": limit.label, "hint": limit.definition, "worked_out": day.worked_out}
        shown |= {"tag": "", "colour": "", "words": "Not begun", "sure": limit.status}
        if limit.code == "JAR" and answer is Needed.NOT_KNOWN:
            shown["words"] = "Not known yet: say first whether a trigger is met"
        elif day.due_on is not None:
            state, words = clock_words(day.due_on, met[limit.code], None, today)
            shown |= {"tag": CLOCK_TAGS[state], "colour": CLOCK_COLOURS[state], "words": words}
        found.append(shown)
    return found


def counts_as_perinatal(answer: str) -> str:
    """Say in a sentence whether a perinatal mortality review meeting counts for this death."""
    return {
        YES: "A perinatal mortality review meeting counts as this meeting.",
        NO: "A perinatal mortality review meeting does not count for this child.",
    }.get(answer, "It is not known whether a perinatal mortality review meeting counts.")


def due_for_meeting(case: Case) -> date | None:
    """Return the day by which the meeting is to be held."""
    limit = codes.code_list("cdr_clock").get("MEETING")
    if limit is None or case.died_on is None:
        return None
    return day_for("MEETING", limit.extra, died_on=case.died_on).due_on


def due_for_database(case: Case) -> date | None:
    """Return the day by which the notification is to be copied to the national database."""
    days = [day for day in (case.died_on, case.notified_on) if day]
    return max(days) + timedelta(days=2) if days else None
