"""Fields that are answered with codes of a list."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms

from casereview.forms.naming import NamedField, named

Choices = Iterable[tuple[str, str]]

YES, NO, NOT_KNOWN = "yes", "no", "not_known"


class CodeField(NamedField, forms.ChoiceField):
    """One code of a list, as radio buttons or, for a long list, a select box.

    `hints` maps a code to the line under its label; `reveals` maps a code to the name of the field
    that choosing it shows. A code that is missing from either has none.
    """

    verb = "Select"

    def __init__(
        self,
        *,
        choices: Callable[[], Choices] | Choices,
        select: bool = False,
        inline: bool = False,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.inline, self.hints, self.reveals = inline, hints or {}, reveals or {}
        kwargs.setdefault("widget", forms.Select if select else forms.RadioSelect)
        super().__init__(choices=_with_blank(choices) if select else choices, **kwargs)
        self.error_messages["invalid_choice"] = f"Select the {self.name} in the list"


class CodesField(NamedField, forms.MultipleChoiceField):
    """Any number of codes of a list, as checkboxes; `hints` and `reveals` as in `CodeField`."""

    verb = "Select"
    inline = False
    widget = forms.CheckboxSelectMultiple

    def __init__(
        self,
        *,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.hints, self.reveals = hints or {}, reveals or {}
        super().__init__(**kwargs)
        self.error_messages["invalid_choice"] = f"Select the {self.name} in the list"
        self.error_messages["invalid_list"] = f"Select the {self.name} in the list"


class YesNoNotKnownField(CodeField):
    """A question whose answer may be that it is not known, which is never taken for a no."""

    def __init__(self, **kwargs: Any) -> None:
        answers = ((YES, "Yes"), (NO, "No"), (NOT_KNOWN, "Not known"))
        kwargs.setdefault("inline", not kwargs.get("reveals"))
        question = named(kwargs.get("label"), kwargs.get("name"))
        required = {"required": f"Select yes, no or not known: {question}"}
        kwargs["error_messages"] = {**required, **(kwargs.get("error_messages") or {})}
        super().__init__(choices=answers, **kwargs)


class TickField(NamedField, forms.BooleanField):
    """One box to tick, such as a declaration; required means that it must be ticked."""

    def __init__(self, **kwargs: Any) -> None:
        required = {"required": f"Tick the box: {kwargs.get('label', '')}"}
        kwargs["error_messages"] = {**required, **(kwargs.get("error_messages") or {})}
        super().__init__(**kwargs)


def _with_blank(choices: Callable[[], Choices] | Choices) -> Callable[[], Choices]:
    return lambda: [("", "Choose from the list"), *(choices() if callable(choices) else choices)]
