"""The state of the installation, for those who look after it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casereview import installation
from casereview.access import role_view
from casereview.rules.upkeep_state import State, lines, worst

TAGS = {
    State.GOOD: ("green", "Good"),
    State.WATCH: ("yellow", "Look at it"),
    State.BAD: ("red", "Act now"),
}


@role_view("view_status")
def view_status(request: HttpRequest) -> HttpResponse:
    """Show what keeps the installation safe, and what to do where something does not."""
    facts = installation.found()
    said = lines(facts)
    rows = [(line, *TAGS[line.state]) for line in said]
    page = {"rows": rows, "worst": worst(said), "at": facts.now}
    return render(request, "casereview/status.html", page)
