"""What a notification adds to the pages that gather from all: work, next steps, timeline."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from casereview import access, registries
from casereview.models import Case, CaseMatch, Child, Draft, FamilyLink, NotificationDuty
from casereview.records import Record
from casereview.registries import CasePage, NextStep, Question, TimelineEntry, WorkItem
from casereview.rules.working_days import next_working_day, written
from cdop.actions.matching import matches_of
from cdop.actions.notifying import notification_of
from cdop.actions.said import SERIOUS_INCIDENT
from cdop.actions.settling import needs_somebody_today
from cdop.forms.deciding import suggested_reason
from cdop.forms.drafting import FORM
from cdop.models import Notification
from cdop.notification_lists import OPEN_STAGES, waiting_matches
from cdop.rules.notification_checks import QUESTIONS

# An imported death that was notified longer ago is not put on top of today's work.
RECENT_DAYS = 28
UNSAFE = Q(other_children__in=["", "not_safe", "not_known"]) | Q(
    other_children="safe", social_care_told_on=None
) & (Q(nobody_told=True) | Q(told_about_children__isnull=True))


def work(user, today: date) -> list[WorkItem]:
    """Return what notifications ask of `user`."""
    return [
        *_children(user, today),
        *_expectedness(user),
        *_duties(user),
        *_unnotified(user),
        *_matches(user),
        *_questions(user),
        *_not_ours(user),
        *_drafts(user),
    ]


def _open(user, action: str) -> QuerySet[Case]:
    return access.visible_to(user, action).filter(
        kind=Case.Kind.DEATH, stage__in=OPEN_STAGES, merged_into=None
    )


def _notifications(user, action: str) -> QuerySet[Notification]:
    """The notifications of open cases, each with its case."""
    return (
        Notification.objects.filter(case__in=_open(user, action).values("pk"))
        .select_related("case")
        .order_by("case__reference", "notified_on", "submitted_at", "id")
    )


def _standing(notifications: QuerySet[Notification]) -> list[Notification]:
    """Keep one notification a case: the one that stands."""
    return list({one.case_id: one for one in reversed(list(notifications))}.values())[::-1]


def _to(name: str, case: Case, *more: Any) -> str:
    return reverse(f"cdop:{name}", args=[case.reference, *more])


def _children(user, today: date) -> list[WorkItem]:
    asked = _notifications(user, "record_safety_of_children").filter(UNSAFE)
    recent = Q(submitted_at__isnull=False) | Q(notified_on__gt=today - timedelta(days=RECENT_DAYS))
    return [
        WorkItem(
            key=f"children {one.case.reference}",
            task="Make sure that the other children are safe, and tell social care",
            url=_to("record_safety_of_children", one.case),
            reference=one.case.reference,
            due_on=one.notified_on,
            why="They are not known to be safe, or nobody is known to have been told.",
            urgent=True,
        )
        for one in _standing(asked.filter(recent))
    ]


def _unnotified(user) -> list[WorkItem]:
    """Deaths on record that came another way: the notification is still to be made."""
    waiting = _open(user, "view_notification").filter(notified_on=None, notifications=None)
    if not access.can(user, "log_notification"):
        return []
    return [
        WorkItem(
            key=f"unnotified {case.reference}",
            task="Log the notification of the death (Form A)",
            url=reverse("cdop:log_notification"),
            reference=case.reference,
            due_on=next_working_day(timezone.localdate(case.opened_at)),
            why="It was referred before anybody notified it. Say that it is the same death.",
        )
        for case in waiting.order_by("reference")
    ]


def _expectedness(user) -> list[WorkItem]:
    asked = _notifications(user, "confirm_expectedness").filter(expectedness_confirmed_at=None)
    return [
        WorkItem(
            key=f"expectedness {one.case.reference}",
            task="Confirm whether the death was expected",
            url=_to("confirm_expectedness", one.case),
            reference=one.case.reference,
            why="Until then it is treated as unexpected."
            if one.expectedness != "EXPECTED"
            else "It was notified as expected.",
        )
        for one in _standing(asked)
    ]


def _duties(user) -> list[WorkItem]:
    cases = _open(user, "settle_notification_duty").values("pk")
    duties = NotificationDuty.objects.filter(
        case__in=cases, duty=SERIOUS_INCIDENT, state=NotificationDuty.State.OPEN
    )
    return [
        WorkItem(
            key=f"duty {duty.case.reference} {duty.duty}",
            task="See that the serious incident is notified",
            url=_to("settle_notification_duty", duty.case, duty.pk),
            reference=duty.case.reference,
            due_on=duty.due_on,
            why=f"{duty.who_must} must make it.",
        )
        for duty in duties.select_related("case").order_by("due_on", "id")
    ]


def _matches(user) -> list[WorkItem]:
    cases = _open(user, "decide_match")
    mine = set(cases.values_list("pk", flat=True))
    counts: dict[str, int] = {}
    for match in waiting_matches(cases, *CaseMatch.Kind.values):
        case = match.case if match.case_id in mine else match.other_case
        counts[case.reference] = counts.get(case.reference, 0) + 1
    return [
        WorkItem(
            key=f"matches {reference}",
            task="Decide whether another case is the same death or family",
            url=reverse("cdop:list_matches", args=[reference]),
            reference=reference,
            why="1 case was found." if count == 1 else f"{count} cases were found.",
        )
        for reference, count in sorted(counts.items())
    ]


def _questions(user) -> list[WorkItem]:
    asked = _notifications(user, "answer_questions").exclude(to_chase=[])
    return [
        WorkItem(
            key=f"questions {one.case.reference}",
            task="Chase what was not known when the death was notified",
            url=_to("answer_questions", one.case),
            reference=one.case.reference,
            why=_number(len(one.to_chase)),
        )
        for one in _standing(asked)
    ]


def _number(questions: int) -> str:
    return "1 question is open." if questions == 1 else f"{questions} questions are open."


def _not_ours(user) -> list[WorkItem]:
    seen = _notifications(user, "close_not_for_review").filter(
        Q(lawful_termination="Y") | Q(born_alive="N") | Q(stillbirth_or_late_loss="Y")
    )
    items = [
        WorkItem(
            key=f"not for review {one.case.reference}",
            task="Close the case as not for review, or correct its answers",
            url=_to("close_not_for_review", one.case),
            reference=one.case.reference,
            why="By its answers the panel does not review this death.",
        )
        for one in _standing(seen)
    ]
    elsewhere = _open(user, "pass_on_case").filter(
        residence_board__isnull=False, reviewing_board=None
    )
    items += [
        WorkItem(
            key=f"pass on {case.reference}",
            task="Pass the case on to the board where the child lived",
            url=_to("pass_on_case", case),
            reference=case.reference,
            why="The child did not live in your area.",
        )
        for case in elsewhere.order_by("reference")
    ]
    return items


def _drafts(user) -> list[WorkItem]:
    if not access.can(user, "log_notification"):
        return []
    kept = Draft.objects.filter(user=user, form=FORM).values_list("pk", "saved_at")
    return [
        WorkItem(
            key=f"draft {pk}",
            task="Finish the notification you began",
            url=reverse("cdop:notification_draft", args=[pk]),
            why=f"Saved {written(timezone.localtime(saved_at).date())}.",
        )
        for pk, saved_at in kept.order_by("saved_at")
    ]


def next_steps(user, case: Case) -> list[NextStep]:
    """Return what the notification of a case asks of `user` next."""
    if case.kind != Case.Kind.DEATH or case.stage not in OPEN_STAGES:
        return []
    steps: list[NextStep] = []
    notification = notification_of(case)
    manager = access.can(user, "record_safety_of_children", case)
    if manager and notification and needs_somebody_today(notification):
        steps.append(
            NextStep(
                100,
                "make sure that the other children are safe",
                "They are not known to be safe, or nobody is known to have been told.",
                _to("record_safety_of_children", case),
                "Record who was told",
                notification.notified_on,
            )
        )
    if manager and (
        duty := case.notification_duties.filter(duty=SERIOUS_INCIDENT, state="open").first()
    ):
        steps.append(
            NextStep(
                90,
                "see that the serious incident is notified",
                f"{duty.who_must} must make it.",
                _to("settle_notification_duty", case, duty.pk),
                "Record it",
                duty.due_on,
            )
        )
    if manager and case.residence_board_id and case.reviewing_board_id is None:
        steps.append(
            NextStep(
                80,
                "pass the case on",
                "The child did not live in your area.",
                _to("pass_on_case", case),
                "Pass it on",
            )
        )
    if manager and suggested_reason(case, notification):
        steps.append(
            NextStep(
                85,
                "close the case as not for review",
                "By its answers the panel does not review this death.",
                _to("close_not_for_review", case),
                "Close it",
            )
        )
    if manager and matches_of(case).filter(decision="").exists():
        steps.append(
            NextStep(
                70,
                "decide on possible matches",
                "Another case may be the same death or the same family.",
                _to("list_matches", case),
                "See the matches",
            )
        )
    if notification and notification.expectedness_confirmed_at is None:
        if access.can(user, "confirm_expectedness", case):
            steps.append(
                NextStep(
                    60,
                    "confirm whether the death was expected",
                    "Until then it is treated as unexpected.",
                    _to("confirm_expectedness", case),
                    "Confirm",
                )
            )
    if manager and notification and notification.to_chase:
        steps.append(
            NextStep(
                30,
                "chase what was not known",
                _number(len(notification.to_chase)),
                _to("answer_questions", case),
                "See the questions",
            )
        )
    return steps


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return what happened around the notification; names of children and family never."""
    if not access.can(user, "view_notification", case):
        return []
    entries = []
    if case.died_on:
        entries.append(TimelineEntry(case.died_on, "Death"))
    notifications = case.notifications.select_related(
        "submitted_by", "expectedness_confirmed_by", "social_care_told_by"
    )
    for one in notifications:
        url = _to("view_notification", case)
        by = str(one.submitted_by or "")
        entries.append(
            TimelineEntry(one.notified_on, "Death notified", by, one.submitted_at, url=url)
        )
        if one.expectedness_confirmed_at:
            at = timezone.localtime(one.expectedness_confirmed_at)
            entries.append(
                TimelineEntry(
                    at.date(),
                    f"Confirmed: {one.get_expectedness_display().lower()}",
                    str(one.expectedness_confirmed_by),
                    at,
                )
            )
        if one.social_care_told_on:
            told = "Children’s social care told about the other children"
            by = str(one.social_care_told_by or "")
            entries.append(TimelineEntry(one.social_care_told_on, told, by))
    for duty in case.notification_duties.filter(duty=SERIOUS_INCIDENT):
        if duty.made_on:
            entries.append(TimelineEntry(duty.made_on, "Serious incident notified"))
    if case.passed_on_on:
        entries.append(TimelineEntry(case.passed_on_on, f"Passed on to {case.passed_on_to}"))
    return entries


def questions(user, case: Case) -> list[Question]:
    """Return the questions of the notification that are still open."""
    if case.stage not in OPEN_STAGES or not access.can(user, "view_notification", case):
        return []
    notification = notification_of(case)
    if notification is None:
        return []
    url = _to("answer_questions", case) if access.can(user, "answer_questions", case) else ""
    return [Question(QUESTIONS[one], url) for one in notification.to_chase if one in QUESTIONS]


def identifiers(case: Case) -> list[str]:
    """Return the names, dates and numbers of child and family that no paper may hold."""
    child = Child.objects.filter(case=case).first()
    people = [link.person for link in FamilyLink.objects.filter(case=case).select_related("person")]
    records: list[Record] = [*([child] if child else []), *people]
    found = []
    for record in records:
        for name in record.identifying:
            value = getattr(record, name)
            if isinstance(value, date):
                found += [value.isoformat(), f"{value:%d/%m/%Y}", written(value).split(" ", 1)[1]]
            elif value:
                found.append(str(value))
    return list(dict.fromkeys(found))


def register() -> None:
    """Add the above to the pages that gather from all apps."""
    registries.work_items.append(work)
    registries.next_steps.append(next_steps)
    registries.tell_timeline("notification", "Death and notification", timeline)
    registries.questions.append(questions)
    registries.identifiers.append(identifiers)
    registries.case_pages += [
        CasePage("Notification", "cdop:view_notification", "view_notification", 20, main=True),
        CasePage("Matches", "cdop:list_matches", "decide_match", 25),
    ]
