"""What the tests need of the machine: a program from the system, installed when that is allowed."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

NONINTERACTIVE = {"DEBIAN_FRONTEND": "noninteractive"}


def in_ci() -> bool:
    """Say whether a missing program is a failure and not a skip."""
    return bool(os.environ.get("CI"))


def may_install() -> bool:
    """Say whether this is Debian (or its kin) and we are root."""
    return (
        os.geteuid() == 0
        and Path("/etc/debian_version").exists()
        and shutil.which("apt-get") is not None
    )


def install(*packages: str) -> bool:
    """Install system packages where that is allowed; False where it is not or did not work."""
    if not may_install():
        return False
    print(f"installing {' '.join(packages)} ...", file=sys.stderr, flush=True)
    _refresh()
    return _apt("install", "--yes", "--no-install-recommends", *packages)


@functools.cache
def _refresh() -> bool:
    return _apt("update")


def _apt(*arguments: str) -> bool:
    result = subprocess.run(
        ["apt-get", "-qq", *arguments],
        env={**os.environ, **NONINTERACTIVE},
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        check=False,
    )
    return result.returncode == 0
