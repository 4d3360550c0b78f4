"""The one grid of a panel review: a row for each factor of a domain, and for each person."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms as django_forms
from django.utils.html import format_html

from casereview import codes as kernel_codes
from casereview import forms
from casereview.codelists import CodeList
from casereview.forms import ErrorLink, error_links
from cdop.actions.reviewing import GridLine
from cdop.form_sets import Lists
from cdop.forms.review import PageForm
from cdop.models import FactorFinding

SPARE = 2
BLANK = ("", "–")
# Few words, because the list on the page must be narrow; the page gives each level whole.
INFLUENCES = {
    "0": "0 – not known",
    "1": "1 – none",
    "1*": "1* – unlikely",
    "2": "2 – may have",
    "3": "3 – explains",
}
REMOVE = "REMOVE"
ANSWERS = ("present", "in_whom", "influence", "modifiable")
WORDS = ("note", "reason", "what_would_change")


def _select(label: str, choices: Iterable[tuple[str, str]]) -> forms.CodeField:
    return forms.CodeField(
        label=label,
        choices=[BLANK, *((code, words) for code, words in choices if code)],
        widget=django_forms.Select,
        required=False,
    )


class RowForm(PageForm):
    """One row: a factor, in one person. A row without an answer to *present* says nothing."""

    def __init__(
        self, *args: Any, label: str, factor: str = "", levels: CodeList, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.row_label, self.factor = label, factor
        answers = kernel_codes.yes_no_not_known()
        fields = {
            "present": _select(f"{label}: present", answers),
            "in_whom": _select(f"{label}: in whom", FactorFinding.InWhom.choices),
            "influence": _select(
                f"{label}: influence",
                [(code, INFLUENCES.get(code, words)) for code, words in levels.choices()],
            ),
            "modifiable": _select(
                f"{label}: modifiable",
                [(code, "Cannot say" if code == "NK" else words) for code, words in answers],
            ),
            "note": self._words("What the panel found"),
            "reason": self._words("Why it is modifiable, or cannot be said"),
            "what_would_change": self._words("What would change it"),
        }
        self.fields.update(fields)

    def _words(self, label: str) -> forms.LongTextField:
        # Every row has these boxes: read out, each says which factor it is about.
        whole = format_html(
            '{}<span class="govuk-visually-hidden">: {}</span>', label, self.row_label
        )
        name = f"answer on {self.row_label}"
        return forms.LongTextField(label=whole, name=name, required=False, rows=2, max_length=4000)

    @property
    def grid_cells(self) -> list[tuple[str, Any]]:
        """The answers of the row as heading and field."""
        headings = ("Present", "In whom", "Influence", "Modifiable")
        return [(heading, self[name]) for heading, name in zip(headings, ANSWERS, strict=True)]

    @property
    def texts(self) -> list[Any]:
        """The fields of the row that hold text, and the box that keeps what was refused there."""
        return [self[name] for name in (*WORDS, "names_nobody") if name in self.fields]

    @property
    def unfolded(self) -> bool:
        """Whether the texts are shown at once: something is in them, or wrong with them."""
        return any(text.errors or text.value() for text in self.texts)

    @property
    def begun(self) -> bool:
        """Whether anything stands in the row, or is wrong with it: then it is shown whole."""
        return bool(self.errors) or any(self[name].value() for name in (*ANSWERS, *WORDS))

    def has_answers(self) -> bool:
        """Tell whether anything was filled in."""
        return any(self.cleaned_data.get(name) for name in (*ANSWERS, *WORDS))

    def clean(self) -> dict[str, Any]:
        """Ask for what an answer needs beside it."""
        cleaned = super().clean()
        if cleaned.get("present") == REMOVE:
            self.errors.clear()
            return cleaned
        present, modifiable = cleaned.get("present"), cleaned.get("modifiable")
        label = self.row_label
        if not present and self.has_answers() and not self.has_error("present"):
            self.add_error("present", f"Select whether this was present: {label}")
        if modifiable == "Y" and present in ("N", "NK"):
            self.add_error(
                "modifiable", f"Select yes for present before yes for modifiable: {label}"
            )
        if present == "Y" and not modifiable and not self.has_error("modifiable"):
            self.add_error("modifiable", f"Select whether this could be modified: {label}")
        if modifiable in ("Y", "NK") and present == "Y" and not cleaned.get("reason"):
            if not self.has_error("reason"):
                self.add_error("reason", f"Enter the reason for the answer on modifiable: {label}")
        if self.specified and present == "Y" and not cleaned.get("note"):
            if not self.has_error("note"):
                self.add_error("note", f"Enter what it is: {label}")
        return cleaned

    @property
    def specified(self) -> bool:
        """Whether the factor is *Other (specify)*, which must say what it is."""
        return self.factor.endswith("99")

    def line(self, key: Any) -> GridLine:
        """Return the row as it is to be recorded."""
        kept = {name: self.cleaned_data.get(name) or "" for name in (*ANSWERS, *WORDS)}
        if kept["present"] == REMOVE:
            return GridLine(key=key, factor=self.factor)
        return GridLine(key=key, factor=self.factor, **kept)


class SpareRowForm(RowForm):
    """A further row for a factor of the domain that was found in another person too."""

    def __init__(self, *args: Any, factors: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["factor"] = _select(f"{self.row_label}: factor", factors)

    @property
    def factor_field(self) -> Any:
        """The question which factor the row is about."""
        return self["factor"]

    def clean(self) -> dict[str, Any]:
        """Ask for the factor of a row that was filled in."""
        self.factor = self.cleaned_data.get("factor") or ""
        cleaned = super().clean()
        if not self.factor and self.has_answers():
            self.add_error("factor", "Select the factor of the further row")
        return cleaned


@dataclass
class Row:
    """One row as it is drawn: its form and, of a recorded line, its key."""

    form: RowForm
    key: Any = None

    @property
    def spare(self) -> bool:
        return isinstance(self.form, SpareRowForm)


@dataclass
class Grid:
    """The rows of one domain, drawn and checked together."""

    rows: list[Row]
    errors: list[ErrorLink] = field(default_factory=list)

    def is_valid(self) -> bool:
        """Check every row, and that a factor is not said twice of one person."""
        for row in self.rows:
            if row.form.is_bound and not row.form.is_valid():
                self.errors += error_links(row.form)
        if not self.errors:
            self._refuse_repeated()
        return not self.errors

    def refuse(self, message: str) -> None:
        """Add an error that belongs to no one row, before all others."""
        self.errors.insert(0, ErrorLink(message, ""))

    def _refuse_repeated(self) -> None:
        said = Counter()  # type: ignore[var-annotated]
        for row in self._answered():
            person = row.form.cleaned_data["in_whom"]
            said[row.form.factor, person] += 1
            # Other (specify) may be several things in one person.
            if row.form.factor and not row.form.specified and said[row.form.factor, person] > 1:
                row.form.add_error(
                    "in_whom", "Select another person: this factor is there twice for this one"
                )
                self.errors += error_links(row.form)

    def _answered(self) -> list[Row]:
        return [
            row
            for row in self.rows
            if row.form.is_bound and row.form.cleaned_data.get("present") not in (None, "", REMOVE)
        ]

    def lines(self) -> list[GridLine]:
        """Return the rows to record: every recorded line, and the others that were answered."""
        return [
            row.form.line(row.key)
            for row in self.rows
            if row.form.is_bound and (row.key or row.form.cleaned_data.get("present"))
        ]


def grid(
    domain: str,
    lines: list[FactorFinding],
    known: Lists,
    data: Mapping[str, Any] | None = None,
    identifying: Iterable[str] = (),
    labels: Mapping[Any, str] | None = None,
) -> Grid:
    """Return the grid of a domain: its recorded lines, a row for each other factor, spare rows.

    `known` are the lists of the form the review is on; `labels` names the recorded lines by key.
    With `data`, a row that was not sent is shown as it is recorded: somebody else has added it
    meanwhile.
    """
    listed = [
        (each.code, each.label) for each in known.factor.codes if each.extra["domain"] == domain
    ]
    names = Counter(line.factor for line in lines)
    rows = []
    by_factor: dict[str, list[FactorFinding]] = {}
    for line in lines:
        by_factor.setdefault(line.factor, []).append(line)
    for line in by_factor.pop("", []):
        rows.append(_recorded(line, (labels or {}).get(line.pk, ""), known, data, identifying))
    for code, words in listed:
        for line in by_factor.get(code, []):
            person = f" ({line.get_in_whom_display().lower()})" if names[code] > 1 else ""
            rows.append(_recorded(line, words + person, known, data, identifying))
        prefix = f"new-{code}"
        if code not in by_factor or (data and data.get(f"{prefix}-present")):
            row = RowForm(
                data,
                prefix=prefix,
                label=words,
                factor=code,
                levels=known.influence,
                identifying=identifying,
            )
            rows.append(Row(row))
    for number in range(SPARE if listed else 0):
        rows.append(
            Row(
                SpareRowForm(
                    data,
                    prefix=f"spare-{number}",
                    label=f"Further row {number + 1}",
                    factors=listed,
                    levels=known.influence,
                    identifying=identifying,
                )
            )
        )
    return Grid(rows)


def _recorded(
    line: FactorFinding,
    label: str,
    known: Lists,
    data: Mapping[str, Any] | None,
    identifying: Iterable[str],
) -> Row:
    prefix = f"line-{line.pk}"
    sent = data if data is not None and f"{prefix}-present" in data else None
    initial = {name: getattr(line, name) for name in (*ANSWERS, *WORDS)}
    form = RowForm(
        sent,
        prefix=prefix,
        label=label,
        factor=line.factor,
        initial=initial,
        levels=known.influence,
        identifying=identifying,
    )
    form.fields["present"].choices += [(REMOVE, "Take this row out")]  # type: ignore[attr-defined]
    return Row(form, line.pk)
