"""Forms drawn as GOV.UK Frontend markup: one line a field, and `{{ form }}` a page."""

from casereview.forms.choices import (
    NO,
    NOT_KNOWN,
    YES,
    CodeField,
    CodesField,
    TickField,
    YesNoNotKnownField,
)
from casereview.forms.dates import DateParts, DatePartsField
from casereview.forms.naming import NamedField
from casereview.forms.numbers import WholeNumberField
from casereview.forms.page import BoundField, ErrorLink, Form, Renderer, Section, error_links
from casereview.forms.words import LongTextField, NhsNumberField, PlainTextField

__all__ = [
    "NO",
    "NOT_KNOWN",
    "YES",
    "BoundField",
    "CodeField",
    "CodesField",
    "DateParts",
    "DatePartsField",
    "ErrorLink",
    "Form",
    "LongTextField",
    "NamedField",
    "NhsNumberField",
    "PlainTextField",
    "Renderer",
    "Section",
    "TickField",
    "WholeNumberField",
    "YesNoNotKnownField",
    "error_links",
]
