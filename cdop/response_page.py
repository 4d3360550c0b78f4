"""What the page of the response shows: each phase, its day and how it stands."""

from datetime import date
from typing import Any

from casereview.case_page import CLOCK_COLOURS, CLOCK_TAGS
from casereview.models import Case
from casereview.rules.due import clock_words
from cdop import codes
from cdop.actions.notifying import notification_of
from cdop.actions.responding import TRIGGERS, edition, needed, phases_of
from cdop.models import PanelReview, ResponsePhase
from cdop.rules.rapid_response import Edition, Needed, phase_due

NEEDED = {
    Needed.YES: "The agencies respond together to this death.",
    Needed.NO: "No joint response is needed for this death.",
    Needed.NOT_KNOWN: "It is not known yet whether the agencies respond together.",
}


def page(case: Case, today: date) -> dict[str, Any]:
    """Return what the page shows, with a constant number of questions to the database."""
    rows = {row.phase: row for row in case.response_phases.select_related("recorded_by")}
    found = edition(case)
    triggers = rows.get(TRIGGERS)
    labels = dict(codes.joint_agency_triggers())
    answer = needed(case, notification_of(case), triggers)
    review = PanelReview.objects.filter(case=case).first()
    discussed = any(
        code.extra.get("drafts") and code.code in rows and rows[code.code].held_on
        for code in phases_of(case)
    )
    return {
        "today_edition": found is Edition.JOINT_AGENCY_RESPONSE,
        "dated": found is not None,
        "needed": NEEDED[answer],
        "is_needed": answer is Needed.YES,
        "triggers": triggers,
        "trigger_labels": [labels[each] for each in (triggers.triggers if triggers else [])],
        "phases": [
            _phase(case, code, rows.get(code.code), answer, today) for code in phases_of(case)
        ]
        if answer is not Needed.NO or len(rows) > 1
        else [],
        "may_draft": discussed
        and not (review and (review.cause_of_death and review.summary))
        and (review is None or review.state != PanelReview.State.COMPLETED),
    }


def _phase(
    case: Case, code: Any, row: ResponsePhase | None, answer: Needed, today: date
) -> dict[str, Any]:
    due = phase_due(case.died_on, code.extra) if case.died_on else None
    held_on = row.held_on if row else None
    shown: dict[str, Any] = {"code": code, "row": row, "tag": "", "words": "", "worked_out": ""}
    if due is not None and (held_on or answer is Needed.YES):
        state, words = clock_words(due.on, held_on, None, today)
        shown |= {"tag": CLOCK_TAGS[state], "colour": CLOCK_COLOURS[state], "words": words}
        shown["worked_out"] = due.worked_out
    responders = dict(codes.responders())
    shown["attended"] = [
        responders.get(each, each) for each in ((row.attended or {}) if row else {})
    ]
    return shown
