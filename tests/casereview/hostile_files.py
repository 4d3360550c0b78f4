"""Files made to harm, and files that are not what they say: each must be refused.

Everything is made here, from nothing; no file is kept in the project.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

MEGABYTE = 1024 * 1024
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def types(main: str = DOCX) -> bytes:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'content-types"><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    ).encode()


def links(kind: str, target: str, mode: str = "External") -> bytes:
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/'
        f'2006/relationships"><Relationship Id="r1" Type="{RELATION}{kind}" Target="{target}" '
        f'TargetMode="{mode}"/></Relationships>'
    ).encode()


def office(
    parts: dict[str, bytes] | None = None,
    *,
    main: str = DOCX,
    body: bytes = b"<document>Words</document>",
    change: Callable[[zipfile.ZipInfo], None] = lambda entry: None,
) -> bytes:
    """Return a Word file with these parts beside its own; `change` alters each of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types(main))
        archive.writestr("word/document.xml", body)
        for name, content in (parts or {}).items():
            entry = zipfile.ZipInfo(name)
            entry.filename = name
            entry.compress_type = zipfile.ZIP_DEFLATED
            change(entry)
            archive.writestr(entry, content)
    return out.getvalue()


def plain_zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def deflated(megabytes: int) -> bytes:
    """Return so many megabytes of zeros, packed; the same packed megabyte again and again."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packing.compress(bytes(MEGABYTE)) + packing.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + b"\x03\x00"


def zeros(megabytes: int) -> bytes:
    """Return so many megabytes of zeros as a zlib stream."""
    check = 1
    for _ in range(megabytes):
        check = zlib.adler32(bytes(MEGABYTE), check)
    return b"\x78\x9c" + deflated(megabytes) + struct.pack(">I", check)


def bomb(megabytes: int, parts: int = 1) -> bytes:
    """Return a Word file whose parts unpack into so many megabytes each."""
    content = office()
    end = content.rfind(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HII", content, end + 10)
    files, directory = bytearray(content[:start]), bytearray(content[start : start + size])
    packed, check = deflated(megabytes), 0
    for _ in range(megabytes):
        check = zlib.crc32(bytes(MEGABYTE), check)
    for number in range(parts):
        name = f"word/part{number}.xml".encode()
        words = struct.pack(
            "<HHHHHIIIHH", 20, 0, 8, 0, 33, check, len(packed), megabytes * MEGABYTE, len(name), 0
        )
        directory += b"PK\x01\x02\x14\x00" + words
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(files)) + name
        files += b"PK\x03\x04" + words + name + packed
    ending = struct.pack(
        "<4sHHHHIIH",
        b"PK\x05\x06",
        0,
        0,
        count + parts,
        count + parts,
        len(directory),
        len(files),
        0,
    )
    return bytes(files + directory + ending)


def overlapping() -> bytes:
    """A directory whose many lines point at the same packed bytes."""
    content = office({"word/a.xml": b"A" * 5000})
    end = content.rfind(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HII", content, end + 10)
    directory = content[start : start + size]
    last = directory[directory.rfind(b"PK\x01\x02") :]
    lines = b"".join(last.replace(b"word/a.xml", f"word/{n:01x}.xml".encode()) for n in range(10))
    ending = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, count + 10, count + 10, size + len(lines), start, 0
    )
    return content[:start] + directory + lines + ending


def lying_size(declared: int) -> bytes:
    """A part whose length in the directory and its own header is not its length."""
    content = bytearray(office({"word/long.xml": b"x" * 100_000}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.rfind(b"word/long.xml")
        if mark == b"PK\x03\x04":
            place = content.find(b"word/long.xml")
        head = content.rfind(mark, 0, place)
        struct.pack_into("<I", content, head + at, declared)
    return bytes(content)


def flagged_as_locked() -> bytes:
    content = bytearray(office({"word/locked.xml": b"x"}))
    head = content.rfind(b"PK\x01\x02")
    content[head + 8] |= 1
    return bytes(content)


def as_link(entry: zipfile.ZipInfo) -> None:
    entry.external_attr = 0o120777 << 16


def as_device(entry: zipfile.ZipInfo) -> None:
    entry.external_attr = 0o020666 << 16


def packed_by(method: int) -> Callable[[zipfile.ZipInfo], None]:
    def change(entry: zipfile.ZipInfo) -> None:
        entry.compress_type = method

    return change


def pdf(*objects: bytes, catalog: bytes = b"", trailer: bytes = b"", kids: int = 1) -> bytes:
    """Return a PDF of one page with these objects, numbered from 4, beside its own."""
    pages = b" ".join([b"3 0 R"] * kids)
    every = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [" + pages + b"] /Count %d >>" % kids,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        *objects,
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(every, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(every) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R " % (len(every) + 1) + trailer
    return bytes(out + b" >>\nstartxref\n%d\n%%%%EOF\n" % start)


def stream(data: bytes, words: bytes = b"/Filter /FlateDecode") -> bytes:
    return b"<< /Length %d " % len(data) + words + b" >>\nstream\n" + data + b"\nendstream"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int = 4, height: int = 4, *, data: bytes | None = None, extra: bytes = b"") -> bytes:
    """Return a grey picture; `data` is what it is packed from."""
    rows = data if data is not None else bytes((width + 1) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + extra
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def jpeg(width: int = 8, height: int = 8, *, extra: bytes = b"") -> bytes:
    """Return the marks of a grey picture; nothing here draws it."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8"
        + extra
        + b"\xff\xc0\x00\x0b"
        + frame
        + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
        + b"\x12\x34\xff\x00\x56"
        + b"\xff\xd9"
    )


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def good() -> dict[str, tuple[str, bytes]]:
    """Return files that are taken: the hostile ones differ from these in one thing each."""
    return {
        "a Word file": ("docx", office()),
        "an Excel file": ("xlsx", office(main=XLSX)),
        "a Word file with a link to click": (
            "docx",
            office({"word/_rels/document.xml.rels": links("hyperlink", "https://example.org/")}),
        ),
        "a PDF": ("pdf", pdf()),
        "a PDF with packed words": ("pdf", pdf(stream(zlib.compress(b"BT (Words) Tj ET" * 500)))),
        "a PNG": ("png", png()),
        "a JPEG": ("jpg", jpeg()),
        "a JPEG by its long ending": ("jpeg", jpeg()),
        "words": ("txt", "Ada’s health visitor called.\r\n\r\n\tAll was well.\n".encode()),
        "words of an old machine": ("txt", "Ada’s £5".encode("cp1252")),
    }


def hostile() -> Iterator[tuple[str, str, bytes]]:
    """Return each hostile file: what it is, the ending of its name, and its bytes."""
    yield from _not_what_they_say()
    yield from _archives()
    yield from _pdfs()
    yield from _pictures()


def _not_what_they_say() -> Iterator[tuple[str, str, bytes]]:
    yield "an empty file", "txt", b""
    yield "a program called a PDF", "pdf", b"MZ\x90\x00" + bytes(400)
    yield "a program called text", "txt", b"MZ harmless words that go on\n"
    yield "a Linux program called text", "txt", b"\x7fELF words"
    yield "a page called text", "txt", b"  <!DOCTYPE html><script>alert(1)</script>"
    yield "a page behind a byte order mark", "txt", b"\xef\xbb\xbf<html><body>hello"
    yield "a drawing with a script, called text", "txt", b"<svg onload='alert(1)'/>"
    yield "XML called text", "txt", b"<?xml version='1.0'?><a/>"
    yield "rich text called text", "txt", b"{\\rtf1\\ansi hello}"
    yield "a shell script called text", "txt", b"#!/bin/sh\nrm -r /\n"
    yield "a web archive called text", "txt", b"MIME-Version: 1.0\nContent-Type: text/html\n"
    yield "PostScript called text", "txt", b"%!PS-Adobe-3.0\n"
    yield "text with a NUL", "txt", b"words\x00words"
    yield "text with terminal codes", "txt", b"words \x1b[2J words"
    yield "text in an encoding of two bytes", "txt", "words".encode("utf-16")
    yield "random bytes called text", "txt", bytes(range(256)) * 4
    yield "text called a PDF", "pdf", b"only words"
    yield "a PDF called a picture", "png", pdf()
    yield "a picture called a PDF", "pdf", png()
    yield "a Word file called Excel", "xlsx", office()
    yield "a file with no ending", "", b"only words"
    yield "an old Word file", "docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    yield "a GIF", "png", b"GIF89a" + bytes(40)
    yield "a RAR archive", "docx", b"Rar!\x1a\x07\x00" + bytes(40)
    yield "a gzip bomb", "txt", b"\x1f\x8b\x08\x00" + bytes(40)
    yield "one byte too many", "txt", b"a" * (25 * 1024 * 1024 + 1)


def _archives() -> Iterator[tuple[str, str, bytes]]:
    yield "an archive that is no office file", "docx", plain_zip({"notes.xml": b"<a/>"})
    yield "a Java archive", "docx", plain_zip({"META-INF/MANIFEST.MF": b"x", "A.class": b"x"})
    yield "an office file of neither kind", "docx", office(main="application/x-slides+xml")
    yield "a bomb of 190 MB in one part", "docx", bomb(190)
    yield "a bomb of 260 MB in one part", "docx", bomb(260)
    yield "many parts too large together", "docx", bomb(4, parts=60)
    yield "too many parts", "docx", office({f"word/p{n}.xml": b"" for n in range(2_100)})
    yield "parts that share their bytes", "docx", overlapping()
    yield "a part longer than it says", "docx", lying_size(10)
    yield "a part shorter than it says", "docx", lying_size(900_000)
    yield "a part that says it is 4 GB", "docx", lying_size(2**32 - 2)
    yield "a part above its folder", "docx", office({"word/../../etc/passwd.xml": b"x"})
    yield "a part at the root", "docx", office({"/etc/cron.d/job.xml": b"x"})
    yield "a part on a drive", "docx", office({"C:/windows/a.xml": b"x"})
    yield "a part with a backslash", "docx", office({"..\\..\\a.xml": b"x"})
    yield "a part with a line end in its name", "docx", office({"word/a\nb.xml": b"x"})
    yield "a link instead of a part", "docx", office({"word/a.xml": b"/etc/shadow"}, change=as_link)
    yield "a device instead of a part", "docx", office({"word/a.xml": b""}, change=as_device)
    yield "macros", "docx", office({"word/vbaProject.bin": b"x"})
    yield "macros with another name", "docx", office(main=MACRO)
    yield "old Excel macros", "xlsx", office({"xl/macrosheets/sheet1.xml": b"<a/>"}, main=XLSX)
    yield "an embedded object", "docx", office({"word/embeddings/oleObject1.bin": b"x"})
    yield "an embedded workbook", "docx", office({"word/embeddings/book.xlsx": office(main=XLSX)})
    yield "an ActiveX control", "docx", office({"word/activeX/activeX1.xml": b"<a/>"})
    yield "a program in it", "docx", office({"word/media/setup.exe": b"MZ"})
    yield "an archive in it", "docx", office({"word/media/more.zip": plain_zip({"a": b"a"})})
    template = {"word/_rels/settings.xml.rels": links("attachedTemplate", "http://example.org/t")}
    yield "a template from elsewhere", "docx", office(template)
    picture = {"word/_rels/document.xml.rels": links("image", "\\\\example.org\\share\\a.png")}
    yield "a picture from elsewhere", "docx", office(picture)
    frame = {"word/_rels/document.xml.rels": links("frame", "https://example.org/")}
    yield "a frame from elsewhere", "docx", office(frame)
    data = {"xl/_rels/workbook.xml.rels": links("externalLink", "file:///etc/passwd")}
    yield "data from elsewhere", "xlsx", office(data, main=XLSX)
    inside = {"word/_rels/document.xml.rels": links("oleObject", "media/a.png", "Internal")}
    yield "an object under another name", "docx", office(inside)
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>'
    yield "XML that repeats itself", "docx", office({"word/styles.xml": laughs})
    outside = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
    yield "XML that reads a file", "docx", office({"word/styles.xml": outside})
    late = b" " * (256 * 1024 - 5) + b"<!DOCTYPE x><x/>"
    yield "XML that begins late", "docx", office({"word/styles.xml": late})
    wide = b"\xff\xfe" + "<!DOCTYPE x><x/>".encode("utf-16-le")
    yield "XML of two bytes", "docx", office({"word/styles.xml": wide})
    yield "relations that are no XML", "docx", office({"word/_rels/a.xml.rels": b"<a"})
    yield "a locked part", "docx", flagged_as_locked()
    yield "a part packed with bzip2", "docx", office({"w/a.xml": b"a"}, change=packed_by(12))
    yield "a part packed with LZMA", "docx", office({"w/a.xml": b"a"}, change=packed_by(14))
    yield "a program in front of it", "docx", b"MZ" + office()
    yield "a script behind it", "docx", office() + b"<script>alert(1)</script>"
    whole = office({"word/a.xml": bytes(range(1, 200)) * 40})
    yield "half of it", "docx", whole[: len(whole) // 2]
    damaged = bytearray(office({"word/a.xml": bytes(range(256)) * 40}))
    damaged[600] ^= 0xFF
    yield "a part with a wrong checksum", "docx", bytes(damaged)


def _pdfs() -> Iterator[tuple[str, str, bytes]]:
    script = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    yield "a PDF with a script", "pdf", pdf(script, catalog=b"/OpenAction 4 0 R")
    yield "a PDF with a script that nothing points to", "pdf", pdf(script)
    hidden = b"<< /S /J#61vaScript /J#53 (x) >>"
    yield "a PDF with a script spelt otherwise", "pdf", pdf(hidden, catalog=b"/OpenAction 4 0 R")
    apart = (b"<< /S 5 0 R /Next [] >>", b"/JavaScript")
    yield "a PDF whose script is named apart", "pdf", pdf(*apart, catalog=b"/OpenAction 4 0 R")
    launch = b"<< /S /Launch /F (cmd.exe) >>"
    yield "a PDF that starts a program", "pdf", pdf(launch, catalog=b"/OpenAction 4 0 R")
    yield "a PDF that sends a form", "pdf", pdf(b"<< /S /SubmitForm /F (http://example.org) >>")
    yield "a PDF that opens another file", "pdf", pdf(b"<< /S /GoToR /F (\\\\host\\a) >>")
    yield "a PDF that acts when opened", "pdf", pdf(catalog=b"/AA << /WC 3 0 R >>")
    yield "a PDF with a form of its own", "pdf", pdf(catalog=b"/AcroForm << /XFA (x) >>")
    names = b"/Names << /EmbeddedFiles << /Names [] >> >>"
    yield "a PDF with an attachment", "pdf", pdf(catalog=names)
    yield "a PDF with a file on a page", "pdf", pdf(b"<< /Subtype /FileAttachment /FS 3 0 R >>")
    yield "a PDF with a film", "pdf", pdf(b"<< /Subtype /RichMedia >>")
    packed_script = zlib.compress(b"5 0 " + script)
    words = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
    yield "a PDF with a script in a packed object", "pdf", _with_object_stream(packed_script, words)
    yield "a locked PDF", "pdf", pdf(trailer=b"/Encrypt << /Filter /Standard /V 1 /R 2 >>")
    yield "a PDF bomb", "pdf", pdf(stream(zeros(260)))
    yield "a PDF of many bombs", "pdf", pdf(*[stream(zeros(30))] * 8)
    twice = stream(zlib.compress(zeros(100)), b"/Filter [/FlateDecode /FlateDecode]")
    yield "a PDF packed twice", "pdf", pdf(twice)
    yield "a PDF that is only a beginning", "pdf", b"%PDF-1.7\n"
    yield "a PDF with a program in it", "pdf", b"%PDF-1.4\nMZ\x90\x00" + bytes(300) + b"%%EOF"
    yield "a PDF of nonsense", "pdf", b"%PDF-1.4\n" + bytes(range(200)) * 50 + b"\n%%EOF"
    yield "a PDF without pages", "pdf", pdf(kids=0)
    yield "a PDF of too many pages", "pdf", pdf(kids=2_500)
    yield "a PDF with a program behind it", "pdf", pdf() + b"MZ" + bytes(500)
    yield "a PDF with an archive behind it", "pdf", pdf() + plain_zip({"a.exe": b"MZ"})
    yield "a PDF with words in front", "pdf", b"words" + pdf()
    yield "a PDF whose pages hold themselves", "pdf", pdf().replace(b"[3 0 R]", b"[2 0 R]")
    yield "a PDF with lists in lists", "pdf", pdf(nested(20_000))
    deep = b"<</A " * 9_000 + script + b">>" * 9_000
    yield "a PDF with a script too deep to be read", "pdf", pdf(deep)
    wrong = zlib.compress(b"9 0 " + script)
    yield "a PDF with a script under a wrong number", "pdf", _with_object_stream(wrong, words)


def _with_object_stream(packed: bytes, words: bytes) -> bytes:
    """Return a PDF whose object 5 lies in the packed object 4, found through a packed table."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
        stream(packed, words),
    ]
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    table = struct.pack(">BIB", 0, 0, 255)
    table += b"".join(struct.pack(">BIB", 1, place, 0) for place in places)
    table += struct.pack(">BIB", 2, 4, 0) + struct.pack(">BIB", 1, start, 0)
    table_words = b"/Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R"
    out += b"6 0 obj\n" + stream(table, table_words) + b"\nendobj\n"
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _pictures() -> Iterator[tuple[str, str, bytes]]:
    yield "a PNG of 4,000 million pixels", "png", png(65_000, 65_000, data=b"x")
    yield "a PNG that is a line", "png", png(1_000_000, 1, data=b"x")
    yield "a PNG without a size", "png", png(0, 4, data=b"x")
    yield "a PNG with more in it than it says", "png", png(4, 4, data=bytes(5_000_000))
    yield "a PNG with a bomb in its words", "png", png(extra=chunk(b"zTXt", b"a\0\0" + zeros(60)))
    profile = chunk(b"iCCP", b"a\0\0" + zeros(60))
    yield "a PNG with a bomb in its colours", "png", png(extra=profile)
    yield "a PNG with an archive behind it", "png", png() + plain_zip({"a.exe": b"MZ"})
    yield "a PNG with a page behind it", "png", png() + b"<html><script>alert(1)</script>"
    broken = bytearray(png())
    broken[20] ^= 1
    yield "a PNG with a wrong checksum", "png", bytes(broken)
    yield "half a PNG", "png", png(400, 400, data=bytes(range(256)) * 630)[:120]
    yield "a PNG with nothing in it", "png", b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b"")
    yield "a JPEG of 4,000 million pixels", "jpg", jpeg(65_000, 65_000)
    yield "a JPEG with no end", "jpg", jpeg()[:-2]
    yield "a JPEG with no picture", "jpg", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9"
    yield "a JPEG with an archive behind it", "jpg", jpeg() + plain_zip({"a.exe": b"MZ"})
    yield "a JPEG with a page behind it", "jpg", jpeg() + b"<?php system($_GET[0]); ?>"
    yield "a JPEG that is only a beginning", "jpg", b"\xff\xd8\xff\xe1\xff\xff" + bytes(40)
