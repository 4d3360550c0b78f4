"""What the solver prints stays off the one document of a command."""

import contextlib
import os
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def solver_unheard() -> Iterator[None]:
    """Keep what the solver's own code prints off standard output, which holds one document."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
