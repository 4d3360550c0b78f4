"""What can be done to the shared record: each a row of the access table, each one change."""

from casereview.actions.admissions import (
    NotAllowed,
    admit_group_to_case,
    admit_to_case,
    decide_interest,
    declare_interest,
    dismiss_from_case,
    lift_recusal,
)
from casereview.actions.attendance import (
    agree_minutes,
    end_meeting,
    invite_to_meeting,
    minutes_agreed_on,
    next_meeting,
    previous_meeting,
    record_attendance,
    write_minutes,
)
from casereview.actions.cancelling import cancel_meeting
from casereview.actions.cases import add_case, correct_record, open_case
from casereview.actions.drafts import discard_draft, keep_draft
from casereview.actions.meetings import (
    arrange_meeting,
    change_meeting,
    put_on_agenda,
    take_off_agenda,
)

__all__ = [
    "NotAllowed",
    "add_case",
    "admit_group_to_case",
    "admit_to_case",
    "agree_minutes",
    "arrange_meeting",
    "cancel_meeting",
    "change_meeting",
    "correct_record",
    "decide_interest",
    "declare_interest",
    "discard_draft",
    "dismiss_from_case",
    "end_meeting",
    "invite_to_meeting",
    "keep_draft",
    "lift_recusal",
    "minutes_agreed_on",
    "next_meeting",
    "open_case",
    "previous_meeting",
    "put_on_agenda",
    "record_attendance",
    "take_off_agenda",
    "write_minutes",
]
