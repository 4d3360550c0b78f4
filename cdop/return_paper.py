"""The annual return as PDF, to be read and signed before it is sent."""

from collections.abc import Iterable, Sequence
from typing import Any

from casereview import pdf
from cdop.return_layout import (
    OUTCOME_WORDS,
    Counted,
    Line,
    Table,
    deadline_words,
    groups_table,
    sections,
    status_words,
    year_words,
)
from cdop.rules.annual_return import OUTCOMES, TOTAL

LINE = "_" * 40
SHORT = {"M": "Modifiable", "N": "Not modif.", "I": "Not enough information", TOTAL: "Total"}


def return_paper(
    counted: Counted[Any], area: str, about: Sequence[tuple[str, str]], shown, *, draft: bool
) -> bytes:
    """Draw a return; `about` are facts of it to print, `shown` writes a figure as a word."""
    title = f"Child death reviews: annual return (LSCB1), {counted.year.slug}"
    digest = dict(about).get("Digest", "")
    footer = f"{title}, {area}" + (f". Digest {digest[:16]}" if digest else "")
    return pdf.draw(
        _blocks(counted, title, area, about, shown, draft),
        title=title,
        footer=footer,
        watermark="Draft – not frozen" if draft else "",
    )


def _blocks(
    counted: Counted[Any],
    title: str,
    area: str,
    about: Sequence[tuple[str, str]],
    shown,
    draft: bool,
) -> Iterable[pdf.Block]:
    yield pdf.Heading(title)
    yield pdf.Words(status_words(counted.template))
    facts = [
        ("Area", area),
        ("Year", year_words(counted.year)),
        ("Template", f"{counted.template.name}, version {counted.template.version}"),
        ("Due", deadline_words(counted.template, counted.year)),
        *about,
    ]
    for label, text in facts:
        if text:
            yield pdf.Fact(label, text)
    for section in sections(counted):
        yield pdf.Heading(section.title, 2)
        if section.figures:
            yield pdf.Table(
                ("Question", "Figure"),
                tuple((_question(line), str(shown(line.total))) for line in section.figures),
            )
        for table in section.tables:
            yield from _table(counted, table, shown)
    yield from _table(counted, groups_table(counted), shown)
    yield pdf.Heading("Sign-off", 2)
    if draft:
        yield pdf.Words(
            "This is a draft. What is sent is frozen first, and signed on the frozen copy."
        )
    for label in ("Signed for the panel", "Name and office", "Day"):
        yield pdf.Fact(label, LINE)


def _question(line: Line[Any]) -> str:
    return f"{line.item} {line.label}"


def _table(counted: Counted[Any], table: Table[Any], shown) -> Iterable[pdf.Block]:
    yield pdf.Heading(f"{table.question} ({table.item})", 3)
    outcomes = (*OUTCOMES, TOTAL) if table.split else (TOTAL,)
    as_on_form = counted.template.as_on_form.get(table.item, {})
    rows = [
        (
            f"{as_on_form.get(line.code, line.code)} {line.label}",
            *(str(shown(line.counts[outcome])) for outcome in outcomes),
        )
        for line in table.lines
    ]
    sums = (OUTCOME_WORDS[TOTAL], *(str(shown(table.sums[outcome])) for outcome in outcomes))
    yield pdf.Table(("", *(SHORT[outcome] for outcome in outcomes)), (*rows, sums))
