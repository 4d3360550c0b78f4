"""Kinds of review, methodologies and papers, from their dated lists."""

from datetime import date

from casereview.codelists import Code, CodeList, load_named

Choices = list[tuple[str, str]]


def code_list(name: str) -> CodeList:
    """Return a list of reviews by its name, such as "review_types"."""
    return load_named("scr", name)


def review_type(code: str) -> Code:
    """Return a kind of review, withdrawn ones included.

    Raises:
        KeyError: there is no such kind.
    """
    if (found := code_list("review_types").get(code)) is None:
        raise KeyError(code)
    return found


def review_types(on: date) -> Choices:
    """Return the kinds of review that may begin on a day."""
    return code_list("review_types").choices(on)


def methodologies(on: date) -> Choices:
    """Return the methodologies that are known on a day."""
    return code_list("methodologies").choices(on)


def events() -> Choices:
    """Return the ways in which practitioners take part."""
    return code_list("practitioner_events").choices()


def paper_kinds(begun_on: date, *, by_agency: bool = False) -> Choices:
    """Return the kinds of paper of a review that began on a day: an agency's own, or the others."""
    kinds = code_list("paper_kinds").in_force(begun_on)
    return [(one.code, one.label) for one in kinds if one.extra["by_agency"] is by_agency]


def reports() -> frozenset[str]:
    """Return the kinds of paper that are signed off and may be published."""
    return frozenset(one.code for one in code_list("paper_kinds").codes if one.extra["report"])


def agency_paper(begun_on: date) -> str:
    """Return the kind of paper an agency writes for a review that began on a day."""
    return paper_kinds(begun_on, by_agency=True)[0][0]


def type_words(code: str) -> str:
    """Return a kind of review in words; what the list does not hold as it is."""
    return code_list("review_types").label(code)


def paper_words(code: str) -> str:
    """Return a kind of paper in words."""
    return code_list("paper_kinds").label(code)
