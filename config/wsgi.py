"""The application that a WSGI server runs."""

import logging
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.umask(0o077)  # databases, keys and files are their owner's alone
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request; what Django cannot is answered by a page that needs nothing.

    A server would otherwise write the exception's own words to its log.
    """
    from casereview import errors

    try:
        return _django(environ, start_response)
    except Exception:  # whatever it is, it must not reach the server's log
        reference = errors.reference_of(None)
        log = logging.getLogger(__name__)
        log.error("A request was not answered: %s", errors.report_current(reference))
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("500 Internal Server Error", headers)
        return [errors.last_resort(reference)]
