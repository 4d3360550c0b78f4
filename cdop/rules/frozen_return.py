"""A return kept whole: packed when it is sent, opened as it was, compared with what counts now."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from casereview.rules.return_year import ReturnYear
from cdop.rules.annual_return import (
    TOTAL,
    Coverage,
    Item,
    ReturnTemplate,
    ReviewedDeath,
    Tabulation,
)

FORMAT = 1
# What a death is known by to the program alone, and is no part of what was sent.
_NOT_KEPT = {"row", "same_person_key"}
_FACTS = tuple(one.name for one in fields(ReviewedDeath) if one.name not in _NOT_KEPT)
_DAYS = {"notified_on", "died_on", "completed_on"}
# A change of these by itself moves nothing: the figures do not go by them.
_FOR_CHECKS = {
    *("under_18", "factors", "weak_factors", "reason_given", "action_decided", "sudep_in_cause"),
    *("for_another_area", "under_revision"),
}


@dataclass(frozen=True)
class Moved:
    """One figure that is not what it was, with the rows that came into it and that left it."""

    item: str
    code: str
    outcome: str
    before: int
    now: int
    came: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """One fact of a death as it was, and as it is; empty is not known, None no longer counted."""

    column: str
    before: Any
    now: Any


@dataclass(frozen=True)
class Difference:
    """What moved between two returns: figures, and for each row behind them the facts."""

    figures: tuple[Moved, ...] = ()
    facts: Mapping[str, tuple[Fact, ...]] | None = None

    def __bool__(self) -> bool:
        return bool(self.figures)


@dataclass(frozen=True)
class Kept:
    """A return that was kept: its figures, and the facts of each row as they stood then."""

    counted: Tabulation
    deaths: Mapping[str, ReviewedDeath]
    content: Mapping[str, Any]


def pack(
    counted: Tabulation, deaths: Iterable[ReviewedDeath], labels: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the figures with their template, and the rows behind them, as plain values.

    `labels` are the words of every code as the form showed them.
    """
    behind = sorted({row for rows in counted.cells.values() for row in rows})
    places = {row: number for number, row in enumerate(behind)}
    by_row = {death.row: death for death in deaths}
    template = counted.template
    figures = {
        "format": FORMAT,
        "year": counted.year.ends_in,
        "board": counted.board,
        "document": counted.document,
        "template": {
            "slug": template.slug,
            "version": template.version,
            "status": template.status,
            "source": template.source,
            "deadline": template.deadline,
            "within_panel": template.within_panel,
            "items": [asdict(item) for item in template.items],
            "child_level": [asdict(item) for item in template.child_level],
            "coverage": template.coverage.value,
            "left_out": sorted(template.left_out),
            "locations": sorted(template.locations),
            "rolls_up_to": dict(template.rolls_up_to),
            "as_on_form": {item: dict(codes) for item, codes in template.as_on_form.items()},
            "checks": {rule: list(words) for rule, words in template.checks.items()},
            # A list: the order of the form is part of it, and an object's is nobody's promise.
            "labels": [[item, list(codes.items())] for item, codes in labels.items()],
        },
        "figures": [[*place, len(rows)] for place, rows in sorted(counted.cells.items())],
    }
    rows = {
        "references": behind,
        "cells": [
            [*place, [places[row] for row in rows]] for place, rows in sorted(counted.cells.items())
        ],
        "facts": [_kept(by_row[row]) for row in behind],
    }
    return figures, rows


def unpack(
    content: Mapping[str, Any], rows: Mapping[str, Any], english_boards: frozenset[str]
) -> Kept:
    """Return a kept return as it was; nothing is counted again."""
    held = content["template"]
    template = ReturnTemplate(
        slug=held["slug"],
        items=tuple(Item(**item) for item in held["items"]),
        locations=frozenset(held["locations"]),
        rolls_up_to=held["rolls_up_to"],
        english_boards=english_boards,
        within_panel=held["within_panel"],
        deadline=held["deadline"],
        status=held["status"],
        version=held["version"],
        source=held["source"],
        labels={item: dict(codes) for item, codes in held["labels"]},
        as_on_form=held["as_on_form"],
        left_out=frozenset(held["left_out"]),
        child_level=tuple(Item(**item) for item in held["child_level"]),
        # What was frozen before this was a setting had a row of every review.
        coverage=Coverage(held.get("coverage", Coverage.ALL)),
        checks={rule: (severity, words) for rule, (severity, words) in held["checks"].items()},
    )
    references: Sequence[str] = rows["references"]
    cells = {
        (item, code, outcome): [references[number] for number in numbers]
        for item, code, outcome, numbers in rows["cells"]
    }
    year = ReturnYear(content["year"])
    deaths = {
        row: _opened(row, facts) for row, facts in zip(references, rows["facts"], strict=True)
    }
    return Kept(Tabulation(year, template, content["board"], cells), deaths, content)


def digest(content: Mapping[str, Any], rows: Mapping[str, Any]) -> str:
    """Return the digest of a kept return: the same for the same content, whoever works it out."""
    plain = json.dumps(
        [content, rows], ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return hashlib.sha256(plain.encode()).hexdigest()


def figures_digest(counted: Tabulation) -> str:
    """Return the digest of the figures and of which rows are behind them."""
    cells = [[*place, sorted(rows)] for place, rows in sorted(counted.cells.items())]
    return digest({"year": counted.year.ends_in, "board": counted.board}, {"cells": cells})


def compare(
    before: Tabulation,
    facts_before: Mapping[str, ReviewedDeath],
    now: Tabulation,
    facts_now: Mapping[str, ReviewedDeath],
) -> Difference:
    """Return what moved between two returns of the same year and area, in the order of the form.

    A figure has moved where another row is behind it, even where the number stayed.
    """
    places = {item.item: number for number, item in enumerate(before.template.items)}
    figures = []
    for item, code, outcome in sorted(
        before.cells.keys() | now.cells.keys(),
        key=lambda place: (places.get(place[0], len(places)), place),
    ):
        old = set(before.cells.get((item, code, outcome), ()))
        new = set(now.cells.get((item, code, outcome), ()))
        if old != new:
            figures.append(
                Moved(
                    item,
                    code,
                    outcome,
                    len(old),
                    len(new),
                    tuple(sorted(new - old)),
                    tuple(sorted(old - new)),
                )
            )
    rows = sorted({row for moved in figures for row in (*moved.came, *moved.left)})
    return Difference(
        tuple(figures),
        {row: _facts(facts_before.get(row), facts_now.get(row)) for row in rows},
    )


def totals(difference: Difference) -> list[Moved]:
    """Return the figures that moved without those of single outcomes."""
    return [moved for moved in difference.figures if moved.outcome == TOTAL]


def _facts(before: ReviewedDeath | None, now: ReviewedDeath | None) -> tuple[Fact, ...]:
    if before is None or now is None:
        return ()
    old, new = _kept(before), _kept(now)
    return tuple(
        Fact(column, old[column], new[column])
        for column in old
        if column not in _FOR_CHECKS and old[column] != new.get(column)
    )


def _kept(death: ReviewedDeath) -> dict[str, Any]:
    values = ((name, getattr(death, name)) for name in _FACTS)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values}


def _opened(row: str, facts: Mapping[str, Any]) -> ReviewedDeath:
    days = {name: date.fromisoformat(facts[name]) for name in _DAYS if facts[name]}
    return ReviewedDeath(row=row, **{**facts, **days})
