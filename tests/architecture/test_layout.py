"""The house keeps its shape."""

from pathlib import PurePosixPath

from tests.architecture import project

TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "LICENSE",
    "README.md",
    "benchmarks",
    "casereview",
    "cdop",
    "config",
    "deploy",
    "docs",
    "learning",
    "manage.py",
    "pyproject.toml",
    "requirements-dev.txt",
    "requirements.txt",
    "run",
    "scr",
    "tests",
}
HOLDS_ANYTHING = {"utils", "util", "helpers", "common", "services", "managers", "core", "misc"}
LONGEST_MODULE = 400


def test_no_top_level_name_is_added():
    found = {path.split("/")[0] for path in project.files()}

    assert found - TOP_LEVEL == set()


def test_no_module_of_the_apps_passes_400_lines():
    lengths = {
        path: project.text(path).count("\n")
        for path in project.files()
        if path.endswith(".py")
        and path.split("/")[0] in project.APPS
        and "/migrations/" not in path
    }

    too_long = {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE}

    assert lengths
    assert too_long == {}


def test_no_module_has_a_name_that_could_hold_anything():
    modules = [PurePosixPath(path) for path in project.files() if path.endswith(".py")]

    vague = [
        str(path)
        for path in modules
        if HOLDS_ANYTHING & {*path.parts[:-1], path.stem.removeprefix("_")}
    ]

    assert vague == []


def test_the_admin_site_is_not_installed():
    named = [
        path
        for path in project.files()
        if path.split("/")[0] in project.APPS
        and path.endswith(".py")
        and "django.contrib.admin" in project.text(path)
    ]

    assert named == []


def test_every_locked_package_carries_a_hash_and_the_test_lock_repeats_the_first():
    locks = [locked("requirements.txt"), locked("requirements-dev.txt")]

    run, test = locks

    assert all(hashes for lock in locks for hashes in lock.values())
    assert {name: test.get(name) for name in run} == run


def locked(path: str) -> dict[str, frozenset[str]]:
    """Return each requirement of a lock with its hashes."""
    lock: dict[str, set[str]] = {}
    requirement = ""
    for line in project.text(path).splitlines():
        if line and line[0].isalnum():
            requirement = line.removesuffix("\\").strip()
            lock[requirement] = set()
        elif "--hash=" in line:
            lock[requirement].add(line.strip().removesuffix("\\").strip())
    return {name: frozenset(hashes) for name, hashes in lock.items()}
