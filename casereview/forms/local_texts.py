"""Wording a text, the name and colour of an installation, and a bank holiday proclaimed once."""

from django.utils import timezone

from casereview.forms.dates import DatePartsField
from casereview.forms.page import Form
from casereview.forms.words import LongTextField, PlainTextField


class LocalTextForm(Form):
    """The wording of one text, and the day from which it holds."""

    text = LongTextField(
        label="Text",
        rows=18,
        required=False,
        max_length=10_000,
        help_text="Leave it empty to go back to the wording of this software.",
    )
    since = DatePartsField(
        label="From",
        name="day from which it holds",
        not_before=timezone.localdate,
        help_text="Today or later. What was written before stays as it was.",
    )


class BrandingForm(Form):
    """What the installation calls itself, and the colour of its head."""

    name = PlainTextField(
        label="Name",
        required=False,
        max_length=60,
        help_text="Stands on every page, paper and message. Leave it empty for the name that the "
        "server is set to.",
    )
    colour = PlainTextField(
        label="Colour",
        required=False,
        max_length=7,
        width="10",
        help_text="# and six hexadecimal digits, such as #0b4144. White text stands on it. Leave "
        "it empty for the colour that the server is set to.",
    )


class HolidayForm(Form):
    """A bank holiday that was proclaimed once."""

    day = DatePartsField(label="Bank holiday", name="bank holiday")
