"""Forms of the exchange with other areas: what is given, a file, whose key is accepted."""

from typing import Any

from django import forms as django_forms
from django.core.exceptions import ValidationError

from casereview import forms
from casereview.actions import NotAllowed
from casereview.models import Panel
from casereview.people_forms import RecordField
from learning.actions.exchange import looked_through
from learning.exchange import PERIODS
from learning.rules.exchange_file import LARGEST_BYTES, LONGEST_NAME


class ChoosePeriodForm(forms.Form):
    """Whose reviews are counted, and over which years."""

    year = forms.CodeField(label="The last year", choices=list, select=True)
    years = forms.CodeField(
        label="How many years are put together",
        name="number of years",
        choices=[(str(number), words) for number, words in PERIODS.items()],
        initial="5",
        help_text="The more years, the fewer numbers are hidden.",
    )

    def __init__(
        self, *args: Any, panels: list[Panel], years: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        year: Any = forms.CodeField(label="The last year", choices=years, select=True)
        self.fields["year"] = year
        order = ["year", "years"]
        if len(panels) > 1:
            panel: Any = RecordField(label="Panel", records=lambda: panels)
            self.fields["panel"] = panel
            order = ["panel", *order]
        self.order_fields(order)


class ChooseLearningForm(forms.Form):
    """What of the learning goes with the counts, and that every word of it was read."""

    points = forms.CodesField(
        label="Which learning goes with it",
        name="learning",
        choices=(),
        required=False,
        help_text="Nothing is ticked for you. Tick only what another area can use and what could "
        "have happened anywhere.",
    )

    def __init__(
        self, *args: Any, points: list[tuple[str, str]], hints: dict[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["points"]
        field.choices, field.hints = points, hints


class ReadAllForm(forms.Form):
    """That everything that leaves was read."""

    read_all = forms.TickField(
        label="I have read every number and every statement above, and nothing in them tells who "
        "a child or a family is",
        name="confirmation",
        error_messages={"required": "Confirm that you have read all that leaves"},
    )


class BundleField(forms.NamedField, django_forms.FileField):
    """A bundle of another area, whose signature holds."""

    verb = "Choose"

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the text of the file."""
        file = super().clean(data, initial)
        if file.size > LARGEST_BYTES:
            raise ValidationError("The file is larger than 1 MB: no bundle is. Ask for it again")
        content = file.read()
        try:
            looked_through(content)
        except NotAllowed as refusal:
            raise ValidationError(str(refusal)) from None
        return content.decode("utf-8")


class ReceiveForm(forms.Form):
    """The file that another area sent."""

    file = BundleField(
        label="The bundle, as it was sent (.json)",
        name="bundle",
        help_text="Do not open and save it first: a single changed character makes it void.",
    )


class AcceptAreaForm(forms.Form):
    """The key of another area, compared by voice."""

    name = forms.PlainTextField(
        label="Name of the area, as it stands in its bundles", name="name of the area"
    )
    public_key = forms.PlainTextField(
        label="Its public key",
        name="public key",
        help_text="64 digits and letters from a to f, from the area’s own page of its key.",
    )
    compared = forms.TickField(
        label="I have telephoned somebody I know in that area, and they read the same fingerprint "
        "to me from their own page",
        name="confirmation",
        error_messages={"required": "Confirm that you compared the fingerprint by telephone"},
    )

    def clean_name(self) -> str:
        """Return the name, refused where it is longer than any bundle's."""
        name = self.cleaned_data["name"]
        if len(name) > LONGEST_NAME:
            raise ValidationError(f"Shorten the name to {LONGEST_NAME} characters")
        return name


class EndAreaForm(forms.Form):
    """Why a key is not accepted any longer."""

    reason = forms.LongTextField(
        label="Why is the key not accepted any longer?",
        name="reason",
        error_messages={"required": "Enter why the key is not accepted any longer"},
        rows=3,
        max_length=2_000,
    )
