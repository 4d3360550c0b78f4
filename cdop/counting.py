"""The deaths that a year's return counts, read from the database as codes and dates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q
from django.utils import timezone

from casereview.access import held_by
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
    known = Q(kind=Case.Kind.DEATH, merged_into=None) & ~Q(stage=Case.Stage.MERGED)
    if scope.residents_of is not None:
        known &= Q(residence_board__code__in=scope.residents_of)
    completed = "panel_review__first_completed_on"
    return known & (
        Q(**{f"{completed}__range": (year.first_day, year.last_day)})
        | Q(**{f"{completed}__isnull": True})
        | Q(**{f"{completed}__gt": year.last_day})
        | Q(notified_on__range=(year.first_day, year.last_day))
        | Q(notified_on=None)
    )


def reviewed_deaths(year: ReturnYear, scope: Scope) -> list[ReviewedDeath]:
    """Return the deaths of a return, each once, by reference. Nothing sealed is read."""
    return _read(concerned(year, scope), (year.first_day, year.last_day))


def deaths_between(first: ReturnYear, last: ReturnYear, scope: Scope) -> list[ReviewedDeath]:
    """Return the deaths of some years, and those whose review was completed in them, each once."""
    days = (first.first_day, last.last_day)
    known = Q(kind=Case.Kind.DEATH, merged_into=None) & ~Q(stage=Case.Stage.MERGED)
    if scope.residents_of is not None:
        known &= Q(residence_board__code__in=scope.residents_of)
    completed = Q(panel_review__first_completed_on__range=days)
    return _read(known & (completed | Q(died_on__range=days)), days)


def deaths_of(references: Collection[str]) -> list[ReviewedDeath]:
    """Return some deaths as a return sees them, each once, whenever they were completed."""
    return _read(Q(reference__in=list(references)), (date.min, date.max))


def _read(condition: Q, completed: tuple[date, date]) -> list[ReviewedDeath]:
    factors = _factors(condition, completed)
    rows = (
        Case.objects.filter(condition)
        .annotate(reason_given=_REASON_GIVEN, not_for_review=_IS_NOT_FOR_REVIEW)
        .order_by("reference", *_FIRST_SUBMITTED)
        .values_list(*_COLUMNS)
    )
    found: dict[str, ReviewedDeath] = {}
    for values in rows.iterator(chunk_size=2000):
        row = dict(zip(_COLUMNS, values, strict=True))
        if row["reference"] not in found:
            found[row["reference"]] = _death(row, factors)
    return list(found.values())


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


_IS_NOT_FOR_REVIEW = ExpressionWrapper(_NOT_FOR_REVIEW, output_field=BooleanField())
# Whether there is a reason, not what it says: that is sealed.
_REASON_GIVEN = ExpressionWrapper(
    Q(panel_review__outcome_reason__isnull=False), output_field=BooleanField()
)
_COLUMNS = (
    "reference",
    "stage",
    "passed_on_on",
    "residence_board__code",
    "place_of_death_board__code",
    "reviewing_board__code",
    "notified_on",
    "died_on",
    "opened_at",
    "scr_status",
    "child__age_band",
    "child__age_days",
    "child__sex",
    "child__ethnicity",
    "child__deprivation_decile",
    "child__nhs_number_index",
    "notifications__notified_on",
    "notifications__source_reference",
    "notifications__expectedness",
    "notifications__event",
    "notifications__location",
    "notifications__cp_plan",
    "notifications__statutory_order",
    "notifications__asylum_seeker",
    "panel_review__id",
    "panel_review__state",
    "panel_review__first_completed_on",
    "panel_review__category_of_death",
    "panel_review__modifiable_outcome",
    "panel_review__action_decision",
    "reason_given",
    "not_for_review",
)
# Those that are columns: what a scan of the rows would read.
SCANNED = _COLUMNS[:-2]


def _factors(condition: Q, completed: tuple[date, date]) -> dict[Any, tuple[int, int]]:
    """Return the modifiable factors of each review, and how many of them are weak, by its key."""
    rows = (
        FactorFinding.objects.filter(
            review__case__in=Case.objects.filter(condition),
            review__first_completed_on__range=completed,
            modifiable="Y",
        )
        .values_list("review")
        .annotate(found=Count("pk"), weak=Count("pk", filter=Q(influence__in=_WEAK)))
        .order_by()
    )
    return {review: (factors, weak) for review, factors, weak in rows}


def _death(row: Mapping[str, Any], factors: Mapping[Any, tuple[int, int]]) -> ReviewedDeath:
    # The day a case was opened is the latest on which its death can have been notified.
    notified_on = (
        row["notified_on"]
        or row["notifications__notified_on"]
        or timezone.localdate(row["opened_at"])
    )
    age_days, age_band = row["child__age_days"], row["child__age_band"]
    residence, reviewing = row["residence_board__code"] or "", row["reviewing_board__code"] or ""
    review = row["panel_review__id"]
    ticked, weak = factors.get(review, (0, 0))
    decided = bool(row["panel_review__action_decision"])
    index = row["child__nhs_number_index"]
    return ReviewedDeath(
        row=row["reference"],
        residence_board=residence,
        death_board=row["place_of_death_board__code"] or "",
        notified_on=notified_on,
        died_on=row["died_on"],
        completed_on=row["panel_review__first_completed_on"],
        age_band=age_band or None,
        age_days=age_days,
        expectedness=row["notifications__expectedness"] or "",
        sex=row["child__sex"] or "",
        ethnicity=row["child__ethnicity"] or "",
        deprivation=row["child__deprivation_decile"] or "",
        category=row["panel_review__category_of_death"] or "",
        event=row["notifications__event"] or "",
        location=row["notifications__location"] or "",
        cp_plan=row["notifications__cp_plan"] or "",
        statutory_order=row["notifications__statutory_order"] or "",
        asylum_seeker=row["notifications__asylum_seeker"] or "",
        scr_status=row["scr_status"],
        outcome=row["panel_review__modifiable_outcome"] or "",
        not_for_review=row["not_for_review"],
        passed_on=row["stage"] == Case.Stage.PASSED_ON
        or (row["stage"] == Case.Stage.DISPOSED and row["passed_on_on"] is not None),
        under_18=None if age_days is None else bool(age_band),
        factors=None if review is None else ticked,
        weak_factors=None if review is None else weak,
        reason_given=None if review is None else row["reason_given"],
        # The import file has no such column: of an imported review it was not asked.
        action_decided=decided or (None if row["notifications__source_reference"] else False),
        for_another_area=bool(reviewing) and reviewing != residence,
        under_revision=row["panel_review__state"] == PanelReview.State.REOPENED,
        same_person_key=bytes(index).hex() if index else "",
    )
