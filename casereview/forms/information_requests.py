"""The forms of requests for papers and figures: logging one, moving its day, ending it."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from casereview import codes
from casereview.forms.choices import CodeField
from casereview.forms.dates import DatePartsField
from casereview.forms.page import Form
from casereview.forms.processes import past_day
from casereview.forms.seen import SeenForm
from casereview.forms.words import LongTextField, PlainTextField
from casereview.models import Case, InformationRequest


class LogRequestForm(Form):
    """Who asks for what, under which power, and by when."""

    panel = CodeField(label="Panel", choices=(), select=True)
    power = CodeField(
        label="Under which power?",
        choices=codes.information_powers,
        hints={one.code: one.definition for one in codes.code_list("information_power").codes},
        error_messages={"required": "Select the power under which it is asked"},
    )
    case = PlainTextField(
        label="Reference of the case",
        name="reference of the case",
        width="10",
        required=False,
        help_text="For example CD-2015-0007. Leave it out where only figures are asked for.",
    )
    received_on = past_day("Received on", "day it was received")
    stated_day = DatePartsField(
        label="Day stated in the notice, order or letter",
        name="day stated",
        required=False,
        help_text="Not for subject access or freedom of information: the law sets that day.",
    )
    asked_by_whom = PlainTextField(label="Who asks?", name="name of who asks")
    their_reference = PlainTextField(
        label="Their reference", name="reference", width="20", required=False
    )
    asked_for = LongTextField(
        label="What is asked for?", name="papers or figures asked for", rows=4
    )
    legal_basis = LongTextField(
        label="On what legal basis may it be given?",
        name="legal basis",
        rows=3,
        help_text="The section of the Act, or the order with its date. Ask your information "
        "governance lead where you are not sure.",
    )

    def __init__(
        self, *args: Any, panels: Sequence[tuple[str, str]], cases: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["panel"]
        field.choices = [("", ""), *panels]
        self.cases = cases

    def clean_case(self) -> Case | None:
        """Return the case of the reference; one that may not be seen is not known here."""
        typed = self.cleaned_data.get("case", "")
        if not typed:
            return None
        found = self.cases.filter(reference=typed.upper()).first()
        if found is None:
            self.add_error("case", "Check the reference: no case of yours has it")
        return found


class ExtendRequestForm(SeenForm):
    """The day the asker was told that it takes longer, and why."""

    told_on = past_day("Who asked was told on", "day they were told")
    because = LongTextField(label="Reason given", name="reason given", rows=3)


class EndRequestForm(SeenForm):
    """What became of a request."""

    state = CodeField(
        label="What became of it?",
        choices=[one for one in InformationRequest.State.choices if one[0] != "open"],
        error_messages={"required": "Select what became of the request"},
    )
    ended_on = DatePartsField(
        label="On which day?", name="day it ended", not_after=timezone.localdate
    )
    answer = LongTextField(
        label="What was given, and why was the rest not?",
        name="words on what was given",
        rows=5,
        help_text="Name each part withheld with its reason. Names are not needed here.",
    )
