"""The section of a notification about the death."""

from django.utils import timezone

from casereview import forms
from cdop import codes as panel_codes
from cdop.forms.fields import FIRST_DAY, TimeField, yes_no_not_known
from cdop.forms.notification import SectionForm, boards

SAME_PLACE = "SAME"


class DeathForm(SectionForm):
    """What happened."""

    needed = ("died_on", "location_of_death")
    sections = (
        ("When", ("died_on", "died_on_precision", "died_at_time")),
        (
            "Where",
            (
                "location_of_death",
                "place_of_death",
                "place_of_death_board",
                "location",
            ),
        ),
        ("What happened", ("expectedness", "event", "circumstances")),
        (
            "Cause, coroner and other reviews",
            (
                "certificate_issued",
                "cause_1a",
                "cause_1b",
                "cause_1c",
                "cause_2",
                "coroner_informed",
                "post_mortem",
                "other_reviews",
            ),
        ),
    )

    died_on = forms.DatePartsField(
        label="Date of death", not_before=FIRST_DAY, not_after=timezone.localdate
    )
    died_on_precision = forms.CodeField(
        label="Is this date",
        name="kind of date",
        choices=[
            ("exact", "The day of death"),
            ("about", "About the day of death"),
            ("found", "The day the child was found"),
        ],
        initial="exact",
        required=False,
    )
    died_at_time = TimeField(label="Time of death", required=False)
    location_of_death = forms.CodeField(
        label="Where did the child die?",
        name="kind of place where the child died",
        choices=panel_codes.locations,
        select=True,
    )
    place_of_death = forms.PlainTextField(
        label="Name of the hospital or address",
        name="name of the hospital or address",
        required=False,
    )
    place_of_death_board = forms.CodeField(
        label="In which board’s area did the child die?",
        name="area where the child died",
        choices=boards,
        select=True,
        required=False,
    )
    location = forms.CodeField(
        label="Where did the event that led to the death happen?",
        name="kind of place where the event happened",
        choices=lambda: [(SAME_PLACE, "In the same place"), *panel_codes.locations()],
        select=True,
        reveals={"OTHER": "location_other"},
        required=False,
    )
    location_other = forms.PlainTextField(
        label="Which other place", name="other place", required=False
    )
    expectedness = forms.CodeField(
        label="Was the death expected?",
        choices=panel_codes.expectedness,
        help_text="Unexpected: not anticipated as a significant possibility 24 hours before, or "
        "after a similarly unexpected collapse or incident.",
        about="unexpected",
        required=False,
    )
    event = forms.CodeField(
        label="What kind of event led to the death?",
        name="kind of event",
        choices=panel_codes.events,
        select=True,
        reveals={"OTHER": "event_other"},
        required=False,
    )
    event_other = forms.PlainTextField(label="Which other event", required=False)
    circumstances = forms.LongTextField(label="What is known so far", required=False)
    certificate_issued = yes_no_not_known(
        "Has a medical certificate of cause of death been issued?"
    )
    cause_1a = forms.PlainTextField(label="Cause of death 1a", required=False)
    cause_1b = forms.PlainTextField(label="Cause of death 1b", required=False)
    cause_1c = forms.PlainTextField(label="Cause of death 1c", required=False)
    cause_2 = forms.PlainTextField(label="Cause of death 2", required=False)
    coroner_informed = yes_no_not_known(
        "Has the coroner been told?", reveals={"Y": "coroner_informed_on"}
    )
    coroner_informed_on = forms.DatePartsField(
        label="Day the coroner was told",
        name="day the coroner was told",
        not_before=FIRST_DAY,
        not_after=timezone.localdate,
        required=False,
    )
    post_mortem = yes_no_not_known("Is there a post-mortem?")
    other_reviews = forms.LongTextField(
        label="Other reviews or action under way",
        help_text="For example a police investigation or a serious incident review.",
        rows=3,
        required=False,
    )
