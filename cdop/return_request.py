"""Which return a request asks for: its year, its area, and the revision."""

from dataclasses import dataclass

from django.http import HttpRequest

from casereview.rules.return_year import ReturnYear
from cdop import counting, return_keeping, return_templates
from cdop.counting import Scope
from cdop.models import AnnualReturn
from cdop.return_pages import query


@dataclass(frozen=True)
class Asked:
    """A return that the reader may see; `names` are those of the English boards."""

    year: ReturnYear
    scope: Scope
    names: dict[str, str]

    @property
    def area(self) -> str:
        """What the area is called."""
        return area_words(self.scope, self.names)

    @property
    def keep(self) -> str:
        """The part of an address that keeps the chosen board."""
        return query(self.scope.board)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The boards that may be chosen."""
        boards = self.scope.boards
        allowed = (
            self.names if boards is None else {code: self.names.get(code, code) for code in boards}
        )
        return sorted(allowed.items(), key=lambda pair: pair[1])

    @property
    def kept(self) -> list[AnnualReturn]:
        """The frozen returns of this year and area, the latest first."""
        return return_keeping.kept_returns(self.year, self.scope)

    def revision(self, text: str) -> AnnualReturn | None:
        """Return the frozen return of a number; None where there is none."""
        if not (text.isascii() and text.isdigit() and len(text) < 5):
            return None
        return AnnualReturn.objects.filter(
            year=self.year.ends_in,
            area=return_keeping.area_of(self.scope),
            revision=int(text),
            frozen_at__isnull=False,
        ).first()


def find(request: HttpRequest, year: int, board: str | None = None) -> Asked | None:
    """Return what is asked for; None where the reader has no such return."""
    board = request.GET.get("board", "") if board is None else board
    try:
        return_year = ReturnYear(year)
        return_templates.template(return_year)
        scope = counting.scope_of(request.user, return_year)
        names = counting.english_boards()
        if board:
            if board not in names:
                return None
            scope = scope.narrowed_to(board)
    except (ValueError, LookupError):
        return None
    return Asked(return_year, scope, names)


def area_words(scope: Scope, names: dict[str, str]) -> str:
    """Return what an area is called: its board or boards, or everybody."""
    if scope.board is not None:
        return names.get(scope.board, scope.board)
    if scope.boards is None:
        return "All boards together"
    return " and ".join(sorted(names.get(code, code) for code in scope.boards)) or "No board"
