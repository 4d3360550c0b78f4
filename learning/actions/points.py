"""Taking what was learned into the learning database, or setting it aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.cases import new_reference
from casereview.actions.seen import as_seen
from casereview.models import Agency, Board, LearningPoint
from casereview.records import Change, change
from casereview.rules.references import Kind
from learning.leaks import tells_who
from learning.models import ThemeChoice
from learning.theme_choices import themes_in_force

State = LearningPoint.State
LEAK = (
    "Take out of the text what tells who somebody of the case is. Its child review manager can "
    "say where"
)


@dataclass(frozen=True)
class Told:
    """What is said of a learning point. Codes are of the lists; blank is not said."""

    statement: str
    theme: str
    why_it_matters: str = ""
    other_themes: tuple[str, ...] = ()
    domain: str = ""
    modifiable: str = ""
    scale: str = ""
    contributed: str = ""


def accept_learning_point(
    *,
    point: LearningPoint,
    by,
    told: Told,
    suggested: Sequence[str] = (),
    version: int | None = None,
) -> LearningPoint:
    """Take a point into the learning database, or change one that is there.

    What had been suggested is kept beside the theme that was chosen.

    Raises:
        NotAllowed: the statement or theme is missing, or the text tells who somebody is.
        Conflict: somebody else changed it since the page was shown.
    """
    as_seen(point, version)
    _refuse_untold(told, point)
    with change("accept_learning_point", by=by, case=point.case) as written:
        chosen_anew = point.state != State.ACCEPTED or point.theme != told.theme
        _write(written, point, told)
        point.state = State.ACCEPTED
        written.save(point, subject=True)
        if chosen_anew:
            _keep_choice(written, point, suggested)
    return point


def record_learning_point(
    *,
    by,
    source: str,
    learned_on: date,
    told: Told,
    board: Board | None = None,
    raised_by_agency: Agency | None = None,
    back_captured: bool = False,
    suggested: Sequence[str] = (),
) -> LearningPoint:
    """Record something learned without a case, straight into the learning database.

    Raises:
        NotAllowed: the statement or theme is missing, or it is said to be learned in the future.
    """
    if source not in LearningPoint.Source.values:
        raise NotAllowed("Select where it was learned")
    if learned_on > timezone.localdate():
        raise NotAllowed("Enter a day that is not after today")
    _refuse_untold(told, None)
    with change("record_learning_point", by=by) as written:
        point = LearningPoint(
            reference=new_reference(Kind.LEARNING_POINT, learned_on.year),
            board=board,
            source=source,
            state=State.ACCEPTED,
            learned_on=learned_on,
            raised_by_agency=raised_by_agency,
            back_captured=back_captured,
            recorded_by=by,
            recorded_at=timezone.now(),
        )
        _write(written, point, told)
        written.save(point, subject=True)
        _keep_choice(written, point, suggested)
    return point


def set_aside_learning_point(
    *, point: LearningPoint, by, reason: str, version: int | None = None
) -> LearningPoint:
    """Set a point aside: it counts nowhere, and can be taken back.

    Raises:
        NotAllowed: no reason, or it is set aside already.
        Conflict: somebody else changed it since the page was shown.
    """
    if not reason.strip():
        raise NotAllowed("Enter why it is set aside")
    if point.state == State.SET_ASIDE:
        raise NotAllowed("It was set aside already")
    as_seen(point, version)
    with change(
        "set_aside_learning_point", by=by, case=point.case, reason=reason.strip()
    ) as written:
        point.state = State.SET_ASIDE
        written.save(point, subject=True)
    return point


def _refuse_untold(told: Told, point: LearningPoint | None) -> None:
    if not told.statement.strip():
        raise NotAllowed("Enter what was learned")
    in_force = dict(themes_in_force(timezone.localdate()))
    kept = {point.theme, *point.other_themes} if point else set()
    if not told.theme:
        raise NotAllowed("Select the theme")
    if not {told.theme, *told.other_themes} <= {*in_force, *kept}:
        raise NotAllowed("Select a theme that is in the list")
    if point is not None and tells_who(point, told.statement, told.why_it_matters):
        raise NotAllowed(LEAK)


def _write(written: Change, point: LearningPoint, told: Told) -> None:
    point.statement = told.statement.strip()
    point.why_it_matters = told.why_it_matters.strip() or None
    point.theme = told.theme
    point.other_themes = [code for code in dict.fromkeys(told.other_themes) if code != told.theme]
    point.domain, point.modifiable = told.domain, told.modifiable
    point.scale, point.contributed = told.scale, told.contributed


def _keep_choice(written: Change, point: LearningPoint, suggested: Sequence[str]) -> None:
    if suggested:
        written.save(
            ThemeChoice(
                learning_point=point,
                suggested=list(suggested),
                chosen=point.theme,
                chosen_by=written.by,
                chosen_at=timezone.now(),
            )
        )
