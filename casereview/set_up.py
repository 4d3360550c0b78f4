"""What a new installation begins with: keys, boards, panels. Run again, it changes nothing."""

import datetime
import tomllib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connections

from casereview import codes, crypto, row_coverage
from casereview.database import KEYS
from casereview.keystore.models import DataKey
from casereview.models import Board, Panel, PanelBoard, StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.role_scope import ADMITTED_AS_GROUP

# Steps of the apps above the kernel: each adds its own when Django is ready.
steps: list[Callable[[], None]] = []

PANELS = Path(__file__).parent / "data" / "panels.toml"


class NotReady(Exception):
    """The installation lacks something that only a person can bring."""


def make_key_ring() -> None:
    """Make the key ring where there is none.

    Raises:
        NotReady: in production, or where data keys exist that only a lost ring could open.
    """
    path = Path(settings.KEYS_FILE)
    if path.exists():
        return
    if settings.PRODUCTION:
        raise NotReady(f"There is no key ring at {path}: see docs/deploy.md on making one")
    tables = connections[KEYS].introspection.table_names()
    if DataKey._meta.db_table in tables and DataKey.objects.using(KEYS).exists():
        raise NotReady(f"Bring the key ring back to {path}: the key store was sealed under it")
    crypto.make_ring(path)


def begin() -> None:
    """Bring in boards, panels, groups and the apps' own starters, where they are missing."""
    call_command("createcachetable", verbosity=0)
    row_coverage.cover()
    have = set(Board.objects.values_list("code", flat=True))
    missing = [code for code in codes.code_list("lscb").codes if code.code not in have]
    if missing:
        with change("set_up_boards", by=None) as written:
            for code in missing:
                written.save(Board(code=code.code, name=code.label, kind=code.extra["kind"]))
    _panels()
    _groups()
    for step in steps:
        step()


def _panels() -> None:
    if Panel.objects.exists():
        return
    boards = {board.code: board for board in Board.objects.all()}
    with change("set_up_panels", by=None) as written:
        for entry in tomllib.loads(PANELS.read_text(encoding="utf-8"))["panels"]:
            panel = Panel(code=entry["code"], name=entry["name"])
            written.save(panel)
            for code in entry["serves"]:
                since: datetime.date = entry["since"]
                written.save(PanelBoard(panel=panel, board=boards[code], since=since))


def _groups() -> None:
    """Give roles that a case admits as one their group, where they were given without it."""
    lacking = StandingRole.objects.filter(
        role__in=ADMITTED_AS_GROUP, group=None, ended_at=None, board__isnull=False
    ).select_related("board")
    if held := list(lacking):
        with change("set_up_groups", by=None) as written:
            for one in held:
                one.group = group_for(Role(one.role), one.board)
                written.save(one)


def group_for(role: Role, board: Board) -> Group:
    """Return the group of everybody in `role` at `board`, which a case can admit as one."""
    return Group.objects.get_or_create(name=f"{role.value}: {board.code}")[0]
