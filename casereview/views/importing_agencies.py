"""Agencies and their contacts from a file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import codes
from casereview.access import role_view
from casereview.actions.importing_agencies import import_agencies as take_in
from casereview.forms.agency_file import AgencyFileForm
from casereview.rules.agency_file import COLUMNS
from casereview.spreadsheets import csv_bytes
from casereview.views.acting import posted

EXAMPLE = ("Example Hospital", "HOSPITAL", "", "safeguarding@example.org", "", "Duty desk")


@role_view("import_agencies")
def import_agencies(request: HttpRequest) -> HttpResponse:
    """Read a file of agencies; what is wrong with it is told row by row."""
    form = AgencyFileForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        agencies, contacts = take_in(rows=form.cleaned_data["rows"], by=request.user)
        messages.success(
            request,
            f"Added: {agencies} agenc{'y' if agencies == 1 else 'ies'}, "
            f"{contacts} contact{'' if contacts == 1 else 's'}. What was there is unchanged",
        )
        return redirect("view_agencies")
    page = {"form": form, "columns": COLUMNS, "kinds": codes.agency_types()}
    return render(request, "casereview/agencies/import.html", page)


@role_view("import_agencies")
def agencies_template(request: HttpRequest) -> HttpResponse:
    """Return the header of a file, and one example."""
    example = [*EXAMPLE, "", "desk@example.org", ""]
    response = HttpResponse(csv_bytes([list(COLUMNS), example]), content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="agencies.csv"'
    return response
