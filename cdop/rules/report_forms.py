"""Form B as data: which sections and questions an agency is asked, and how far it has answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

YES, NO, NOT_KNOWN, NOT_APPLICABLE = "Y", "N", "NK", "NA"
SUPPLEMENT = "S-"
REPORTING = "reporting"


class BadForm(ValueError):
    """A question of a section that is not there, or that hangs on a question that is not."""


@dataclass(frozen=True)
class OnlyIf:
    """A question is asked only when another one has this answer."""

    question: str
    code: str


@dataclass(frozen=True)
class Question:
    """One question: how it is answered, of whom it is asked and about whom.

    `about` is child, adult (each parent, carer or adult of the household) or sibling (each other
    child); `explains` is the answer that asks for words; `known` names the fact on record that
    the agency confirms or corrects. `agencies` empty: every agency that the section asks.
    """

    code: str
    section: str
    text: str
    kind: str
    status: str
    about: str = "child"
    since: date | None = None
    codeset: str = ""
    explains: str = ""
    known: str = ""
    only_if: OnlyIf | None = None
    agencies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FormSection:
    """One section or supplement; `agencies` empty: asked of every agency.

    `versions` empty: every version of the form has it.
    """

    code: str
    title: str
    status: str
    questions: tuple[Question, ...]
    intro: str = ""
    number: str = ""
    first: bool = False
    agencies: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()

    @property
    def supplementary(self) -> bool:
        """Whether it is asked beside the form's own sections."""
        return self.code.startswith(SUPPLEMENT)

    @property
    def reconstructed(self) -> bool:
        """Whether what it asks was not all read in a source, whether or not that it exists was."""
        return {self.status, *(one.status for one in self.questions)} != {"CONFIRMED"}

    def asks(self, agency_type: str) -> bool:
        """Tell whether this type of agency is asked; one of no known type is asked all."""
        return not (agency_type and self.agencies) or agency_type in self.agencies


@dataclass(frozen=True)
class Supplement:
    """A supplement of one version of the form, for one event; `form` is the national form it is.

    One `by_hand` hangs on no event: a person chooses it when agencies are asked.
    """

    version: str
    event: str
    section: FormSection
    under_days: int | None = None
    form: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class Version:
    """One version of the form, sent out from `since` on."""

    code: str
    title: str
    since: date
    status: str


@dataclass(frozen=True)
class Forms:
    """Both versions of Form B with their sections and supplements."""

    versions: tuple[Version, ...]
    sections: tuple[FormSection, ...]
    supplements: tuple[Supplement, ...]


@dataclass(frozen=True)
class Completeness:
    """How many of the questions that are asked now have an answer."""

    answered: int
    asked: int

    @property
    def left(self) -> int:
        """How many are not answered yet."""
        return self.asked - self.answered

    def __add__(self, other: "Completeness") -> "Completeness":
        return Completeness(self.answered + other.answered, self.asked + other.asked)


Answers = Mapping[tuple[str, Any], str]


def version_on(forms: Forms, day: date) -> str:
    """Return the code of the version that is sent out on a day; before the first, the first.

    The reporting form is sent by the forms the death is on, never by the day alone.
    """
    current = forms.versions[0].code
    for version in forms.versions:
        if version.since <= day and version.code != REPORTING:
            current = version.code
    return current


def sections_for(
    forms: Forms,
    *,
    version: str,
    agency_type: str,
    events: Iterable[str] = (),
    age_days: int | None = None,
    only: Sequence[str] = (),
    on: date | None = None,
) -> tuple[FormSection, ...]:
    """Return the sections that an agency is asked, each with only its questions.

    `only` names the sections that were chosen when the agency was asked; empty: those that its
    type is asked; a supplement by hand among them is asked beside the others. A supplement is
    found by the version of the form and the event, or by the age
    of the child; its number says nothing. `on` is the day the agency was asked: a question that
    the form did not have yet is left out.

    Source: Form B, both versions; the national list of forms.
    """
    happened = set(events)
    by_hand = {one.section.code for one in forms.supplements if one.by_hand} & set(only)
    supplements = [
        one.section
        for one in forms.supplements
        if one.version == version
        and (
            one.section.code in by_hand
            or (one.event in happened and not one.by_hand)
            or (one.under_days is not None and age_days is not None and age_days < one.under_days)
        )
    ]
    every = [
        *(one for one in supplements if one.first),
        *(one for one in forms.sections if not one.versions or version in one.versions),
        *(one for one in supplements if not one.first),
    ]
    chosen = set(only) - by_hand
    asked = []
    for section in every:
        if section.code in by_hand or not chosen:
            wanted = section.asks(agency_type)
        else:
            wanted = section.code in chosen
        questions = tuple(
            one
            for one in section.questions
            if (not (one.agencies and agency_type) or agency_type in one.agencies)
            and (one.since is None or on is None or one.since <= on)
        )
        if wanted and questions:
            asked.append(_with(section, questions))
    return tuple(asked)


def _with(section: FormSection, questions: tuple[Question, ...]) -> FormSection:
    return FormSection(
        code=section.code,
        title=section.title,
        status=section.status,
        questions=questions,
        intro=section.intro,
        number=section.number,
        first=section.first,
        agencies=section.agencies,
        versions=section.versions,
    )


def is_asked(question: Question, about: Any, answers: Answers) -> bool:
    """Tell whether a question is asked, as the answers stand, about this person (None: the child).

    What hangs on an answer is looked for about the same person, then about the child.
    """
    if question.only_if is None:
        return True
    found = answers.get((question.only_if.question, about))
    if found is None:
        found = answers.get((question.only_if.question, None))
    return found == question.only_if.code


def people_for(question: Question, people: Mapping[str, Sequence[Any]]) -> Sequence[Any]:
    """Return whom a question is asked about: None for the child, else each adult or sibling."""
    return [None] if question.about == "child" else people.get(question.about, ())


def completeness(
    section: FormSection, people: Mapping[str, Sequence[Any]], answers: Answers
) -> Completeness:
    """Count the questions of a section that are asked and those that have an answer.

    `answers` maps (question, person) to a code, or to any text for a question in words; an empty
    answer is none. Not known and not applicable are answers.
    """
    answered = asked = 0
    for question in section.questions:
        for about in people_for(question, people):
            if is_asked(question, about, answers):
                asked += 1
                answered += bool(answers.get((question.code, about)))
    return Completeness(answered, asked)


def parse(main: Mapping[str, Any], extra: Mapping[str, Any]) -> Forms:
    """Return the forms told by the two data files.

    Raises:
        BadForm: a question stands twice, in no section, or hangs on one that is not there.
    """
    questions = [_question(one, one["section"]) for one in main["questions"]]
    more = [_question(one, SUPPLEMENT + one["event"]) for one in extra["questions"]]
    codes = [one.code for one in (*questions, *more)]
    sections = tuple(_section(one, one["code"], questions) for one in main["sections"])
    supplements = tuple(
        Supplement(
            version=one["version"],
            event=one["event"],
            section=_section(one, SUPPLEMENT + one["event"], more),
            under_days=one.get("under_days"),
            form=one.get("form", ""),
            by_hand=one.get("by_hand", False),
        )
        for one in extra["supplements"]
    )
    held = {one.code for section in sections for one in section.questions}
    held |= {one.code for supplement in supplements for one in supplement.section.questions}
    for one in (*questions, *more):
        if codes.count(one.code) > 1:
            raise BadForm(f"{one.code} is there twice")
        if one.code not in held:
            raise BadForm(f"{one.code} is in no section")
        if one.only_if and one.only_if.question not in codes:
            raise BadForm(f"{one.code} hangs on a question that is not there")
    return Forms(
        versions=tuple(
            Version(one["code"], one["title"], one["since"], one["status"])
            for one in sorted(main["versions"], key=lambda one: one["since"])
        ),
        sections=sections,
        supplements=supplements,
    )


def _section(raw: Mapping[str, Any], code: str, questions: Iterable[Question]) -> FormSection:
    return FormSection(
        code=code,
        title=raw["title"],
        status=raw["status"],
        questions=tuple(one for one in questions if one.section == code),
        intro=raw.get("intro", ""),
        number=raw.get("number", ""),
        first=raw.get("first", False),
        agencies=frozenset(raw.get("agencies", ())),
        versions=frozenset(raw.get("versions", ())),
    )


def _question(raw: Mapping[str, Any], section: str) -> Question:
    condition = raw.get("only_if")
    return Question(
        code=raw["code"],
        section=section,
        text=raw["text"],
        kind=raw["kind"],
        status=raw["status"],
        about=raw.get("about", "child"),
        since=raw.get("since"),
        codeset=raw.get("list", ""),
        explains=raw.get("explains", ""),
        known=raw.get("known", ""),
        only_if=OnlyIf(condition["question"], condition["code"]) if condition else None,
        agencies=frozenset(raw.get("agencies", ())),
    )
