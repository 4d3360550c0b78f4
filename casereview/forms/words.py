"""Fields for what people type: lines, longer text and NHS numbers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from casereview.forms.naming import NamedField
from casereview.rules import nhs_numbers
from casereview.rules.text import UnacceptableText, normalise_line, normalise_text


class PlainTextField(NamedField, forms.CharField):
    """One line of text, normalised; hidden and control characters are refused."""

    normalise = staticmethod(normalise_line)
    longest = 200

    def __init__(self, *, width: str = "", **kwargs: Any) -> None:
        self.width = width
        kwargs.setdefault("max_length", self.longest)
        super().__init__(**kwargs)
        shorten = f"Shorten the {self.name} to {self.max_length:,} characters or fewer"
        self.error_messages.setdefault("max_length", shorten)

    def to_python(self, value: Any) -> str:
        """Normalise what was typed."""
        if value in self.empty_values:
            return ""
        try:
            return self.normalise(str(value))
        except UnacceptableText as error:
            raise ValidationError(f"{error} in the {self.name}", code="unacceptable") from None

    def widget_attrs(self, widget: forms.Widget) -> dict:
        """Leave out the browser's own limit, which cuts a pasted text without saying so."""
        return {"autocomplete": "off"}


class LongTextField(PlainTextField):
    """Text of several lines, normalised; hidden and control characters are refused."""

    normalise = staticmethod(normalise_text)
    longest = 20_000
    widget = forms.Textarea

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)


class NhsNumberField(NamedField, forms.CharField):
    """An NHS number with the right check digit; returned as ten digits without spaces."""

    width = "10"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "NHS number")
        attrs = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Return the ten digits, or the empty string for an empty box."""
        typed = nhs_numbers.normalise(str(value or "").strip())
        if not typed:
            return ""
        if len(typed) != 10 or not (typed.isascii() and typed.isdigit()):
            raise ValidationError(f"Enter the {self.name} as 10 digits", code="digits")
        if not nhs_numbers.valid(typed):
            raise ValidationError(
                f"Check the {self.name}: one of its digits is wrong or two are swapped",
                code="check_digit",
            )
        return typed
