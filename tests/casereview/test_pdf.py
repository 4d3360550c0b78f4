"""Papers as PDF: what is drawn can be read, what is closed stays closed, hostile text is inert."""

import io
import struct
import zlib

import pytest
from pypdf import PdfReader
from pypdf.errors import WrongPasswordError

from casereview import pdf
from tests.pdf_content import active_in


def made(*blocks, **facts):
    return pdf.draw(blocks, title="Paper", footer="Example panel", **facts)


def png(path):
    """Write a picture of one point, which a hostile text then asks for."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    content = zlib.compress(b"\0\xff\0\0")
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", content)
        + chunk(b"IEND", b"")
    )
    return path


def test_what_is_drawn_can_be_read_with_footer_number_and_watermark():
    data = made(
        pdf.Heading("Case"),
        pdf.Words("First line\nsecond line"),
        pdf.Fact("Cause", "Not known", ("one", "two")),
        pdf.NewPage(),
        pdf.Points(("Łukasz, ﬁve ½",)),
        watermark="A Reader – 1.1.2015 10:00",
    )

    pages = pdf.pages_of(data)

    assert len(pages) == 2
    for words in ("Case", "First line", "second line", "Cause", "Not known", "two"):
        assert words in pages[0]
    for page, number in zip(pages, ("Page 1", "Page 2"), strict=True):
        assert "Example panel" in page and number in page and "A Reader" in page


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src="{path}" width="100" height="100"/>',
        "<img src='file://{path}'/>",
        '<para><img src="{path}"/></para>',
        '<link href="file://{path}">press</link>',
        '<a href="http://127.0.0.1:9/x">press</a>',
        "<b>not closed",
        "&unknown; & < > \" ' ]]>",
        "<font name='{path}'>x</font>",
        "<seq/><onDraw name='x' label='y'/>",
        "<!ENTITY x SYSTEM 'file://{path}'>&x;",
        "\x00\x07\ud800\u202e text",
    ],
)
def test_hostile_text_is_drawn_as_it_stands_and_asks_for_nothing(tmp_path, hostile):
    path = png(tmp_path / "x.png")
    text = hostile.replace("{path}", str(path))

    data = made(
        pdf.Words(text), pdf.Fact(text, text, (text,)), pdf.Heading(text), watermark=text[:40]
    )

    reader = PdfReader(io.BytesIO(data))
    assert not [image for page in reader.pages for image in page.images]
    assert active_in(data) == set()
    assert b"/XObject" not in data.split(b"stream")[0]
    shown = "".join("".join(page.extract_text().split()) for page in reader.pages)
    if "img" in hostile:
        assert "<imgsrc=" in shown


def test_a_word_longer_than_a_page_and_a_text_of_many_pages_are_drawn():
    data = made(pdf.Words("x" * 20_000), pdf.Fact("Long", "word " * 20_000))

    assert len(pdf.pages_of(data)) > 10


def test_a_long_footer_stands_in_two_lines_beside_the_number():
    short = pdf.draw([pdf.Words("Text")], title="T", footer="Short")
    long = "Leicester, Leicestershire and Rutland Child Death Overview Panel – Annual report of "
    text = pdf.pages_of(pdf.draw([pdf.Words("Text")], title="T", footer=long * 2))[0]
    cut = pdf.pages_of(pdf.draw([pdf.Words("Text")], title="T", footer=long * 9))[0]

    assert "Short" in pdf.pages_of(short)[0]
    assert " ".join(text.split()).count(long.strip()) == 2
    assert "…" not in text and "…" in cut and "Page 1" in cut


@pytest.mark.parametrize("columns", [2, 5, 7, 9])
def test_no_word_of_a_heading_breaks(columns):
    names = ("Modifiable", "Unexpected", "Accommodation", "information", "Classification")
    heads = tuple(names[number % len(names)] for number in range(columns - 1))
    long = "A" * 90
    blocks = [pdf.Table(("Category of death", *heads), ((long, *("1,234" for _ in heads)),))]

    text = pdf.pages_of(pdf.draw(blocks, title="T", footer="F", number=False))[0]

    for name in set(heads):
        assert text.split().count(name) == heads.count(name)


def test_a_closed_paper_opens_with_its_password_only_and_holds_nothing_in_the_clear():
    closed = pdf.close(made(pdf.Words("Nobody reads this")), password="right")

    reader = PdfReader(io.BytesIO(closed))
    assert (reader._encryption.V, reader._encryption.R) == (5, 6)
    assert b"Nobody" not in closed
    with pytest.raises(WrongPasswordError):
        pdf.pages_of(closed, password="wrong")
    assert "Nobody reads this" in pdf.pages_of(closed, password="right")[0]


def test_the_same_paper_is_the_same_bytes():
    blocks = (pdf.Heading("Case"), pdf.Words("Text"))

    assert made(*blocks) == made(*blocks)


def test_letters_that_the_typeface_lacks_are_drawn_plainly():
    [page] = pdf.pages_of(made(pdf.Words("Żaneta śpi, Яна")))

    assert "Zaneta spi, ???" in page
