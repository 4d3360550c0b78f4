"""Recording a panel review as the panel speaks: page by page, refusing to overwrite unseen work."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.models import Action, Case, Interest
from casereview.records import Change, Conflict, change
from cdop import codes
from cdop.actions.standing_review import (
    actions_of,
    actions_seen,
    known_factors,
    lines_of,
    lines_seen,
    page_seen,
    proposal_of,
)
from cdop.form_sets import FormSet, form_of, lists
from cdop.list_versions import version_of
from cdop.models import FactorFinding, PanelReview
from cdop.rules import factors
from cdop.rules.coding import Coding, coding_of
from cdop.rules.review_checks import departs

ANSWERS = frozenset(
    {
        "agencies_represented",
        "documents_available",
        "cause_of_death",
        "summary",
        "issues",
        "learning",
        "category_of_death",
        "secondary_category",
        "considered_another",
        "categories_considered",
        "category_reason",
        "modifiable_outcome",
        "outcome_reason",
        "family_follow_up",
        "referrals",
    }
)
NOT_REVIEWED = (
    Case.Stage.NOT_FOR_REVIEW,
    Case.Stage.PASSED_ON,
    Case.Stage.MERGED,
    Case.Stage.DISPOSED,
)
_LINE = ("factor", "present", "in_whom", "influence", "modifiable")
_LINE_TEXT = ("note", "reason", "what_would_change")


@dataclass(frozen=True)
class GridLine:
    """One line of the grid as it was typed; `key` is None for a new one, `present` "" clears it."""

    key: uuid.UUID | None
    factor: str
    present: str = ""
    in_whom: str = ""
    influence: str = ""
    modifiable: str = ""
    note: str = ""
    reason: str = ""
    what_would_change: str = ""


@dataclass(frozen=True)
class AgreedAction:
    """What somebody will do; `key` is None for a new one, an empty text takes it away."""

    key: uuid.UUID | None
    text: str
    owner: Any = None
    agency: Any = None
    due_on: datetime.date | None = None


def informs_only(user, case: Case) -> bool:
    """Tell whether a person only informs the panel on this case, and so judges nothing."""
    if user is None:
        return False
    mine = Q(user=user)
    if user.agency_id:
        mine |= Q(agency=user.agency_id)
    return Interest.objects.filter(
        mine, case=case, level=Interest.Level.INFORMS_ONLY, lifted_at=None
    ).exists()


def refuse_unless_judging(case: Case, by) -> None:
    """Refuse a case that no panel reviews, and a person who only informs on it.

    Raises:
        NotAllowed: with what to do instead.
    """
    if case.kind != Case.Kind.DEATH:
        raise NotAllowed("Choose the case of a death: a panel does not review serious harm")
    if case.stage in NOT_REVIEWED:
        raise NotAllowed("Correct the case first: it is not for review by this panel")
    if informs_only(by, case):
        raise NotAllowed(
            "Ask a colleague to record this: you inform the panel on this case and judge nothing"
        )


def begin(case: Case) -> PanelReview:
    """Lock the review of a case, or begin it, inside a change.

    Raises:
        NotAllowed: the review is completed and was not reopened.
    """
    review = PanelReview.objects.select_for_update().filter(case=case).first()
    if review is None:
        review = PanelReview(case=case)
        form = form_of(review)
        review.form_set = str(form)
        review.lists_version = version_of(PanelReview, form)
    if review.state == PanelReview.State.COMPLETED:
        raise NotAllowed("Reopen the review first: it is completed")
    return review


def record_panel_review(*, case: Case, by, seen: str | None, **answers: Any) -> PanelReview:
    """Record some answers of a review; `seen` is the mark of them when they were last read.

    A mark of None overwrites whatever stands: for what records a review in one go.

    Raises:
        NotAllowed: completed, not for review, or a judgement without the reason it needs.
        Conflict: somebody else changed one of these answers meanwhile.
    """
    if unknown := set(answers) - ANSWERS:
        raise ValueError(f"no such answers: {sorted(unknown)}")
    refuse_unless_judging(case, by)
    with change("record_panel_review", by=by, case=case) as written:
        review = begin(case)
        if seen is not None and page_seen(review, answers) != seen:
            raise Conflict(f"PanelReview {review.pk}")
        for name, value in answers.items():
            setattr(review, name, value)
        _check_judgement(review, answers)
        written.save(review, subject=True)
    return review


def _check_judgement(review: PanelReview, answers: Mapping[str, Any]) -> None:
    if "modifiable_outcome" in answers and review.modifiable_outcome:
        if review.modifiable_outcome == factors.Outcome.INSUFFICIENT_INFORMATION:
            if not review.outcome_reason:
                raise NotAllowed("Enter why the information was not sufficient")
        if departs(review.modifiable_outcome, review.outcome_proposed):
            if not review.outcome_reason:
                raise NotAllowed("Enter why the panel’s outcome is not the one the grid points to")
    if review.secondary_category:
        if form_of(review) is not FormSet.CDR:
            raise NotAllowed("Leave the secondary category empty: Form C has none")
        if review.secondary_category == review.category_of_death:
            raise NotAllowed("Select a secondary category other than the primary one")
    if "considered_another" in answers and review.considered_another == "Y":
        if not (review.categories_considered and review.category_reason):
            raise NotAllowed("Enter which other category was considered, and the reason")


def record_factors(
    *, case: Case, by, domain: str, seen: str | None, lines: list[GridLine]
) -> PanelReview:
    """Record the lines of one domain of the grid, and propose the outcome from the whole grid.

    `seen` as in `record_panel_review`. A line that is not handed in stays as it is.

    Raises:
        NotAllowed: completed, not for review, or a line that belongs elsewhere.
        Conflict: somebody else changed the lines of this domain meanwhile.
    """
    refuse_unless_judging(case, by)
    with change("record_panel_review", by=by, case=case) as written:
        review = begin(case)
        standing = lines_of(review, domain)
        if seen is not None and lines_seen(standing) != seen:
            raise Conflict(f"PanelReview {review.pk}")
        written.save(review, subject=True)
        by_key = {line.pk: line for line in standing}
        for typed in lines:
            if typed.key is not None and typed.key not in by_key:
                raise Conflict(f"FactorFinding {typed.key}")
            if typed.key is None and not typed.factor.startswith(domain):
                raise NotAllowed("Choose a factor of this domain")
            _of_the_form(review, typed)
            _write_line(written, review, by_key.get(typed.key) if typed.key else None, typed)
        _propose(written, review)
    return review


def _of_the_form(review: PanelReview, typed: GridLine) -> None:
    """Refuse a factor or a level that the review's form does not have."""
    known = lists(form_of(review))
    if typed.key is None and typed.factor and known.factor.get(typed.factor) is None:
        raise NotAllowed(f"Choose a factor of this form: {known.form}")
    if typed.influence and known.influence.get(typed.influence) is None:
        raise NotAllowed(f"Choose a level of influence of this form: {known.form}")


def _write_line(
    written: Change, review: PanelReview, line: FactorFinding | None, typed: GridLine
) -> None:
    if not typed.present:
        if line is not None:
            written.remove(line)
        return
    if typed.modifiable == "Y" and typed.present != "Y":
        raise NotAllowed("Select yes for present: only a factor that was present is modifiable")
    line = line or FactorFinding(case_id=review.case_id, review=review, factor=typed.factor)
    for name in _LINE[1:]:
        setattr(line, name, getattr(typed, name))
    for name in _LINE_TEXT:
        setattr(line, name, getattr(typed, name) or None)
    already = Coding(line.modifiable_factor, line.theme)
    coding = coding_of(line.factor, known_factors(), already)
    coded = line.modifiable == "Y"
    line.modifiable_factor, line.theme = (coding.code, coding.theme) if coded else ("", "")
    line.lists_version = version_of(FactorFinding, form_of(review))
    written.save(line)


def _propose(written: Change, review: PanelReview) -> None:
    lines = lines_of(review)
    review.outcome_proposed = str(proposal_of(lines).outcome or "")
    written.detail["lines"] = len(lines)
    written.save(review)


def name_modifiable_factors(
    *, case: Case, by, codings: Mapping[uuid.UUID, tuple[str, str]]
) -> PanelReview:
    """Record which modifiable factor and theme lines stand for: (code, theme) by the line's key.

    Raises:
        NotAllowed: completed, a code that is not in the list, or a line that is not modifiable.
    """
    refuse_unless_judging(case, by)
    known = dict(codes.modifiable_factors())
    with change("record_panel_review", by=by, case=case) as written:
        review = begin(case)
        lines = {line.pk: line for line in lines_of(review) if line.modifiable == "Y"}
        for key, (code, theme) in codings.items():
            if key not in lines:
                raise NotAllowed("Choose a line of the grid that is modifiable")
            if code not in known:
                raise NotAllowed("Select the modifiable factor in the list")
            line = lines[key]
            line.modifiable_factor = code
            line.theme = theme or coding_of("", known_factors(), Coding(code)).theme
            written.save(line)
    return review


def decide_actions(
    *, case: Case, by, seen: str | None, decision: str, reason: str, rows: list[AgreedAction]
) -> PanelReview:
    """Record that no action is needed, or which actions were agreed, by whom and by when.

    Raises:
        NotAllowed: no action although some are listed, or actions although none is.
        Conflict: somebody else changed the decision or an action meanwhile.
    """
    refuse_unless_judging(case, by)
    kept = [row for row in rows if row.text.strip()]
    if decision == PanelReview.ActionDecision.ACTIONS and not kept:
        raise NotAllowed("Enter at least one action, or select that no action is needed")
    if decision != PanelReview.ActionDecision.ACTIONS and kept:
        raise NotAllowed("Clear the actions, or select that actions were agreed")
    with change("record_panel_review", by=by, case=case) as written:
        review = begin(case)
        standing = actions_of(case)
        if seen is not None and actions_seen(review, standing) != seen:
            raise Conflict(f"PanelReview {review.pk}")
        review.action_decision, review.action_reason = decision, reason or None
        written.save(review, subject=True)
        by_key = {action.pk: action for action in standing}
        for row in rows:
            action = by_key.get(row.key) if row.key else None
            if row.key and action is None:
                raise Conflict(f"Action {row.key}")
            if not row.text.strip():
                if action is not None:
                    written.remove(action)
                continue
            action = action or Action(
                case=case, key_id=case.pk, agreed_on=review.agreed_on or timezone.localdate()
            )
            action.text, action.owner, action.agency = row.text, row.owner, row.agency
            action.due_on = row.due_on
            written.save(action)
    return review
