"""A briefing as PDF, on one page."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from casereview import pdf
from casereview.rules.working_days import written
from learning.models import Briefing
from learning.papers import handed_over


def briefing_paper(briefing: Briefing, *, by, action: str = "download_briefing") -> bytes:
    """Return a briefing that was given out as PDF, put on record before it is handed over."""
    made = briefing.content or {}
    given = timezone.localdate(briefing.given_at)
    return handed_over(drawn(made, given), action, by, briefing)


def pages(made: dict[str, Any], on: date) -> int:
    """Return on how many pages a briefing would stand."""
    return len(pdf.pages_of(drawn(made, on)))


def drawn(made: dict[str, Any], on: date) -> bytes:
    """Return the paper; the same content and day give the same bytes."""
    footer = f"{made['panel']} – {made['theme']} – for: {made['audience'].lower()} – {written(on)}"
    return pdf.draw(
        _blocks(made, on), title=f"Briefing: {made['theme']}", footer=footer, number=False
    )


def _blocks(made: dict[str, Any], on: date) -> Iterable[pdf.Block]:
    yield pdf.Heading(made["theme"])
    yield pdf.Words(f"A briefing of {made['panel']}, {written(on)}")
    yield pdf.Heading("What this is about", 3)
    yield pdf.Words(made["about"])
    yield pdf.Heading("What was seen", 3)
    yield pdf.Words(made["seen"])
    figures = made["figures"]
    if figures:
        yield pdf.Table(tuple(figures["columns"]), tuple(tuple(row) for row in figures["rows"]))
        yield pdf.Words(f"{figures['legend']} {made['small_numbers']}")
    yield pdf.Heading("What was learned", 3)
    yield pdf.Points(tuple(made["learned"]))
    yield pdf.Heading("What to do", 3)
    yield pdf.Points(tuple(made["todo"]))
    if made["more"]:
        yield pdf.Heading("Where to read more", 3)
        yield pdf.Points(tuple(made["more"]))
