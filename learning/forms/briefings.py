"""Forms of briefings: beginning, writing, to whom they went, what became of them."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from casereview import forms
from casereview.codelists import load_named
from casereview.forms.seen import SeenForm
from casereview.models import LeakHit
from casereview.people_forms import RecordField, open_agencies
from learning.actions.briefings_sent import MOST_STAFF
from learning.briefings import MOST_POINTS, PARTS
from learning.models import BriefingSent
from learning.models.briefings import READERS


class BeginBriefingForm(forms.Form):
    """On which theme a briefing is, and for whom."""

    theme = forms.CodeField(
        label="Theme",
        error_messages={"required": "Select the theme"},
        choices=list,
        select=True,
    )
    audience = forms.CodeField(
        label="For whom is it?",
        name="readers",
        error_messages={"required": "Select for whom the briefing is"},
        choices=READERS,
        help_text="It tells only what was learned that may be told to them, and no small number.",
    )

    def __init__(
        self, *args: Any, panels: list, themes: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        theme: Any = forms.CodeField(
            label="Theme",
            error_messages={"required": "Select the theme"},
            choices=themes,
            select=True,
        )
        self.fields["theme"] = theme
        if len(panels) > 1:
            panel: Any = RecordField(
                label="Panel",
                error_messages={"required": "Select the panel"},
                records=lambda: panels,
            )
            self.fields["panel"] = panel
        self.order_fields(["panel", "theme", "audience"])


class BriefingForm(SeenForm):
    """The parts of a briefing, and what it tells of what was learned."""

    def __init__(self, *args: Any, offered: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, (title, longest, told) in PARTS.items():
            rows = 6 if longest > 500 else 3
            self.fields[code] = forms.LongTextField(
                label=title,
                name=f"text of “{title}”",
                required=False,
                rows=rows,
                max_length=longest,
                help_text=f"{told} At most {longest} characters.",
            )
        if offered:
            points: Any = forms.CodesField(
                label="What was learned",
                name="things that were learned",
                required=False,
                choices=offered,
                help_text=f"Up to {MOST_POINTS}, as they stand in the learning database.",
            )
            self.fields["points"] = points
        self.order_fields(["about", "seen", "points", "todo", "more"])

    def texts(self) -> dict[str, str]:
        """Return what was written, by part."""
        return {code: self.cleaned_data.get(code, "") for code in PARTS}


class BriefingLeakForm(forms.Form):
    """What is done with one word that the leak test found."""

    answer = forms.CodeField(
        label="What is done with it?",
        name="answer",
        error_messages={"required": "Select what is done with it"},
        choices=(),
    )
    reason = forms.LongTextField(
        label="Why it means nobody of this case",
        name="reason",
        required=False,
        rows=2,
        max_length=1_000,
        help_text="Only where the word is to stand.",
    )

    def __init__(self, *args: Any, hard: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = [(LeakHit.Answer.REPLACE_ALL, "It will be taken out")]
        if not hard:
            answers.append((LeakHit.Answer.NOT_THIS_PERSON, "It stands: nobody is meant"))
        self.fields["answer"].choices = answers  # type: ignore[attr-defined]


class BriefingSentForm(forms.Form):
    """To whom a briefing went, by what way and when."""

    agencies = forms.CodesField(
        label="Agencies",
        name="agencies",
        required=False,
        choices=list,
        help_text="Their leads find it in this system and say that they have read it.",
    )
    body = forms.CodeField(
        label="Or another body",
        name="body",
        required=False,
        choices=lambda: load_named("learning", "bodies").choices(timezone.localdate()),
        select=True,
    )
    body_name = forms.PlainTextField(
        label="Name of the body",
        required=False,
        help_text="Only for a national body or another one",
    )
    way = forms.CodeField(
        label="How did it go?",
        name="way",
        error_messages={"required": "Select how it went"},
        choices=BriefingSent.Way.choices,
    )
    sent_on = forms.DatePartsField(
        label="When?", name="day on which it went", not_after=timezone.localdate
    )
    answer_due_on = forms.DatePartsField(
        label="By when should they say that they have read it?",
        name="day of the answer",
        required=False,
    )

    def __init__(self, *args: Any, sent: set, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies_by_key = {str(one.pk): one for one in open_agencies() if one.pk not in sent}
        self.fields["agencies"].choices = [  # type: ignore[attr-defined]
            (key, one.name) for key, one in self.agencies_by_key.items()
        ]

    def facts(self) -> dict[str, Any]:
        """Return what was typed, the agencies as records."""
        facts = dict(self.cleaned_data)
        return {**facts, "agencies": [self.agencies_by_key[key] for key in facts["agencies"]]}


class AcknowledgeForm(SeenForm):
    """That a briefing was read, and with how many staff it was shared."""

    read_on = forms.DatePartsField(
        label="When was it read?", name="day on which it was read", not_after=timezone.localdate
    )
    shared_with = forms.WholeNumberField(
        label="With how many staff was it shared?",
        name="number of staff",
        required=False,
        least=0,
        most=MOST_STAFF,
        help_text="Leave it empty where you do not know.",
    )
    note = forms.LongTextField(
        label="What will be done with it?",
        name="text",
        required=False,
        rows=3,
        max_length=2_000,
        help_text="Name nobody.",
    )


class ToldForm(AcknowledgeForm):
    """The same, as somebody was told it by e-mail or telephone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note: Any = forms.LongTextField(
            label="How were you told, and by whom?",
            name="text",
            error_messages={"required": "Enter how you were told, and by whom"},
            rows=3,
            max_length=2_000,
            help_text="For example: by e-mail from the named nurse. No name of a child or family.",
        )
        self.fields["note"] = note
