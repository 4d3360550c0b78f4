"""Take back what was written, so that one world made for many questions is new for each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.core.cache import cache
from django.db import transaction

from casereview import access

Asked = TypeVar("Asked")


@contextmanager
def set_back() -> Iterator[None]:
    """Take back at the end whatever is written inside, in both databases and in the cache."""
    with transaction.atomic(), transaction.atomic(using="keys"):
        yield
        transaction.set_rollback(True)
        transaction.set_rollback(True, using="keys")
    cache.clear()
    access.forget()


def in_parts(everything: Sequence[Asked], parts: int) -> list[Sequence[Asked]]:
    """Deal questions out, so that the world they are asked of is made a few times only."""
    return [everything[part::parts] for part in range(parts)]
