"""Whether a copy of the database is whole: pages, shape, counts, audit chain, and every case opens.

Asked while the copy stands in for the database, with the keys of today.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management import call_command

from casereview import crypto, database_copies, keys, verification
from casereview.models import Case, Child
from casereview.records import sealed_fields

SLICE = 500
SHOWN = 20


@dataclass
class Findings:
    """What was found in a copy; `reason` says the first thing that is wrong."""

    rows: int = 0
    files: int = 0
    entries: int = 0
    cases: int = 0
    opened: int = 0
    disposed: int = 0
    unapplied: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it could be put into use."""
        return not self.faults and not self.unreadable

    @property
    def reason(self) -> str:
        """What is wrong, in words; empty where nothing is."""
        if self.faults:
            return self.faults[0]
        if self.unreadable:
            return f"the keys here do not open {', '.join(self.unreadable[:SHOWN])}"
        return ""

    def counts(self) -> dict[str, Any]:
        """Return the findings without any reference of a case."""
        return {
            "rows": self.rows,
            "files": self.files,
            "entries": self.entries,
            "cases": self.cases,
            "opened": self.opened,
            "disposed": self.disposed,
            "unapplied_migrations": len(self.unapplied),
            "faults": len(self.faults),
            "unreadable": len(self.unreadable),
        }


def look_at(manifest: dict[str, Any], files: Path) -> Findings:
    """Look through the database that stands in, and compare it with the manifest."""
    found = Findings(files=sum(1 for _ in files.glob("??/*")))
    found.faults, found.unapplied = database_copies.faults()
    held = database_copies.tables()
    found.rows = sum(table["rows"] for table in held.values())
    found.faults += [
        f"the table {name} is not as it was backed up"
        for name in sorted({*held, *manifest["tables"]})
        if held.get(name) != manifest["tables"].get(name)
    ]
    if found.unapplied and not found.faults:
        call_command("migrate", verbosity=0)
    verdict = verification.verify()
    found.entries = verdict.entries
    if not verdict.ok:
        found.faults.append(
            f"the audit chain is broken at entry {verdict.first_broken}: {verdict.reason}"
        )
    _open_every_case(found)
    return found


def _open_every_case(found: Findings) -> None:
    gone = keys.destroyed_of("case")
    cases = Case.objects.order_by("pk").only("pk", "reference", "disposed_at")
    names = [field.attname for field in sealed_fields(Child)]
    after = None
    while True:
        rows = cases if after is None else cases.filter(pk__gt=after)
        part = list(rows[:SLICE])
        if not part:
            return
        after = part[-1].pk
        with keys.held():
            keys.prefetch("case", [case.pk for case in part])
            children = {child.case_id: child for child in Child.objects.filter(case__in=part)}
            for case in part:
                found.cases += 1
                if case.disposed_at is not None or case.pk in gone:
                    found.disposed += 1
                elif _opens(case, children.get(case.pk), names):
                    found.opened += 1
                else:
                    found.unreadable.append(case.reference)


def _opens(case: Case, child: Child | None, names: list[str]) -> bool:
    """Open the first sealed value of the child, or, where there is none, the key of the case."""
    try:
        keys.sealing_key("case", case.pk)
        for name in names:
            if child is not None and getattr(child, name) not in (None, ""):
                return True
    except crypto.IntegrityFailure:
        return False
    return True
