"""What the room of a meeting shows of one case: no names, and what is new since it was deferred."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils import timezone

from casereview.models import AgencyRequest, AgendaItem, Case, Document, ParallelProcess
from casereview.pseudonyms import known_of
from casereview.rules.identifying import left_out
from cdop.actions.standing_review import lines_of, review_of
from cdop.meeting_work import deferred_from
from cdop.models import CheckPoint, DeferralQuestion
from cdop.views import review_shown
from cdop.views.review_shown import Fact, Part

Without = Callable[[str], str]


def without_names(case: Case) -> Without:
    """Return what puts pseudonyms into texts of a case, and leaves out any name still there."""
    pseudonyms = known_of(case).pseudonyms()
    words = review_shown.identifying(case)
    return lambda text: left_out(pseudonyms.replaced(text), words)


def room(user, item: AgendaItem) -> dict[str, Any]:
    """Return what is read aloud of a case: who the child was in no more than age and sex."""
    case = item.case
    without = without_names(case)
    review = review_of(case)
    lines = lines_of(review)
    parts = [_without(part, without) for part in review_shown.parts(user, case, review)]
    found = [
        {"factor": line.factor, "text": without(_told(line))}
        for domain in review_shown.domains(case, lines, editable=False)
        for line in domain.lines
    ]
    return {
        "header": review_shown.header(case, review),
        "parts": [part for part in parts if any(one.text or one.points for one in part.facts)],
        "found": found,
        "note": without(item.note or ""),
        "new": _new(item, without),
        "questions": [plain(one, without) for one in questions_of(item)],
        "points": [
            {"text": without(one.point or ""), "checked": one.checked_at}
            for one in CheckPoint.objects.filter(item=item).order_by("pk")
        ],
    }


def _told(line: Any) -> str:
    told = [line.present and f"Present: {line.present.lower()}", line.in_whom, line.note]
    if line.modifiable:
        told.append(f"modifiable: {line.modifiable.lower()}")
    return "; ".join(str(one) for one in [*told, line.reason, line.what_would_change] if one)


def _without(part: Part, without: Without) -> Part:
    facts = tuple(
        Fact(
            one.label,
            without(one.text),
            tuple(without(each) for each in one.points),
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


def plain(one: DeferralQuestion, without: Without) -> dict[str, Any]:
    return {
        "question": without(one.question or ""),
        "asked": one.agency.name if one.agency else one.get_to_display(),
        "due_on": one.due_on,
        "answer": without(one.answer or ""),
        "answered_on": one.answered_on,
    }


def _new(item: AgendaItem, without: Without) -> dict[str, Any] | None:
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
        "questions": [plain(one, without) for one in questions_of(earlier)],
        "lines": lines,
    }
