"""The progress and exception report on actions: anonymous, as at a stated day, worst first."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from casereview.action_plan import (
    Planned,
    boards_seen,
    loaded,
    of_boards,
    opened,
    planned,
    rag_list,
    strengths,
)
from casereview.models import Action, Board, EffectReview
from casereview.rules.rag import Evidence, Rag
from learning.rules.quarters import Quarter

READ = "view_action_report"


@dataclass(frozen=True)
class Effect:
    """An effect review, due or made; what was reached is the highest link evidenced."""

    row: Planned
    due_on: date
    reviewed_on: date | None
    reached: str


@dataclass(frozen=True)
class ActionReport:
    """What a board reads each quarter: exceptions first, then progress."""

    quarter: Quarter
    as_at: date
    boards: str
    red: list[Planned]
    amber: list[Planned]
    refused: list[Planned]
    effects_due: list[Effect]
    on_track: list[Planned]
    not_begun: list[Planned]
    done: list[Planned]
    effects_made: list[Effect]
    counts: list[tuple[str, str, int]]  # code, label, number
    strength: list[tuple[str, int]]
    stronger: str

    @property
    def exceptions(self) -> int:
        return len({one.action.pk for one in (*self.red, *self.amber, *self.refused)})


def action_report(user, quarter: Quarter, as_at: date) -> ActionReport:
    """Return the report on a quarter, as at a day, for the boards whose report `user` may read.

    Only actions that are of no single case: their words were tested for names before they were
    agreed. It is drawn from the records as they stand on that day and not kept.
    """
    boards = boards_seen(user, READ)
    actions = loaded(Action.objects.filter(of_boards(user, boards), case=None))
    begun = actions.filter(agreed_on__lte=quarter.last_day)
    rows = opened(planned(user, begun, as_at))
    wanted = [one for one in rows if not _over_before(one, quarter)]
    due, made = _effects(rows, quarter)
    counted = Counter(one.standing.rag for one in wanted)
    stands = [one for one in wanted if one.action.state != Action.State.DROPPED]
    kinds = Counter(one.action.strength for one in stands)
    # Every board is meant by none.
    names = Board.objects.filter(Q() if boards is None else Q(pk__in=boards)).order_by("name")
    return ActionReport(
        quarter=quarter,
        as_at=as_at,
        boards="every board" if boards is None else ", ".join(one.name for one in names),
        red=_of(wanted, Rag.RED),
        amber=_of(wanted, Rag.AMBER),
        refused=[one for one in wanted if one.evidence == Evidence.NOT_ENOUGH],
        effects_due=due,
        on_track=_of(wanted, Rag.GREEN),
        not_begun=_of(wanted, Rag.GREY),
        done=_of(wanted, Rag.BLUE),
        effects_made=made,
        counts=[(code, label, counted[Rag(code)]) for code, label in rag_list().choices()],
        strength=[
            *((label, kinds[code]) for code, label in strengths().choices()),
            ("Not said", kinds[""]),
        ],
        stronger=f"{kinds['stronger']} of {len(stands)}",
    )


def _of(rows: list[Planned], rag: Rag) -> list[Planned]:
    return [one for one in rows if one.standing.rag == rag]


def _over_before(one: Planned, quarter: Quarter) -> bool:
    """Say whether an action was done, with accepted evidence, before the quarter began."""
    done_on = one.action.done_on
    return one.standing.rag == Rag.BLUE and bool(done_on and done_on < quarter.first_day)


def _effects(rows: list[Planned], quarter: Quarter) -> tuple[list[Effect], list[Effect]]:
    by_key = {one.action.pk: one for one in rows}
    due, made = [], []
    found = EffectReview.objects.filter(action__in=list(by_key)).order_by("due_on", "pk")
    for one in found:
        effect = Effect(
            by_key[one.action_id], one.due_on, one.reviewed_on, one.get_reached_display()
        )
        if one.reviewed_on is None and one.due_on <= quarter.last_day:
            due.append(effect)
        elif one.reviewed_on and quarter.first_day <= one.reviewed_on <= quarter.last_day:
            made.append(effect)
    return due, made
