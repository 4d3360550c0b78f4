"""The forms of a child death review from 2018."""

from typing import Any

from django.utils import timezone

from casereview import codes as kernel_codes
from casereview import forms
from casereview.forms.family import past_day
from casereview.forms.seen import SeenForm
from cdop import codes
from cdop.forms.review import PageForm
from cdop.models import DeathReviewMeeting, DeathReviewWork


class PeopleForm(SeenForm):
    """Who leads for health, what a medical examiner did, and what the notification lacks."""

    sections = (
        (
            "Lead health professional",
            ["lead_health_professional", "lead_health_professional_contact"],
        ),
        (
            "Medical examiner",
            ["medical_examiner_state", "medical_examiner", "medical_examiner_on"],
        ),
        ("For the notification form", ["nhs_number_absence", "stillbirth_at_home"]),
    )

    lead_health_professional = forms.PlainTextField(
        label="Name and post", name="lead health professional", required=False
    )
    lead_health_professional_contact = forms.PlainTextField(
        label="How to reach them", name="contact", required=False
    )
    medical_examiner_state = forms.CodeField(
        label="What did the medical examiner do?",
        name="what the medical examiner did",
        choices=[each for each in DeathReviewWork.Examiner.choices if each[0]],
        required=False,
    )
    medical_examiner = forms.PlainTextField(
        label="Name or office of the medical examiner", name="medical examiner", required=False
    )
    medical_examiner_on = past_day("Scrutinised on", "day of the scrutiny", required=False)
    nhs_number_absence = forms.CodeField(
        label="Why there is no NHS number",
        name="reason there is no NHS number",
        choices=codes.nhs_number_absences,
        required=False,
        help_text="Leave it empty where the number is on record.",
    )
    stillbirth_at_home = forms.CodeField(
        label="Was a stillbirth at home suspected?",
        name="answer on a stillbirth at home",
        choices=kernel_codes.yes_no_not_known_or_not_applicable,
        inline=True,
        required=False,
    )


class MeetingForm(SeenForm):
    """The one meeting before the panel: planned, or held."""

    kind = forms.CodeField(
        label="Which meeting is it?",
        name="kind of meeting",
        choices=DeathReviewMeeting.Kind.choices,
    )
    planned_for = forms.DatePartsField(
        label="Planned for", name="day for which it is planned", required=False
    )
    held_on = past_day("Held on", "day on which it was held", required=False)
    chair = forms.PlainTextField(label="Chair", name="chair", required=False)
    chair_treated = forms.CodeField(
        label="Did the chair treat the child?",
        name="whether the chair treated the child",
        choices=kernel_codes.yes_no_not_known,
        inline=True,
        required=False,
        help_text="Somebody who did may not chair.",
    )
    attended = forms.CodesField(
        label="Who attended",
        name="people who attended",
        choices=codes.review_attendees,
        required=False,
        help_text="Parents do not attend. They are asked for their questions beforehand.",
    )
    attended_by = forms.LongTextField(
        label="Names of those who attended", name="names", rows=3, required=False
    )
    parents_asked = forms.CodeField(
        label="Were the parents asked for their questions?",
        name="whether the parents were asked",
        choices=kernel_codes.yes_no_not_known,
        reveals={"N": "parents_not_asked_why"},
        required=False,
    )
    parents_not_asked_why = forms.LongTextField(
        label="Why not", name="reason the parents were not asked", rows=2, required=False
    )
    parents_questions = forms.LongTextField(
        label="What the parents asked",
        name="questions of the parents",
        rows=4,
        required=False,
        help_text="A question that needs an answer is also recorded on the family’s page.",
    )
    discussion = forms.LongTextField(
        label="What the meeting found", name="what the meeting found", rows=6, required=False
    )
    parents_told_on = past_day(
        "Parents told on", "day on which the parents were told", required=False
    )
    parents_told_by = forms.PlainTextField(
        label="Parents told by", name="name of who told the parents", required=False
    )

    def __init__(self, *args: Any, wrong_with: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wrong_with = wrong_with

    def clean(self) -> dict[str, Any]:
        """Say beside each field what is wrong with the meeting as a whole."""
        cleaned = super().clean()
        if not (cleaned.get("planned_for") or cleaned.get("held_on")):
            if not (self.has_error("planned_for") or self.has_error("held_on")):
                self.add_error(
                    "held_on", "Enter the day on which it was held, or for which it is planned"
                )
        for name, message in self.wrong_with(cleaned).items():
            if not self.has_error(name):
                self.add_error(name, message)
        return cleaned


class AnalysisDraftForm(PageForm):
    """What the meeting hands to the panel."""

    cause_of_death = forms.LongTextField(
        label="Cause of death as presently understood",
        name="cause of death",
        rows=3,
        required=False,
    )
    summary = forms.LongTextField(
        label="Short summary of the case",
        name="summary",
        rows=8,
        required=False,
        help_text="No name, date of birth, address or NHS number: the panel reads it.",
    )
    issues = forms.LongTextField(label="Issues identified", name="issues", rows=4, required=False)
    learning = forms.LongTextField(
        label="Learning points, one a line", name="learning points", rows=4, required=False
    )


class CopiedForm(forms.Form):
    """That a person typed a form into the national database."""

    copied_on = past_day(
        "Copied on",
        "day on which it was copied",
        initial=timezone.localdate,
    )
    reference = forms.PlainTextField(
        label="Reference that the national database gave",
        name="reference",
        required=False,
        max_length=60,
    )
