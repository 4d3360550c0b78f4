"""Answering a section of an agency's report; handing out its parts; saying that nothing is held."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.models import User
from cdop.actions.reporting import Provenance, Said
from cdop.models import AgencyAnswer
from cdop.report_questions import choices
from cdop.report_sight import IN_WORDS, Known, Relative, Report
from cdop.rules.report_forms import FormSection, Question

How = AgencyAnswer.How
NOT_YET = ("", "Not answered yet")
NO_WORDS = [("NK", "Not known"), ("NA", "Not applicable"), NOT_YET]
RIGHT, WRONG = "right", "wrong"


class SectionForm(forms.Form):
    """The questions of one section, each about the child or one named relation.

    No answer is required: *not known* and *not applicable* are answers, and a question that
    nobody answered stays *not answered yet*.
    """

    said_by = forms.PlainTextField(
        label="Who says so",
        help_text="Name and post of the person whose answers these are.",
        name="name of the person who says so",
        required=False,
    )
    source = forms.PlainTextField(
        label="Where the facts are from",
        help_text="Such as: the GP record, a conversation with the school nurse.",
        required=False,
    )
    fact_on = forms.DatePartsField(
        label="Date of that record or conversation",
        help_text="If there is one date.",
        not_after=timezone.localdate,
        required=False,
    )

    def __init__(self, *args: Any, report: Report, section: FormSection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report
        own = [*self.fields]
        self.asked: dict[str, tuple[Question, Relative | None]] = {}
        for question, about in report.asked(section):
            name = _name(question, about, report)
            self.asked[name] = (question, about)
            self._add(name, question, about)
        # Who says so comes last on the page: it is asked about what was just answered.
        self.order_fields([*(name for name in self.fields if name not in own), *own])
        self.sections = (("", [*self.asked]), ("Where this is from", own))

    def _add(self, name: str, question: Question, about: Relative | None) -> None:
        key = (question.code, about.key if about else None)
        row = self.report.rows.get(key)
        label = f"{question.text} – {about.relation}" if about else question.text
        known = self.report.known.get(question.known) if question.known else None
        if known is not None:
            self._add_known(name, question, label, known, row)
        elif question.kind == "list":
            self.fields[name] = forms.CodeField(
                label=label, choices=choices(question), select=True, required=False
            )
            self.initial.setdefault(name, row.code if row else "")
        elif question.kind == "yes_no":
            reveals = {question.explains: f"{name}_text"} if question.explains else {}
            self.fields[name] = forms.CodeField(
                label=label,
                choices=[*choices(question), NOT_YET],
                reveals=reveals,
                required=False,
            )
            if reveals:
                self._add_words(name, "Say more", question, row)
            self.initial.setdefault(name, row.code if row else "")
        else:
            self.fields[name] = forms.CodeField(
                label=label,
                choices=[(IN_WORDS, "I can answer"), *NO_WORDS],
                reveals={IN_WORDS: f"{name}_text"},
                required=False,
            )
            self._add_words(name, "Answer", question, row)
            code = row.code or (IN_WORDS if row.text else "") if row else ""
            self.initial.setdefault(name, code)

    def _add_words(
        self, name: str, label: str, question: Question, row: AgencyAnswer | None
    ) -> None:
        field = forms.PlainTextField if question.kind == "line" else forms.LongTextField
        options: dict[str, Any] = {} if question.kind == "line" else {"rows": 3}
        self.fields[f"{name}_text"] = field(label=label, required=False, **options)
        self.initial.setdefault(f"{name}_text", (row.text or "") if row else "")

    def _add_known(
        self,
        name: str,
        question: Question,
        label: str,
        known: Known,
        row: AgencyAnswer | None,
    ) -> None:
        self.fields[name] = forms.CodeField(
            label=label,
            help_text=f"On record: {known.words}",
            choices=[(RIGHT, "That is right"), (WRONG, "It should be something else"), *NO_WORDS],
            reveals={WRONG: f"{name}_text"},
            required=False,
        )
        if question.codeset:
            listed = [one for one in choices(question) if one[0] not in {known.code, "NK", "NA"}]
            self.fields[f"{name}_text"] = forms.CodeField(
                label="It should be", choices=listed, select=True, required=False
            )
        else:
            self.fields[f"{name}_text"] = forms.PlainTextField(label="It should be", required=False)
        if row is None:
            return
        if row.how == How.CONFIRMED:
            chosen = RIGHT
        else:
            chosen = row.code if row.code in {"NK", "NA"} else WRONG
        self.initial.setdefault(name, chosen)
        if chosen == WRONG:
            corrected = row.code if question.codeset else row.text
            self.initial.setdefault(f"{name}_text", corrected or "")

    def clean(self) -> dict[str, Any]:
        """Take words without a choice as an answer in words; a choice without its words asks."""
        cleaned = self.cleaned_data
        for name, (question, _) in self.asked.items():
            words, chosen = cleaned.get(f"{name}_text"), cleaned.get(name)
            if words and not chosen:
                reveals = list(self.fields[name].reveals)  # type: ignore[attr-defined]
                cleaned[name] = chosen = reveals[0]
            if chosen in {WRONG, IN_WORDS} and not words and f"{name}_text" not in self.errors:
                self.add_error(f"{name}_text", f"Enter the answer to: {question.text}")
        cleaned = super().clean()
        if not self.errors and any(one.code or one.text for one in self.said):
            if not cleaned.get("said_by"):
                self.add_error("said_by", "Enter the name of the person who says so")
        return cleaned

    @property
    def said(self) -> list[Said]:
        """The answers as they were given, empty ones included: they take an earlier one out."""
        return [self._said(name, question, about) for name, (question, about) in self.asked.items()]

    def _said(self, name: str, question: Question, about: Relative | None) -> Said:
        chosen = self.cleaned_data.get(name) or ""
        words = self.cleaned_data.get(f"{name}_text") or ""
        person = about.link.person if about else None
        known = self.report.known.get(question.known) if question.known else None
        if chosen == RIGHT and known is not None:
            text = "" if known.code else known.words
            return Said(question.code, person, known.code, text, How.CONFIRMED)
        if chosen == WRONG:
            code, text = (words, "") if question.codeset else ("", words)
            return Said(question.code, person, code, text, How.CORRECTED)
        if chosen == IN_WORDS:
            return Said(question.code, person, "", words)
        return Said(question.code, person, chosen, words if chosen in _explained(question) else "")

    @property
    def who(self) -> Provenance:
        """Who says so, and where it is from."""
        given = self.cleaned_data
        return Provenance(
            said_by=given.get("said_by") or "",
            source=given.get("source") or "",
            fact_on=given.get("fact_on"),
        )


def _explained(question: Question) -> set[str]:
    return {question.explains} if question.explains else set()


def _name(question: Question, about: Relative | None, report: Report) -> str:
    name = question.code.replace("-", "_")
    if about is None:
        return name
    return f"{name}_{report.relatives[question.about].index(about) + 1}"


class CorrectionForm(SectionForm):
    """A section of a report that was returned, with the reason for changing it."""

    reason = forms.LongTextField(label="Why is the report corrected?", rows=3)


class NoRecordForm(forms.Form):
    """Who looked for a record of the child and family, and found none."""

    name = forms.PlainTextField(label="Your name and post", name="name of the person who looked")


class PartsForm(forms.Form):
    """For each section, the person of the agency who answers it."""

    def __init__(self, *args: Any, report: Report, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        offered = [(key, _with_post(one)) for key, one in self.people.items()]
        for place, section in enumerate(report.sections):
            part = report.parts.get(section.code)
            self.fields[f"part_{place}"] = forms.CodeField(
                label=section.title, choices=offered, select=True, required=False
            )
            chosen = str(part.to_user_id) if part and part.to_user_id else ""
            self.initial.setdefault(f"part_{place}", chosen)
        self.codes = [section.code for section in report.sections]

    @property
    def given(self) -> dict[str, User | None]:
        """Whom each section is handed to; nobody where none was chosen."""
        return {
            code: self.people.get(self.cleaned_data.get(f"part_{place}") or "")
            for place, code in enumerate(self.codes)
        }


def _with_post(user: User) -> str:
    return f"{user.name}, {user.post}" if user.post else user.name


class CodeForm(forms.Form):
    """The code that was sent apart from the link."""

    code = forms.PlainTextField(
        label="Code",
        width="10",
        help_text="Eight letters and digits, sent to you apart from the link.",
    )
