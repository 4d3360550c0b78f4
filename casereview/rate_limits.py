"""Limits on how often something may be asked from outside, seen by every worker process."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from casereview import audit


def address_of(request: HttpRequest) -> str:
    """Return a keyed digest of the client's address, as far as trusted proxies tell it."""
    return audit.digest_of("address", get_adapter().get_client_ip(request))


def allowed(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one use of `what` by `who`; say whether it is among the `most` of these seconds.

    Places are taken one by one, which the shared cache does atomically, where counting up is not.
    """
    window = f"rate:{what}:{who}:{int(time.time()) // seconds}"
    for place in range(cache.get(window, 0), most):
        if cache.add(f"{window}:{place}", 1, seconds):
            cache.set(window, place + 1, seconds)
            return True
    return False
