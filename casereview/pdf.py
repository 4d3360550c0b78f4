"""Papers as PDF: one plain layout, with footer and watermark, closed with AES-256.

Text of people goes through `esc` before it is drawn: the library reads a small language in which
a text could ask for a picture, a file or an address.
"""

import datetime
import io
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from django.utils import timezone

from casereview import branding
from casereview.charts import Chart, svg_for_pdf

FONT, BOLD = "Vera", "VeraBd"
# Millimetres.
MARGIN, FOOT, HEAD = 20, 10, 12
# How much smaller the letters of a table may be, so that its words fit; points beside each cell.
_LETTERS, _PADDING, _NO_WORD = (1.0, 0.9, 0.8, 0.7), 12.5, 30
_INSTEAD = str.maketrans({"\t": " ", "\r": "\n", "\u2028": "\n", "\u2029": "\n"})


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 begins a part, level 3 is the smallest."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Words:
    """A paragraph; its line ends are kept."""

    text: str


@dataclass(frozen=True)
class Fact:
    """What something is called, and what is recorded of it."""

    label: str
    text: str = ""
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Points:
    """A list of lines, each with a bullet."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class NewPage:
    """What follows begins on a new page."""


@dataclass(frozen=True)
class Picture:
    """A chart, drawn as on its page, on the width of the paper."""

    chart: Chart


@dataclass(frozen=True)
class Table:
    """Rows of short texts under their headings; the first column is the widest."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Words | Fact | Points | NewPage | Picture | Table


def esc(text: str) -> str:
    """Return a text that is drawn as it stands: no mark-up, no control characters.

    A letter that the typeface lacks is drawn without its accent, or as a question mark.
    """
    kept = "".join(_drawable(letter) for letter in str(text).translate(_INSTEAD))
    return escape(kept, {'"': "&quot;", "'": "&#39;"})


def draw(
    blocks: Iterable[Block], *, title: str, footer: str, watermark: str = "", number: bool = True
) -> bytes:
    """Return a PDF of some blocks, on A4; every page has the footer, the number and the watermark.

    At its head stands what the installation calls itself, in its colour. The same blocks, footer
    and watermark give the same bytes.
    """
    reportlab = _library()
    out = io.BytesIO()
    size = reportlab.pagesizes.A4
    margin = MARGIN * reportlab.mm

    name, colour = _plainly(branding.name()), branding.colour() or branding.HOUSE_COLOUR

    def furniture(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFillColor(reportlab.HexColor(colour))
        canvas.rect(0, size[1] - 3 * reportlab.mm, size[0], 3 * reportlab.mm, stroke=0, fill=1)
        canvas.setFont(BOLD, 8)
        canvas.drawString(margin, size[1] - HEAD * reportlab.mm, name)
        if watermark:
            _across(canvas, size, _plainly(watermark))
        canvas.setFont(FONT, 7.5)
        canvas.setFillGray(0.3)
        page = f"Page {document.page}" if number else ""
        room = size[0] - 2 * margin - (canvas.stringWidth(page + "XX", FONT, 7.5) if page else 0)
        lines = _footer_lines(footer, room)
        for above, words in zip(range(len(lines) - 1, -1, -1), lines, strict=True):
            canvas.drawString(margin, FOOT * reportlab.mm + above * 9, words)
        canvas.drawRightString(size[0] - margin, FOOT * reportlab.mm, page)
        canvas.restoreState()

    document = reportlab.SimpleDocTemplate(
        out,
        pagesize=size,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=margin,
        bottomMargin=margin,
        title=_plainly(title),
        author="",
        invariant=1,
    )
    story = [flowable for block in blocks for flowable in _flowables(block)]
    document.build(story or [reportlab.Spacer(1, 1)], onFirstPage=furniture, onLaterPages=furniture)
    return out.getvalue()


def _footer_lines(text: str, room: float) -> list[str]:
    """Return a footer in lines that fit beside the page's number: two, and no more."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines = [""]
    for word in _plainly(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, FONT, 7.5) <= room:
            lines[-1] = longer
        elif len(lines) == 2:
            return [lines[0], f"{lines[1]} …"]
        else:
            lines.append(word[:100])
    return lines


def close(data: bytes, *, password: str) -> bytes:
    """Return a PDF that only the password opens (AES-256, revision 6)."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(
        user_password=password,
        owner_password=secrets.token_urlsafe(32),
        algorithm="AES-256",
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pages_of(data: bytes, *, password: str = "") -> list[str]:
    """Return the text of each page, as somebody who copies it from the file would get it."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data), password=password or None)
    return [page.extract_text() for page in reader.pages]


def watermark_of(name: str, at: datetime.datetime, number: str) -> str:
    """Return what stands across each page: the reader, the time and the number of this copy."""
    return f"{name} – {timezone.localtime(at):%d.%m.%Y %H:%M} – {number}"


@dataclass(frozen=True)
class _Library:
    """The parts of the library that are used; it is loaded with the first paper."""

    SimpleDocTemplate: Any
    Paragraph: Any
    PageBreak: Any
    Spacer: Any
    pagesizes: Any
    mm: float
    styles: dict[str, Any]
    glyphs: dict[int, Any]
    HexColor: Any

    def sized(self, style: str, letters: float) -> Any:
        """Return a style with its letters that much smaller."""
        found = self.styles[style]
        if letters == 1:
            return found
        size = found.fontSize * letters
        return found.clone(f"{style} {letters}", fontSize=size, leading=size * 1.4)


@lru_cache(maxsize=1)
def _library() -> _Library:
    from reportlab import rl_config
    from reportlab.lib import pagesizes
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

    # Nothing is ever fetched for a paper, from a file or from elsewhere.
    rl_config.trustedHosts = []
    rl_config.trustedSchemes = []
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)

    def style(name: str, size: float, **more: Any) -> Any:
        return ParagraphStyle(name, fontName=FONT, fontSize=size, leading=size * 1.4, **more)

    styles = {
        "1": style("1", 16, spaceBefore=6, spaceAfter=8, keepWithNext=1),
        "2": style("2", 12, spaceBefore=10, spaceAfter=4, keepWithNext=1),
        "3": style("3", 10, spaceBefore=6, spaceAfter=2, keepWithNext=1),
        "label": style("label", 9, spaceBefore=4, keepWithNext=1, textColor="#444444"),
        "words": style("words", 9.5, spaceAfter=4),
        "point": style("point", 9.5, leftIndent=12, bulletIndent=2, spaceAfter=1),
    }
    for name in ("1", "2", "3"):
        styles[name].fontName = BOLD
    glyphs = pdfmetrics.getFont(FONT).face.charToGlyph
    return _Library(
        SimpleDocTemplate, Paragraph, PageBreak, Spacer, pagesizes, mm, styles, glyphs, HexColor
    )


def _flowables(block: Block) -> Sequence[Any]:
    library = _library()

    def paragraph(text: str, style: str) -> Any:
        lines = esc(text).strip("\n").replace("\n", "<br/>")
        bullet = "•" if style == "point" else None
        return library.Paragraph(lines, library.styles[style], bulletText=bullet)

    match block:
        case NewPage():
            return [library.PageBreak()]
        case Picture(chart):
            return [_picture(chart), library.Spacer(1, 6)]
        case Table(columns, rows):
            return [_table(columns, rows)]
        case Heading(text, level):
            return [paragraph(text, str(min(max(level, 1), 3)))]
        case Words(text):
            return [paragraph(text, "words")] if text.strip() else []
        case Points(lines):
            return [paragraph(line, "point") for line in lines]
        case Fact(label, text, points):
            shown = [paragraph(label, "label")]
            shown += [paragraph(text, "words")] if text.strip() else []
            return shown + [paragraph(line, "point") for line in points]


def _picture(chart: Chart) -> Any:
    """Return the chart's own drawing, no wider and no higher than a page holds."""
    from svglib.svglib import svg2rlg

    library = _library()
    drawing: Any = svg2rlg(io.BytesIO(svg_for_pdf(chart).encode()))
    width, height = library.pagesizes.A4
    wide, high = width - 2 * MARGIN * library.mm - 12, height - 2 * MARGIN * library.mm - 60
    scale = min(wide / drawing.width, high / drawing.height, 0.8)
    drawing.width, drawing.height = drawing.width * scale, drawing.height * scale
    drawing.scale(scale, scale)
    return drawing


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    """Return a grid whose columns are as wide as their longest word, in letters that let them be.

    Only where a word is wider than a column at the smallest letters it breaks.
    """
    from reportlab.platypus import Table as Grid

    library = _library()
    whole = library.pagesizes.A4[0] - 2 * MARGIN * library.mm - 12
    widths, letters = next(
        (
            (found, letters)
            for letters in _LETTERS
            if (found := _widths(columns, rows, whole, letters)) is not None
        ),
        (_shares(len(columns), whole), _LETTERS[-1]),
    )

    def cell(text: str, style: str) -> Any:
        lines = esc(text).strip("\n").replace("\n", "<br/>")
        return library.Paragraph(lines, library.sized(style, letters))

    cells = [[cell(one, "label") for one in columns]]
    cells += [[cell(one, "words") for one in row] for row in rows]
    lines = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.5, "#858686")]
    return Grid(cells, colWidths=widths, repeatRows=1, style=lines)


def _shares(columns: int, whole: float) -> list[float]:
    share = whole / (columns + 1)
    return [2 * share, *[share] * (columns - 1)]


def _widths(
    columns: Sequence[str], rows: Sequence[Sequence[str]], whole: float, letters: float
) -> list[float] | None:
    """Return the widths of the columns in which no word breaks; None where they do not fit.

    Each has its share where that is enough; the others take what they need from those that have
    more than they need.
    """
    shares = _shares(len(columns), whole)
    need = [
        max(
            _longest(columns[place], "label", letters),
            *(_longest(row[place], "words", letters) for row in rows if place < len(row)),
            0.0,
        )
        + _PADDING
        for place in range(len(columns))
    ]
    over = sum(max(0.0, least - share) for least, share in zip(need, shares, strict=True))
    if not over:
        return shares
    spare = [max(0.0, share - least) for least, share in zip(need, shares, strict=True)]
    if over > sum(spare):
        return None
    return [
        least if least > share else share - over * free / sum(spare)
        for least, share, free in zip(need, shares, spare, strict=True)
    ]


def _longest(text: str, style: str, letters: float) -> float:
    """Return the width of the longest word of a text; one that is no word breaks anyhow."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    size = _library().styles[style].fontSize * letters
    words = [word for word in _plainly(text).split() if len(word) <= _NO_WORD]
    return max((stringWidth(word, FONT, size) for word in words), default=0.0)


def _across(canvas: Any, size: tuple[float, float], words: str) -> None:
    """Draw words from corner to corner, as large as they fit, under what is read."""
    width = canvas.stringWidth(words, BOLD, 1) or 1
    letter = min(30.0, 0.95 * (size[0] ** 2 + size[1] ** 2) ** 0.5 / width)
    canvas.saveState()
    canvas.translate(size[0] / 2, size[1] / 2)
    canvas.rotate(54)
    canvas.setFont(BOLD, letter)
    canvas.setFillGray(0.88)
    canvas.drawCentredString(0, 0, words)
    canvas.restoreState()


def _plainly(text: str) -> str:
    return "".join(_drawable(letter) for letter in " ".join(str(text).split()))


@lru_cache(maxsize=4096)
def _drawable(letter: str) -> str:
    if letter == "\n" or ord(letter) in _library().glyphs and letter.isprintable():
        return letter
    if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Mn", "Co", "Cn"):
        return ""
    base = "".join(
        one for one in unicodedata.normalize("NFKD", letter) if ord(one) in _library().glyphs
    )
    return base or "?"
