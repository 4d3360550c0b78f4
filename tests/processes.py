"""Work done by several processes at once, each with its own connections, as workers are."""

import json
import os
import traceback
import warnings
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.db import connections


def share_the_cache(settings) -> None:
    """Use the cache of the product, which every worker process sees."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "casereview_cache",
        }
    }
    call_command("createcachetable", verbosity=0)


def at_once(work: Callable[[int], Any], processes: int) -> list[Any]:
    """Have each of `processes` children do `work(number)`; return what each of them found.

    They wait for one another before they begin. What they find must be plain enough for JSON.
    """
    connections.close_all()
    start, begin = os.pipe()
    children = []
    for number in range(processes):
        reads, writes = os.pipe()
        with warnings.catch_warnings():
            # Other threads of the tests hold no lock that the children need.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            os.close(begin)
            _do(work, number, start, writes)
        os.close(writes)
        children.append((child, reads))
    os.close(start)
    os.close(begin)
    found = []
    for child, reads in children:
        with os.fdopen(reads) as said:
            text = said.read()
        os.waitpid(child, 0)
        answer = json.loads(text or '"it died"')
        assert isinstance(answer, list), f"process {child}: {answer}"
        found.append(answer[0])
    return found


def _do(work: Callable[[int], Any], number: int, start: int, writes: int) -> None:
    """Do the work in a child and leave at once, before anything of the tests is torn down."""
    try:
        os.read(start, 1)
        answer = json.dumps([work(number)])
    except BaseException:  # noqa: BLE001 - the parent says it
        answer = json.dumps(traceback.format_exc())
    try:
        os.write(writes, answer.encode())
    finally:
        os._exit(0)
