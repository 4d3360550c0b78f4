"""Findings of reviews, tested for names before they are agreed; recommendations and actions."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from casereview.actions import NotAllowed, action_plan, leaks
from casereview.actions.cases import new_reference
from casereview.actions.seen import as_seen
from casereview.models import Action, Board, Case, LeakHit, LearningPoint, Recommendation
from casereview.pseudonyms import word_index
from casereview.records import change
from casereview.rules.references import Kind
from scr.anonymity import apart, hits_in, refuse_names, themes
from scr.apart import keep_apart
from scr.models import (
    CaseUnderReview,
    CompositeReview,
    Finding,
    FindingOf,
    FindingRecommendation,
)
from scr.review_codes import code_list

State, Leak, Review = Finding.State, LeakHit.Answer, CaseUnderReview.State
# A review that ended without a report is found nothing more in.
NO_LONGER = (Review.STOPPED,)
# More recommendations than this are rarely acted on: one more asks why.
FEW = 8


def reviews_of(finding: Finding) -> list[CaseUnderReview]:
    """Return the reviews a finding rests on."""
    rows = FindingOf.objects.filter(finding=finding).select_related("review", "review__case")
    return [row.review for row in rows.order_by("review__reference")]


def cases_of(finding: Finding) -> list[Case]:
    """Return every case against which a finding is tested: those of its composite all together.

    A finding that rests on one member alone is tested against the others too: it is shown to those
    who may open that one.
    """
    rests_on = reviews_of(finding)
    cases = {one.case_id: one.case for one in rests_on}
    together = {finding.composite_id, *(one.composite_id for one in rests_on)} - {None}
    if together:
        members = CaseUnderReview.objects.filter(composite__in=together)
        cases |= {one.case_id: one.case for one in members.select_related("case")}
    return sorted(cases.values(), key=lambda case: case.reference)


def record_finding(
    *,
    reviews: Iterable[CaseUnderReview],
    statement: str,
    by,
    why_it_matters: str = "",
    theme: str = "",
    found_on: datetime.date | None = None,
    composite: CompositeReview | None = None,
    in_cases: Mapping[uuid.UUID, str] | None = None,
) -> Finding:
    """Record a finding that rests on one review, or on several of one composite.

    `in_cases` says by review how it showed there, sealed with that case alone.

    Raises:
        NotAllowed: nothing found, no review, one that was stopped, several that are of no one
            composite, an unknown theme, a day to come, or words of one family that would be shown
            with another.
    """
    today = timezone.localdate()
    on = found_on or today
    rows = {one.pk: one for one in reviews}
    if not statement.strip():
        raise NotAllowed("Enter what was found")
    if not rows:
        raise NotAllowed("Select the cases on which the finding rests")
    if on > today:
        raise NotAllowed("Enter a day that is not in the future")
    _check_theme(theme, on)
    if any(one.state in NO_LONGER for one in rows.values()):
        raise NotAllowed("A review that was stopped has no findings")
    if composite is None and len(rows) > 1:
        raise NotAllowed("Open a composite review first: a finding of several cases is its own")
    if composite and any(one.composite_id != composite.pk for one in rows.values()):
        raise NotAllowed("Select cases of this composite review")
    if composite and composite.state != CompositeReview.State.OPEN:
        raise NotAllowed("Open the composite review first")
    _name_no_family(composite, f"{statement}\n\n{why_it_matters}")
    for one in rows.values():
        keep_apart(one.case, statement, why_it_matters, (in_cases or {}).get(one.pk))
    with change("record_finding", by=by) as written:
        finding = Finding(
            reference=new_reference(Kind.FINDING, on.year),
            board=_board(next(iter(rows.values()))),
            composite=composite,
            statement=statement.strip(),
            theme=theme,
            found_on=on,
            recorded_by=by,
        )
        finding.why_it_matters = why_it_matters.strip() or None
        written.save(finding, subject=True)
        written.detail["cases"] = len(rows)
        # Under each case's own entry: none tells of another.
        for one in rows.values():
            _rests_on(finding, one, (in_cases or {}).get(one.pk, ""), by)
    return finding


def _rests_on(finding: Finding, review: CaseUnderReview, text: str, by) -> None:
    with change("record_finding", by=by, case=review.case) as written:
        row = FindingOf(finding=finding, case=review.case, review=review)
        row.in_this_case = text.strip() or None
        written.save(row)


def describe_in_case(*, row: FindingOf, text: str, by, version: int | None = None) -> FindingOf:
    """Say how a finding showed in one case; it is sealed with that case alone.

    Raises:
        NotAllowed: it tells who somebody of another case of the composite is.
        Conflict: somebody else changed it since the page was shown.
    """
    keep_apart(row.case, text)
    with change("record_finding", by=by, case=row.case) as written:
        found = FindingOf.objects.select_for_update().get(pk=row.pk)
        as_seen(found, version)
        found.in_this_case = text.strip() or None
        written.save(found, subject=True)
    return found


def _board(review: CaseUnderReview) -> Board | None:
    referral = review.case.referrals.select_related("board").order_by("-referred_on").first()
    return referral.board if referral else review.case.reviewing_board


def _check_theme(theme: str, on: datetime.date) -> None:
    if theme and theme not in dict(themes(on)):
        raise NotAllowed("Select a theme that is in force")


def change_finding(
    *,
    finding: Finding,
    statement: str,
    by,
    why_it_matters: str = "",
    theme: str = "",
    version: int | None = None,
) -> Finding:
    """Change the words of a finding that is not agreed yet.

    Raises:
        NotAllowed: nothing found, an unknown theme, a name of any case of its composite, or it is
            agreed or set aside.
        Conflict: somebody else changed it since the page was shown.
    """
    if not statement.strip():
        raise NotAllowed("Enter what was found")
    _check_theme(theme, finding.found_on)
    _name_no_family(finding.composite, f"{statement}\n\n{why_it_matters}")
    for one in reviews_of(finding):
        keep_apart(one.case, statement, why_it_matters)
    with change("record_finding", by=by) as written:
        found = _draft(finding, version)
        found.statement, found.theme = statement.strip(), theme
        found.why_it_matters = why_it_matters.strip() or None
        found.recorded_by = by
        written.save(found, subject=True)
    return found


def _name_no_family(composite: CompositeReview | None, text: str) -> None:
    """Refuse names in a finding of a composite at once: each member's pages show its words."""
    if composite is not None:
        members = composite.members.select_related("case")
        refuse_names(text, [one.case for one in members], sure=True)


def _draft(finding: Finding, version: int | None = None) -> Finding:
    found = Finding.objects.select_for_update().get(pk=finding.pk)
    as_seen(found, version)
    if found.state != State.DRAFT:
        raise NotAllowed(f"This finding is {found.get_state_display().lower()}: it stays as it is")
    return found


def text_of(finding: Finding) -> str:
    """Return what of a finding leaves the record."""
    return f"{finding.statement or ''}\n\n{finding.why_it_matters or ''}"


def test_finding(*, finding: Finding, by) -> int:
    """Run the leak test on a finding against every case; return how many places wait.

    Raises:
        NotAllowed: it is agreed or set aside.
    """
    with change("test_finding", by=by) as written:
        found = _draft(finding)
        written.subject = found
        waiting = 0
        # What is kept with one case shows no word that tells of another.
        for case, hits in apart(hits_in(text_of(found), cases_of(found))).items():
            waiting += len(
                leaks.record_leak_hits(case=case, hits=hits, by=by, document_key=found.pk)
            )
        written.detail["waiting"] = waiting
    return waiting


# It is an act of the product, not a test of pytest.
test_finding.__test__ = False  # type: ignore[attr-defined]


def answer_finding_leak(*, hit: LeakHit, answer: str, by, reason: str = "") -> int:
    """Say of a word of a finding that it means nobody, or that it is to be replaced.

    Raises:
        NotAllowed: one's own words, or what `leaks.answer_leak_hit` refuses.
    """
    finding = Finding.objects.get(pk=hit.document_key)  # type: ignore[misc]
    if answer == Leak.NOT_THIS_PERSON and by is not None and by.pk == finding.recorded_by_id:
        raise NotAllowed("Ask somebody else: nobody lets a word of their own stand")
    return leaks.answer_leak_hit(hit=hit, answer=answer, by=by, reason=reason)


def open_leaks(finding: Finding) -> int:
    """Return how many places of a finding tell who somebody is now, unless somebody let them."""
    rows = LeakHit.objects.filter(
        document_key=finding.pk, answer=Leak.NOT_THIS_PERSON, hard=False
    ).values_list("case", "word_index")
    standing = {(case, bytes(index)) for case, index in rows}
    return sum(
        1
        for case, hits in hits_in(text_of(finding), cases_of(finding)).items()
        for hit in hits
        if hit.hard or (case.pk, word_index("leak", case, hit.found)) not in standing
    )


def agree_finding(*, finding: Finding, by, version: int | None = None) -> Finding:
    """Agree a finding: its words name nobody of any of its cases, and stay as they are.

    Raises:
        NotAllowed: one's own words, a place the leak test finds, no theme, or not a draft.
        Conflict: somebody else changed it since the page was shown.
    """
    with change("agree_finding", by=by) as written:
        found = _draft(finding, version)
        if by is not None and by.pk == found.recorded_by_id:
            raise NotAllowed("Ask a second person: nobody agrees their own words")
        if not found.theme:
            raise NotAllowed("Select its theme first")
        if places := open_leaks(found):
            words = "1 place" if places == 1 else f"{places} places"
            raise NotAllowed(f"Run the leak test and answer it first: {words} may name somebody")
        found.state = State.AGREED
        written.save(found, subject=True)
        written.save(_proposed_learning(found, by))
    return found


def _proposed_learning(finding: Finding, by) -> LearningPoint:
    """Return what a finding proposes to the learning database, with the theme it was given.

    It leads back to the case where it rests on one alone.
    """
    cases = cases_of(finding)
    return LearningPoint(
        reference=new_reference(Kind.LEARNING_POINT, finding.found_on.year),
        case=cases[0] if len(cases) == 1 else None,
        board=finding.board,
        source=LearningPoint.Source.SERIOUS_CASE_REVIEW,
        learned_on=finding.found_on,
        statement=finding.statement,
        why_it_matters=finding.why_it_matters,
        theme=finding.theme,
        recorded_by=by,
        recorded_at=timezone.now(),
    )


def set_finding_aside(*, finding: Finding, reason: str, by, version: int | None = None) -> Finding:
    """Set a finding aside, with the reason.

    Raises:
        NotAllowed: no reason, or recommendations follow from it.
        Conflict: somebody else changed it since the page was shown.
    """
    if not reason.strip():
        raise NotAllowed("Enter why the finding is set aside")
    with change("set_finding_aside", by=by, reason=reason) as written:
        found = Finding.objects.select_for_update().get(pk=finding.pk)
        as_seen(found, version)
        if found.recommendations.exists():
            raise NotAllowed("Recommendations follow from this finding: it stays")
        found.state = State.SET_ASIDE
        written.save(found, subject=True)
    return found


def beside(finding: Finding) -> int:
    """Return how many recommendations there are from the same review or composite."""
    if finding.composite_id:
        same: Any = {"finding__composite": finding.composite_id}
    else:
        same = {"finding__rests_on__review__in": [one.pk for one in reviews_of(finding)]}
    rows = FindingRecommendation.objects.filter(**same).order_by()
    return rows.values("recommendation").distinct().count()


def recommend_from_finding(
    *,
    finding: Finding,
    text: str,
    test: str,
    kind: str,
    by,
    level: str = Recommendation.Level.LOCAL,
    reason: str = "",
    made_on: datetime.date | None = None,
    sure: bool = False,
) -> Recommendation:
    """Recommend something from an agreed finding, with the test that would show that it worked.

    Raises:
        NotAllowed: not agreed, nothing recommended, no test or kind, words that tell who somebody
            is, or a ninth without a reason.
    """
    if not text.strip():
        raise NotAllowed("Enter what is recommended")
    if not test.strip():
        raise NotAllowed("Enter what would be seen if it worked")
    if code_list("recommendation_kinds").get(kind) is None:
        raise NotAllowed("Select what kind of change it asks for")
    if level not in Recommendation.Level.values:
        raise NotAllowed("Select for whom it is")
    refuse_names(f"{text}\n\n{test}", cases_of(finding), sure=sure)
    with change("recommend_from_finding", by=by, reason=reason) as written:
        found = Finding.objects.select_for_update().get(pk=finding.pk)
        if found.state != State.AGREED:
            raise NotAllowed("Agree the finding first: a recommendation follows from one")
        if beside(found) >= FEW and not reason.strip():
            raise NotAllowed(
                f"Enter why one more is needed: there are {beside(found)} recommendations, and few "
                "are done where there are many"
            )
        recommendation = Recommendation(
            key_kind="finding",
            key_id=found.pk,
            text=text.strip(),
            test=test.strip(),
            kind=kind,
            level=level,
            made_on=made_on or timezone.localdate(),
            made_by=by,
        )
        written.save(recommendation, subject=True)
        written.save(FindingRecommendation(finding=found, recommendation=recommendation))
    return recommendation


def add_action(
    *,
    recommendation: Recommendation,
    text: str,
    strength: str,
    due_on: datetime.date,
    by,
    owner=None,
    agency=None,
    agreed_on: datetime.date | None = None,
    sure: bool = False,
) -> Action:
    """Add an action to a recommendation of a finding.

    Raises:
        NotAllowed: words that tell who somebody is, or what the plan refuses.
    """
    found = Finding.objects.get(recommendations__recommendation=recommendation)
    refuse_names(text, cases_of(found), sure=sure)
    with change("add_action", by=by) as written:
        return action_plan.add_action(
            written,
            recommendation=recommendation,
            text=text,
            strength=strength,
            agreed_on=agreed_on or timezone.localdate(),
            due_on=due_on,
            owner=owner,
            agency=agency,
        )
