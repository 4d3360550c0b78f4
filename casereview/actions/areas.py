"""A case that was offered to another panel: what the two panels agree."""

import datetime

from casereview import access
from casereview.actions.admissions import NotAllowed
from casereview.actions.cases import panel_of
from casereview.actions.family import not_to_come
from casereview.actions.seen import as_seen
from casereview.models import Board, Case, CasePassing, Panel, PanelBoard
from casereview.records import change


def boards_of(panel: Panel | None) -> list[Board]:
    """Return the boards that a panel serves and that have not ended."""
    serves = PanelBoard.objects.filter(panel=panel, until=None).values("board")
    return list(Board.objects.filter(pk__in=serves)) if panel else []


def record_passing_answer(
    *,
    passing: CasePassing,
    answer: str,
    answered_on: datetime.date,
    agreed_with: str,
    by,
    board: Board | None = None,
    version: int | None = None,
) -> CasePassing:
    """Record which of two panels reviews a case; a case that comes back is reviewed for `board`.

    Raises:
        NotAllowed: answered already, no answer, nobody it was agreed with, a day to come or before
            it was sent, or it comes back and no board of the panel that sent it is named.
        Conflict: somebody else changed it since the page was shown.
    """
    if passing.answer:
        raise NotAllowed("The two panels have agreed already: pass the case on again if need be")
    if answer not in CasePassing.Answer.values or not answer:
        raise NotAllowed("Select which panel reviews the death")
    if not agreed_with.strip():
        raise NotAllowed("Enter with whom it was agreed")
    not_to_come(answered_on, "the answer")
    if answered_on < passing.sent_on:
        raise NotAllowed("Enter a day for the answer on or after the day it was sent")
    as_seen(passing, version)
    case = passing.case
    with change("record_passing_answer", by=by, case=case) as written:
        passing.answer, passing.answered_on = answer, answered_on
        passing.agreed_with = agreed_with
        written.detail["answer"] = answer
        written.save(passing, subject=True)
        if answer == CasePassing.Answer.WE_REVIEW:
            panel = panel_of(board, answered_on)
            if board is None or panel is None or board == passing.to_board:
                raise NotAllowed("Select the board, of a panel that works here, that reviews it")
            _comes_back(case, board, panel)
            written.save(case)
    access.forget()
    return passing


def _comes_back(case: Case, board: Board, panel: Panel) -> None:
    case.panel, case.reviewing_board = panel, board
    case.passed_on_to = case.passed_on_on = None
    if case.stage == Case.Stage.PASSED_ON:
        asked = case.requests.exists()
        case.stage = Case.Stage.GATHERING if asked else Case.Stage.NOTIFIED
