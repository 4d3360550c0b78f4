"""No regular expression of the product can be made to run for long by what somebody types.

Every pattern is found in the code itself. Each is given strings made to go astray in it, of
growing length: time that grows much faster than the length is found by the ratio, in the time of
the process, so that a busy machine changes nothing.
"""

import ast
import importlib
import re
import time
from typing import Any

import pytest

from tests.architecture import project

FUNCTIONS = {
    "compile",
    "match",
    "search",
    "fullmatch",
    "sub",
    "subn",
    "split",
    "findall",
    "finditer",
}
USES = FUNCTIONS - {"compile"}
LONGEST = 50_000
SHORTEST = 800
# Under this there is nothing to see; a pattern that takes more and doubles it twice over is found.
SECONDS = 0.02
GROWTH = 3.2
# What is put together at run time: of words that are escaped, with nothing between that repeats
# but blanks after a word. `casereview/rules/…` are tried with hostile papers by their own tests.
PUT_TOGETHER = {
    "casereview/rules/identifying.py",
    "casereview/rules/leak_numbers.py",
    "casereview/rules/leak_test.py",
    "casereview/rules/redaction.py",
    "casereview/views/meetings.py",
}


# Asked of a few letters before a number only, whatever the length of the text.
BOUNDED = {("casereview/rules/leak_numbers.py", "_PREFIX")}


def is_of_re(node: ast.Call) -> bool:
    return (
        isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in FUNCTIONS
    )


def patterns() -> list[tuple[str, re.Pattern, set[str]]]:
    """Return each pattern with its place and the ways in which it is asked."""
    found, unknown = [], []
    used_anywhere: dict[str, set[str]] = {}
    modules = [(path, tree) for path, tree in project.app_modules() if "re" in project.text(path)]
    for _, tree in modules:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in USES:
                name = ast.unparse(node.value).rsplit(".", 1)[-1]
                used_anywhere.setdefault(name, set()).add(node.attr)
    for path, tree in modules:
        names = {
            id(node.value): ast.unparse(target)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and is_of_re(node) and node.args):
                continue
            where = f"{path}:{node.lineno}"
            if (path, names.get(id(node))) in BOUNDED:
                continue
            space = vars(importlib.import_module(path[:-3].replace("/", ".")))
            try:
                made = eval(ast.unparse(node.args[0]), dict(space))  # noqa: S307 - our own code
                flags = [*node.args[1:], *(each.value for each in node.keywords)]
                if node.func.attr != "compile":
                    flags = []
                said = [eval(ast.unparse(one), dict(space)) for one in flags]  # noqa: S307
                pattern = made if isinstance(made, re.Pattern) else re.compile(made, *said)
            except NameError:
                unknown.append(where)
                continue
            if node.func.attr == "compile":
                uses = used_anywhere.get(names.get(id(node), ""), set()) or {"search", "fullmatch"}
            else:
                uses = {node.func.attr}
            found.append((where, pattern, uses))
    assert {place.rsplit(":", 1)[0] for place in unknown} <= PUT_TOGETHER, unknown
    return found


FOUND = patterns()
SEEDS = (
    "a",
    "0",
    " ",
    "-",
    ".",
    "a ",
    "A1 ",
    "0-",
    "\n",
    "\t ",
    ",",
    "x.",
    "1/",
    "<",
    "'",
    "é",
    "and ",
    "Mr ",
    "12 May ",
    "LE1 ",
    "(",
    "&",
    "_",
    ":",
)


def time_of(pattern: re.Pattern, uses: set[str], words: str) -> float:
    """Return the seconds of the slowest way in which the pattern is asked."""
    worst = 0.0
    text: Any = words if isinstance(pattern.pattern, str) else words.encode()
    for use in sorted(uses):
        began = time.process_time()
        match use:
            case "sub" | "subn":
                getattr(pattern, use)(text[:0], text)
            case "finditer":
                for _ in pattern.finditer(text):
                    pass
            case _:
                getattr(pattern, use)(text)
        worst = max(worst, time.process_time() - began)
    return worst


def too_slow(pattern: re.Pattern, uses: set[str], longest: int) -> list[str]:
    found = []
    for seed in SEEDS:
        for end in ("", "\x01!"):
            size, before = SHORTEST, 0.0
            while size <= longest:
                text = (seed * size)[:size] + end
                took = time_of(pattern, uses, text)
                if before > SECONDS / GROWTH and took > SECONDS and took / before > GROWTH:
                    found.append(f"{seed!r}: {before:.3f} s, then {took:.3f} s at {size}")
                    break
                if took > 20 * SECONDS:
                    found.append(f"{seed!r}: {took:.3f} s at {size}")
                    break
                before, size = took, size * 2
    return found


@pytest.mark.parametrize(("where", "pattern", "uses"), FOUND, ids=[where for where, *_ in FOUND])
def test_a_pattern_takes_no_longer_than_its_text_is_long(where: str, pattern: Any, uses: set[str]):
    assert too_slow(pattern, uses, 6_400) == []


@pytest.mark.long
@pytest.mark.parametrize(("where", "pattern", "uses"), FOUND, ids=[where for where, *_ in FOUND])
def test_fifty_thousand_characters_too(where: str, pattern: Any, uses: set[str]):
    assert too_slow(pattern, uses, LONGEST) == []


def test_the_patterns_are_found_and_a_bad_one_would_be():
    assert len(FOUND) > 60
    assert too_slow(re.compile(r"(\s*a)*b$"), {"search"}, 6_400)
    assert too_slow(re.compile(r"\s+$"), {"search"}, 12_800)
