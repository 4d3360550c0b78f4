"""How long papers are kept, legal holds that beat it, and disposing of what is over its time."""

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone

from casereview import access, kin, registries, retention
from casereview.actions import disposing
from casereview.actions.admissions import NotAllowed
from casereview.actions.second_person import propose
from casereview.models import (
    Agreement,
    Case,
    Disclosure,
    Disposal,
    Document,
    LegalHold,
    RetentionRule,
)
from casereview.records import Change, change
from casereview.rules.retention import MOST_YEARS, Event, Kind, fits

DISPOSE = "dispose_case"


def settle_retention(
    *,
    kind: Kind,
    event: Event,
    years: int,
    since: date,
    source: str,
    by,
    until: date | None = None,
) -> RetentionRule:
    """Settle how long a kind of papers is kept from a day on; earlier rules stay on record.

    Raises:
        NotAllowed: no period, an event that such papers do not have, no source, or an end before
            its beginning.
    """
    if not 1 <= years <= MOST_YEARS:
        raise NotAllowed(f"Enter 1 to {MOST_YEARS} years")
    if not fits(kind, event):
        raise NotAllowed(
            "Choose “The day the list was received” for lists, “The day of the meeting” for "
            "minutes, “The end of the last review” for composites, each for nothing else"
        )
    if not source.strip():
        raise NotAllowed("Enter who settled this, and where it is written")
    if until is not None and until <= since:
        raise NotAllowed("Enter a last day after the first")
    last = RetentionRule.objects.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    rule = RetentionRule(
        kind=kind,
        event=event,
        years=years,
        since=since,
        until=until,
        number=last + 1,
        source=source.strip(),
        settled_by=by,
        settled_at=timezone.now(),
    )
    with change("settle_retention", by=by) as written:
        written.save(rule)
    return rule


def hold_case(*, case: Case, by, reason: str, until: date | None = None) -> LegalHold:
    """Keep the papers of a case, whatever the rules say, until a day or until it is lifted.

    Raises:
        NotAllowed: no reason, or a day that is past.
    """
    hold = _new_hold(case, ("case", case.pk), by, reason, until)
    with change("hold_case", by=by, case=case) as written:
        written.save(hold)
        case.legal_hold, case.retained_until, case.retention_class = True, None, ""
        written.save(case)
    return hold


def lift_hold(*, hold: LegalHold, case: Case, by, reason: str) -> LegalHold:
    """Lift a hold of a case, with the reason.

    Raises:
        NotAllowed: no reason, lifted already, or of another case.
    """
    if hold.case_id != case.pk:
        raise NotAllowed("Lift this hold where it was placed")
    _lift(hold, by, reason)
    today = timezone.localdate()
    others = [one for one in retention.holds_on(case) if one.case_id and one.pk != hold.pk]
    with change("lift_hold", by=by, case=case) as written:
        written.save(hold)
        case.legal_hold = any(retention.as_rule(one).in_force(today) for one in others)
        written.save(case)
    return hold


def hold_every_case(*, by, reason: str, until: date | None = None) -> LegalHold:
    """Keep the papers of every case, as for a public inquiry.

    Raises:
        NotAllowed: no reason, or a day that is past.
    """
    hold = _new_hold(None, ("user", by.pk), by, reason, until)
    with change("hold_every_case", by=by) as written:
        written.save(hold)
    return hold


def lift_hold_of_every_case(*, hold: LegalHold, by, reason: str) -> LegalHold:
    """Lift a hold on every case, with the reason.

    Raises:
        NotAllowed: no reason, or lifted already.
    """
    _lift(hold, by, reason)
    with change("lift_hold_of_every_case", by=by) as written:
        written.save(hold)
    return hold


def propose_disposal(*, case: Case, by, reason: str) -> Agreement:
    """Propose to dispose of a case that is over its time; nothing happens until another agrees.

    Raises:
        NotAllowed: it is kept, held, or proposed already; or no reason.
    """
    today = timezone.localdate()
    if why := retention.why_not(case, today):
        raise NotAllowed(why)
    return propose(
        action=DISPOSE,
        subject=case.pk,
        case=case,
        by=by,
        reason=reason,
        # Why papers were disposed of is kept when they are gone.
        under=("user", by.pk),
    )


def dispose_as_agreed(written: Change, proposal: Agreement) -> None:
    """Dispose of the case of an agreed proposal, inside the change that agrees.

    Raises:
        NotAllowed: a hold was placed or a rule changed since it was proposed.
    """
    case = Case.objects.select_for_update().get(pk=proposal.subject)
    today, now = timezone.localdate(), timezone.now()
    if why := retention.why_not(case, today):
        raise NotAllowed(why)
    found = retention.kept(case, today)
    with change(DISPOSE, by=proposal.decided_by, case=case) as done:
        disposal = Disposal(
            case=case,
            number=(Disposal.objects.aggregate(last=Max("number"))["last"] or 0) + 1,
            rule=_as_kept(found),
            files=files_of(case),
            proposed_by=proposal.proposed_by,
            proposed_at=proposal.proposed_at,
            agreed_by=proposal.decided_by,
            disposed_at=now,
        )
        done.save(disposal)
        disposing.leave_tombstone(done, case, now)
        done.detail["disposal"] = disposal.number
    access.forget()


def files_of(case: Case) -> int:
    """Return how many stored files there are of a case and of those merged into it."""
    cases = kin.one_death(case).values("pk")
    bundles = Disclosure.objects.filter(case__in=cases).exclude(storage_name="")
    return Document.objects.filter(case__in=cases).count() + bundles.count()


def register() -> None:
    """Let a case be disposed of as soon as a second person agrees."""
    registries.done_when_agreed[DISPOSE] = dispose_as_agreed
    registries.chores["disposals"] = disposing.finish


def _as_kept(found: Any) -> dict[str, Any]:
    rule = found.rule
    return {
        "kind": rule.kind.value,
        "event": rule.event.value,
        "years": rule.years,
        "since": rule.since.isoformat(),
        "source": rule.source,
        "version": rule.version,
        "kept_until": found.until.isoformat(),
    }


def _new_hold(case: Case | None, owner, by, reason: str, until: date | None) -> LegalHold:
    if not reason.strip():
        raise NotAllowed("Enter why the papers must be kept, and who asks for it")
    if until is not None and until < timezone.localdate():
        raise NotAllowed("Enter today or a later day, or leave it empty")
    return LegalHold(
        case=case,
        key_kind=owner[0],
        key_id=owner[1],
        reason=reason.strip(),
        until=until,
        placed_by=by,
        placed_at=timezone.now(),
    )


def _lift(hold: LegalHold, by, reason: str) -> None:
    if not reason.strip():
        raise NotAllowed("Enter why the hold is lifted")
    if hold.lifted_at is not None:
        raise NotAllowed("This hold was lifted already")
    hold.lifted_by, hold.lifted_at, hold.lift_reason = by, timezone.now(), reason.strip()
