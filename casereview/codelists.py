"""Statutory code lists as dated data: read, checked for provenance, and kept in memory."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

APPS = ("casereview", "cdop", "scr", "learning")
STATUSES = ("CONFIRMED", "RECONSTRUCTED")

_ROOT = Path(__file__).resolve().parent.parent
_PROVENANCE = ("title", "source", "paragraph", "url", "transcribed_by", "checked_by", "version")
_MAY_BE_EMPTY = {"url", "checked_by"}
_OF_A_CODE = {"code", "label", "definition", "since", "until", "status", "source"}
_OF_A_LIST = {*_PROVENANCE, "retrieved", "status", "codes"}


class BadCodeList(ValueError):
    """A code list without provenance, or whose codes contradict one another."""


@dataclass(frozen=True)
class Code:
    """One code of a list, in force from `since` until the day before `until`.

    `until` is None while the code is in force. `extra` holds the list's own columns; a column
    that is not there is unknown or does not apply.
    """

    code: str
    label: str
    definition: str
    since: date
    until: date | None
    status: str
    source: str
    extra: Mapping[str, Any] = field(default_factory=dict)

    def in_force(self, on: date) -> bool:
        """Tell whether the code may be given on this day."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class CodeList:
    """A list of codes in the order of its source, with where it came from."""

    name: str
    app: str
    title: str
    source: str
    paragraph: str
    url: str
    retrieved: date
    transcribed_by: str
    checked_by: str
    version: str
    status: str
    codes: tuple[Code, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    _by_code: Mapping[str, Code] = field(default_factory=dict, repr=False, compare=False)

    def get(self, code: str) -> Code | None:
        """Return the code, withdrawn ones included, or None where the list has no such code."""
        return self._by_code.get(code)

    def in_force(self, on: date) -> tuple[Code, ...]:
        """Return the codes that may be given on this day."""
        return tuple(code for code in self.codes if code.in_force(on))

    def choices(self, on: date | None = None) -> list[tuple[str, str]]:
        """Return (code, label) pairs: those in force on a day, or all that ever were."""
        codes = self.codes if on is None else self.in_force(on)
        return [(code.code, code.label) for code in codes]

    def label(self, code: str) -> str:
        """Return the label of a code, or the code itself where the list does not hold it."""
        known = self._by_code.get(code)
        return known.label if known else code

    @property
    def sources(self) -> tuple[str, ...]:
        """The list's source and those of its codes, each once, in the order met."""
        return tuple(dict.fromkeys([self.source, *(code.source for code in self.codes)]))


@cache
def load(path: Path) -> CodeList:
    """Read one list and keep it.

    Raises:
        BadCodeList: it lacks provenance, gives a code twice, uses an unknown status, or
            withdraws a code before it came into force.
    """
    with path.open("rb") as file:
        raw = tomllib.load(file)
    return parse(raw, name=path.stem, app=path.parent.parent.name)


def load_named(app: str, name: str) -> CodeList:
    """Read a list by its app and name, such as ("cdop", "category_of_death")."""
    return load(_ROOT / app / "data" / f"{name}.toml")


def all_lists() -> list[CodeList]:
    """Return every code list of every app, by app and name; other data files are left out."""
    found = []
    for app in APPS:
        for path in sorted((_ROOT / app / "data").glob("*.toml")):
            if _holds_codes(path):
                found.append(load(path))
    return found


def parse(raw: Mapping[str, Any], *, name: str, app: str = "") -> CodeList:
    """Check the content of a list file and return the list; raises as `load` does."""
    for key in _PROVENANCE:
        value = raw.get(key)
        if not isinstance(value, str) or not (value.strip() or key in _MAY_BE_EMPTY):
            raise BadCodeList(f"{name}: {key} is missing")
    retrieved = raw.get("retrieved")
    if not isinstance(retrieved, date):
        raise BadCodeList(f"{name}: retrieved is missing or is not a date")
    status = _status(raw, name)
    codes: dict[str, Code] = {}
    for entry in raw.get("codes", ()):
        code = _code(entry, name)
        if code.code in codes:
            raise BadCodeList(f"{name}: {code.code} is there twice")
        codes[code.code] = code
    if not codes:
        raise BadCodeList(f"{name}: there is no code")
    return CodeList(
        name=name,
        app=app,
        retrieved=retrieved,
        status=status,
        codes=tuple(codes.values()),
        settings=_others(raw, _OF_A_LIST),
        _by_code=MappingProxyType(codes),
        **{key: raw[key] for key in _PROVENANCE},
    )


def _code(entry: Mapping[str, Any], name: str) -> Code:
    code, label = entry.get("code"), entry.get("label")
    if not isinstance(code, str) or not code or not isinstance(label, str) or not label.strip():
        raise BadCodeList(f"{name}: a code lacks its code or label")
    since, until = entry.get("since"), entry.get("until")
    if not isinstance(since, date):
        raise BadCodeList(f"{name}: {code} has no first day in force")
    if until is not None and (not isinstance(until, date) or until <= since):
        raise BadCodeList(f"{name}: {code} is withdrawn before it came into force")
    if not isinstance(entry.get("source"), str) or not entry["source"].strip():
        raise BadCodeList(f"{name}: {code} has no source")
    return Code(
        code=code,
        label=label,
        definition=entry.get("definition", ""),
        since=since,
        until=until,
        status=_status(entry, f"{name}: {code}"),
        source=entry["source"],
        extra=_others(entry, _OF_A_CODE),
    )


def _status(entry: Mapping[str, Any], where: str) -> str:
    status = entry.get("status")
    if status not in STATUSES:
        raise BadCodeList(f"{where}: {status} is not a status")
    return str(status)


def _others(entry: Mapping[str, Any], known: set[str]) -> Mapping[str, Any]:
    return MappingProxyType({key: value for key, value in entry.items() if key not in known})


@cache
def _holds_codes(path: Path) -> bool:
    with path.open("rb") as file:
        return "codes" in tomllib.load(file)
