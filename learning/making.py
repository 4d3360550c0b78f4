"""Making what is given out, by the worker: it is made, or refused with the reason kept."""

import logging
import uuid
from collections.abc import Callable

from casereview import progress
from casereview.actions import NotAllowed
from casereview.models import TaskProgress
from casereview.releases import Refused

logger = logging.getLogger(__name__)
STEPS = 3
FAILED = "It could not be made. Try again, or tell an administrator"


def attempt(
    what: str,
    task: uuid.UUID,
    make: Callable[[TaskProgress], None],
    refuse: Callable[[str], None],
) -> None:
    """Make something in steps; where it may not or cannot be made, have it refused in words.

    `make` takes its last step before anything is in the ledger: what was given out can neither be
    stopped nor refused any more. `what` names it in the log of the program.
    """
    begun: TaskProgress | None = None
    try:
        begun = progress.start(task, total=STEPS)
        make(begun)
    except progress.Stopped:
        refuse("Stopped by the person who had asked for it")
        return
    except (Refused, NotAllowed) as refusal:
        refuse(str(refusal))
    except Exception as error:  # whatever went wrong, nothing is given out
        logger.warning("%s was not made: %s", what, type(error).__name__)
        refuse(FAILED)
        if begun is not None:
            progress.fail(begun, error)
        return
    if begun is not None:
        progress.finish(begun)
