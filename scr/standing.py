"""Where cases stand before the SCR group, read from their records; what may be done there."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery

from casereview.actions import NotAllowed
from casereview.models import Case
from scr.models import CriteriaAssessment, Decision, GroupRecommendation, Referral
from scr.options import decider, option
from scr.rules.deciding import CHAIR, PARTNERS, Decider, joint
from scr.rules.options import LeadsTo
from scr.rules.stages import Act, Facts, Stage, may, refusal, stage_of


@dataclass
class Standing:
    """The latest referral of a case, what the group made of it, and every decision."""

    case: uuid.UUID
    referral: Referral | None = None
    assessment: CriteriaAssessment | None = None
    recommendation: GroupRecommendation | None = None
    # All decisions about the case, the earliest first.
    decisions: list[Decision] = field(default_factory=list)

    @property
    def edition(self) -> str:
        """The edition by which the case is decided: that of the assessment, else the referral's."""
        if self.assessment is not None:
            return str(self.assessment.framework)
        return str(self.referral.framework) if self.referral else ""

    @property
    def decided_by_edition(self) -> str:
        """The edition a decision made now goes by: that of the recommendation it answers."""
        return str(self.answered.assessment.framework) if self.answered else self.edition

    @property
    def decider(self) -> Decider:
        """Whose decision it is."""
        return decider(self.decided_by_edition)

    @property
    def answered(self) -> GroupRecommendation | None:
        """The recommendation a decision made now answers: the one made, else that of the last.

        Whatever the group drafts meanwhile is not answered before it is made.
        """
        if self.recommendation is not None and self.recommendation.made_at:
            return self.recommendation
        return self.decisions[-1].recommendation if self.decisions else None

    @property
    def on_this(self) -> list[Decision]:
        """The decisions on the recommendation that is answered, the earliest first."""
        mine = self.answered.pk if self.answered else None
        return [each for each in self.decisions if each.recommendation_id == mine]

    def latest(self, capacity: str = CHAIR) -> Decision | None:
        """Return the last decision somebody made about the case, in one capacity."""
        made = [each for each in self.decisions if each.capacity == capacity]
        return made[-1] if made else None

    @property
    def partners(self) -> dict[str, str]:
        """What each partner decided last on the recommendation that is answered."""
        said = {each.capacity: each.decided for each in self.on_this}
        return {partner: said[partner] for partner in PARTNERS if partner in said}

    @property
    def decided(self) -> str:
        """The option that is decided on the recommendation answered; empty while none is."""
        if self.decider == Decider.PARTNERS:
            return joint(self.partners) or ""
        return self.on_this[-1].decided if self.on_this else ""

    @property
    def stage(self) -> Stage:
        """How far the case has come."""
        return stage_of(
            Facts(
                referral=str(self.referral.state) if self.referral else "",
                assessment=self._assessment(),
                recommendation=self._recommendation(),
                decision=self._decision(),
                decided_before=bool(self.decisions),
            )
        )

    def may(self, act: Act) -> bool:
        """Tell whether something may be done now."""
        return may(self.stage, act)

    def _assessment(self) -> str:
        if self.assessment is None:
            return ""
        return "locked" if self.assessment.locked_at else "open"

    def _recommendation(self) -> str:
        if self.recommendation is None:
            return ""
        return "made" if self.recommendation.made_at else "draft"

    def _decision(self) -> str:
        if not self.on_this:
            return ""
        if not self.decided:
            return "partly"
        later = option(self.decided).leads_to == LeadsTo.LATER
        return "deferred" if later else "decided"


def standing(case: Case) -> Standing:
    """Return where one case stands."""
    return standings([case.pk])[case.pk]


def standings(cases: Iterable[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """Return where each of some cases stands, in four queries however many they are."""
    found = {key: Standing(key) for key in cases}
    # Of two referrals of one day the later is the one that was recorded later.
    first_kept = Referral.history.model.objects.filter(id=OuterRef("pk"), history_type="+")
    recorded = Subquery(first_kept.values("history_date")[:1])
    for referral in (
        Referral.objects.filter(case__in=found)
        .select_related("board")
        .order_by("referred_on", recorded)
    ):
        # A referral that was passed on or closed gives way to one that is here.
        mine = found[referral.case_id]
        received = Referral.State.RECEIVED
        if mine.referral is None or referral.state == received or mine.referral.state != received:
            mine.referral = referral
    for assessment in CriteriaAssessment.objects.filter(case__in=found).order_by("locked_at"):
        mine = found[assessment.case_id]
        if mine.referral is None or assessment.referral_id != mine.referral.pk:
            continue
        # The one that is open is the latest, wherever the database sorts what is empty.
        if mine.assessment is None or mine.assessment.locked_at:
            mine.assessment = assessment
    for recommendation in (
        GroupRecommendation.objects.filter(case__in=found)
        .select_related("recommended_by", "meeting", "refer_to", "assessment")
        .order_by("made_at")
    ):
        mine = found[recommendation.case_id]
        if mine.assessment is None or recommendation.assessment_id != mine.assessment.pk:
            continue
        if mine.recommendation is None or mine.recommendation.made_at:
            mine.recommendation = recommendation
    for decision in (
        Decision.objects.filter(case__in=found)
        .select_related("decided_by", "refer_to", "recommendation__assessment")
        .order_by("decided_at", "decided_on")
    ):
        found[decision.case_id].decisions.append(decision)
    return found


def check(case: Case, act: Act) -> Standing:
    """Return where a case stands, read while nobody else changes it; call it inside a change.

    Raises:
        NotAllowed: what is to be done is not allowed there; the message says what to do instead.
    """
    Case.objects.select_for_update().get(pk=case.pk)
    found = standing(case)
    if words := refusal(found.stage, act):
        raise NotAllowed(words)
    return found
