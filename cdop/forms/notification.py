"""The sections of a notification (Form A), and those on scope, referral and legal status."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from casereview import codes, forms
from casereview.models import Board
from cdop import codes as panel_codes
from cdop.forms.fields import (
    FIRST_DAY,
    TimeField,
    yes_no_not_known,
)
from cdop.rules.notification_checks import Contradiction


def boards() -> list[tuple[str, str]]:
    """Return every board and the places beside them, by name; not known comes last."""
    found = list(Board.objects.filter(retired_on=None).values_list("code", "name"))
    return sorted(found, key=lambda pair: (pair[0] == "NK", pair[1]))


def known_boards() -> list[tuple[str, str]]:
    """Return `boards` without *not known*."""
    return [pair for pair in boards() if pair[0] != "NK"]


class SectionForm(forms.Form):
    """One section of a notification; it may be told what contradicts other sections."""

    def __init__(
        self, *args: Any, found: Sequence[Contradiction] = (), own: Mapping[str, Any], **kwargs: Any
    ) -> None:
        self.found, self.own = found, own
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for contradiction in self.found:
            if contradiction.field in self.fields and contradiction.field not in self.errors:
                self.add_error(contradiction.field, contradiction.message)
        return cleaned


class ScopeForm(SectionForm):
    """Whether the panel reviews this death."""

    born_alive = forms.CodeField(
        label="Was the child born alive?",
        choices=codes.yes_no_not_known,
        help_text="Any sign of life, at any number of weeks.",
        reveals={"NK": "stillbirth_or_late_loss"},
        error_messages={"required": "Select whether the child was born alive"},
    )
    stillbirth_or_late_loss = yes_no_not_known(
        "Was it a stillbirth or a late fetal loss?",
        help_text="No sign of life: from 24 weeks a stillbirth, before that a late fetal loss.",
    )
    lawful_termination = forms.CodeField(
        label="Was it a termination of pregnancy within the law?",
        choices=codes.yes_no_not_known,
        inline=True,
        error_messages={"required": "Select whether it was a termination within the law"},
    )
    under_18 = forms.CodeField(
        label="Was the child under 18?",
        choices=codes.yes_no_not_known,
        inline=True,
        error_messages={"required": "Select whether the child was under 18"},
    )
    residence_board = forms.CodeField(
        label="In which board’s area did the child normally live?",
        name="area where the child normally lived",
        choices=boards,
        select=True,
    )


class ReferralForm(SectionForm):
    """Who notifies, and when."""

    notifier_name = forms.PlainTextField(label="Name of the person who notifies")
    notifier_contact = forms.PlainTextField(
        label="Their telephone number or e-mail", name="telephone number or e-mail"
    )
    notified_by = forms.CodeField(
        label="Their agency", choices=codes.agency_types, select=True, required=False
    )
    notifier_organisation = forms.PlainTextField(
        label="Their organisation", help_text="For example the hospital or team.", required=False
    )
    notified_on = forms.DatePartsField(
        label="Day the notification was received",
        name="day the notification was received",
        not_before=FIRST_DAY,
        not_after=timezone.localdate,
    )
    received_time = TimeField(
        label="Time it was received", name="time the notification was received", required=False
    )
    learned_on = forms.DatePartsField(
        label="Day the notifier learned of the death",
        name="day the notifier learned of the death",
        help_text="Leave it blank if it is not known: the clock then starts at the death.",
        not_before=FIRST_DAY,
        not_after=timezone.localdate,
        required=False,
    )
    learned_time = TimeField(
        label="Time they learned of it", name="time the notifier learned of it", required=False
    )
    consultant = forms.PlainTextField(
        label="Consultant or senior doctor present",
        name="consultant or senior doctor present",
        required=False,
    )
    notifying_board = forms.CodeField(
        label="Board that was notified",
        name="board that was notified",
        choices=[],
        select=True,
        help_text="Leave it blank to go by where the child died, then by where they lived.",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blank = [("", "Go by where the child died")]
        self.fields["notifying_board"].choices = [*blank, *self.own.items()]  # type: ignore[attr-defined]


class LegalStatusForm(SectionForm):
    """Whose duty of care the child was under."""

    sections = (
        (
            "Answers that may open a duty to notify a serious incident",
            (
                "abuse_or_neglect_suspected",
                "looked_after",
                "regulated_setting",
                "custody_or_detention",
            ),
        ),
        (
            "Plans, orders and status",
            (
                "cp_plan",
                "statutory_order",
                "asylum_seeker",
                "learning_disability",
            ),
        ),
    )

    abuse_or_neglect_suspected = yes_no_not_known("Is abuse or neglect known or suspected?")
    looked_after = yes_no_not_known(
        "Was the child looked after by a local authority?", reveals={"Y": "looked_after_by"}
    )
    looked_after_by = forms.CodeField(
        label="Which area looked after the child?",
        name="area that looked after the child",
        choices=known_boards,
        select=True,
        required=False,
    )
    regulated_setting = yes_no_not_known(
        "Did it happen in a regulated setting or service?",
        help_text="A children’s home, foster care, nursery, childminder or residential school. "
        "An ordinary hospital stay is not meant.",
    )
    custody_or_detention = yes_no_not_known(
        "Was the child in custody or detained?",
        help_text="In custody, detained under the Mental Health Act, or deprived of liberty at "
        "16 or 17.",
    )
    cp_plan = forms.CodeField(
        label="Child protection plan",
        choices=panel_codes.child_protection_plan_statuses,
        required=False,
    )
    statutory_order = forms.CodeField(
        label="Statutory order",
        choices=panel_codes.statutory_order_statuses,
        reveals={"CURRENT": "statutory_order_type"},
        required=False,
    )
    statutory_order_type = forms.CodeField(
        label="Which order?",
        name="order",
        choices=panel_codes.statutory_order_types,
        select=True,
        required=False,
    )
    asylum_seeker = forms.CodeField(
        label="Asylum", choices=panel_codes.asylum_seeker_statuses, required=False
    )
    learning_disability = yes_no_not_known("Did the child have a learning disability?")
