"""The decisions register, for the board and its inspector: anonymous, as a page and as files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from casereview import access
from casereview.access import role_view
from casereview.step_up import step_up_required
from casereview.views.exporting import with_second_person
from scr.register import register
from scr.register_files import FORMATS, NOTE, RegisterFile, export_register, exported_words


@role_view("view_scr_register")
def view_scr_register(request: HttpRequest) -> HttpResponse:
    """Show every case the board's group considered, without the child or the case reference."""
    found = register(request.user, timezone.localdate(), _year(request))
    return render(
        request,
        "scr/register/page.html",
        {
            "register": found,
            "note": NOTE,
            "formats": list(FORMATS),
            "may_export": access.can(request.user, "export_scr_register"),
        },
    )


@role_view("export_scr_register")
@step_up_required
def export_scr_register(request: HttpRequest, file_format: str) -> HttpResponse:
    """Ask for the register as a file, or hand it over once a second person agreed."""
    if file_format not in FORMATS:
        return access.not_found()
    year = _year(request)
    of_year = f"the year to 31 March {year}" if year else "all years"
    page = reverse("scr:view_scr_register") + (f"?year={year}" if year else "")
    return with_second_person(
        request,
        action="export_scr_register",
        detail={"year": year or 0, "format": file_format},
        heading="Take out the decisions register",
        lead=f"The register of {of_year} as {file_format.upper()}: a row for each case that was "
        "considered, under a number that leads to no case.",
        back=page,
        make=lambda: _handed_over(_file(request.user, file_format, year)),
    )


def _handed_over(file: RegisterFile) -> HttpResponse:
    response = HttpResponse(file.content, content_type=file.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


def _year(request: HttpRequest) -> int | None:
    """Return the year that was asked for, by the year it ends in; None is all."""
    asked = request.GET.get("year", "")
    return int(asked) if len(asked) == 4 and asked.isascii() and asked.isdigit() else None


def _file(user, file_format: str, year: int | None) -> RegisterFile:
    today = timezone.localdate()
    found = register(user, today, year)
    return export_register(found, file_format, by=user, exported=exported_words(user.name, today))
