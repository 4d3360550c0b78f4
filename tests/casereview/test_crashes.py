"""A sample of what `benchmarks.crashes` tries at length: nothing acknowledged is ever lost."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connections

from tests.architecture.project import ROOT


def tried(where, *arguments) -> dict:
    """Try the databases in a folder, with the settings of a server, and return what was found."""
    environment = {name: value for name, value in os.environ.items() if "DATABASE_URL" not in name}
    environment |= {
        "CASEREVIEW_DATA": str(where),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CASEREVIEW_KEY_RING": str(where / "ring.json"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crashes", "--json", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=3_000,
        check=False,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def copied(db, tmp_path):
    """Copies of the tests' databases as they are set up, with nothing in them."""
    for alias, name in (("default", "casereview.sqlite3"), ("keys", "keys/keys.sqlite3")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        with sqlite3.connect(connections[alias].settings_dict["NAME"]) as file:
            file.execute("VACUUM INTO ?", [str(tmp_path / name)])
        file.close()
    shutil.copy(settings.KEYS_FILE, tmp_path / "ring.json")
    return tmp_path


@pytest.mark.django_db
@pytest.mark.skipif(
    connections["default"].vendor != "sqlite", reason="on PostgreSQL in the long trial"
)
def test_nothing_acknowledged_is_lost_when_writers_are_killed_and_race(copied):
    found = tried(
        copied,
        *("kills", "races", "imports", "--here", str(copied)),
        *(
            *("--kills", "5", "--acknowledged", "5", "--writers", "3"),
            *("--edits", "3", "--deaths", "40", "--imports", "1"),
        ),
    )

    assert found["wrong"] == []
    assert found["kills"]["kills"] >= 5
    assert found["kills"]["acknowledged"] >= 5
    assert found["races"]["saved"] + found["races"]["conflicts"] == 8 * 3
    assert found["imports"]["entries"] > found["kills"]["entries"]


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_thousand_kills_lose_nothing(engine, tmp_path):
    if engine == "postgresql":
        postgres = pytest.importorskip("tests.postgres")
        if not postgres.programs():
            pytest.skip("PostgreSQL is not installed")

    found = tried(tmp_path, "--engine", engine)

    assert found["wrong"] == []
    assert found["kills"]["kills"] >= 1_000
    assert found["kills"]["acknowledged"] >= 5_000
    if engine == "postgresql":
        servers = found["servers"]
        assert servers["one_killed"] >= 10
        assert servers["all_killed"] >= 3
        assert servers["acknowledged"] > 0
