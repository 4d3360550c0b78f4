"""Which board or authority leads where a child, the event and the carers are of several areas."""

from dataclasses import dataclass

from scr.rules.frameworks import Framework


class NoLeadRule(LookupError):
    """No rule about the lead is held for the edition."""


@dataclass(frozen=True)
class Places:
    """The boards a case touches, by code; None where it is not known.

    `home` is where the child normally lives, `event` where it happened (blank where that was
    outside England), `looked_after_by` the authority that looks after the child (blank where
    none does).
    """

    home: str | None
    event: str | None
    looked_after_by: str | None = ""


@dataclass(frozen=True)
class Lead:
    """Who leads, why, and who joins; no `board` where what is not known decides, named by `ask`."""

    board: str | None
    reason: str
    joining: tuple[str, ...] = ()
    ask: str = ""


def lead(framework: Framework, places: Places) -> Lead:
    """Say which board leads.

    Raises:
        NoLeadRule: no rule is held for the edition.

    Source: London Child Protection Procedures, section 19, for the boards; Children Act 2004,
    section 16C(1), for their successors.
    """
    if framework.led_by == "home":
        return _by_home(places)
    if framework.led_by == "event":
        return _by_event(places)
    raise NoLeadRule(framework.id)


def _by_home(places: Places) -> Lead:
    if places.looked_after_by is None:
        why = "Whether the child was looked after decides who leads"
        return _led(None, why, places, "looked_after")
    if places.looked_after_by:
        why = "The board of the authority that looks after the child leads"
        return _led(places.looked_after_by, why, places)
    return _led(places.home, "The board where the child normally lives leads", places, "home")


def _by_event(places: Places) -> Lead:
    if places.event == "":
        why = "It happened outside England: the authority where the child normally lives leads"
        return _led(places.home, why, places, "home")
    return _led(places.event, "The authority where it happened notifies and leads", places, "event")


def _led(board: str | None, reason: str, places: Places, ask: str = "") -> Lead:
    others = (places.home, places.event, places.looked_after_by)
    joining = tuple(dict.fromkeys(each for each in others if each and each != board))
    if board:
        return Lead(board, reason, joining)
    return Lead(None, reason, joining, ask)
