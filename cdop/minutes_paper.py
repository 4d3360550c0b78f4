"""The minutes of a meeting as paper."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from casereview import pdf
from casereview.models import Meeting
from casereview.pdf import Block, Heading, Points, Words
from casereview.rules.working_days import written


def draw(
    meeting: Meeting,
    cases: Sequence[dict[str, Any]],
    *,
    text: str,
    marks: Sequence[str] = (),
    agreed_on: datetime.date | None,
    reader: str,
    copy: str,
    at: datetime.datetime,
) -> bytes:
    """Return the minutes as PDF with the reader's name on every page; `copy` is its number.

    `text` is the part about no one case, `marks` what was taken out of it for good.
    """
    title = f"Minutes of the panel meeting of {written(meeting.held_on)}"
    return pdf.draw(
        _blocks(cases, title, text, marks, agreed_on),
        title=title,
        footer=f"OFFICIAL-SENSITIVE – {title} – {reader}, copy {copy}",
        watermark=pdf.watermark_of(reader, at, copy),
    )


def _blocks(
    cases: Sequence[dict[str, Any]],
    title: str,
    text: str,
    marks: Sequence[str],
    agreed_on: datetime.date | None,
) -> Iterable[Block]:
    yield Heading(title)
    agreed = f"Agreed at the meeting of {written(agreed_on)}." if agreed_on else "Not yet agreed."
    yield Words(agreed)
    yield Points(tuple(marks))
    yield Words(text)
    for row in cases:
        item = row["item"]
        if "gone" in row:
            yield Heading(row["gone"], 2)
            yield Words(row["why"])
            continue
        yield Heading(item.case.reference, 2)
        yield Words(f"{item.get_outcome_display()}. Quorum: {row['quorum'].words}.")
        yield Words(item.note or "")
        yield Points(tuple(row["lines"]))
