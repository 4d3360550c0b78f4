"""What a person holds and what they have withdrawn from, asked once in a request.

The door (`casereview/access.py`) reads nothing else of a person; remember and forget here.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db.models import IntegerField, Q, UUIDField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from casereview import kin
from casereview.models import Interest, StandingRole
from casereview.rules.access_table import Role


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
    """The standing roles of a person, and the deaths from which they have withdrawn."""

    held: tuple[Held, ...] = ()
    withdrawn: frozenset[uuid.UUID] = frozenset()


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
    roles = (
        StandingRole.objects.filter(user=user, ended_at=None)
        .filter(Q(until=None) | Q(until__gte=timezone.localdate()))
        .values_list("role", "panel_id", "board_id", "agency_id", "group_id")
    )
    # A withdrawal is a row without a role; the death stands where a role has its panel.
    withdrawals = (
        Interest.objects.filter(_recusals(user))
        .annotate(
            role=Value(""),
            panel=Coalesce("case__merged_into", "case"),
            board=Value(None, output_field=UUIDField()),
            group=Value(None, output_field=IntegerField()),
        )
        .values_list("role", "panel", "board", "agency_id", "group")
    )
    rows: list[Any] = list(roles.union(withdrawals, all=True))
    found = Standing(
        tuple(Held(Role(role), *whom) for role, *whom in rows if role),
        kin.with_family(death for role, death, *_ in rows if not role),
    )
    if memory is not None:
        memory.standing[user.pk] = found
    return found


def _recusals(user) -> Q:
    """The condition on interests that keep `user` away: in person, or through the agency."""
    mine = Q(user=user)
    if user.agency_id:
        mine |= Q(agency=user.agency_id)
    return mine & Q(level=Interest.Level.WITHDRAWS, lifted_at=None)
