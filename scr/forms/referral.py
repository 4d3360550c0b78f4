"""The forms around one referral: files, safety, who leads, and referring an existing case."""

from typing import Any

from django.utils import timezone

from casereview.forms import CodeField, Form, LongTextField, PlainTextField, TickField
from casereview.forms.dates import DatePartsField
from casereview.forms.seen import SeenForm
from casereview.models import Board
from scr.forms.choosing import AgenciesField, BoardField

YES_NO_NOT_KNOWN = (("Y", "Yes"), ("N", "No"), ("NK", "Not known"))


def past_day(label: str, name: str, **options: Any) -> DatePartsField:
    """Return a day that is not in the future."""
    return DatePartsField(label=label, name=name, not_after=timezone.localdate, **options)


def answer_field(label: str, name: str, **options: Any) -> CodeField:
    """Return a question answered yes, no or not known, which is never taken for a no."""
    options.setdefault(
        "error_messages", {"required": f"Select yes, no or not known: {label.rstrip('?')}"}
    )
    return CodeField(label=label, name=name, choices=YES_NO_NOT_KNOWN, **options)


def safe_field() -> CodeField:
    """Return the question whether the other children are safe."""
    return answer_field(
        "Are the other children of the family or household known to be safe?",
        "whether the other children are safe",
        help_text="Yes also where there are no other children.",
    )


class FilesForm(Form):
    """The agencies that are asked to secure and seal their files."""

    agencies = AgenciesField(
        label="Agencies", error_messages={"required": "Select the agencies that are asked"}
    )


class FileForm(SeenForm):
    """When an agency secured and sealed its files, and who did."""

    secured_on = past_day("Secured on", "day the files were secured", required=False)
    secured_by = PlainTextField(
        label="Secured by",
        name="name of who secured the files",
        required=False,
        help_text="Name and post at the agency.",
    )
    sealed_on = past_day("Sealed on", "day the files were sealed", required=False)
    note = LongTextField(label="Note", rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask who secured the files, and keep the days in order."""
        cleaned = super().clean()
        secured, sealed = cleaned.get("secured_on"), cleaned.get("sealed_on")
        if secured and not cleaned.get("secured_by") and "secured_by" not in self.errors:
            self.add_error("secured_by", "Enter who secured the files")
        if sealed and not secured and "secured_on" not in self.errors:
            self.add_error("secured_on", "Enter the day the files were secured")
        elif sealed and secured and sealed < secured:
            self.add_error(
                "sealed_on", "Enter a day of the seal on or after the files were secured"
            )
        return cleaned


class SafetyForm(SeenForm):
    """Whether the other children are safe, and what was done."""

    siblings_safe = safe_field()
    immediate_safety = LongTextField(
        label="What was done, when and by whom",
        rows=4,
        error_messages={"required": "Enter what was done, when and by whom"},
    )


class LeadForm(SeenForm):
    """What decides which board leads."""

    home = BoardField(
        label="Where does the child normally live?",
        name="board of the home",
        required=False,
    )
    looked_after = answer_field(
        "Was the child looked after by a local authority?",
        "whether the child was looked after",
        reveals={"Y": "looked_after_by"},
    )
    looked_after_by = BoardField(
        label="Which authority’s area?", name="area of the authority", required=False
    )
    event_outside_england = TickField(label="It happened outside England", required=False)
    event_board = BoardField(
        label="Where did it happen?", name="board of the place", required=False
    )

    def boards(self) -> dict[str, Board | None]:
        """Return the boards that were chosen, None where one was not."""
        names = ("home", "looked_after_by", "event_board")
        codes = {name: self.cleaned_data.get(name) or "" for name in names}
        found = {one.code: one for one in Board.objects.filter(code__in=set(codes.values()))}
        return {name: found.get(code) for name, code in codes.items()}


class ReferForm(SeenForm):
    """Referring a case that is on record to the serious case review group."""

    sections = (
        ("", ["grounds", "raised_by"]),
        (
            "When and where it happened",
            [
                "event_on",
                "event_outside_england",
                "event_board",
                "aware_on",
                "looked_after",
            ],
        ),
        ("Other children", ["siblings_safe", "immediate_safety"]),
        ("Who knows the case", ["agencies"]),
    )

    grounds = LongTextField(label="Why is the case referred?", name="reason for the referral")
    raised_by = PlainTextField(
        label="Who raised it",
        name="name of who raised it",
        required=False,
        help_text="Name and post of the professional.",
    )
    event_on = past_day("When did it happen?", "day it happened")
    event_outside_england = TickField(label="It happened outside England", required=False)
    event_board = BoardField(
        label="Where did it happen?", name="board of the place", required=False
    )
    aware_on = past_day(
        "When did the local authority become aware of it?",
        "day the authority became aware",
        required=False,
        help_text="Leave it empty if this is not known: the day of the referral counts then.",
    )
    looked_after = answer_field(
        "Was the child looked after by a local authority?",
        "whether the child was looked after",
        reveals={"Y": "looked_after_by"},
    )
    looked_after_by = BoardField(
        label="Which authority’s area?", name="area of the authority", required=False
    )
    siblings_safe = safe_field()
    immediate_safety = LongTextField(
        label="What was done for their safety, when and by whom",
        name="what was done for their safety",
        rows=3,
        required=False,
    )
    agencies = AgenciesField(
        label="Agencies asked to secure and seal their files", name="agencies", required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask what was done where the other children are not known to be safe."""
        cleaned = super().clean()
        unsafe = cleaned.get("siblings_safe") in ("N", "NK")
        if unsafe and not cleaned.get("immediate_safety") and "immediate_safety" not in self.errors:
            self.add_error(
                "immediate_safety",
                "Telephone children’s social care, then enter what was done, when and by whom",
            )
        return cleaned

    @property
    def unsafe(self) -> bool:
        return self.is_bound and self.data.get("siblings_safe") in ("N", "NK")
