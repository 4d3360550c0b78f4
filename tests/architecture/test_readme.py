"""What the README says is so."""

import re
from pathlib import Path

from tests.architecture.access_in_words import table

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_access_table_is_the_one_in_the_code():
    assert table() in README, "run python -m tests.architecture.access_in_words and paste it"


def test_every_file_it_points_to_is_there():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith(("http:", "https:")):
            assert (ROOT / target).exists(), target


def test_every_setting_that_is_read_is_in_the_list():
    listed = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    code = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    code += (ROOT / "config" / "env.py").read_text(encoding="utf-8")
    code += (ROOT / "run").read_text(encoding="utf-8")
    names = set(
        re.findall(r'(?:text|flag|words|days|required|secret|database)\(\s*"([A-Z_]+)"', code)
    )

    assert names
    assert {name for name in names if f"`{name}`" not in listed} == set()
