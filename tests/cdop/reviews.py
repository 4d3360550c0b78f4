"""Reviews to test with: a case on the agenda of a held meeting, its chair, member and manager."""

import datetime
from dataclasses import dataclass

from casereview import actions as kernel
from casereview.models import Case, Meeting, User
from casereview.rules.access_table import Role
from cdop import actions
from cdop.actions.reviewing import GridLine
from tests import factories

HELD = datetime.date(2014, 11, 4)


@dataclass
class AtPanel:
    case: Case
    meeting: Meeting
    manager: User
    chair: User
    member: User


def at_panel(case: Case, manager: User, *, held_on: datetime.date = HELD) -> AtPanel:
    """Put a case on the agenda of a meeting with a chair and a member."""
    chair = factories.make_user(Role.PANEL_CHAIR)
    member = factories.make_user(Role.PANEL_MEMBER)
    meeting = kernel.arrange_meeting(
        panel=factories.panel(), held_on=held_on, members=[member], chair=chair, by=manager
    )
    kernel.put_on_agenda(meeting=meeting, case=case, by=manager)
    return AtPanel(case, meeting, manager, chair, member)


def modifiable(**changes) -> GridLine:
    """Return a line of the grid that says co-sleeping was modifiable in the mother."""
    facts = {
        "factor": "B07",
        "present": "Y",
        "in_whom": "mother",
        "influence": "2",
        "modifiable": "Y",
        "reason": "Advice was not given",
        "what_would_change": "Safer sleep advice at each visit",
    }
    return GridLine(key=None, **{**facts, **changes})


def record_all(at: AtPanel, *, outcome: str = "M") -> None:
    """Record everything a review needs before it can be completed."""
    case, by = at.case, at.manager
    lines = [modifiable()] if outcome == "M" else [modifiable(present="N", modifiable="N")]
    actions.record_factors(case=case, by=by, domain="B", seen=None, lines=lines)
    actions.record_panel_review(
        case=case,
        by=by,
        seen=None,
        agencies_represented={"POLICE": "Y"},
        cause_of_death="Unascertained",
        summary="Found in the parents’ bed.",
        category_of_death="10",
        considered_another="N",
        categories_considered=[],
        modifiable_outcome=outcome,
        learning="Give safer sleep advice in the family’s language\nAsk about the sofa",
    )
    actions.decide_actions(
        case=case, by=by, seen=None, decision="none", reason="Done already", rows=[]
    )
