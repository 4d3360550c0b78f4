"""A version of an annual report as PDF, as it was given; put on record before it is handed over."""

from collections.abc import Iterable

from django.utils import timezone

from casereview import pdf
from casereview.records import Record
from casereview.rules.working_days import written
from learning.models import ReportVersion
from learning.papers import handed_over
from learning.report_figures import chart_of

SMALL = 4  # lines; below it a picture says no more than its table


def version_paper(version: ReportVersion, *, by) -> bytes:
    """Return a version that was given out as PDF."""
    made = version.content or {}
    title = f"{made['title']} {made['year']}"
    given = written(timezone.localdate(version.given_at))
    footer = f"{made['panel']} – {title} – {version.get_audience_display()} – {given}"
    content = pdf.draw(_blocks(made, version), title=title, footer=footer)
    record: Record = version
    return handed_over(content, "download_report", by, record)


def _blocks(made: dict, version: ReportVersion) -> Iterable[pdf.Block]:
    yield pdf.Heading(f"{made['title']} {made['year']}")
    yield pdf.Words(f"{made['panel']}: {', '.join(made['boards'])}.")
    agreed = version.report.agreed_at
    if agreed:
        yield pdf.Words(f"Agreed by the panel’s chair on {written(timezone.localdate(agreed))}.")
    for number, section in enumerate(made["sections"], 1):
        yield pdf.Heading(f"{number}. {section['title']}", 2)
        if section["text"]:
            yield pdf.Words(section["text"])
        for one in section["facts"]:
            yield pdf.Fact(one["label"], one["text"], tuple(one["points"]))
        for table in section["tables"]:
            yield pdf.Heading(table["title"], 3)
            if not table["bars"]:
                yield pdf.Words("None.")
                continue
            yield pdf.Table(tuple(table["columns"]), tuple(tuple(row) for row in table["rows"]))
            if len(table["bars"]) >= SMALL:
                yield pdf.Picture(chart_of(table))
    yield pdf.Heading("About the numbers", 2)
    yield pdf.Words(made["legend"])
    if made["small_numbers"]:
        yield pdf.Words(made["small_numbers"])
