"""The list of packages is that of the lock, and each says what it is licensed under."""

import io
import json
import urllib.error
from importlib import metadata

import pytest

from tests import dependencies


@pytest.fixture
def lock():
    return dependencies.LOCK.read_text()


def test_the_list_of_packages_is_that_of_the_lock(lock):
    """Else write it anew: `python -m tests.dependencies --write`."""
    written = json.loads(dependencies.LIST.read_text())

    assert {
        (one["name"], one["version"]): [each["content"] for each in one["hashes"]]
        for one in written["components"]
    } == dependencies.pinned(lock)


def test_what_is_installed_is_what_the_lock_says(lock):
    packages = dependencies.pinned(lock)
    assert all(packages.values()), "a package without digests"
    named = {name for name, _ in packages}
    installed = {
        (one.metadata["Name"].lower(), one.version)
        for one in metadata.distributions()
        if one.metadata["Name"].lower() in named
    }

    assert len(installed) > 50
    assert installed <= packages.keys()


def test_every_package_names_its_licence(lock):
    unnamed = [
        name
        for name, _ in dependencies.pinned(lock)
        if dependencies.licence_of(name) == "not named by the package"
    ]

    assert unnamed == []


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ({"vulnerabilities": []}, 0, "0 with some"),
        ({"vulnerabilities": [{"id": "PYSEC-1", "withdrawn": "2026"}]}, 0, "0 with some"),
        ({"vulnerabilities": [{"id": "PYSEC-1", "withdrawn": None}]}, 1, "PYSEC-1"),
        (None, 0, "NOT ASKED"),
    ],
)
def test_a_known_weakness_fails_the_check(monkeypatch, capsys, answer, status, said):
    def asked(address, timeout):
        if answer is None:
            raise urllib.error.URLError("no index")
        return io.StringIO(json.dumps(answer))

    monkeypatch.setattr(dependencies.urllib.request, "urlopen", asked)

    assert dependencies.main([]) == status
    assert said in capsys.readouterr().out
