"""The audit log in plain words: who, as what, what they did, and whether it was allowed."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casereview import access, audit
from casereview.audit_words import action_words, field_words
from casereview.models import AuditEntry, User
from casereview.rules.access_table import LABELS, Role

BREAK_GLASS = "Break-glass"


@dataclass(frozen=True)
class Line:
    """One entry as the log shows it."""

    seq: int
    at: datetime
    who: str
    role: str
    did: str
    how: str
    colour: str
    detail: str
    reference: str = ""
    withheld: bool = False


def lines(entries: Iterable[AuditEntry], reader) -> list[Line]:
    """Return entries in words, asking once for the names of people and once for references.

    Of a case that is kept from the reader an entry tells that something was done, and no more.
    """
    entries = list(entries)
    details = [_detail(entry) for entry in entries]
    people = {entry.actor for entry in entries if entry.actor}
    people |= {key for detail in details if (key := _key(detail.get("person")))}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    cases = {entry.case for entry in entries if entry.case}
    open_to_reader = access.visible_to(reader, "view_access_log").filter(pk__in=cases)
    references = dict(open_to_reader.values_list("pk", "reference"))

    def kept(entry: AuditEntry) -> bool:
        return entry.case is not None and entry.case not in references

    return [
        Line(
            seq=entry.seq,
            at=entry.at,
            who=_who(entry.actor, names),
            role=_role(entry.acting_role),
            did=action_words(entry.action, entry.outcome, detail),
            how=_how(entry.outcome, detail)[0],
            colour=_how(entry.outcome, detail)[1],
            detail="" if kept(entry) else _about(entry, detail, names),
            reference=references.get(entry.case, "") if entry.case else "",
            withheld=kept(entry),
        )
        for entry, detail in zip(entries, details, strict=True)
    ]


def _who(actor: uuid.UUID | None, names: dict[uuid.UUID, str]) -> str:
    if actor is None:
        return "The system"
    return names.get(actor, "Somebody who is no longer known")


def _role(code: str) -> str:
    if code == "break_glass":
        return BREAK_GLASS
    if code == "report_link":
        return "Holder of a link"
    return LABELS[Role(code)] if code in set(Role) else code


def _how(outcome: str, detail: dict[str, Any]) -> tuple[str, str]:
    if outcome == audit.REFUSED:
        return "Refused", "red"
    if outcome == audit.DONE:
        return "Done", "green"
    return "Allowed", "grey"


def _about(entry: AuditEntry, detail: dict[str, Any], names: dict[uuid.UUID, str]) -> str:
    parts = []
    if detail.get("kind") == "api":
        parts.append("By a program")
    if fields := detail.get("fields"):
        named = {name for changed in fields.values() for name in changed}
        shown = sorted(field_words(name) for name in named if not name.endswith("_index"))
        parts.append("Changed: " + ", ".join(shown))
    if person := _key(detail.get("person")):
        parts.append(f"About {names.get(person, 'a person')}")
    if detail.get("role") in set(Role):
        parts.append(f"As {LABELS[Role(detail['role'])].lower()}")
    if level := detail.get("level"):
        parts.append(f"Level: {str(level).replace('_', ' ')}")
    if detail.get("reason_given"):
        parts.append("With a reason")
    if isinstance(detail.get("found"), list):
        by = str(detail.get("by", "")).replace("_", " ").replace("nhs", "NHS")
        parts.append(f"By {by}: {len(detail['found'])} found")
    if field := detail.get("field"):
        parts.append(f"Field: {field_words(str(field))}")
    return ". ".join(parts)


def _detail(entry: AuditEntry) -> dict[str, Any]:
    try:
        found = json.loads(entry.detail)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _key(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
