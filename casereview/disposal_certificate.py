"""The certificate of disposal: what was destroyed, by which rule, on whose word."""

import datetime

from django.utils import timezone

from casereview import kin, pdf, registries
from casereview.actions import disposing
from casereview.models import AuditEntry, Case, Disposal
from casereview.rules.retention import Event, Kind, years_words


def certificate(disposal: Disposal, *, reader: str, at: datetime.datetime) -> bytes:
    """Return the certificate as a PDF; what it says of keys is looked up when it is drawn."""
    case, rule = disposal.case, disposal.rule
    left = disposing.keys_left([case])
    entry = (
        AuditEntry.objects.filter(case=case.pk, action="dispose_case", outcome="done")
        .order_by("seq")
        .values_list("seq", flat=True)
        .first()
    )
    on = timezone.localtime(disposal.disposed_at)
    blocks: list[pdf.Block] = [
        pdf.Heading(f"Certificate of disposal {disposal.number}"),
        pdf.Fact("Case", case.reference),
        pdf.Fact("Kind of papers", Kind(rule["kind"]).label),
        pdf.Fact("Disposed of on", f"{on:%-d %B %Y at %H:%M}"),
        pdf.Fact(
            "By the rule",
            f"{Event(rule['event']).label} and {years_words(rule['years'])}; "
            f"version {rule['version']}, in force since {_day(rule['since'])}",
        ),
        pdf.Fact("The rule is from", rule["source"]),
        pdf.Fact("Kept until", _day(rule["kept_until"])),
        pdf.Fact("Proposed by", f"{disposal.proposed_by.name}, {_on(disposal.proposed_at)}"),
        pdf.Fact("Agreed by", f"{disposal.agreed_by.name}, {_on(disposal.disposed_at)}"),
        pdf.Heading("What was destroyed", 2),
        pdf.Fact("Stored files removed", str(disposal.files)),
        pdf.Fact(
            "Keys of the case in the key store",
            "none" if not left else f"{left}: the disposal is not finished",
        ),
        pdf.Words(
            "Names, dates of birth, numbers, addresses and every narrative of the case and of its "
            "earlier versions were sealed under its key. With the key destroyed nobody can read "
            "them, in the database, in its files or in any backup of the data."
        ),
        pdf.Heading("What was kept", 2),
        pdf.Words(
            "The reference, the days and codes that counts are made of, and the audit log, which "
            "holds no names and no narrative. Backups of the keys made before the disposal hold "
            "the key until they are destroyed: they are kept 30 days."
        ),
        pdf.Fact("Entry of the audit log", str(entry or "")),
        pdf.Heading("What speaks of several cases, and was not destroyed", 2),
        *_left(case),
    ]
    return pdf.draw(
        blocks,
        title=f"Certificate of disposal {disposal.number}",
        footer=f"Certificate of disposal {disposal.number}, drawn for {reader} on {_on(at)}",
    )


def _left(case: Case) -> list[pdf.Block]:
    """Return what is sealed under keys of its own and may speak of this case among others."""
    death = kin.one_death(case)
    lines = []
    for each in death:
        lines += [line for found in registries.left_behind for line in found(each)]
    if not lines:
        return [pdf.Words("No minutes, composite review or list of deaths is on record with it.")]
    return [
        pdf.Points(tuple(dict.fromkeys(lines))),
        pdf.Words(
            "Next: it is kept no longer than its own rule, or until the last of its cases is "
            "disposed of; whoever keeps it is then asked to propose its destruction. Until then "
            "they read what it says of this case, and take out what tells who the child was where "
            "the paper may still be changed."
        ),
    ]


def _on(at: datetime.datetime) -> str:
    return f"{timezone.localtime(at):%-d %B %Y}"


def _day(iso: str) -> str:
    return f"{datetime.date.fromisoformat(iso):%-d %B %Y}"
