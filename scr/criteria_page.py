"""What the page of the decision tool shows: what still matters, what was answered, what it says."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from casereview.models import Case
from casereview.rules.due import Urgency, clock_words, urgency
from casereview.rules.working_days import in_words, london_date
from scr.actions.assessing import answers_by_question, result_of
from scr.clocks import limit_of
from scr.criteria_files import framework_named
from scr.models import CriteriaAssessment, CriterionAnswer
from scr.record_says import Says, record_says
from scr.rules.answers import NOT_KNOWN, Truth
from scr.rules.criteria import MORE_INFORMATION, Assessment
from scr.rules.criteria import label as outcome_label
from scr.rules.frameworks import Framework, Question
from scr.rules.reasons import in_words as answer_in_words

TRUTHS = {True: ("Met", "green"), False: ("Not met", "grey"), None: ("Not known", "yellow")}


@dataclass(frozen=True)
class Asked:
    """One question with the answer that stands and those before it."""

    question: Question
    standing: CriterionAnswer | None = None
    before: list[CriterionAnswer] = field(default_factory=list)
    overdue: bool = False
    says: Says | None = None
    # While the result is open: the answers that would each settle it, and how.
    settles: list[str] = field(default_factory=list)

    @property
    def answer(self) -> str:
        return sentence(self.standing.value) if self.standing else ""

    @property
    def differs(self) -> bool:
        """Whether the record says another thing than the answer that stands."""
        given = str(self.standing.value) if self.standing else ""
        return self.says is not None and self.says.differs(given)

    @property
    def not_known(self) -> bool:
        return self.standing is not None and self.standing.value == NOT_KNOWN

    @property
    def earlier(self) -> list[dict[str, str]]:
        return [
            {
                "answer": sentence(row.value),
                "evidence": row.evidence or "",
                "who": row.entered_by.name if row.entered_by else "The system",
                "when": in_words(london_date(row.entered_at)),
            }
            for row in self.before
        ]


def sentence(answer: str) -> str:
    """Return an answer's code in words that begin with a capital letter."""
    words = answer_in_words(answer)
    return words[:1].upper() + words[1:]


def page(assessment: CriteriaAssessment, today: date) -> dict[str, Any]:
    """Return the questions in their groups and the result as it stands now."""
    edition = framework_named(assessment.framework)
    given = answers_by_question(assessment)
    standing = {question: rows[0] for question, rows in given.items()}
    result = result_of(assessment, standing)
    says = record_says(assessment.case, assessment.referral)
    settles = _settles(edition, result)
    asked = {
        question.id: Asked(
            question,
            standing.get(question.id),
            given.get(question.id, [])[1:],
            _overdue(standing.get(question.id), today),
            says.get(question.id),
            settles.get(question.id, []),
        )
        for question in edition.questions
    }
    missing = set(result.missing)
    return {
        "assessment": assessment,
        "edition": edition,
        "to_answer": [
            one for name, one in asked.items() if name in missing and one.standing is None
        ],
        "waiting": [one for name, one in asked.items() if name in missing and one.not_known],
        "answered": [one for one in asked.values() if one.standing and not one.not_known],
        "no_longer": [
            one
            for name, one in asked.items()
            if name not in missing and (one.standing is None or one.not_known)
        ],
        "result": shown(edition, result),
        "deadline": deadline(assessment, today),
    }


def _settles(edition: Framework, result: Assessment) -> dict[str, list[str]]:
    """Return by question, while the result is open, which answers settle it and how.

    Answers that lead to the same outcome stand in one line.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for one in result.settled_by:
        found.setdefault(one.question, {}).setdefault(one.outcome, []).append(one.answer)
    return {
        question: [
            f"{sentence(' or '.join(answers))}: {_small(outcome_label(edition, outcome))}"
            for outcome, answers in by_outcome.items()
        ]
        for question, by_outcome in found.items()
    }


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _overdue(row: CriterionAnswer | None, today: date) -> bool:
    late = row.answer_by if row and row.value == NOT_KNOWN else None
    return late is not None and urgency(late, today) == Urgency.OVERDUE


def shown(edition: Framework, result: Assessment) -> dict[str, Any]:
    """Return what the tool says in words: no score, each criterion with its paragraph."""
    return _shown(
        edition,
        outcome=result.outcome,
        notify=result.notify,
        possible=list(result.possible),
        criteria=dict(result.criteria),
        reasons=list(result.reasons),
        missing=list(result.missing),
        reversed_by=[(one.question, one.answer, one.outcome) for one in result.reversed_by],
    )


def shown_as_locked(assessment: CriteriaAssessment) -> dict[str, Any]:
    """Return what the tool said when an assessment was locked, as it was kept."""
    kept = assessment.result
    return _shown(
        framework_named(assessment.framework),
        outcome=kept["outcome"],
        notify=kept["notify"],
        possible=kept["possible"],
        criteria=kept["criteria"],
        reasons=kept["reasons"],
        missing=kept["missing"],
        reversed_by=[
            (one["question"], one["answer"], one["outcome"]) for one in kept["reversed_by"]
        ],
    )


def _shown(
    edition: Framework,
    *,
    outcome: str,
    notify: bool | None,
    possible: list[str],
    criteria: dict[str, Truth],
    reasons: list[str],
    missing: list[str],
    reversed_by: list[tuple[str, str, str]],
) -> dict[str, Any]:
    texts = {question.id: question.text for question in edition.questions}
    return {
        "open": outcome == MORE_INFORMATION,
        "label": outcome_label(edition, outcome),
        "outcome": outcome,
        "notify": notify,
        "notifying_known": edition.notifying_known,
        "possible": [outcome_label(edition, one) for one in possible],
        "reasons": reasons,
        "criteria": [
            {
                "label": one.label,
                "paragraph": one.paragraph,
                "confirmed": one.confirmed,
                "note": one.note,
                "truth": TRUTHS[criteria.get(one.id)][0],
                "colour": TRUTHS[criteria.get(one.id)][1],
            }
            for one in edition.criteria
        ],
        "missing": [texts[name] for name in missing if name in texts],
        "reversed_by": [
            {
                "question": texts.get(question, question),
                "answer": sentence(answer),
                "outcome": outcome_label(edition, other),
            }
            for question, answer, other in reversed_by
        ],
    }


def deadline(assessment: CriteriaAssessment, today: date) -> dict[str, Any] | None:
    """Return the clock of the decision, which runs while information is missing."""
    for clock in assessment.case.clocks.filter(rule__startswith=f"{assessment.framework}."):
        limit = limit_of(clock)
        if limit is None or limit[1].id not in ("decision", "rapid_review"):
            continue
        state, words = clock_words(clock.due_on, clock.met_on, clock.stopped_on, today)
        return {"label": limit[1].label, "words": words, "overdue": state == Urgency.OVERDUE}
    return None


def other_assessments(case: Case, but: CriteriaAssessment | None) -> list[dict[str, Any]]:
    """Return the case's locked assessments but one, the latest first, each as it was kept."""
    rows = case.criteria_assessments.exclude(locked_at=None).select_related("locked_by")
    return [
        {
            "edition": framework_named(row.framework).name,
            "when": in_words(london_date(row.locked_at)) if row.locked_at else "",
            "who": row.locked_by.name if row.locked_by else "",
            "outcome": outcome_label(framework_named(row.framework), row.outcome),
            "key": row.pk,
        }
        for row in rows.order_by("-locked_at")
        if but is None or row.pk != but.pk
    ]
