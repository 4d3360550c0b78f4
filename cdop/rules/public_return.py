"""The annual return as it may be published: every table and total of every area hidden as one.

The tables of a return share their totals, the areas add up to the whole, and deaths under 28 days
are counted twice, by age and by kind. A reader has all of it at once, so all of it is hidden at
once, whichever part is asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from casereview.rules.relations import Relation, adds_up, no_more_than, the_same
from casereview.rules.return_year import ReturnYear
from casereview.rules.suppression import GRAND_TOTAL, MARGIN, cost, protect
from casereview.rules.suppression_model import Figure
from cdop.rules.annual_return import (
    GROUPS,
    OUTCOMES,
    TOTAL,
    ReturnTemplate,
    Tabulation,
    document_of,
    items_of,
)

THRESHOLD = 5
# With more figures than this they cannot be hidden as one in minutes.
MOST_FIGURES = 2_000
# Deaths of residents of no board of the return: never published, but what all less the boards is.
_ELSEWHERE = "(elsewhere)"

Place = tuple[str, str, str]
Area = str | None

_REVIEWS: Place = ("AG-01", "", TOTAL)
_BY_OUTCOME: dict[str, Place] = {
    outcome: (f"AG-0{2 + number}", "", TOTAL) for number, outcome in enumerate(OUTCOMES)
}
_ONGOING: Place = ("AG-30", "", TOTAL)
_SERIOUS_CASE_REVIEWS: Place = ("AG-20", "", TOTAL)
# The first age band of the form ends where the neonatal group does.
_NEONATAL: tuple[Place, Place] = (("AG-10", "A1", TOTAL), ("groups", "neonatal", TOTAL))


class DoesNotAddUp(ValueError):
    """The figures of a return do not add up, so what hiding them keeps cannot be said."""


class TooManyFigures(ValueError):
    """The areas have more figures together than can be hidden as one."""


@dataclass(frozen=True)
class PublicReturn:
    """A return with its small numbers hidden: what a `Tabulation` tells, None where hidden."""

    year: ReturnYear
    template: ReturnTemplate
    board: Area
    _shown: Mapping[Place, int | None] = field(repr=False)

    def count(self, item: str, code: str = "", outcome: str = "") -> int | None:
        """Return a figure; None where it is not given, 0 where nothing was counted."""
        return self._shown.get((item, code, outcome or TOTAL), 0)

    def sum_of(self, item: str, outcome: str = "") -> int | None:
        """Return the total of a table as it is given elsewhere in the return."""
        if item == "AG-31":
            return self.count("AG-30")
        place = _REVIEWS if (outcome or TOTAL) == TOTAL else _BY_OUTCOME[outcome]
        return self._shown[place]

    def codes(self, item: str) -> list[str]:
        """Return the codes that occur in an item's table, in the order of their writing."""
        return list(dict.fromkeys(code for each, code, _ in self._shown if each == item and code))

    @property
    def groups(self) -> dict[str, int | None]:
        """The completed reviews as neonatal, expected and unexpected deaths."""
        return {group: self.count("groups", group) for group in GROUPS}

    @property
    def document(self) -> dict[str, Any]:
        """The return as one JSON document, in the shape of every other; null where hidden."""
        items = items_of(self.template, self.codes, self.count)
        return document_of(self.year, self.template, self.board, items, self.groups)


def publish(
    returns: Mapping[Area, Tabulation], threshold: int = THRESHOLD
) -> dict[Area, PublicReturn]:
    """Return the returns of a year as they may be published, all together or any of them.

    `returns` are those of everybody (None) and of each board; a board left out may not be
    published. Nobody can narrow a hidden number from 1 to threshold - 1, whichever of them they
    have and even if they know that a zero is always given.

    Raises:
        DoesNotAddUp: the returns do not add up, each for itself or to the whole.
        TooManyFigures: they are too many to be hidden as one.
        CannotBePublished: a small number is given away whatever is hidden.
    """
    figures = {area: figures_of(counted) for area, counted in returns.items()}
    relations = list(_relations(returns, figures))
    elsewhere = _elsewhere(figures)
    values = {(area, place): n for area, of in figures.items() for place, n in of.items()}
    values |= {(_ELSEWHERE, place): n for place, n in elsewhere.items()}
    relations += _areas_add_up(figures, elsewhere)
    if any(n < 0 for n in values.values()) or not all(_true(one, values) for one in relations):
        raise DoesNotAddUp("the figures of the return do not add up")
    # What is nought is given, and takes no part in any sum.
    told = {key for key, n in values.items() if n}
    if len(told) > MOST_FIGURES:
        raise TooManyFigures(f"there are more than {MOST_FIGURES} figures")
    published = protect(
        [_figure(key, values[key]) for key in values if key in told],
        [_without(one, told) for one in relations],
        threshold,
        zeros_are_known=True,
    )
    return {
        area: PublicReturn(
            counted.year,
            counted.template,
            counted.board,
            {place: published.get((area, place)) if n else 0 for place, n in figures[area].items()},
        )
        for area, counted in returns.items()
    }


def figures_of(counted: Tabulation) -> dict[Place, int]:
    """Return every figure of a return by item, code and outcome; of codes, those that occur."""
    figures: dict[Place, int] = {}
    for item in counted.template.counted:
        if item.kind == "int":
            figures[item.item, "", TOTAL] = counted.count(item.item)
        for code in counted.codes(item.item):
            for outcome in (*OUTCOMES, TOTAL) if item.column else (TOTAL,):
                figures[item.item, code, outcome] = counted.count(item.item, code, outcome)
    for group in GROUPS:
        figures["groups", group, TOTAL] = counted.count("groups", group)
    return figures


def sums_of(counted: Tabulation) -> Iterator[tuple[Place, list[Place]]]:
    """Return each figure of a return that is the sum of others, with those others."""
    yield _REVIEWS, list(_BY_OUTCOME.values())
    yield _REVIEWS, [("groups", group, TOTAL) for group in GROUPS]
    yield _ONGOING, [("AG-31", code, TOTAL) for code in counted.codes("AG-31")]
    for item in counted.template.tables:
        codes = counted.codes(item.item)
        yield _REVIEWS, [(item.item, code, TOTAL) for code in codes]
        for outcome, of_all in _BY_OUTCOME.items():
            yield of_all, [(item.item, code, outcome) for code in codes]
        for code in codes:
            yield (item.item, code, TOTAL), [(item.item, code, each) for each in OUTCOMES]


def _relations(
    returns: Mapping[Area, Tabulation], figures: Mapping[Area, Mapping[Place, int]]
) -> Iterator[Relation]:
    """Return what a reader knows of each return by itself."""
    for area, counted in returns.items():
        for total, parts in sums_of(counted):
            yield adds_up((area, total), [(area, part) for part in parts])
        yield no_more_than((area, _SERIOUS_CASE_REVIEWS), (area, _REVIEWS))
        if _NEONATAL[0] in figures[area]:
            yield the_same(*((area, place) for place in _NEONATAL))


def _elsewhere(figures: Mapping[Area, Mapping[Place, int]]) -> dict[Place, int]:
    """Return what the whole has more than the boards together: the deaths of nobody's residents."""
    boards = [of for area, of in figures.items() if area is not None]
    rest = {place: n - sum(of.get(place, 0) for of in boards) for place, n in figures[None].items()}
    return rest if boards else {}


def _areas_add_up(
    figures: Mapping[Area, Mapping[Place, int]], elsewhere: Mapping[Place, int]
) -> Iterator[Relation]:
    """Return that the whole is the sum of the boards and of who lives elsewhere."""
    for place in elsewhere:
        parts = [(area, place) for area, of in figures.items() if area and place in of]
        yield adds_up((None, place), [*parts, (_ELSEWHERE, place)])


def _figure(key: tuple[Area, Place], value: int) -> Figure:
    """Return a figure with what it costs to hide it: the first ones of the return cost most."""
    area, (item, code, outcome) = key
    price = cost(value, margin=outcome == TOTAL, grand=(item, code, outcome) == _REVIEWS)
    if area is None:
        price += MARGIN
    if not code and outcome == TOTAL and (item, code, outcome) != _REVIEWS:
        price += GRAND_TOTAL / 4
    detail = bool(code) and outcome != TOTAL
    return Figure(key, value, price, secret=area == _ELSEWHERE, detail=detail)


def _true(fact: Relation, values: Mapping[Any, int]) -> bool:
    """Tell whether a relation is so; a figure that does not occur is 0."""
    found = sum(weight * values.get(key, 0) for key, weight in fact.terms)
    return (fact.at_least is None or found >= fact.at_least) and (
        fact.at_most is None or found <= fact.at_most
    )


def _without(fact: Relation, told: set[Any]) -> Relation:
    """Return a relation without the figures that are 0."""
    return Relation(
        tuple(term for term in fact.terms if term[0] in told), fact.at_least, fact.at_most
    )
