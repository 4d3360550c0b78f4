"""How figures are given to an audience."""

from casereview import forms
from casereview.forms.numbers import WholeNumberField
from casereview.rules.output_profiles import MOST_THRESHOLD, SYMBOLS


class OutputProfileForm(forms.Form):
    """Threshold, rounding, percentage base and symbol from a day on, with the reason."""

    since = forms.DatePartsField(label="From which day", name="day", help_text="Today or later.")
    threshold = WholeNumberField(
        label="Threshold",
        least=0,
        most=MOST_THRESHOLD,
        help_text="Numbers from 1 to one less than this are hidden. At 5, 1 to 4 are hidden. 0 "
        "hides nothing and is for the panel only.",
    )
    rounding = WholeNumberField(
        label="Round to the nearest",
        name="rounding",
        least=1,
        most=2 * MOST_THRESHOLD,
        help_text="1 is not rounded.",
    )
    percentage_base = WholeNumberField(
        label="Least number a percentage is given of",
        name="least number of a percentage",
        least=1,
        most=1000,
    )
    symbol = forms.CodeField(
        label="What stands for a hidden number",
        name="symbol",
        choices=[(one, one) for one in SYMBOLS],
        inline=True,
    )
    reason = forms.PlainTextField(label="Why", name="reason", max_length=500)
