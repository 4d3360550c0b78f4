"""Destroying papers that speak of several cases: their key goes, for good; two people say so."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from casereview import joint_papers, keys, registries
from casereview.actions.admissions import NotAllowed
from casereview.actions.second_person import propose
from casereview.joint_papers import DISPOSE
from casereview.models import Agreement
from casereview.records import Change, change

WITHDRAWN = "Ask somebody else: you have withdrawn from a case that this paper speaks of"


def propose_joint_disposal(*, name: str, record: Any, by, reason: str) -> Agreement:
    """Propose to destroy papers that are over their time; nothing happens until another agrees.

    Raises:
        NotAllowed: they are kept, held, gone or proposed already; no reason; or one has withdrawn
            from one of their cases.
    """
    if why := joint_papers.why_not(name, record, timezone.localdate()):
        raise NotAllowed(why)
    joint = registries.joint_papers[name]
    if joint_papers.withdrawn(joint.look([record])[record.pk], by):
        raise NotAllowed(WITHDRAWN)
    return propose(action=DISPOSE, subject=record.pk, by=by, reason=reason, detail={"papers": name})


def dispose_joint_papers(written: Change, proposal: Agreement) -> None:
    """Destroy the papers of an agreed proposal, once the change that agrees is committed.

    Raises:
        NotAllowed: a hold was placed or a rule changed since, or who agrees has withdrawn from one
            of their cases.
    """
    name, today = proposal.detail["papers"], timezone.localdate()
    joint = registries.joint_papers[name]
    record = joint.every().select_for_update(of=("self",)).get(pk=proposal.subject)
    # The proposal itself is used up by now: what it says of the papers is not asked again.
    if why := joint_papers.why_kept(joint, record, today):
        raise NotAllowed(why)
    about = joint.look([record])[record.pk]
    if joint_papers.withdrawn(about, proposal.decided_by):
        raise NotAllowed(WITHDRAWN)
    kept = joint_papers.kept(joint, about, today)
    detail = {
        "papers": name,
        "of": str(record.pk),
        "cases": len(about.cases),
        "disposed": sum(one is not None for one in about.disposed),
        "kept_until": kept.until.isoformat() if kept.until else "",
        "why": kept.why,
        "rule": kept.rule.version if kept.rule else 0,
        "source": kept.rule.source if kept.rule else "",
        "proposed_by": str(proposal.proposed_by_id),
    }
    with change(DISPOSE, by=proposal.decided_by, detail=detail):
        pass
    transaction.on_commit(lambda: keys.destroy_for_good(joint.owner, proposal.subject))


def finish(now: datetime.datetime) -> int:
    """Destroy the keys of papers whose disposal was interrupted; return how many there were."""
    agreed = Agreement.objects.filter(action=DISPOSE, used_at__isnull=False)
    unfinished = 0
    for one in agreed:
        owner = registries.joint_papers[one.detail["papers"]].owner
        if one.subject not in keys.destroyed_of(owner):
            keys.destroy_for_good(owner, one.subject)
            unfinished += 1
    return unfinished


def register() -> None:
    """Let such papers be destroyed as soon as a second person agrees."""
    registries.done_when_agreed[DISPOSE] = dispose_joint_papers
    registries.chores["joint papers destroyed"] = finish
