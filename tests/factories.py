"""Things to test with: plain functions, keyword-only, valid by default. Nobody here is real."""

import datetime
from itertools import count

from django.utils import timezone

from casereview import actions
from casereview.models import Agency, Area, Board, Case, Child, Panel, StandingRole, User
from casereview.records import change
from casereview.rules.access_table import STANDING_ON_PANEL, Role
from casereview.rules.role_scope import ADMITTED_AS_GROUP
from casereview.set_up import group_for

_number = count(1)
DIED = datetime.date(2014, 5, 12)
PANEL_ROLES = STANDING_ON_PANEL | {Role.PANEL_MEMBER, Role.PANEL_CHAIR}


def panel(code: str = "LLR") -> Panel:
    return Panel.objects.get(code=code)


def board(code: str = "LEICESTER") -> Board:
    return Board.objects.get(code=code)


def keep_form_c(code: str = "LEICESTER") -> None:
    """Let the national database be still to come, so that an open review stays on Form C."""
    area = Area(
        code=f"area-{next(_number)}",
        name="An area before its national database",
        national_database_began_on=timezone.localdate() + datetime.timedelta(days=400),
    )
    with change("change_board", by=None) as written:
        written.save(area)
        one = board(code)
        one.area = area
        written.save(one)


def make_agency(*, name: str = "", kind: str = "HOSPITAL") -> Agency:
    agency = Agency(name=name or f"Example agency {next(_number)}", kind=kind)
    with change("add_agency", by=None) as written:
        written.save(agency)
    return agency


def make_user(
    role: Role | None, *, email: str = "", name: str = "", agency: Agency | None = None
) -> User:
    number = next(_number)
    label = role.label if role else "Outsider"
    user = User(
        email=email or f"{role or 'user'}-{number}@example.org",
        name=name or f"{label} Example",
        agency=agency,
    )
    user.set_password("a long example password")
    with change("add_person", by=None) as written:
        written.save(user)
        if role is not None:
            written.save(
                StandingRole(
                    user=user,
                    role=role,
                    panel=panel() if role in PANEL_ROLES else None,
                    board=None if role in PANEL_ROLES else board(),
                    group=group_for(role, board()) if role in ADMITTED_AS_GROUP else None,
                    given_at=timezone.now(),
                )
            )
    return user


def make_case(*, by: User | None = None, family_name: str = "Example", **facts) -> Case:
    """Open the case of a child who died at ten months in Leicester."""
    facts.setdefault("residence_board", board())
    facts.setdefault("place_of_death_board", board())
    facts.setdefault("notifying_board", board())
    facts.setdefault("died_on", DIED)
    facts.setdefault("notified_on", DIED)
    child = Child(
        family_name=family_name,
        given_names="Ada",
        born_on=datetime.date(2013, 7, 1),
        sex="F",
        ethnicity="WBRI",
        address="1 Sample Street, Leicester",
        postcode="LE1 1ZZ",
    )
    return actions.open_case(by=by, child=child, **facts)


def admit(user: User, case: Case, role: Role, *, by: User | None = None, **facts):
    return actions.admit_to_case(
        case=case, user=user, role=role, by=by or make_user(Role.CDR_MANAGER), **facts
    )


def recuse(user: User, case: Case, *, by: User | None = None):
    return actions.declare_interest(
        case=case,
        user=user,
        level="withdraws",
        ground="family",
        grounds="Knows the family",
        by=by or user,
    )
