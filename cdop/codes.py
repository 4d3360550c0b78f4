"""The panel's code lists as choices; light, because migrations import it."""

from casereview.codelists import CodeList, load_named

Choices = list[tuple[str, str]]


def code_list(name: str) -> CodeList:
    """Return a list of the child death overview panel by its name, such as "event"."""
    return load_named("cdop", name)


def agencies_at_panel() -> Choices:
    """Return the agencies that may be represented when a death is reviewed."""
    return code_list("agency_at_panel").choices()


def asylum_seeker_statuses() -> Choices:
    """Return the asylum seeker statuses."""
    return code_list("asylum_seeker_status").choices()


def categories_of_death() -> Choices:
    """Return the categories of death, highest rank first."""
    return code_list("category_of_death").choices()


def child_protection_plan_statuses() -> Choices:
    """Return the child protection plan statuses."""
    return code_list("cp_plan_status").choices()


def domains() -> Choices:
    """Return the domains of Form C."""
    return code_list("domain").choices()


def domain_factors() -> Choices:
    """Return the factors of Form C, then those of the analysis form, domain by domain."""
    return [*code_list("domain_factor").choices(), *code_list("cdr_factor").choices()]


def review_attendees() -> Choices:
    """Return who may attend a child death review meeting."""
    return code_list("cdr_attendee").choices()


def nhs_number_absences() -> Choices:
    """Return why a child has no NHS number."""
    return code_list("cdr_nhs_number_absence").choices()


def duration_bands() -> Choices:
    """Return the bands of time between death and completed review."""
    return code_list("duration_band").choices()


def events() -> Choices:
    """Return the events that led to a death."""
    return code_list("event").choices()


def influences() -> Choices:
    """Return the levels of influence."""
    return code_list("influence_scale").choices()


def joint_agency_triggers() -> Choices:
    """Return the triggers of a joint agency response."""
    return code_list("joint_agency_trigger").choices()


def responders() -> Choices:
    """Return who takes part in the response to an unexpected death."""
    return code_list("responder").choices()


def locations() -> Choices:
    """Return the locations at the time of the event."""
    return code_list("location").choices()


def modes_of_death() -> Choices:
    """Return the modes of death."""
    return code_list("mode_of_death").choices()


def modifiable_factors() -> Choices:
    """Return the modifiable factors."""
    return code_list("modifiable_factor").choices()


def modifiable_outcomes() -> Choices:
    """Return the outcomes of a panel review."""
    return code_list("modifiable_outcome").choices()


def onward_referrals() -> Choices:
    """Return the bodies to which a panel may refer a death onward."""
    return code_list("onward_referral").choices()


def statutory_order_statuses() -> Choices:
    """Return the statutory order statuses."""
    return code_list("statutory_order_status").choices()


def statutory_order_types() -> Choices:
    """Return the kinds of statutory order."""
    return code_list("statutory_order_type").choices()


def expectedness() -> Choices:
    """Return expected, unexpected and unsure; neonatal is worked out from the dates."""
    return [
        (code.code, code.label)
        for code in code_list("expectedness").codes
        if not code.extra.get("derived")
    ]


# Coded columns of the import file -> the list of their codes.
IMPORT_LISTS = {
    "sex": ("casereview", "gender"),
    "ethnicity": ("casereview", "ethnicity"),
    "notified_by": ("casereview", "agency_type"),
    "event": ("cdop", "event"),
    "location": ("cdop", "location"),
    "cp_plan": ("cdop", "cp_plan_status"),
    "statutory_order": ("cdop", "statutory_order_status"),
    "asylum_seeker": ("cdop", "asylum_seeker_status"),
    "category_of_death": ("cdop", "category_of_death"),
    "modifiable_outcome": ("cdop", "modifiable_outcome"),
    "modifiable_factors": ("cdop", "modifiable_factor"),
    "scr_status": ("casereview", "scr_status"),
}


def import_codes(boards: frozenset[str] | None = None) -> dict[str, frozenset[str]]:
    """Return the codes each coded column of the import file may hold.

    `boards` are the boards that are known, where they are not those of the list.
    """
    every_board = boards or frozenset(code.code for code in load_named("casereview", "lscb").codes)
    found = {column: load_named(*where) for column, where in IMPORT_LISTS.items()}
    return {
        column: frozenset(code for code, _ in each.choices()) for column, each in found.items()
    } | {
        "residence_lscb": every_board,
        "place_of_death_lscb": every_board,
        "expectedness": frozenset(code for code, _ in expectedness()),
    }
