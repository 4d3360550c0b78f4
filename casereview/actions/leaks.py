"""What the leak test found in a document of any kind, and what a person says of each place."""

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from casereview import pseudonyms
from casereview.actions.admissions import NotAllowed
from casereview.models import Case, LeakHit, Pack
from casereview.records import change
from casereview.rules.folding import plain
from casereview.rules.leak_test import Hit
from casereview.rules.ordinary_words import ORDINARY

Answer = LeakHit.Answer


def record_leak_hits(
    *,
    case: Case,
    hits: Iterable[Hit],
    by,
    document_key: uuid.UUID,
    pack: Pack | None = None,
    field: str = "",
) -> list[LeakHit]:
    """Record what the leak test found of a case in a document; return what waits for an answer.

    A word that somebody said means nobody of the case, in that document, is not asked again,
    unless it is hard. The same word in the same sentence is recorded once.
    """
    rows = list(LeakHit.objects.filter(case=case, document_key=document_key).select_related("case"))
    waved = {bytes(one.word_index) for one in rows if one.answer == Answer.NOT_THIS_PERSON}
    waiting = [one for one in rows if one.answer == Answer.WAITING]
    seen = {(bytes(one.word_index), one.sentence) for one in waiting}
    new = []
    for hit in hits:
        index = pseudonyms.word_index("leak", case, hit.found)
        if (index in waved and not hit.hard) or (index, hit.sentence) in seen:
            continue
        seen.add((index, hit.sentence))
        new.append(
            LeakHit(
                case=case,
                pack=pack,
                document_key=document_key,
                field=field,
                word=hit.found,
                sentence=hit.sentence,
                word_index=index,
                hard=hit.hard,
            )
        )
    if new:
        with change("find_leaks", by=by, case=case, detail={"found": len(new)}) as written:
            for one in new:
                written.save(one)
    return [*waiting, *new]


def answer_leak_hit(*, hit: LeakHit, answer: str, by, reason: str = "") -> int:
    """Answer a place the leak test found; return how many places that answers.

    *Replace everywhere* and *not this person* answer every place of that word in that document.

    Raises:
        NotAllowed: it was answered already, is hard and would be left, or a reason is missing.
    """
    if hit.answer != Answer.WAITING:
        raise NotAllowed("This place was answered already")
    if answer == Answer.NOT_THIS_PERSON:
        if hit.hard:
            raise NotAllowed("Replace it: a full name, an NHS number or a postcode never stays")
        if not reason.strip():
            raise NotAllowed("Enter who or what is meant instead")
    elif answer not in (Answer.REPLACE, Answer.REPLACE_ALL):
        raise NotAllowed("Select what to do")
    rows = [hit]
    if answer != Answer.REPLACE:
        same = of_document(hit.document_key).filter(
            case=hit.case, word_index=hit.word_index, answer=Answer.WAITING
        )
        if answer == Answer.NOT_THIS_PERSON:
            same = same.filter(hard=False)
        rows += [one for one in same.select_related("case") if one.pk != hit.pk]
    with change("answer_leak_hit", by=by, case=hit.case, detail={"places": len(rows)}) as written:
        for row in rows:
            row.answer = answer
            row.reason = reason.strip() or None
            row.answered_by, row.answered_at = by, timezone.now()
            written.save(row)
        written.detail["answer"] = answer
        if answer == Answer.REPLACE_ALL and plain(hit.word or "") not in ORDINARY:
            known = pseudonyms.known_of(hit.case)
            label = known.pseudonyms().instead_of(hit.word or "")
            if not label.startswith("["):
                pseudonyms.keep_word(hit.case, hit.word or "", label, "said", written)
    return len(rows)


def agree_leak_hits(*, document_key: uuid.UUID, by) -> int:
    """Agree, as the second person, to every word of a document that was let stand; return the sum.

    Raises:
        NotAllowed: a place waits for an answer, or `by` gave one of the answers.
    """
    rows = list(of_document(document_key).select_related("case").order_by("case", "pk"))
    if any(one.answer == Answer.WAITING for one in rows):
        raise NotAllowed("Answer every place that the leak test found first")
    stand = [one for one in rows if one.answer == Answer.NOT_THIS_PERSON]
    if any(one.answered_by_id == by.pk for one in stand):
        raise NotAllowed("Ask a second person: you answered the leak test yourself")
    for case in {one.case_id: one.case for one in stand}.values():
        with change("agree_leak_hits", by=by, case=case) as written:
            for one in stand:
                if one.case_id == case.pk and one.agreed_by_id != by.pk:
                    one.agreed_by = by
                    written.save(one)
    return len(stand)


def of_document(document_key: uuid.UUID | None) -> QuerySet[LeakHit]:
    """Return every place found in a document, of whichever case."""
    return LeakHit.objects.filter(document_key=document_key)
