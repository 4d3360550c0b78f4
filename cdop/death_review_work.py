"""What a child death review asks of *Your work*, the Next box, the timeline and leak test."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from casereview import access, registries
from casereview.models import Case
from casereview.pseudonyms import Entity, professional, professionals
from casereview.registries import CasePage, NextStep, TimelineEntry, WorkItem
from casereview.rules.working_days import written
from cdop.actions.carrying_over import may_move
from cdop.actions.standing_review import review_of
from cdop.death_review_page import due_for_database, due_for_meeting
from cdop.form_sets import today_s
from cdop.models import DeathReviewMeeting, DeathReviewWork, PanelReview
from cdop.notification_lists import OPEN_STAGES
from cdop.response_work import RECENT_DAYS

# A meeting is to be held within three months: it is put on the list in the last of them.
MEETING_AHEAD_DAYS = 31
# A review completed longer ago was copied, or the year was handed over as a whole.
COMPLETED_AGO_DAYS = 120


def _to(name: str, case: Case, *more: Any) -> str:
    return reverse(f"cdop:{name}", args=[case.reference, *more])


def work(user, today: date) -> list[WorkItem]:
    """Return the meetings to record and the forms to copy that wait for `user`."""
    found = []
    # The manager arranges the meeting, whoever records it.
    if access.roles_of(user) & set(access.roles_for("record_copied")):
        found += _meetings(user, today)
        found += _copying(user, today)
    return found


def _meetings(user, today: date) -> list[WorkItem]:
    cases = [
        case
        for case in access.visible_to(user, "record_copied")
        .filter(
            kind=Case.Kind.DEATH,
            stage__in=OPEN_STAGES,
            merged_into=None,
            reviewing_board__isnull=False,
            died_on__gt=today - timedelta(days=2 * RECENT_DAYS),
        )
        .select_related("reviewing_board__area")
        .order_by("reference")
        if today_s(case)
    ]
    rows = DeathReviewMeeting.objects.filter(case__in=[case.pk for case in cases])
    meetings = {row[0]: row[1:] for row in rows.values_list("case", "held_on", "planned_for")}
    items = []
    for case in cases:
        due = due_for_meeting(case)
        held_on, planned_for = meetings.get(case.pk, (None, None))
        if held_on or due is None or due > today + timedelta(days=MEETING_AHEAD_DAYS):
            continue
        items.append(
            WorkItem(
                f"death review meeting {case.reference}",
                "Hold and record the child death review meeting",
                _to("view_death_review", case),
                case.reference,
                due,
                f"Planned for {written(planned_for)}."
                if planned_for
                else "An aim of three months after the death.",
            )
        )
    return items


def _copying(user, today: date) -> list[WorkItem]:
    cases = [
        case
        for case in access.visible_to(user, "record_copied")
        .filter(kind=Case.Kind.DEATH, merged_into=None, reviewing_board__isnull=False)
        .filter(stage__in=[*OPEN_STAGES, Case.Stage.REVIEWED])
        .filter(died_on__gt=today - timedelta(days=4 * RECENT_DAYS))
        .select_related("reviewing_board__area")
        .order_by("reference")
        if today_s(case)
    ]
    keys = [case.pk for case in cases]
    done = {
        row[0]: row[1:]
        for row in DeathReviewWork.objects.filter(case__in=keys).values_list(
            "case", "notification_copied_on", "analysis_copied_on"
        )
    }
    completed = dict(
        PanelReview.objects.filter(
            case__in=keys,
            state=PanelReview.State.COMPLETED,
            first_completed_on__gt=today - timedelta(days=COMPLETED_AGO_DAYS),
        ).values_list("case", "first_completed_on")
    )
    items = []
    for case in cases:
        notification, analysis = done.get(case.pk, (None, None))
        recent = case.died_on and case.died_on > today - timedelta(days=RECENT_DAYS)
        if notification is None and recent and case.stage in OPEN_STAGES:
            items.append(_copy(case, "NOT", "notification", due_for_database(case)))
        if analysis is None and case.pk in completed:
            items.append(_copy(case, "ANA", "analysis form", None))
    return items


def _copy(case: Case, form: str, name: str, due: date | None) -> WorkItem:
    return WorkItem(
        f"copy {form} {case.reference}",
        f"Copy the {name} to the national database",
        _to("copy_to_national_database", case, form),
        case.reference,
        due,
        "Nothing is sent from here.",
    )


def next_steps(user, case: Case) -> list[NextStep]:
    """Return what a child death review asks of `user` next on a case."""
    if case.stage not in OPEN_STAGES:
        return []
    if not today_s(case):
        review = review_of(case)
        # A review that nobody has begun may be one that was agreed at the time.
        if review._state.adding or not may_move(review):
            return []
        if not access.can(user, "carry_over_form_c", case):
            return []
        return [
            NextStep(
                40,
                "carry the review over to the analysis form",
                "It was still open when the national database began.",
                _to("carry_over_form_c", case),
                "See what comes over",
            )
        ]
    if not access.can(user, "record_death_review_meeting", case):
        return []
    if DeathReviewMeeting.objects.filter(case=case, held_on__isnull=False).exists():
        return []
    return [
        NextStep(
            22,
            "hold and record the child death review meeting",
            "One for each death, before the panel. An aim of three months after the death.",
            _to("record_death_review_meeting", case),
            "Record the meeting",
            due_for_meeting(case),
        )
    ]


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return when the meeting was held and when each form was copied."""
    if not access.can(user, "view_death_review", case):
        return []
    url = _to("view_death_review", case)
    entries = []
    meeting = DeathReviewMeeting.objects.filter(case=case).first()
    if meeting is not None and meeting.held_on:
        entries.append(TimelineEntry(meeting.held_on, meeting.get_kind_display(), url=url))
    work_row = DeathReviewWork.objects.filter(case=case).first()
    if work_row is not None:
        entries += [
            TimelineEntry(day, f"{name} copied to the national database", url=url)
            for name, day in (
                ("Notification form", work_row.notification_copied_on),
                ("Reporting form", work_row.reporting_copied_on),
                ("Analysis form", work_row.analysis_copied_on),
            )
            if day
        ]
    return entries


def identifiers(case: Case) -> list[str]:
    """Return the names of those who chaired, attended, lead or scrutinised."""
    found: list[str] = []
    for meeting in DeathReviewMeeting.objects.filter(case=case):
        people = (meeting.attended_by or "").replace(",", "\n").splitlines()
        found += [meeting.chair or "", meeting.parents_told_by or "", *people]
    for row in DeathReviewWork.objects.filter(case=case):
        found += [
            row.lead_health_professional or "",
            row.lead_health_professional_contact or "",
            row.medical_examiner or "",
            row.database_reference or "",
        ]
    return list(dict.fromkeys(filter(None, (each.strip() for each in found))))


def entities(case: Case) -> list[Entity]:
    """Return the professionals of the meeting and of the review, whom no paper may name."""
    found = []
    for meeting in DeathReviewMeeting.objects.filter(case=case):
        found += [professional(meeting.chair), professional(meeting.parents_told_by)]
        found += professionals(meeting.attended_by)
    for row in DeathReviewWork.objects.filter(case=case):
        found.append(
            professional(row.lead_health_professional, row.lead_health_professional_contact)
        )
        found.append(professional(row.medical_examiner))
    return found


def register() -> None:
    """Add the above to the pages that gather from all apps."""
    registries.work_items.append(work)
    registries.next_steps.append(next_steps)
    registries.tell_timeline("death_review", "Child death review", timeline)
    registries.identifiers.append(identifiers)
    registries.entities.append(entities)
    registries.case_pages.append(
        CasePage("Child death review", "cdop:view_death_review", "view_death_review", 32)
    )
