"""The annual return of a year made fit to publish, whole and for each board, and given out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from casereview import releases
from casereview.releases import Audience
from casereview.rules.linked_tables import LinkedTable
from casereview.rules.return_year import ReturnYear
from cdop import counting, return_forms, return_layout
from cdop.counting import Scope
from cdop.return_layout import GROUPS_ITEM, OUTCOME_WORDS
from cdop.rules.annual_return import Tabulation, tabulate
from cdop.rules.public_return import Area, PublicReturn, shown_of, tables_of

GIVE = "give_annual_return"
_NO_ITEM = {
    "outcomes": "Completed reviews by outcome",
    GROUPS_ITEM: "Completed reviews by kind of death",
}
_LINES = {"COMPLETED": "Serious case review completed", "OTHER": "Others", "OUT": "Out of area"}


@dataclass(frozen=True)
class Publication:
    """The returns of a year, of everybody (None) and of each board, as tables to be given out.

    What is hidden depends on the whole year, not on the part that is asked for, and a year is
    given whole: the same figures are hidden in each board's file whoever publishes first.
    """

    year: ReturnYear
    returns: Mapping[Area, Tabulation]
    tables: tuple[LinkedTable, ...]
    title: str

    def preview(self) -> None:
        """Work out what may be given, with all that was given before; nothing is recorded.

        Raises:
            Refused: nothing of it may be given.
        """
        releases.preview(self.tables, Audience.PUBLIC)

    def give(self, area: Area, *, by, detail: dict[str, Any]) -> tuple[PublicReturn, int]:
        """Record that the year is given to everybody; return one area's return, and the release.

        Raises:
            Refused: nothing of it may be given, or somebody gave figures meanwhile.
        """
        given = releases.give(
            self.tables,
            Audience.PUBLIC,
            by=by,
            title=self.title,
            action=GIVE,
            boards=[board for board, counted in self.returns.items() if board and counted.cells],
            detail={"year": self.year.ends_in, "board": area, **detail},
        )
        number = given.release.number if given.release else 0
        return shown_of(self.returns[area], given.settled), number


def publication_of(year: ReturnYear) -> Publication:
    """Count the return of a year for everybody and for each board.

    Raises:
        NoTemplate: there is no template for the year.
        DoesNotAddUp: its figures do not add up.
    """
    template = return_forms.template_of(year)
    deaths = counting.reviewed_deaths(year, Scope())
    names = counting.english_boards()
    returns = {
        area: tabulate(deaths, year, template, board=area) for area in (None, *sorted(names))
    }
    tables = tables_of(returns, deaths, _Words(returns[None], names))
    return Publication(year, returns, tables, f"Annual return {year.slug}: all boards, and each")


@dataclass(frozen=True)
class _Words:
    """What tables and lines of a return are called in the ledger: in words, as on the form."""

    whole: Tabulation
    names: Mapping[str, str]

    def __call__(self, area: Area, item: str, code: str) -> str:
        if code:
            return self._labels.get(item, {}).get(code) or _LINES.get(code, code)
        area_name = self.names.get(area, area) if area else "All boards together"
        return f"{self._questions.get(item, item)}: {area_name}"

    @cached_property
    def _questions(self) -> dict[str, str]:
        return {one.item: one.question for one in self.whole.template.items} | _NO_ITEM

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        groups = return_layout.groups_table(self.whole).lines
        return {
            "outcomes": OUTCOME_WORDS,
            GROUPS_ITEM: {line.code: line.label for line in groups},
            **{
                one.item: return_layout.labels_of(self.whole, one)
                for one in self.whole.template.asked
                if one.kind == "table"
            },
        }
