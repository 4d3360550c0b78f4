"""Taking what was learned into the learning database, or setting it aside."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.cases import new_reference
from casereview.actions.seen import as_seen
from casereview.models import Agency, Board, LearningPoint
from casereview.records import Change, change
from casereview.rules.references import Kind
from learning.leaks import signs_of, tells_who
from learning.models import LinkedLearning, ThemeChoice
from learning.rules.quarters import BadQuarter, Quarter
from learning.theme_choices import themes_in_force

State = LearningPoint.State
LEAK = (
    "Take out of the text what tells who somebody of the case is. Its child review manager can "
    "say where"
)
MOST_EVENTS = 10_000


@dataclass(frozen=True)
class Told:
    """What is said of a learning point. Codes are of the lists; blank is not said.

    `died_in` is a quarter, such as 2015-Q1; `able_to_act` are keys of agencies.
    """

    statement: str
    theme: str = ""
    why_it_matters: str = ""
    other_themes: tuple[str, ...] = ()
    kind: str = ""
    domain: str = ""
    modifiable: str = ""
    scale: str = ""
    contributed: str = ""
    evidence: str = ""
    evidence_cases: int | None = None
    openness: str = LearningPoint.Openness.AGENCIES
    died_in: str = ""
    family_asked: str = ""
    family_said: str = ""
    family_told: str = ""
    events: int = 1
    able_to_act: tuple[str, ...] = ()


def accept_learning_point(
    *,
    point: LearningPoint,
    by,
    told: Told,
    suggested: Sequence[str] = (),
    version: int | None = None,
) -> LearningPoint:
    """Take a point into the learning database, or change one that is there.

    What had been suggested is kept beside the theme that was chosen. The quarter of the death is
    that of its case, where there is one.

    Raises:
        NotAllowed: the statement or theme is missing, or the text tells who somebody is.
        Conflict: somebody else changed it since the page was shown.
    """
    as_seen(point, version)
    refuse_untold(told, point)
    with change("accept_learning_point", by=by, case=point.case) as written:
        chosen_anew = point.state != State.ACCEPTED or point.theme != told.theme
        write(point, told)
        if point.case is not None and point.case.died_on:
            point.died_in = str(Quarter.containing(point.case.died_on))
        point.state = State.ACCEPTED
        written.save(point, subject=True)
        if chosen_anew:
            keep_choice(written, point, suggested)
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
    refuse_untold(told, None)
    with change("record_learning_point", by=by) as written:
        point = LearningPoint(
            reference=new_reference(kind_of(source), learned_on.year),
            board=board,
            source=source,
            state=State.ACCEPTED,
            learned_on=learned_on,
            raised_by_agency=raised_by_agency,
            back_captured=back_captured,
            recorded_by=by,
            recorded_at=timezone.now(),
        )
        write(point, told)
        written.save(point, subject=True)
        keep_choice(written, point, suggested)
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


def link_learning(
    *, point: LearningPoint, other: LearningPoint, kind: str, by
) -> LinkedLearning | None:
    """Confirm that two accepted points say the same or belong together; no kind takes it back.

    A link counts nothing twice and nothing once: it only leads from one to the other.

    Raises:
        NotAllowed: a point itself, or one that is not in the learning database.
    """
    if point.pk == other.pk:
        raise NotAllowed("Enter the reference of another learning point")
    if State.ACCEPTED not in (point.state, other.state) or point.state != other.state:
        raise NotAllowed("Choose learning that is in the learning database")
    if kind and kind not in LinkedLearning.Kind.values:
        raise NotAllowed("Select how they belong together")
    with change("link_learning", by=by) as written:
        there = LinkedLearning.objects.filter(
            point__in=[point.pk, other.pk], other__in=[point.pk, other.pk]
        ).first()
        written.detail.update(other=other.reference, kind=kind or "none")
        written.subject = point
        if not kind:
            if there is not None:
                written.remove(there)
            return None
        linked = there or LinkedLearning(point=point, other=other)
        linked.kind, linked.confirmed_by = kind, by
        linked.confirmed_at = timezone.now()
        written.save(linked)
    return linked


def kind_of(source: str) -> Kind:
    """Return the series a reference is of: near misses have their own."""
    return Kind.NEAR_MISS if source == LearningPoint.Source.NEAR_MISS else Kind.LEARNING_POINT


def refuse_untold(told: Told, point: LearningPoint | None) -> None:
    """Refuse what is missing, unknown, or tells who somebody is."""
    if not told.statement.strip():
        raise NotAllowed("Enter what was learned")
    in_force = dict(themes_in_force(timezone.localdate()))
    kept = {point.theme, *point.other_themes} if point else set()
    if not told.theme:
        raise NotAllowed("Select the theme")
    if not {told.theme, *told.other_themes} <= {*in_force, *kept}:
        raise NotAllowed("Select a theme that is in the list")
    refuse_muddled(told)
    if point is not None and tells_who(
        point, told.statement, told.why_it_matters, told.family_said
    ):
        raise NotAllowed(LEAK)


def refuse_muddled(told: Told) -> None:
    """Refuse days and numbers that tell who somebody is, and figures that cannot be."""
    if signs := signs_of(told.statement, told.why_it_matters, told.family_said):
        raise NotAllowed(f"Take {signs[0].what} out of the text: “{signs[0].found}”")
    if told.evidence_cases is not None and told.evidence != LearningPoint.Evidence.PATTERN:
        raise NotAllowed("Select a pattern in several cases, or clear the number of cases")
    if not 1 <= told.events <= MOST_EVENTS:
        raise NotAllowed(f"Enter a number of events from 1 to {MOST_EVENTS:,}")
    if told.died_in:
        try:
            died_in = Quarter.parse(told.died_in)
        except BadQuarter:
            raise NotAllowed("Enter the quarter of the death like 2015-Q1") from None
        if died_in > Quarter.containing(timezone.localdate()):
            raise NotAllowed("Enter a quarter of the death that has begun")


def write(point: LearningPoint, told: Told) -> None:
    """Put what is told on a point; a theme is its main one or another, never both."""
    for one in fields(told):
        value = getattr(told, one.name)
        setattr(point, one.name, list(value) if isinstance(value, tuple) else value)
    for name in ("statement", "why_it_matters", "family_said"):
        setattr(point, name, getattr(told, name).strip() or None)
    point.other_themes = [code for code in dict.fromkeys(told.other_themes) if code != told.theme]


def keep_choice(written: Change, point: LearningPoint, suggested: Sequence[str]) -> None:
    """Keep what had been suggested beside what a person chose."""
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
