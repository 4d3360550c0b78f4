"""A date in three boxes, which keep what was typed however wrong it is."""

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from casereview.forms.naming import NamedField

Day = datetime.date | Callable[[], datetime.date]

PARTS = ("day", "month", "year")
_MONTHS = (
    "january february march april may june july august september october november december"
).split()


class DateParts(forms.MultiWidget):
    """Three boxes: day, month, year."""

    template_name = "casereview/forms/date_parts.html"
    use_fieldset = True

    def __init__(self, attrs: dict | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = dict.fromkeys(PARTS, forms.TextInput)
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Split a date, or one written YYYY-MM-DD, into what the boxes show."""
        if isinstance(value, str):
            return list(reversed(value.split("-"))) if value.count("-") == 2 else [None] * 3
        return [value.day, value.month, value.year] if value else [None] * 3

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        """Tell each box its label, its width and whether it must be corrected."""
        attrs = dict(attrs or {})
        wrong = attrs.pop("wrong_parts", ())
        context = super().get_context(name, value, attrs)
        for part, box in zip(PARTS, context["widget"]["subwidgets"], strict=True):
            box["label"], box["wrong"] = part.capitalize(), part in wrong
            box["width"] = 4 if part == "year" else 2
            box["attrs"].pop("aria-invalid", None)
        return context


class DatePartsField(NamedField):
    """A date typed as day, month and year; the month may be a number or its name.

    `not_before` and `not_after` are days or functions that return one; both days are allowed.
    """

    widget = DateParts

    def __init__(
        self, *, not_before: Day | None = None, not_after: Day | None = None, **kwargs: Any
    ) -> None:
        self.not_before, self.not_after = not_before, not_after
        super().__init__(**kwargs)

    def clean(self, value: Any) -> datetime.date | None:
        """Return the date, or None where nothing was typed and nothing is required.

        Raises:
            ValidationError: with the boxes to correct in `params["parts"]`.
        """
        day, month, year = typed = _typed(value)
        if not any(typed):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if missing := [part for part, text in zip(PARTS, typed, strict=True) if not text]:
            words = " and ".join(missing)
            self._refuse(f"Add the {words} to the {self.name}", "incomplete", missing)
        if not re.fullmatch("[0-9]{4}", year):
            self._refuse(f"Enter the year of the {self.name} as 4 digits", "year", ["year"])
        number = _month(month)
        if number is None:
            self._refuse(
                f"Enter the month of the {self.name} as a number from 1 to 12", "month", ["month"]
            )
        if not re.fullmatch("[0-9]{1,2}", day):
            self._refuse(f"Enter the day of the {self.name} as a number", "day", ["day"])
        try:
            date = datetime.date(int(year), number or 0, int(day))
        except ValueError:
            self._refuse(f"Enter a real date for the {self.name}", "invalid", PARTS)
        self._check_limits(date)
        return date

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what the boxes show with what was typed."""
        shown = initial if isinstance(initial, list) else DateParts().decompress(initial)
        return _typed([str(part or "") for part in shown]) != _typed(data)

    def _check_limits(self, date: datetime.date) -> None:
        first = self.not_before() if callable(self.not_before) else self.not_before
        last = self.not_after() if callable(self.not_after) else self.not_after
        if first and date < first:
            self._refuse(f"Enter a {self.name} on or after {_in_words(first)}", "too_early", PARTS)
        if last and date > last:
            self._refuse(f"Enter a {self.name} on or before {_in_words(last)}", "too_late", PARTS)

    def _refuse(self, message: str, code: str, parts: Sequence[str]) -> None:
        raise ValidationError(message, code=code, params={"parts": tuple(parts)})


def _typed(value: Any) -> tuple[str, str, str]:
    """Return what is in the three boxes without space around it; a missing box is empty."""
    boxes = [str(part or "").strip() for part in (value or [])][:3]
    day, month, year = boxes + [""] * (3 - len(boxes))
    return day, month, year


def _month(text: str) -> int | None:
    """Read a month as 1 to 12 from a number, a name or its first letters (three or more)."""
    if re.fullmatch("[0-9]{1,2}", text):
        return int(text) if 1 <= int(text) <= 12 else None
    if len(text) < 3:
        return None
    return next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(text.lower())), None)


def _in_words(day: datetime.date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1].capitalize()} {day.year}"
