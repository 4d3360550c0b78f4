"""To whom a briefing went, and what they say became of it."""

from datetime import date

from django.db import IntegrityError
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.codelists import load_named
from casereview.models import Agency
from casereview.records import Change, change
from learning.actions.notices import NAMED
from learning.briefings import cases_of
from learning.models import Briefing, BriefingSent
from learning.naming import refuse_names_of

MOST_STAFF = 100_000


def record_briefing_sent(
    *,
    briefing: Briefing,
    by,
    way: str,
    sent_on: date,
    agencies: list[Agency] | None = None,
    body: str = "",
    body_name: str = "",
    answer_due_on: date | None = None,
) -> list[BriefingSent]:
    """Record to which agencies or to which body a briefing went, by what way and when.

    Raises:
        NotAllowed: it was not given out, nobody to whom it went, an agency that has it already, a
            day before it was given out or to come, or an answer asked for before that day.
    """
    to = list(agencies or [])
    if briefing.state != Briefing.State.GIVEN or briefing.given_at is None:
        raise NotAllowed("Give it out first")
    if way not in BriefingSent.Way.values:
        raise NotAllowed("Select by what way it went")
    if bool(to) == bool(body):
        raise NotAllowed("Select the agencies to which it went, or one other body")
    if body and load_named("learning", "bodies").get(body) is None:
        raise NotAllowed("Select the body in the list")
    if body in NAMED and not body_name.strip():
        raise NotAllowed("Enter the name of the body")
    if not timezone.localdate(briefing.given_at) <= sent_on <= timezone.localdate():
        raise NotAllowed("Enter a day from the one on which it was given out to today")
    if answer_due_on and answer_due_on < sent_on:
        raise NotAllowed("Ask for the answer after the day on which it went")
    there = BriefingSent.objects.filter(briefing=briefing, agency__in=to)
    if again := list(there.order_by("agency__name").values_list("agency__name", flat=True)):
        raise NotAllowed(f"These have it already: {', '.join(again)}")
    facts = {
        "briefing": briefing,
        "way": way,
        "sent_on": sent_on,
        "sent_by": by,
        "answer_due_on": answer_due_on,
    }
    rows = [BriefingSent(agency=agency, **facts) for agency in to]
    if body:
        named = body_name.strip() if body in NAMED else ""
        rows.append(BriefingSent(body=body, body_name=named, **facts))
    try:
        with change("record_briefing_sent", by=by, detail={"to": len(rows)}) as written:
            for row in rows:
                written.save(row)
    except IntegrityError:
        raise NotAllowed("Somebody recorded one of these meanwhile. Look at the briefing") from None
    return rows


def acknowledge_briefing(
    *,
    sent: BriefingSent,
    by,
    read_on: date,
    shared_with: int | None = None,
    note: str = "",
    version: int | None = None,
) -> BriefingSent:
    """Say for one's agency that a briefing was read, and with how many staff it was shared.

    Raises:
        NotAllowed: that was said already, a day before it went or to come, or a note that names
            somebody of a case behind the briefing.
        Conflict: somebody else said so since the page was shown.
    """
    as_seen(sent, version)
    with change("acknowledge_briefing", by=by) as written:
        _acknowledged(written, sent, read_on, shared_with, note, told=False)
    return sent


def record_acknowledgement(
    *,
    sent: BriefingSent,
    by,
    read_on: date,
    shared_with: int | None = None,
    note: str = "",
    version: int | None = None,
) -> BriefingSent:
    """Record what an agency or a body said of a briefing by e-mail or telephone; raises alike.

    Raises:
        NotAllowed: nothing of how and by whom it was said.
    """
    if not note.strip():
        raise NotAllowed("Enter how you were told, and by whom")
    as_seen(sent, version)
    with change("record_acknowledgement", by=by) as written:
        _acknowledged(written, sent, read_on, shared_with, note, told=True)
    return sent


def _acknowledged(
    written: Change,
    sent: BriefingSent,
    read_on: date,
    shared_with: int | None,
    note: str,
    *,
    told: bool,
) -> None:
    if BriefingSent.objects.select_for_update().get(pk=sent.pk).read_on:
        raise NotAllowed("They have said so already")
    if not sent.sent_on <= read_on <= timezone.localdate():
        raise NotAllowed("Enter a day from the one on which it went to today")
    if shared_with is not None and not 0 <= shared_with <= MOST_STAFF:
        raise NotAllowed(f"Enter a number of staff from 0 to {MOST_STAFF:,}")
    refuse_names_of(cases_of(sent.briefing), note)
    sent.read_on, sent.shared_with, sent.told = read_on, shared_with, told
    sent.note = note.strip() or None
    sent.acknowledged_by, sent.acknowledged_at = written.by, timezone.now()
    written.save(sent, subject=True)
