"""Whole numbers that people type."""

from typing import Any

from django import forms

from casereview.forms.naming import NamedField


class WholeNumberField(NamedField, forms.IntegerField):
    """A whole number between two limits, both inclusive."""

    def __init__(self, *, least: int, most: int, width: str = "4", **kwargs: Any) -> None:
        self.width = width
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        kwargs.setdefault("widget", widget)
        super().__init__(min_value=least, max_value=most, **kwargs)
        between = f"Enter the {self.name} as a whole number from {least:,} to {most:,}"
        for code in ("invalid", "min_value", "max_value"):
            self.error_messages[code] = between
        # The validators carry their own copy of the message.
        for validator in self.validators:
            validator.message = between  # type: ignore[attr-defined]
