"""Which agencies are proposed to be asked about a death: a standard set, and whom the notifier
named."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Standard:
    """One entry of the standard set; an empty condition leaves nobody out."""

    label: str
    agency_types: frozenset[str]
    ages: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    expectedness: frozenset[str] = frozenset()


@dataclass(frozen=True)
class AgencyKnown:
    """An agency of the directory; `board` is None where it serves every area."""

    key: Hashable
    name: str
    kind: str
    board: Hashable | None = None


@dataclass(frozen=True)
class Proposal:
    """One agency, whether it is proposed, and why, in words."""

    agency: AgencyKnown
    proposed: bool
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Circumstances:
    """What the standard set goes by; blank and empty are not known."""

    age_band: str = ""
    event: str = ""
    expectedness: str = ""
    boards: frozenset[Hashable] = frozenset()


def applies(entry: Standard, about: Circumstances) -> bool:
    """Tell whether an entry of the standard set is asked; what is not known leaves nobody out.

    With several conditions besides age, one of them is enough.
    """
    if entry.ages and about.age_band and about.age_band not in entry.ages:
        return False
    if not entry.events and not entry.expectedness:
        return True
    return about.event in entry.events or about.expectedness in entry.expectedness


def propose(
    standard: Sequence[Standard],
    agencies: Iterable[AgencyKnown],
    about: Circumstances,
    named: Mapping[Hashable, Collection[str]],
) -> list[Proposal]:
    """Return every agency with whether it is proposed: the proposed first, each lot by name.

    `named` holds, by agency, whom the notification named there. An agency of another area is
    proposed only when it was named.
    """
    asked = [entry for entry in standard if applies(entry, about)]
    proposals = []
    for agency in agencies:
        ours = agency.board is None or not about.boards or agency.board in about.boards
        why = [entry.label for entry in asked if ours and agency.kind in entry.agency_types]
        why += [f"Named on the notification: {who}" for who in named.get(agency.key, ())]
        proposals.append(Proposal(agency, bool(why), tuple(why)))
    return sorted(proposals, key=lambda one: (not one.proposed, one.agency.name.casefold()))


def not_covered(
    standard: Sequence[Standard], agencies: Collection[AgencyKnown], about: Circumstances
) -> list[str]:
    """Return the labels of the standard set for which the directory has no agency of the area."""
    kinds = {
        one.kind
        for one in agencies
        if one.board is None or not about.boards or one.board in about.boards
    }
    return [
        entry.label
        for entry in standard
        if applies(entry, about) and not kinds & entry.agency_types
    ]


def matched(
    contacts: Iterable[Mapping[str, str]], agencies: Sequence[AgencyKnown], about: Circumstances
) -> tuple[dict[Hashable, list[str]], list[Mapping[str, str]]]:
    """Match the professionals a notifier named with agencies, by organisation, else by kind.

    By kind only where the area has exactly one agency of that kind: nothing is guessed.

    Returns: names by agency, and the contacts that matched none.
    """
    by_name = {_plain(one.name): one for one in agencies}
    found: dict[Hashable, list[str]] = {}
    left = []
    for contact in contacts:
        agency = by_name.get(_plain(contact.get("organisation", "")))
        if agency is None:
            same = [
                one
                for one in agencies
                if one.kind == contact.get("agency")
                and (one.board is None or not about.boards or one.board in about.boards)
            ]
            agency = same[0] if len(same) == 1 else None
        if agency is None:
            left.append(contact)
        else:
            name = contact.get("name") or "a professional"
            found.setdefault(agency.key, []).append(name)
    return found, left


def _plain(text: str) -> str:
    return " ".join((text or "").casefold().split())
