"""Random small worlds of cases, people and what opens and closes them, and who should see what.

`may` says it anew, in plain Python over the drawn facts: neither the door nor its queries.
"""

import datetime
import random
from dataclasses import dataclass, field

from django.contrib.auth.models import Group
from django.utils import timezone

from casereview.actions.admissions import permission_for
from casereview.models import (
    Agency,
    Board,
    BreakGlass,
    Case,
    CaseGroupObjectPermission,
    CaseMatch,
    CaseUserObjectPermission,
    Incident,
    Interest,
    Panel,
    StandingRole,
    User,
)
from casereview.rules.access_table import READ_ONLY, TABLE, Role, Where

ACTIONS = ("view_case", "complete_panel_review", "view_access_log", "view_scr")
STANDING = (Role.CDR_MANAGER, Role.DESIGNATED_DOCTOR)
ELSEWHERE = (Role.AUDITOR, Role.ADMINISTRATOR, Role.LEARNING_LEAD)
CASE_BY_CASE = (Role.PANEL_MEMBER, Role.PANEL_CHAIR, Role.LEAD_REVIEWER, Role.CDR_MANAGER)
GROUPED = Role.SCR_MEMBER
HOUR = datetime.timedelta(hours=1)


@dataclass
class World:
    """Some cases and people, and the rows between them."""

    panels: list = field(default_factory=list)
    boards: list = field(default_factory=list)
    agencies: list = field(default_factory=list)
    groups: list = field(default_factory=list)
    incidents: list = field(default_factory=list)
    users: list = field(default_factory=list)
    cases: list = field(default_factory=list)
    roles: list = field(default_factory=list)
    admissions: list = field(default_factory=list)
    group_admissions: list = field(default_factory=list)
    interests: list = field(default_factory=list)
    opened: list = field(default_factory=list)
    matches: list = field(default_factory=list)

    def rows(self):
        """Yield the rows by kind, in an order in which they can be added."""
        yield from (self.panels, self.boards, self.agencies, self.groups, self.incidents)
        yield from (self.users, self.cases, self.roles, self.admissions, self.group_admissions)
        yield from (self.interests, self.opened, self.matches)


def draw(rng: random.Random, number: int, permissions: dict) -> World:
    """Draw a world."""
    now, world = timezone.now(), World()
    world.panels = [Panel(code=f"W{number}P{n}", name="Panel") for n in range(2)]
    world.boards = [Board(code=f"W{number}B{n}", name="Board") for n in range(2)]
    world.agencies = [Agency(name=f"World {number} agency", kind="HOSPITAL")]
    world.groups = [Group(name=f"world {number} group")]
    world.incidents = [
        Incident(reference=f"W{number}-I{n}", kind=kind) for n, kind in enumerate(("birth", "fire"))
    ]
    world.users = [
        User(
            email=f"w{number}u{n}@example.org",
            name="Someone",
            is_active=rng.random() < 0.9,
            agency=rng.choice([None, world.agencies[0]]),
        )
        for n in range(3)
    ]
    world.cases = [_case(rng, world, number, n, now) for n in range(6)]
    for second in world.cases[3:]:
        if rng.random() < 0.35:
            second.merged_into = rng.choice(world.cases[:3])
    pairs = [(one, other) for one in world.cases for other in world.cases if one is not other]
    for one, other in rng.sample(pairs, rng.randrange(3)):
        world.matches.append(
            CaseMatch(
                case=one,
                other_case=other,
                kind=rng.choice(["family", "family", "duplicate"]),
                grounds="address",
                found_at=now,
                decision=rng.choice(["linked", "linked", "set_apart", ""]),
            )
        )
    for user in world.users:
        _give(rng, world, user, now, permissions)
    if rng.random() < 0.5:
        world.group_admissions.append(
            CaseGroupObjectPermission(
                group=world.groups[0],
                content_object=rng.choice(world.cases),
                permission=permissions[GROUPED],
                role=GROUPED,
                source="referral",
                named=rng.random() < 0.5,
                given_at=now,
                until=rng.choice([None, None, now - HOUR]),
            )
        )
    if rng.random() < 0.3:
        world.interests.append(_interest(rng, world, now, agency=world.agencies[0]))
    return world


def _case(rng, world, number, n, now) -> Case:
    return Case(
        reference=f"W{number}-{n}",
        kind="death",
        died_on=datetime.date(2015, 1, 1),
        panel=rng.choice([None, *world.panels]),
        reviewing_board=rng.choice([None, *world.boards]),
        incident=rng.choice([None, None, None, *world.incidents]),
        sealed=rng.random() < 0.15,
        disposed_at=now if rng.random() < 0.08 else None,
        opened_at=now,
    )


def _interest(rng, world, now, **whose) -> Interest:
    return Interest(
        case=rng.choice(world.cases),
        level=rng.choice(["withdraws", "withdraws", "noted", "informs_only"]),
        declared_at=now,
        **_lifted(rng, world, now),
        **whose,
    )


def _lifted(rng, world, now) -> dict:
    return {"lifted_at": now, "lifted_by": world.users[0]} if rng.random() < 0.2 else {}


def _give(rng, world, user, now, permissions) -> None:
    today = timezone.localdate()
    yesterday = today - datetime.timedelta(days=1)
    if rng.random() < 0.7:
        panel = rng.choice([None, *world.panels])
        world.roles.append(
            StandingRole(
                user=user,
                role=rng.choice(STANDING + ELSEWHERE),
                panel=panel,
                board=None if panel else rng.choice([None, *world.boards]),
                given_at=now,
                until=rng.choice([None, None, today, yesterday]),
                **({"ended_at": now, "ended_by": user} if rng.random() < 0.1 else {}),
            )
        )
    if rng.random() < 0.4:
        world.roles.append(
            StandingRole(user=user, role=GROUPED, group=world.groups[0], given_at=now)
        )
    for case in rng.sample(world.cases, rng.randrange(4)):
        role = rng.choice(CASE_BY_CASE)
        world.admissions.append(
            CaseUserObjectPermission(
                user=user,
                content_object=case,
                permission=permissions[role],
                role=role,
                source="manager",
                named=rng.random() < 0.4,
                given_at=now,
                until=rng.choice([None, None, now + HOUR, now - HOUR]),
            )
        )
    for _ in range(rng.choice([0, 0, 1])):
        world.interests.append(_interest(rng, world, now, user=user))
    if rng.random() < 0.25:
        begun = now - HOUR / 2
        world.opened.append(
            BreakGlass(
                user=user,
                case=rng.choice(world.cases),
                purpose="child_at_risk",
                opened_at=begun,
                until=rng.choice([begun + HOUR, begun + HOUR / 4]),
                **({"reviewed_at": now, "reviewed_by": user} if rng.random() < 0.2 else {}),
            )
        )


def permissions() -> dict:
    """Return guardian's permission for each role that a world admits in."""
    return {role: permission_for(role) for role in (*CASE_BY_CASE, GROUPED)}


def insert(worlds: list[World]) -> None:
    """Put many worlds into the tables, kind by kind."""
    for kinds in zip(*[world.rows() for world in worlds], strict=True):
        rows = [row for kind in kinds for row in kind]
        if rows:
            type(rows[0])._base_manager.bulk_create(rows)
        for row in rows:
            row._state.adding = False


def write(row) -> None:
    """Add a row, or write one over, past its history."""
    if row._state.adding:
        row.save_base(force_insert=True)
        return
    fields = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    rows = type(row)._base_manager.filter(pk=row.pk)
    rows.update(**{name: row.__dict__[name] for name in fields})


def deny(rng: random.Random, world: World):
    """Return a row with one more no in it: a withdrawal, a seal, a disposal, an end."""
    now, user, case = timezone.now(), rng.choice(world.users), rng.choice(world.cases)
    kind = rng.randrange(6)
    if kind == 0:
        user.is_active = False
        return user
    if kind == 1:
        case.sealed = True
        return case
    if kind == 2:
        case.disposed_at = now
        return case
    if kind == 3 and world.roles:
        held = rng.choice(world.roles)
        held.ended_at, held.ended_by = now, world.users[0]
        return held
    whose = {"user": user} if kind == 4 else {"agency": world.agencies[0]}
    return Interest(case=case, level="withdraws", declared_at=now, **whose)


def may(world: World, user: User, action: str, case: Case) -> bool:
    """Say whether `user` should be allowed `action` on `case`."""
    if not user.is_active or case.disposed_at or _family(world, case) & _away(world, user):
        return False
    now, today = timezone.now(), timezone.localdate()
    held = [
        one
        for one in world.roles
        if one.user is user and not one.ended_at and (one.until is None or one.until >= today)
    ]
    groups = {one.group for one in held if one.group}
    in_force = [
        one
        for one in [
            *(one for one in world.admissions if one.user is user),
            *(one for one in world.group_admissions if one.group in groups),
        ]
        if one.until is None or one.until > now
    ]
    same = [one for one in world.cases if _death(one) is _death(case)]
    if any(one.sealed for one in same) and not any(
        one.named and one.content_object in same for one in in_force
    ):
        return False
    for one in world.opened:
        if one.user is user and one.case is case and one.until > now and not one.reviewed_at:
            if action in READ_ONLY:
                return True
    roles = {Role(one.role) for one in in_force if one.content_object is case}
    for one in held:
        if one.role in STANDING and (
            (one.panel and one.panel is case.panel)
            or (one.board and one.board is case.reviewing_board)
        ):
            roles.add(Role(one.role))
    cells = TABLE[action]
    return any(cells.get(role, Where.ANYWHERE) != Where.ANYWHERE for role in roles) or any(
        cells.get(Role(one.role)) == Where.ANYWHERE for one in held
    )


def _death(case: Case) -> Case:
    return case.merged_into or case


def _family(world: World, case: Case) -> set:
    found = {_death(case).pk}
    while True:
        more = set(found)
        for one in world.matches:
            pair = {_death(one.case).pk, _death(one.other_case).pk}
            if one.kind == "family" and one.decision == "linked" and pair & more:
                more |= pair
        for incident in world.incidents:
            born = {_death(one).pk for one in world.cases if one.incident is incident}
            if incident.kind == "birth" and born & more:
                more |= born
        if more == found:
            return found
        found = more


def _away(world: World, user: User) -> set:
    return {
        _death(one.case).pk
        for one in world.interests
        if one.level == "withdraws"
        and not one.lifted_at
        and (one.user is user or (one.agency and one.agency is user.agency))
    }
