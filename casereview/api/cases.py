"""Cases for programs: the columns of the list, as codes; no name and no narrative."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from annotated_types import Interval, MaxLen
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone

from casereview import access, case_list, work_list
from casereview.case_header import scr_line
from casereview.models import Case
from casereview.registries import ApiEndpoint

A_PAGE = 100
PageNumber = Annotated[int, Interval(ge=1, le=1_000_000)]
Code = Annotated[str, MaxLen(40)]


@dataclass(frozen=True)
class CaseLine:
    """One case. A day is given whole to who may see the child's identity, else its month.

    An empty code is not known; `due_on` is the first day on which something of yours is due.
    """

    reference: str
    kind: str
    stage: str
    group: str
    age_band: str
    died: str
    notified: str
    due_on: date | None = None


@dataclass(frozen=True)
class CasePage:
    """A page of the cases you may see, the newest notified first."""

    total: int
    page: int
    pages: int
    cases: list[CaseLine]


@dataclass(frozen=True)
class CaseHeader:
    """What stands at the top of the pages of a case; nobody is named."""

    case: CaseLine
    panel: str
    reviewing_board: str
    serious_case_review: str
    merged_into: str


def list_cases(
    request: HttpRequest,
    page: PageNumber = 1,
    state: Literal["", "open", "closed"] = "",
    stage: Code = "",
    kind: Code = "",
    due: bool = False,
) -> CasePage:
    """List the cases you may see, a hundred to a page; merged ones are left out.

    A stage or kind that no case can have counts as none, as on the page. Ask for `due` to be told
    the first day on which something of yours is due on each.
    """
    found, _ = case_list.asked_for(request.user, request.GET)
    pages = Paginator(found, A_PAGE)
    shown = list(pages.page(page).object_list) if page <= pages.num_pages else []
    days = _due(request.user) if due else {}
    return CasePage(pages.count, page, pages.num_pages, _lines(request.user, shown, days))


def view_case(request: HttpRequest, case: Case) -> CaseHeader | None:
    """Read the header of one case, by its reference."""
    into = _merged_into(request.user, case)
    if into is None:
        return None
    [line] = _lines(request.user, [case], {})
    return CaseHeader(
        case=line,
        panel=case.panel.name if case.panel else "",
        reviewing_board=case.reviewing_board.code if case.reviewing_board else "",
        serious_case_review=scr_line(case),
        merged_into=into,
    )


def _merged_into(user: Any, case: Case) -> str | None:
    """Return the case one is led to from a merged one; None where that may not be seen."""
    if case.merged_into is None:
        return ""
    return case.merged_into.reference if access.can(user, "view_case", case.merged_into) else None


def _due(user: Any) -> dict[str, date]:
    found: dict[str, date] = {}
    for item in work_list.items_of(user, timezone.localdate()):
        if item.reference and item.due_on and not item.waiting_for:
            found[item.reference] = min(item.due_on, found.get(item.reference, item.due_on))
    return found


def _lines(user: Any, cases: Iterable[Case], due: dict[str, date]) -> list[CaseLine]:
    return [
        CaseLine(**codes, due_on=due.get(codes["reference"]))
        for codes in case_list.coded(user, list(cases))
    ]


ENDPOINTS = (
    ApiEndpoint("/cases", "api_cases", "list_cases", "The cases you may see", list_cases, CasePage),
    ApiEndpoint(
        "/cases/{reference}",
        "api_case",
        "view_case",
        "The header of one case",
        view_case,
        CaseHeader,
        of_one_case=True,
    ),
)
