"""What may be recommended and decided, who decides, and the quorum, read from the dated lists."""

from functools import cache

from casereview.codelists import load_named
from scr.rules.deciding import Decider
from scr.rules.options import LeadsTo, Option


@cache
def options() -> tuple[Option, ...]:
    """Return every option of every edition, in the order of the list."""
    return tuple(
        Option(
            code=each.code,
            label=each.label,
            meaning=each.definition,
            leads_to=LeadsTo(each.extra["leads_to"]),
            editions=frozenset(each.extra["editions"]),
            follows=frozenset(each.extra["follows"]),
            asks=each.extra.get("asks", ""),
            recommend_only=each.extra.get("recommend_only", False),
            confirmed=each.status == "CONFIRMED",
        )
        for each in _list().codes
    )


def option(code: str) -> Option:
    """Return an option by its code.

    Raises:
        KeyError: there is none of that code.
    """
    for each in options():
        if each.code == code:
            return each
    raise KeyError(code)


def option_label(code: str) -> str:
    """Return an option in words; a code that is not in the list is shown as it is."""
    return _list().label(code)


def decider(edition: str) -> Decider:
    """Return whose decision it is under an edition."""
    partners = edition in _list().settings["partners_decide"]
    return Decider.PARTNERS if partners else Decider.CHAIR


def partner_of(agency_kind: str) -> str:
    """Return the partner an agency of this kind acts for; empty where it is none of the three."""
    return str(_list().settings["partners"].get(agency_kind, ""))


def quorum_agencies() -> int:
    """Return how many agencies a quorum of the group needs."""
    return int(_list().settings["quorum"]["agencies"])


def methodologies() -> list[tuple[str, str]]:
    """Return the methodologies of reviews as code and label."""
    return load_named("scr", "methodologies").choices()


def _list():
    return load_named("scr", "recommendations")
