"""The order in which a form's fields stand on paper, and what is said where there is no answer."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cdop.rules.report_forms import Forms, FormSection, Question

CONFIRMED = "CONFIRMED"
# A question that nobody put, one that was put and is still to be answered, an answer that was
# given, and a blank in words: four things, never taken for one another.
NOT_ASKED = "Not asked"
NOT_YET_KNOWN = "Not known yet: still to be found out"
NOT_ANSWERED = "Asked, not answered"
NOT_RECORDED = "Not recorded"
NOT_FOR_AGENCY = "Not asked of this agency"
MEANING = (
    f"“Not known” is an answer that was given. “{NOT_ASKED}”: nobody put the question. "
    f"“{NOT_RECORDED}”: the record holds no words or day for it. None of these means no."
)


# What is recorded for a field: in one text, or point by point.
Said = str | tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One field on paper: its code and words, how sure they are, and what is recorded."""

    code: str
    label: str
    status: str
    text: str = ""
    points: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """What stands above the answer; wording that was not read in a source says so."""
        mark = "" if self.status == CONFIRMED else " (reconstructed)"
        return f"{self.code} {self.label}".strip() + mark


@dataclass(frozen=True)
class Part:
    """The fields of one section of a form."""

    title: str
    lines: tuple[Line, ...]


def answered(field: Any, said: Said) -> Line:
    """Return a field of a list with what stands recorded for it; nothing is *not recorded*."""
    if isinstance(said, tuple):
        points = tuple(one for one in said if one)
        return Line(field.code, field.label, field.status, "" if points else NOT_RECORDED, points)
    return Line(field.code, field.label, field.status, said or NOT_RECORDED)


def parts_of(fields: Iterable[Any], on: date, said: Callable[[str], Said]) -> list[Part]:
    """Return the sections of a form of a day; `said` gives what is recorded for a field's code."""
    return [
        Part(section, tuple(answered(one, said(one.code)) for one in held))
        for section, held in by_section(fields, on)
    ]


def by_section(fields: Iterable[Any], on: date) -> list[tuple[str, list[Any]]]:
    """Return the fields of a form section by section, in the order of the form's own numbers.

    A field that was withdrawn by that day is left out. One that came later is not: an answer
    may have been given after the day of the form.
    """
    sections: dict[str, list[Any]] = {}
    for field in sorted(fields, key=lambda one: one.code):
        if field.until is None or on < field.until:
            sections.setdefault(field.extra["section"], []).append(field)
    return list(sections.items())


def whole_form(
    forms: Forms, version: str, asked: Iterable[FormSection], on: date | None
) -> list[tuple[FormSection, list[tuple[Question, bool]]]]:
    """Return every question of a version of Form B in its order, and whether it was asked.

    The supplements are those that were asked; `on` is the day of the request: what the form did
    not hold yet is left out.
    """
    by_code = {one.code: one for one in asked}
    sections = [
        *(one for one in by_code.values() if one.supplementary and one.first),
        *(one for one in forms.sections if not one.versions or version in one.versions),
        *(one for one in by_code.values() if one.supplementary and not one.first),
    ]
    found = []
    for section in sections:
        put: Collection[str] = (
            {one.code for one in by_code[section.code].questions} if section.code in by_code else ()
        )
        questions = [
            (one, one.code in put)
            for one in section.questions
            if one.since is None or on is None or one.since <= on
        ]
        if questions:
            found.append((section, questions))
    return found
