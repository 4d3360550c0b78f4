"""The progress and exception report on actions as PDF, put on record before it is handed over."""

import hashlib
from collections.abc import Iterable

from casereview import audit, pdf
from casereview.action_plan import Planned
from casereview.rules.working_days import written
from learning.action_report import ActionReport, Effect

NOTE = (
    "For the board and its business group. It names no child, family or case. Colours follow from "
    "days and evidence. That no death was seen after an action is not shown as its effect."
)


def action_paper(report: ActionReport, *, by) -> bytes:
    """Draw the report and put the export on record; call it before handing it over."""
    exported = f"Exported by {by.name}. As at {written(report.as_at)}"
    content = pdf.draw(
        _blocks(report), title=f"Actions, {report.quarter}", footer=exported, watermark=""
    )
    audit.append(
        "export_action_report",
        actor=by,
        outcome=audit.DONE,
        detail={
            "quarter": str(report.quarter),
            "exceptions": report.exceptions,
            "digest": hashlib.sha256(content).hexdigest(),
        },
    )
    return content


def _blocks(report: ActionReport) -> Iterable[pdf.Block]:
    yield pdf.Heading("Progress and exception report on actions")
    yield pdf.Words(f"{report.quarter.in_words}. {report.boards}. As at {written(report.as_at)}.")
    yield pdf.Words(NOTE)
    yield pdf.Fact(
        "How the actions stand",
        points=tuple(f"{label}: {number}" for _, label, number in report.counts),
    )
    yield pdf.Fact(
        f"Strength: {report.stronger} are stronger actions",
        points=tuple(f"{label}: {number}" for label, number in report.strength),
    )
    yield pdf.Heading("Exceptions", 2)
    for title, rows in (
        ("Red", report.red),
        ("Amber", report.amber),
        ("Evidence that was not enough", report.refused),
    ):
        yield from _rows(title, rows)
    yield from _effects("Effect reviews due", report.effects_due)
    yield pdf.Heading("Progress", 2)
    for title, rows in (
        ("On track", report.on_track),
        ("Not begun", report.not_begun),
        ("Done, with accepted evidence", report.done),
    ):
        yield from _rows(title, rows)
    yield from _effects("Effects looked at in the quarter", report.effects_made)


def _rows(title: str, rows: list[Planned]) -> Iterable[pdf.Block]:
    yield pdf.Heading(f"{title}: {len(rows)}", 3)
    for one in rows:
        due = f"due {written(one.action.due_on)}" if one.action.due_on else "no due day"
        agency = one.action.agency.name if one.action.agency else "no agency"
        yield pdf.Fact(
            one.action.text or "",
            f"{one.standing.why}. {agency}; {due}; {one.strength or 'strength not said'}; "
            f"{one.origin.label or 'a review'}",
        )


def _effects(title: str, effects: list[Effect]) -> Iterable[pdf.Block]:
    yield pdf.Heading(f"{title}: {len(effects)}", 3)
    for one in effects:
        words = (
            f"Looked at on {written(one.reviewed_on)}. Highest link that is evidenced: "
            f"{one.reached}"
            if one.reviewed_on
            else f"Due on {written(one.due_on)}"
        )
        yield pdf.Fact(one.row.action.text or "", words)
