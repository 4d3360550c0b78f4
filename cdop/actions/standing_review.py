"""What a panel review says as it stands: its grid, its proposal, the marks of what was shown."""

import hashlib
import json
from typing import Any

from casereview.models import Action, Case, Child
from cdop import codes
from cdop.models import FactorFinding, PanelReview
from cdop.rules import factors
from cdop.rules.categorisation import Answer
from cdop.rules.coding import KnownFactor
from cdop.rules.review_checks import Line, ReviewFacts

UNPLACED = "other"


def review_of(case: Case) -> PanelReview:
    """Return the panel review of a case, or a new one that is saved with its first page."""
    return PanelReview.objects.filter(case=case).first() or PanelReview(case=case)


def seen(values: Any) -> str:
    """Return a short mark of what a page showed, so that a later save by another is noticed."""
    text = json.dumps(values, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def page_seen(review: PanelReview, names: Any) -> str:
    """Return the mark of some answers of a review as they stand."""
    return seen({name: getattr(review, name) or None for name in names})


def lines_of(review: PanelReview, domain: str = "") -> list[FactorFinding]:
    """Return the lines of the grid, of one domain or of all, in the order of the form."""
    if review._state.adding:
        return []
    found = sorted(
        FactorFinding.objects.filter(review=review),
        key=lambda line: (domain_of(line), line.factor.replace("99", "~"), line.in_whom, line.pk),
    )
    return [line for line in found if not domain or domain_of(line) == domain]


def domain_of(line: FactorFinding) -> str:
    """Return the domain a line belongs to, by its factor or else its modifiable factor."""
    if line.factor:
        return line.factor[0]
    known = codes.code_list("modifiable_factor").get(line.modifiable_factor)
    return str(known.extra.get("domain", UNPLACED)) if known else UNPLACED


def lines_seen(lines: list[FactorFinding]) -> str:
    """Return the mark of some lines of the grid as they stand."""
    return seen(sorted((str(line.pk), line.version) for line in lines))


def actions_of(case: Case) -> list[Action]:
    """Return the actions that the panel agreed on a case, first due first."""
    found = Action.objects.filter(case=case, recommendation=None, learning_point=None)
    return list(found.select_related("owner", "agency").order_by("due_on", "id"))


def actions_seen(review: PanelReview, rows: list[Action]) -> str:
    """Return the mark of the action decision and its actions as they stand."""
    return seen(
        [
            review.action_decision,
            review.action_reason or None,
            sorted((str(row.pk), row.version) for row in rows),
        ]
    )


def known_factors() -> list[KnownFactor]:
    """Return the modifiable factors of the list with what they stand for."""
    return [
        KnownFactor(
            each.code,
            frozenset(each.extra.get("form_c_factors", ()))
            | frozenset(each.extra.get("analysis_factors", ())),
            each.extra.get("theme", ""),
        )
        for each in codes.code_list("modifiable_factor").codes
    ]


def proposal_of(lines: list[FactorFinding]) -> factors.Proposal:
    """Return the outcome that the lines of the grid point to."""
    return factors.propose_outcome(
        factors.FactorFinding(
            factor=line.factor or line.modifiable_factor,
            present=Answer(line.present),
            modifiable=Answer(line.modifiable or Answer.NOT_KNOWN),
            influence=line.influence,
        )
        for line in lines
    )


def label_of(line: FactorFinding) -> str:
    """Return the words for a line's factor; of an imported line, its modifiable factor's."""
    if line.factor:
        own = "domain_factor" if codes.code_list("domain_factor").get(line.factor) else "cdr_factor"
        return codes.code_list(own).label(line.factor)
    return codes.code_list("modifiable_factor").label(line.modifiable_factor)


def facts_of(review: PanelReview, lines: list[FactorFinding]) -> ReviewFacts:
    """Return what the checks need to know of a review and its case."""
    case = review.case
    child = Child.objects.filter(case=case).first()
    notification = case.notifications.order_by("notified_on", "id").last()
    return ReviewFacts(
        agencies="Y" in (review.agencies_represented or {}).values(),
        cause=review.cause_of_death or "",
        summary=bool(review.summary),
        lines=tuple(
            Line(
                domain=domain_of(line),
                label=label_of(line),
                modifiable=line.modifiable == "Y",
                code=line.modifiable_factor,
                influence=line.influence,
                change_said=bool(line.what_would_change),
            )
            for line in lines
        ),
        proposed=review.outcome_proposed,
        outcome=review.modifiable_outcome,
        outcome_reason=bool(review.outcome_reason),
        category=review.category_of_death,
        considered_another=review.considered_another,
        considered=review.categories_considered,
        category_reason=bool(review.category_reason),
        actions_decided=bool(review.action_decision),
        referrals=review.referrals or {},
        age_days=child.age_days if child else None,
        age_band=child.age_band if child else "",
        event=notification.event if notification else "",
        expectedness=notification.expectedness if notification else "",
        scr_status=case.scr_status,
    )
