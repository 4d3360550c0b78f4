"""The project needs nothing beside it: no path of one machine, no neighbour, no private mirror."""

import re

import pytest

from tests.architecture import project

# Folders that a person's or a machine's own files lie in.
PERSONAL = re.compile(r"(?<![\w.~-])/(?:root|home|Users|mnt|opt|media|workspace)/[\w.-]")
UPWARDS = re.compile(r"(?<![\w/.])((?:\.\./)+)[\w-]")
# What prepares, builds or checks the project: no address belongs in it.
PREPARING = ("run", ".ci/run", "casereview/interface/rebuild", "casereview/interface/package.json")
LOCKS = ("requirements.txt", "requirements-dev.txt")


def test_no_file_names_a_place_on_one_machine():
    found = [path for path in project.files() if PERSONAL.search(project.text(path))]

    assert found == []


def test_no_path_leads_out_of_the_project():
    found = []
    for path in project.files():
        depth = path.count("/")
        for upwards in UPWARDS.findall(project.text(path)):
            if upwards.count("../") > depth:
                found.append((path, upwards))

    assert found == []


@pytest.mark.parametrize("path", PREPARING)
def test_nothing_that_prepares_the_project_names_an_address(path):
    assert path in project.files()
    assert not re.search(r"\bhttps?://|--(?:extra-)?index|--find-links", project.text(path))


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_a_host(lock):
    named = re.search(r"\b[\w+]+://", project.text(lock))

    assert lock in project.files()
    assert named is None


def test_no_lock_of_the_interface_names_where_its_packages_came_from():
    locks = [path for path in project.files() if path.endswith("package-lock.json")]

    found = [path for path in locks if '"resolved"' in project.text(path)]

    assert found == []


def test_every_symbolic_link_stays_inside():
    links = [project.ROOT / path for path in project.files() if (project.ROOT / path).is_symlink()]

    outside = [link for link in links if project.ROOT not in link.resolve().parents]

    assert outside == []
