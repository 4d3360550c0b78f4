"""Fields that only the panel's forms need."""

import datetime
import re
from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError

from casereview import codes, forms
from casereview.rules import postcodes

FIRST_DAY = datetime.date(1900, 1, 1)
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]?([0-5][0-9])")


def yes_no_not_known(label: str, **options: Any) -> forms.CodeField:
    """Return a question answered yes, no or not known, that may be left for later."""
    options.setdefault("inline", not options.get("reveals"))
    return forms.CodeField(label=label, choices=codes.yes_no_not_known, required=False, **options)


class TimeField(forms.NamedField):
    """A time of day on the 24-hour clock, such as 14:30."""

    width = "5"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", django_forms.TextInput(attrs={"autocomplete": "off"}))
        kwargs.setdefault("help_text", "24-hour clock, for example 14:30")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.time | None:
        typed = str(value or "").strip()
        if not typed:
            return None
        found = _TIME.fullmatch(typed)
        if found is None or not typed.isascii():
            raise ValidationError(
                f"Enter the {self.name} on the 24-hour clock, for example 14:30", code="invalid"
            )
        return datetime.time(int(found[1]), int(found[2]))


class PostcodeField(forms.PlainTextField):
    """A postcode of the United Kingdom, by its shape."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("width", "10")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        typed = postcodes.normalise(super().to_python(value))
        if typed and not postcodes.shaped(typed):
            raise ValidationError(
                f"Enter the {self.name} in full, for example LE1 1ZZ, or leave it blank",
                code="invalid",
            )
        return typed
