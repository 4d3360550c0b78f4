"""Opening a case and correcting its records."""

from typing import Any

from django.utils import timezone

from casereview.identity import work_out_child, work_out_person
from casereview.models import Case, Child, PanelBoard, Person, ReferenceCounter
from casereview.records import Change, Record, change
from casereview.rules.references import Kind, Reference


def next_number(kind: str, year: int) -> int:
    """Return the next number of a kind of reference in a year; call it inside a change."""
    return take_numbers(kind, year, 1)[0]


def take_numbers(kind: str, year: int, how_many: int) -> range:
    """Return the next numbers of a kind of reference in a year; call it inside a transaction."""
    counter, _ = ReferenceCounter.objects.select_for_update().get_or_create(kind=kind, year=year)
    first = counter.last + 1
    counter.last += how_many
    counter.save(update_fields=["last"])
    return range(first, counter.last + 1)


def new_reference(kind: Kind, year: int) -> str:
    """Return the next reference of its kind and year; call it inside a change."""
    return str(Reference(kind, year, next_number(kind, year)))


def serving_periods() -> dict[Any, list[PanelBoard]]:
    """Return by board the periods in which a panel serves it, for asking `panel_of` often."""
    found: dict[Any, list[PanelBoard]] = {}
    for period in PanelBoard.objects.select_related("panel").order_by("since"):
        found.setdefault(period.board_id, []).append(period)
    return found


def panel_of(board, on, periods: dict[Any, list[PanelBoard]] | None = None) -> Any:
    """Return the panel that serves `board` on a day; None when no panel here does.

    `periods` are those of `serving_periods`; without them they are read.
    """
    if board is None:
        return None
    if periods is None:
        of_board = list(PanelBoard.objects.filter(board=board).select_related("panel"))
    else:
        of_board = periods.get(board.pk, [])
    for period in of_board:
        if period.since <= on and (period.until is None or on <= period.until):
            return period.panel
    return None


def open_case(*, by, child: Child, kind: str = Case.Kind.DEATH, **facts: Any) -> Case:
    """Open the case of one child, with its own key; `facts` are the case's fields."""
    with change("open_case", by=by) as written:
        return add_case(written, by=by, child=child, kind=kind, **facts)


def add_case(written: Change, *, by, child: Child, kind: str, **facts: Any) -> Case:
    """Add a case and its child to a change that another action has begun."""
    today = timezone.localdate()
    case = Case(kind=kind, opened_at=timezone.now(), opened_by=by, **facts)
    day = case.notified_on or today
    if kind == Case.Kind.DEATH:
        # Serious harm is no panel's: the board that leads is its referral's.
        settle_panel(case, day)
    case.reference = new_reference(
        Kind.DEATH if kind == Case.Kind.DEATH else Kind.SERIOUS_HARM, day.year
    )
    written.case = case
    written.save(case, subject=True)
    child.case = case
    work_out_child(child, case)
    written.save(child)
    return case


def settle_panel(case: Case, day, periods: dict[Any, list[PanelBoard]] | None = None) -> None:
    """Fill the panel and the reviewing board of a case that has none, as of its notification."""
    serving = panel_of(case.residence_board, day, periods)
    case.panel = case.panel or serving
    if serving and serving == case.panel and case.reviewing_board is None:
        # A panel that holds the case for another has not taken over its review.
        case.reviewing_board = case.residence_board
    if case.panel is None:
        # Nobody here reviews it yet: the notifying area's managers must see it to pass it on.
        case.panel = panel_of(case.notifying_board, day, periods)


def correct_record(*, record: Record, by, reason: str, case: Case, **values: Any) -> Record:
    """Correct a record, with a reason; the earlier version stays in its history.

    Raises:
        ValueError: no reason, or a field that the record does not have.
        Conflict: somebody else saved the record meanwhile.
    """
    if not reason.strip():
        raise ValueError("a correction needs a reason")
    names = {field.name for field in record._meta.concrete_fields}
    if unknown := set(values) - names:
        raise ValueError(f"no such fields: {sorted(unknown)}")
    with change("correct_record", by=by, case=case, reason=reason) as written:
        for name, value in values.items():
            setattr(record, name, value)
        if isinstance(record, Child):
            work_out_child(record, case)
        if isinstance(record, Person):
            work_out_person(record)
        written.save(record, subject=True)
        if isinstance(record, Case) and "died_on" in values:
            child = Child.objects.get(case=record)
            work_out_child(child, record)
            written.save(child)
    return record
