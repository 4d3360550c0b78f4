"""The history of a case: every version of every record that hangs on it, opened and compared."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F, Q, QuerySet, Value
from django.utils import timezone

from casereview import access, audit, crypto, keys
from casereview.audit_words import action_words
from casereview.fields import Sealed
from casereview.models import Case, FamilyLink, Person, Reason, User
from casereview.records import Record
from casereview.rules import nhs_numbers
from casereview.version_words import LABELS, MODELS

YES_NO = {"Y": "Yes", "N": "No", "NK": "Not known"}
# GP, HV and the like are said as they are.
LONGEST_SHORT_NAME = 3
_A_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*")
BROKEN = "This value failed its integrity check"
EMPTY = "Nothing"
# Papers of one purpose are not opened by the history either: app or model -> action.
PAPERS = {
    "scr": "view_scr",
    "cdop.panelreview": "view_panel_review",
    "cdop.factorfinding": "view_panel_review",
    "cdop.notification": "view_notification",
    "cdop.listentry": "view_identity",
    "casereview.recordcheck": "view_identity",
    "casereview.agendaitem": "view_panel_review",
    "cdop.deferralquestion": "view_panel_review",
    "cdop.checkpoint": "view_panel_review",
    "cdop.judgementround": "view_panel_review",
    "casereview.casenote": "view_case_notes",
    "casereview.notemention": "view_case_notes",
    "casereview.document": "view_documents",
    "casereview.disclosure": "view_disclosure",
    "casereview.disclosurepart": "view_disclosure",
    "casereview.child": "view_identity",
    "casereview.person": "view_identity",
    "casereview.familylink": "view_identity",
    "casereview.pseudonym": "view_identity",
    "casereview.leakhit": "view_identity",
}
# Rows of a shared model that belong to papers of one purpose: how to tell them, and the action.
OF_A_PURPOSE = {
    "casereview.clock": ({"rule__contains": "."}, "view_scr"),
    "casereview.notificationduty": ({"duty__contains": "."}, "view_scr"),
}
# What came before there was a case is sealed under a key that ends when the case begins; what an
# audit says of a child belongs to the board's programme, and only points at the case.
NO_PAPERS = {"casereview.intakeitem", "scr.auditedchild"}
NOT_SHOWN = {
    *("id", "version", "case", "content_object", "permission", "key_kind", "key_id"),
    "storage_name",
}
DONE = {"+": "added", "~": "changed", "-": "removed"}


@dataclass(frozen=True)
class Difference:
    """One field of one version: what it was and what it became."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Version:
    """One version of one record: when, who, what."""

    title: str
    at: datetime
    by: str
    differences: list[Difference] = field(default_factory=list)
    added: bool = False
    text: str = ""


@cache
def models_of_a_case() -> tuple[tuple[type[models.Model], str], ...]:
    """Return every model with history that hangs on a case, with the column that says which."""
    found: list[tuple[type[models.Model], str]] = [(Case, "id")]
    for model in apps.get_models():
        if not issubclass(model, Record) or not hasattr(model, "history") or model is Case:
            continue
        if model._meta.label_lower in NO_PAPERS:
            continue
        for name in ("case", "content_object"):
            if any(f.name == name and f.related_model is Case for f in model._meta.fields):
                found.append((model, f"{name}_id"))
    return tuple(found)


def action_for(model: type[models.Model]) -> str:
    """Return the action that opens the papers a model belongs to."""
    meta = model._meta
    return PAPERS.get(meta.label_lower) or PAPERS.get(meta.app_label) or "view_history"


def index(user, case: Case) -> QuerySet:
    """Return the versions of a case that `user` may read, the latest first, as rows of keys."""
    parts = []
    for model, column in models_of_a_case():
        if access.can(user, action_for(model), case):
            theirs, action = OF_A_PURPOSE.get(model._meta.label_lower, ({}, ""))
            but = {} if not theirs or access.can(user, action, case) else theirs
            parts.append(_keys_of(model, but, **{column: case.pk}))
    if access.can(user, action_for(Person), case):
        family = FamilyLink.objects.filter(case=case).values("person")
        parts.append(_keys_of(Person, id__in=family))
    if not parts:
        return _keys_of(Case, id=None)
    return parts[0].union(*parts[1:], all=True).order_by("-history_date", "label", "-history_id")


def _keys_of(model: Any, but: Any = None, **wanted: Any) -> QuerySet:
    rows = model.history.filter(**wanted)
    return (
        (rows.exclude(**but) if but else rows)
        .order_by()
        .annotate(label=Value(model._meta.label_lower, models.CharField()))
        .values("label", "history_id", "history_date")
    )


def opened(user, case: Case, rows: Iterable[dict[str, Any]]) -> list[Version]:
    """Return the versions named by rows of `index`, in the same order, opened and compared.

    A value that does not open is shown as failed and put on record as a security event.
    """
    rows = list(rows)
    by_label: dict[str, list[int]] = {}
    for row in rows:
        by_label.setdefault(row["label"], []).append(row["history_id"])
    versions: dict[tuple[str, int], Any] = {}
    earlier: dict[tuple[str, uuid.UUID, int], Any] = {}
    for label, ids in by_label.items():
        history: Any = apps.get_model(label).history  # type: ignore[attr-defined]
        before = Q(pk__in=[])
        for version in history.filter(history_id__in=ids):
            versions[label, version.history_id] = version
            if version.history_type == "~":
                before |= Q(id=version.id, version=version.version - 1)
        for version in history.filter(before):
            earlier[label, version.id, version.version] = version
    every = [*versions.values(), *earlier.values()]
    _fetch_keys(every)
    reader = _Reader(user, case, _names(user, every))
    return [
        reader.read(
            row["label"],
            (version := versions[row["label"], row["history_id"]]),
            earlier.get((row["label"], version.id, version.version - 1)),
        )
        for row in rows
    ]


def _sealed(version: Any) -> list[Any]:
    return [f for f in version._meta.fields if isinstance(version.__dict__.get(f.attname), Sealed)]


def _fetch_keys(versions: list[Any]) -> None:
    owners: dict[str, set] = {}
    for version in versions:
        for one in _sealed(version)[:1]:
            kind, owner = one.owner_of(version)
            owners.setdefault(kind, set()).add(owner)
    for kind, found in owners.items():
        keys.prefetch(kind, found)


def _names(user: Any, versions: list[Any]) -> dict[Any, str]:
    """Return what to call the rows that versions point to, one query for each kind of row.

    A case has a name only for those who may see it.
    """
    wanted: dict[Any, set] = {User: set()}
    for version in versions:
        wanted[User].add(version.history_user_id)
        for one in version._meta.fields:
            if isinstance(one, models.ForeignKey) and not one.name.startswith("history"):
                wanted.setdefault(one.related_model, set()).add(version.__dict__.get(one.attname))
    names: dict[Any, str] = {}
    for model, found in wanted.items():
        column = next((n for n in ("reference", "name") if _has_plain(model, n)), "")
        found.discard(None)
        if column and found:
            named = access.visible_to(user) if model is Case else model._base_manager
            rows = named.filter(pk__in=found).values_list("pk", F(column))
            names.update({pk: str(name) for pk, name in rows})
    return names


def _has_plain(model: Any, name: str) -> bool:
    return any(f.name == name and isinstance(f, models.CharField) for f in model._meta.fields)


class _Reader:
    """Reads versions for one reader of one case."""

    def __init__(self, user: Any, case: Case, names: dict[Any, str]):
        self.user, self.case, self.names = user, case, names

    def read(self, label: str, version: Any, before: Any) -> Version:
        model = apps.get_model(label)
        title = MODELS.get(model._meta.model_name or "", str(model._meta.verbose_name).capitalize())
        if model is Reason and version.history_type == "+":
            return self.reason(version)
        added = version.history_type == "+" or before is None
        differences = []
        for one in version._meta.fields:
            if one.name in NOT_SHOWN or one.name.startswith("history") or _bytes(one):
                continue
            if version.history_type == "-":
                break
            old_raw = before.__dict__.get(one.attname) if before is not None else None
            if not added and old_raw == version.__dict__.get(one.attname):
                continue
            new = self.value(one, version)
            old = "" if added else self.value(one, before)
            if (new or old) and not (new == old and new != BROKEN):
                if one.name == "nhs_number":
                    old, new = _masked(old, new)
                differences.append(
                    Difference(_label(one), "" if added else old or EMPTY, new or EMPTY)
                )
        who = self.names.get(version.history_user_id)
        return Version(
            title=f"{title} {DONE[version.history_type]}",
            at=version.history_date,
            by=who or "The system",
            differences=differences,
            added=added,
        )

    def reason(self, version: Any) -> Version:
        """Return a reason somebody gave, in their words, unless it belongs to other papers."""
        words = self.value(version._meta.get_field("text"), version)
        return Version(
            title=f"Reason given: {action_words(version.action)}",
            at=version.history_date,
            by=self.names.get(version.history_user_id) or "The system",
            text=words,
        )

    def value(self, one: Any, version: Any) -> str:
        """Return a value in words; empty for none."""
        raw = version.__dict__.get(one.attname)
        if isinstance(raw, Sealed):
            if version.__class__.__name__ == "ReasonHistory" and not self._may_read(version):
                return "Held with the papers of another group"
            try:
                raw = one.open(version, raw)
            except (crypto.IntegrityFailure, ValueError):
                self._report(one, version)
                return BROKEN
        if isinstance(one, models.ForeignKey):
            return self.names.get(raw, "Another record") if raw else ""
        if choices := dict(one.flatchoices):
            return str(choices.get(raw, raw or ""))
        model = apps.get_model(version._meta.app_label, type(version).__name__[: -len("History")])
        return _words(raw, coded=one.name in getattr(model, "coded", ()))

    def _may_read(self, reason: Any) -> bool:
        return "scr" not in reason.action or access.can(self.user, "view_scr", self.case)

    def _report(self, one: Any, version: Any) -> None:
        audit.append(
            "integrity_failure",
            actor=self.user,
            case=self.case,
            table=version._meta.db_table,
            key=version.id,
            outcome=audit.REFUSED,
            detail={"field": one.attname, "version": version.version},
        )


def _label(one: Any) -> str:
    return LABELS.get(one.name) or str(one.verbose_name)[:1].upper() + str(one.verbose_name)[1:]


def _bytes(one: Any) -> bool:
    return isinstance(one, models.BinaryField)


def _masked(old: str, new: str) -> tuple[str, str]:
    """Return two NHS numbers as the history shows them: in full they are on the overview alone,
    for a fresh proof. Two that look the same are still said to differ."""
    before, after = (
        text if text in ("", BROKEN) else nhs_numbers.mask(text).capitalize() for text in (old, new)
    )
    return before, f"{after} (another number)" if before and before == after else after


def _code(raw: str) -> str:
    """Return a code without a list in words: yes for Y, Abuse or neglect for abuse_or_neglect."""
    if raw in YES_NO:
        return YES_NO[raw]
    if not _A_CODE.fullmatch(raw) or (raw.isupper() and len(raw) <= LONGEST_SHORT_NAME):
        return raw
    return raw.replace("_", " ").capitalize().replace("Scr ", "SCR ")


def _words(raw: Any, *, coded: bool = False) -> str:
    match raw:
        case None | "":
            return ""
        case bool():
            return "Yes" if raw else "No"
        case datetime():
            return f"{timezone.localtime(raw).day} {timezone.localtime(raw):%B %Y, %H:%M}"
        case date():
            return f"{raw.day} {raw:%B %Y}"
        case time():
            return f"{raw:%H:%M}"
        case dict():
            told = ((_code(str(key)), _words(one, coded=coded)) for key, one in raw.items())
            return "; ".join(map(": ".join, told))
        case list() | tuple():
            return ", ".join(filter(None, (_words(value, coded=coded) for value in raw)))
        case _:
            return _code(str(raw)) if coded else str(raw)
