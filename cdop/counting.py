"""The deaths that a year's return counts, read from the database as codes and dates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from casereview.access import held_by
from casereview.database import fetched
from casereview.models import Board, Case, PanelBoard
from casereview.rules.access_table import roles_for
from casereview.rules.return_year import ReturnYear
from cdop import return_forms
from cdop.models import FactorFinding, PanelReview
from cdop.rules.annual_return import ReviewedDeath, Tabulation, tabulate

_NOT_FOR_REVIEW = Q(stage=Case.Stage.NOT_FOR_REVIEW) | (
    Q(stage=Case.Stage.DISPOSED) & ~Q(out_of_scope_reason="")
)
# A modifiable factor of less influence than this is questioned before the return is sent.
_WEAK = ("0", "1", "1*")
# Of two notifications of one case the first submitted stands; one without that time was
# imported, and was there first.
_FIRST_SUBMITTED = (
    F("notifications__submitted_at").asc(nulls_first=True),
    "notifications__notified_on",
    "notifications__id",
)


@dataclass(frozen=True)
class Scope:
    """Whose residents a return is about: one board, several boards (a panel's), or everybody.

    `board` is the one board of the return; `boards` are those it may be about, None is all.
    """

    board: str | None = None
    boards: frozenset[str] | None = None

    @property
    def residents_of(self) -> frozenset[str] | None:
        """The boards whose residents are counted; None counts everybody."""
        return self.boards if self.board is None else frozenset({self.board})

    def narrowed_to(self, board: str) -> "Scope":
        """Return the scope of one board.

        Raises:
            LookupError: the board is not in this scope.
        """
        if self.boards is not None and board not in self.boards:
            raise LookupError("the board is not in this scope")
        return Scope(board, self.boards)


def english_boards() -> dict[str, str]:
    """Return code and name of each English board: the areas that make a return."""
    boards = Board.objects.filter(kind=Board.Kind.ENGLISH_BOARD)
    return dict(boards.values_list("code", "name"))


def scope_of(
    user, year: ReturnYear, action: str = "view_return", since: ReturnYear | None = None
) -> Scope:
    """Return whose figures a person may see: the boards of their roles that may do an action.

    A role that names neither board nor panel is for all; a panel stands for the boards that it
    served on a day of the year, or of the years since another.
    """
    first_day = (since or year).first_day
    held = [one for one in held_by(user) if one.role in roles_for(action)]
    if any(one.panel is None and one.board is None for one in held):
        return Scope()
    served = PanelBoard.objects.filter(
        Q(until=None) | Q(until__gte=first_day),
        panel__in=[one.panel for one in held if one.panel],
        since__lte=year.last_day,
    ).values("board")
    named = Q(pk__in=[one.board for one in held if one.board]) | Q(pk__in=served)
    boards = frozenset(Board.objects.filter(named).values_list("code", flat=True))
    return Scope(next(iter(boards)) if len(boards) == 1 else None, boards)


def scopes_of(user, years: Collection[ReturnYear]) -> dict[ReturnYear, Scope]:
    """Return whose figures a person may see of each year, in three queries for all of them."""
    held = [one for one in held_by(user) if one.role in roles_for("view_return")]
    if any(one.panel is None and one.board is None for one in held):
        return dict.fromkeys(years, Scope())
    served = list(
        PanelBoard.objects.filter(panel__in=[one.panel for one in held if one.panel]).values_list(
            "board__code", "since", "until"
        )
    )
    boards = Board.objects.filter(pk__in=[one.board for one in held if one.board])
    named = set(boards.values_list("code", flat=True))
    scopes = {}
    for year in years:
        codes = named | {
            code
            for code, since, until in served
            if since <= year.last_day and (until is None or until >= year.first_day)
        }
        only = next(iter(codes)) if len(codes) == 1 else None
        scopes[year] = Scope(only, frozenset(codes))
    return scopes


def concerned(year: ReturnYear, scope: Scope) -> Q:
    """Return the condition on cases that a return may count; the counting itself decides.

    A case merged into another is left out: its death is counted there.
    """
    completed = "panel_review__first_completed_on"
    not_by_then = Q(**{f"{completed}__isnull": True}) | Q(**{f"{completed}__gt": year.last_day})
    return _deaths_in(scope) & (
        Q(**{f"{completed}__range": (year.first_day, year.last_day)})
        | (not_by_then & Q(notified_on__lte=year.last_day))
        | Q(notified_on__range=(year.first_day, year.last_day))
        | Q(notified_on=None)
    )


def _deaths_in(scope: Scope) -> Q:
    """Return the condition on cases that are deaths of a scope, each told of in one case."""
    known = Q(kind=Case.Kind.DEATH, merged_into=None) & ~Q(stage=Case.Stage.MERGED)
    if scope.residents_of is not None:
        known &= Q(residence_board__code__in=scope.residents_of)
    return known


def reviewed_deaths(year: ReturnYear, scope: Scope) -> list[ReviewedDeath]:
    """Return the deaths of a return, each once, by reference. Nothing sealed is read."""
    completed = Q(review__first_completed_on__range=(year.first_day, year.last_day))
    return _read(concerned(year, scope), completed & _factors_in(scope))


def deaths_between(first: ReturnYear, last: ReturnYear, scope: Scope) -> list[ReviewedDeath]:
    """Return the deaths of some years, and those whose review was completed in them, each once."""
    days = (first.first_day, last.last_day)
    completed = Q(panel_review__first_completed_on__range=days)
    return _read(
        _deaths_in(scope) & (completed | Q(died_on__range=days)),
        Q(review__first_completed_on__range=days) & _factors_in(scope),
    )


def _factors_in(scope: Scope) -> Q:
    """Return the condition on factors that they are of deaths of a scope."""
    if scope.residents_of is None:
        return Q()
    return Q(review__case__residence_board__code__in=scope.residents_of)


def deaths_of(references: Collection[str]) -> list[ReviewedDeath]:
    """Return some deaths as a return sees them, each once, whenever they were completed."""
    named = list(references)
    return _read(Q(reference__in=named), Q(review__case__reference__in=named))


def _read(condition: Q, factors_of: Q) -> list[ReviewedDeath]:
    """Return the deaths of some cases, each once, by reference.

    A national year is thousands of rows, and Django spends more time on a row's values than the
    database on finding them: the rows are taken from the cursor as they come.
    """
    factors = {review: (n, weak) for review, n, weak in fetched(_factors(factors_of))}
    found: dict[str, tuple] = {}
    twice = set()
    for row in fetched(_rows(condition)):
        if row[0] in found:
            twice.add(row[0])
        found[row[0]] = row
    if twice:
        in_order = _rows(Q(reference__in=twice)).order_by("reference", *_FIRST_SUBMITTED)
        found |= {row[0]: row for row in reversed(fetched(in_order))}
    return [_death(found[reference], factors) for reference in sorted(found)]


def _rows(condition: Q) -> QuerySet:
    cases = Case.objects.filter(condition).annotate(**_WORKED_OUT)
    return cases.order_by().values_list(*_COLUMNS, *_WORKED_OUT)


def count_return(year: ReturnYear, scope: Scope) -> tuple[Tabulation, list[ReviewedDeath]]:
    """Count the return of a year, and return it with the deaths it was counted from.

    Raises:
        NoTemplate: there is no template for the year.
    """
    template = return_forms.template_of(year)
    deaths = reviewed_deaths(year, scope)
    counted = tabulate(deaths, year, template, board=scope.board, boards_of_panel=scope.boards)
    return counted, deaths


def completed_by_year(scope: Scope) -> dict[ReturnYear, int]:
    """Return how many reviews were completed in each year; a year without one is not there."""
    cases = Case.objects.filter(kind=Case.Kind.DEATH, merged_into=None).exclude(_NOT_FOR_REVIEW)
    if scope.residents_of is not None:
        cases = cases.filter(residence_board__code__in=scope.residents_of)
    days = (
        PanelReview.objects.filter(first_completed_on__isnull=False, case__in=cases)
        .values_list("first_completed_on")
        .annotate(Count("pk"))
        .order_by()
    )
    counts: dict[ReturnYear, int] = {}
    for day, completed in days:
        year = ReturnYear.containing(day)
        counts[year] = counts.get(year, 0) + completed
    return counts


def _text(field: str) -> Cast:
    """Return a day as text: read from it a tenth as long as by Django's own way."""
    return Cast(field, TextField())


def _truth(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


_COLUMNS = (
    "reference",
    "residence_board__code",
    "place_of_death_board__code",
    "scr_status",
    "child__age_band",
    "child__age_days",
    "child__sex",
    "child__ethnicity",
    "child__deprivation_decile",
    "child__nhs_number_index",
    "notifications__source_reference",
    "notifications__expectedness",
    "notifications__event",
    "notifications__location",
    "notifications__cp_plan",
    "notifications__statutory_order",
    "notifications__asylum_seeker",
    "panel_review__id",
    "panel_review__state",
    "panel_review__category_of_death",
    "panel_review__modifiable_outcome",
    "panel_review__action_decision",
)
# What the database works out of a row; after the columns, in this order.
_WORKED_OUT = {
    "told": Coalesce(_text("notified_on"), _text("notifications__notified_on")),
    "opened": _text("opened_at"),
    "died": _text("died_on"),
    "completed": _text("panel_review__first_completed_on"),
    # Whether there is a reason, not what it says: that is sealed.
    "reason_given": _truth(Q(panel_review__outcome_reason__isnull=False)),
    "not_for_review": _truth(_NOT_FOR_REVIEW),
    "passed_on": _truth(
        Q(stage=Case.Stage.PASSED_ON) | Q(stage=Case.Stage.DISPOSED, passed_on_on__isnull=False)
    ),
    "for_another_area": _truth(
        Q(reviewing_board__isnull=False)
        & (Q(residence_board=None) | ~Q(reviewing_board=F("residence_board")))
    ),
}


def _factors(condition: Q) -> QuerySet:
    """Return the modifiable factors of each review, and how many of them are weak, by its key."""
    return (
        FactorFinding.objects.filter(condition, modifiable="Y")
        .values_list("review")
        .annotate(found=Count("pk"), weak=Count("pk", filter=Q(influence__in=_WEAK)))
        .order_by()
    )


def _death(row: tuple, factors: Mapping[Any, tuple[int, int]]) -> ReviewedDeath:
    """Make a death of a row; the names are those of `_COLUMNS` and `_WORKED_OUT`, in order."""
    (
        reference,
        residence,
        death_board,
        scr_status,
        age_band,
        age_days,
        sex,
        ethnicity,
        deprivation,
        index,
        source_reference,
        expectedness,
        event,
        location,
        cp_plan,
        statutory_order,
        asylum_seeker,
        review,
        state,
        category,
        outcome,
        decision,
        told,
        opened,
        died,
        completed,
        reason_given,
        not_for_review,
        passed_on,
        for_another_area,
    ) = row
    ticked, weak = factors.get(review, _NO_FACTORS)
    return ReviewedDeath(
        row=reference,
        residence_board=residence or "",
        death_board=death_board or "",
        # The day a case was opened is the latest on which its death can have been notified.
        notified_on=_day(told) if told else _local_day(opened),
        died_on=_day(died),
        completed_on=_day(completed) if completed else None,
        age_band=age_band or None,
        age_days=age_days,
        expectedness=expectedness or "",
        sex=sex or "",
        ethnicity=ethnicity or "",
        deprivation=deprivation or "",
        category=category or "",
        event=event or "",
        location=location or "",
        cp_plan=cp_plan or "",
        statutory_order=statutory_order or "",
        asylum_seeker=asylum_seeker or "",
        scr_status=scr_status,
        outcome=outcome or "",
        not_for_review=bool(not_for_review),
        passed_on=bool(passed_on),
        under_18=None if age_days is None else bool(age_band),
        factors=None if review is None else ticked,
        weak_factors=None if review is None else weak,
        reason_given=None if review is None else bool(reason_given),
        # The import file has no such column: of an imported review it was not asked.
        action_decided=True if decision else None if source_reference else False,
        for_another_area=bool(for_another_area),
        under_revision=state == _REOPENED,
        same_person_key=bytes(index).hex() if index else "",
    )


_NO_FACTORS = (0, 0)
_REOPENED = PanelReview.State.REOPENED.value
_day = date.fromisoformat


def _local_day(text: str) -> date:
    """Return the day of an instant here; SQLite keeps it in UTC and says so nowhere."""
    instant = datetime.fromisoformat(text)
    return timezone.localdate(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
