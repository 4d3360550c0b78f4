"""Run apart: looks through every hostile file, each in a fork within the limits, and measures it.

Writes one line of JSON a file: what it is, the verdict, seconds and kilobytes.
"""

import json
import os
import sys
import time

import pypdf
from pypdf import generic

from casereview.checking import KNOWN, LARGEST_BYTES, inside
from tests.casereview import hostile_files

assert pypdf and generic  # read before the first fork, not once for each file


def look(content: bytes, ending: str) -> dict:
    """Return the verdict on one file, with the time and memory it took."""
    reading, writing = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if not child:
        os.dup2(writing, 1)
        sys.stdout = os.fdopen(1, "w")
        inside.limit()
        try:
            print(json.dumps(inside.verdict_on(content)), flush=True)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        line = said.read()
    usage = os.wait4(child, 0)[2]
    verdict = json.loads(line) if line else {"refused": "killed"}
    kind = KNOWN.get(verdict.get("kind", ""))
    taken = kind is not None and ending in kind.endings and 0 < len(content) <= LARGEST_BYTES
    return {
        "refused": "" if taken else verdict.get("refused", "another kind"),
        "seconds": time.monotonic() - began,
        "kilobytes": usage.ru_maxrss,
    }


if __name__ == "__main__":
    for name, ending, content in hostile_files.hostile():
        print(json.dumps({"name": name, **look(content, ending)}), flush=True)
