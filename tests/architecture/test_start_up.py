"""Start-up stays light: what is heavy is imported where it is used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import project

HEAVY = (
    "huggingface_hub",
    "numpy",
    "openpyxl",
    "pandas",
    "pypdf",
    "reportlab",
    "scipy",
    "sklearn",
    "svglib",
    "tokenizers",
    "wordllama",
    "xlsxwriter",
)
FOR_PAGES = ("holidays", "ninja", "pydantic", "requests")
MEGABYTES = 95  # of the hundred in which a million entries are checked
TELL = f"""
import sys
from pathlib import Path
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = next((line.split()[1] for line in lines if "VmHWM" in line), 0)
print(int(peak) // 1024, *sorted(set({(*HEAVY, *FOR_PAGES)!r}) & set(sys.modules)))
"""
SERVER = "import config.wsgi"
CHECK = "from django.core.management import execute_from_command_line as run; run(['', 'check'])"
AUDIT = "import django; django.setup(); import casereview.management.commands.verify_audit"


def started(start: str, data: Path) -> tuple[int, set[str]]:
    """Start the program so; return its peak in megabytes, and what it imported that is heavy."""
    environment = os.environ | {
        "CASEREVIEW_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(project.ROOT),
    }
    for name in ("DATABASE_URL", "KEYS_DATABASE_URL"):
        environment.pop(name, None)

    result = subprocess.run(
        [sys.executable, "-c", f"{start}\n{TELL}"],
        env=environment,
        cwd=data,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    peak, *heavy = result.stdout.splitlines()[-1].split()
    return int(peak), set(heavy)


@pytest.mark.parametrize("start", [SERVER, CHECK], ids=["the server", "a command"])
def test_starting_imports_nothing_heavy(start, tmp_path):
    assert not started(start, tmp_path)[1] & set(HEAVY)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak")
def test_checking_the_audit_log_imports_nothing_of_pages_and_leaves_room_for_the_log(tmp_path):
    peak, heavy = started(AUDIT, tmp_path)

    assert not heavy
    assert 0 < peak <= MEGABYTES
