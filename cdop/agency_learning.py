"""What agencies say they have learned or changed since a death, offered to the panel."""

from dataclasses import dataclass

from django.db.models import QuerySet

from casereview import keys
from casereview.models import Agency, Case
from cdop.models import AgencyAnswer

LEARNED = "F08"  # the question of the agency's report


@dataclass(frozen=True)
class Learned:
    """What one agency says it has learned or changed."""

    key: str
    agency: str
    text: str
    case: Case


def learned_by_agencies(case: Case) -> list[Learned]:
    """Return what the reports that were handed in say, agency by agency; no empty text."""
    return _learned(AgencyAnswer.objects.filter(case=case).order_by("agency__name", "pk"))


def learned_by(agency: Agency, cases: QuerySet[Case]) -> list[Learned]:
    """Return what an agency's own reports on some cases say, the latest first; no empty text."""
    answers = AgencyAnswer.objects.filter(agency=agency, case__in=cases.values("pk"))
    return _learned(answers.order_by("-handed_in_at", "pk"))


def _learned(answers: QuerySet[AgencyAnswer]) -> list[Learned]:
    found = answers.filter(question=LEARNED, handed_in_at__isnull=False)
    rows = list(found.select_related("agency", "case", "case__reviewing_board"))
    keys.prefetch("case", [one.case_id for one in rows])
    return [
        Learned(str(one.pk), one.agency.name, one.text.strip(), one.case)
        for one in rows
        if one.text and one.text.strip()
    ]
