"""What a correction of a child's identity or a case's facts would change, and what would move."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from casereview import actions, codes
from casereview.models import Board, Case, Child
from casereview.records import Conflict
from casereview.rules import ages
from casereview.rules.return_year import ReturnYear

OF_THE_CHILD = (
    "given_names",
    "family_name",
    "other_names",
    "born_on",
    "nhs_number",
    "address",
    "postcode",
    "sex",
    "ethnicity",
    "deprivation_decile",
    "deprivation_edition",
)
OF_THE_CASE = ("died_on", "notified_on")
BOARDS = ("residence_board", "place_of_death_board", "notifying_board", "reviewing_board")


@dataclass(frozen=True)
class Corrected:
    """One field of a correction: its name, what stands now, and what it becomes."""

    field: str
    old: Any
    new: Any


def now(case: Case) -> dict[str, Any]:
    """Return what stands now, by field; boards by their code."""
    child = case.child
    found = {name: getattr(child, name) or "" for name in OF_THE_CHILD}
    found["born_on"] = child.born_on
    found.update({name: getattr(case, name) for name in OF_THE_CASE})
    for name in BOARDS:
        board = getattr(case, name)
        found[name] = board.code if board else ""
    return found


def changed(case: Case, typed: dict[str, Any]) -> list[Corrected]:
    """Return the fields that would change; a field that was not asked for does not."""
    return [
        Corrected(name, old, typed[name])
        for name, old in now(case).items()
        if name in typed and (typed[name] or None) != (old or None)
    ]


def moves(case: Case, corrected: list[Corrected]) -> list[str]:
    """Say in words what else moves with a correction: age band, group and years of figures."""
    new = {one.field: one.new for one in corrected}
    said = []
    if {"born_on", "died_on"} & set(new):
        born = new.get("born_on", case.child.born_on)
        died = new.get("died_on", case.died_on)
        said += _age_moves(case.child, born, died)
    if "notified_on" in new:
        before, after = _year(case.notified_on), _year(new["notified_on"])
        if before != after:
            said.append(f"Year notified: from {before} to {after}.")
    if "reviewing_board" in new:
        said.append(
            "The people who see this case through their board change with the reviewing board."
        )
    if set(BOARDS) & set(new):
        said.append("The case moves in figures by board that have not been frozen.")
    if said and case.stage == Case.Stage.REVIEWED:
        said.append(
            "The review stays in the year it was completed. A return that was frozen keeps its "
            "figures until somebody makes a revision of it."
        )
    return said


def _age_moves(child: Child, born: date | None, died: date | None) -> list[str]:
    bands = dict(codes.age_bands())
    before = child.age_band
    after = ages.age_band(born, died) or "" if born and died and born <= died else ""
    said = []
    if before != after:
        said.append(
            f"Age band: from {bands.get(before, 'not known')} to {bands.get(after, 'not known')}."
        )
    if "A1" in (before, after) and before != after:
        said.append("The group changes too: under 28 days is neonatal.")
    return said


def _year(day: date | None) -> str:
    return ReturnYear.containing(day).slug if day else "not known"


def correct(case: Case, corrected: list[Corrected], *, versions: tuple[int, int], by, reason: str):
    """Write a correction: the case first, then the child, in one transaction.

    `versions` are those of case and child that the person had before them.

    Raises:
        Conflict: either was saved by somebody else since.
    """
    with transaction.atomic():
        case = Case.objects.get(pk=case.pk)
        child = Child.objects.get(case=case)
        if (case.version, child.version) != versions:
            raise Conflict(case.reference)
        values = {one.field: one.new for one in corrected}
        boards = {name: values.pop(name) for name in BOARDS if name in values}
        of_case = {name: values.pop(name) for name in OF_THE_CASE if name in values}
        for name, code in boards.items():
            of_case[name] = Board.objects.get(code=code) if code else None
        if of_case:
            actions.correct_record(record=case, by=by, reason=reason, case=case, **of_case)
        if values:
            child = Child.objects.get(case=case)
            plain = {"sex", "ethnicity", "deprivation_decile", "deprivation_edition"}
            actions.correct_record(
                record=child,
                by=by,
                reason=reason,
                case=case,
                **{k: (v if v or k in plain else None) for k, v in values.items()},
            )
