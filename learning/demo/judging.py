"""First judgements: opened ones of past meetings as counts, and a round that is open today."""

import datetime
from itertools import cycle

from django.db import transaction
from django.utils import timezone

from casereview import keys
from casereview.models import AgendaItem, Case
from casereview.records import change
from casereview.rules.access_table import Role
from cdop import actions
from cdop.actions.judging import KEY, Judgement
from cdop.models import FactorFinding, JudgementRound, PanelReview
from learning.demo import cast

# Of each meeting so many cases were judged first, by so many members.
JUDGED_FIRST, MEMBERS = 3, 5
# How many thought otherwise than the panel then decided: of the category, and of the outcome.
OTHERWISE = ((0, 1), (1, 0), (2, 1), (0, 0), (1, 2), (0, 2), (1, 1))
# What was thought instead, by what was decided.
INSTEAD = {"8": "7", "7": "6", "10": "9", "9": "5", "3": "1", "5": "6", "6": "7", "M": "N"}
GIVEN = (
    Judgement("5", "M", ["MEDICATION_COMPLIANCE", "AGENCY_POLICY"]),
    Judgement("6", "M", ["MEDICATION_COMPLIANCE"]),
)


def bring_in(being_judged: Case) -> None:
    """Add the counts of the year's first judgements, and ask for those on one case."""
    _past()
    actions.begin_judgement_round(case=being_judged, by=cast.person(Role.CDR_MANAGER))
    # Those with a link can still give theirs; two others have.
    with_link = {user.pk for _, user in cast.personas()}
    others = [user for user in cast.members() if user.pk not in with_link]
    for user, said in zip(others, GIVEN, strict=False):
        actions.give_first_judgement(case=being_judged, by=user, said=said, seen=0)


def _past() -> None:
    """Write what opening left of past rounds: counts, and no key."""
    chair = cast.person(Role.PANEL_CHAIR)
    pattern, made = cycle(OTHERWISE), []
    taken: dict = {}
    with change("seed_demo", by=chair) as written:
        items = AgendaItem.objects.filter(case__panel_review__state=PanelReview.State.COMPLETED)
        for item in items.select_related("meeting", "case__panel_review").order_by(
            "meeting__held_on", "place"
        ):
            taken[item.meeting_id] = taken.get(item.meeting_id, 0) + 1
            if taken[item.meeting_id] > JUDGED_FIRST:
                continue
            day = item.meeting.held_on
            begins = item.meeting.starts_at or datetime.time(9)
            opened_at = timezone.make_aware(datetime.datetime.combine(day, begins))
            judging = JudgementRound(
                case=item.case,
                item=item,
                begun_by=cast.person(Role.CDR_MANAGER),
                begun_at=opened_at - datetime.timedelta(days=7),
                opened_by=chair,
                opened_at=opened_at,
                destroyed_at=opened_at,
                counts=_counts(item.case, *next(pattern)),
            )
            written.save(judging)
            made.append(judging.pk)
    transaction.on_commit(lambda: keys.destroy_many(KEY, made))


def _counts(case: Case, other_category: int, other_outcome: int) -> dict[str, dict[str, int]]:
    review = PanelReview.objects.get(case=case)
    outcome = _split(review.modifiable_outcome, other_outcome, "M")
    named = FactorFinding.objects.filter(review=review).exclude(modifiable_factor="")
    codes = sorted(set(named.values_list("modifiable_factor", flat=True))) or ["OTHER"]
    modifiable = outcome.get("M", 0)
    # Who saw modifiable factors named the first; the second was named by one fewer.
    factors = {code: modifiable - place for place, code in enumerate(codes)}
    return {
        "category": _split(review.category_of_death, other_category, "5"),
        "outcome": outcome,
        "factors": {code: many for code, many in factors.items() if many > 0},
    }


def _split(decided: str, otherwise: int, usual: str) -> dict[str, int]:
    instead = INSTEAD.get(decided, usual)
    counts = {decided: MEMBERS - otherwise, instead: otherwise}
    return {code: many for code, many in counts.items() if many}
