"""Files that are handed in: six kinds are taken, and what is made to harm is refused in time."""

import json
import os
import subprocess
import sys

import pytest

from casereview.checking import KNOWN, LARGEST_BYTES, Refused, check_content
from tests.architecture import project
from tests.casereview import hostile_files

GOOD = hostile_files.good()


@pytest.fixture(scope="module")
def looked():
    """What became of every hostile file, measured in processes of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.casereview.looked_through"],
        cwd=project.ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_taken_for_what_it_is(name):
    ending, content = GOOD[name]

    kind = check_content(content, ending.upper())

    assert ending in kind.endings
    assert kind is KNOWN[kind.name]


def test_more_than_sixty_hostile_files_are_refused_each(looked):
    taken = [one["name"] for one in looked if not one["refused"]]

    assert len(looked) == len({one["name"] for one in looked}) >= 60
    assert taken == []


def test_each_is_refused_within_5_seconds_and_200_mb(looked):
    slow = {one["name"]: one["seconds"] for one in looked if one["seconds"] > 5}
    greedy = {one["name"]: one["kilobytes"] for one in looked if one["kilobytes"] > 200_000}

    assert (slow, greedy) == ({}, {})


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("an empty file", "Choose a file that is not empty"),
        ("one byte too many", "Choose a file of 25 MB or less"),
        ("a program called a PDF", "Choose a PDF, Word"),
        ("a PDF called a picture", "Check the file: its name ends in .png"),
        ("macros", "Save the file without macros"),
        ("a PDF bomb", "Save the PDF again in a simpler form"),
        ("a PNG of 4,000 million pixels", "Choose a picture of 50 million pixels or fewer"),
    ],
)
def test_a_refusal_says_what_to_do(name, begins):
    ending, content = next(one[1:] for one in hostile_files.hostile() if one[0] == name)

    with pytest.raises(Refused) as refusal:
        check_content(content, ending)

    assert str(refusal.value).startswith(begins)


def test_a_file_that_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr("casereview.checking.SECONDS", 0.001)

    with pytest.raises(Refused, match="Save the file again in a simpler form"):
        check_content(b"words", "txt")


def test_the_process_that_looks_knows_no_setting_and_cannot_write(monkeypatch, tmp_path):
    monkeypatch.setenv("CASEREVIEW_DATA", str(tmp_path))
    tell = (
        "import os, sys; sys.path[:0] = [sys.argv[1]]; from casereview.checking import inside; "
        "inside.limit(); print(sorted(os.environ), 'django' in sys.modules, flush=True); "
        f"open({str(tmp_path / 'a')!r}, 'w').write('x' * 9000)"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-c", tell, str(project.ROOT)],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.splitlines()[0].endswith("False")
    assert "CASEREVIEW" not in done.stdout
    assert done.returncode != 0 and not (tmp_path / "a").read_text("ascii")


def test_the_largest_file_is_25_megabytes():
    assert LARGEST_BYTES == 25 * 1024 * 1024
    assert check_content(b"a line of words\n" * (LARGEST_BYTES // 16), "txt").name == "txt"
