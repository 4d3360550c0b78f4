"""What a return still lacks, case by case, agency by agency, field by field, and who knows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from casereview import codes
from casereview.codelists import Code, load_named
from casereview.models import AgencyRequest
from casereview.rules.return_year import ReturnYear
from cdop.models import ReturnQuestion
from cdop.return_sight import Reference, Sight
from cdop.rules.annual_return import ReviewedDeath, Tabulation
from cdop.rules.return_checks import Gap, gaps

WAITING = {AgencyRequest.State.ASKED, AgencyRequest.State.STARTED}


@dataclass(frozen=True)
class Missing:
    """One fact that is not known of a case, and who can find it out."""

    column: str
    label: str
    who: str


@dataclass
class OfCase:
    """What is missing of one case; `asked_at` is when its keeper was last asked for just that."""

    case: Reference
    missing: list[Missing]
    asked_at: datetime | None = None

    @property
    def words(self) -> str:
        """What is missing, in a line."""
        return "; ".join(one.label for one in self.missing)

    @property
    def who(self) -> str:
        """Who can find it out, each once, in a line."""
        return "; ".join(dict.fromkeys(one.who for one in self.missing))


@dataclass
class OfField:
    """How many reviews lack one fact."""

    label: str
    who: str
    number: int
    share: int
    cases: list[Reference]
    withheld: int


@dataclass
class OfAgency:
    """What an agency, or a kind of agency that nobody asked, could answer."""

    name: str
    state: str
    missing: dict[str, list[str]] = field(default_factory=dict)


@cache
def owners() -> Mapping[str, Code]:
    """Return for each fact of a return who can find it out, and which agencies usually know it."""
    return {code.code: code for code in load_named("cdop", "return_gap").codes}


def missing_of(columns: Iterable[str]) -> list[Missing]:
    """Return facts in words, each with who can find it out."""
    known = owners()
    return [
        Missing(one, known[one].label, known[one].extra["who"]) for one in columns if one in known
    ]


def by_case(
    counted: Tabulation, deaths: Iterable[ReviewedDeath], sight: Sight
) -> tuple[list[OfCase], int]:
    """Return each review with what is missing of it, and how many more are withheld; one query."""
    found = gaps(counted, deaths)
    asked = _asked(counted.year, found)
    told, withheld = [], 0
    for gap in found:
        cases, hidden = sight.of([gap.row])
        withheld += hidden
        question = asked.get(gap.row)
        same = question is not None and question.columns == sorted(gap.columns)
        told += [
            OfCase(case, missing_of(gap.columns), question.asked_at if question and same else None)
            for case in cases
        ]
    return told, withheld


def by_field(counted: Tabulation, deaths: Iterable[ReviewedDeath], sight: Sight) -> list[OfField]:
    """Return each fact that some review lacks, the one that most lack first."""
    rows: dict[str, list[str]] = {}
    for gap in gaps(counted, deaths):
        for column in gap.columns:
            rows.setdefault(column, []).append(gap.row)
    completed = counted.count("AG-01")
    fields = []
    for one in missing_of(rows):
        cases, withheld = sight.of(rows[one.column])
        number = len(rows[one.column])
        share = round(100 * number / completed)
        fields.append(OfField(one.label, one.who, number, share, cases, withheld))
    return sorted(fields, key=lambda each: -each.number)


def by_agency(counted: Tabulation, deaths: Iterable[ReviewedDeath], sight: Sight) -> list[OfAgency]:
    """Return the agencies that were asked about these cases and could know what is missing.

    Where no agency of a kind that usually knows was asked, the kind stands for them. One query.
    """
    known = owners()
    kinds = dict(codes.code_list("agency_type").choices())
    found = [gap for gap in gaps(counted, deaths) if gap.row in sight.named]
    requests: dict[str, list[tuple[str, str, str]]] = {}
    rows = AgencyRequest.objects.filter(case__reference__in=[gap.row for gap in found]).exclude(
        state=AgencyRequest.State.WITHDRAWN
    )
    for reference, name, kind, state in rows.values_list(
        "case__reference", "agency__name", "agency__kind", "state"
    ):
        requests.setdefault(reference, []).append((name, kind, state))
    agencies: dict[tuple[str, str], OfAgency] = {}

    def add(name: str, state: str, label: str, reference: str) -> None:
        one = agencies.setdefault((name, state), OfAgency(name, state))
        one.missing.setdefault(label, []).append(reference)

    for gap in found:
        for column in gap.columns:
            types = known[column].extra["agency_types"] if column in known else ()
            label = known[column].label if column in known else column
            asked = [one for one in requests.get(gap.row, []) if one[1] in types]
            for name, _, state in asked:
                words = "Has not answered yet" if state in WAITING else "Has answered"
                add(name, words, label, gap.row)
            if not types:
                add("The panel", "Decides this itself", label, gap.row)
            elif not asked:
                names = " or ".join(kinds.get(kind, kind) for kind in types[:3])
                add(names, "None of them was asked", label, gap.row)
    return sorted(
        agencies.values(), key=lambda one: -sum(len(rows) for rows in one.missing.values())
    )


def _asked(year: ReturnYear, found: list[Gap]) -> dict[str, Any]:
    questions = ReturnQuestion.objects.filter(
        year=year.ends_in, case__reference__in=[gap.row for gap in found]
    ).select_related("case")
    return {question.case.reference: question for question in questions}
