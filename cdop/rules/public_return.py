"""The annual return as it may be published: every table and total of every area hidden as one.

The tables of a return share their totals, the areas add up to the whole, and deaths under 28 days
are counted twice, by age and by kind. A reader has all of it at once, so all of it is hidden at
once, whichever part is asked for – and with all that was given before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from casereview.rules.linked_tables import Codes, Conditions, DoesNotAddUp, Line, LinkedTable
from casereview.rules.output_profiles import Audience, OutputProfile
from casereview.rules.release_gate import Earlier, Settled, settle
from casereview.rules.return_year import ReturnYear
from cdop.rules.annual_return import (
    GROUPS,
    OUTCOMES,
    TOTAL,
    Item,
    ReturnTemplate,
    ReviewedDeath,
    Tabulation,
    document_of,
    items_of,
)
from cdop.rules.statistics_tables import FIRST_AGES, NOT_KNOWN, REVIEWS

ONGOING, OUT_OF_AREA = "ongoing", "out_of_area"
PUBLIC = OutputProfile(Audience.PUBLIC, threshold=5)
# What a dimension is called in every table that is given out, where it is not the fact's own name.
_DIMENSIONS = {"age_band": "age"}
_NEONATAL = "neonatal"

Place = tuple[str, str, str]
Words = Callable[["Area", str, str], str]
Area = str | None

_BY_OUTCOME = {outcome: f"AG-0{2 + number}" for number, outcome in enumerate(OUTCOMES)}


@dataclass(frozen=True)
class PublicReturn:
    """A return with its small numbers hidden: what a `Tabulation` tells, None where hidden."""

    year: ReturnYear
    template: ReturnTemplate
    board: Area
    profile: OutputProfile
    _shown: Mapping[Place, int | None] = field(repr=False)

    def count(self, item: str, code: str = "", outcome: str = "") -> int | None:
        """Return a figure; None where it is not given, 0 where nothing was counted."""
        return self._shown.get((item, code, outcome or TOTAL), 0)

    def sum_of(self, item: str, outcome: str = "") -> int | None:
        """Return the total of a table as it is given elsewhere in the return."""
        if item == "AG-31":
            return self.count("AG-30")
        return self.count(_BY_OUTCOME.get(outcome, "AG-01"))

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
    returns: Mapping[Area, Tabulation],
    deaths: Iterable[ReviewedDeath],
    profile: OutputProfile = PUBLIC,
    earlier: Sequence[Earlier] = (),
) -> dict[Area, PublicReturn]:
    """Return the returns of a year as they may be published, all together or any of them.

    `returns` are those of everybody (None) and of each board; a board left out may not be
    published. Nobody can narrow a hidden number from 1 to threshold - 1, whichever of them they
    have, with all of `earlier`, and even if they know that a zero is always given.

    Raises:
        DoesNotAddUp: the returns do not add up, each for itself or to the whole.
        TooManyFigures: they are too many to be hidden as one.
        CannotBePublished: a small number is given away whatever is hidden.
    """
    settled = settle(tables_of(returns, deaths), tuple(earlier), profile)
    return {area: shown_of(counted, settled) for area, counted in returns.items()}


def _plain(area: Area, item: str, code: str) -> str:
    return code


def tables_of(
    returns: Mapping[Area, Tabulation],
    deaths: Iterable[ReviewedDeath],
    words: Words = _plain,
) -> tuple[LinkedTable, ...]:
    """Return the returns of a year as linked tables, known by what they count like all others.

    `words` says what a line is called and, without a code, a table: for who reads the ledger.

    A board of which nothing is counted has no table: all of it is nought. Who lives elsewhere is
    a part that is never given: what all less the boards is.

    Raises:
        DoesNotAddUp: the returns do not add up, each for itself or to the whole.
    """
    whole = returns[None]
    by_row = {death.row: death for death in deaths}
    for counted in returns.values():
        _check(counted, by_row)
    boards = {board for board, counted in returns.items() if board and counted.cells}
    rows = {row for of in whole.cells.values() for row in of}
    homes = boards | {by_row[row].residence_board for row in rows}
    tables: list[LinkedTable] = []
    for area in (None, *sorted(homes)):
        codes = tuple(sorted(homes)) if area is None else (area,)
        where = (("board", codes), ("year", (str(whole.year.ends_in),)))
        tables += _Area(whole, by_row, area, area is None or area in boards, where, words).tables()
    _check_the_whole(returns, tables)
    return tuple(tables)


def shown_of(counted: Tabulation, settled: Settled) -> PublicReturn:
    """Return one return with what may be given of it."""
    shown: dict[Place, int | None] = {}
    tables = {one.table.key: one for one in settled.shown}
    for place, number in figures_of(counted).items():
        if not number:
            shown[place] = 0
            continue
        item, code, outcome = place
        key, line, column = _where(item, code, outcome)
        one = tables[_key(counted.board, key)]
        shown[place] = one.value(_row(one.table, line), column)
    return PublicReturn(counted.year, counted.template, counted.board, settled.profile, shown)


def figures_of(counted: Tabulation) -> dict[Place, int]:
    """Return every figure of a return by item, code and outcome; of codes, those that occur."""
    figures: dict[Place, int] = {}
    for item in counted.template.asked:
        if item.kind == "int":
            figures[item.item, "", TOTAL] = counted.count(item.item)
        for code in counted.codes(item.item):
            for outcome in (*OUTCOMES, TOTAL) if item.column else (TOTAL,):
                figures[item.item, code, outcome] = counted.count(item.item, code, outcome)
    for group in GROUPS:
        figures["groups", group, TOTAL] = counted.count("groups", group)
    return figures


def _where(item: str, code: str, outcome: str) -> tuple[str, str, int | None]:
    """Return the table in which a figure stands, a code of its row (empty: all), its column."""
    if item in _HEADLINES:
        return _HEADLINES[item]
    if (item, code) == ("groups", _NEONATAL):
        return item, *FIRST_AGES, None
    return item, code, None if outcome == TOTAL else OUTCOMES.index(outcome)


_HEADLINES: dict[str, tuple[str, str, int | None]] = {
    "AG-01": ("outcomes", "", None),
    **{item: ("outcomes", outcome, None) for outcome, item in _BY_OUTCOME.items()},
    "AG-20": ("AG-20", "COMPLETED", None),
    "AG-30": ("AG-31", "", None),
    "AG-40": ("AG-40", "OUT", None),
}


def _row(table: LinkedTable, code: str) -> int | None:
    """Return the row in which a code is counted; None, for no code, is the total.

    Raises:
        KeyError: the table has no such row.
    """
    if not code:
        return None
    for number, line in enumerate(table.rows):
        if code in line.codes:
            return number
    raise KeyError(code)


def _key(area: Area, item: str) -> str:
    return f"{area or 'all'}-{item}"


@dataclass
class _Area:
    """The tables of one area: of all (None), of a board, or of those who live elsewhere."""

    whole: Tabulation
    by_row: Mapping[str, ReviewedDeath]
    area: Area
    given: bool
    where: Conditions
    words: Words

    def tables(self) -> list[LinkedTable]:
        found = [
            self._table("outcomes", REVIEWS, "outcome", self._outcomes()),
            self._table("groups", REVIEWS, "group", self._groups()),
            self._table("AG-20", REVIEWS, "scr", self._serious()),
        ]
        if years := self.whole.codes("AG-31"):
            ongoing: dict[Codes, list[str]] = {(code,): self._here("AG-31", code) for code in years}
            found.append(self._table("AG-31", ONGOING, "died", ongoing))
        if self.whole.count("AG-40"):
            found.append(
                self._table("AG-40", OUT_OF_AREA, "died_in", {("OUT",): self._here("AG-40")})
            )
        for item in self.whole.template.asked:
            if item.column and self.whole.codes(item.item):
                found += self._by_outcome(item)
        return found

    def _here(self, item: str, code: str = "", outcome: str = "") -> list[str]:
        rows = self.whole.rows(item, code, outcome)
        if self.area is None:
            return list(rows)
        return [row for row in rows if self.by_row[row].residence_board == self.area]

    def _outcomes(self) -> dict[Codes, list[str]]:
        return {(outcome,): self._here(item) for outcome, item in _BY_OUTCOME.items()}

    def _groups(self) -> dict[Codes, list[str]]:
        return {
            FIRST_AGES if group == _NEONATAL else (group,): self._here("groups", group)
            for group in GROUPS
        }

    def _serious(self) -> dict[Codes, list[str]]:
        reviewed = self._here("AG-20")
        return {
            ("COMPLETED",): reviewed,
            ("OTHER",): sorted({*self._here("AG-01")} - {*reviewed}),
        }

    def _by_outcome(self, item: Item) -> list[LinkedTable]:
        """Return a table by outcome, and by single codes where a line stands for several."""
        by = _DIMENSIONS.get(item.column, item.column)
        counted_as = _counted_as(item, self.whole.template)
        lines: dict[Codes, list[str]] = {}
        singles: dict[Codes, list[str]] = {}
        for code in self.whole.codes(item.item):
            codes = tuple(sorted(raw for raw, at in counted_as.items() if at == code)) or (code,)
            lines[codes] = self._here(item.item, code)
            singles |= {(raw,): [] for raw in codes}
            for row in lines[codes]:
                raw = getattr(self.by_row[row], item.column, None) or NOT_KNOWN
                singles[(raw if raw in codes else code,)].append(row)
        found = [self._table(item.item, REVIEWS, by, lines, split=True)]
        if len(singles) > len(lines):
            found.append(self._table(item.item, REVIEWS, by, singles, split=True, given=False))
        return found

    def _table(
        self,
        item: str,
        measure: str,
        by: str,
        rows: Mapping[Codes, list[str]],
        *,
        split: bool = False,
        given: bool = True,
    ) -> LinkedTable:
        def line(codes: Codes) -> Line:
            named = by == "group" and codes == FIRST_AGES
            code = _NEONATAL if named else self._code(item, codes)
            return Line(self.words(self.area, item, code), codes, "age" if named else "")

        def count(those: list[str], outcome: str) -> int:
            return sum(self.by_row[row].outcome == outcome for row in those)

        return LinkedTable(
            key=_key(self.area, item),
            title=self.words(self.area, item, ""),
            measure=measure,
            rows_by=by,
            rows=tuple(line(codes) for codes in rows),
            counts=tuple(
                tuple(count(those, outcome) for outcome in OUTCOMES) if split else (len(those),)
                for those in rows.values()
            ),
            where=self.where,
            columns_by="outcome" if split else "",
            columns=tuple(Line(self.words(self.area, "outcomes", o), (o,)) for o in OUTCOMES)
            if split
            else (Line("Number", ()),),
            given=given and self.given,
            may_join_rows=False,
        )

    def _code(self, item: str, codes: Codes) -> str:
        """Return the code of the return under which some codes are counted."""
        known = self.whole.codes(item)
        return next((code for code in codes if code in known), codes[0])


def _counted_as(item: Item, template: ReturnTemplate) -> dict[str, str]:
    """Return each code of a fact that is counted under another one, with that one, and itself."""
    found = {item.unknown: item.unknown, NOT_KNOWN: item.unknown}
    if item.column == "location":
        for code in (*template.locations, *template.rolls_up_to):
            at = code
            while at not in template.locations and at in template.rolls_up_to:
                at = template.rolls_up_to[at]
            found[code] = at
    return found


def _check(counted: Tabulation, by_row: Mapping[str, ReviewedDeath]) -> None:
    """Raise DoesNotAddUp where a return does not give the same reviews by every breakdown."""
    reviews = counted.count("AG-01")
    outcomes = {outcome: counted.count(item) for outcome, item in _BY_OUTCOME.items()}
    first = set(counted.rows("groups", _NEONATAL))
    right = (
        sum(outcomes.values()) == reviews
        and sum(counted.count("groups", group) for group in GROUPS) == reviews
        and counted.sum_of("AG-31") == counted.count("AG-30")
        and set(counted.rows("AG-20")) <= set(counted.rows("AG-01"))
        and set(counted.rows("AG-10", "A1")) == first
    )
    for item in counted.template.tables:
        right &= counted.sum_of(item.item) == reviews
        right &= all(counted.sum_of(item.item, each) == n for each, n in outcomes.items())
    if not right or any(row not in by_row for rows in counted.cells.values() for row in rows):
        raise DoesNotAddUp("the figures of the return do not add up")


def _check_the_whole(returns: Mapping[Area, Tabulation], tables: Iterable[LinkedTable]) -> None:
    """Raise DoesNotAddUp where the return of a board is not what the whole has of it."""
    of_whole = {one.key: one for one in tables if one.given}
    for board, counted in returns.items():
        for place, number in figures_of(counted).items() if board and counted.cells else ():
            key, code, column = _where(*place)
            one = of_whole.get(_key(board, key))
            try:
                found = 0 if one is None else one.value(_row(one, code), column)
            except KeyError:
                found = 0
            if found != number:
                raise DoesNotAddUp("the boards do not make up the whole")
