"""Import files that must be refused, each with the row and the column that is wrong."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cdop.rules.import_columns import CODED, COLUMNS

GOOD = Path(__file__).parent.parent / "data" / "llr_2014_15.csv"
PLANTED = "Plantedname"  # must never be repeated
DATES = ("notified_on", "died_on", "born_on")
REVIEW = ("category_of_death", "modifiable_outcome", "scr_status")
NOT_A_DATE = (
    *("2015-02-31", "2015-02-29", "2014-13-01", "2014-00-10", "2014-04-31", "2014-1-1"),
    *("01/02/2014", "20140201", "2014-02-01T00:00", "yesterday", "1/1/14", "2014-02-00"),
    *("2999-01-01", "1066-10-14", "٢٠١٤-٠٢-٠١", "41000"),
)
FORMULAS = ("=1+1", "+44", "-1", "@SUM(A1)", "=HYPERLINK(A1)")
UNSEEN = ("\x00", "\x07", "\x1b", "\t", "\n", "\x85", "\u2028", "\u202e", "\u200f", "\ufdd0")


class Broken(NamedTuple):
    """A file that must be refused, and where."""

    name: str
    data: bytes
    row: int
    column: str


def good_rows() -> list[dict[str, str]]:
    """Return an open case, one with factors, one without, and one judged insufficient."""
    with GOOD.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kinds = ("", "M", "N")
    chosen = [next(row for row in rows if row["modifiable_outcome"] == kind) for kind in kinds]
    unclear = dict(chosen[2]) | {
        "source_reference": "UNCLEAR-1",
        "nhs_number": "",
        "modifiable_outcome": "I",
        "insufficient_reason": "The records could not be found",
    }
    return [dict(row) | {"family_name": PLANTED} for row in [*chosen, unclear]]


OPEN, WITH_FACTORS, WITHOUT, UNCLEAR = 2, 3, 4, 5


def as_bytes(rows: list[dict[str, str]], header: tuple[str, ...] = COLUMNS) -> bytes:
    """Return rows as an import file with the columns of `header`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([row.get(column, "") for column in header])
    return out.getvalue().encode()


def changed(row: int, **cells: str) -> bytes:
    """Return the good file with some cells of a row changed."""
    rows = good_rows()
    rows[row - 2] |= cells
    return as_bytes(rows)


def every_broken_file() -> Iterator[Broken]:
    yield from _headers()
    yield from _cells()
    yield from _dates()
    yield from _reviews()
    yield from _whole_files()


def _headers() -> Iterator[Broken]:
    rows = good_rows()
    for column in COLUMNS:
        without = tuple(each for each in COLUMNS if each != column)
        yield Broken(f"without {column}", as_bytes(rows, without), 1, column)
        renamed = tuple(f"{each}_x" if each == column else each for each in COLUMNS)
        yield Broken(f"{column} renamed", as_bytes(rows, renamed), 1, f"{column}_x")
        yield Broken(f"{column} twice", as_bytes(rows, (*COLUMNS, column)), 1, column)
    yield Broken("extra column", as_bytes(rows, (*COLUMNS, "extra")), 1, "extra")
    turned = as_bytes(rows, COLUMNS[::-1])
    yield Broken("columns turned round", turned, 1, COLUMNS[0])


def _cells() -> Iterator[Broken]:
    for column in CODED:
        row = WITH_FACTORS
        yield Broken(f"{column} unknown", changed(row, **{column: "NOSUCH"}), row, column)
        if column not in ("category_of_death", "modifiable_outcome", "modifiable_factors"):
            yield Broken(f"{column} blank", changed(row, **{column: ""}), row, column)
    for column in ("source_reference", *DATES):
        yield Broken(f"{column} blank", changed(OPEN, **{column: ""}), OPEN, column)
    for column in ("source_reference", "family_name", "given_names", "residence_postcode"):
        yield Broken(f"{column} too long", changed(OPEN, **{column: "x" * 900}), OPEN, column)
    for column in ("family_name", "given_names", "mother_family_name", "source_reference"):
        for text in FORMULAS:
            yield Broken(f"{column} {text}", changed(OPEN, **{column: text}), OPEN, column)
        for text in UNSEEN:
            value = f"A{text}B"
            yield Broken(f"{column} {text!r}", changed(OPEN, **{column: value}), OPEN, column)
    for number in ("9997443404", "123", "99974434O3", "9997443403 9", "0000000001"):
        yield Broken(f"NHS {number}", changed(OPEN, nhs_number=number), OPEN, "nhs_number")
    nobody = changed(OPEN, family_name="", mother_family_name="")
    yield Broken("no family name at all", nobody, OPEN, "family_name")


def _dates() -> Iterator[Broken]:
    for column in DATES:
        for text in NOT_A_DATE:
            yield Broken(f"{column} {text}", changed(OPEN, **{column: text}), OPEN, column)
    for text in NOT_A_DATE:
        cells = {"review_completed_on": text}
        yield Broken(f"review {text}", changed(WITHOUT, **cells), WITHOUT, "review_completed_on")
    days = {"died_on": "2014-05-10", "notified_on": "2014-05-11"}
    for born in ("2014-05-11", "1996-05-10", "1996-05-09", "1950-01-01"):
        yield Broken(f"born {born}", changed(OPEN, **days, born_on=born), OPEN, "born_on")
    early = days | {"born_on": "2013-01-01"}
    told = early | {"notified_on": "2014-05-09"}
    yield Broken("notified before death", changed(OPEN, **told), OPEN, "notified_on")
    judged = early | {"review_completed_on": "2014-05-09"}
    yield Broken("review before death", changed(WITHOUT, **judged), WITHOUT, "review_completed_on")


def _reviews() -> Iterator[Broken]:
    for column in REVIEW:
        yield Broken(f"{column} blank", changed(WITHOUT, **{column: ""}), WITHOUT, column)
    filled = {
        "category_of_death": "3",
        "modifiable_outcome": "N",
        "modifiable_factors": "SMOKING",
        "insufficient_reason": "No records",
        "learning": "Ask twice",
    }
    for column, value in filled.items():
        yield Broken(f"{column} while open", changed(OPEN, **{column: value}), OPEN, column)
    factors, reason = "modifiable_factors", "insufficient_reason"
    yield Broken("M without", changed(WITH_FACTORS, **{factors: ""}), WITH_FACTORS, factors)
    yield Broken("N with", changed(WITHOUT, **{factors: "SMOKING"}), WITHOUT, factors)
    yield Broken("I with", changed(UNCLEAR, **{factors: "SMOKING"}), UNCLEAR, factors)
    for value in ("SMOKING;SMOKING", "SMOKING;", ";", "SMOKING,OTHER", "smoking", "SMOKING NOSUCH"):
        cells = {factors: value}
        yield Broken(f"factors {value}", changed(WITH_FACTORS, **cells), WITH_FACTORS, factors)
    yield Broken("I without reason", changed(UNCLEAR, **{reason: ""}), UNCLEAR, reason)
    yield Broken("N with reason", changed(WITHOUT, **{reason: "Because"}), WITHOUT, reason)


def _whole_files() -> Iterator[Broken]:
    rows, good, first = good_rows(), as_bytes(good_rows()), COLUMNS[0]
    for row in (WITH_FACTORS, WITHOUT, UNCLEAR):
        twice = changed(row, source_reference=rows[0]["source_reference"])
        yield Broken(f"reference twice, row {row}", twice, row, first)
    yield Broken("empty", b"", 1, first)
    yield Broken("another table", b"a,b,c\n1,2,3\n", 1, first)
    yield Broken("no header", good.split(b"\n", 1)[1], 1, first)
    accented = good.decode().replace(PLANTED, "Plantédname")
    for encoding in ("utf-16", "utf-32", "cp500"):
        yield Broken(encoding, accented.encode(encoding), 1, first)
    for encoding in ("utf-16-le", "latin-1"):
        yield Broken(encoding, accented.encode(encoding), OPEN, "family_name")
    yield Broken("a workbook", b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xff", 1, first)
    yield Broken("semicolons", good.replace(b",", b";"), 1, first)
    yield Broken("tabs", good.replace(b",", b"\t"), 1, first)
    lines = good.split(b"\n")
    short = b"\n".join([lines[0], lines[1].rsplit(b",", 3)[0], *lines[2:]])
    yield Broken("too few cells", short, OPEN, COLUMNS[-3])
    yield Broken("too many cells", b"\n".join([lines[0], lines[1] + b",x"]), OPEN, COLUMNS[-1])
    named = PLANTED.encode()
    unclosed = lines[1].replace(named, b'"' + named)
    yield Broken("quote not closed", lines[0] + b"\n" + unclosed, OPEN, "family_name")
    astray = lines[1].replace(named, b'"Plant"edname')
    yield Broken("quote astray", lines[0] + b"\n" + astray, OPEN, "family_name")
    many = b"\n".join(lines[1:2] * 30_000).replace(named, b'"' + named + b'"""')
    yield Broken("a row without end", lines[0] + b'\n"' + many, OPEN, first)
