"""Pages that hold nothing of any case, and what is said when there is no page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from casereview import access, errors
from casereview.access import open_view


@open_view("says only that the server answers")
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Say that the server answers; nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@open_view("explains the product")
@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    """Explain how to work with the product."""
    return render(request, "casereview/pages/help.html")


@open_view("says how accessible the product is")
@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how accessible the product is, and what is not known."""
    return render(request, "casereview/pages/accessibility.html")


@open_view("says what is kept about those who use the product")
@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept about those who use the product, and about those in the records."""
    return render(request, "casereview/pages/privacy.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer as the door does for a case that is absent or not the reader's."""
    return access.not_found()


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer as the door does for what the reader's role does not allow."""
    return access.forbidden()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that what was sent could not be read, and nothing of what it was."""
    return HttpResponse(render_to_string("400.html"), status=400)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong, and nothing about what it was but a reference to the log."""
    page = {"reference": errors.reference_of(request)}
    return HttpResponse(render_to_string("500.html", page), status=500)
