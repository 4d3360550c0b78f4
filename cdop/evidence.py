"""The evidence of a case side by side: each question with every agency's answer, source and date.

A reader who may not know who the child was reads relations instead of names, kinds of agency
instead of agencies, months instead of days – and no text that names somebody.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from casereview import access, keys, registries
from casereview.models import AgencyRequest, Case, Child
from casereview.rules.identifying import tells_who
from cdop.contradictions import OWN_SECTION, in_answers
from cdop.gathering import OPEN, code_label
from cdop.models import AgencyAnswer, Contradiction
from cdop.report_questions import (
    NO_RECORD,
    answer_label,
    every_section,
    question_text,
    section_title,
)
from cdop.report_questions import question as form_question
from cdop.report_sight import Relative, relatives_of
from cdop.rules.report_forms import is_asked

CHILD = "The child"
WITHHELD = "Withheld here: it names somebody. Ask the CDR manager."


@dataclass(frozen=True)
class Words:
    """A text as this reader sees it; `withheld` texts are replaced by a note."""

    text: str
    withheld: bool = False


@dataclass(frozen=True)
class Answer:
    """One agency's answer as it is shown, with who said it, from what, and when."""

    words: str
    text: Words
    source: Words
    how: str
    said_by: str
    said_on: str
    fact_on: str


@dataclass(frozen=True)
class Cell:
    """One agency's place beside a question; `answers` is empty where it has said nothing.

    `asked` tells an answer that is owed from a question this agency was not asked.
    """

    agency: str
    answers: list[Answer]
    asked: bool = True


@dataclass(frozen=True)
class Row:
    """One question about one person, with every agency's answer."""

    question: str
    about: str
    cells: list[Cell]
    differs: bool


@dataclass(frozen=True)
class Section:
    """A section of Form B: its agencies side by side, and what nobody answered."""

    code: str
    title: str
    agencies: list[str]
    rows: list[Row]
    unanswered: list[str]


@dataclass(frozen=True)
class Clash:
    """A question that agencies answer differently, and how it was settled, if it was."""

    question: str
    question_code: str
    about: str
    about_key: Any
    said: list[tuple[str, str]]  # agency, answer
    waiting: bool
    settled: str = ""
    settled_text: Words = Words("")
    reason: Words = Words("")
    settled_by: str = ""
    settled_on: datetime.datetime | None = None


@dataclass
class Evidence:
    """The page of one case for one reader."""

    sections: list[Section] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    no_record: list[str] = field(default_factory=list)
    waiting_for: list[str] = field(default_factory=list)


def evidence_of(
    user,
    case: Case,
    *,
    instead: Callable[[str], str] | None = None,
    since: datetime.datetime | None = None,
) -> Evidence:
    """Return the evidence as `user` may read it; the queries do not grow with the agencies.

    With `instead` it is for a paper: as to somebody who may not know who the child was, every
    text with what that function puts in the place of names. With `since` only what was handed in
    after it is listed.
    """
    return _Reader(user, case, instead).page(since)


class _Reader:
    def __init__(self, user, case: Case, instead: Callable[[str], str] | None = None):
        self.case = case
        self.instead = instead
        self.known = instead is None and access.can(user, "view_identity", case)
        keys.prefetch("case", [case.pk])
        self.answers = list(
            AgencyAnswer.objects.filter(case=case, handed_in_at__isnull=False)
            .select_related("agency", "case")
            .order_by("said_at", "pk")
        )
        self.requests = list(
            AgencyRequest.objects.filter(case=case)
            .exclude(state=AgencyRequest.State.WITHDRAWN)
            .select_related("agency")
        )
        self.settled = list(
            Contradiction.objects.filter(case=case).select_related("settled_by", "case")
        )
        relatives = relatives_of(case)
        every = [one for kind in relatives.values() for one in kind]
        self.relations = {one.key: one.relation for one in every}
        self.identifiers = [] if self.known else _identifiers(case, every)
        self.names = self._agency_names()
        self.kinds = {one.agency_id: one.agency.kind for one in self.requests}
        self.kinds |= {one.agency_id: one.agency.kind for one in self.answers}
        self.codes: dict[Any, dict[tuple[str, Any], str]] = {}
        for one in self.answers:
            self.codes.setdefault(one.agency_id, {})[one.question, one.about_id] = one.code

    def page(self, since: datetime.datetime | None = None) -> Evidence:
        waiting = [one for one in self.requests if one.state in OPEN]
        listed = [one for one in self.answers if since is None or _handed_in(one, since)]
        found = Evidence(
            clashes=self._clashes(),
            no_record=sorted({self.names[a.agency_id] for a in listed if _no_record(a)}),
            waiting_for=sorted({self.names[one.agency_id] for one in waiting}),
        )
        differing = {(one.question_code, one.about_key) for one in found.clashes}
        by_section: dict[str, list[AgencyAnswer]] = {}
        for answer in listed:
            if not _no_record(answer) and (self.known or answer.section != OWN_SECTION):
                by_section.setdefault(answer.section, []).append(answer)
        order = list(every_section())
        for code in sorted(by_section, key=lambda one: _place(order, one)):
            found.sections.append(self._section(code, by_section[code], differing))
        return found

    def _agency_names(self) -> dict[Any, str]:
        """Return what each agency is called here: its name, or its kind to the panel."""
        agencies = {one.agency_id: one.agency for one in self.requests}
        agencies |= {one.agency_id: one.agency for one in self.answers}
        in_order = sorted(agencies.values(), key=lambda one: (one.kind, one.name, str(one.pk)))
        if self.known:
            return {one.pk: one.name for one in in_order}
        names, seen = {}, dict.fromkeys((one.kind for one in in_order), 0)
        many = [one.kind for one in in_order]
        for one in in_order:
            seen[one.kind] += 1
            label = code_label(one.kind)
            names[one.pk] = f"{label} {seen[one.kind]}" if many.count(one.kind) > 1 else label
        return names

    def _section(
        self, code: str, answers: list[AgencyAnswer], differing: set[tuple[str, Any]]
    ) -> Section:
        agencies = sorted({one.agency_id for one in answers}, key=lambda key: self.names[key])
        grouped: dict[tuple[str, Any], dict[Any, list[Answer]]] = {}
        for one in answers:
            row = grouped.setdefault((one.question, one.about_id), {})
            row.setdefault(one.agency_id, []).append(self._answer(one))
        section = every_section().get(code)
        asked = [one.code for one in section.questions] if section else []
        in_order = sorted(
            grouped, key=lambda key: (_place(asked, key[0]), key[0], self._about(key[1]))
        )
        answered = {question for question, _ in grouped}
        return Section(
            code=code,
            title=section_title(code),
            agencies=[self.names[key] for key in agencies],
            rows=[
                Row(
                    question_text(key[0]),
                    self._about(key[1]),
                    [
                        Cell(self.names[one], grouped[key].get(one, []), self._asked(one, *key))
                        for one in agencies
                    ],
                    key in differing,
                )
                for key in in_order
            ],
            unanswered=[question_text(one) for one in asked if one not in answered],
        )

    def _asked(self, agency: Any, question: str, about: Any) -> bool:
        """Say whether an agency is asked a question: it is for its kind, and what it hangs on."""
        found = form_question(question)
        if found is None:
            return True
        for_it = not found.agencies or self.kinds[agency] in found.agencies
        return for_it and is_asked(found, about, self.codes.get(agency, {}))

    def _answer(self, one: AgencyAnswer) -> Answer:
        said_on = timezone.localdate(one.said_at)
        return Answer(
            words=answer_label(one.question, one.code),
            text=self._words(one.text),
            source=self._words(one.source_of_fact),
            how="" if one.how == AgencyAnswer.How.SAID else one.get_how_display(),
            said_by=(one.said_by or "") if self.known else "",
            said_on=_day(said_on),
            fact_on=(_day(one.fact_on) if self.known else f"{one.fact_on:%B %Y}")
            if one.fact_on
            else "",
        )

    def _clashes(self) -> list[Clash]:
        # In the order said: of an agency that answered twice, the later answer stands.
        latest = {(one.question, one.about_id, one.agency_id): one for one in self.answers}
        found = []
        for one in in_answers(self.answers, self.settled):
            said = [
                (self.names[answer.agency_id], answer_label(answer.question, answer.code))
                for (question, about, _), answer in latest.items()
                if (question, about) == (one.question, one.about) and answer.code in one.codes
            ]
            row = one.settled
            found.append(
                Clash(
                    question=question_text(one.question),
                    question_code=one.question,
                    about=self._about(one.about),
                    about_key=one.about,
                    said=sorted(said),
                    waiting=one.waiting,
                    settled=answer_label(one.question, row.settled_code) if row else "",
                    settled_text=self._words(row.settled_text if row else ""),
                    reason=self._words(row.reason if row else ""),
                    settled_by=str(row.settled_by) if row else "",
                    settled_on=row.settled_at if row else None,
                )
            )
        return found

    def _about(self, key: Any) -> str:
        return self.relations.get(key, "Another person") if key else CHILD

    def _words(self, text: Any) -> Words:
        text = str(text or "")
        if self.instead is not None:
            return Words(self.instead(text))
        if text and not self.known and tells_who(text, self.identifiers):
            return Words(WITHHELD, withheld=True)
        return Words(text)


def _identifiers(case: Case, relatives: Iterable[Relative]) -> list[str]:
    """Return what would tell who somebody is: each name on its own, too."""
    found = [word for words in registries.identifiers for word in words(case)]
    people: list[Any] = [one.link.person for one in relatives]
    people += Child.objects.filter(case=case)
    for person in people:
        for name in ("family_name", "given_names", "other_names"):
            found += str(getattr(person, name) or "").replace("-", " ").split()
    return list(dict.fromkeys(found))


def _handed_in(answer: AgencyAnswer, since: datetime.datetime) -> bool:
    return answer.handed_in_at is not None and answer.handed_in_at > since


def _no_record(answer: AgencyAnswer) -> bool:
    return answer.question == NO_RECORD


def _place(order: list[str], code: str) -> int:
    return order.index(code) if code in order else len(order)


def _day(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"
