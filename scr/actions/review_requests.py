"""Asking agencies for their own part of a review, and what they hand in."""

import datetime
from collections.abc import Sequence

from django.utils import timezone

from casereview import access, outbox
from casereview.actions import NotAllowed
from casereview.actions.admissions import add_admission
from casereview.models import Agency, CaseUserObjectPermission, StandingRole, User
from casereview.records import Change, change
from casereview.rules.access_table import Role
from scr.actions.commissioning import State as ReviewState
from scr.actions.commissioning import move, open_review
from scr.models import CaseUnderReview, ReviewPaper, ReviewRequest
from scr.review_codes import agency_paper, paper_words

State, Kind = ReviewRequest.State, ReviewRequest.Kind
SOURCE = CaseUserObjectPermission.Source
NEWLY_ASKED = "review_asked"


def ask_for_part(
    *,
    review: CaseUnderReview,
    kind: str,
    people: Sequence[User],
    due_on: datetime.date,
    by,
    question: str = "",
) -> list[ReviewRequest]:
    """Ask agencies, each through one person with an account, for their own part of a review.

    Each person is admitted to their agency's part, and to nothing else of the case.

    Raises:
        NotAllowed: nobody was chosen, the day has passed, two people of one agency, an agency was
            asked already, the lead reviewer's own agency, or somebody who cannot be asked.
    """
    if not people:
        raise NotAllowed("Select whom you ask")
    if kind not in Kind.values:
        raise NotAllowed("Select what you ask for")
    today = timezone.localdate()
    if due_on < today:
        raise NotAllowed("Enter a due date that has not passed")
    with change("ask_for_part", by=by, case=review.case) as written:
        found = open_review(review)
        asked = ReviewRequest.objects.filter(review=found, kind=kind).exclude(state=State.WITHDRAWN)
        waiting = set(asked.values_list("agency", flat=True))
        made = []
        for user in people:
            agency = user.agency
            if agency is None:
                raise NotAllowed("Choose somebody who works for an agency")
            if agency.pk in waiting:
                raise NotAllowed(f"{agency.name} is asked already: one person answers for it")
            _refuse_reviewers_own(found, agency)
            waiting.add(agency.pk)
            request = ReviewRequest(
                case=found.case,
                review=found,
                agency=agency,
                kind=kind,
                to_user=user,
                requested_by=by,
                requested_at=timezone.now(),
                due_on=due_on,
            )
            request.question = question or None
            written.save(request)
            _admit(written, request)
            outbox.put(to=user, template=NEWLY_ASKED, rule=NEWLY_ASKED, day=today, case=found.case)
            made.append(request)
        if found.state == ReviewState.COMMISSIONED:
            move(found, ReviewState.UNDER_WAY)
            written.save(found)
        written.detail["agencies"] = len(made)
    access.forget()
    return made


def _refuse_reviewers_own(review: CaseUnderReview, agency: Agency) -> None:
    lead = review.lead_reviewer
    named = {one.get("agency") for one in review.reviewers or []}
    if (lead is not None and lead.agency_id == agency.pk) or str(agency.pk) in named:
        raise NotAllowed(f"{agency.name} is the agency of a reviewer: appoint another first")


def _admit(written: Change, request: ReviewRequest) -> None:
    """Admit the person asked; a request of the panel that already admits them stays as it is."""
    user, case = request.to_user, request.case
    lead = StandingRole.objects.filter(user=user, role=Role.AGENCY_LEAD, ended_at=None).exists()
    order = [Role.AGENCY_LEAD, Role.CONTRIBUTOR] if lead else [Role.CONTRIBUTOR, Role.AGENCY_LEAD]
    held = dict(
        CaseUserObjectPermission.objects.filter(
            user=user, content_object=case, role__in=order
        ).values_list("role", "source")
    )
    # An admission is one row a role: that of another purpose is not overwritten by this one.
    role = next((one for one in order if held.get(one, SOURCE.REVIEW) == SOURCE.REVIEW), None)
    if role is None:
        raise NotAllowed("Choose somebody else of this agency: this person is asked in both roles")
    add_admission(
        written,
        user=user,
        role=role,
        reason="",
        source=SOURCE.REVIEW,
        source_id=request.pk,
        until=None,
        named=case.sealed,
    )


def withdraw_part(*, request: ReviewRequest, reason: str, by) -> ReviewRequest:
    """Take back what an agency was asked, with a reason: its person sees it no longer.

    What the agency has already given stays.

    Raises:
        NotAllowed: no reason, it was taken back already, or the review has ended.
    """
    if not reason.strip():
        raise NotAllowed("Enter why it is taken back")
    with change("withdraw_part", by=by, case=request.case, reason=reason) as written:
        open_review(request.review)
        found = _fresh(request)
        if found.state == State.WITHDRAWN:
            raise NotAllowed("This was taken back already")
        found.state = State.WITHDRAWN
        written.save(found, subject=True)
        _dismiss(written, found)
    access.forget()
    return found


def _dismiss(written: Change, request: ReviewRequest) -> None:
    """End the admission of the person asked, unless they answer for another part of the case."""
    others = ReviewRequest.objects.filter(case=request.case, to_user=request.to_user).exclude(
        state=State.WITHDRAWN
    )
    other = others.exclude(pk=request.pk).first()
    mine = CaseUserObjectPermission.objects.filter(
        content_object=request.case, user=request.to_user, source=SOURCE.REVIEW
    ).exclude(role=Role.LEAD_REVIEWER)
    for admission in mine:
        if other is None:
            written.remove(admission)
        elif admission.source_id == request.pk:
            admission.source_id = other.pk
            written.save(admission)


def ask_again(*, request: ReviewRequest, due_on: datetime.date, by) -> ReviewRequest:
    """Open a part again that was handed in, with another day, so that the agency can add to it.

    Raises:
        NotAllowed: it waits already or was taken back, the day has passed, or the review ended.
    """
    if due_on < timezone.localdate():
        raise NotAllowed("Enter a due date that has not passed")
    with change("ask_for_part", by=by, case=request.case) as written:
        open_review(request.review)
        found = _fresh(request)
        if found.state not in (State.HANDED_IN, State.NO_RECORD):
            raise NotAllowed("Wait for the answer, or take the request back")
        found.state, found.due_on = State.ASKED, due_on
        found.handed_in_by = found.handed_in_at = None
        written.save(found)
    return found


def waiting_part(request: ReviewRequest, kind: str) -> ReviewRequest:
    """Return a part as it is now, while nobody else changes it; call it inside a change.

    Raises:
        NotAllowed: it was handed in or taken back, the review has ended, or another part is meant.
    """
    open_review(request.review)
    found = _fresh(request)
    if found.kind != kind:
        raise NotAllowed("Open the request that asks for this")
    if found.state != State.ASKED:
        raise NotAllowed("Ask the board’s manager to open it again: it was handed in")
    return found


def hand_in_chronology(*, request: ReviewRequest, by) -> ReviewRequest:
    """Hand in an agency's chronology: it is complete as far as the agency's records go.

    Raises:
        NotAllowed: there is no entry yet, or it was handed in.
    """
    with change("hand_in_part", by=by, case=request.case) as written:
        found = waiting_part(request, Kind.CHRONOLOGY)
        entries = found.review.chronology.filter(agency=found.agency, withdrawn_at=None)
        if not entries.exists():
            raise NotAllowed("Add an entry first, or say that there is no record")
        return _hand_in(written, found, by, State.HANDED_IN)


def say_nothing_held(*, request: ReviewRequest, by) -> ReviewRequest:
    """Say that an agency has no record of the child or family.

    Raises:
        NotAllowed: it gave entries, or has answered.
    """
    with change("hand_in_part", by=by, case=request.case) as written:
        found = waiting_part(request, request.kind)
        if found.review.chronology.filter(agency=found.agency, withdrawn_at=None).exists():
            raise NotAllowed("Withdraw your entries first: they say that there is a record")
        return _hand_in(written, found, by, State.NO_RECORD)


def hand_in_report(*, request: ReviewRequest, text: str, by) -> ReviewPaper:
    """Hand in an agency's own report; handed in again, it is a further version.

    Raises:
        NotAllowed: nothing is written, or it was handed in.
    """
    if not text.strip():
        raise NotAllowed("Enter the report")
    with change("hand_in_part", by=by, case=request.case) as written:
        found = waiting_part(request, Kind.REPORT)
        kind = agency_paper(found.review.begun_on)
        before = ReviewPaper.objects.filter(review=found.review, kind=kind, agency=found.agency)
        paper = ReviewPaper(
            case=found.case,
            review=found.review,
            kind=kind,
            number=before.count() + 1,
            agency=found.agency,
            written_by=by,
            written_at=timezone.now(),
            handed_in_at=timezone.now(),
        )
        paper.title, paper.text = f"{paper_words(kind)}: {found.agency.name}", text
        written.save(paper, subject=True)
        _hand_in(written, found, by, State.HANDED_IN)
    return paper


def _hand_in(written: Change, request: ReviewRequest, by, state: str) -> ReviewRequest:
    request.state = state
    request.handed_in_by, request.handed_in_at = by, timezone.now()
    written.save(request)
    written.detail["state"] = str(state)
    return request


def _fresh(request: ReviewRequest) -> ReviewRequest:
    found = (
        ReviewRequest.objects.select_for_update(of=("self",))
        .select_related("case", "review", "agency", "to_user")
        .get(pk=request.pk)
    )
    found.review.case = found.case
    return found
