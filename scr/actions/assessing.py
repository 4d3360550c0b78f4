"""Applying the criteria of an edition to one referral, answer by answer, until it is locked."""

import datetime
from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.models import Agency
from casereview.records import Change, Conflict, change
from scr.clocks import rule_of, stop_clocks
from scr.criteria_files import framework_named
from scr.models import CriteriaAssessment, CriterionAnswer, Referral
from scr.rules.answers import NOT_KNOWN
from scr.rules.criteria import Assessment, assess
from scr.rules.frameworks import Framework
from scr.rules.stages import Act
from scr.standing import check

# What the duty to notify asks for: where there is none, these clocks stop.
NOTIFYING = ("authority_aware", "partners_aware")


def begin_assessment(
    *, referral: Referral, by, framework: Framework | None = None
) -> CriteriaAssessment:
    """Begin to assess a referral by its edition or another; earlier answers are carried over.

    Raises:
        NotAllowed: the referral is passed on or closed, an assessment of it is open, or a
            recommendation on it waits for the decision.
    """
    edition = framework or framework_named(referral.framework)
    if referral.state != Referral.State.RECEIVED:
        raise NotAllowed("Leave the criteria to the board that leads: the referral was passed on")
    with change("begin_assessment", by=by, case=referral.case) as written:
        rows = list(referral.assessments.select_for_update().order_by("assessed_on", "id"))
        if any(row.locked_at is None for row in rows):
            raise NotAllowed("Lock the assessment that is open before you begin another")
        check(referral.case, Act.ASSESS)
        earlier = max(rows, key=lambda row: str(row.locked_at)) if rows else None
        assessment = CriteriaAssessment(
            case=referral.case,
            referral=referral,
            framework=edition.id,
            framework_version=edition.version,
            assessed_on=timezone.localdate(),
            assessed_by=by,
        )
        written.save(assessment, subject=True)
        written.detail["framework"] = edition.id
        if earlier is not None:
            _carry_over(written, earlier, assessment, edition)
    return assessment


def _carry_over(
    written: Change, earlier: CriteriaAssessment, later: CriteriaAssessment, edition: Framework
) -> None:
    offered = {question.id: {*question.answers, NOT_KNOWN} for question in edition.questions}
    for given in current_answers(earlier).values():
        if given.value in offered.get(given.question, set()):
            written.save(
                CriterionAnswer(
                    case=later.case,
                    assessment=later,
                    question=given.question,
                    value=given.value,
                    evidence=given.evidence,
                    source=given.source,
                    agency=given.agency,
                    as_at=given.as_at,
                    who_will_answer=given.who_will_answer,
                    answer_by=given.answer_by,
                    entered_by=written.by,
                    entered_at=timezone.now(),
                )
            )


def current_answers(assessment: CriteriaAssessment) -> dict[str, CriterionAnswer]:
    """Return the answer that stands for each question that was answered."""
    return {question: rows[0] for question, rows in answers_by_question(assessment).items() if rows}


def answers_by_question(assessment: CriteriaAssessment) -> dict[str, list[CriterionAnswer]]:
    """Return all answers given to each question, the one that stands first."""
    rows = list(assessment.given.select_related("agency", "entered_by"))
    superseded = {row.supersedes_id for row in rows if row.supersedes_id}
    found: dict[str, list[CriterionAnswer]] = {}
    for row in sorted(rows, key=lambda row: (row.pk in superseded, -row.entered_at.timestamp())):
        found.setdefault(row.question, []).append(row)
    return found


def result_of(
    assessment: CriteriaAssessment, standing: dict[str, CriterionAnswer] | None = None
) -> Assessment:
    """Return what the tool says of the answers that stand, by the edition as it is held now."""
    standing = current_answers(assessment) if standing is None else standing
    values = {question: given.value for question, given in standing.items()}
    return assess(framework_named(assessment.framework), values)


def answer_criterion(
    *,
    assessment: CriteriaAssessment,
    question: str,
    value: str,
    by,
    evidence: str = "",
    source: str = "",
    agency: Agency | None = None,
    as_at: datetime.date | None = None,
    who_will_answer: str = "",
    answer_by: datetime.date | None = None,
    seen: str | None = None,
) -> CriterionAnswer:
    """Answer one question; an earlier answer is superseded and stays as it was.

    `seen` is the key of the answer that stood when the page was shown, empty where none did; None
    answers whatever stood.

    Raises:
        NotAllowed: locked; an answer the question does not offer; a known answer without evidence,
            source, agency or day; a not known one without who will answer and by when.
        Conflict: somebody else answered meanwhile.
    """
    edition = framework_named(assessment.framework)
    asked = next((each for each in edition.questions if each.id == question), None)
    if asked is None or value not in (*asked.answers, NOT_KNOWN):
        raise NotAllowed("Select an answer that the question offers")
    if value == NOT_KNOWN:
        _check_not_known(who_will_answer, answer_by)
    else:
        _check_known(evidence, source, agency, as_at)
        who_will_answer, answer_by = "", None
    sealed: dict[str, Any] = {
        "evidence": evidence,
        "source": source,
        "who_will_answer": who_will_answer,
    }
    try:
        with change("answer_criterion", by=by, case=assessment.case) as written:
            if _open(assessment).locked_at is not None:
                raise NotAllowed("Begin another assessment: this one is locked")
            before = current_answers(assessment).get(question)
            if seen is not None and seen != (str(before.pk) if before else ""):
                raise Conflict(f"CriteriaAssessment {assessment.pk}")
            row = CriterionAnswer(
                case=assessment.case,
                assessment=assessment,
                question=question,
                value=value,
                agency=agency,
                as_at=as_at,
                answer_by=answer_by,
                entered_by=by,
                entered_at=timezone.now(),
                supersedes=before,
                **{name: words for name, words in sealed.items() if words},
            )
            written.save(row, subject=True)
            written.detail["question"] = question
            return row
    except IntegrityError:
        # Two answers at the same moment supersede the same one: the second has not seen the first.
        raise Conflict(f"CriteriaAssessment {assessment.pk}") from None


def _open(assessment: CriteriaAssessment) -> CriteriaAssessment:
    return CriteriaAssessment.objects.select_for_update().get(pk=assessment.pk)


def _check_known(
    evidence: str, source: str, agency: Agency | None, as_at: datetime.date | None
) -> None:
    if not evidence.strip():
        raise NotAllowed("Enter the evidence for the answer")
    if not source.strip():
        raise NotAllowed("Enter where the evidence comes from")
    if agency is None:
        raise NotAllowed("Select the agency it comes from")
    if as_at is None or as_at > timezone.localdate():
        raise NotAllowed("Enter the day the evidence is of, today or earlier")


def _check_not_known(who_will_answer: str, answer_by: datetime.date | None) -> None:
    if not who_will_answer.strip():
        raise NotAllowed("Enter who will answer")
    if answer_by is None:
        raise NotAllowed("Enter by when they will answer")


def lock_assessment(*, assessment: CriteriaAssessment, by) -> CriteriaAssessment:
    """Lock an assessment with what the tool said, the answers it read and the tool's version.

    Where the answers show that there is no duty to notify, its clocks stop.

    Raises:
        NotAllowed: locked already, or nothing is answered.
    """
    with transaction.atomic(), change("lock_assessment", by=by, case=assessment.case) as written:
        fresh = _open(assessment)
        if fresh.locked_at is not None:
            raise NotAllowed("This assessment is locked already")
        standing = current_answers(fresh)
        if not standing:
            raise NotAllowed("Answer at least one question before you lock the assessment")
        result = result_of(fresh, standing)
        fresh.answers = {name: _as_kept(given) for name, given in standing.items()}
        fresh.result = kept_result(result)
        fresh.outcome, fresh.notify = result.outcome, result.notify
        fresh.framework_version = result.version
        fresh.locked_by, fresh.locked_at = by, timezone.now()
        written.save(fresh, subject=True)
        written.detail["outcome"] = fresh.outcome
        if result.notify is False:
            _stop_notifying(written, fresh)
    return fresh


def _stop_notifying(written: Change, assessment: CriteriaAssessment) -> None:
    editions = {assessment.framework, assessment.referral.notifying_framework} - {""}
    rules = [
        rule_of(edition, limit.id)
        for edition in (framework_named(name) for name in editions)
        for limit in edition.clocks
        if limit.starts_from in NOTIFYING
    ]
    stop_clocks(written, assessment.case, rules, timezone.localdate())


def _as_kept(given: CriterionAnswer) -> dict[str, Any]:
    return {"value": given.value, "answer": str(given.pk)}


def kept_result(result: Assessment) -> dict[str, Any]:
    """Return what the tool said as it is kept with a locked assessment."""
    kept = asdict(result)
    kept["criteria"] = dict(result.criteria)
    kept["local_review"] = str(result.local_review)
    return kept
