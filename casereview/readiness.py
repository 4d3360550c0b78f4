"""Whether a case is ready for a panel meeting: what is still missing, in words."""

import uuid
from collections import Counter
from collections.abc import Iterable

from casereview import registries
from casereview.models import AgencyRequest, Case, ParallelProcess

OUTSTANDING = (AgencyRequest.State.ASKED, AgencyRequest.State.STARTED)


def missing(cases: Iterable[Case]) -> dict[uuid.UUID, list[str]]:
    """Return what is missing of each case by its key; a case that is ready has an empty list."""
    cases = list(cases)
    found: dict[uuid.UUID, list[str]] = {case.pk: [] for case in cases}
    for gather in registries.readiness:
        for key, words in gather(cases).items():
            found[key] += words
    return found


def reports_and_holds(cases: list[Case]) -> dict[uuid.UUID, list[str]]:
    """Return the reports that are outstanding and the processes that ask the panel to wait."""
    keys = [case.pk for case in cases]
    found: dict[uuid.UUID, list[str]] = {}
    waiting = Counter(
        AgencyRequest.objects.filter(case__in=keys, state__in=OUTSTANDING).values_list(
            "case", flat=True
        )
    )
    for key, count in waiting.items():
        words = "1 agency report is" if count == 1 else f"{count} agency reports are"
        found.setdefault(key, []).append(f"{words} outstanding")
    held = ParallelProcess.objects.filter(
        case__in=keys,
        hold_review=True,
        status__in=[ParallelProcess.Status.EXPECTED, ParallelProcess.Status.OPEN],
    )
    for key in dict.fromkeys(held.order_by("case").values_list("case", flat=True)):
        found.setdefault(key, []).append("Another process asks the panel to wait")
    return found
