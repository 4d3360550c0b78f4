"""Texts that an area may word for itself: what there are, and which wording is in force.

An area's own wording holds from its day until the next one's; an empty one brings back ours. What
was written or sent before stays as it was.
"""

import datetime
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.utils import timezone

from casereview.models import LocalText
from casereview.rules import wording

GROUPS = {"messages": "Messages by e-mail", "letters": "Letters", "pages": "Texts on pages"}


@dataclass(frozen=True)
class Place:
    """A name in braces: what stands there, and an example that names nobody."""

    name: str
    meaning: str
    example: str


@dataclass(frozen=True)
class Kind:
    """One text: what it is for, our own wording, and what may be filled in."""

    code: str
    group: str
    label: str
    about: str
    text: Callable[[], str]
    places: tuple[Place, ...] = ()
    needed: tuple[str, ...] = ()
    # A message's first line is its subject.
    subject: bool = False

    def problems(self, text: str) -> list[str]:
        """Return what to mend in a wording of this text."""
        return wording.problems(text, known=[one.name for one in self.places], needed=self.needed)

    def example(self, text: str) -> str:
        """Return a wording filled with the examples."""
        return wording.fill(text, {one.name: one.example for one in self.places})


_kinds: dict[str, Kind] = {}
# Kinds that are many of a sort, made when first asked for.
sorts: list[Callable[[], list[Kind]]] = []


def add(path: Path) -> None:
    """Add the texts of a data file.

    Raises:
        ValueError: our own wording uses a place that the file does not name.
    """
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["texts"]:
        text = str(entry["text"]).strip()
        kind = Kind(
            code=entry["code"],
            group=entry["group"],
            label=entry["label"],
            about=entry["about"],
            text=partial(str, text),
            places=tuple(Place(**one) for one in entry.get("places", [])),
            needed=tuple(entry.get("needed", [])),
        )
        if wrong := kind.problems(text):
            raise ValueError(f"{path.name}: {kind.code}: {wrong[0]}")
        _kinds[kind.code] = kind


def kinds() -> dict[str, Kind]:
    """Return every text that may be worded, by its code, in the order of the groups."""
    found = dict(_kinds) | {kind.code: kind for make in sorts for kind in make()}
    order = list(GROUPS)
    return dict(sorted(found.items(), key=lambda one: (order.index(one[1].group), one[1].label)))


def versions(code: str) -> list[LocalText]:
    """Return an area's own wordings of a text, the latest first."""
    found = LocalText.objects.filter(kind=code).select_related("settled_by")
    return list(found.order_by("-since", "-settled_at"))


def in_force(codes: Collection[str], day: datetime.date) -> dict[str, LocalText]:
    """Return the wording in force on a day of each text that has an own one, in one query."""
    rows = LocalText.objects.filter(kind__in=codes, since__lte=day).order_by("since", "settled_at")
    return {row.kind: row for row in rows}


def own(code: str) -> str:
    """Return the area's own wording of a text today; empty where ours stands."""
    found = in_force([code], timezone.localdate()).get(code)
    return found.text if found else ""


def written(code: str, values: Mapping[str, str] | None = None) -> str:
    """Return a text as it is worded today, filled."""
    return wording.fill(own(code) or _kinds[code].text(), values or {})


def register() -> None:
    """Add the texts of the kernel, and a text for each message."""
    add(Path(__file__).parent / "data" / "local_texts.toml")
