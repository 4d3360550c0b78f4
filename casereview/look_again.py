"""A page that waits for long work: it looks again by itself, unless its reader lets it stand.

By a header, because a page that reloads by its own markup cannot be stopped by whoever reads
slowly or has it read aloud. The words are in `casereview/_look_again.html`.
"""

from django.http import HttpRequest, HttpResponse

STANDS_STILL = "still"


def look_again(request: HttpRequest, response: HttpResponse, *, seconds: int) -> HttpResponse:
    """Have the browser ask for the page again after `seconds`, unless it is to stand still."""
    if STANDS_STILL not in request.GET:
        response["Refresh"] = f"{seconds}"
    return response
