"""What the room of a meeting shows of one case: no names, and what is new since it was deferred."""

import datetime
from dataclasses import replace
from typing import Any

from django.utils import timezone

from casereview.models import AgencyRequest, AgendaItem, Document, ParallelProcess
from casereview.rules.identifying import left_out
from cdop.actions.standing_review import lines_of, review_of
from cdop.meeting_work import deferred_from
from cdop.models import CheckPoint, DeferralQuestion
from cdop.views import review_shown
from cdop.views.review_shown import Fact, Part


def room(user, item: AgendaItem) -> dict[str, Any]:
    """Return what is read aloud of a case: who the child was in no more than age and sex."""
    case = item.case
    words = review_shown.identifying(case)
    review = review_of(case)
    lines = lines_of(review)
    parts = [_without(part, words) for part in review_shown.parts(user, case, review)]
    found = [
        {"factor": line.factor, "text": left_out(_told(line), words)}
        for domain in review_shown.domains(case, lines, editable=False)
        for line in domain.lines
    ]
    return {
        "header": review_shown.header(case, review),
        "parts": [part for part in parts if any(one.text or one.points for one in part.facts)],
        "found": found,
        "note": left_out(item.note or "", words),
        "new": _new(item, words),
        "questions": [plain(one, words) for one in questions_of(item)],
        "points": [
            {"text": left_out(one.point or "", words), "checked": one.checked_at}
            for one in CheckPoint.objects.filter(item=item).order_by("pk")
        ],
    }


def _told(line: Any) -> str:
    told = [line.present and f"Present: {line.present.lower()}", line.in_whom, line.note]
    if line.modifiable:
        told.append(f"modifiable: {line.modifiable.lower()}")
    return "; ".join(str(one) for one in [*told, line.reason, line.what_would_change] if one)


def _without(part: Part, words: list[str]) -> Part:
    facts = tuple(
        Fact(
            one.label,
            left_out(one.text, words),
            tuple(left_out(each, words) for each in one.points),
        )
        for one in part.facts
        if one.text or one.points
    )
    return replace(part, facts=facts, url="")


def questions_of(item: AgendaItem) -> list[DeferralQuestion]:
    return list(
        DeferralQuestion.objects.filter(item=item)
        .select_related("agency", "returns_to")
        .order_by("due_on", "pk")
    )


def plain(one: DeferralQuestion, words: list[str]) -> dict[str, Any]:
    return {
        "question": left_out(one.question or "", words),
        "asked": one.agency.name if one.agency else one.get_to_display(),
        "due_on": one.due_on,
        "answer": left_out(one.answer or "", words),
        "answered_on": one.answered_on,
    }


def _new(item: AgendaItem, words: list[str]) -> dict[str, Any] | None:
    """What has come since the case was deferred; None of a case that was not."""
    earlier = deferred_from(item)
    if earlier is None:
        return None
    since = earlier.meeting.held_on
    case = item.case
    began = timezone.make_aware(datetime.datetime.combine(since, datetime.time.max))
    lines = [
        f"{agency} answered"
        for agency in AgencyRequest.objects.filter(case=case, returned_at__gt=began)
        .order_by("returned_at")
        .values_list("agency__name", flat=True)
    ]
    papers = Document.objects.filter(case=case, uploaded_at__gt=began).count()
    if papers:
        lines.append("1 document was added" if papers == 1 else f"{papers} documents were added")
    ended = ParallelProcess.objects.filter(case=case, ended_on__gt=since).count()
    if ended:
        lines.append("Another process has ended" if ended == 1 else f"{ended} processes ended")
    return {
        "since": since,
        "questions": [plain(one, words) for one in questions_of(earlier)],
        "lines": lines,
    }
