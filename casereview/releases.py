"""Figures on their way out: linked tables protected for an audience, against all given before.

    found = releases.preview(tables, Audience.PUBLIC)          what may be given; records nothing
    release = releases.give(tables, Audience.PUBLIC, by=user, title="…", action="…")

Both refuse rather than give an unchecked table away. Percentages, rates, charts and their words
are made from what these return and from nothing else.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, ProgrammingError
from django.db.models import Max
from django.utils import timezone

from casereview.codelists import load_named
from casereview.models import ProfileSetting, Release
from casereview.records import change
from casereview.rules.linked_tables import DoesNotAddUp, Line, LinkedTable, PartsMissing
from casereview.rules.output_profiles import Audience, OutputProfile, Setting, in_force
from casereview.rules.release_gate import Earlier, Settled, Shown, TooManyFigures, settle
from casereview.rules.suppression import CannotBePublished

__all__ = ["Audience", "Given", "Refused", "given_in", "give", "preview", "profile"]

_WHY: dict[type[Exception], str] = {
    CannotBePublished: "These figures, with what was given before, would give a small number "
    "away whatever is hidden. Give fewer tables, join years, or wait for a full year.",
    TooManyFigures: "These are too many figures to be made safe together. Ask for fewer tables.",
    DoesNotAddUp: "Two of these tables contradict each other. Nothing was given.",
    PartsMissing: "Single years or boards of these figures were given before, so theirs are "
    "needed as well.",
}


class Refused(Exception):
    """The figures may not be given; the message says why and what to do, and repeats no number."""


@dataclass(frozen=True)
class Given:
    """Figures that were given: the tables as shown, and the release that records it.

    `release` is None where nothing was hidden from anybody: what stays with the panel is no
    release, and the audit log has it.
    """

    settled: Settled
    release: Release | None


def profile(audience: Audience, on: date | None = None) -> OutputProfile:
    """Return how figures are given to an audience on a day, today unless one is named."""
    return in_force(settings_of(audience), audience, on or timezone.localdate())


def settings_of(audience: Audience) -> list[Setting]:
    """Return what was settled for an audience, the list's own first, the latest last."""
    starting = load_named("casereview", "output_profile").get(audience)
    found = []
    if starting is not None:
        numbers = {
            key: starting.extra[key]
            for key in ("threshold", "rounding", "percentage_base", "symbol")
        }
        found.append(Setting(starting.since, OutputProfile(audience, **numbers)))
    for row in ProfileSetting.objects.filter(audience=audience).order_by("since", "settled_at"):
        found.append(
            Setting(
                row.since,
                OutputProfile(
                    audience, row.threshold, row.rounding, row.percentage_base, row.symbol
                ),
            )
        )
    return found


def preview(
    tables: Iterable[LinkedTable], audience: Audience, *, on: date | None = None
) -> Settled:
    """Return the tables as they would be given today; nothing is recorded, nothing leaves.

    Raises:
        Refused: they may not be given.
    """
    wanted, every = profile(audience, on), tuple(tables)
    rows = _rows(wanted)
    return _as_before(every, wanted, rows) or _settled(every, wanted, _ledger(wanted, rows))


def give(
    tables: Iterable[LinkedTable],
    audience: Audience,
    *,
    by: Any,
    title: str,
    action: str,
    boards: Iterable[str] = (),
    detail: dict[str, Any] | None = None,
    beside: Callable[[Settled], Any] | None = None,
) -> Given:
    """Protect the tables together, against the ledger, and record that they were given.

    The entry of the audit log is that of `action`. Hand the figures over only after this has
    returned. The very same figures given to the same audience again are the same release.
    `beside` reckons texts from what may be given, such as rates: they are kept as they were given.

    Raises:
        Refused: they may not be given, or somebody gave others meanwhile.
    """
    every, wanted = tuple(tables), profile(audience)
    told = {"profile": str(audience), **(detail or {})}
    # Asked before the ledger is read: a release made meanwhile has this number then.
    number = 1 + (Release.objects.aggregate(last=Max("number"))["last"] or 0)
    rows = _rows(wanted)
    settled = _as_before(every, wanted, rows) or _settled(every, wanted, _ledger(wanted, rows))
    if not wanted.hides:
        with change(action, by=by, detail=told):
            return Given(settled, None)
    shown = [_shown_document(one) for one in settled.shown]
    told_beside = beside(settled) if beside else None
    digest = _digest(shown if told_beside is None else [*shown, {"beside": told_beside}])
    again = next((one for one in rows if (one.audience, one.digest) == (audience, digest)), None)
    if again is not None:
        with change(action, by=by, detail={**told, "release": again.number, "digest": digest}):
            return Given(settled, again)
    release = Release(
        number=number,
        audience=audience,
        title=title[:200],
        settings=_settings(wanted),
        boards=sorted(boards),
        tables=[_table_document(one) for one in _kept(every, settled)],
        shown=shown,
        beside=told_beside,
        digest=digest,
        given_by=by,
        given_at=timezone.now(),
    )
    try:
        recorded = {**told, "release": number, "digest": digest}
        with change(action, by=by, detail=recorded) as written:
            written.save(release, subject=True)
    except (IntegrityError, ProgrammingError):
        # The number is taken, or no longer the next: PostgreSQL's trigger speaks up first.
        raise Refused("Somebody gave figures meanwhile. Try again.") from None
    return Given(settled, release)


def given_in(release: Release) -> Settled:
    """Return the tables of a release as they were given, with the settings of that day."""
    earlier = _earlier(release)
    return Settled(earlier.shown, earlier.profile)


def _settled(
    tables: tuple[LinkedTable, ...], wanted: OutputProfile, ledger: tuple[Earlier, ...]
) -> Settled:
    try:
        return settle(tables, ledger, wanted)
    except tuple(_WHY) as refusal:
        raise Refused(_WHY[type(refusal)]) from None


def _rows(wanted: OutputProfile) -> list[Release]:
    """Return the releases these readers have, or that leave nothing more to be known by them.

    What a wider circle was given is known in a narrower one. What a narrower circle was given is
    reckoned with as well where it hid as much: papers of a board do not stay with the board.
    """
    return [
        one
        for one in Release.objects.order_by("number")
        if wanted.audience.hears_of(Audience(one.audience))
        or one.settings["threshold"] >= wanted.threshold
    ]


def _settings(wanted: OutputProfile) -> dict[str, Any]:
    return {
        "threshold": wanted.threshold,
        "rounding": wanted.rounding,
        "percentage_base": wanted.percentage_base,
        "symbol": wanted.symbol,
    }


def _as_before(
    tables: Sequence[LinkedTable], wanted: OutputProfile, rows: Sequence[Release]
) -> Settled | None:
    """Return the very same tables as they were given to the same readers before; None: never.

    What somebody has tells them nothing by being given again, and hidden anew it might come out
    another way.
    """
    if not wanted.hides:
        return None
    asked = {_counted(_table_document(one)) for one in tables}
    keys = [one.key for one in tables if one.given]
    for row in reversed(rows):
        if (
            row.audience == wanted.audience
            and row.settings == _settings(wanted)
            and [shown["key"] for shown in row.shown] == keys
            and asked <= {_counted(document) for document in row.tables}
        ):
            found = given_in(row)
            inside = [n for one in found.shown for *cells, _ in one.grid[:-1] for n in cells if n]
            plain = {one.silent() for one in tables}
            joined = any(one.table.silent() not in plain for one in found.shown)
            return replace(found, joined=joined, totals_only=not joined and not inside)
    return None


def _counted(document: dict[str, Any]) -> str:
    """Return a table as text, whether it was given or a part, and whatever was told of sizes."""
    plain = {**document, "given": None, "tells_size": None}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _ledger(wanted: OutputProfile, rows: Sequence[Release] | None = None) -> tuple[Earlier, ...]:
    if not wanted.hides:
        return ()
    return tuple(_earlier(one) for one in (_rows(wanted) if rows is None else rows))


def _kept(tables: Sequence[LinkedTable], settled: Settled) -> list[LinkedTable]:
    """Return the tables that the ledger keeps: as they were given, then all others as parts."""
    given = [one.table for one in settled.shown]
    as_given = {one.silent() for one in given}
    return [*given, *(one.as_parts() for one in tables if one.silent() not in as_given)]


def _digest(shown: Sequence[dict[str, Any]]) -> str:
    text = json.dumps(shown, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _table_document(table: LinkedTable) -> dict[str, Any]:
    return {
        "key": table.key,
        "title": table.title,
        "measure": table.measure,
        "rows_by": table.rows_by,
        "rows": [_line_document(line) for line in table.rows],
        "columns_by": table.columns_by,
        "columns": [_line_document(line) for line in table.columns],
        "where": [[by, list(codes)] for by, codes in table.where],
        "counts": [list(line) for line in table.counts],
        "given": table.given,
        "tells_size": table.tells_size,
    }


def _line_document(line: Line) -> list[Any]:
    document: list[Any] = [line.label, list(line.codes)]
    return [*document, line.by] if line.by else document


def _line(label: str, codes: Iterable[str], by: str = "") -> Line:
    return Line(label, tuple(codes), by)


def _shown_document(shown: Shown) -> dict[str, Any]:
    table = _table_document(shown.table)
    del table["counts"], table["given"], table["tells_size"]
    return {**table, "grid": [list(line) for line in shown.grid]}


def _earlier(release: Release) -> Earlier:
    tables = tuple(_table(document) for document in release.tables)
    given = [table for table in tables if table.given]
    shown = tuple(
        Shown(table, tuple(tuple(line) for line in document["grid"]))
        for table, document in zip(given, release.shown, strict=True)
    )
    return Earlier(tables, shown, OutputProfile(Audience(release.audience), **release.settings))


def _table(document: dict[str, Any]) -> LinkedTable:
    return LinkedTable(
        key=document["key"],
        title=document["title"],
        measure=document["measure"],
        rows_by=document["rows_by"],
        rows=tuple(_line(*line) for line in document["rows"]),
        counts=tuple(tuple(line) for line in document["counts"]),
        where=tuple((by, tuple(codes)) for by, codes in document["where"]),
        columns_by=document["columns_by"],
        columns=tuple(_line(*line) for line in document["columns"]),
        given=document["given"],
        tells_size=document.get("tells_size", False),
    )
