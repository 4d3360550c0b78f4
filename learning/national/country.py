"""The country: boards, the panels that serve them, agencies and the people with their roles."""

import datetime
import uuid
from dataclasses import dataclass

from django.utils import timezone

from casereview import bulk
from casereview.models import Agency, Area, Board, Panel, PanelBoard, StandingRole, User
from casereview.rules.access_table import Role
from casereview.rules.role_scope import ADMITTED_AS_GROUP
from casereview.set_up import group_for

BOARDS, PANELS, PEOPLE = 150, 58, 5_000
ACTION = "seed_national"
BEGAN_ON = datetime.date(2008, 4, 1)
MAILBOXES = "national.example"
# What an agency is called, and the code of its kind.
KINDS = (
    ("Hospitals", "HOSPITAL"),
    ("Police", "POLICE"),
    ("Children’s social care", "CSC"),
    ("Health visiting", "HV"),
    ("Ambulance", "AMBULANCE"),
    ("Schools service", "EDU"),
)
# Who works for a panel and who for a board; everybody else contributes for an agency.
OF_A_PANEL = (
    Role.CDR_MANAGER,
    Role.DESIGNATED_DOCTOR,
    Role.PANEL_CHAIR,
    Role.RETURN_OFFICER,
    *[Role.PANEL_MEMBER] * 10,
)
OF_A_BOARD = (
    Role.BOARD_MANAGER,
    Role.SCR_CHAIR,
    Role.INDEPENDENT_CHAIR,
    Role.LEARNING_LEAD,
    *[Role.SCR_MEMBER] * 6,
)
EVERYWHERE = (Role.ADMINISTRATOR, Role.AUDITOR)
POSTS = {role: role.label for role in Role}
_SPACE = uuid.UUID("6f1c2b0e-6d1c-4a57-9e0a-0d2f6c1b7a11")


def key_of(seed: int, *what: object) -> uuid.UUID:
    """Return the key of a record of the country: the same for the same seed."""
    return uuid.uuid5(_SPACE, "/".join(map(str, (seed, *what))))


def code_of(board: int) -> str:
    """Return the code of a board of the country, counted from 0."""
    return f"NATIONAL_{board + 1:03d}"


@dataclass(frozen=True)
class Country:
    """The keys of what the country consists of, worked out from its seed."""

    seed: int

    def panel(self, board: int) -> int:
        """Return the panel that serves a board: some serve two, some three."""
        return board % PANELS

    def agencies(self, board: int) -> list[uuid.UUID]:
        """Return the agencies of a board, in the order of their kinds."""
        return [key_of(self.seed, "agency", board, kind) for _, kind in KINDS]

    def manager(self, board: int) -> uuid.UUID:
        """Return the child death review manager of the panel that serves a board."""
        return key_of(self.seed, "user", "panel", self.panel(board), 0)


def bring_in(country: Country) -> bool:
    """Add boards, panels, agencies and people, all or none; False where they are there."""
    if Board.objects.filter(code=code_of(0)).exists():
        return False
    groups = {}
    with bulk.writing(ACTION) as batch:
        batch.about(None, part="country")
        for number in range(BOARDS):
            area = batch.add(Area, {"code": code_of(number), "name": f"Fictional {number + 1:03d}"})
            batch.add(
                Board,
                {
                    "id": key_of(country.seed, "board", number),
                    "code": code_of(number),
                    "name": f"Fictional board {number + 1:03d}",
                    "kind": Board.Kind.ENGLISH_BOARD.value,
                    "area_id": area,
                },
            )
        for number in range(PANELS):
            batch.add(
                Panel,
                {
                    "id": key_of(country.seed, "panel", number),
                    "code": f"NATIONAL_{number + 1:02d}",
                    "name": f"Fictional panel {number + 1:02d}",
                },
            )
        for number in range(BOARDS):
            panel = key_of(country.seed, "panel", country.panel(number))
            board = key_of(country.seed, "board", number)
            batch.add(PanelBoard, {"panel_id": panel, "board_id": board, "since": BEGAN_ON})
            for (name, kind), key in zip(KINDS, country.agencies(number), strict=True):
                batch.add(
                    Agency,
                    {
                        "id": key,
                        "name": f"{name} of fictional {number + 1:03d}",
                        "kind": kind,
                        "board_id": board,
                    },
                )
        batch.flush()
        groups = {
            (role, board.code): group_for(role, board).pk
            for board in Board.objects.filter(code__startswith="NATIONAL_")
            for role in ADMITTED_AS_GROUP
        }
        batch.about(None, part="people")
        _people(country, batch, groups)
    return True


def _people(country: Country, batch: bulk.Batch, groups: dict) -> None:
    """Add the people, each with one role."""
    now = timezone.now()
    made = 0

    def person(role: Role, kind: str, of: int, number: int, board: int, **scope) -> None:
        nonlocal made
        made += 1
        key = key_of(country.seed, "user", kind, of, number)
        agencies = country.agencies(board)
        batch.add(
            User,
            {
                "id": key,
                # Nobody signs in by a password: whoever tries the country out has a link.
                "password": "!",
                "email": f"{kind}.{of}.{number}@{MAILBOXES}",
                "name": f"Person {kind} {of}-{number} (fictional)",
                "post": POSTS[role],
                "agency_id": agencies[number % len(agencies)],
                "joined_at": now,
            },
        )
        batch.add(StandingRole, {"user_id": key, "role": role.value, "given_at": now, **scope})

    for number, role in enumerate(EVERYWHERE):
        person(role, "office", 0, number, 0)
    for panel in range(PANELS):
        of = key_of(country.seed, "panel", panel)
        for number, role in enumerate(OF_A_PANEL):
            person(role, "panel", panel, number, panel, panel_id=of)
    for board in range(BOARDS):
        of, code = key_of(country.seed, "board", board), code_of(board)
        for number, role in enumerate(OF_A_BOARD):
            group = groups.get((role, code))
            person(role, "board", board, number, board, board_id=of, group_id=group)
    number = 0
    while made < PEOPLE:
        board, place = number % BOARDS, number // BOARDS
        agency = country.agencies(board)[place % len(KINDS)]
        role = Role.AGENCY_LEAD if place < len(KINDS) else Role.CONTRIBUTOR
        person(role, "agency", board, place, board, agency_id=agency)
        number += 1
