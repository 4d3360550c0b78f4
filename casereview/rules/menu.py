"""Which pages stand in the menu: a short one for each role, and every page in groups.

The menu holds six pages at most and a link to all pages. Nothing here opens a page: whoever asks
passes the pages that a person may open.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from casereview.rules.roles import Role

IN_MENU = 6


@dataclass(frozen=True)
class MenuPage:
    """A page of the whole service: what opens it, and in a line what it is for."""

    label: str
    url_name: str
    line: str
    opens: str = ""
    in_header: bool = False  # on every page already: not in the menu too

    @property
    def action(self) -> str:
        """The row of the access table; it has the name of the address unless `opens` says."""
        return self.opens or self.url_name.rpartition(":")[2]


@dataclass(frozen=True)
class Group:
    """Pages that belong together, as they stand on *All pages*."""

    title: str
    pages: tuple[MenuPage, ...]


_P = MenuPage
GROUPS: tuple[Group, ...] = (
    Group(
        "Every day",
        (
            _P("Your work", "your_work", "What is due, and what waits for others."),
            _P("Cases", "list_cases", "The cases that are open to you."),
            _P(
                "Find a case",
                "find_case",
                "By reference, NHS number or family name.",
                in_header=True,
            ),
            _P("Actions", "list_actions", "What was agreed, who does it and how far it is."),
            _P(
                "Your reading",
                "view_reading",
                "How much you were asked to read, support, and how you are told beforehand.",
            ),
        ),
    ),
    Group(
        "Child deaths",
        (
            _P(
                "Notifications",
                "cdop:list_notifications",
                "Deaths that were notified, drafts and possible duplicates.",
            ),
            _P(
                "Notifications from outside",
                "cdop:list_intake",
                "What people without an account sent, to read and decide on.",
            ),
            _P(
                "Registrars’ and coroners’ lists",
                "cdop:list_lists",
                "Lists of deaths, compared with what was notified.",
            ),
            _P(
                "Reports",
                "cdop:remind_agencies",
                "Agencies’ reports that are waited for; remind many at once.",
            ),
            _P(
                "How quick agencies are",
                "cdop:view_timeliness",
                "How agencies and reviews keep to their days.",
            ),
            _P(
                "Requests",
                "cdop:list_requests",
                "What your agency is asked about a child who died.",
            ),
            _P(
                "Record checks",
                "list_record_checks",
                "Names to look for in your agency’s records before a meeting.",
            ),
            _P(
                "Meetings",
                "list_meetings",
                "Panel meetings: agenda, papers, the room and the minutes.",
            ),
            _P(
                "Requests for information",
                "list_information_requests",
                "What coroners, police, courts and people ask for, with its day.",
            ),
        ),
    ),
    Group(
        "Serious case reviews",
        (
            _P(
                "Referrals",
                "scr:list_referrals",
                "Children referred to the serious case review group.",
            ),
            _P("SCR meetings", "scr:list_scr_meetings", "Meetings of the group, and who came."),
            _P(
                "Reviews",
                "scr:list_reviews",
                "Serious case reviews and other reviews, step by step.",
            ),
            _P("Composite reviews", "scr:list_composites", "Several cases told as one review."),
            _P(
                "Your part of reviews",
                "scr:list_review_requests",
                "Chronologies and reports that your agency is asked for.",
            ),
            _P(
                "Decisions register",
                "scr:view_scr_register",
                "Every case that was considered, and what was decided.",
            ),
            _P("Audit programme", "scr:list_audits", "The year’s audits of case files."),
        ),
    ),
    Group(
        "Learning",
        (
            _P(
                "Learning",
                "learning:list_learning",
                "What reviews, agencies and families have taught, by theme.",
            ),
            _P("Themes", "learning:list_themes", "The one list of themes."),
            _P(
                "Near misses",
                "learning:list_near_misses",
                "Deaths that nearly happened; report one.",
            ),
            _P(
                "Quarterly reviews",
                "learning:list_quarters",
                "Each quarter’s agenda, decisions and signed record.",
            ),
            _P(
                "Told others",
                "learning:list_notices",
                "What named bodies were told, and their answers.",
            ),
            _P("Briefings", "learning:list_briefings", "One page on a theme that names nobody."),
            _P(
                "Briefings for your agency",
                "learning:list_agency_briefings",
                "Read them, and say that your agency has.",
            ),
            _P(
                "What your agency has learned",
                "learning:list_agency_updates",
                "Tell the panel before it meets.",
            ),
            _P("Annual reports", "learning:list_annual_reports", "The panel’s report on a year."),
            _P(
                "Exchange of learning",
                "learning:list_exchange_areas",
                "Themes and learning given to other areas, and theirs.",
            ),
        ),
    ),
    Group(
        "Figures",
        (
            _P(
                "Returns",
                "cdop:list_returns",
                "Check a year, ask for what is missing, freeze it, make the files.",
            ),
            _P(
                "Return forms",
                "cdop:view_return_forms",
                "Wording, order, codes and deadline of a year’s real form.",
                opens="change_return_form",
            ),
            _P(
                "Statistics",
                "cdop:view_statistics",
                "Reviews by age, place, category and time taken.",
            ),
        ),
    ),
    Group(
        "Access and the record",
        (
            _P(
                "Open a case in an emergency",
                "break_glass",
                "One case you have no role on, to read, for an hour. Its panel is told at once.",
            ),
            _P(
                "Emergency accesses",
                "list_break_glass",
                "Who opened a case in an emergency, and what was found of it.",
            ),
            _P(
                "Who may see what",
                "list_access_reviews",
                "Roles and admissions on a panel, and whether each is still needed.",
            ),
            _P(
                "Proposals",
                "list_proposals",
                "Roles and changes to accounts that need a second person.",
            ),
            _P(
                "Audit log",
                "view_audit_log",
                "Who looked at what, who changed what, and proof that nobody edited it.",
            ),
            _P(
                "Retention",
                "view_retention",
                "How long papers are kept, holds, and what is due to be disposed of.",
            ),
        ),
    ),
    Group(
        "Running the service",
        (
            _P("Set-up", "view_set_up", "What this installation still lacks."),
            _P("People", "view_people", "Add people, give and end their roles."),
            _P("Agencies", "view_agencies", "The organisations that are asked for reports."),
            _P("Panels", "view_panels", "Each panel’s boards, quorum and deputy."),
            _P(
                "Letters and other texts",
                "view_local_texts",
                "Word letters, messages and texts on pages as your area does.",
            ),
            _P("Name and colour", "change_branding", "What this installation calls itself."),
            _P(
                "Bank holidays",
                "view_holidays",
                "The days that are no working days; add one that was proclaimed once.",
            ),
            _P(
                "Lists",
                "view_code_lists",
                "Each list of codes, where it comes from and how sure it is.",
            ),
            _P(
                "Status",
                "view_status",
                "Backups, keys, queues and clocks, and what to do where one is not well.",
            ),
        ),
    ),
)
PAGES: tuple[MenuPage, ...] = tuple(page for group in GROUPS for page in group.pages)
# The pages a role uses most, the first first; *Your work* stands before them for everybody.
FIRST: dict[Role, tuple[str, ...]] = {
    Role.CDR_MANAGER: (
        "list_cases",
        "list_notifications",
        "list_meetings",
        "list_learning",
    ),
    Role.DESIGNATED_DOCTOR: ("list_cases", "list_actions", "view_statistics"),
    Role.CONTRIBUTOR: ("list_requests", "list_review_requests", "list_agency_briefings"),
    Role.AGENCY_LEAD: (
        "list_requests",
        "list_referrals",
        "list_record_checks",
        "list_review_requests",
        "list_agency_briefings",
    ),
    Role.PANEL_MEMBER: ("list_cases", "list_meetings", "list_learning", "list_actions"),
    Role.PANEL_CHAIR: ("list_cases", "list_meetings", "list_learning", "list_actions"),
    Role.BOARD_MANAGER: (
        "list_cases",
        "list_referrals",
        "list_scr_meetings",
        "list_reviews",
        "list_actions",
    ),
    Role.SCR_MEMBER: ("list_cases", "list_scr_meetings", "list_reviews", "list_actions"),
    Role.SCR_CHAIR: ("list_cases", "list_scr_meetings", "list_reviews", "view_scr_register"),
    Role.INDEPENDENT_CHAIR: ("list_cases", "list_reviews", "view_scr_register", "list_actions"),
    Role.SAFEGUARDING_PARTNER: ("list_cases", "list_reviews", "list_actions"),
    Role.LEAD_REVIEWER: ("list_cases", "list_reviews", "list_actions"),
    Role.LEARNING_LEAD: (
        "list_learning",
        "list_briefings",
        "list_annual_reports",
        "list_actions",
        "view_statistics",
    ),
    Role.ACTION_OWNER: ("list_actions",),
    Role.RETURN_OFFICER: ("list_returns", "view_statistics"),
    Role.BOARD_MEMBER: ("view_scr_register", "list_actions", "list_annual_reports"),
    Role.AUDITOR: (
        "view_audit_log",
        "list_access_reviews",
        "list_break_glass",
        "list_information_requests",
        "view_status",
    ),
    Role.ADMINISTRATOR: (
        "view_people",
        "list_proposals",
        "view_agencies",
        "view_set_up",
        "view_status",
    ),
}


def in_menu(roles: Collection[Role], allowed: Sequence[MenuPage]) -> list[MenuPage]:
    """Return the few pages of the menu, out of those a person may open, in the order of all pages.

    Where all fit, all stand there. Somebody with several roles gets the first page of each, then
    the second of each, as far as there is room.
    """
    if len(allowed) <= IN_MENU:
        return list(allowed)
    by_action = {page.action: page for page in allowed}
    wanted = ["your_work", *_in_turn([FIRST[role] for role in Role if role in roles])]
    chosen = list(dict.fromkeys(action for action in wanted if action in by_action))[:IN_MENU]
    return [page for page in allowed if page.action in chosen]


def current(path: str, addresses: Iterable[str]) -> str:
    """Return the address a path stands under: the longest that begins it; the first page only
    itself. Empty where it stands under none."""
    found = [one for one in addresses if path == one or (one != "/" and path.startswith(one))]
    return max(found, key=len, default="")


def _in_turn(lists: list[tuple[str, ...]]) -> list[str]:
    longest = max((len(one) for one in lists), default=0)
    return [one[place] for place in range(longest) for one in lists if place < len(one)]
