"""What a person holds, what they have withdrawn from and which seals concern them: asked once.

The door (`casereview/access.py`) reads nothing else of a person; remember and forget here.
"""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db.models import IntegerField, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from casereview import kin
from casereview.models import (
    Case,
    CaseGroupObjectPermission,
    CaseUserObjectPermission,
    Interest,
    StandingRole,
)
from casereview.prepared import Prepared
from casereview.rules.access_table import Role

COLUMNS = ("role", "panel_id", "board_id", "agency_id", "group_id")
KINDS = WITHDRAWN, SEALED = "(withdrawn)", "(sealed)"  # of row that are no role


@dataclass(frozen=True)
class Held:
    """One role a person holds, and for whom."""

    role: Role
    panel: uuid.UUID | None
    board: uuid.UUID | None
    agency: uuid.UUID | None
    group: int | None


@dataclass(frozen=True)
class OnCase:
    """What a person is on one case: the reason they are kept out, or their roles there."""

    denied: str = ""
    roles: frozenset[Role] = frozenset()
    break_glass: bool = False
    sealed: bool = False  # and the person is named to it


@dataclass(frozen=True)
class Standing:
    """The standing roles of a person, and the deaths that are closed or opened to them as such.

    Deaths are given by the case that stands for each. Seals are few, and read here they keep
    three subqueries out of every list of cases.
    """

    held: tuple[Held, ...] = ()
    withdrawn: frozenset[uuid.UUID] = frozenset()
    sealed_off: frozenset[uuid.UUID] = frozenset()  # sealed, and the person is not named
    sealed_to: frozenset[uuid.UUID] = frozenset()  # sealed, and the person is named


@dataclass
class Memory:
    """What was asked in this request."""

    standing: dict[uuid.UUID, Standing] = field(default_factory=dict)
    on_case: dict[tuple[uuid.UUID, uuid.UUID], OnCase] = field(default_factory=dict)
    roles: dict[uuid.UUID, frozenset[Role]] = field(default_factory=dict)


# Remembered for one request only: a role ended in another process ends at the next one.
remembered: ContextVar[Memory | None] = ContextVar("access_memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Ask the database once for each question of a request."""
    token = remembered.set(Memory())
    try:
        yield
    finally:
        remembered.reset(token)


def forget() -> None:
    """Forget what was asked: a role or an admission has just changed."""
    if remembered.get() is not None:
        remembered.set(Memory())


def held_by(user) -> tuple[Held, ...]:
    """Return the standing roles in force of an active user; none of anybody else."""
    return standing_of(user).held


def withdrawn_from(user) -> frozenset[uuid.UUID]:
    """Return the deaths from which a user has withdrawn, by the case that stands for each."""
    return standing_of(user).withdrawn


def standing_of(user) -> Standing:
    """Ask once for what a person holds and what they have withdrawn from."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Standing()
    memory = remembered.get()
    if memory is not None and user.pk in memory.standing:
        return memory.standing[user.pk]
    rows: list[Any] = _standing_rows(
        user=user.pk, agency=user.agency_id, today=timezone.localdate()
    )
    held = tuple(Held(Role(role), *whom) for role, *whom in rows if role not in KINDS)
    deaths = {kind: frozenset(death for one, death, *_ in rows if one == kind) for kind in KINDS}
    named = _named_to(user, held) if deaths[SEALED] else frozenset()
    found = Standing(
        held,
        kin.with_family(deaths[WITHDRAWN]),
        sealed_off=deaths[SEALED] - named,
        sealed_to=deaths[SEALED] & named,
    )
    if memory is not None:
        memory.standing[user.pk] = found
    return found


def in_force(admissions: QuerySet, now: datetime.datetime | None = None) -> QuerySet:
    """Return the admissions that have not run out, now or at the moment given."""
    return admissions.filter(Q(until=None) | Q(until__gt=now or timezone.now()))


@Prepared
def _standing_rows(user: uuid.UUID, agency: uuid.UUID | None, today: datetime.date) -> QuerySet:
    """Return the roles in force, the withdrawals of a person and their agency, and every seal.

    What is no role is a row of its own kind; the death stands where a role has its panel.
    """
    roles = StandingRole.objects.filter(
        Q(until=None) | Q(until__gte=today), user=user, ended_at=None
    ).values_list(*COLUMNS)
    whose = Q(user=user)
    if agency:
        whose |= Q(agency=agency)
    withdrawals = Interest.objects.filter(whose, level=Interest.Level.WITHDRAWS, lifted_at=None)
    return roles.union(
        _deaths(withdrawals, WITHDRAWN, "case__merged_into", "case"),
        _deaths(Case.objects.filter(sealed=True), SEALED, "merged_into", "pk"),
        all=True,
    )


def _deaths(rows: QuerySet, kind: str, merged: str, case: str) -> QuerySet:
    """Return the deaths that some rows are about, in the columns of a role."""
    return rows.annotate(
        row_kind=Value(kind),
        of_death=Coalesce(merged, case),
        no_board=Value(None, output_field=UUIDField()),
        no_agency=Value(None, output_field=UUIDField()),
        no_group=Value(None, output_field=IntegerField()),
    ).values_list("row_kind", "of_death", "no_board", "no_agency", "no_group")


def _named_to(user, held: tuple[Held, ...]) -> frozenset[uuid.UUID]:
    """Return the deaths to which a person is named, in person or through a group of theirs."""
    groups = sorted({one.group for one in held if one.group})
    return frozenset(key for (key,) in _named(user=user.pk, groups=groups, now=timezone.now()))


@Prepared
def _named(user: uuid.UUID, groups: list[int], now: datetime.datetime) -> QuerySet:
    death = Coalesce("content_object__merged_into", "content_object")
    own = CaseUserObjectPermission.objects.filter(user=user, named=True)
    rows = in_force(own, now).values_list(death)
    if groups:
        grouped = CaseGroupObjectPermission.objects.filter(group__in=groups, named=True)
        rows = rows.union(in_force(grouped, now).values_list(death))
    return rows
