"""What the room of a meeting shows of one case: no names, and what is new since it was deferred."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.timezone import localdate

from casereview import access
from casereview.models import AgendaItem, Case
from casereview.pseudonyms import known_of
from casereview.rules.identifying import left_out
from casereview.rules.leak_test import How
from cdop import death_review_told
from cdop.actions.notifying import notification_of
from cdop.actions.standing_review import lines_of, review_of
from cdop.deferred import deferred_from, new_since, plain, questions_of
from cdop.evidence import evidence_of
from cdop.form_sets import form_of
from cdop.models import CheckPoint
from cdop.pack_content import Line, notified, said
from cdop.views import review_shown
from cdop.views.review_shown import Fact, Part

Without = Callable[[str], str]
WITHHELD = "Withheld here: it may name somebody. It is in the papers once that has been checked."


def without_names(case: Case) -> Without:
    """Return what puts pseudonyms into texts of a case, and leaves out any name still there."""
    pseudonyms = known_of(case).pseudonyms()
    words = review_shown.identifying(case)
    return lambda text: left_out(pseudonyms.replaced(text), words)


def checked(case: Case, without: Without) -> Without:
    """Return what also withholds a text in which the leak test still finds somebody.

    Others wrote what was notified and answered, and nobody has looked through it for names yet.
    """
    test = known_of(case).pseudonyms().test

    def plainly(text: str) -> str:
        instead = without(text)
        return WITHHELD if any(one.how != How.WORD for one in test.hits(instead)) else instead

    return plainly


def room(user, item: AgendaItem) -> dict[str, Any]:
    """Return what is read aloud of a case: who the child was in no more than age and sex."""
    case = item.case
    without = without_names(case)
    review = review_of(case)
    lines = lines_of(review)
    parts = [_without(part, without) for part in review_shown.parts(user, case, review)]
    found = [
        {"factor": line.factor, "text": without(_told(line))}
        for domain in review_shown.domains(case, lines, form_of(review), editable=False)
        for line in domain.lines
    ]
    deferred = deferred_from(item)
    new = new_since(deferred, without) if deferred else None
    plainly = checked(case, without)
    may_read = access.can(user, "view_evidence", case)
    return {
        "header": review_shown.header(case, review),
        "notified": notified(notification_of(case), plainly),
        "meeting_told": death_review_told.told(case, plainly),
        "new_of_meeting": death_review_told.told(case, plainly, localdate(new.since))
        if new
        else [],
        "evidence": _sections(said(evidence_of(user, case, instead=plainly))) if may_read else [],
        "new_evidence": _sections(
            said(evidence_of(user, case, instead=plainly, since=new.since))
            if may_read and new
            else []
        ),
        "parts": [part for part in parts if any(one.text or one.points for one in part.facts)],
        "found": found,
        "note": without(item.note or ""),
        "new": new,
        "questions": plain(questions_of(item), without),
        "points": [
            {"text": without(one.point or ""), "checked": one.checked_at}
            for one in CheckPoint.objects.filter(item=item).order_by("pk")
        ],
    }


def closed(item: AgendaItem) -> dict[str, Any]:
    """Return what is shown of a case that its reader has not opened yet: no text of it."""
    return {"header": review_shown.header(item.case, review_of(item.case))}


def _sections(lines: list[Line]) -> list[dict[str, Any]]:
    """Put the facts of each section under its title, to be unfolded one by one."""
    found: list[dict[str, Any]] = []
    for line in lines:
        if line.level or not found:
            found.append({"title": line.label, "facts": []})
        if not line.level:
            found[-1]["facts"].append(line)
    return found


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
