"""Which names go to which agencies, and what an agency answers."""

from collections.abc import Sequence
from typing import Any

from casereview.forms.choices import CodeField, CodesField
from casereview.forms.page import Form
from casereview.forms.seen import SeenForm
from casereview.forms.words import LongTextField, PlainTextField
from casereview.models import RecordCheck

Pairs = Sequence[tuple[str, str]]


class SendForm(Form):
    """The cases whose names go out, and the agencies that get them."""

    cases = CodesField(
        label="Cases",
        choices=(),
        error_messages={"required": "Select the cases whose names are sent"},
    )
    agencies = CodesField(
        label="Agencies",
        choices=(),
        error_messages={"required": "Select the agencies that look in their records"},
    )

    def __init__(self, *args: Any, cases: Pairs, agencies: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cases"].choices = cases  # type: ignore[attr-defined]
        self.fields["agencies"].choices = agencies  # type: ignore[attr-defined]


class AnswerForm(SeenForm):
    """Whether an agency knows a child."""

    answer = CodeField(
        label="Does your agency know this child?",
        choices=[choice for choice in RecordCheck.Answer.choices if choice[0]],
        reveals={RecordCheck.Answer.OTHER_NAME: "known_as"},
        error_messages={"required": "Select whether your agency knows this child"},
    )
    known_as = PlainTextField(
        label="By which name?", name="name by which your agency knows this child"
    )
    note = LongTextField(
        label="Note for the CDR manager",
        name="note",
        rows=3,
        max_length=2_000,
        required=False,
        help_text="For example under which number. What your records say belongs in the report.",
    )
