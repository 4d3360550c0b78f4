"""`./run` prepares once, says so on standard error only, and gets out of the way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import project

LOCKS = ("requirements.txt", "requirements-dev.txt")
MANAGE = """\
import os, sys
print(sys.argv[1:], os.getcwd())
sys.exit(int(sys.argv[1]))
"""
# Stands for uv: it notes each installation and takes long enough for a second caller to arrive.
INSTALLER = """\
#!/bin/sh
case $1 in
    venv)
        for folder; do :; done
        mkdir -p "$folder/bin"
        ln -s {python} "$folder/bin/python"
        ;;
    pip)
        sleep 0.3
        echo "$*" >> "{log}"
        echo "installing"
        [ ! -e "{broken}" ]
        ;;
esac
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of `run` in a folder with a space, with locks, a command and no environment."""
    folder = tmp_path / "a copy"
    folder.mkdir()
    shutil.copy(project.ROOT / "run", folder)
    for lock in LOCKS:
        (folder / lock).write_text(f"# {lock}\n")
    (folder / "manage.py").write_text(MANAGE)
    programs = tmp_path / "programs"
    programs.mkdir()
    uv = programs / "uv"
    uv.write_text(
        INSTALLER.format(
            python=sys.executable, log=tmp_path / "installed", broken=tmp_path / "broken"
        )
    )
    uv.chmod(0o755)
    return folder


def start(copy: Path, *arguments: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    programs = copy.parent / "programs"
    return subprocess.Popen(
        [copy / "run", *arguments],
        cwd=cwd or copy.parent,
        env=os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(copy: Path, *arguments: str, cwd: Path | None = None) -> tuple[int, str, str]:
    with start(copy, *arguments, cwd=cwd) as process:
        out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def installations(copy: Path) -> list[str]:
    log = copy.parent / "installed"
    return log.read_text().splitlines() if log.exists() else []


def test_a_command_gets_its_arguments_its_folder_and_gives_its_status(copy, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    status, out, _ = run(copy, "manage", "7", "two words", "", cwd=elsewhere)

    assert (status, out) == (7, f"['7', 'two words', ''] {elsewhere}\n")


def test_preparation_speaks_on_standard_error_only(copy):
    status, out, err = run(copy, "manage", "0")

    assert (status, out) == (0, f"['0'] {copy.parent}\n")
    assert "preparing .venv" in err


def test_a_ready_environment_is_left_alone_without_a_word(copy):
    run(copy, "setup")

    status, _, err = run(copy, "manage", "0")

    assert (status, err) == (0, "")
    assert len(installations(copy)) == 1


def test_a_changed_lock_is_installed_again(copy):
    run(copy, "setup")
    (copy / "requirements.txt").write_text("# changed\n")

    run(copy, "manage", "0")

    assert len(installations(copy)) == 2


def test_two_at_once_prepare_once(copy):
    both = [start(copy, "manage", status) for status in ("3", "4")]
    for process in both:
        process.communicate(timeout=60)

    assert [process.returncode for process in both] == [3, 4]
    assert len(installations(copy)) == 1


def test_a_failed_preparation_runs_nothing_and_is_tried_again(copy):
    broken = copy.parent / "broken"
    broken.touch()
    status, out, err = run(copy, "manage", "0")
    broken.unlink()

    again, *_ = run(copy, "manage", "0")

    assert (status, out, again) == (1, "", 0)
    assert "could not be prepared" in err
    assert len(installations(copy)) == 2


def test_the_tests_bring_their_own_lock_and_later_commands_keep_it(copy):
    (copy / "tests").mkdir()
    (copy / "tests" / "checks.py").write_text("print('checked')")
    run(copy, "setup")

    status, out, _ = run(copy, "test")
    run(copy, "manage", "0")

    assert (status, out) == (0, "checked\n")
    assert [line.rsplit("/", 1)[-1] for line in installations(copy)] == list(LOCKS)


def test_only_hashed_packages_are_installed(copy):
    run(copy, "setup")

    assert all("--require-hashes" in line for line in installations(copy))


@pytest.mark.parametrize("arguments", [(), ("dmeo",)], ids=["nothing", "a typing error"])
def test_anything_else_explains_the_commands(copy, arguments):
    status, out, err = run(copy, *arguments)

    assert (status, out) == (2, "")
    assert "usage: ./run COMMAND" in err
