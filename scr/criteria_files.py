"""The editions of the guidance, read from the dated data; no Django."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from casereview.codelists import STATUSES
from scr.rules.frameworks import (
    BadFramework,
    Clock,
    Condition,
    Criterion,
    Framework,
    LocalReview,
    Outcome,
    Prompts,
    Question,
    check,
)

_DATA = Path(__file__).parent / "data"
_PROVENANCE = ("title", "source", "paragraph", "url", "transcribed_by", "version", "decided_by")


class UnknownFramework(LookupError):
    """No edition has this name."""


@cache
def frameworks() -> tuple[Framework, ...]:
    """Return every edition, by nation and first day in force."""
    found = []
    for path in sorted(_DATA.glob("criteria_*.toml")):
        with path.open("rb") as file:
            found.append(parse(tomllib.load(file)))
    return tuple(sorted(found, key=lambda each: (each.nation, each.since)))


def framework_named(name: str) -> Framework:
    """Return an edition by its id, in either case, with hyphens or underscores.

    Raises:
        UnknownFramework: there is none of that name.
    """
    wanted = name.strip().lower().replace("-", "_")
    for framework in frameworks():
        if framework.id == wanted:
            return framework
    raise UnknownFramework


def parse(raw: Mapping[str, Any]) -> Framework:
    """Return the edition that a file describes.

    Raises:
        BadFramework: it lacks provenance, uses an unknown status, or contradicts itself.
    """
    name = raw.get("framework")
    if not isinstance(name, str) or not name:
        raise BadFramework("an edition has no name")
    for key in _PROVENANCE:
        if not isinstance(raw.get(key), str) or not raw[key].strip():
            raise BadFramework(f"{name}: {key} is missing")
    if not isinstance(raw.get("retrieved"), date):
        raise BadFramework(f"{name}: retrieved is missing or is not a date")
    parts = (*raw["questions"], *raw["criteria"], *raw.get("notify_when", ()))
    parts += (raw["prompts"],) if "prompts" in raw else ()
    for part in (raw, *parts, *raw.get("clocks", ())):
        if part.get("status") not in STATUSES:
            raise BadFramework(f"{name}: {part.get('status')} is not a status")
    if any(not part.get("paragraph") for part in parts):
        raise BadFramework(f"{name}: a question or criterion names no paragraph")
    framework = Framework(
        id=name,
        name=raw["name"],
        title=raw["title"],
        nation=raw["nation"],
        since=raw["since"],
        until=raw.get("until"),
        version=raw["version"],
        decided_by=raw["decided_by"],
        led_by=raw.get("led_by", ""),
        notifying_known=raw["notifying_known"],
        questions=tuple(_question(each) for each in raw["questions"]),
        criteria=tuple(_criterion(each) for each in raw["criteria"]),
        outcomes=tuple(
            Outcome(each["code"], each["label"], tuple(each["any_of"])) for each in raw["outcomes"]
        ),
        notify_when=tuple(_criterion(each) for each in raw.get("notify_when", ())),
        clocks=tuple(_clock(each) for each in raw.get("clocks", ())),
        local_review=_local_review(raw.get("local_review")),
        prompts=_prompts(raw.get("prompts")),
        partners_began_by=raw.get("partners_began_by"),
    )
    check(framework)
    return framework


def _question(raw: Mapping[str, Any]) -> Question:
    return Question(
        id=raw["id"],
        text=raw["text"],
        answers=tuple(raw["answers"]),
        paragraph=raw["paragraph"],
        confirmed=raw["status"] == "CONFIRMED",
        help=raw.get("help", ""),
        note=raw.get("note", ""),
    )


def _criterion(raw: Mapping[str, Any]) -> Criterion:
    return Criterion(
        id=raw["id"],
        label=raw["label"],
        all_of=tuple(_condition(each) for each in raw["all_of"]),
        paragraph=raw["paragraph"],
        confirmed=raw["status"] == "CONFIRMED",
        note=raw.get("note", ""),
    )


def _condition(written: str) -> Condition:
    question, _, accepted = written.partition("=")
    return Condition(question, frozenset(accepted.split("|")))


def _clock(raw: Mapping[str, Any]) -> Clock:
    return Clock(
        id=raw["id"],
        label=raw["label"],
        length=raw["length"],
        unit=raw["unit"],
        before=raw.get("before", False),
        starts_from=raw["starts_from"],
        starts=raw["starts"],
        confirmed=raw["status"] == "CONFIRMED",
        source=raw["source"],
    )


def _local_review(raw: Mapping[str, Any] | None) -> LocalReview | None:
    return LocalReview(raw["after"], tuple(raw["factors"]), raw["note"]) if raw else None


def _prompts(raw: Mapping[str, Any] | None) -> Prompts | None:
    if raw is None:
        return None
    return Prompts(
        raw["title"], tuple(raw["lines"]), raw["paragraph"], raw["status"] == "CONFIRMED"
    )
