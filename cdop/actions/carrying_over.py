"""Moving a review that is still open from Form C to the analysis form."""

from dataclasses import dataclass

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.codelists import CodeList
from casereview.models import Case
from casereview.records import change
from cdop.actions.reviewing import refuse_unless_judging
from cdop.actions.standing_review import lines_of, review_of
from cdop.form_sets import FormSet, lists, must_move
from cdop.list_versions import version_of
from cdop.models import FactorFinding, PanelReview
from cdop.rules import crosswalk
from cdop.rules.crosswalk import Carried, Loss, Target

NOT_TO_MOVE = "Leave the review on its form: it is completed, or belongs there"


@dataclass(frozen=True)
class Plan:
    """What would become of each line, and what would be lost."""

    lines: list[tuple[FactorFinding, Carried]]
    losses: list[Loss]


def plan_of(review: PanelReview) -> Plan:
    """Return how the lines of a review come over; nothing is changed."""
    lines = lines_of(review)
    known = lists(FormSet.CDR)
    carried, losses = crosswalk.carry_over(
        [crosswalk.Line(each.factor, each.in_whom, each.influence) for each in lines],
        _targets(known.factor),
        _targets(known.influence),
    )
    return Plan(list(zip(lines, carried, strict=True)), losses)


def may_move(review: PanelReview) -> bool:
    """Tell whether a review is open and belongs on the analysis form."""
    return review.state != PanelReview.State.COMPLETED and must_move(review)


def carry_over_form_c(*, case: Case, by) -> PanelReview:
    """Carry what was entered on Form C over to the analysis form, and keep what is lost as a list.

    Texts, category, outcome and actions stay as they are: both forms ask for them. The lines of
    the grid get the factors and levels of the analysis form; Form C itself stays in the history.

    Source: NCMD, data security: reviews still open on 1 April 2019; the pairing of factors and
    levels is reconstructed (cdr_factor, cdr_influence_scale).

    Raises:
        NotAllowed: completed, on the analysis form already, or a death of Form C's own time.
    """
    refuse_unless_judging(case, by)
    with change("carry_over_form_c", by=by, case=case) as written:
        review = PanelReview.objects.select_for_update().filter(case=case).first()
        review = review or review_of(case)
        if not may_move(review):
            raise NotAllowed(NOT_TO_MOVE)
        plan = plan_of(review)
        review.form_set = PanelReview.FormSet.CDR
        review.carried_over_on = timezone.localdate()
        review.not_carried = [
            {"what": one.what, "old": one.old, "new": one.new, "factor": one.factor}
            for one in plan.losses
        ]
        review.lists_version = version_of(PanelReview, FormSet.CDR)
        written.detail["lines"], written.detail["lost"] = len(plan.lines), len(plan.losses)
        written.save(review, subject=True)
        for line, carried in plan.lines:
            line.factor, line.influence = carried.factor, carried.influence
            if carried.named:
                name = lists(FormSet.ABC).factor.label(carried.named)
                line.note = f"{name}: {line.note}" if line.note else name
            line.lists_version = version_of(FactorFinding, FormSet.CDR)
            written.save(line)
    return review


def _targets(found: CodeList) -> list[Target]:
    return [
        Target(
            code.code,
            frozenset(code.extra.get("form_c", ())),
            frozenset(code.extra.get("lost", ())),
        )
        for code in found.codes
    ]
