"""What a person is in this work, and where a role may do something."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in this work."""

    CDR_MANAGER = "cdr_manager"
    DESIGNATED_DOCTOR = "designated_doctor"
    CONTRIBUTOR = "contributor"
    AGENCY_LEAD = "agency_lead"
    PANEL_MEMBER = "panel_member"
    PANEL_CHAIR = "panel_chair"
    BOARD_MANAGER = "board_manager"
    SCR_MEMBER = "scr_member"
    SCR_CHAIR = "scr_chair"
    INDEPENDENT_CHAIR = "independent_chair"
    SAFEGUARDING_PARTNER = "safeguarding_partner"
    LEAD_REVIEWER = "lead_reviewer"
    LEARNING_LEAD = "learning_lead"
    ACTION_OWNER = "action_owner"
    RETURN_OFFICER = "return_officer"
    BOARD_MEMBER = "board_member"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Return code and label of each role."""
        return [(role.value, LABELS[role]) for role in cls]

    @property
    def label(self) -> str:
        return LABELS[self]


class Where(StrEnum):
    """Where a role may do something."""

    ANYWHERE = "anywhere"
    CASE = "case"
    OWN = "own"
    MEETING = "meeting"


LABELS = {
    Role.CDR_MANAGER: "CDR manager",
    Role.DESIGNATED_DOCTOR: "Designated doctor",
    Role.CONTRIBUTOR: "Agency contributor",
    Role.AGENCY_LEAD: "Agency lead",
    Role.PANEL_MEMBER: "Panel member",
    Role.PANEL_CHAIR: "Panel chair",
    Role.BOARD_MANAGER: "Board business manager",
    Role.SCR_MEMBER: "SCR group member",
    Role.SCR_CHAIR: "SCR group chair",
    Role.INDEPENDENT_CHAIR: "Independent chair",
    Role.SAFEGUARDING_PARTNER: "Safeguarding partner",
    Role.LEAD_REVIEWER: "Lead reviewer",
    Role.LEARNING_LEAD: "Learning lead",
    Role.ACTION_OWNER: "Action owner",
    Role.RETURN_OFFICER: "Return officer",
    Role.BOARD_MEMBER: "Board member",
    Role.AUDITOR: "Auditor or data protection officer",
    Role.ADMINISTRATOR: "Administrator",
}

# These see every case of their panels, without admission one by one.
STANDING_ON_PANEL = frozenset({Role.CDR_MANAGER, Role.DESIGNATED_DOCTOR})
# These are admitted to a case; an admission says as what.
ADMITTED = (
    Role.CONTRIBUTOR,
    Role.AGENCY_LEAD,
    Role.PANEL_MEMBER,
    Role.PANEL_CHAIR,
    Role.BOARD_MANAGER,
    Role.SCR_MEMBER,
    Role.SCR_CHAIR,
    Role.INDEPENDENT_CHAIR,
    Role.SAFEGUARDING_PARTNER,
    Role.LEAD_REVIEWER,
)
CASE_ROLES = [
    (role.value, LABELS[role]) for role in Role if role in STANDING_ON_PANEL or role in ADMITTED
]
