"""The commands of the contract."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def manage(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CASEREVIEW_DATA": str(data)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )


def test_help_lists_the_commands_of_the_contract(tmp_path):
    listed = set(manage("help", "--commands", data=tmp_path).stdout.split())

    assert {"import_cases", "export_annual_return", "verify_audit", "migrate", "demo"} <= listed
    assert {"seed_national", "bench"} <= listed


def test_a_missing_production_setting_is_one_line(tmp_path):
    environment = {"CASEREVIEW_DATA": str(tmp_path), "CASEREVIEW_PRODUCTION": "true"}

    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check"],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], **environment},
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Set ")


def test_migrate_makes_what_is_missing_and_changes_nothing_when_run_again(tmp_path):
    first = manage("migrate", data=tmp_path)
    made = {path: path.read_bytes() for path in (tmp_path / "keys").glob("*[!3]") if path.is_file()}
    ring = (tmp_path / "keys" / "ring.json").read_bytes()

    second = manage("migrate", data=tmp_path)

    assert (first.returncode, second.returncode) == (0, 0)
    assert "No migrations to apply" in second.stdout
    assert (tmp_path / "keys" / "ring.json").read_bytes() == ring
    assert (tmp_path / "keys" / "ring.json").stat().st_mode & 0o777 == 0o600
    assert made


def test_a_missing_argument_fails_with_1_like_every_other_refusal(tmp_path):
    done = manage("export_annual_return", "2015", data=tmp_path)

    assert done.returncode == 1
    assert "OUT" in done.stderr.upper()
