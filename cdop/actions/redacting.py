"""Taking sentences out of minutes for good: one person proposes, an auditor agrees.

Minutes that were agreed stay as they are but for this. The sentences go with every version that
ever held them: what stands is sealed again under a new key of the meeting, and the older key is
destroyed. That something was taken out, why, when and by whom stands in the minutes from then on.
"""

import datetime
import uuid
from collections.abc import Collection

from django.db import transaction

from casereview import access, crypto, keys, kin, registries
from casereview.actions import NotAllowed
from casereview.actions.second_person import propose
from casereview.models import AgendaItem, Agreement, Case, Meeting
from casereview.records import Change, change
from casereview.sealing_again import seal_again
from cdop import minutes_retention
from cdop.minutes_redaction import REDACT, Ground
from cdop.rules import taken_out

OWNER = "meeting"
CHANGED = "The minutes were changed since this was proposed: propose it again"
WITHDRAWN = "Ask somebody else: you have withdrawn from the case that this is about"


def propose_redaction(
    *, meeting: Meeting, item: AgendaItem, by, taken: Collection[int], ground: Ground, reason: str
) -> Agreement:
    """Propose to take sentences, counted from 1, out of the part of minutes about no one case.

    Nothing happens until an auditor agrees. `item` is the case that they tell of.

    Raises:
        NotAllowed: there are no minutes, no such sentences, or no reason; it is proposed already;
            or one has withdrawn from the case.
    """
    there = len(taken_out.sentences(minutes_retention.text_of(meeting)))
    if not taken or not set(taken) <= set(range(1, there + 1)):
        raise NotAllowed("Select the sentences that are taken out")
    if item.meeting_id != meeting.pk:
        raise NotAllowed("Select a case that was on the agenda")
    if _withdrew(by, item.case_id):
        raise NotAllowed(WITHDRAWN)
    detail = {
        "case": str(item.case_id),
        "taken": sorted(set(taken)),
        "ground": str(ground),
        "version": meeting.version,
    }
    return propose(action=REDACT, subject=meeting.pk, by=by, reason=reason, detail=detail)


def redact_minutes(written: Change, proposal: Agreement) -> None:
    """Take out the sentences of an agreed proposal; the older key goes once that is committed.

    Raises:
        NotAllowed: the minutes were changed or destroyed since, or who agrees has withdrawn from
            the case.
    """
    said = proposal.detail
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=proposal.subject)
    text = minutes_retention.text_of(meeting)
    if not text or meeting.version != said["version"]:
        raise NotAllowed(CHANGED)
    if _withdrew(proposal.decided_by, uuid.UUID(said["case"])):
        raise NotAllowed(WITHDRAWN)
    detail = {**said, "proposed_by": str(proposal.proposed_by_id)}
    keys.renew(OWNER, meeting.pk)
    with change(REDACT, by=proposal.decided_by, detail=detail) as redacted:
        meeting.minutes = taken_out.without(text, said["taken"])
        redacted.save(meeting, subject=True)
        redacted.detail["sealed_again"] = seal_again(redacted, OWNER, meeting.pk)
    transaction.on_commit(lambda: _destroy_older(meeting.pk))


def finish(now: datetime.datetime) -> int:
    """Destroy older keys of redacted minutes that are still there; return of how many meetings."""
    redacted = Agreement.objects.filter(action=REDACT, used_at__isnull=False)
    subjects = list(redacted.order_by().values_list("subject", flat=True).distinct())
    return sum(_destroy_older(one) > 0 for one in subjects)


def _destroy_older(meeting: uuid.UUID) -> int:
    minutes = Meeting.objects.get(pk=meeting).__dict__["minutes"]
    epoch = crypto.epoch_of(minutes.blob) if minutes else 1
    return keys.destroy_before(OWNER, meeting, epoch) if keys.older(OWNER, meeting, epoch) else 0


def _withdrew(user, case: uuid.UUID) -> bool:
    return kin.death_of(Case.objects.get(pk=case)) in access.withdrawn_from(user)


def register() -> None:
    """Take sentences out as soon as a second person agrees, and finish what was interrupted."""
    registries.done_when_agreed[REDACT] = redact_minutes
    registries.chores["minutes redacted"] = finish
