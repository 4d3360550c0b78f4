"""Whose turn it is with a death when the reader has nothing to do: what is waited for, and why."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Standing:
    """How far a death is, without the child."""

    stage: str  # notified, gathering, ready, reviewed, not_for_review, passed_on, merged, disposed
    reviewed_here: bool = True  # a board of this panel reviews it
    doctor_confirmed: bool = True  # that the death was expected, or was not
    asked: int | None = 0  # reports waited for; None where the reader may not know how many
    overdue: int = 0
    first_due: date | None = None
    meeting: date | None = None  # the next meeting that has it on its agenda
    considered: bool = False  # a meeting has considered it
    judged: bool = False  # category and outcome are recorded
    check_by: date | None = None
    chair_withdrew: bool = False  # nobody who came as chair may chair it
    completed: bool = False


@dataclass(frozen=True)
class Turn:
    """What is waited for, why, and by when; the title goes on after “Next: ”."""

    title: str
    why: str
    due_on: date | None = None


CLOSED = {
    "not_for_review": Turn(
        "nothing – the case is closed", "The panel does not review this death. It can be read."
    ),
    "passed_on": Turn(
        "nothing – the case was passed on", "The board where the child lived reviews the death."
    ),
    "merged": Turn(
        "nothing – go to the case it belongs to", "It is the same death as another case."
    ),
    "disposed": Turn("nothing – the case was disposed of", "Its keys were destroyed."),
}


def whose_turn(one: Standing) -> Turn:
    """Return whose turn it is, when it is not the reader's."""
    if one.stage in CLOSED:
        return CLOSED[one.stage]
    if one.completed:
        return Turn(
            "nothing – the review is complete",
            "The chair has signed it. A change needs it reopened, with a reason.",
        )
    if one.considered and one.judged and one.chair_withdrew:
        return Turn(
            "wait for a deputy to chair this case",
            "Who came as chair has an interest in it and may not complete its review.",
            one.check_by,
        )
    if one.considered and one.judged:
        return Turn(
            "wait for the chair to complete the review",
            "What the panel found is recorded; the chair signs it.",
            one.check_by,
        )
    if one.considered:
        return Turn(
            "wait for the CDR manager to record the review",
            "A panel meeting has considered it.",
        )
    if one.meeting is not None:
        return Turn(
            "wait for the panel meeting", "It is on the agenda of the meeting.", one.meeting
        )
    return _before_the_panel(one)


def _before_the_panel(one: Standing) -> Turn:
    if not one.reviewed_here:
        return Turn(
            "wait until it is agreed which panel reviews the death",
            "The child did not live in the area of this panel.",
        )
    if not one.doctor_confirmed:
        return Turn(
            "wait for the designated doctor",
            "They confirm whether the death was expected. Until then it is treated as unexpected.",
        )
    if one.asked is None and one.stage == "gathering":
        return Turn("wait for the agencies’ reports", "The CDR manager has asked for them.")
    if one.asked:
        many = "1 agency" if one.asked == 1 else f"{one.asked} agencies"
        late = f"{one.overdue} overdue: the CDR manager chases." if one.overdue else ""
        return Turn(f"wait for {many} to report", late or "Each has its own day.", one.first_due)
    if one.stage == "ready":
        return Turn(
            "wait for a place on an agenda",
            "It is ready for the panel. The CDR manager puts it on the agenda of a meeting.",
        )
    if one.stage == "reviewed":
        return Turn("wait for the review to be completed", "The chair signs it.")
    return Turn(
        "wait for the agencies to be asked",
        "No report is waited for. The CDR manager asks the agencies that knew the child.",
    )
