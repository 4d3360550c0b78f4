"""What each panel and board settles for itself: quorum, deputy, whom to telephone."""

import datetime

from casereview.actions.admissions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.deputies import managers_by_panel
from casereview.models import Area, Board, Panel, User
from casereview.records import change

PARTNERS_DAYS = ("safeguarding_partners_began_on", "child_death_partners_began_on")
AREA_DAYS = (*PARTNERS_DAYS, "national_database_began_on")
# Source: the transition of the Children and Social Work Act 2017; from general knowledge.
PARTNERS_FIRST, PARTNERS_LAST = datetime.date(2018, 6, 29), datetime.date(2019, 9, 29)


def change_panel(
    *,
    panel: Panel,
    by,
    quorum_members: int | None,
    quorum_share: int | None,
    quorum_agencies: int,
    deputy: User | None,
    names_first: bool = False,
    version: int | None = None,
) -> Panel:
    """Change a panel's quorum, who stands in for its manager, and whether names may go first.

    Raises:
        NotAllowed: the share is more than all, or the deputy does not manage the panel's cases.
        Conflict: somebody else changed it since the page was shown.
    """
    if quorum_share is not None and not 1 <= quorum_share <= 100:
        raise NotAllowed("Enter the share of members as a number from 1 to 100")
    if deputy is not None and deputy not in managers_by_panel([panel])[panel.pk]:
        raise NotAllowed("Choose a deputy who is a CDR manager of this panel")
    as_seen(panel, version)
    with change("change_panel", by=by) as written:
        panel.quorum_members, panel.quorum_share = quorum_members, quorum_share
        panel.quorum_agencies, panel.deputy = quorum_agencies, deputy
        panel.names_first = names_first
        written.save(panel, subject=True)
        written.subject = panel
    return panel


def change_board(
    *,
    board: Board,
    by,
    social_care_telephone: str,
    version: int | None = None,
    **days: datetime.date | None,
) -> Board:
    """Change whom to telephone about a child at risk in a board's area, and the area's three days.

    `days` are by the names of the area's fields; a board without an area gets one of its own name
    with the first of them. Boards of one area share the days.

    Raises:
        NotAllowed: a day on which partners could not begin.
        Conflict: somebody else changed it since the page was shown.
    """
    for name in PARTNERS_DAYS:
        day = days.get(name)
        if day is not None and not PARTNERS_FIRST <= day <= PARTNERS_LAST:
            raise NotAllowed("Enter a day for partners from 29 June 2018 to 29 September 2019")
    as_seen(board, version)
    with change("change_board", by=by) as written:
        area = board.area
        if area is None and any(days.values()):
            area = Area.objects.filter(code=board.code).first()
            area = board.area = area or Area(code=board.code, name=board.name)
        if area is not None and days:
            for name in AREA_DAYS:
                setattr(area, name, days.get(name))
            written.save(area)
        board.social_care_telephone = social_care_telephone.strip()
        written.save(board, subject=True)
        written.subject = board
    return board
