"""First judgements: what members think before they discuss, opened together, of which only the
counts are kept."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from casereview import access, keys, retention
from casereview.actions import NotAllowed
from casereview.models import AgendaItem, Attendance, Case, Meeting
from casereview.records import Change, Conflict, change
from cdop import codes
from cdop.actions.reviewing import informs_only, refuse_unless_judging
from cdop.models import FirstJudgement, JudgementRound, PanelReview
from cdop.rules.factors import Outcome

KEY = "round"
CANNOT_SAY = "NK"
# The judgement of one alone would be the person's own: no count is kept of it.
COUNTED_FROM = 2


@dataclass(frozen=True)
class Judgement:
    """What one member thinks: codes. Factors are named only where some are modifiable."""

    category: str
    outcome: str
    factors: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as it is sealed."""
        return {
            "category": self.category,
            "outcome": self.outcome,
            "factors": sorted(self.factors),
        }


def open_round_of(case: Case) -> JudgementRound | None:
    """Return the round of a case in which first judgements are being given."""
    return JudgementRound.objects.filter(case=case, opened_at=None).select_related("item").first()


def item_to_judge(case: Case) -> AgendaItem | None:
    """Return the case's place on the agenda of the meeting that is to judge it next."""
    return (
        AgendaItem.objects.filter(
            case=case,
            outcome="",
            meeting__state__in=[Meeting.State.PLANNED, Meeting.State.OPEN],
        )
        .exclude(pk__in=JudgementRound.objects.filter(case=case).exclude(item=None).values("item"))
        .select_related("meeting")
        .order_by("meeting__held_on", "pk")
        .first()
    )


def own_judgement(judging: JudgementRound, user) -> FirstJudgement | None:
    """Return what a person has given in a round; nobody is shown another's."""
    return FirstJudgement.objects.filter(round=judging, user=user).first()


def begin_judgement_round(*, case: Case, by) -> JudgementRound:
    """Ask those invited to the next meeting for their first judgements on a case.

    Raises:
        NotAllowed: it is on no agenda, was begun there already, or its review is completed.
    """
    refuse_unless_judging(case, by)
    with change("begin_judgement_round", by=by, case=case) as written:
        Case.objects.select_for_update().get(pk=case.pk)
        if open_round_of(case) is not None:
            raise NotAllowed("Open the first judgements that are being given on this case")
        if PanelReview.objects.filter(case=case, state=PanelReview.State.COMPLETED).exists():
            raise NotAllowed("Reopen the review first: it is completed")
        item = item_to_judge(case)
        if item is None:
            raise NotAllowed(
                "Put the case on the agenda of a meeting first: each asks for first judgements once"
            )
        judging = JudgementRound(case=case, item=item, begun_by=by, begun_at=timezone.now())
        written.save(judging)
    return judging


def give_first_judgement(*, case: Case, by, said: Judgement, seen: int) -> FirstJudgement:
    """Record what a member thinks before the discussion; until they are opened it may be changed.

    `seen` is the version of the member's own judgement that was shown, 0 for none.

    Raises:
        NotAllowed: nothing is asked, the discussion is over, or the person does not judge here.
        Conflict: the same person gave another one meanwhile.
    """
    refuse_unless_judging(case, by)
    _check(said)
    with change("give_first_judgement", by=by, case=case) as written:
        judging = JudgementRound.objects.select_for_update().filter(case=case, opened_at=None)
        asked = judging.first()
        if asked is None:
            raise NotAllowed("Go back to the review: no first judgement is asked for")
        if not may_judge(asked, by):
            raise NotAllowed("Ask the CDR manager to invite you: only the meeting’s members judge")
        if decided(asked):
            raise NotAllowed("Go back to the review: the panel has decided on this case")
        own = own_judgement(asked, by) or FirstJudgement(round=asked, user=by)
        if own.version != seen:
            raise Conflict(f"FirstJudgement {own.pk}")
        own.judgement, own.given_at = said.as_json(), timezone.now()
        written.save(own)
    return own


def decided(judging: JudgementRound) -> bool:
    """Tell whether the panel has decided on the case, so that no judgement is a first one."""
    if judging.item_id is None:
        return False
    return AgendaItem.objects.filter(pk=judging.item_id).exclude(outcome="").exists()


def may_judge(judging: JudgementRound, user) -> bool:
    """Tell whether a person judges in a round: invited to its meeting, and kept from nothing."""
    if not access.can(user, "give_first_judgement", judging.case):
        return False
    if informs_only(user, judging.case):
        return False
    invited = Attendance.objects.filter(user=user, meeting__agenda=judging.item_id)
    return judging.item_id is None or invited.exists()


def _check(said: Judgement) -> None:
    if said.category not in {CANNOT_SAY, *dict(codes.categories_of_death())}:
        raise NotAllowed("Select the category of death in the list")
    if said.outcome not in dict(codes.modifiable_outcomes()):
        raise NotAllowed("Select whether there were modifiable factors")
    if not set(said.factors) <= set(dict(codes.modifiable_factors())):
        raise NotAllowed("Select the modifiable factors in the list")
    if bool(said.factors) != (said.outcome == Outcome.IDENTIFIED):
        raise NotAllowed("Select modifiable factors only where there were some, and then which")


def open_judgement_round(*, case: Case, by) -> JudgementRound:
    """Open the first judgements together: count them, then destroy who gave which and their key.

    Somebody who has withdrawn since, or only informs now, is not counted. A legal hold keeps the
    rows sealed until it ends.

    Raises:
        NotAllowed: none are being given, or the person only informs on this case.
    """
    if informs_only(by, case):
        raise NotAllowed(
            "Ask another chair to open them: you inform the panel on this case and judge nothing"
        )
    with change("open_judgement_round", by=by, case=case) as written:
        judging = JudgementRound.objects.select_for_update().filter(case=case, opened_at=None)
        opened = judging.first()
        if opened is None:
            raise NotAllowed("Go back to the review: no first judgements are being given")
        rows = list(FirstJudgement.objects.filter(round=opened).select_related("user"))
        opened.counts = count(row.judgement or {} for row in rows if may_judge(opened, row.user))
        opened.opened_by, opened.opened_at = by, timezone.now()
        if not on_hold(case):
            _destroy(written, opened, rows)
        written.save(opened)
        written.subject = opened
    return opened


def count(judgements: Iterable[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Return how many gave each answer to each question; nothing of fewer than two people."""
    given = list(judgements)
    if len(given) < COUNTED_FROM:
        return {}
    return {
        "category": dict(sorted(Counter(one["category"] for one in given).items())),
        "outcome": dict(sorted(Counter(one["outcome"] for one in given).items())),
        "factors": dict(sorted(Counter(code for one in given for code in one["factors"]).items())),
    }


def on_hold(case: Case) -> bool:
    """Tell whether a legal hold keeps the papers of this death, in this case or one merged."""
    standing = case.merged_into_id or case.pk
    same_death = Q(pk=standing) | Q(merged_into=standing)
    if Case.objects.filter(same_death, legal_hold=True).exists():
        return True
    today = timezone.localdate()
    return any(retention.as_rule(hold).in_force(today) for hold in retention.holds_on(case))


def _destroy(written: Change, judging: JudgementRound, rows: Iterable[FirstJudgement]) -> None:
    """Remove the named rows, and their key once that is committed."""
    for row in rows:
        written.remove(row)
    judging.destroyed_at = timezone.now()
    transaction.on_commit(lambda: keys.destroy(KEY, judging.pk))


def destroy_first_judgements(now: datetime) -> int:
    """Destroy what a legal hold had kept, and keys that a broken-off opening left; return how many.

    An opening that ends between its two databases leaves a key without rows: it goes here.
    """
    destroyed = keys.destroy_many(KEY, _left_over())
    for waiting in JudgementRound.objects.filter(
        opened_at__isnull=False, destroyed_at=None
    ).select_related("case"):
        if on_hold(waiting.case):
            continue
        with change("destroy_first_judgements", by=None, case=waiting.case) as written:
            _destroy(written, waiting, FirstJudgement.objects.filter(round=waiting))
            written.save(waiting)
            written.subject = waiting
        destroyed += 1
    return destroyed


def _left_over() -> list[uuid.UUID]:
    owners = keys.owners(KEY)
    found: list[uuid.UUID] = []
    for start in range(0, len(owners), 500):
        gone = JudgementRound.objects.filter(
            pk__in=owners[start : start + 500], destroyed_at__isnull=False
        )
        found += gone.values_list("pk", flat=True)
    return found
