"""Papers of the learning database: the signals, a quarter's review, a letter to a body."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from casereview import audit, pdf
from casereview.records import Record
from casereview.rules.working_days import written
from casereview.run_charts import RunChart
from learning.models import Notice, QuarterlyReview
from learning.notice_page import body_of
from learning.rules import duty as duty_rule
from learning.rules.quarters import Quarter
from learning.theme_page import run_chart

MOST_RUNS = 12  # themes with a flag or a priority that have a page in the paper


def handed_over(content: bytes, action: str, by, record: Record | None = None) -> bytes:
    """Put a paper on record with its digest, before it is handed over."""
    audit.append(
        action,
        actor=by,
        table=record._meta.db_table if record else "",
        key=record.pk if record else None,
        outcome=audit.DONE,
        detail={"digest": hashlib.sha256(content).hexdigest()},
    )
    return content


def signals_paper(about: dict[str, Any], *, by, on: date) -> bytes:
    """Return the signals as PDF, with the pictures of the page."""
    compared = about["compared"]
    blocks: list[pdf.Block] = [
        pdf.Heading("Which themes are seen more often"),
        pdf.Words(
            f"As at {written(on)}. The last four closed quarters, {compared.window.first} to "
            f"{compared.window.last}, against "
            + (
                f"{compared.reference.first} to {compared.reference.last}."
                if compared.reference.quarters
                else "nothing: there is no earlier learning."
            )
        ),
        pdf.Words(about["false_alarms"]),
        pdf.Heading("Flags", 2),
        *(
            pdf.Fact(f"{one.theme.name}: {one.label}", one.sentence)
            for one in (*about["flags"], *about["closed"])
        ),
    ]
    if not about["flags"] and not about["closed"]:
        blocks.append(pdf.Words("No theme has a flag."))
    blocks += [pdf.NewPage(), pdf.Heading(about["heat"].title, 2), pdf.Picture(about["heat"])]
    if about["multiples"]:
        blocks += [
            pdf.NewPage(),
            pdf.Heading(about["multiples"].title, 2),
            pdf.Words(about["multiples"].description),
            pdf.Picture(about["multiples"]),
        ]
    shown = [one for one in about["rows"] if one.stands or one.priority]
    for one in shown[:MOST_RUNS]:
        blocks += _run(run_chart(one.theme, compared, one.signal))
    footer = f"OFFICIAL-SENSITIVE – exported by {by.name}, {written(on)}"
    content = pdf.draw(blocks, title="Which themes are seen more often", footer=footer)
    return handed_over(content, "export_signals", by)


def _run(chart: RunChart) -> list[pdf.Block]:
    """Return a theme's run chart on a page of its own, and its figures as a table below it."""
    rows = zip(chart.labels, (str(value) for value in chart.values), strict=True)
    return [
        pdf.NewPage(),
        pdf.Heading(chart.title, 2),
        pdf.Words(chart.description),
        pdf.Picture(chart),
        pdf.Table(chart.columns, tuple(rows)),
    ]


def quarter_paper(
    review: QuarterlyReview,
    sections: Iterable[dict[str, Any]],
    decisions: Iterable[dict[str, Any]],
    notices: Iterable[Notice],
    *,
    by,
    on: date,
) -> bytes:
    """Return a quarter's review as PDF: its papers as they were frozen, and what was decided."""
    quarter = Quarter.parse(review.quarter)
    title = f"Quarterly review {review.quarter}"
    blocks: list[pdf.Block] = [
        pdf.Heading(title),
        pdf.Words(f"{review.panel.name}, {quarter.in_words}."),
        pdf.Words(_signed(review)),
    ]
    for number, section in enumerate(sections, 1):
        blocks.append(pdf.Heading(f"{number}. {section['title']}", 2))
        blocks.append(pdf.Words(section["lead"]))
        blocks += [pdf.Fact(one["detail"], one["text"]) for one in section["items"]]
        if not section["items"]:
            blocks.append(pdf.Words(section["none"]))
    blocks.append(pdf.Heading("Decisions", 2))
    blocks += [
        pdf.Fact(f"{one['theme']}: {one['words']}", f"{one['why']}\n{one['would_be_seen']}")
        for one in decisions
    ]
    blocks.append(pdf.Heading("Who is told", 2))
    blocks += [pdf.Fact(body_of(one), one.text or "") for one in notices]
    footer = f"OFFICIAL-SENSITIVE – {title} – {by.name}, {written(on)}"
    content = pdf.draw(
        blocks, title=title, footer=footer, watermark="" if review.closed_at else "Draft"
    )
    return handed_over(content, "download_quarter", by, review)


def _signed(review: QuarterlyReview) -> str:
    if review.as_at is None:
        return "Not prepared yet."
    said = f"As at {written(review.as_at)}. "
    if review.closed_at is None or review.closed_by is None:
        return said + "Not signed yet: a draft."
    day = timezone.localdate(review.closed_at)
    return said + f"Signed by {review.closed_by.name} on {written(day)}."


def letter(notice: Notice, *, by, on: date) -> bytes:
    """Return what a body is told as a letter; nobody of a case is named in it."""
    blocks: list[pdf.Block] = [
        pdf.Heading(notice.panel.name, 2),
        pdf.Words(written(notice.sent_on or on)),
        pdf.Words(f"To: {body_of(notice)}"),
    ]
    if notice.theme:
        blocks.append(pdf.Heading(notice.theme.name, 2))
    blocks.append(pdf.Words(notice.text or ""))
    if notice.duty:
        blocks.append(
            pdf.Words(
                "You are told this because the child death review partners think that it would be "
                "appropriate for you to act (Children Act 2004, section 16M(5))."
            )
        )
    if notice.reply_due_on:
        blocks.append(
            pdf.Words(
                f"Please tell us by {written(notice.reply_due_on)} what you will do, or that you "
                "will do nothing."
            )
        )
    content = pdf.draw(blocks, title=f"Letter to {body_of(notice)}", footer=notice.panel.name)
    return handed_over(content, "download_notice", by, notice)


def duty_words(began_on: date | None, on: date) -> str:
    """Say that the duty to inform binds; empty where it does not."""
    if began_on is None or not duty_rule.applies(began_on, on):
        return ""
    return duty_rule.WORDS.format(day=f"{began_on.day} {began_on:%B %Y}")
