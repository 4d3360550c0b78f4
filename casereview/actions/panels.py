"""Panels and boards: adding and closing a panel, and what each settles for itself."""

import datetime
import re
from collections.abc import Collection

from django.utils import timezone

from casereview.actions.admissions import NotAllowed
from casereview.actions.seen import as_seen
from casereview.codes import agency_types
from casereview.deputies import managers_by_panel
from casereview.models import Area, Board, Case, Meeting, Panel, PanelBoard, User
from casereview.records import Change, change
from casereview.rules.working_days import in_words

PARTNERS_DAYS = ("safeguarding_partners_began_on", "child_death_partners_began_on")
AREA_DAYS = (*PARTNERS_DAYS, "national_database_began_on")
# Source: the transition of the Children and Social Work Act 2017; from general knowledge.
PARTNERS_FIRST, PARTNERS_LAST = datetime.date(2018, 6, 29), datetime.date(2019, 9, 29)

_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{1,19}")
_UNDER_WAY = (Case.Stage.NOTIFIED, Case.Stage.GATHERING, Case.Stage.READY)


def change_panel(
    *,
    panel: Panel,
    by,
    quorum_members: int | None,
    quorum_share: int | None,
    quorum_agencies: int,
    deputy: User | None,
    names_first: bool = False,
    quorum_kinds: Collection[str] = (),
    name: str = "",
    version: int | None = None,
) -> Panel:
    """Change a panel's quorum, who stands in for its manager, and whether names may go first.

    An empty `name` leaves the panel's as it is.

    Raises:
        NotAllowed: the share is more than all, there is no such kind of agency, another panel has
            the name, or the deputy does not manage the panel's cases.
        Conflict: somebody else changed it since the page was shown.
    """
    if quorum_share is not None and not 1 <= quorum_share <= 100:
        raise NotAllowed("Enter the share of members as a number from 1 to 100")
    if deputy is not None and deputy not in managers_by_panel([panel])[panel.pk]:
        raise NotAllowed("Choose a deputy who is a CDR manager of this panel")
    if not set(quorum_kinds) <= dict(agency_types()).keys():
        raise NotAllowed("Select kinds of agency in the list")
    name = _free_name(name or panel.name, panel)
    as_seen(panel, version)
    with change("change_panel", by=by) as written:
        panel.name, panel.quorum_kinds = name, list(quorum_kinds)
        panel.quorum_members, panel.quorum_share = quorum_members, quorum_share
        panel.quorum_agencies, panel.deputy = quorum_agencies, deputy
        panel.names_first = names_first
        written.save(panel, subject=True)
        written.subject = panel
    return panel


def add_panel(*, name: str, code: str, board: Board, since: datetime.date, by) -> Panel:
    """Add a panel that serves a board from a day on.

    Raises:
        NotAllowed: the name or the code is taken or is none, or the board has a panel then.
    """
    panel = Panel(code=_free_code(code, Panel), name=_free_name(name, None))
    with change("add_panel", by=by) as written:
        written.save(panel, subject=True)
        _serve(written, panel, board, since)
    return panel


def add_board(*, name: str, code: str, by) -> Board:
    """Add a board of an English area that is not in the list yet.

    Raises:
        NotAllowed: the name or the code is taken or is none.
    """
    name = " ".join(name.split())
    if not name:
        raise NotAllowed("Enter the name of the board")
    if Board.objects.filter(name__iexact=name).exists():
        raise NotAllowed("Enter another name: a board is called so already")
    board = Board(code=_free_code(code, Board), name=name, kind=Board.Kind.ENGLISH_BOARD)
    with change("add_board", by=by) as written:
        written.save(board, subject=True)
    return board


def serve_board(*, panel: Panel, board: Board, since: datetime.date, by) -> None:
    """Let a panel serve one more board from a day on.

    Raises:
        NotAllowed: the board has a panel then, or the day is to come.
    """
    with change("change_panel", by=by) as written:
        _serve(written, panel, board, since)
        written.subject = panel


def stop_serving(*, panel: Panel, board: Board, by) -> None:
    """End that a panel serves a board: what is notified from today on is not the panel's.

    Its cases stay with it, and another panel may serve the board from today.

    Raises:
        NotAllowed: it does not serve it, or it serves no other: then the panel is closed.
    """
    serving = list(PanelBoard.objects.filter(panel=panel, until=None))
    ending = next((one for one in serving if one.board_id == board.pk), None)
    if ending is None:
        raise NotAllowed("The panel does not serve this board")
    if len(serving) == 1:
        raise NotAllowed("Close the panel instead: it serves no other board")
    with change("change_panel", by=by) as written:
        ending.until = _last_day(ending)
        written.save(ending)
        written.subject = panel


def keeps_panel_open(panel: Panel) -> list[str]:
    """Return what must be settled before a panel is closed, in words."""
    found = []
    cases = Case.objects.filter(panel=panel, disposed_at=None, stage__in=_UNDER_WAY).count()
    if cases:
        found.append(
            f"Review, close or pass on the {cases} case{'' if cases == 1 else 's'} under way"
        )
    meetings = Meeting.objects.filter(
        panel=panel, state__in=[Meeting.State.PLANNED, Meeting.State.OPEN]
    ).count()
    if meetings:
        found.append(
            f"Hold or cancel the {meetings} meeting{'' if meetings == 1 else 's'} still planned"
        )
    return found


def close_panel(*, panel: Panel, by, reason: str, version: int | None = None) -> Panel:
    """Close a panel: from today it serves no board. Its records and its people's roles stay.

    Raises:
        NotAllowed: cases are under way or meetings planned.
        Conflict: somebody else changed it since the page was shown.
    """
    if found := keeps_panel_open(panel):
        raise NotAllowed(found[0])
    as_seen(panel, version)
    today = timezone.localdate()
    with change("close_panel", by=by, reason=reason) as written:
        for one in PanelBoard.objects.filter(panel=panel, until=None):
            one.until = _last_day(one)
            written.save(one)
        panel.retired_on = today
        written.save(panel, subject=True)
        written.subject = panel
    return panel


def _last_day(serving: PanelBoard) -> datetime.date:
    return max(serving.since, timezone.localdate() - datetime.timedelta(days=1))


def _serve(written: Change, panel: Panel, board: Board, since: datetime.date) -> None:
    if since > timezone.localdate():
        raise NotAllowed("Enter today or an earlier day: nothing waits here for a day to come")
    for one in PanelBoard.objects.filter(board=board).select_related("panel"):
        if one.until is None:
            raise NotAllowed(f"{board.name} is served by {one.panel.name}: end that first")
        if since <= one.until:
            raise NotAllowed(
                f"Enter a later day: {board.name} was served by {one.panel.name} until "
                f"{in_words(one.until)}"
            )
    written.save(PanelBoard(panel=panel, board=board, since=since))


def _free_code(code: str, model: type[Panel] | type[Board]) -> str:
    code = code.strip().upper()
    if not _CODE.fullmatch(code):
        raise NotAllowed("Enter the code as 2 to 20 letters, digits, - and _, such as EXSHIRE")
    if model.objects.filter(code=code).exists():
        raise NotAllowed(f"Enter another code: a {model._meta.verbose_name} has it, or had it")
    return code


def _free_name(name: str, panel: Panel | None) -> str:
    name = " ".join(name.split())
    if not name:
        raise NotAllowed("Enter the name of the panel")
    others = Panel.objects.filter(name__iexact=name, retired_on=None)
    if panel is not None:
        others = others.exclude(pk=panel.pk)
    if others.exists():
        raise NotAllowed("Enter another name: a panel is called so already")
    return name


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
