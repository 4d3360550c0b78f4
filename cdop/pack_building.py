"""Building a pack, by the worker: pseudonyms, the file, and the leak test over what was produced.

Nothing of it can be issued unless the test ran over exactly what is kept and nothing it found is
unanswered.
"""

import logging
import uuid
from collections.abc import Iterable

from django.utils import timezone

from casereview import access, jobs, keys, pdf, progress, pseudonyms, vault
from casereview.actions.leaks import record_leak_hits
from casereview.models import AgendaItem, Case, LeakHit, Meeting, Pack, TaskProgress
from casereview.pseudonyms import Known
from casereview.records import change
from casereview.rules.folding import plain
from casereview.rules.leak_test import Hit
from casereview.rules.pseudonyms import Pseudonyms, words_of
from casereview.rules.searched_text import Searched
from cdop import pack_paper
from cdop.deferred import deferred_from
from cdop.pack_content import Content, from_bytes, section_of

logger = logging.getLogger(__name__)
JOB = "build_pack"
OWNER = "pack"
STEPS_AFTER = 2  # the file, and its test


@jobs.job(JOB)
def build_pack(pack: uuid.UUID) -> None:
    """Build a pack that waits for it, or build it again with the answers given since."""
    row = (
        Pack.objects.select_related("meeting__panel", "asked_by")
        .filter(pk=pack, state=Pack.State.BUILDING)
        .first()
    )
    if row is None or row.task is None:
        return
    task: TaskProgress | None = None
    try:
        task = progress.start(row.task, total=len(row.cases) + STEPS_AFTER)
        _build(row, task)
        progress.finish(task)
    except progress.Stopped:
        _end(pack, Pack.State.WITHDRAWN)
    except Exception as error:  # whatever went wrong, nothing is issued
        logger.warning("pack %s could not be built: %s", pack, type(error).__name__)
        if task is not None:
            progress.fail(task, error)
        _end(pack, Pack.State.FAILED)


def _end(key: uuid.UUID, state: str) -> None:
    row = Pack.objects.get(pk=key)
    with change("end_pack", by=row.asked_by) as written:
        row.state, row.content_digest = state, ""
        name, row.storage_name = row.storage_name, ""
        written.save(row)
        written.detail["state"] = state
    if name:
        vault.remove(name)


def _build(pack: Pack, task: TaskProgress) -> None:
    cases = _cases(pack)
    known = {case.pk: pseudonyms.known_of(case) for case in cases}
    readers = {case.pk: known[case.pk].pseudonyms() for case in cases}
    if pack.storage_name:
        content = read(pack).only({str(case.pk) for case in cases})
        progress.step(task, len(pack.cases))
    else:
        content = _first(pack, cases, known, readers, task)
    content = _answered(pack, content, readers)
    hits = list(_hits_of(pack))
    control = pack_paper.control_lines(hits)
    pages = pdf.pages_of(pack_paper.draw(pack, content, control))
    progress.step(task)
    waiting = 0
    found = leaks(content, pack_paper.text_of(pages, pack.meeting), cases, readers)
    for case in cases:
        waiting += len(
            record_leak_hits(
                case=case,
                hits=found[case.pk],
                by=pack.asked_by,
                document_key=pack.pk,
                pack=pack,
            )
        )
    progress.step(task)
    _keep(pack, content, cases, pages=len(pages), clean=not waiting)


def _cases(pack: Pack) -> list[Case]:
    """Return the cases of the pack that the person who asked for it may still see, in order."""
    visible = access.visible_to(pack.asked_by, "view_panel_review").filter(pk__in=pack.cases)
    order = {key: place for place, key in enumerate(pack.cases)}
    cases = sorted(visible, key=lambda one: order[str(one.pk)])
    keys.prefetch("case", [case.pk for case in cases])
    return cases


def _first(
    pack: Pack,
    cases: list[Case],
    known: dict[uuid.UUID, Known],
    readers: dict[uuid.UUID, Pseudonyms],
    task: TaskProgress,
) -> Content:
    sections = []
    for case in cases:
        if set(words_of(known[case.pk].identifiers)) - set(known[case.pk].standing):
            with change("give_pseudonyms", by=pack.asked_by, case=case) as written:
                written.detail["new"] = pseudonyms.keep(case, known[case.pk], written)
        item = AgendaItem.objects.select_related("meeting").get(meeting=pack.meeting, case=case)
        sections.append(section_of(pack.asked_by, case, readers[case.pk], deferred_from(item)))
        progress.step(task)
    return Content(tuple(sections))


def _hits_of(pack: Pack) -> Iterable[LeakHit]:
    return (
        LeakHit.objects.filter(document_key=pack.pk)
        .select_related("case", "answered_by", "agreed_by")
        .order_by("case__reference", "pk")
    )


def _answered(pack: Pack, content: Content, readers: dict[uuid.UUID, Pseudonyms]) -> Content:
    """Return the content with every word replaced that a person wanted replaced."""
    for one in _hits_of(pack):
        if one.case_id not in readers or not one.word:
            continue
        if one.answer in (LeakHit.Answer.REPLACE, LeakHit.Answer.REPLACE_ALL):
            here = (one.sentence or "") if one.answer == LeakHit.Answer.REPLACE else ""
            instead = readers[one.case_id].instead_of(one.word)
            content = content.word_replaced(plain(one.word), instead, here)
    return content


def leaks(
    content: Content, produced: str, cases: Iterable[Case], readers: dict[uuid.UUID, Pseudonyms]
) -> dict[uuid.UUID, list[Hit]]:
    """Return what the leak test finds of each case, in the texts and in the file as produced.

    A place in the file that no text of the content shows is told with its sentence there.
    """
    texts, file = Searched("\n\n".join(content.texts())), Searched(produced)
    found = {}
    for case in cases:
        test = readers[case.pk].test
        hits = test.hits(texts)
        words = {(plain(one.found), one.hard) for one in hits}
        hits += [one for one in test.hits(file) if (plain(one.found), one.hard) not in words]
        found[case.pk] = hits
    return found


def digest(content: Content) -> str:
    """Return a keyed digest of a pack's content."""
    return keys.ring().mac("pack content", content.to_bytes()).hex()


def read(pack: Pack) -> Content:
    """Return the content of a pack as it is kept.

    Raises:
        IntegrityFailure: the file was altered, or is another's.
    """
    return from_bytes(vault.read(OWNER, pack.pk, pack.storage_name))


def _keep(pack: Pack, content: Content, cases: list[Case], *, pages: int, clean: bool) -> None:
    before = pack.storage_name
    name = vault.store(OWNER, pack.pk, [content.to_bytes()])
    try:
        with change("produce_pack", by=pack.asked_by) as written:
            pack.state = Pack.State.CHECKING
            pack.storage_name, pack.pages = name, pages
            pack.cases = [str(case.pk) for case in cases]
            pack.content_digest = digest(content) if clean else ""
            pack.second_person = None
            written.save(pack)
            written.detail.update(cases=len(cases), pages=pages, clean=clean)
    except BaseException:
        vault.remove(name)
        raise
    if before:
        vault.remove(before)


def expire(now=None) -> int:
    """Remove the content of packs that have expired; return how many there were."""
    now = now or timezone.now()
    expired = list(Pack.objects.filter(expires_at__lte=now).exclude(storage_name=""))
    for pack in expired:
        with change("expire_pack", by=None) as written:
            name, pack.storage_name = pack.storage_name, ""
            written.save(pack)
        vault.remove(name)
    return len(expired)


def dispose(case: Case) -> int:
    """Destroy every pack that ever held a case, for good; return how many there were.

    Whether the case is still on the agenda, and whether the pack was built again without it, does
    not matter: an old backup may hold the file.
    """
    held = Pack.objects.filter(pk__in=ever_with(case))
    for pack in held:
        name = pack.storage_name
        if pack.state != Pack.State.WITHDRAWN or name:
            with change("destroy_pack", by=None) as written:
                pack.state, pack.storage_name, pack.content_digest = Pack.State.WITHDRAWN, "", ""
                written.save(pack)
        if name:
            vault.remove(name)
        keys.destroy_for_good(OWNER, pack.pk)
    return len(held)


def ever_with(case: Case) -> set[uuid.UUID]:
    """Return the packs whose content holds or once held a case, as their versions say."""
    versions = Pack.history.values_list("id", "cases").order_by()  # type: ignore[attr-defined]
    return {pack for pack, cases in versions if str(case.pk) in cases}


def destroyed_with_a_case(meeting: Meeting) -> Pack | None:
    """Return the last issued pack of a meeting, where it was destroyed with one of its cases."""
    last = Pack.objects.filter(meeting=meeting, issued_at__isnull=False).order_by("-asked_at")
    pack = last.first()
    return pack if pack is not None and pack.pk in keys.destroyed_of(OWNER) else None
