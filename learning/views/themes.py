"""Themes: the list, one theme's story, keeping the list, and what themes are compared with."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.records import Conflict
from casereview.views.acting import again, posted
from learning import actions, theme_page
from learning.forms.themes import ReferenceForm, ThemeForm
from learning.models import Theme
from learning.rules.quarters import Quarter
from learning.rules.signals import WINDOW

CHANGED = (
    "Somebody else changed this while you were typing. Compare what you typed below with the "
    "theme, then save again"
)
# How many years back a reference period may begin.
_YEARS_BACK = 15


@role_view("list_themes")
def list_themes(request: HttpRequest) -> HttpResponse:
    """List the themes, those seen more often than before first."""
    return render(request, "learning/themes.html", theme_page.about_list(timezone.localdate()))


@role_view("view_theme")
def view_theme(request: HttpRequest, theme: uuid.UUID) -> HttpResponse:
    """Show a theme's story."""
    found = Theme.objects.filter(pk=theme).select_related("parent").first()
    if found is None:
        return access.not_found()
    shown = theme_page.about_theme(request.user, found, timezone.localdate())
    return render(request, "learning/theme.html", shown)


@role_view("add_theme")
def add_theme(request: HttpRequest) -> HttpResponse:
    """Add a theme to the list."""
    form = ThemeForm(posted(request), initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            theme = actions.add_theme(by=request.user, facts=_facts(form))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The theme is in the list")
            return redirect("learning:view_theme", theme.pk)
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": "Add a theme",
            "button": "Add the theme",
            "back": "learning:list_themes",
        },
    )


@role_view("change_theme")
def change_theme(request: HttpRequest, theme: uuid.UUID) -> HttpResponse:
    """Change what a theme is about, or when it is given."""
    found = Theme.objects.filter(pk=theme).first()
    if found is None:
        return access.not_found()
    form = ThemeForm(posted(request), theme=found, initial=ThemeForm.shown(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_theme(
                theme=found,
                by=request.user,
                facts=_facts(form),
                version=form.cleaned_data["version"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(found))
        else:
            messages.success(request, "The theme is changed")
            return redirect("learning:view_theme", found.pk)
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": "Change a theme",
            "lead": "What was coded with it keeps the code. To end a theme, enter the day from "
            "which it is no longer given.",
            "button": "Save the changes",
            "back": "learning:view_theme",
            "key": found.pk,
        },
    )


@role_view("decide_reference_period")
def decide_reference_period(request: HttpRequest) -> HttpResponse:
    """Decide the quarters that themes are compared with."""
    window_begins = Quarter.last_closed(timezone.localdate()) - (WINDOW - 1)
    quarters = [window_begins - number for number in range(8, 4 * _YEARS_BACK + 1)]
    form = ReferenceForm(
        posted(request), quarters=quarters, initial={"first": str(window_begins - 20)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_reference_period(
                by=request.user,
                first=Quarter.parse(form.cleaned_data["first"]),
                quarters=form.cleaned_data["quarters"],
                exposure=form.cleaned_data["exposure"],
                reason=form.cleaned_data["reason"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Themes are compared with these quarters from now on")
            return redirect("learning:list_themes")
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": "Decide what themes are compared with",
            "lead": "The period stays where it is until another is decided. One that moved along "
            "would double the false flags.",
            "button": "Decide",
            "back": "learning:list_themes",
        },
    )


def _facts(form: ThemeForm) -> actions.ThemeFacts:
    facts: dict[str, Any] = form.cleaned_data
    return actions.ThemeFacts(
        name=facts["name"],
        covers=facts["covers"],
        does_not_cover=facts["does_not_cover"],
        cue_words=facts["cue_words"].replace("\n", ",").split(","),
        parent=facts["parent"],
        since=facts["since"],
        until=facts["until"],
    )
