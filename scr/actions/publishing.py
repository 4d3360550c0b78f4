"""Whether a review is published, when, for how long, and what comes before."""

import datetime

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.family import told_of_publication
from casereview.actions.processes import follow_scr
from casereview.models import Case, Clock
from casereview.records import Change, change
from scr.actions.commissioning import State, move
from scr.actions.papers import latest_reports
from scr.clocks import explained, meet_clock, rule_of, stop_clocks
from scr.leaks import open_leaks
from scr.models import CaseUnderReview, FamilyInvolvement, NationalPanelAdvice, Publication
from scr.review_codes import review_type
from scr.reviewing import copy_limit, edition_of, held, own_rule
from scr.rules.clocks import due
from scr.rules.publishing import Publishing, before_publication

Choice = Publication.Choice
KEEP = "keep_on_website"


def standing_choice(review: CaseUnderReview) -> Publication | None:
    """Return the last decision whether a review is published; None is not decided."""
    return (
        Publication.objects.filter(review=review)
        .select_related("decided_by", "advice")
        .order_by("decided_at")
        .last()
    )


def record_publication_advice(
    *,
    review: CaseUnderReview,
    advised: str,
    advised_on: datetime.date,
    advice: str,
    by,
    asked_on: datetime.date | None = None,
) -> NationalPanelAdvice:
    """Record what the national panel advised on publishing a review.

    Raises:
        NotAllowed: no such answer, or days to come or out of order.
    """
    if advised not in NationalPanelAdvice.Advised.values:
        raise NotAllowed("Select what the national panel advised")
    days = [*([asked_on] if asked_on else []), advised_on]
    if days != sorted(days) or advised_on > timezone.localdate():
        raise NotAllowed("Enter days in their order, none in the future")
    with change("record_publication_advice", by=by, case=review.case) as written:
        row = NationalPanelAdvice(
            case=review.case,
            decision=review.decision,
            about=NationalPanelAdvice.About.PUBLICATION,
            advised=advised,
            asked_on=asked_on,
            advised_on=advised_on,
            recorded_by=by,
        )
        row.advice = advice or None  # type: ignore[assignment]
        written.save(row)
    return row


def decide_publication(
    *,
    review: CaseUnderReview,
    choice: str,
    reason: str,
    by,
    advice: NationalPanelAdvice | None = None,
) -> Publication:
    """Decide whether and how a review is published; a later decision is another row.

    Raises:
        NotAllowed: no choice or reason, not signed off, published already, a kind of review that
            is not published, or advice about something else.
    """
    if choice not in Choice.values:
        raise NotAllowed("Select whether and how the review is published")
    if not reason.strip():
        raise NotAllowed("Enter the reason")
    if advice is not None and (
        advice.case_id != review.case_id or advice.about != NationalPanelAdvice.About.PUBLICATION
    ):
        raise NotAllowed("Choose advice on publishing this review")
    today = timezone.localdate()
    with change("decide_publication", by=by, case=review.case) as written:
        found = _locked(review)
        if found.state not in (State.SIGNED_OFF, State.NOT_PUBLISHED):
            raise NotAllowed("Have the review signed off first; what is published stays published")
        row = Publication(
            case=found.case,
            review=found,
            choice=choice,
            decided_by=by,
            decided_on=today,
            decided_at=timezone.now(),
            advice=advice,
        )
        row.reason = reason
        written.save(row, subject=True)
        written.detail["choice"] = str(choice)
        if choice == Choice.NOT_PUBLISHED:
            move(found, State.NOT_PUBLISHED)
            found.ended_on = found.ended_on or today
            written.save(found)
            _stop(written, found, today)
        elif found.state == State.NOT_PUBLISHED:
            found.state, found.ended_on = State.SIGNED_OFF, None
            written.save(found)
    return row


def _locked(review: CaseUnderReview) -> CaseUnderReview:
    found = CaseUnderReview.objects.select_for_update().get(pk=review.pk)
    found.case = Case.objects.get(pk=review.case_id)
    return found


def _stop(written: Change, review: CaseUnderReview, on: datetime.date) -> None:
    rules = [rule for rule in (own_rule(review), _copy_rule(review)) if rule]
    stop_clocks(written, review.case, rules, on)


def _copy_rule(review: CaseUnderReview) -> str:
    limit, edition = copy_limit(review), edition_of(review)
    return rule_of(edition, limit.id) if limit and edition else ""


def plan_publication(
    *, publication: Publication, planned_on: datetime.date, by, copy_sent_on=None
) -> Publication:
    """Plan the day of publication and record when the national panel was sent its copy.

    The clock of the copy is counted back from the day that is planned.

    Raises:
        NotAllowed: published, decided not to be, or a copy sent on a day to come.
    """
    if copy_sent_on and copy_sent_on > timezone.localdate():
        raise NotAllowed("Enter a day for the copy that is not in the future")
    with change("plan_publication", by=by, case=publication.case) as written:
        row = _changeable(publication)
        row.planned_on, row.copy_sent_on = planned_on, copy_sent_on
        written.save(row, subject=True)
        _count_back(written, row)
    return row


def _changeable(publication: Publication) -> Publication:
    row = (
        Publication.objects.select_for_update(of=("self",))
        .select_related("review", "case", "review__decision")
        .get(pk=publication.pk)
    )
    row.review.case = row.case
    if row.published_on is not None:
        raise NotAllowed("This review is published already")
    latest = standing_choice(row.review)
    if row.choice == Choice.NOT_PUBLISHED or latest is None or latest.pk != row.pk:
        raise NotAllowed("Decide first to publish: it was decided otherwise")
    return row


def _count_back(written: Change, row: Publication) -> None:
    limit, edition = copy_limit(row.review), edition_of(row.review)
    if limit is None or edition is None or row.planned_on is None:
        return
    rule = rule_of(edition, limit.id)
    clock = row.case.clocks.filter(rule=rule).first() or Clock(case=row.case, rule=rule)
    found = due(edition, limit.id, row.planned_on)
    clock.rule_version = edition.version
    clock.started_at = timezone.make_aware(
        datetime.datetime.combine(row.planned_on, datetime.time.min)
    )
    clock.due_on, clock.worked_out = found.on, explained(found)
    clock.met_on, clock.stopped_on = row.copy_sent_on, None
    written.save(clock)


def family_told_on(review: CaseUnderReview) -> datetime.date | None:
    """Return the first day on which somebody of the family was told of the publication."""
    days = [
        day
        for day in FamilyInvolvement.objects.filter(review=review).values_list(
            "told_of_publication_on", flat=True
        )
        if day
    ]
    known = told_of_publication(review.case)
    return min([*days, *([known] if known else [])], default=None)


def facts_of(publication: Publication, why_nobody_told: str = "") -> Publishing:
    """Return what is known before a publication; the leak test is run on the texts anew."""
    review = publication.review
    return Publishing(
        signed_off_on=review.signed_off_on,
        held=held(review.case).publication,
        choice=publication.choice,
        copy_due=copy_limit(review) is not None,
        copy_sent_on=publication.copy_sent_on,
        family_told_on=family_told_on(review),
        why_nobody_told=why_nobody_told,
        leak_test_stands=not any(open_leaks(paper) for paper in latest_reports(review)),
    )


def record_publication(
    *,
    publication: Publication,
    published_on: datetime.date,
    address: str,
    by,
    why_nobody_told: str = "",
) -> Publication:
    """Record that a review was published, where, and until when it stays up.

    Raises:
        NotAllowed: no address, a day to come, or something that comes before is missing: another
            process holds publication, the copy, the family, the sign-off or the leak test.
    """
    if not address.strip():
        raise NotAllowed("Enter where it is published")
    if published_on > timezone.localdate():
        raise NotAllowed("Enter a day of publication that is not in the future")
    with change(
        "record_publication", by=by, case=publication.case, reason=why_nobody_told
    ) as written:
        row = _changeable(publication)
        if todo := before_publication(facts_of(row, why_nobody_told), published_on):
            raise NotAllowed("; ".join(todo))
        review = _locked(row.review)
        row.published_on, row.address = published_on, address.strip()
        row.stays_until = _stays_until(review, published_on)
        written.save(row, subject=True)
        written.subject = row
        move(review, State.PUBLISHED)
        review.published_on = review.ended_on = published_on
        written.save(review)
        if rule := own_rule(review):
            meet_clock(written, review.case, rule, published_on)
        _follow(written, review)
    return row


def _stays_until(review: CaseUnderReview, on: datetime.date) -> datetime.date | None:
    edition = edition_of(review)
    if edition is None or not any(one.id == KEEP for one in edition.clocks):
        return None
    return due(edition, KEEP, on).on


def _follow(written: Change, review: CaseUnderReview) -> None:
    """Let the header of the case and the return follow, for a review that they count."""
    case = review.case
    if not review_type(review.kind).extra["counts"]:
        return
    if case.scr_state not in (Case.ScrState.REVIEW, Case.ScrState.PUBLISHED):
        return
    referred = case.scr_referred_on or review.begun_on
    decided = case.scr_decided_on or review.begun_on
    follow_scr(written, case, Case.ScrState.PUBLISHED, referred, decided, review.published_on)


def record_taken_down(
    *, publication: Publication, taken_down_on: datetime.date, reason: str, by
) -> Publication:
    """Record that a published report was taken down; before its time a reason is asked for.

    Raises:
        NotAllowed: not published, taken down already, a day to come or before the publication, or
            no reason before its time.
    """
    row = publication
    if row.published_on is None or row.taken_down_on is not None:
        raise NotAllowed("Choose a report that is published and stands")
    if not row.published_on <= taken_down_on <= timezone.localdate():
        raise NotAllowed("Enter a day from the publication to today")
    if row.stays_until and taken_down_on < row.stays_until and not reason.strip():
        raise NotAllowed("Enter why it is taken down before its time")
    with change("record_taken_down", by=by, case=row.case, reason=reason) as written:
        row.taken_down_on = taken_down_on
        written.save(row)
    return row
