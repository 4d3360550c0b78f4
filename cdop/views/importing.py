"""Notifications from a spreadsheet: the pages that every import has, for a panel's managers."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from casereview import import_pages
from casereview.access import role_view
from casereview.import_pages import Pages
from cdop.case_imports import KIND

_ADDRESSES = {
    "start": "import_cases",
    "file": "view_case_import",
    "headings": "case_import_headings",
    "errors": "case_import_errors",
    "template": "case_import_template",
}
LEAD = (
    "One row for each child. It makes the same cases as notifying each death would, for deaths "
    "that your panels review. A row whose reference is there already fills in what was blank; it "
    "overwrites nothing."
)


def _pages() -> Pages:
    back = reverse("cdop:list_notifications")
    return Pages(
        kind=KIND,
        address=lambda name, *keys: reverse(f"cdop:{_ADDRESSES[name]}", args=keys),
        back=(back, "Notifications"),
        lead=LEAD,
        after=(back, "See the notifications"),
    )


@role_view("import_cases")
def import_cases(request: HttpRequest) -> HttpResponse:
    """Take a file of notifications in; it is kept sealed for who handed it in."""
    return import_pages.start(request, _pages())


@role_view("import_cases")
def view_case_import(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what would become of each row; then bring all of it in, or throw it away."""
    return import_pages.show(request, _pages(), key)


@role_view("import_cases")
def case_import_headings(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask which heading of one's file is which column."""
    return import_pages.headings(request, _pages(), key)


@role_view("import_cases")
def case_import_errors(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Hand over the rows of one's own file that are to be corrected."""
    return import_pages.errors(request, _pages(), key)


@role_view("import_cases")
def case_import_template(request: HttpRequest) -> HttpResponse:
    """Hand over an empty file to begin with."""
    return import_pages.empty(request, _pages(), "notifications")
