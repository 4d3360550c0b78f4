"""Forms A, B and C on paper for the file: every field in the form's order, stamped for a reader."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from casereview import pdf
from casereview.codelists import CodeList
from casereview.rules.working_days import written
from cdop.rules.form_papers import CONFIRMED, MEANING, NOT_RECORDED, Line, Part

RECONSTRUCTED = (
    "Reconstructed. The order and wording of this paper were put together from the sources named; "
    "it is not the form that was prescribed. What is marked “reconstructed” was read in no source."
)
AS_READ = "Confirmed: the form was read in the source named."


@dataclass(frozen=True)
class FormPaper:
    """One form of one case with what it asks and what is recorded."""

    name: str
    reference: str
    version: str
    source: str
    status: str
    state: str
    parts: tuple[Part, ...]


def of_list(
    found: CodeList,
    *,
    name: str,
    reference: str,
    state: str,
    parts: Iterable[Part],
    title: str = "",
) -> FormPaper:
    """Return a form whose fields are a dated list; its version, source and status are the list's.

    `title` names the version in words of its own, as where the list holds several forms.
    """
    since = datetime.date.fromisoformat(found.version)
    source = f"{found.source} ({found.url})" if found.url else found.source
    return FormPaper(
        name=name,
        reference=reference,
        version=f"{title or found.title}, version of {since:%-d %B %Y}",
        source=source,
        status=found.status,
        state=state,
        parts=tuple(parts),
    )


def draw(paper: FormPaper, *, reader: str, copy: str, at: datetime.datetime) -> bytes:
    """Return a form as PDF with the reader, the time and the number of the copy on every page.

    What a file tells of itself, its title, holds no name.
    """
    title = f"{paper.name} – {paper.reference}"
    return pdf.draw(
        _blocks(paper, title, reader, copy, at),
        title=title,
        footer=f"OFFICIAL-SENSITIVE – {title} – {reader}, copy {copy}",
        watermark=pdf.watermark_of(reader, at, copy),
    )


def _blocks(
    paper: FormPaper, title: str, reader: str, copy: str, at: datetime.datetime
) -> Iterable[pdf.Block]:
    taken = timezone.localtime(at)
    yield pdf.Heading(title)
    yield pdf.Fact("State", paper.state)
    yield pdf.Fact("Form", paper.version)
    yield pdf.Fact("Source of the form", paper.source)
    yield pdf.Fact("How sure it is", AS_READ if paper.status == CONFIRMED else RECONSTRUCTED)
    yield pdf.Fact("Where there is no answer", MEANING)
    yield pdf.Fact(
        "This copy", f"{copy}, taken by {reader} on {written(taken.date())} at {taken:%H:%M}"
    )
    for part in paper.parts:
        yield pdf.Heading(part.title, 2)
        for line in part.lines:
            yield pdf.Fact(line.heading, _said(line), line.points)


def _said(line: Line) -> str:
    return line.text if line.text.strip() or line.points else NOT_RECORDED
