"""The kernel's code lists as choices; light, because migrations import it."""

from casereview.codelists import CodeList, load_named

Choices = list[tuple[str, str]]


def code_list(name: str) -> CodeList:
    """Return a list of the kernel by its name, such as "ethnicity"."""
    return load_named("casereview", name)


def age_bands() -> Choices:
    """Return the age bands at death."""
    return code_list("age_band").choices()


def agency_types() -> Choices:
    """Return the types of agency."""
    return code_list("agency_type").choices()


def boards() -> Choices:
    """Return the boards, and the places outside England that stand beside them."""
    return code_list("lscb").choices()


def deprivation_deciles() -> Choices:
    """Return the tenths of deprivation, the most deprived first."""
    return code_list("deprivation_decile").choices()


def deprivation_editions() -> Choices:
    """Return the editions of the index that a tenth may be of."""
    return code_list("deprivation_edition").choices()


def english_boards() -> frozenset[str]:
    """Return the codes of the boards in England."""
    return frozenset(
        code.code for code in code_list("lscb").codes if code.extra["kind"] == "english_board"
    )


def ethnicities() -> Choices:
    """Return the ethnic groups as they are recorded."""
    return code_list("ethnicity").choices()


def ethnicity_groups() -> Choices:
    """Return the broader ethnic groups of the published tables."""
    return code_list("ethnicity_group").choices()


def genders() -> Choices:
    """Return the genders."""
    return code_list("gender").choices()


def information_powers() -> Choices:
    """Return the powers under which papers and figures are asked for."""
    return code_list("information_power").choices()


def parallel_processes() -> Choices:
    """Return the processes that may run beside the panel's own."""
    return code_list("parallel_process").choices()


def population_groups() -> Choices:
    """Return the groups of people that rates are reckoned from."""
    return code_list("population_group").choices()


def regions() -> Choices:
    """Return the English regions."""
    return code_list("region").choices()


def scr_statuses() -> Choices:
    """Return how far a serious case review of the death has come."""
    return code_list("scr_status").choices()


def yes_no_not_known() -> Choices:
    """Return yes, no and not known."""
    return [pair for pair in code_list("yes_no_notknown").choices() if pair[0] != "NA"]


def yes_no_not_known_or_not_applicable() -> Choices:
    """Return yes, no, not known and not applicable."""
    return code_list("yes_no_notknown").choices()
