"""A composite review: proposed from cases that are alike, agreed, opened, or dropped."""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.cases import new_reference
from casereview.models import User
from casereview.records import change
from casereview.rules.references import Kind
from scr.actions.advising import record_national_advice
from scr.actions.commissioning import appoint_reviewer, open_review
from scr.anonymity import refuse_names
from scr.likeness import described_by_codes
from scr.models import CaseUnderReview, CompositeReview, NationalPanelAdvice
from scr.review_codes import code_list
from scr.rules.composites import FEWEST, shared_by_all
from scr.rules.review_moves import OPEN

State = CompositeReview.State


def record_review_features(*, review: CaseUnderReview, features: Iterable[str], by):
    """Record the injuries, setting and factors of a case under review, as codes.

    Raises:
        NotAllowed: a code that is not in the list, or the review has ended.
    """
    chosen = sorted(set(features))
    if any(code_list("case_features").get(code) is None for code in chosen):
        raise NotAllowed("Select what is in the list")
    with change("record_review_features", by=by, case=review.case) as written:
        found = open_review(review)
        found.features = chosen
        written.save(found, subject=True)
    return found


def propose_composite(
    *,
    reviews: Iterable[CaseUnderReview],
    title: str,
    grounds: str,
    by,
    begun_on: datetime.date | None = None,
    sure: bool = False,
) -> CompositeReview:
    """Propose that reviews are told as one; each stays what it is, with its own access list.

    Raises:
        NotAllowed: fewer than two cases, one that has ended or is of another composite, no title
            or grounds, a day to come, or words that tell who somebody of any of them is.
    """
    members = {one.pk: one for one in reviews}
    if len({one.case_id for one in members.values()}) < FEWEST:
        raise NotAllowed("Select at least two cases")
    if not title.strip() or not grounds.strip():
        raise NotAllowed("Enter a title, and why the cases are looked at together")
    refuse_names(f"{title}\n\n{grounds}", [one.case for one in members.values()], sure=sure)
    on = begun_on or timezone.localdate()
    if on > timezone.localdate():
        raise NotAllowed("Enter a day that is not in the future")
    with change("propose_composite", by=by) as written:
        rows = [open_review(one) for one in members.values()]
        if any(one.composite_id for one in rows):
            raise NotAllowed("Leave out the review that belongs to a composite already")
        described = described_by_codes(rows)
        composite = CompositeReview(
            reference=new_reference(Kind.COMPOSITE, on.year),
            title=title.strip(),
            begun_on=on,
            proposed_by=by,
            grounds=grounds.strip(),
            alike={
                feature: list(codes)
                for feature, codes in shared_by_all(list(described.values())).items()
            },
        )
        written.save(composite, subject=True)
        for one in rows:
            _join(one, composite, "propose_composite", by)
        written.detail["members"] = len(rows)
    return composite


def _join(review: CaseUnderReview, composite: CompositeReview | None, action: str, by) -> None:
    """Write each member's part under its own case: its history tells of no other case."""
    with change(action, by=by, case=review.case) as written:
        review.composite = composite
        written.save(review, subject=True)


def members_of(composite: CompositeReview) -> list[CaseUnderReview]:
    """Return every member, whoever asks: for what is checked against all of them."""
    return list(composite.members.select_related("case", "decision").order_by("reference"))


def record_composite_answer(
    *,
    composite: CompositeReview,
    by,
    advised: str,
    advised_on: datetime.date,
    advice: str,
    asked_on: datetime.date | None = None,
    sure: bool = False,
) -> CompositeReview:
    """Record what the national panel said of one review of the cases, once for each case.

    Raises:
        NotAllowed: it is under way or dropped, a case is not decided, words that name somebody,
            or what `record_national_advice` refuses.
    """
    members = members_of(composite)
    refuse_names(advice, [one.case for one in members], sure=sure)
    with change("record_composite_answer", by=by) as written:
        found = _in(composite, State.PROPOSED)
        for one in members:
            record_national_advice(
                case=one.case,
                by=by,
                advised=advised,
                advised_on=advised_on,
                advice=advice,
                about=NationalPanelAdvice.About.COMPOSITE,
                asked_on=asked_on,
            )
        if advised == NationalPanelAdvice.Advised.AGREES:
            found.state, found.agreed_on = State.AGREED, advised_on
            written.save(found, subject=True)
        written.subject = found
        written.detail["advised"] = advised
    return found


def _in(composite: CompositeReview, *states: str) -> CompositeReview:
    found = CompositeReview.objects.select_for_update().get(pk=composite.pk)
    if found.state not in states:
        raise NotAllowed(f"This composite review is: {found.get_state_display().lower()}")
    return found


def open_composite(*, composite: CompositeReview, by) -> CompositeReview:
    """Open a composite on which the national panel agreed.

    Raises:
        NotAllowed: it did not agree yet, or the composite is open or over.
    """
    with change("open_composite", by=by) as written:
        found = _in(composite, State.AGREED)
        found.state = State.OPEN
        written.save(found, subject=True)
    return found


def drop_composite(*, composite: CompositeReview, reason: str, by) -> CompositeReview:
    """Take a composite no further: its members go on by themselves.

    Raises:
        NotAllowed: no reason, or it is under way with findings, or over.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the cases are not told as one")
    members = members_of(composite)
    with change("drop_composite", by=by, reason=reason) as written:
        found = _in(composite, State.PROPOSED, State.AGREED, State.OPEN)
        if found.findings.exclude(state="set_aside").exists():
            raise NotAllowed("Set its findings aside first: they belong to the cases together")
        found.state = State.DROPPED
        written.save(found, subject=True)
        for one in members:
            _join(one, None, "drop_composite", by)
    return found


def appoint_composite_reviewer(
    *,
    composite: CompositeReview,
    user: User,
    until: datetime.date,
    declared: Iterable[str],
    checked: str,
    by,
) -> list[CaseUnderReview]:
    """Appoint one lead reviewer to every open member: by each case's own admission, or by none.

    Raises:
        NotAllowed: no member is open, or what `appoint_reviewer` refuses for any of them.
    """
    declared = list(declared)
    members = [one for one in members_of(composite) if one.state in OPEN]
    if not members:
        raise NotAllowed("No review of this composite is open")
    with change("appoint_composite_reviewer", by=by) as written:
        written.subject = _in(composite, State.OPEN, State.AGREED, State.PROPOSED)
        written.detail["members"] = len(members)
        return [
            appoint_reviewer(
                review=one, user=user, until=until, declared=declared, checked=checked, by=by
            )
            for one in members
        ]
