"""Pages that belong to no one group."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from casereview.access import open_view


@open_view("says only that the server answers")
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Say that the server answers; nothing else."""
    return HttpResponse("ok", content_type="text/plain")
