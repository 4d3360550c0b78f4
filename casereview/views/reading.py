"""How much somebody was asked to read, and how they are told of what may distress."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casereview import access, local_texts, reading_load
from casereview.access import role_view
from casereview.actions import reading as actions
from casereview.care import choice_of
from casereview.forms.reading import NoticesForm
from casereview.meetings import meetings_of
from casereview.models import Meeting, Panel, ReadingChoice
from casereview.records import Conflict
from casereview.rules.care import CHOICES
from casereview.views.acting import CHANGED, again, posted


@role_view("view_reading")
def view_reading(request: HttpRequest) -> HttpResponse:
    """Show what one was asked to read and has looked at, where to turn, and how one is told."""
    meetings, load = reading_load.of_reader(request.user)
    chaired = []
    if access.can(request.user, "view_panel_reading"):
        chaired = list(reading_load.chaired_by(request.user))
    return render(
        request,
        "casereview/reading/own.html",
        {
            "load": load,
            "ahead": _ahead(request.user, meetings, load),
            "weeks": reading_load.WEEKS,
            "support": local_texts.written("support"),
            "told": dict(CHOICES)[choice_of(request.user)],
            "chaired": chaired,
        },
    )


def _ahead(user, meetings: list[Meeting], load: reading_load.Load) -> list[dict]:
    opens = set()
    if meetings and access.can(user, "view_meeting"):
        opens = set(
            meetings_of(user)
            .filter(pk__in=[one.pk for one in meetings])
            .values_list("pk", flat=True)
        )
    return [
        {
            "meeting": one,
            "cases": load.ahead.get(one.pk, 0),
            "url": reverse("view_meeting", args=[one.pk]) if one.pk in opens else "",
        }
        for one in meetings
    ]


@role_view("choose_notices")
def choose_notices(request: HttpRequest) -> HttpResponse:
    """Choose how one is told of what may distress."""
    found = ReadingChoice.objects.filter(user=request.user.pk).first()
    initial = {
        "notices": choice_of(request.user).value,
        "version": found.version if found else 0,
    }
    form = NoticesForm(posted(request), initial=initial)
    if form.is_bound and form.is_valid():
        try:
            actions.choose_notices(by=request.user, **form.answers())
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(found) if found else None)
        else:
            messages.success(request, "Your choice is saved")
            return redirect("view_reading")
    return render(request, "casereview/reading/choose.html", {"form": form})


@role_view("view_panel_reading")
def view_panel_reading(request: HttpRequest, panel_key: uuid.UUID) -> HttpResponse:
    """Show a chair how much the members of their panel were asked to read: counts only."""
    panel = reading_load.chaired_by(request.user).filter(pk=panel_key).first()
    if panel is None:
        return access.not_found()
    meetings, rows = reading_load.of_panel(request.user, panel)
    return render(request, "casereview/reading/panel.html", _panel(panel, meetings, rows))


def _panel(panel: Panel, meetings: list[Meeting], rows: list) -> dict:
    return {
        "panel": panel,
        "weeks": reading_load.WEEKS,
        "meetings": meetings,
        "support": local_texts.written("support"),
        "table": {
            "id": "load",
            "caption": "What each member was asked to read, and has looked at",
            "columns": [
                {"label": "Member"},
                {"label": "Cases asked to read", "numeric": True},
                {"label": "Cases looked at", "numeric": True},
                {"label": "Looks", "numeric": True},
                {"label": "Parts opened after a notice", "numeric": True},
            ],
            "rows": [
                [
                    user.name,
                    *[
                        {"text": str(number), "numeric": True}
                        for number in (load.asked, load.cases, load.looks, load.opened)
                    ],
                ]
                for user, load in rows
            ],
        },
    }
