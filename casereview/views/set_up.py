"""Leading a new installation to its first case, and the colour it gives itself."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import branding, set_up_page
from casereview.access import open_view, role_view
from casereview.rules.set_up_steps import steps


@role_view("view_set_up")
def view_set_up(request: HttpRequest) -> HttpResponse:
    """Show what this installation still lacks, each with the page where it is done."""
    rows = steps(set_up_page.found())
    needed = [one for one in rows if not one.done and not one.may_wait]
    page = {"rows": rows, "needed": len(needed), "next": needed[0] if needed else None}
    return render(request, "casereview/set_up.html", page)


@open_view("holds the colour that this installation gives its head")
@login_not_required
def colour(request: HttpRequest) -> HttpResponse:
    """Return the style sheet of the installation's own colour; blank where it has none."""
    own = branding.colour()
    rule = f".app-header, .app-header .govuk-generic-header {{ background: {own}; }}\n"
    return HttpResponse(rule if own else "", content_type="text/css; charset=utf-8")
