"""Cases that may be of a child who is referred; a person decides."""

import datetime
from dataclasses import dataclass

from casereview import access, keys
from casereview.identity import address_index, name_and_birth_index, nhs_number_index
from casereview.models import Case, Child
from scr.referral_said import DIED, ChildSaid

NEAR = datetime.timedelta(days=7)
# Serious harm has no day on the case: those opened lately are compared by name.
LATELY = datetime.timedelta(days=400)
MOST = 500


@dataclass(frozen=True)
class Found:
    """Another case, and why it may be of the same child."""

    case: Case
    words: str


@dataclass(frozen=True)
class Matches:
    """What was found for one child, as far as the reader may know of it.

    `withdrawn` says that the reader has withdrawn from a case of this child; `elsewhere` that one
    is held from them for another reason.
    """

    same: list[Found]
    family: list[Found]
    withdrawn: bool = False
    elsewhere: bool = False


def find(user, child: ChildSaid, today: datetime.date) -> Matches:
    """Return the cases that may be of a child, and those of a family at the same address."""
    same: dict[Case, Found] = {}
    if index := nhs_number_index(child.nhs_number or None):
        rows = _rows(Child.objects.filter(nhs_number_index=index))
        same |= {case: Found(case, "Same NHS number") for case in rows}
    for case in _same_name(child, today):
        same.setdefault(case, Found(case, "Same name and date of birth"))
    homes: dict[Case, Found] = {}
    if index := address_index(child.address or None, child.postcode or None):
        rows = _rows(Child.objects.filter(address_index=index))
        homes = {case: Found(case, "Same address") for case in rows if case not in same}
    denied = {case: access.on_case(user, case).denied for case in same}
    return Matches(
        same=[one for case, one in same.items() if not denied[case] and _fits(child, case)],
        family=[one for case, one in homes.items() if not access.on_case(user, case).denied],
        withdrawn="recused" in denied.values(),
        elsewhere="sealed" in denied.values(),
    )


def _fits(child: ChildSaid, case: Case) -> bool:
    """Say whether the referral may hang on a case: of a death only on a case of a death."""
    return case.kind == Case.Kind.DEATH or child.happened != DIED


def _rows(children) -> list[Case]:
    found = children.filter(case__disposed_at=None).select_related("case__merged_into")
    return [row.case.merged_into or row.case for row in found.order_by("case__reference")]


def _same_name(child: ChildSaid, today: datetime.date) -> list[Case]:
    ours = name_and_birth_index(child.family_name, child.given_names, child.born_on)
    if ours is None:
        return []
    near = Child.objects.filter(case__disposed_at=None)
    if child.happened == DIED and child.died_on:
        near = near.filter(case__died_on__range=(child.died_on - NEAR, child.died_on + NEAR))
    else:
        near = near.filter(case__opened_at__date__gte=today - LATELY)
    rows = list(
        near.select_related("case__merged_into").order_by("-case__opened_at", "case")[:MOST]
    )
    keys.prefetch("case", [row.case_id for row in rows])
    return [
        row.case.merged_into or row.case
        for row in rows
        if name_and_birth_index(row.family_name, row.given_names, row.born_on) == ours
    ]
