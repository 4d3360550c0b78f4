"""What a pack says of a case: notification, draft of the review and evidence, with pseudonyms."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.timezone import localdate

from casereview.models import AgendaItem, Case
from casereview.rules.pseudonyms import Pseudonyms, replace_word
from cdop import death_review_told
from cdop.actions.notifying import notification_of
from cdop.actions.standing_review import lines_of, review_of
from cdop.deferred import new_since
from cdop.evidence import Answer, Evidence, evidence_of
from cdop.form_sets import form_of
from cdop.models import Notification
from cdop.views import review_shown

NOTIFIED = (
    ("Kind of event", "event"),
    ("Expected", "expectedness"),
    ("Where the event happened", "location"),
    ("Where the child died", "location_of_death"),
    ("Child protection plan", "cp_plan"),
    ("Statutory order", "statutory_order"),
)
TOLD = (
    ("Circumstances", "circumstances"),
    ("Another kind of event", "event_other"),
    ("Another place", "location_other"),
    ("Cause of death 1a", "cause_1a"),
    ("Cause of death 1b", "cause_1b"),
    ("Cause of death 1c", "cause_1c"),
    ("Cause of death 2", "cause_2"),
    ("Other reviews", "other_reviews"),
)


@dataclass(frozen=True)
class Line:
    """One line of a section: a heading, or a fact with its words and points."""

    label: str
    text: str = ""
    points: tuple[str, ...] = ()
    level: int = 0  # of a heading; 0 is a fact

    @property
    def texts(self) -> tuple[str, ...]:
        """The words of the line that came out of a record."""
        return (self.text, *self.points)


@dataclass(frozen=True)
class Section:
    """What a pack says of one case; `case` is its key."""

    case: str
    reference: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Content:
    """What a pack says, in the order of the agenda."""

    sections: tuple[Section, ...] = field(default_factory=tuple)

    def texts(self) -> list[str]:
        """Return every text that came out of a record."""
        return [
            text
            for section in self.sections
            for line in section.lines
            for text in line.texts
            if text
        ]

    def changed(self, change: Callable[[str], str]) -> "Content":
        """Return the content with each of its texts changed."""
        return Content(
            tuple(
                replace(
                    section,
                    lines=tuple(
                        replace(
                            line,
                            text=change(line.text),
                            points=tuple(change(one) for one in line.points),
                        )
                        for line in section.lines
                    ),
                )
                for section in self.sections
            )
        )

    def word_replaced(self, word: str, instead: str, sentence: str = "") -> "Content":
        """Return the content with a folded word replaced, in one sentence or, blank, everywhere.

        A sentence that no text holds as a whole runs over several: then it is everywhere.
        """
        here = [one for one in self.texts() if sentence and sentence in _on_one_line(one)]
        wanted = set(here)

        def change(text: str) -> str:
            return replace_word(text, word, instead) if not wanted or text in wanted else text

        return self.changed(change)

    def only(self, cases: set[str]) -> "Content":
        """Return the sections of some cases."""
        return Content(tuple(one for one in self.sections if one.case in cases))

    def to_bytes(self) -> bytes:
        """Return the content as it is stored; equal content gives equal bytes."""
        rows = [asdict(one) for one in self.sections]
        return json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()


def from_bytes(stored: bytes) -> Content:
    """Return the content that was stored."""
    return Content(
        tuple(
            Section(
                row["case"],
                row["reference"],
                tuple(
                    Line(line["label"], line["text"], tuple(line["points"]), line["level"])
                    for line in row["lines"]
                ),
            )
            for row in json.loads(stored)
        )
    )


def section_of(
    user, case: Case, pseudonyms: Pseudonyms, deferred: AgendaItem | None = None
) -> Section:
    """Return what a pack says of a case, as somebody reads it who may not know who it is about.

    Of a case that the panel has `deferred` it keeps the draft, and says only what is new since.
    """
    instead = pseudonyms.replaced
    if deferred is None:
        lines = [
            *_who(case),
            *_titled("Notification", notified(notification_of(case), instead)),
            *_titled(death_review_told.TITLE, _meeting(case, instead)),
            *_review(user, case, instead),
            *_titled("What the agencies say", said(evidence_of(user, case, instead=instead))),
        ]
    else:
        lines = [*_who(case), *_new(user, case, deferred, instead), *_review(user, case, instead)]
    return Section(str(case.pk), case.reference, tuple(lines))


def _titled(title: str, lines: list[Line]) -> list[Line]:
    return [Line(title, level=2), *lines] if lines else []


def _new(user, case: Case, deferred: AgendaItem, instead: Callable[[str], str]) -> list[Line]:
    new = new_since(deferred, instead)
    lines = [
        Line("Question of the panel", one.question, (f"Asked of {one.asked}", *one.answers))
        for one in new.questions
    ]
    lines += [Line("Also new", points=tuple(new.lines))] if new.lines else []
    lines += _meeting(case, instead, localdate(new.since))
    lines += said(evidence_of(user, case, instead=instead, since=new.since))
    if not lines:
        lines = [Line("Since then", "Nothing new has come.")]
    told = "What was before the panel then is not repeated: it is in the papers of that meeting."
    lines.append(Line("Before", told))
    return _titled(f"New since {new.day}, when the panel deferred the case", lines)


def _meeting(case: Case, instead: Callable[[str], str], since: date | None = None) -> list[Line]:
    told = death_review_told.told(case, instead, since)
    return [Line(one.label, one.text, one.points) for one in told]


def _who(case: Case) -> list[Line]:
    return [Line(one.label, one.text) for one in review_shown.header(case, review_of(case))]


def notified(notification: Notification | None, instead: Callable[[str], str]) -> list[Line]:
    """Return what a notification says of the death, in words without names."""
    if notification is None:
        return []
    facts = [
        Line(label, str(getattr(notification, f"get_{name}_display")()))
        for label, name in NOTIFIED
        if getattr(notification, name)
    ]
    facts += [
        Line(label, instead(text)) for label, name in TOLD if (text := getattr(notification, name))
    ]
    return facts


def _review(user, case: Case, instead: Callable[[str], str]) -> list[Line]:
    review = review_of(case)
    found = []
    for part in review_shown.parts(user, case, review):
        facts = [
            Line(one.label, instead(one.text), tuple(instead(each) for each in one.points))
            for one in part.facts
            if one.text or one.points
        ]
        if facts:
            found += [Line(part.title, level=3), *facts]
    for domain in review_shown.domains(case, lines_of(review), form_of(review), editable=False):
        if domain.lines:
            found.append(Line(domain.title, level=3))
            found += [Line(line.factor, instead(_told(line))) for line in domain.lines]
    return [Line("The panel’s review so far", level=2), *found] if found else []


def _told(line: Any) -> str:
    told = [line.present and f"Present: {line.present.lower()}", line.in_whom, line.note]
    if line.modifiable:
        told.append(f"modifiable: {line.modifiable.lower()}")
    return "; ".join(str(one) for one in [*told, line.reason, line.what_would_change] if one)


def said(evidence: Evidence) -> list[Line]:
    """Return what the agencies say, section by section, and who is waited for."""
    found = []
    for section in evidence.sections:
        found.append(Line(section.title, level=3))
        for row in section.rows:
            label = f"{row.question} – {row.about}" if row.about else row.question
            said = [
                f"{cell.agency}: {_answer(answer)}" for cell in row.cells for answer in cell.answers
            ]
            found.append(Line(label, "Agencies differ here." if row.differs else "", tuple(said)))
    if evidence.no_record:
        found.append(Line("No record of the child or family", points=tuple(evidence.no_record)))
    if evidence.waiting_for:
        found.append(Line("Still waited for", points=tuple(evidence.waiting_for)))
    return found


def _answer(answer: Answer) -> str:
    words = [answer.words, answer.text.text, answer.how]
    if answer.source.text:
        words.append(f"source: {answer.source.text}")
    if answer.fact_on:
        words.append(answer.fact_on)
    return "; ".join(one for one in words if one)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
