"""Who may see which cases behind the figures of a return: pseudonyms, and links for some."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from casereview import access
from casereview.rules.return_year import ReturnYear
from cdop import counting
from cdop.counting import Scope

WITHHELD_FROM_YOU = "withheld: you have no access to it"


@dataclass(frozen=True)
class Reference:
    """A case behind a figure: its reference, where it opens, and whose it is to put right."""

    reference: str
    url: str
    panel: str


@dataclass(frozen=True)
class Sight:
    """The cases of a return that a person may be told of, with those they may open.

    A case kept from them – they withdrew from it, or it is sealed – is only counted.
    """

    named: dict[str, str]
    openable: frozenset[str]

    def of(self, rows: Iterable[str]) -> tuple[list[Reference], int]:
        """Return the cases of some rows, and how many more are withheld."""
        rows = list(rows)
        told = [self._reference(row) for row in rows if row in self.named]
        return told, len(rows) - len(told)

    def _reference(self, row: str) -> Reference:
        url = reverse("view_case", args=[row]) if row in self.openable else ""
        return Reference(row, url, self.named[row])


def sight_of(user, year: ReturnYear, scope: Scope) -> Sight:
    """Return what a person may see behind the figures, in two queries."""
    counted = counting.concerned(year, scope)
    named = access.visible_to(user, "open_figure").filter(counted)
    opened = access.visible_to(user, "view_case").filter(counted)
    return Sight(
        named={row: panel or "" for row, panel in named.values_list("reference", "panel__name")},
        openable=frozenset(opened.values_list("reference", flat=True)),
    )


def sight_of_rows(user, rows: Iterable[str]) -> Sight:
    """Return what a person may see of some cases, wherever they are counted now; in two queries."""
    rows = list(rows)
    named = access.visible_to(user, "open_figure").filter(reference__in=rows)
    opened = access.visible_to(user, "view_case").filter(reference__in=rows)
    return Sight(
        named={row: panel or "" for row, panel in named.values_list("reference", "panel__name")},
        openable=frozenset(opened.values_list("reference", flat=True)),
    )
