"""Pages that hold nothing of any case, and what is said when there is no page."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from casereview import access, errors, guides, terms
from casereview.access import open_view
from casereview.rules.roles import Role


@open_view("says only that the server answers")
@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Say that the server answers; nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@open_view("explains the product")
@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    """Explain how to work with the product."""
    mine = access.roles_of(request.user) if request.user.is_authenticated else frozenset()
    own = [role for role in Role if role in mine]
    others = [role for role in Role if role not in mine]
    return render(request, "casereview/pages/help.html", {"own": own, "others": others})


@open_view("explains the words of the work")
@login_not_required
def explain_terms(request: HttpRequest) -> HttpResponse:
    """Explain the words of this work, each with where its meaning was read."""
    groups: dict[str, list[terms.Term]] = {}
    for term in terms.all_terms().values():
        groups.setdefault(term.group, []).append(term)
    return render(request, "casereview/pages/terms.html", {"groups": groups})


@open_view("says what a role does here")
@login_not_required
def guide(request: HttpRequest, role: str) -> HttpResponse:
    """Say on one page, to print, what a role does here; not found for what is no role."""
    found = guides.all_guides().get(role)
    if found is None:
        raise Http404
    return render(request, "casereview/pages/guide.html", {"guide": found})


@open_view("leads through a first case")
@login_not_required
def first_case(request: HttpRequest) -> HttpResponse:
    """Lead through a first case, from the notification to the panel's review."""
    return render(request, "casereview/pages/first_case.html")


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
