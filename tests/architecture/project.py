"""The project's own files: what git tracks, or will once it is added."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("config", "casereview", "cdop", "scr", "learning")
NOT_OURS = {".git", ".venv", "var", "node_modules", "__pycache__"}


@functools.cache
def files() -> tuple[str, ...]:
    """Return every file's path from the root, without what git ignores; sorted."""
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        # An unpacked archive has no history; its files are all there is.
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        return tuple(sorted(str(path) for path in found if NOT_OURS.isdisjoint(path.parts)))
    return tuple(sorted(path for path in listing.split("\0") if path and (ROOT / path).is_file()))


def text(path: str) -> str:
    """Return a file's text; a file that is no UTF-8 text is blank."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def app_modules(*, migrations: bool = False) -> Iterator[tuple[str, ast.Module]]:
    """Yield path and syntax tree of each Python module of the apps."""
    for path in files():
        if path.endswith(".py") and path.split("/")[0] in APPS:
            if migrations or "/migrations/" not in path:
                yield path, ast.parse(text(path), path)


def templates() -> Iterator[tuple[str, str]]:
    """Yield path and text of each template of the apps."""
    for path in files():
        if "/templates/" in path and path.split("/")[0] in APPS:
            yield path, text(path)
