"""For whom a standing role is held: a panel, a board, an agency, or everywhere."""

from enum import StrEnum

from casereview.rules.access_table import Role


class Scope(StrEnum):
    """What a standing role is held for."""

    PANEL = "panel"
    BOARD = "board"
    AGENCY = "agency"
    EVERYWHERE = ""


_SCOPES = {
    Scope.PANEL: {
        Role.CDR_MANAGER,
        Role.DESIGNATED_DOCTOR,
        Role.PANEL_MEMBER,
        Role.PANEL_CHAIR,
    },
    Scope.BOARD: {
        Role.BOARD_MANAGER,
        Role.SCR_MEMBER,
        Role.SCR_CHAIR,
        Role.INDEPENDENT_CHAIR,
        Role.SAFEGUARDING_PARTNER,
        Role.LEARNING_LEAD,
        Role.BOARD_MEMBER,
    },
    Scope.AGENCY: {Role.CONTRIBUTOR, Role.AGENCY_LEAD},
}

# A case admits these as one group of their board, now and later.
ADMITTED_AS_GROUP = frozenset(
    {
        Role.BOARD_MANAGER,
        Role.SCR_MEMBER,
        Role.SCR_CHAIR,
        Role.INDEPENDENT_CHAIR,
        Role.SAFEGUARDING_PARTNER,
    }
)


def scope_of(role: Role | str) -> Scope:
    """Return what a role is held for; EVERYWHERE where it is held for nobody in particular."""
    role = Role(role)
    return next((scope for scope, roles in _SCOPES.items() if role in roles), Scope.EVERYWHERE)
