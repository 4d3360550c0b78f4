"""The project needs nothing beside it: no path of one machine, no neighbour, no private mirror."""

import re

import pytest

from tests.architecture import project

# Written in pieces, so that this file does not hold what it looks for.
NEIGHBOURS = (
    "/work" + "/main",
    "/work" + "/shared",
    "/" + "tmp/notes",
    ".." + "/shared",
    "/" + "root/",
    "/" + "home/",
)
REGISTRIES = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "--index" + "-url http",
    "--extra-index" + "-url",
    "--find" + "-links",
)
MIRROR = re.compile("/simp" + "le/|file:" + "//")
LOCKS = ("requirements.txt", "requirements-dev.txt")


@pytest.mark.parametrize("words", NEIGHBOURS)
def test_no_file_names_a_place_outside_the_project(words):
    found = [path for path in project.files() if words in project.text(path)]

    assert found == []


@pytest.mark.parametrize("words", REGISTRIES)
def test_no_file_names_a_package_registry(words):
    found = [path for path in project.files() if words in project.text(path)]

    assert found == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_a_host(lock):
    named = re.search(r"\b[\w+]+://", project.text(lock))

    assert lock in project.files()
    assert named is None


def test_no_lock_of_the_interface_names_where_its_packages_came_from():
    locks = [path for path in project.files() if path.endswith("package-lock.json")]

    found = [path for path in locks if '"resolved"' in project.text(path)]

    assert found == []


def test_no_file_names_a_mirror():
    found = [path for path in project.files() if MIRROR.search(project.text(path))]

    assert found == []


def test_every_symbolic_link_stays_inside():
    links = [project.ROOT / path for path in project.files() if (project.ROOT / path).is_symlink()]

    outside = [link for link in links if project.ROOT not in link.resolve().parents]

    assert outside == []
