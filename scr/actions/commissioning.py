"""Commissioning a review, who writes it, its terms, and its end without a report."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed
from casereview.actions.admissions import add_admission
from casereview.actions.cases import new_reference
from casereview.actions.seen import as_seen
from casereview.models import Agency, Case, CaseUserObjectPermission, User
from casereview.records import Change, change
from casereview.rules.access_table import Role
from casereview.rules.references import Kind
from scr.apart import keep_apart
from scr.clocks import start_clocks, stop_clocks
from scr.models import CaseUnderReview, Decision, ReviewRequest
from scr.options import option
from scr.review_codes import code_list, review_type
from scr.reviewing import HELD_AFTER, agencies_concerned, edition_of, initiated_on, own_rule
from scr.rules.independence import Reviewer, refusal
from scr.rules.review_moves import OPEN, may_move

State = CaseUnderReview.State


def standing_decision(case: Case) -> Decision | None:
    """Return the last decision about a case, where it is one for a review; else None."""
    decisions = case.scr_decisions.order_by("-decided_on", "-decided_at")
    last = decisions.first()
    if last is None:
        return None
    try:
        return last if option(last.decided).leads_to in HELD_AFTER else None
    except KeyError:
        return None


def commission_review(
    *,
    case: Case,
    kind: str,
    begun_on: datetime.date,
    by,
    due_on: datetime.date | None = None,
    methodology: str = "",
    single_agency: Agency | None = None,
    reason: str = "",
) -> CaseUnderReview:
    """Commission a review of a case; its clock runs from the decision, where its edition has one.

    Without a decision for this kind of review a reason is asked for: a review of years ago that
    is captured back has none here.

    Raises:
        NotAllowed: no such kind on that day, a day to come or before the decision, one of the
            kind is open, a single agency is missing, or no decision and no reason.
    """
    known = code_list("review_types").get(kind)
    if known is None or not known.in_force(begun_on):
        raise NotAllowed("Select a kind of review that there was on that day")
    if begun_on > timezone.localdate():
        raise NotAllowed("Enter a first day that is not in the future")
    if due_on and due_on < begun_on:
        raise NotAllowed("Enter a due day on or after the first day")
    if kind == "single_agency" and single_agency is None:
        raise NotAllowed("Select the agency that reviews its own part")
    if case.merged_into_id:
        raise NotAllowed("Choose the case that this one was merged into")
    decision = standing_decision(case)
    if decision is not None and decision.decided not in known.extra["follows"]:
        decision = None
    if decision is None and not reason.strip():
        raise NotAllowed("Enter why this review is held: no decision for it is on record")
    if decision is not None and begun_on < (initiated_on(case) or decision.decided_on):
        raise NotAllowed("Enter a first day on or after the decision")
    with change("commission_review", by=by, case=case, reason=reason) as written:
        Case.objects.select_for_update().get(pk=case.pk)
        if CaseUnderReview.objects.filter(case=case, kind=kind, state__in=OPEN).exists():
            raise NotAllowed("Go on with the review of this kind that is open")
        review = CaseUnderReview(
            case=case,
            reference=new_reference(Kind.REVIEW, begun_on.year),
            kind=kind,
            decision=decision,
            methodology=methodology,
            single_agency=single_agency if kind == "single_agency" else None,
            begun_on=begun_on,
            due_on=due_on,
            opened_by=by,
            opened_at=timezone.now(),
        )
        _start_clock(written, review)
        written.save(review, subject=True)
        written.detail["kind"] = kind
    return review


def _start_clock(written: Change, review: CaseUnderReview) -> None:
    begins, edition = review_type(review.kind).extra["begins"], edition_of(review)
    if not begins or edition is None:
        return
    start = (review.decision and initiated_on(review.case)) or review.begun_on
    for clock in start_clocks(written, review.case, edition, begins, start):
        if clock.rule == own_rule(review):
            review.due_on = clock.due_on


def open_review(review: CaseUnderReview) -> CaseUnderReview:
    """Return a review as it is now, while nobody else changes it; call it inside a change.

    Raises:
        NotAllowed: it is signed off, published or stopped.
    """
    found = CaseUnderReview.objects.select_for_update().get(pk=review.pk)
    if found.state not in OPEN:
        raise NotAllowed("This review has ended: nothing is added to it")
    found.case = review.case
    return found


def move(review: CaseUnderReview, to: str) -> None:
    """Let a review go on to a state.

    Raises:
        NotAllowed: it cannot go there from where it is.
    """
    if review.state == to:
        return
    if not may_move(review.state, to):
        raise NotAllowed(f"This review is {review.get_state_display().lower()}: that comes later")
    review.state = to


def appoint_reviewer(
    *,
    review: CaseUnderReview,
    user: User,
    until: datetime.date,
    declared: Iterable[str],
    checked: str,
    by,
) -> CaseUnderReview:
    """Appoint a lead reviewer with an account: they see this review until the end of a day.

    An earlier lead reviewer's sight ends at once. `checked` says how independence was checked.

    Raises:
        NotAllowed: not independent of the agencies concerned or not declared so, a last day that
            has passed, nothing said of the check, or somebody who has left or withdrew.
    """
    if until < timezone.localdate():
        raise NotAllowed("Enter a last day that has not passed")
    if not checked.strip():
        raise NotAllowed("Enter how independence was checked")
    declared = sorted(set(declared))
    _refuse_dependent(review, user.agency_id, declared)
    with change("appoint_reviewer", by=by, case=review.case) as written:
        found = open_review(review)
        for admission in appointed(found):
            if admission.user_id != user.pk:
                written.remove(admission)
        _refuse_other_appointment(found, user)
        end = datetime.datetime.combine(until + datetime.timedelta(days=1), datetime.time.min)
        add_admission(
            written,
            user=user,
            role=Role.LEAD_REVIEWER,
            reason=checked,
            source=CaseUserObjectPermission.Source.REVIEW,
            source_id=found.pk,
            until=timezone.make_aware(end),
            named=found.case.sealed,
        )
        found.lead_reviewer, found.independence = user, _declaration(declared, checked)
        written.save(found, subject=True)
        written.subject = found
        written.detail["declared"] = declared
    access.forget()
    return found


def _declaration(declared: Iterable[str], checked: str) -> str:
    return f"{', '.join(sorted(declared))}\n{checked.strip()}"


def _refuse_dependent(review: CaseUnderReview, agency, declared: Iterable[str]) -> None:
    words = refusal(
        Reviewer(str(agency or ""), frozenset(declared)),
        {str(key) for key in agencies_concerned(review.case)},
        must_be_independent=bool(review_type(review.kind).extra["independent"]),
    )
    if words:
        raise NotAllowed(words)


def _refuse_other_appointment(review: CaseUnderReview, user: User) -> None:
    other = CaseUserObjectPermission.objects.filter(
        content_object=review.case,
        user=user,
        role=Role.LEAD_REVIEWER,
        source=CaseUserObjectPermission.Source.REVIEW,
        until__gt=timezone.now(),
    ).exclude(source_id=review.pk)
    if other.exists():
        raise NotAllowed("End their other review of this case first: one person writes one")


def appointed(review: CaseUnderReview) -> list[CaseUserObjectPermission]:
    """Return the admissions of a review's lead reviewers."""
    return list(
        CaseUserObjectPermission.objects.filter(
            content_object=review.case,
            role=Role.LEAD_REVIEWER,
            source=CaseUserObjectPermission.Source.REVIEW,
            source_id=review.pk,
        ).select_related("user")
    )


def name_reviewer(
    *,
    review: CaseUnderReview,
    name: str,
    post: str,
    declared: Iterable[str],
    by,
    agency: Agency | None = None,
) -> CaseUnderReview:
    """Name a further reviewer, who has no account, with what they declared.

    Raises:
        NotAllowed: no name, not independent of the agencies concerned or not declared so.
    """
    if not name.strip():
        raise NotAllowed("Enter the name of the reviewer")
    declared = sorted(set(declared))
    _refuse_dependent(review, agency.pk if agency else None, declared)
    with change("name_reviewer", by=by, case=review.case) as written:
        found = open_review(review)
        one = {
            "name": name.strip(),
            "post": post.strip(),
            "agency": str(agency.pk) if agency else "",
            "declared": declared,
            "on": timezone.localdate().isoformat(),
        }
        found.reviewers = [*(found.reviewers or []), one]
        written.save(found)
        written.detail["declared"] = declared
    return found


def end_appointment(*, review: CaseUnderReview, reason: str, by) -> CaseUnderReview:
    """End the appointment of the lead reviewer: they see the review no longer.

    Raises:
        NotAllowed: no reason, nobody is appointed, or the review has ended: who wrote it stays on
            record, and sees it no longer.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the appointment ends")
    with change("end_appointment", by=by, case=review.case, reason=reason) as written:
        found = open_review(review)
        if found.lead_reviewer_id is None:
            raise NotAllowed("Appoint a lead reviewer first: there is none")
        for admission in appointed(found):
            written.remove(admission)
        found.lead_reviewer = None
        written.save(found, subject=True)
        written.subject = found
    access.forget()
    return found


def record_names_sent(*, review: CaseUnderReview, sent_on: datetime.date, by) -> CaseUnderReview:
    """Record when the national panel was told the reviewers' names: for information only.

    Source: national panel's guidance of 2013: the panel is told the names and does not vet them.

    Raises:
        NotAllowed: there are no names yet, or a day to come or before the review began.
    """
    if not (review.lead_reviewer_id or review.reviewers):
        raise NotAllowed("Appoint or name a reviewer first")
    if not review.begun_on <= sent_on <= timezone.localdate():
        raise NotAllowed("Enter a day from the beginning of the review to today")
    with change("record_names_sent", by=by, case=review.case) as written:
        found = CaseUnderReview.objects.select_for_update().get(pk=review.pk)
        found.names_sent_on = sent_on
        written.save(found)
    return found


def record_terms(
    *, review: CaseUnderReview, by, version: int | None = None, **facts: Any
) -> CaseUnderReview:
    """Record the terms of reference, the days of the scope and the key lines of enquiry.

    `facts` are fields of the review; `lines_of_enquiry` is a list, each once and in its order.

    Raises:
        NotAllowed: no terms, days out of their order, or the review has ended.
        Conflict: somebody else changed it since the page was shown.
    """
    if not (facts.get("terms") or "").strip():
        raise NotAllowed("Enter the terms of reference")
    first, last = facts.get("scope_from"), facts.get("scope_to")
    if first and last and last < first:
        raise NotAllowed("Enter a last day of the scope on or after the first")
    if last and last > timezone.localdate():
        raise NotAllowed("Enter a last day of the scope that is not in the future")
    keep_apart(review.case, facts["terms"], *(facts.get("lines_of_enquiry") or ()))
    with change("record_terms", by=by, case=review.case) as written:
        found = open_review(review)
        as_seen(found, version)
        for name in ("terms", "scope_from", "scope_to", "lines_of_enquiry", "methodology"):
            if name in facts:
                setattr(found, name, facts[name])
        if found.state == State.COMMISSIONED:
            move(found, State.UNDER_WAY)
        written.save(found)
    return found


def stop_review(*, review: CaseUnderReview, reason: str, by) -> CaseUnderReview:
    """Stop a review before its report, with a reason: its clock stops and its people leave it.

    Raises:
        NotAllowed: no reason, or the review has ended.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the review is stopped")
    today = timezone.localdate()
    with change("stop_review", by=by, case=review.case) as written:
        found = open_review(review)
        move(found, State.STOPPED)
        found.stopped_reason, found.ended_on = reason, today
        written.save(found, subject=True)
        if rule := own_rule(found):
            stop_clocks(written, found.case, [rule], today)
        let_go(written, found)
    access.forget()
    return found


def let_go(written: Change, review: CaseUnderReview) -> None:
    """Let the agencies' people go whom a review let in; call it inside a change."""
    asked = ReviewRequest.objects.filter(review=review).values_list("pk", flat=True)
    let_in = CaseUserObjectPermission.objects.filter(
        content_object=review.case,
        source=CaseUserObjectPermission.Source.REVIEW,
        source_id__in=[*asked, review.pk],
    )
    for admission in let_in:
        written.remove(admission)


def capture_review_back(
    *,
    review: CaseUnderReview,
    signed_off_on: datetime.date,
    by,
    reason: str,
    published_on: datetime.date | None = None,
    inspectorate_grade: str = "",
    board_response: str = "",
) -> CaseUnderReview:
    """Record how a review of years ago ended, which was written outside this record.

    Raises:
        NotAllowed: a decision of this record stands behind it, no reason, or days out of order.
    """
    if review.decision_id is not None:
        raise NotAllowed("Sign this review off: it was decided here")
    if not reason.strip():
        raise NotAllowed("Enter where this is known from")
    days = [review.begun_on, signed_off_on, *([published_on] if published_on else [])]
    if days != sorted(days) or days[-1] > timezone.localdate():
        raise NotAllowed("Enter days in their order, none in the future")
    with change("capture_review_back", by=by, case=review.case, reason=reason) as written:
        found = open_review(review)
        found.state = State.PUBLISHED if published_on else State.SIGNED_OFF
        found.signed_off_on, found.published_on = signed_off_on, published_on
        found.ended_on = published_on or signed_off_on
        found.inspectorate_grade, found.board_response = inspectorate_grade, board_response or None
        written.save(found, subject=True)
        if rule := own_rule(found):
            stop_clocks(written, found.case, [rule], found.ended_on)
        let_go(written, found)
    access.forget()
    return found
