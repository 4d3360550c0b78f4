"""What reviews ask of *Your work*, the Next box, the timeline and the group's page of a case."""

from collections import Counter
from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from casereview import access, registries
from casereview.models import Case
from casereview.registries import CasePage, NextStep, TimelineEntry, WorkItem
from casereview.rules.access_table import LABELS, Role
from casereview.rules.working_days import written
from scr import composite_retention, leaks, stages
from scr.models import (
    CaseUnderReview,
    FamilyInvolvement,
    PaperCheck,
    PractitionerEvent,
    Publication,
    ReviewPaper,
    ReviewRequest,
)
from scr.review_access import requests_of, reviews_of
from scr.review_codes import code_list, paper_words, reports, review_type, type_words
from scr.review_steps import steps
from scr.rules.publishing import CHECKS
from scr.rules.review_moves import OPEN
from scr.stages import DONE, NOT_NEEDED, NOT_STARTED, UNDER_WAY, Link, Stage, Turn

State = CaseUnderReview.State
DECIDED = (Case.ScrState.REVIEW, Case.ScrState.OTHER_REVIEW)
# Our own: a review that was decided is commissioned within two weeks.
COMMISSION_DAYS = 14


def work(user, today: date) -> list[WorkItem]:
    """Return what reviews ask of `user`: their own agency's part, or what a review waits for."""
    return [
        *_asked(user),
        *_to_commission(user),
        *_to_finish(user),
        *_late_parts(user, today),
        *_to_check(user),
        *_to_publish(user),
    ]


def _to(name: str, review: CaseUnderReview, *keys) -> str:
    return reverse(f"scr:{name}", args=[review.reference, *keys])


def _asked(user) -> list[WorkItem]:
    waiting = requests_of(user).filter(state=ReviewRequest.State.ASKED, review__state__in=OPEN)
    tasks = {
        ReviewRequest.Kind.CHRONOLOGY: "Write your agency’s chronology",
        ReviewRequest.Kind.REPORT: "Write your agency’s report for a review",
    }
    return [
        WorkItem(
            key=f"review part {one.pk}",
            task=tasks[ReviewRequest.Kind(one.kind)],
            url=reverse("scr:view_review_request", args=[one.pk]),
            reference=one.case.reference,
            due_on=one.due_on,
        )
        for one in waiting.order_by("due_on", "pk")
    ]


def _to_commission(user) -> list[WorkItem]:
    has_one = CaseUnderReview.objects.filter(case=OuterRef("pk"))
    cases = access.visible_to(user, "commission_review").filter(
        ~Exists(has_one), scr_state__in=DECIDED, merged_into=None, scr_decided_on__isnull=False
    )
    return [
        WorkItem(
            key=f"commission {one.pk}",
            task="Commission the review that was decided",
            url=reverse("scr:commission_review", args=[one.reference]),
            reference=one.reference,
            due_on=one.scr_decided_on + timedelta(days=COMMISSION_DAYS),
            why=f"Decided on {written(one.scr_decided_on)}. Its clock runs.",
        )
        for one in cases.order_by("scr_decided_on")
        if one.scr_decided_on
    ]


def _to_finish(user) -> list[WorkItem]:
    """The open reviews one writes or manages, due with their clock."""
    mine = reviews_of(user, "record_terms").filter(state__in=OPEN).select_related("case")
    items = []
    for one in mine.order_by("due_on", "reference"):
        task, name = f"Complete the {type_words(one.kind).lower()}", "view_review"
        manages = one.lead_reviewer_id != user.pk
        if manages and one.lead_reviewer_id is None and review_type(one.kind).extra["independent"]:
            task, name = "Appoint a lead reviewer", "appoint_reviewer"
        items.append(
            WorkItem(
                key=f"review {one.pk}",
                task=task,
                url=_to(name, one),
                reference=one.case.reference,
                due_on=one.due_on,
                why=f"{one.reference}: {one.get_state_display().lower()}.",
                waiting_for="the lead reviewer" if manages and one.lead_reviewer_id else "",
            )
        )
    return items


def _late_parts(user, today: date) -> list[WorkItem]:
    mine = reviews_of(user, "ask_for_part").filter(state__in=OPEN)
    late = ReviewRequest.objects.filter(
        review__in=mine.values("pk"), state=ReviewRequest.State.ASKED, due_on__lt=today
    ).select_related("review", "review__case")
    counted = Counter(one.review for one in late)
    first: dict = {}
    for one in late:
        first[one.review] = min(one.due_on, first.get(one.review, one.due_on))
    return [
        WorkItem(
            key=f"review parts {review.pk}",
            task=f"Chase {number} {'agency' if number == 1 else 'agencies'} for their part",
            url=_to("view_review", review),
            reference=review.case.reference,
            due_on=first[review],
        )
        for review, number in sorted(counted.items(), key=lambda pair: pair[0].reference)
    ]


def _to_check(user) -> list[WorkItem]:
    """The reports that were handed in and whose latest version lacks a check; not one's own."""
    mine = reviews_of(user, "check_paper").filter(state__in=OPEN)
    rows = ReviewPaper.objects.filter(review__in=mine.values("pk"), kind__in=reports())
    latest: dict = {}
    for one in rows.select_related("review", "review__case").order_by("number"):
        latest[one.review_id, one.kind] = one
    made: dict = {}
    checks = PaperCheck.objects.filter(paper__in=[one.pk for one in latest.values()])
    for paper, kind in checks.values_list("paper", "kind"):
        made.setdefault(paper, set()).add(kind)
    items = []
    for one in latest.values():
        left = [check for check in CHECKS if check not in made.get(one.pk, set())]
        if one.handed_in_at is None or not left or one.written_by_id == user.pk:
            continue
        items.append(
            WorkItem(
                key=f"check {one.pk}",
                task=f"Check the {paper_words(one.kind).lower()}: {', '.join(left)}",
                url=_to("view_paper", one.review, one.pk),
                reference=one.review.case.reference,
                due_on=one.review.due_on,
                why="Nobody checks their own paper.",
            )
        )
    return items


def _to_publish(user) -> list[WorkItem]:
    decides = set(reviews_of(user, "decide_publication").values_list("pk", flat=True))
    plans = set(reviews_of(user, "plan_publication").values_list("pk", flat=True))
    kinds = [one.code for one in code_list("review_types").codes if one.extra["publishes"]]
    waiting = CaseUnderReview.objects.filter(
        pk__in=decides | plans, state=State.SIGNED_OFF, kind__in=kinds
    ).select_related("case")
    chosen: dict = {}
    for row in Publication.objects.filter(review__in=[one.pk for one in waiting]).order_by(
        "decided_at"
    ):
        chosen[row.review_id] = row
    items = []
    for one in sorted(waiting, key=lambda row: row.reference):
        choice = chosen.get(one.pk)
        if choice is None and one.pk in decides:
            task, name, due = "Decide whether the review is published", "decide_publication", None
        elif choice is not None and one.pk in plans:
            task, name = "Take the review to its publication", "view_review"
            due = choice.planned_on
        else:
            continue
        items.append(
            WorkItem(f"publication {one.pk}", task, _to(name, one), one.case.reference, due)
        )
    return items


def _of_case(user, case: Case) -> list[CaseUnderReview]:
    found = list(
        reviews_of(user)
        .filter(case=case)
        .select_related("decision", "lead_reviewer")
        .order_by("begun_on", "reference")
    )
    for one in found:
        one.case = case
    return found


def next_steps(user, case: Case) -> list[NextStep]:
    """Return what a review of the case asks of `user` next."""
    if not access.can(user, "view_review", case):
        return []
    for review in _of_case(user, case):
        step = next((one for one in steps(user, review) if one.url), None)
        if step is not None:
            return [
                NextStep(
                    58,
                    step.title,
                    f"{review.reference}: {step.why}",
                    step.url,
                    step.button,
                    step.due_on,
                )
            ]
    return []


def timeline(user, case: Case) -> list[TimelineEntry]:
    """Return the steps of the reviews that `user` reaches, without a word of their papers."""
    if not access.can(user, "view_review", case):
        return []
    entries = []
    for one in _of_case(user, case):
        url, kind = _to("view_review", one), type_words(one.kind)
        days = (
            (one.begun_on, f"{kind} begun"),
            (one.signed_off_on, f"{kind} signed off by the board"),
            (one.published_on, f"{kind} published"),
            (one.ended_on if one.state == State.STOPPED else None, f"{kind} stopped"),
        )
        entries += [TimelineEntry(day, words, url=url) for day, words in days if day]
    return entries


def identifiers(case: Case) -> list[str]:
    """Return those of the family and the practitioners whom the papers of a review name."""
    found: list[str] = [one.who or "" for one in FamilyInvolvement.objects.filter(case=case)]
    for event in PractitionerEvent.objects.filter(case=case):
        found += (event.present or "").split("\n")
    return [name for name in dict.fromkeys(one.strip() for one in found) if name]


def review_stage(user, case: Case) -> Stage:
    """Say how far the reviews of a case are."""
    found = _of_case(user, case) if access.can(user, "view_review", case) else []
    url = reverse("scr:view_case_reviews", args=[case.reference])
    if not found:
        none = case.scr_state == Case.ScrState.NO_REVIEW
        return Stage("Review", NOT_NEEDED if none else NOT_STARTED)
    words = "; ".join(
        f"{one.reference}, {type_words(one.kind).lower()}: {one.get_state_display().lower()}"
        for one in found
    )
    over = all(one.state not in OPEN for one in found)
    return Stage("Review", DONE if over else UNDER_WAY, words, url)


def turns(user, case: Case) -> list[Turn]:
    """Return what is to be done next on the reviews of a case, and the one to commission."""
    found = _of_case(user, case) if access.can(user, "view_review", case) else []
    if not found and case.scr_state in DECIDED:
        commissions = access.can(user, "commission_review", case)
        url = reverse("scr:commission_review", args=[case.reference]) if commissions else ""
        return [Turn("Commission the review", LABELS[Role.BOARD_MANAGER], None, url)]
    turns_ = []
    for review in found:
        turns_ += [
            Turn(f"{one.title.capitalize()} ({review.reference})", one.who, one.due_on, one.url)
            for one in steps(user, review)[:1]
        ]
    return turns_


def links(user, case: Case) -> list[Link]:
    """Return the page of the case's reviews."""
    if not access.can(user, "view_review", case):
        return []
    return [Link("Reviews", reverse("scr:view_case_reviews", args=[case.reference]))]


def register() -> None:
    """Add the above to the pages that gather from all apps, and to the group's page of a case."""
    registries.work_items.append(work)
    registries.next_steps.append(next_steps)
    registries.tell_timeline("reviews", "Reviews", timeline)
    registries.identifiers.append(identifiers)
    registries.entities.append(leaks.entities)
    composite_retention.register()
    registries.case_pages.append(
        CasePage("Reviews", "scr:view_case_reviews", "view_review", 72, main=True),
    )
    stages.stages.append((60, review_stage))
    stages.turns.append(turns)
    stages.links.append(links)
