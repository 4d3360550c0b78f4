"""What is new of a case since its panel deferred it: answers, papers, processes that ended."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils import timezone

from casereview.models import AgendaItem, Document, ParallelProcess
from casereview.rules.working_days import LONDON
from cdop.models import DeferralQuestion


@dataclass(frozen=True)
class Asked:
    """A question of the panel with whom it was put to, and what came back."""

    question: str
    asked: str
    due_on: datetime.date
    answer: str = ""
    answered_on: datetime.date | None = None

    @property
    def answers(self) -> tuple[str, ...]:
        """What came back, or that nothing has."""
        return (self.answer,) if self.answered_on else ("No answer yet",)


@dataclass(frozen=True)
class New:
    """What came after a meeting; `since` is the end of its day."""

    since: datetime.datetime
    questions: list[Asked]
    lines: list[str]

    @property
    def day(self) -> str:
        """The day of the meeting in words."""
        on = timezone.localdate(self.since)
        return f"{on.day} {on:%B %Y}"


def deferred_from(item: AgendaItem) -> AgendaItem | None:
    """Return the item of the last earlier meeting that deferred this case, if one did."""
    return (
        AgendaItem.objects.filter(
            case=item.case_id,
            outcome=AgendaItem.Outcome.DEFERRED,
            meeting__held_on__lt=item.meeting.held_on,
        )
        .select_related("meeting", "case")
        .order_by("-meeting__held_on")
        .first()
    )


def questions_of(item: AgendaItem) -> list[DeferralQuestion]:
    """Return what the panel asked of a case at a meeting, what is due first at the top."""
    return list(
        DeferralQuestion.objects.filter(item=item)
        .select_related("agency", "returns_to")
        .order_by("due_on", "pk")
    )


def plain(questions: Iterable[DeferralQuestion], without: Callable[[str], str]) -> list[Asked]:
    """Return questions as they may be read by who must not know whom they are about."""
    return [
        Asked(
            without(one.question or ""),
            without(one.asked),
            one.due_on,
            without(one.answer or ""),
            one.answered_on,
        )
        for one in questions
    ]


def new_since(deferred: AgendaItem, without: Callable[[str], str]) -> New:
    """Return what has come since the meeting of this item deferred its case."""
    day, case = deferred.meeting.held_on, deferred.case_id
    since = datetime.datetime.combine(day, datetime.time.max, LONDON)
    lines = []
    if papers := Document.objects.filter(case=case, uploaded_at__gt=since).count():
        lines.append("1 document was added" if papers == 1 else f"{papers} documents were added")
    if ended := ParallelProcess.objects.filter(case=case, ended_on__gt=day).count():
        lines.append("Another process has ended" if ended == 1 else f"{ended} processes ended")
    return New(since, plain(questions_of(deferred), without), lines)
