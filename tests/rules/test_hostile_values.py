"""A sealed value opens in its place as it was sealed, or not at all; no cell runs as a formula."""

import ast
import csv
import io
import random
import re
import uuid

import openpyxl

from casereview import crypto
from casereview.spreadsheets import Sheet, csv_bytes, xlsx_bytes
from tests.architecture import project

TABLES = [
    ("casereview.child", "family_name"),
    ("casereview.child", "address"),
    ("cdop.panelreview", "summary"),
    ("casereview.person", "family_name"),
]


def mutated(times: int) -> list[str]:
    """Alter a sealed value, or where it stands, and return what opened all the same."""
    chance = random.Random(20150302)  # noqa: S311 - not a secret
    keys = {epoch: crypto.new_key() for epoch in (1, 2)}
    rows = [uuid.uuid4() for _ in range(8)]
    accepted = []
    places = [(table, column, row) for table, column in TABLES for row in rows]
    sealed = [
        (
            where,
            crypto.seal(keys[1], 1, crypto.place(*where), f"Example {n}".encode() * (n % 5 + 1)),
        )
        for n, where in enumerate(places)
    ]
    families = (
        "bit",
        "byte",
        "cut",
        "grow",
        "row",
        "column",
        "table",
        "case",
        "epoch",
        "version",
        "swap",
        "empty",
    )
    for number in range(times):
        where, blob = chance.choice(sealed)
        key, bad, at = keys[1], bytearray(blob), where
        family = families[number % len(families)]
        spot = chance.randrange(len(bad))
        match family:
            case "bit":
                bad[spot] ^= 1 << chance.randrange(8)
            case "byte":
                bad[spot] = (bad[spot] + chance.randrange(1, 256)) % 256
            case "cut":
                del bad[chance.randrange(len(bad)) :]
            case "grow":
                bad[spot:spot] = chance.randbytes(chance.randint(1, 20))
            case "row":
                at = (where[0], where[1], chance.choice([r for r in rows if r != where[2]]))
            case "column":
                at = (where[0], f"{where[1]}_", where[2])
            case "table":
                at = (f"{where[0]}{where[1][:1]}", where[1][1:], where[2])
            case "case":
                key = keys[2]
            case "epoch":
                bad[1:3] = (2).to_bytes(2, "big")
            case "version":
                bad[0] = chance.choice([0, 2, 255])
            case "swap":
                other = chance.choice([each for _, each in sealed if each != blob])
                half = crypto.HEADER + crypto.NONCE
                bad = bytearray(blob[:half] + other[half:])
            case "empty":
                bad = bytearray(chance.choice([b"", b"\x01", bytes(len(bad))]))
        assert (bytes(bad), at, key) != (blob, where, keys[1]), family
        try:
            crypto.open_sealed(key, crypto.place(*at), bytes(bad))
            accepted.append(f"{number} {family}")
        except crypto.IntegrityFailure:
            pass
    return accepted


def test_a_hundred_thousand_altered_values_are_all_refused():
    assert mutated(100_000) == []


def test_what_was_not_altered_opens():
    key, where = crypto.new_key(), crypto.place("a.b", "c", uuid.uuid4())

    assert crypto.open_sealed(key, where, crypto.seal(key, 1, where, b"Example")) == b"Example"


# What may come first, which some programmes skip, and what begins a formula.
BEFORE = ("", " ", "\u00a0", "\ufeff", "\u200b", " \u00a0", "\ufeff\u200b ")
BEGINS = ("=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\tx", "\rx", "\uff1d1+1", "\uff0b1")
PAYLOADS = [before + begin for before in BEFORE for begin in BEGINS]


def test_no_writer_lets_one_of_56_payloads_run():
    assert len(set(PAYLOADS)) == 56
    rows = [["Heading"], *([payload] for payload in PAYLOADS)]

    read = list(csv.reader(io.StringIO(csv_bytes(rows).decode(), newline="")))
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes([Sheet("One", rows)])))

    for number, payload in enumerate(PAYLOADS, start=1):
        assert read[number][0] == f"'{payload}"
        cell = book["One"].cell(row=number + 1, column=1)
        assert cell.data_type == "s"
        assert str(cell.value).startswith("'")


WRITERS = {"xlsxwriter", "xlwt", "odf", "pandas"}


TABLE_WORDS = re.compile("csv|openpyxl|" + "|".join(WRITERS))


def test_there_is_no_other_writer_of_tables():
    """Whoever writes a table goes through the one module that quotes formulas."""
    found = []
    for path, tree in project.app_modules():
        if path == "casereview/spreadsheets.py" or not TABLE_WORDS.search(project.text(path)):
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name(id="csv"), attr="writer" | "DictWriter"):
                    found.append(f"{path}:{node.lineno} csv")
                case ast.Attribute(value=ast.Name(id="openpyxl"), attr="Workbook"):
                    found.append(f"{path}:{node.lineno} openpyxl")
                case ast.Import(names=names):
                    found += [f"{path} {one.name}" for one in names if one.name in WRITERS]
                case ast.ImportFrom(module=module, names=names):
                    if (module or "").split(".")[0] in WRITERS or (
                        module in ("csv", "openpyxl")
                        and {one.name for one in names} & {"writer", "DictWriter", "Workbook"}
                    ):
                        found.append(f"{path} {module}")
    assert found == []
