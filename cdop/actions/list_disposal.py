"""Destroying a registrar's or coroner's list that is over its time: its key goes, for good.

Which death of it was which case, how sure that was and who decided stay: codes and days, no name.
"""

import datetime

from django.db import transaction
from django.utils import timezone

from casereview import keys, registries
from casereview.actions import NotAllowed
from casereview.actions.second_person import propose
from casereview.models import Agreement
from casereview.records import Change, change
from cdop import list_retention
from cdop.models import ListUpload


def propose_list_disposal(*, upload: ListUpload, by, reason: str) -> Agreement:
    """Propose to destroy a list that is over its time; nothing happens until another agrees.

    Raises:
        NotAllowed: it is kept, held, not decided, or proposed already; or no reason.
    """
    if why := list_retention.why_not(upload, timezone.localdate()):
        raise NotAllowed(why)
    return propose(action=list_retention.DISPOSE, subject=upload.pk, by=by, reason=reason)


def dispose_list(written: Change, proposal: Agreement) -> None:
    """Destroy the list of an agreed proposal, once the change that agrees is committed.

    Raises:
        NotAllowed: a hold was placed or a rule changed since it was proposed.
    """
    upload = ListUpload.objects.select_for_update().get(pk=proposal.subject)
    # The proposal itself is used up by now: what it says of the list is not asked again.
    if why := list_retention.why_kept(upload, timezone.localdate()):
        raise NotAllowed(why)
    kept = list_retention.kept(upload, timezone.localdate())
    detail = {
        "list": str(upload.pk),
        "deaths": upload.entries.count(),
        "kept_until": kept.until.isoformat() if kept.until else "",
        "rule": kept.rule.version if kept.rule else 0,
        "proposed_by": str(proposal.proposed_by_id),
    }
    with change(list_retention.DISPOSE, by=proposal.decided_by, detail=detail):
        pass
    transaction.on_commit(lambda: keys.destroy_for_good("list", proposal.subject))


def finish(now: datetime.datetime) -> int:
    """Destroy the keys of lists whose disposal was interrupted; return how many there were."""
    gone = keys.destroyed_of("list")
    agreed = Agreement.objects.filter(action=list_retention.DISPOSE, used_at__isnull=False)
    unfinished = [one for one in agreed.values_list("subject", flat=True) if one not in gone]
    for one in unfinished:
        keys.destroy_for_good("list", one)
    return len(unfinished)


def register() -> None:
    """Let a list be destroyed as soon as a second person agrees."""
    registries.done_when_agreed[list_retention.DISPOSE] = dispose_list
    registries.chores["lists destroyed"] = finish
