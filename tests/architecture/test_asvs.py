"""Every row of the security standard that says *automatic* names tests that are there."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = tomllib.loads((ROOT / "tests" / "data" / "asvs.toml").read_text(encoding="utf-8"))["row"]
HOW = {"automatic", "partly", "by hand", "not yet", "not met"}
GOALS = [f"G{number}" for number in range(1, 23)]


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the names of the tests of a file; none when there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, functions) and node.name.startswith("test_")
    )


def missing(names: list[str]) -> list[str]:
    return [name for name in names if name.split("::")[-1] not in names_in(name.split("::")[0])]


@pytest.mark.parametrize("row", ROWS, ids=[", ".join(row["ids"]) for row in ROWS])
def test_a_row_names_tests_that_are_there_or_says_why_not(row):
    assert row["how"] in HOW
    assert row["words"].strip() and not row["words"].endswith(".")
    assert missing(row["tests"]) == []
    if row["how"] in ("automatic", "partly"):
        assert row["tests"]
    else:
        assert not row["tests"]
    if row["how"] != "automatic":
        assert row.get("note")


def test_no_requirement_is_answered_twice():
    every = [one for row in ROWS for one in row["ids"]]

    assert len(every) == len(set(every))
    assert len(ROWS) >= 50


def test_a_test_that_is_not_there_would_be_found():
    here = "tests/architecture/test_asvs.py"

    assert missing([f"{here}::test_no_requirement_is_answered_twice"]) == []
    assert missing([f"{here}::test_that_was_never_written", "tests/none.py::test_x"]) == [
        f"{here}::test_that_was_never_written",
        "tests/none.py::test_x",
    ]


def goals() -> dict[str, list[str]]:
    """Return the rows of the table of goals, each as its cells."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    rows = [
        line.strip("| ").split(" | ") for line in text.splitlines() if re.match(r"\| G\d", line)
    ]
    return {cells[0]: cells for cells in rows}


def test_every_goal_has_one_row_with_what_shows_it_and_the_figure_reached():
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

    assert [line.split(" | ")[0] for line in text.splitlines() if re.match(r"\| G\d", line)] == [
        f"| {goal}" for goal in GOALS
    ]
    for goal, cells in goals().items():
        assert len(cells) == 4, goal
        assert all(cell.strip() for cell in cells), goal


@pytest.mark.parametrize("goal", GOALS)
def test_the_tests_that_a_goal_names_are_there(goal):
    shown = goals()[goal][2]
    names = [part for part in shown.split("`") if part.startswith(("tests/", "benchmarks/"))]

    assert missing([name for name in names if "::" in name]) == []
    assert [name for name in names if "::" not in name and not (ROOT / name).exists()] == []
    assert names or "not yet" in shown
