"""Start-up stays light: what is heavy is imported where it is used."""

import os
import subprocess
import sys

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
TELL = f"import sys; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
SERVER = "import config.wsgi"
CHECK = "from django.core.management import execute_from_command_line as run; run(['', 'check'])"


@pytest.mark.parametrize("start", [SERVER, CHECK], ids=["the server", "a command"])
def test_starting_imports_nothing_heavy(start, tmp_path):
    environment = os.environ | {
        "CASEREVIEW_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": str(project.ROOT),
    }
    for name in ("DATABASE_URL", "KEYS_DATABASE_URL"):
        environment.pop(name, None)

    result = subprocess.run(
        [sys.executable, "-c", f"{start}\n{TELL}"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "[]"
