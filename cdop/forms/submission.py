"""From the sections of a finished draft to what a notification says."""

from typing import Any

from cdop.actions.said import Said
from cdop.forms.death import SAME_PLACE
from cdop.forms.drafting import NotificationDraft
from cdop.forms.family import AgenciesForm, FamilyForm
from cdop.rules.stated_age import StatedAge, Unit, limits, stated_age

_CHILD = (
    "family_name",
    "given_names",
    "other_names",
    "mother_family_name",
    "born_on",
    "nhs_number",
    "address",
    "postcode",
    "school",
    "maternity_unit",
    "sex",
    "ethnicity",
    "deprivation_decile",
    "deprivation_edition",
    "birth_order",
    "births",
    "gestation_weeks",
    "birth_weight_grams",
)
_SCOPE = ("born_alive", "stillbirth_or_late_loss", "lawful_termination")
_REFERRAL = (
    "notified_by",
    "notifier_name",
    "notifier_contact",
    "notifier_organisation",
    "consultant",
)
_DEATH = (
    "died_at_time",
    "place_of_death",
    "location_of_death",
    "location",
    "location_other",
    "event",
    "event_other",
    "expectedness",
    "circumstances",
    "certificate_issued",
    "cause_1a",
    "cause_1b",
    "cause_1c",
    "cause_2",
    "post_mortem",
    "coroner_informed",
    "coroner_informed_on",
    "other_reviews",
)
_FAMILY = (
    "carer_at_death",
    "other_children",
    "told_about_children",
    "nobody_told",
    "follow_up_arranged",
    "follow_up_with",
)
_LEGAL = (
    "cp_plan",
    "statutory_order",
    "statutory_order_type",
    "asylum_seeker",
    "looked_after",
    "regulated_setting",
    "custody_or_detention",
    "abuse_or_neglect_suspected",
    "learning_disability",
)


def said(draft: NotificationDraft) -> Said | None:
    """Return what a draft says; None while a day of death or notification is missing."""
    scope, referral, child = (draft.said(slug) for slug in ("scope", "referral", "child"))
    death, family, legal = (draft.said(slug) for slug in ("death", "family", "legal-status"))
    died_on, notified_on = death.get("died_on"), referral.get("notified_on")
    if died_on is None or notified_on is None:
        return None
    notification = {
        **_taken(scope, _SCOPE),
        **_taken(referral, _REFERRAL),
        **_taken(death, _DEATH),
        **_taken(family, _FAMILY),
        **_taken(legal, _LEGAL),
        **_taken(child, ("never_left_hospital",)),
        "agency_contacts": _contacts(draft),
    }
    if notification.get("location") == SAME_PLACE:
        notification["location"] = notification.get("location_of_death", "")
    return Said(
        died_on=died_on,
        notified_on=notified_on,
        died_on_precision=death.get("died_on_precision") or "exact",
        learned_on=referral.get("learned_on"),
        learned_time=referral.get("learned_time"),
        received_time=referral.get("received_time"),
        under_18=scope.get("under_18", ""),
        residence_board=scope.get("residence_board", ""),
        place_of_death_board=death.get("place_of_death_board", ""),
        notifying_board=referral.get("notifying_board", ""),
        looked_after_by=legal.get("looked_after_by", ""),
        stated_age=_age(child),
        child=_child(child),
        notification=notification,
        people=_people(draft),
    )


def _taken(answers: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: answers[name] for name in names if name in answers}


def _child(answers: dict[str, Any]) -> dict[str, Any]:
    child = _taken(answers, _CHILD)
    if answers.get("unnamed") and not child.get("given_names"):
        child["given_names"] = "Baby of"
    if not child.get("family_name"):
        child["family_name"] = child.get("mother_family_name", "")
    return child


def _age(answers: dict[str, Any]) -> StatedAge | None:
    number, unit = answers.get("age_number"), answers.get("age_unit")
    if answers.get("born_on") or number is None or not unit:
        return None
    least, most = limits(Unit(unit))
    return stated_age(number, Unit(unit)) if least <= number <= most else None


def _people(draft: NotificationDraft) -> tuple[dict[str, Any], ...]:
    form = draft.alone.get("family")
    if not isinstance(form, FamilyForm):
        return ()
    return tuple(
        {name: value for name, value in row.items() if name != "number"}
        for row in form.rows()
        if row.get("relation")
    )


def _contacts(draft: NotificationDraft) -> list[dict[str, str]]:
    form = draft.alone.get("agencies")
    if not isinstance(form, AgenciesForm):
        return []
    return [
        {name: value or "" for name, value in row.items() if name != "number"}
        for row in form.rows()
        if row.get("agency")
    ]
