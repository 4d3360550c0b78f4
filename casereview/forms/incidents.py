"""Which cases belong to one incident."""

from django.utils import timezone

from casereview.forms.choices import CodeField
from casereview.forms.dates import DatePartsField
from casereview.forms.page import Form
from casereview.forms.words import LongTextField, PlainTextField
from casereview.models import Incident


class LinkForm(Form):
    """The other case, and what the two have in common."""

    other = PlainTextField(
        label="Reference of the other case",
        name="reference of the other case",
        width="20",
        max_length=20,
        help_text="For example CD-2015-0007",
    )
    kind = CodeField(
        label="What do they have in common?",
        name="kind of incident",
        choices=Incident.Kind.choices,
    )
    happened_on = DatePartsField(
        label="Day of the incident",
        name="day of the incident",
        required=False,
        not_after=timezone.localdate,
    )


class UnlinkForm(Form):
    """Why a case is not of the incident after all."""

    reason = LongTextField(label="Why is it unlinked?", name="reason", rows=3, max_length=2_000)
