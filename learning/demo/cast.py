"""The people of the demo and the agencies they come from. Nobody here is real."""

from dataclasses import dataclass

from django.utils import timezone

from casereview.models import Agency, AgencyContact, Board, Panel, StandingRole, User
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.set_up import group_for

BOARD, PANEL = "LEICESTER", "LLR"
# key: name, code of its kind
AGENCIES = {
    "hospital": ("Soar Valley Hospitals (fictional)", "HOSPITAL"),
    "police": ("Charnwood Forest Police (fictional)", "POLICE"),
    "social_care": ("Bradgate Children's Social Care (fictional)", "CSC"),
    "community": ("Swithland Community Health (fictional)", "HV"),
    "ambulance": ("Fosse Way Ambulance Service (fictional)", "AMBULANCE"),
    "education": ("Wreake Schools Service (fictional)", "EDU"),
    "public_health": ("Beacon Hill Public Health (fictional)", "PUBHEALTH"),
    "board": ("Safeguarding board office (fictional)", "OTHER"),
}
LEADS = {
    "hospital": "sunita.marlowe",
    "police": "carys.bowden",
    "social_care": "ines.calloway",
    "community": "grace.thornbury",
    "education": "martin.eskdale",
    "public_health": "hugh.castellan",
}


@dataclass(frozen=True)
class Persona:
    """One person of the demo: what they do, where, and for whom."""

    mailbox: str
    name: str
    role: Role
    agency: str
    post: str
    scope: str  # "panel", "board", "agency" or "" for everywhere
    sign_in: bool = True
    note: str = ""

    @property
    def email(self) -> str:
        return f"{self.mailbox}@demo.example"

    @property
    def label(self) -> str:
        return f"{self.name}, {self.note or self.role.label}"


CAST = (
    Persona(
        "morag.ellery",
        "Morag Ellery",
        Role.CDR_MANAGER,
        "board",
        "Child death review office",
        "panel",
    ),
    Persona(
        "sunita.marlowe",
        "Dr Sunita Marlowe",
        Role.DESIGNATED_DOCTOR,
        "hospital",
        "Consultant paediatrician",
        "panel",
    ),
    Persona(
        "tomasz.field",
        "Tomasz Field",
        Role.CONTRIBUTOR,
        "hospital",
        "Bereavement nurse",
        "agency",
        note="hospital contributor",
    ),
    Persona(
        "carys.bowden",
        "Carys Bowden",
        Role.AGENCY_LEAD,
        "police",
        "Detective inspector",
        "agency",
        note="police agency lead",
    ),
    Persona(
        "grace.thornbury",
        "Grace Thornbury",
        Role.PANEL_MEMBER,
        "community",
        "Head of health visiting",
        "panel",
        note="panel member (withdrawn from one case)",
    ),
    Persona(
        "hugh.castellan",
        "Hugh Castellan",
        Role.PANEL_CHAIR,
        "public_health",
        "Consultant in public health",
        "panel",
    ),
    Persona("lorna.pike", "Lorna Pike", Role.BOARD_MANAGER, "board", "Board office", "board"),
    Persona(
        "yusuf.ashdown",
        "Yusuf Ashdown",
        Role.SCR_MEMBER,
        "social_care",
        "Head of safeguarding",
        "board",
    ),
    Persona(
        "edwin.marsh",
        "Edwin Marsh",
        Role.SCR_CHAIR,
        "education",
        "Director of children’s services",
        "board",
    ),
    Persona(
        "beatrice.quill",
        "Beatrice Quill",
        Role.INDEPENDENT_CHAIR,
        "board",
        "Independent chair of the board",
        "board",
    ),
    Persona(
        "owen.tallis", "Owen Tallis", Role.LEAD_REVIEWER, "board", "Independent reviewer", "board"
    ),
    Persona(
        "nadia.fenwick", "Nadia Fenwick", Role.LEARNING_LEAD, "board", "Learning officer", "board"
    ),
    Persona(
        "colin.reeve", "Colin Reeve", Role.RETURN_OFFICER, "board", "Information analyst", "panel"
    ),
    Persona("jess.lanyon", "Jess Lanyon", Role.ADMINISTRATOR, "board", "Systems officer", ""),
    Persona(
        "ruth.penhallow", "Ruth Penhallow", Role.AUDITOR, "board", "Data protection officer", ""
    ),
    # They sit on the panel or in the group and have no link.
    Persona(
        "anouk.fairley",
        "Anouk Fairley",
        Role.SCR_MEMBER,
        "hospital",
        "Named nurse for safeguarding",
        "board",
        sign_in=False,
    ),
    Persona(
        "gareth.holt",
        "Gareth Holt",
        Role.SCR_MEMBER,
        "police",
        "Superintendent, public protection",
        "board",
        sign_in=False,
    ),
    Persona(
        "ines.calloway",
        "Ines Calloway",
        Role.PANEL_MEMBER,
        "social_care",
        "Service manager",
        "panel",
        sign_in=False,
    ),
    Persona(
        "martin.eskdale",
        "Martin Eskdale",
        Role.PANEL_MEMBER,
        "education",
        "Safeguarding in education lead",
        "panel",
        sign_in=False,
    ),
    Persona(
        "petra.lindqvist",
        "Petra Lindqvist",
        Role.PANEL_MEMBER,
        "police",
        "Detective sergeant",
        "panel",
        sign_in=False,
    ),
    Persona(
        "samir.holloway",
        "Samir Holloway",
        Role.PANEL_MEMBER,
        "ambulance",
        "Clinical lead",
        "panel",
        sign_in=False,
    ),
)


def personas() -> list[tuple[Persona, User]]:
    """Return those who have a link, with their accounts, in the order they are printed."""
    users = {user.email: user for user in User.objects.filter(email__endswith="@demo.example")}
    return [(one, users[one.email]) for one in CAST if one.sign_in and one.email in users]


def person(role: Role) -> User:
    """Return the first of the cast in a role."""
    first = next(one for one in CAST if one.role == role)
    return User.objects.get(email=first.email)


def members() -> list[User]:
    """Return the panel's members, without its chair, by name."""
    emails = [one.email for one in CAST if one.role == Role.PANEL_MEMBER]
    return list(User.objects.filter(email__in=emails).order_by("name"))


def board() -> Board:
    """Return the board whose people these are."""
    return Board.objects.get(code=BOARD)


def bring_in() -> None:
    """Add agencies, people, their roles, and who leads each agency."""
    home, panel = board(), Panel.objects.get(code=PANEL)
    agencies, users = {}, {}
    with change("add_agency", by=None) as written:
        for key, (name, kind) in AGENCIES.items():
            agencies[key] = Agency(name=name, kind=kind, board=home)
            written.save(agencies[key])
    with change("add_person", by=None) as written:
        for one in CAST:
            user = User(email=one.email, name=one.name, post=one.post, agency=agencies[one.agency])
            user.set_unusable_password()
            written.save(user)
            users[one.mailbox] = user
    administrator = next(one for one in CAST if one.role == Role.ADMINISTRATOR)
    for one in CAST:
        # The first administrator's role comes from the command; every other one from her.
        giver = None if one is administrator else users[administrator.mailbox]
        role = StandingRole(
            user=users[one.mailbox],
            role=one.role,
            panel=panel if one.scope == "panel" else None,
            board=home if one.scope == "board" else None,
            agency=agencies[one.agency] if one.scope == "agency" else None,
            group=group_for(one.role, home) if one.scope == "board" else None,
            given_by=giver,
            given_at=timezone.now(),
        )
        with change("give_role", by=giver) as written:
            written.save(role)
    with change("change_agency", by=users[administrator.mailbox]) as written:
        for key, mailbox in LEADS.items():
            lead, agency = users[mailbox], agencies[key]
            agency.lead, agency.email = lead, f"{key.replace('_', '.')}@demo.example"
            written.save(agency)
            written.save(
                AgencyContact(agency=agency, name=lead.name, post=lead.post, email=lead.email)
            )
