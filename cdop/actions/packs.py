"""A pack of papers for a meeting: asked for, checked, issued, opened and withdrawn."""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from casereview import jobs, progress, vault
from casereview.actions import NotAllowed
from casereview.actions.leaks import agree_leak_hits, of_document
from casereview.models import Case, LeakHit, Meeting, Pack
from casereview.records import change

State = Pack.State
# The last day on which a pack opens, counted from the meeting or, issued after it, from then.
KEPT_DAYS = 7
JOB = "build_pack"


def pack_of(meeting: Meeting) -> Pack | None:
    """Return the pack of a meeting that stands, being built or issued."""
    return (
        Pack.objects.filter(meeting=meeting)
        .exclude(state=State.WITHDRAWN)
        .select_related("meeting__panel", "asked_by", "issued_by", "second_person")
        .order_by("-asked_at")
        .first()
    )


def ask_for_pack(
    *, meeting: Meeting, cases: Iterable[Case], by, leaves_partnership: bool = False
) -> Pack:
    """Have a pack of some cases built; what was built before for this meeting is withdrawn.

    Raises:
        NotAllowed: there is no case, or the meeting was cancelled.
    """
    keys = [str(case.pk) for case in cases]
    if not keys:
        raise NotAllowed("Put a case on the agenda first")
    if meeting.state == Meeting.State.CANCELLED:
        raise NotAllowed("This meeting was cancelled")
    for before in Pack.objects.filter(meeting=meeting).exclude(state=State.WITHDRAWN):
        withdraw_pack(pack=before, by=by)
    pack = Pack(
        meeting=meeting,
        leaves_partnership=leaves_partnership,
        asked_by=by,
        asked_at=timezone.now(),
        cases=keys,
    )
    with change("build_pack", by=by, detail={"cases": len(keys)}) as written:
        written.save(pack, subject=True)
        _put_in(pack, written)
    return pack


def check_again(*, pack: Pack, by) -> None:
    """Have a pack built again with the answers given, and searched again."""
    if pack.state != State.CHECKING:
        raise NotAllowed("This pack is not being checked")
    with change("check_pack_again", by=by) as written:
        pack.state, pack.content_digest = State.BUILDING, ""
        _put_in(pack, written)


def _put_in(pack: Pack, written) -> None:
    pack.task = progress.begin_waiting(kind=JOB, by=pack.asked_by, total=len(pack.cases)).pk
    written.save(pack)
    jobs.enqueue(JOB, pack=pack.pk)


def waiting(pack: Pack) -> int:
    """Return how many places the leak test found that nobody has answered."""
    return of_document(pack.pk).filter(answer=LeakHit.Answer.WAITING).count()


def ready(pack: Pack) -> bool:
    """Say whether the leak test ran over what is kept and nothing it found is unanswered."""
    return (
        pack.state == State.CHECKING
        and bool(pack.content_digest and pack.storage_name)
        and not waiting(pack)
    )


def agree_to_pack(*, pack: Pack, by) -> None:
    """Agree, as the second person, to a pack that leaves the partnership.

    Raises:
        NotAllowed: it is not ready, stays in the partnership, or `by` asked for it or answered.
    """
    if not ready(pack):
        raise NotAllowed("Wait until everything that the leak test found is answered")
    if not pack.leaves_partnership:
        raise NotAllowed("This pack stays in the partnership: it needs no second person")
    if pack.asked_by_id == by.pk or of_document(pack.pk).filter(answered_by=by).exists():
        raise NotAllowed("Ask a second person: you built this pack or answered its leak test")
    agree_leak_hits(document_key=pack.pk, by=by)
    with change("agree_to_pack", by=by) as written:
        pack.second_person = by
        written.save(pack)


def issue_pack(*, pack: Pack, by) -> None:
    """Let those invited open the pack, until seven days after the meeting.

    Raises:
        NotAllowed: the leak test has not run to its end, or a second person has not agreed.
    """
    if not ready(pack):
        raise NotAllowed("Answer everything that the leak test found first")
    if pack.leaves_partnership and pack.second_person_id is None:
        raise NotAllowed("Ask a second person to agree: this pack leaves the partnership")
    with change("issue_pack", by=by) as written:
        pack.state = State.ISSUED
        pack.issued_by, pack.issued_at = by, timezone.now()
        last = max(pack.meeting.held_on, timezone.localdate()) + datetime.timedelta(KEPT_DAYS)
        pack.expires_at = timezone.make_aware(
            datetime.datetime.combine(last, datetime.time.max.replace(microsecond=0))
        )
        written.save(pack)
        written.detail.update(pages=pack.pages, until=last.isoformat())


def withdraw_pack(*, pack: Pack, by) -> None:
    """Withdraw a pack: it opens no more, and its content is removed."""
    name = pack.storage_name
    with change("withdraw_pack", by=by) as written:
        pack.state, pack.storage_name = State.WITHDRAWN, ""
        written.save(pack)
    if name:
        vault.remove(name)


def expired(pack: Pack, now: datetime.datetime) -> bool:
    """Say whether a pack opens no more because its time is over."""
    return pack.expires_at is not None and pack.expires_at <= now
