"""What agencies say they have learned or changed since a death, offered to the panel."""

from dataclasses import dataclass

from casereview.models import Case
from cdop.models import AgencyAnswer

LEARNED = "F08"  # the question of the agency's report


@dataclass(frozen=True)
class Learned:
    """What one agency says it has learned or changed."""

    key: str
    agency: str
    text: str


def learned_by_agencies(case: Case) -> list[Learned]:
    """Return what the reports that were handed in say, agency by agency; no empty text."""
    answers = (
        AgencyAnswer.objects.filter(case=case, question=LEARNED, handed_in_at__isnull=False)
        .select_related("agency")
        .order_by("agency__name", "pk")
    )
    return [
        Learned(str(one.pk), one.agency.name, one.text.strip())
        for one in answers
        if one.text and one.text.strip()
    ]
