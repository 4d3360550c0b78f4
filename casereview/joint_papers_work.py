"""What destroying papers of several cases asks of people, says to who agrees, and certifies."""

import datetime
import json
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from casereview import access, joint_papers, keys, pdf, registries, retention
from casereview.actions import joint_disposal
from casereview.models import Agreement, AuditEntry
from casereview.registries import WorkItem
from casereview.rules.access_table import Role


def work(user, today: date) -> list[WorkItem]:
    """Return the papers over their time, for those who keep them."""
    if not access.can(user, "propose_joint_disposal"):
        return []
    known, asked = retention.settled(), joint_papers.proposed(timezone.now())
    return [
        WorkItem(
            key=f"joint papers {record.pk}",
            task="Decide whether to destroy a paper that speaks of several cases",
            url=reverse("propose_joint_disposal", args=[name, record.pk]),
            why=f"{joint.words(record)}: it is over its time.",
        )
        for name, joint in registries.joint_papers.items()
        for record in joint_papers.over_their_time(name, user, today, known)
        if record.pk not in asked
    ]


def in_proposals(waiting: list[Agreement]) -> dict[Any, tuple[str, list[tuple[str, str]]]]:
    """Return what each proposal is about: which paper, of how many cases, its rule; no name."""
    known, shown = retention.settled(), {}
    for name, joint in registries.joint_papers.items():
        mine = {one.subject: one for one in waiting if one.detail.get("papers") == name}
        records = list(joint.every().filter(pk__in=mine))
        abouts = joint.look(records) if records else {}
        for record in records:
            proposal, about = mine[record.pk], abouts[record.pk]
            until = joint_papers.kept(joint, about, proposal.proposed_at.date(), known)
            gone = sum(one is not None for one in about.disposed)
            facts = [
                ("Papers", joint.kind.label),
                ("Cases they speak of", f"{len(about.cases)}, {gone} of them disposed of"),
                ("Kept until", f"{until.until:%-d %B %Y}" if until.until else until.why),
                ("By the rule", until.why),
                ("What goes", joint.takes),
            ]
            shown[proposal.pk] = (joint.words(record), facts)
    return shown


def destroyed_for(user) -> list[tuple[Agreement, str]]:
    """Return the papers destroyed whose certificate a person may have, in words."""
    found = Agreement.objects.filter(action=joint_papers.DISPOSE, used_at__isnull=False)
    if not {Role.AUDITOR, Role.ADMINISTRATOR} & {one.role for one in access.held_by(user)}:
        found = found.filter(proposed_by=user)
    agreed = list(found.select_related("proposed_by", "decided_by").order_by("-used_at"))
    shown = []
    for name, joint in registries.joint_papers.items():
        mine = {one.subject: one for one in agreed if one.detail.get("papers") == name}
        for record in joint.every().filter(pk__in=mine):
            if not joint_papers.withdrawn(joint.look([record])[record.pk], user):
                shown.append((mine[record.pk], joint.words(record)))
    return sorted(shown, key=lambda one: agreed.index(one[0]))


def certificate(agreed: Agreement, words: str, *, reader: str, at: datetime.datetime) -> bytes:
    """Return the certificate of a destruction; what it says of keys is looked up when drawn."""
    joint = registries.joint_papers[agreed.detail["papers"]]
    entry, said = _entry(agreed)
    left = agreed.subject not in keys.destroyed_of(joint.owner)
    rule = f"{said['why']}; version {said['rule']}" if said.get("rule") else said.get("why", "")
    blocks: list[pdf.Block] = [
        pdf.Heading("Certificate of destruction"),
        pdf.Fact("Paper", words),
        pdf.Fact("Kind of papers", joint.kind.label),
        pdf.Fact("Cases it spoke of", f"{said.get('cases', '')}"),
        pdf.Fact("Of these disposed of before", f"{said.get('disposed', '')}"),
        pdf.Fact("By the rule", rule),
        pdf.Fact("The rule is from", said.get("source") or "–"),
        pdf.Fact("Kept until", said.get("kept_until", "")),
        pdf.Fact("Proposed by", f"{agreed.proposed_by.name}, {_on(agreed.proposed_at)}"),
        pdf.Fact("Agreed by", f"{getattr(agreed.decided_by, 'name', '')}, {_on(agreed.used_at)}"),
        pdf.Heading("What was destroyed", 2),
        pdf.Words(joint.takes),
        pdf.Fact(
            "Key of the paper in the key store",
            "one is left: the destruction is not finished" if left else "none",
        ),
        pdf.Heading("What was kept", 2),
        pdf.Words(
            "Days and codes, and what is sealed under the key of a case that is still there. "
            "Backups of the keys made before hold the key until they are destroyed: they are kept "
            "30 days."
        ),
        pdf.Fact("Entry of the audit log", entry),
    ]
    title = f"Certificate of destruction {entry}".strip()
    return pdf.draw(blocks, title=title, footer=f"{title}, drawn for {reader} on {_on(at)}")


def _entry(agreed: Agreement) -> tuple[str, dict[str, Any]]:
    """Return the number of the entry that says it, and what it says."""
    entries = AuditEntry.objects.filter(action=joint_papers.DISPOSE, outcome="done")
    for seq, detail in entries.order_by("seq").values_list("seq", "detail"):
        said = json.loads(detail) if isinstance(detail, str) else detail
        if said and said.get("of") == str(agreed.subject):
            return str(seq), said
    return "", {}


def _on(at: datetime.datetime | None) -> str:
    return f"{timezone.localtime(at):%-d %B %Y}" if at else ""


def register() -> None:
    """Add the above to *Your work* and to the proposals, and let destruction happen."""
    registries.work_items.append(work)
    registries.proposals[joint_papers.DISPOSE] = in_proposals
    joint_disposal.register()
