"""The population that rates are reckoned from."""

from typing import Any

from casereview import forms
from casereview.codes import population_groups
from casereview.forms.numbers import WholeNumberField


class PopulationForm(forms.Form):
    """Board, year, group, number and source."""

    board = forms.CodeField(label="Board", name="board", choices=[], select=True)
    year = forms.CodeField(label="Year to 31 March", name="year", choices=[], select=True)
    group = forms.CodeField(label="Who is counted", name="group", choices=population_groups)
    number = WholeNumberField(label="How many", name="number", least=1, most=20_000_000, width="10")
    source = forms.PlainTextField(
        label="Source",
        name="source",
        max_length=200,
        help_text="For example: Office for National Statistics, mid-year estimate 2014.",
    )

    def __init__(
        self,
        *args: Any,
        boards: list[tuple[str, str]],
        years: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("board", boards), ("year", years)):
            field: Any = self.fields[name]
            field.choices = [("", ""), *choices]
