"""Taking in a registrar's or coroner's list, and deciding what each of its deaths is."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from casereview import audit
from casereview.actions import NotAllowed
from casereview.models import Case, Panel
from casereview.records import Conflict, change
from cdop.models import ListEntry, ListUpload
from cdop.notified_deaths import notified_deaths
from cdop.rules.list_matching import ListedDeath, Proposal, match_list

Decision = ListEntry.Decision
MOST_PROPOSALS = 3


def upload_list(
    *,
    panel: Panel,
    kind: str,
    sub_district: str,
    covers_from: datetime.date,
    covers_until: datetime.date,
    deaths: Sequence[ListedDeath],
    by,
) -> ListUpload:
    """Keep a list under a key of its own, each death with what it may be; nothing is decided.

    Raises:
        NotAllowed: the panel has this very list already.
    """
    content = "\n".join("\t".join(cells_of(death).values()) for death in deaths)
    upload = ListUpload(
        panel=panel,
        kind=kind,
        sub_district=sub_district,
        received_on=timezone.localdate(),
        covers_from=covers_from,
        covers_until=covers_until,
        content_digest=audit.blind_index("list", content),
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )
    before = ListUpload.objects.filter(
        panel=panel,
        kind=kind,
        sub_district=sub_district,
        covers_from=covers_from,
        covers_until=covers_until,
        content_digest=upload.content_digest,
    )
    if before.exists():
        raise NotAllowed("Choose another list: this one was uploaded already")
    found = match_list(deaths, list(notified_deaths()))
    with change("upload_list", by=by) as written:
        written.save(upload, subject=True)
        for death, matched in zip(deaths, found, strict=True):
            best = matched.best
            written.save(
                ListEntry(
                    upload=upload,
                    entry=death.entry,
                    given_names=death.given_names,
                    family_name=death.family_name,
                    born_on=death.born_on,  # type: ignore[misc]
                    postcode=death.postcode,
                    sex=death.sex,
                    died_on=death.died_on,
                    band=str(matched.band),
                    score=round(best.bits, 1) if best else None,
                    weights={"proposals": [_kept(one) for one in matched.proposals]},
                )
            )
        written.detail["entries"] = len(deaths)
    return upload


def _kept(proposal: Proposal) -> dict[str, Any]:
    fields = {name: [word, round(bits, 1)] for name, (word, bits) in proposal.fields.items()}
    return {"case": proposal.reference, "bits": round(proposal.bits, 1), "fields": fields}


def look_again(entry: ListEntry) -> None:
    """Put before what an entry may be those deaths that were notified since its list came.

    It is kept with the decision, not before it.
    """
    if entry.decision:
        return
    since = Case.objects.filter(opened_at__gt=entry.upload.uploaded_at)
    before = entry.weights.get("proposals", [])
    known = {one["case"] for one in before}
    [matched] = match_list([listed(entry)], list(notified_deaths(since)))
    new = [_kept(one) for one in matched.proposals if one.reference not in known]
    entry.weights = {**entry.weights, "proposals": [*new, *before][:MOST_PROPOSALS]}


def listed(entry: ListEntry) -> ListedDeath:
    """Return the death as it stands on its list."""
    return ListedDeath(
        entry.entry,
        entry.given_names or "",
        entry.family_name or "",
        entry.sex,
        entry.born_on,
        entry.died_on,
        entry.postcode or "",
    )


def cells_of(death: ListedDeath) -> dict[str, str]:
    """Return a listed death as text, cell by cell."""
    return {
        "entry": death.entry,
        "given_names": death.given_names,
        "family_name": death.family_name,
        "sex": death.sex,
        "born_on": death.born_on.isoformat() if death.born_on else "",
        "died_on": death.died_on.isoformat() if death.died_on else "",
        "postcode": death.postcode,
    }


def decide_list_entry(
    *, entry: ListEntry, by, case: Case | None = None, reason: str = "", version: int | None = None
) -> ListEntry:
    """Record which notified death a listed one is; without a case, why it is closed.

    Raises:
        NotAllowed: it is closed without a reason, or the case is no death.
        Conflict: somebody else decided since the page was shown.
    """
    if version is not None and entry.version != version:
        raise Conflict(f"ListEntry {entry.pk}")
    if case is None and not reason.strip():
        raise NotAllowed("Enter why this death is closed without a notification")
    if case is not None and case.kind != Case.Kind.DEATH:
        raise NotAllowed("Select the case of a death")
    with change("decide_list_entry", by=by, case=case) as written:
        _decide(written, entry, case, reason, by)
    return entry


def confirm_list_matches(*, matches: Sequence[tuple[ListEntry, Case]], by) -> int:
    """Record that each of these listed deaths is the case proposed, and return how many."""
    with change("decide_list_entry", by=by) as written:
        for entry, case in matches:
            _decide(written, entry, case, "", by)
        written.detail["confirmed"] = len(matches)
    return len(matches)


def _decide(written, entry: ListEntry, case: Case | None, reason: str, by) -> None:
    if case is None:
        entry.decision = Decision.CLOSED
    elif case.opened_at > entry.upload.uploaded_at:
        entry.decision = Decision.NOTIFIED
    else:
        entry.decision = Decision.MATCHED
    entry.case, entry.reason = case, reason.strip() or None
    entry.decided_by, entry.decided_at = by, timezone.now()
    written.detail["decision"] = str(entry.decision)
    written.save(entry, subject=True)
