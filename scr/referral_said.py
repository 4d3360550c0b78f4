"""What somebody said who referred children: one incident, and each child of it."""

import datetime
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

DIED, HARMED = "died", "harmed"


@dataclass(frozen=True)
class ChildSaid:
    """What is said of one child; boards are codes, what is not known is empty or None."""

    family_name: str = ""
    given_names: str = ""
    born_on: datetime.date | None = None
    sex: str = ""
    nhs_number: str = ""
    address: str = ""
    postcode: str = ""
    happened: str = HARMED
    died_on: datetime.date | None = None
    home: str = ""
    looked_after: str = "NK"
    looked_after_by: str = ""

    def __repr__(self) -> str:
        return "<ChildSaid>"


@dataclass(frozen=True)
class Said:
    """What is said of the incident and its children; agencies are keys."""

    grounds: str
    siblings_safe: str
    raised_by: str = ""
    event_on: datetime.date | None = None
    aware_on: datetime.date | None = None
    event_board: str = ""
    event_outside_england: bool = False
    immediate_safety: str = ""
    agencies: tuple[str, ...] = ()
    children: tuple[ChildSaid, ...] = field(default=())

    def __repr__(self) -> str:
        return f"<Said of {len(self.children)}>"

    @property
    def unsafe(self) -> bool:
        """Whether the other children are not known to be safe: not known is never a yes."""
        return self.siblings_safe != "Y"


def to_content(said: Said) -> dict[str, Any]:
    """Return what was said as plain values to be sealed."""
    return {"children": [_plain(asdict(child)) for child in said.children]} | {
        name: value for name, value in _plain(asdict(said)).items() if name != "children"
    }


def from_content(content: Mapping[str, Any]) -> Said:
    """Return what was said, as it was sealed."""
    children = tuple(ChildSaid(**_typed(ChildSaid, row)) for row in content["children"])
    facts = _typed(Said, {name: value for name, value in content.items() if name != "children"})
    facts["agencies"] = tuple(facts.get("agencies", ()))
    return Said(**facts, children=children)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime.date) else value
        for name, value in row.items()
    }


def _typed(kind: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    known = {one.name for one in fields(kind)}
    return {
        name: datetime.date.fromisoformat(value) if name.endswith("_on") and value else value
        for name, value in row.items()
        if name in known
    }
