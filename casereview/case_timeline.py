"""What happened on a case, gathered from every app; narrowed by kind and year alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils import timezone

from casereview import access, registries
from casereview.case_list import Filter
from casereview.models import Case
from casereview.registries import TimelineEntry
from casereview.rules.working_days import in_words, london_date, month

OTHER = ("other", "Other")


@dataclass(frozen=True)
class Told:
    """An entry of the timeline with the kind it is of."""

    kind: str
    label: str
    entry: TimelineEntry


def gathered(user, case: Case) -> list[Told]:
    """Return everything `user` may be told of a case, the latest first."""
    found = []
    for tell in registries.timeline:
        kind, label = registries.timeline_kinds.get(tell, OTHER)
        found += [Told(kind, label, entry) for entry in tell(user, case)]
    found.sort(key=lambda told: _order(told.entry), reverse=True)
    return found


def filters(told: Iterable[Told], typed: QueryDict) -> list[Filter]:
    """Return the filters of a timeline: only what occurs in it, so that they tell nothing more."""
    told = list(told)
    years = sorted({one.entry.on.year for one in told}, reverse=True)
    offered = [
        ("kind", "Kind", sorted({(one.kind, one.label) for one in told}, key=lambda one: one[1])),
        ("year", "Year", [(str(year), str(year)) for year in years]),
    ]
    found = []
    for name, label, choices in offered:
        chosen = typed.get(name, "")
        known = {code for code, _ in choices}
        found.append(Filter(name, label, choices, chosen if chosen in known else ""))
    return found


def narrowed(told: Iterable[Told], chosen: Iterable[Filter]) -> list[Told]:
    """Return the entries that pass every chosen filter."""
    wanted = {one.name: one.chosen for one in chosen if one.chosen}
    return [
        one
        for one in told
        if wanted.get("kind", one.kind) == one.kind
        and wanted.get("year", str(one.entry.on.year)) == str(one.entry.on.year)
    ]


def lines(told: Iterable[Told], known: bool) -> list[dict[str, str]]:
    """Return entries as they are shown; without sight of the identity, by month only."""
    shown = []
    for one in told:
        entry = one.entry
        when = in_words(entry.on) if known else month(entry.on)
        if known and entry.at and london_date(entry.at) == entry.on:
            when += f", {timezone.localtime(entry.at):%H:%M}"
        shown.append(
            {
                "title": entry.title,
                "when": when + (f" – {entry.by}" if entry.by else ""),
                "text": entry.detail,
                "url": entry.url,
                "kind": one.label,
            }
        )
    return shown


def page(user, case: Case, typed: QueryDict) -> dict:
    """Return what the page of the timeline shows, and its print."""
    every = gathered(user, case)
    chosen = filters(every, typed)
    found = narrowed(every, chosen)
    return {
        "lines": lines(found, access.can(user, "view_identity", case)),
        "every": len(every),
        "filters": chosen,
    }


def _order(entry: TimelineEntry) -> tuple:
    return entry.on, entry.at.timestamp() if entry.at else 0
