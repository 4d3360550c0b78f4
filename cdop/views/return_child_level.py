"""The child-level form of a return: a row for each review, taken out with a second person."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from casereview.access import not_found, role_view
from casereview.step_up import step_up_required
from casereview.views.exporting import with_second_person
from cdop import return_request
from cdop.views.returns import handed_over, write_return


@role_view("export_child_level")
@step_up_required
def export_child_level(request: HttpRequest, year: int) -> HttpResponse:
    """Ask for the Excel file with its child-level sheet, or make it once it was agreed to."""
    asked = return_request.find(request, year)
    revision = request.GET.get("revision", "")
    kept = asked.revision(revision) if asked and revision else None
    if asked is None or (revision and kept is None):
        return not_found()
    page = (
        reverse("cdop:view_frozen_return", args=[year, kept.revision])
        if kept
        else reverse("cdop:view_return", args=[year])
    )
    which = (
        f"revision {kept.revision}" if kept else f"as it counts on {timezone.localdate():%-d %B %Y}"
    )
    return with_second_person(
        request,
        action="export_child_level",
        detail={
            "year": year,
            "area_code": asked.scope.board or "",
            "revision": kept.revision if kept else 0,
        },
        heading="Take out the child-level form",
        lead=f"Annual return {asked.year}, {asked.area}, {which}: the Excel file with a row for "
        "each review, under a pseudonym. It holds no name, and can still point to a child.",
        back=f"{page}{asked.keep}#file",
        make=lambda: handed_over(write_return(request, asked, kept, "xlsx", child_level=True)),
    )
