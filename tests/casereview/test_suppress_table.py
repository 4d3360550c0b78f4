"""Suppression from the command line, with nothing behind it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from casereview.management.commands import suppress_table
from casereview.table_file import LARGEST_BYTES, LARGEST_COUNT
from tests.rules.outsider import given_away, narrowed, random_counts

ROOT = Path(__file__).resolve().parents[2]
COUNTS = [[3, 0, 12], [7, 2, 9], [14, 11, 20]]
TABLE = {
    "rows": ["Burn", "Drowning", "Road"],
    "columns": ["2013", "2014", "2015"],
    "counts": COUNTS,
    "threshold": 5,
}


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "table.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def suppressed(capsys, path, *options):
    call_command("suppress_table", str(path), "--json", *options)
    return json.loads(capsys.readouterr().out)


def test_the_answer_is_one_document_of_the_agreed_shape(file, capsys):
    found = suppressed(capsys, file(TABLE))

    assert list(found) == [
        "rows",
        "columns",
        "threshold",
        "published",
        "row_totals",
        "column_totals",
        "grand_total",
    ]
    assert (found["rows"], found["columns"]) == (TABLE["rows"], TABLE["columns"])
    assert found["published"][0][:2] == [None, 0]
    assert found["grand_total"] == 78
    assert given_away(found) == []
    assert narrowed(found, COUNTS) == []


@pytest.mark.parametrize("option", ["--zeros-are-known", "--json"])
def test_the_same_table_gives_the_same_answer(option, file, capsys):
    path = file(TABLE | {"counts": random_counts(5, 3, 3, 60)})

    assert suppressed(capsys, path, option) == suppressed(capsys, path, option)


def test_a_person_reads_a_table_in_which_hidden_numbers_are_a_letter(file, capsys):
    call_command("suppress_table", str(file(TABLE)))

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["2013", "2014", "2015", "Total"]
    assert lines[1].split()[:3] == ["Burn", "c", "0"]
    assert lines[4].split() == ["Total", "24", "13", "41", "78"]
    assert lines[5].startswith("c: not given, because it is below 5")


def test_a_person_is_told_when_nothing_is_hidden(file, capsys):
    call_command("suppress_table", str(file(TABLE | {"counts": [[9, 9, 9]] * 3})))

    assert "nothing is hidden" in capsys.readouterr().out


def test_what_else_is_in_the_file_is_left_unread(file, capsys):
    found = suppressed(capsys, file(TABLE | {"note": "made by hand"}))

    assert "note" not in found
    assert "counts" not in found


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "Write the file as JSON"),
        ("", "Write the file as JSON"),
        ("[" * 100_000, "Write the file as JSON"),
        ("[]", "Write one table"),
        ("5", "Write one table"),
        ("{}", "Add rows, columns, counts, threshold"),
        ({**TABLE, "rows": []}, "at least one row"),
        ({**TABLE, "columns": []}, "at least one column"),
        ({**TABLE, "rows": "Burn"}, "Write the rows as a list"),
        ({**TABLE, "rows": ["a", "b", 3]}, "Give each row a name"),
        ({**TABLE, "rows": ["a", "b", " "]}, "Give each row a name"),
        ({**TABLE, "rows": ["a", "b", "a"]}, "Give each row its own name"),
        ({**TABLE, "columns": ["a", "b", "b"]}, "Give each column its own name"),
        ({**TABLE, "columns": ["a", "b", "c\x1b"]}, "Take out what cannot be written"),
        ({**TABLE, "columns": ["a", "b", "\ud800"]}, "Take out what cannot be written"),
        ({**TABLE, "columns": ["a", "b", "c" * 500]}, "Shorten the names"),
        ({**TABLE, "counts": 5}, "Write the counts as a list of rows"),
        ({**TABLE, "counts": [1, 2, 3]}, "Write the counts as a list of rows"),
        ({**TABLE, "counts": []}, "there are 3 rows and 0 lines"),
        ({**TABLE, "counts": COUNTS[:2]}, "there are 3 rows and 2 lines"),
        ({**TABLE, "counts": [*COUNTS[:2], [1, 2]]}, "Row 3: give 3 counts"),
        ({**TABLE, "counts": [*COUNTS[:2], [1, 2, -3]]}, "Row 3, column 3: .* not negative"),
        ({**TABLE, "counts": [*COUNTS[:2], [1, 2.5, 3]]}, "Row 3, column 2: .* no decimals"),
        ({**TABLE, "counts": [*COUNTS[:2], [1, 2.0, 3]]}, "Row 3, column 2: .* no decimals"),
        ({**TABLE, "counts": [[True, 0, 1], *COUNTS[1:]]}, "Row 1, column 1: give a whole number"),
        ({**TABLE, "counts": [[None, 0, 1], *COUNTS[1:]]}, "Row 1, column 1: give a whole number"),
        ({**TABLE, "counts": [["3", 0, 1], *COUNTS[1:]]}, "Row 1, column 1: give a whole number"),
        ({**TABLE, "counts": [[[3], 0, 1], *COUNTS[1:]]}, "Row 1, column 1: give a whole number"),
        (
            {**TABLE, "counts": [[LARGEST_COUNT + 1, 0, 1], *COUNTS[1:]]},
            "give a number up to 10,000,000",
        ),
        (json.dumps(TABLE).replace("12", "NaN"), "Row 1, column 3: give a whole number"),
        (json.dumps(TABLE).replace("12", "Infinity"), "Row 1, column 3: give a whole number"),
        (json.dumps(TABLE).replace("12", "1e999"), "Row 1, column 3: give a whole number"),
        (json.dumps(TABLE).replace("12", "9" * 5000), "Write the file as JSON"),
        (json.dumps(TABLE)[:-1] + ', "threshold": 2}', "a name is there twice"),
        ({**TABLE, "threshold": 1}, "Give the threshold as a whole number from 2"),
        ({**TABLE, "threshold": 0}, "Give the threshold as a whole number from 2"),
        ({**TABLE, "threshold": -5}, "Give the threshold as a whole number from 2"),
        ({**TABLE, "threshold": 5.0}, "Give the threshold as a whole number from 2"),
        ({**TABLE, "threshold": "5"}, "Give the threshold as a whole number from 2"),
        ({**TABLE, "threshold": True}, "Give the threshold as a whole number from 2"),
        ({**TABLE, "threshold": None}, "Give the threshold as a whole number from 2"),
        ({**TABLE, "threshold": 10**9}, "Give the threshold as a whole number from 2"),
        ({name: TABLE[name] for name in ("rows", "columns", "counts")}, "Add threshold"),
        (
            {
                "rows": [*"abc"],
                "columns": [str(n) for n in range(700)],
                "counts": [],
                "threshold": 5,
            },
            "Split the table: it has more than 2,000 cells",
        ),
        (" " * (LARGEST_BYTES + 1), "Choose a smaller file"),
    ],
)
def test_a_file_that_is_no_table_of_counts_says_what_to_do(content, why, file):
    with pytest.raises(CommandError, match=why) as refused:
        call_command("suppress_table", str(file(content)))

    assert refused.value.returncode == 1


@pytest.mark.parametrize("name", ["absent.json", "."])
def test_a_file_that_cannot_be_read_is_refused(name, tmp_path):
    with pytest.raises(CommandError, match="Choose a file that can be read"):
        call_command("suppress_table", str(tmp_path / name))


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "table.json"
    path.write_bytes('{"rows": ["Brûlure"]}'.encode("latin-1"))

    with pytest.raises(CommandError, match="Save the file as UTF-8"):
        call_command("suppress_table", str(path))


def test_a_refusal_is_one_document_with_every_place_that_is_wrong(file, capsys):
    counts = [[-1, 0, 12], [7, True, 9], [14, 11]]

    with pytest.raises(CommandError):
        suppressed(capsys, file(TABLE | {"counts": counts}))

    errors = json.loads(capsys.readouterr().out)["errors"]
    assert [(error["row"], error["column"]) for error in errors] == [(3, None), (1, 1), (2, 2)]
    assert all("Row" in error["message"] for error in errors)


def test_a_refusal_repeats_no_number_and_no_name(file):
    for part in ({"counts": [[7.25] * 3] * 3}, {"rows": ["Ada", "Ada", "b"]}):
        with pytest.raises(CommandError) as refused:
            call_command("suppress_table", str(file(TABLE | part)))

        assert "7.25" not in str(refused.value)
        assert "Ada" not in str(refused.value)


def test_many_errors_are_cut_short_for_a_person(file):
    with pytest.raises(CommandError, match="and 20 more"):
        call_command(
            "suppress_table",
            str(file(TABLE | {"columns": [*"abcdefghij"], "counts": [["x"] * 10] * 3})),
        )


def test_what_the_solver_prints_is_not_in_the_document(file, capfd, monkeypatch):
    real = suppress_table.suppress_table

    def noisy(*args, **options):
        os.write(1, b"debug line of the solver\n")
        return real(*args, **options)

    monkeypatch.setattr(suppress_table, "suppress_table", noisy)

    call_command("suppress_table", str(file(TABLE)), "--json")

    assert json.loads(capfd.readouterr().out)["grand_total"] == 78


def test_it_works_where_nothing_can_be_stored_and_leaves_nothing_behind(file):
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    unreachable = "postgres://nobody@127.0.0.1:1/none"

    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "suppress_table", str(file(TABLE)), "--json"],
        capture_output=True,
        text=True,
        env={
            **kept,
            "CASEREVIEW_DATA": "/dev/null/data",
            "DATABASE_URL": unreachable,
            "KEYS_DATABASE_URL": unreachable,
        },
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["grand_total"] == 78
