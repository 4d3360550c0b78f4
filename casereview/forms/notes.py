"""The form of a note."""

from collections.abc import Sequence
from typing import Any

from casereview.forms.choices import CodesField
from casereview.forms.seen import SeenForm
from casereview.forms.words import LongTextField


class CaseNoteForm(SeenForm):
    """A note, and whom it asks to read it."""

    text = LongTextField(
        label="Note",
        name="note",
        help_text="It belongs to the case: it stays in its history, and a court may ask for it.",
        rows=6,
        max_length=5_000,
    )
    asks = CodesField(
        label="Ask colleagues to read it",
        name="colleagues",
        help_text="They find it in Your work, and are told that something waits.",
        required=False,
    )

    def __init__(self, *args: Any, colleagues: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if colleagues:
            self.fields["asks"].choices = list(colleagues)  # type: ignore[attr-defined]
        else:
            del self.fields["asks"]
