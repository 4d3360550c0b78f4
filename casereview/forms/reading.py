"""How somebody wants to be told of what may distress."""

from casereview.forms.choices import CodeField
from casereview.forms.seen import SeenForm
from casereview.rules.care import CHOICES, Choice


class NoticesForm(SeenForm):
    """One choice; none of them changes what is on record."""

    notices = CodeField(
        label="Before a part that may distress",
        name="way in which you are told",
        choices=[(code.value, words) for code, words in CHOICES],
        hints={
            Choice.NOTICED.value: "This is how everybody begins.",
            Choice.LINE.value: "You read it as soon as the page opens.",
        },
    )
