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
from learning.briefing_sight import briefings_for
from learning.forms.themes import MergeForm, ReferenceForm, SplitForm, ThemeForm
from learning.models import Briefing, Theme
from learning.panels import panels_for
from learning.review_themes import crosswalk
from learning.rules.quarters import Quarter
from learning.rules.signals import WINDOW
from learning.theme_choices import in_force
from learning.views.signals import no_panel, of_panel

CHANGED = (
    "Somebody else changed this while you were typing. Compare what you typed below with the "
    "theme, then save again"
)
# How many years back a reference period may begin.
_YEARS_BACK = 15
BRIEFINGS = 5  # the latest given out on a theme


@role_view("list_themes")
def list_themes(request: HttpRequest) -> HttpResponse:
    """List the themes, those seen more often than before first."""
    shown = of_panel(request, "list_themes")
    if shown["panel"] is None:
        return no_panel(request, "themes", "Themes")
    about = theme_page.about_list(timezone.localdate(), shown["panel"])
    return render(request, "learning/themes.html", {**about, **shown})


@role_view("view_theme")
def view_theme(request: HttpRequest, theme: uuid.UUID) -> HttpResponse:
    """Show a theme's story."""
    found = (
        Theme.objects.filter(pk=theme).select_related("parent", "merged_into", "split_from").first()
    )
    if found is None:
        return access.not_found()
    shown = of_panel(request, "view_theme")
    if shown["panel"] is None:
        return no_panel(request, "themes", found.name)
    about = theme_page.about_theme(request.user, found, timezone.localdate(), shown["panel"])
    given = briefings_for(request.user, "view_briefing").filter(
        theme=found, panel=shown["panel"], state=Briefing.State.GIVEN
    )
    about["briefings"] = given.order_by("-given_at", "pk")[:BRIEFINGS]
    return render(request, "learning/theme.html", {**about, **shown})


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


@role_view("merge_theme")
def merge_theme(request: HttpRequest, theme: uuid.UUID) -> HttpResponse:
    """Let what was coded with a theme count for another one."""
    found = Theme.objects.filter(pk=theme, merged_into=None).first()
    if found is None:
        return access.not_found()
    form = MergeForm(
        posted(request),
        themes=lambda: in_force(timezone.localdate()).exclude(pk=found.pk),
        initial={"version": found.version},
    )
    if request.method == "POST" and form.is_valid():
        into = form.cleaned_data["into"]
        try:
            actions.merge_theme(
                theme=found,
                into=into,
                by=request.user,
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(found))
        else:
            messages.success(request, f"{found.name} counts for {into.name} now")
            return redirect("learning:view_theme", into.pk)
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": f"Merge {found.name} into another theme",
            "lead": "What was coded with it keeps its code and counts for the other theme from "
            "now on, in every count and chart. It is no longer given.",
            "button": "Merge",
            "back": "learning:view_theme",
            "key": found.pk,
        },
    )


@role_view("split_theme")
def split_theme(request: HttpRequest, theme: uuid.UUID) -> HttpResponse:
    """Make part of a theme a theme of its own, with the learning that belongs to it."""
    found = Theme.objects.filter(pk=theme, merged_into=None).first()
    if found is None:
        return access.not_found()
    points = theme_page.points_to_split(request.user, found)
    form = SplitForm(
        posted(request),
        points=[(str(one.pk), f"{one.reference}: {one.statement}") for one in points],
        initial={"version": found.version},
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            part = actions.split_theme(
                theme=found,
                facts=actions.ThemeFacts(
                    name=facts["name"],
                    covers=facts["covers"],
                    does_not_cover=facts["does_not_cover"],
                    cue_words=_cues(facts["cue_words"]),
                ),
                points=[one for one in points if str(one.pk) in facts["points"]],
                by=request.user,
                reason=facts["reason"],
                version=facts["version"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(found))
        else:
            messages.success(request, f"{part.name} is a theme of its own now")
            return redirect("learning:view_theme", part.pk)
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": f"Split {found.name}",
            "lead": "The new theme takes the learning you tick with it, and its counts of earlier "
            "years. Completed reviews stay with the theme they were given.",
            "button": "Split",
            "back": "learning:view_theme",
            "key": found.pk,
        },
    )


@role_view("list_themes")
def view_crosswalk(request: HttpRequest) -> HttpResponse:
    """Show which theme stands for each theme of serious case reviews."""
    return render(request, "learning/crosswalk.html", {"rows": crosswalk()})


@role_view("decide_reference_period")
def decide_reference_period(request: HttpRequest) -> HttpResponse:
    """Decide the quarters that themes are compared with."""
    window_begins = Quarter.last_closed(timezone.localdate()) - (WINDOW - 1)
    quarters = [window_begins - number for number in range(8, 4 * _YEARS_BACK + 1)]
    panels = list(panels_for(request.user, "decide_reference_period"))
    if not panels:
        return access.not_found()
    asked = of_panel(request, "decide_reference_period")["panel"]
    form = ReferenceForm(
        posted(request),
        quarters=quarters,
        panels=panels,
        initial={"first": str(window_begins - 20), "panel": str(asked.pk) if asked else ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_reference_period(
                by=request.user,
                first=Quarter.parse(form.cleaned_data["first"]),
                quarters=form.cleaned_data["quarters"],
                exposure=form.cleaned_data["exposure"],
                reason=form.cleaned_data["reason"],
                panel=form.cleaned_data.get("panel") or panels[0],
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


def _cues(text: str) -> list[str]:
    return text.replace("\n", ",").split(",")


def _facts(form: ThemeForm) -> actions.ThemeFacts:
    facts: dict[str, Any] = form.cleaned_data
    return actions.ThemeFacts(
        name=facts["name"],
        covers=facts["covers"],
        does_not_cover=facts["does_not_cover"],
        cue_words=_cues(facts["cue_words"]),
        review_themes=facts["review_themes"],
        parent=facts["parent"],
        since=facts["since"],
        until=facts["until"],
    )
