"""How a form is drawn as GOV.UK Frontend markup, and where its error links point."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorDict

from casereview import drafts
from casereview.forms.dates import PARTS, DateParts
from casereview.forms.theirs import TAKE, Theirs, beside, opened_on, with_theirs
from casereview.keys import Owner


class ErrorLink(NamedTuple):
    """One line of the error summary; an empty target is an error of the whole form."""

    text: str
    target: str


class Section(NamedTuple):
    """Fields that are drawn under one heading; an empty title draws none."""

    title: str
    fields: list["BoundField"]


class Option(NamedTuple):
    """One radio button or checkbox, with the field that choosing it reveals, if any."""

    id: str
    name: str
    value: str
    label: str
    selected: bool
    hint: str
    revealed: "BoundField | None"


class BoundField(forms.BoundField):
    """A field on the page: GOV.UK's classes, and the id that an error link must point to."""

    form: forms.BaseForm

    def build_widget_attrs(self, attrs: dict, widget: forms.Widget | None = None) -> dict:
        """Add GOV.UK's class to the attributes; Django has already wired hint and error."""
        drawn: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        # The form says "Enter the date of death"; the browser would only say "Fill in this field".
        drawn.pop("required", None)
        widget = widget or self.field.widget
        if isinstance(widget, DateParts):
            drawn["wrong_parts"] = self.wrong_parts
        elif css := _css_class(widget):
            width = getattr(self.field, "width", "")
            names = [widget.attrs.get("class"), css]
            names += [f"{css}--width-{width}"] if width else []
            names += [f"{css}--error"] if self.errors else []
            drawn["class"] = " ".join(filter(None, names))
        return drawn

    @property
    def kind(self) -> str:
        """Say which markup draws the field: hidden, choice, date, tick or box."""
        widget = self.field.widget
        if widget.is_hidden:
            return "hidden"
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "choice"
        if isinstance(widget, DateParts):
            return "date"
        return "tick" if isinstance(widget, forms.CheckboxInput) else "box"

    @property
    def block(self) -> str:
        """Name GOV.UK's component for a choice."""
        # Django derives its checkboxes from its radio buttons: ask for the former.
        many = isinstance(self.field.widget, forms.CheckboxSelectMultiple)
        return "checkboxes" if many else "radios"

    @property
    def grouped(self) -> bool:
        """Whether several elements answer the one question, so that it needs a legend."""
        return self.kind in {"choice", "date"} or self.use_fieldset

    @property
    def wrong_parts(self) -> tuple[str, ...]:
        """Name the boxes of a date that must be corrected; another field or no error: none."""
        for error in self.errors.as_data() if self.errors else []:
            if parts := (error.params or {}).get("parts"):
                return tuple(parts)
        return PARTS if self.errors else ()

    @property
    def target(self) -> str:
        """Return the id of the first element to correct: the one an error link points to."""
        match self.kind:
            case "hidden":
                return ""
            case "date":
                return f"{self.auto_id}_{PARTS.index(self.wrong_parts[0]) if self.errors else 0}"
            case "choice":
                return next((option.id for option in self.options), "")
            case _:
                return self.id_for_label or self.auto_id

    take_theirs = TAKE

    @property
    def theirs(self) -> Theirs | None:
        """Return what somebody else saved here meanwhile, where it differs from what was typed."""
        found = getattr(self.form, "theirs", ())
        return next((one for one in found if one.name == self.name), None)

    @property
    def options(self) -> list[Option]:
        """List the radio buttons or checkboxes with their hints and revealed fields."""
        hints: Mapping[str, str] = getattr(self.field, "hints", {})
        reveals: Mapping[str, str] = getattr(self.field, "reveals", {})
        options = []
        for widget in self.subwidgets:
            value = str(widget.data["value"])
            name = reveals.get(value)
            revealed = cast(BoundField, self.form[name]) if name in self.form.fields else None
            options.append(
                Option(
                    id=widget.id_for_label,
                    name=widget.data["name"],
                    value=value,
                    label=str(widget.choice_label),
                    selected=widget.data["selected"],
                    hint=str(hints.get(value, "")),
                    revealed=revealed,
                )
            )
        return options


def _css_class(widget: forms.Widget) -> str:
    match widget:
        case forms.CheckboxInput() | forms.RadioSelect() | forms.CheckboxSelectMultiple():
            return ""
        case forms.Textarea():
            return "govuk-textarea"
        case forms.Select():
            return "govuk-select"
        case forms.FileInput():
            return "govuk-file-upload"
        case _:
            return "" if widget.is_hidden else "govuk-input"


class Renderer(DjangoTemplates):
    """Draws every form of the product, those of packages included, with the same templates.

    It has an engine of its own, so that Django's widgets are found without being installed.
    """

    form_template_name = "casereview/forms/form.html"
    field_template_name = "casereview/forms/field.html"
    bound_field_class = BoundField


class Form(forms.Form):
    """The base of the product's forms.

    `sections` names headings and the fields under each; fields that no section names come last,
    so that none is lost.
    """

    sections: Sequence[tuple[str, Sequence[str]]] = ()
    # Why what is typed here is not kept as a draft; empty: long text is.
    without_draft = ""

    @property
    def draft_owners(self) -> dict[str, Owner]:
        """Whose key an answer is kept under in a draft, where not the case's of the page."""
        return {}

    theirs: Sequence[Theirs] = ()
    default_renderer = Renderer
    bound_field_class = BoundField
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        self._typed_before = drafts.typed_before()
        super().__init__(*args, **kwargs)

    @property
    def is_bound(self) -> bool:  # type: ignore[override]
        """Whether the form shows what was typed: now, or before, where a draft is gone on with."""
        return self._posted or self.goes_on

    @is_bound.setter
    def is_bound(self, posted: bool) -> None:
        self._posted = posted

    @property
    def goes_on(self) -> bool:
        """Whether the form is filled from a draft: nothing in it is checked or handed in."""
        if self._typed_before is None:
            return False
        if self.data is not self._typed_before:
            names = {self.add_prefix(name) for name in self.fields if name not in drafts.SEEN}
            typed = self._typed_before
            # The boxes of a date are named after their parts.
            if not any(name in names or name.rpartition("_")[0] in names for name in typed):
                return False
            self.data = typed
        return True

    @property
    def keeps_draft(self) -> bool:
        """Whether what is typed here may be kept as a draft: there is a box for long text."""
        boxes = any(isinstance(one.widget, forms.Textarea) for one in self.fields.values())
        return boxes and not self.without_draft

    def full_clean(self) -> None:
        """Check what was posted; a draft is shown as it was typed."""
        if self.goes_on:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        if self.is_bound and (chosen := with_theirs(self)) is not None:
            self.data = chosen
        super().full_clean()

    def is_valid(self) -> bool:
        """Say whether what was posted may be acted on; a draft never is."""
        return not self.goes_on and super().is_valid()

    def __getitem__(self, name: str) -> BoundField:
        """Return the field as it is drawn."""
        return cast(BoundField, super().__getitem__(name))

    def clean(self) -> dict[str, Any]:
        """Forget what is in a field whose answer was not chosen, and any error there.

        A form that checks more calls this first.
        """
        cleaned = self.cleaned_data
        for question, field in self.fields.items():
            reveals: Mapping[str, str] = getattr(field, "reveals", {})
            for code, name in reveals.items():
                answer = cleaned.get(question) or ""
                chosen = code == answer if isinstance(answer, str) else code in answer
                if name in self.fields and not chosen:
                    self.errors.pop(name, None)
                    cleaned[name] = getattr(self.fields[name], "empty_value", None)
        return cleaned

    def show_theirs(self, now: Mapping[str, Any] | None = None) -> None:
        """Show beside what was typed what is saved now: what the form is opened on, or `now`."""
        self.theirs = beside(self, {**opened_on(self), **(now or {})})

    @property
    def groups(self) -> list[Section]:
        """List the sections to draw; a field that an answer reveals is drawn with that answer."""
        revealed = {
            name
            for field in self.fields.values()
            for name in getattr(field, "reveals", {}).values()
        }
        left = [name for name in self.fields if name not in revealed and not self[name].is_hidden]
        groups = []
        for title, names in self.sections:
            drawn = [name for name in names if name in left]
            left = [name for name in left if name not in drawn]
            if drawn:
                groups.append(Section(title, [self[name] for name in drawn]))
        if left:
            groups.append(Section("", [self[name] for name in left]))
        return groups

    def error_links(self) -> list[ErrorLink]:
        """List the errors in the order of the page, each with the id of the element to correct."""
        return error_links(self)

    @property
    def error_prefix(self) -> str:
        """Return "Error: " for the title of a page with something to correct, else nothing."""
        return "Error: " if self.errors else ""


def error_links(form: forms.BaseForm) -> list[ErrorLink]:
    """List a form's errors in the order of the page, those of the whole form first.

    Returns: each message with the id of an element that the form draws; the id is empty where the
    error belongs to no visible field.
    """
    links = [ErrorLink(str(message), "") for message in form.non_field_errors()]
    for field in _in_order_of_the_page(form):
        for message in field.errors:
            links.append(ErrorLink(str(message), getattr(field, "target", field.id_for_label)))
    return links


def _in_order_of_the_page(form: forms.BaseForm) -> Iterable[Any]:
    if not isinstance(form, Form):
        yield from form
        return
    seen = set()
    for section in form.groups:
        for field in section.fields:
            seen.add(field.name)
            yield field
            for option in field.options if field.kind == "choice" else []:
                if option.revealed is not None and option.revealed.name not in seen:
                    seen.add(option.revealed.name)
                    yield option.revealed
    yield from (field for field in form if field.name not in seen)
