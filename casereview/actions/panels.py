"""What each panel and board settles for itself: quorum, deputy, whom to telephone."""

from casereview.actions.admissions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.deputies import managers_by_panel
from casereview.models import Board, Panel, User
from casereview.records import change


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
    *, board: Board, by, social_care_telephone: str, version: int | None = None
) -> Board:
    """Change whom to telephone about a child at risk in the area of a board.

    Raises:
        Conflict: somebody else changed it since the page was shown.
    """
    as_seen(board, version)
    with change("change_board", by=by) as written:
        board.social_care_telephone = social_care_telephone.strip()
        written.save(board, subject=True)
        written.subject = board
    return board
