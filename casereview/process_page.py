"""What the page of other processes shows: each process, and the clock of the review."""

from datetime import date
from typing import Any

from casereview import registries
from casereview.actions.clocks import REVIEW
from casereview.case_page import clocks
from casereview.codes import code_list
from casereview.models import Case, ClockPause, ParallelProcess
from casereview.rules.due import due_words
from casereview.rules.paused_clock import Elapsed, Pause, elapsed

COLOURS = {
    ParallelProcess.Status.EXPECTED: "blue",
    ParallelProcess.Status.OPEN: "yellow",
    ParallelProcess.Status.ENDED: "grey",
    ParallelProcess.Status.NONE: "grey",
}


def page(case: Case, today: date) -> dict[str, Any]:
    """Return what the page shows, with a constant number of questions to the database."""
    codes = code_list("parallel_process")
    pauses = list(pauses_of(case))
    completed_on = next(filter(None, (tell(case) for tell in registries.completions)), None)
    return {
        "processes": [
            {
                "row": row,
                "label": code.label if (code := codes.get(row.kind)) else row.kind,
                "usually": code.extra.get("meanwhile", "") if code else "",
                "colour": COLOURS[ParallelProcess.Status(row.status)],
                "reply": due_words(row.reply_due_on, today) if not row.replied_on else "",
            }
            for row in case.parallel_processes.order_by("began_on", "id")
        ],
        "clocks": clocks(case, today),
        "pauses": pauses,
        "running_pause": next((each for each in pauses if each.until is None), None),
        "completed_on": completed_on,
        "time": time_taken(case, pauses, completed_on, today),
    }


def pauses_of(case: Case) -> Any:
    """Return the pauses of the review's clock, the first first, with who paused it."""
    return (
        ClockPause.objects.filter(case=case, clock__rule=REVIEW)
        .select_related("paused_by")
        .order_by("since", "id")
    )


def time_taken(case: Case, pauses: Any, completed_on: date | None, today: date) -> Elapsed | None:
    """Return the days from the death to the completed review, or to today; None is not known."""
    end = completed_on or today
    if case.died_on is None or end < case.died_on:
        return None
    return elapsed(case.died_on, end, [Pause(each.since, each.until) for each in pauses])
