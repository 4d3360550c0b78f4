"""Signals: which themes are flagged, closing a flag, and making a theme a priority."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.step_up import step_up_required
from casereview.views.acting import posted
from learning import papers, theme_flags
from learning.actions import priorities as actions
from learning.forms.priorities import CloseFlagForm, PriorityForm
from learning.models import Theme
from learning.panels import panel_asked, panels_for


@role_view("view_signals")
def view_signals(request: HttpRequest) -> HttpResponse:
    """Show the flags, the priorities and the pictures of all themes."""
    shown = of_panel(request, "view_signals")
    if shown["panel"] is None:
        return no_panel(request, "signals", "Which themes are seen more often")
    about = theme_flags.about_signals(timezone.localdate(), shown["panel"])
    return render(
        request,
        "learning/signals.html",
        {
            **about,
            **shown,
            "may_close": access.can(request.user, "close_flag"),
            "may_raise": access.can(request.user, "raise_priority"),
            "may_export": access.can(request.user, "export_signals"),
        },
    )


@role_view("export_signals")
@step_up_required
def export_signals(request: HttpRequest) -> HttpResponse:
    """Hand the signals over as PDF."""
    today, panel = timezone.localdate(), of_panel(request, "export_signals")["panel"]
    if panel is None:
        return access.not_found()
    about = theme_flags.about_signals(today, panel)
    return as_pdf(papers.signals_paper(about, by=request.user, on=today), "signals.pdf")


@role_view("close_flag")
def close_flag(request: HttpRequest, theme: uuid.UUID) -> HttpResponse:
    """Close the flag of a theme with a reason."""
    found = Theme.objects.filter(pk=theme).first()
    panel = of_panel(request, "close_flag")["panel"]
    if found is None or panel is None:
        return access.not_found()
    form = CloseFlagForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_flag(
                theme=found, panel=panel, by=request.user, reason=form.cleaned_data["reason"]
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The flag of {found.name} is closed")
            return redirect(f"{reverse('learning:view_signals')}?panel={panel.code}")
    return _page(
        request,
        form,
        f"Close the flag of {found.name}",
        "It stays on the page, with your reason. With the next quarter, or one more case, it is "
        f"judged anew. It is closed for {panel.name} alone.",
        "Close the flag",
        ("learning:view_theme", found.pk),
    )


@role_view("raise_priority")
def raise_priority(request: HttpRequest, theme: uuid.UUID) -> HttpResponse:
    """Make a theme a priority of a panel."""
    found = Theme.objects.filter(pk=theme).first()
    panels = list(panels_for(request.user, "raise_priority"))
    if found is None or not panels:
        return access.not_found()
    asked = of_panel(request, "raise_priority")["panel"]
    form = PriorityForm(
        posted(request), panels=panels, initial={"panel": str(asked.pk) if asked else ""}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.raise_priority(
                theme=found,
                panel=form.cleaned_data.get("panel") or panels[0],
                by=request.user,
                reason=form.cleaned_data["reason"],
                would_be_seen=form.cleaned_data["would_be_seen"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{found.name} is a priority")
            return redirect("learning:view_priority", made.pk)
    return _page(
        request,
        form,
        f"Make {found.name} a priority",
        "No flag is needed: one serious case can be reason enough.",
        "Make it a priority",
        ("learning:view_theme", found.pk),
    )


def _page(
    request: HttpRequest, form: Any, heading: str, lead: str, button: str, back: tuple[str, Any]
) -> HttpResponse:
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": heading,
            "lead": lead,
            "button": button,
            "back": back[0],
            "key": back[1],
        },
    )


def of_panel(request: HttpRequest, action: str) -> dict[str, Any]:
    """Return the panel that was asked for, or the first of a person's, with those to choose from.

    One that is not theirs is none.
    """
    user = request.user
    return {
        "panel": panel_asked(user, action, request.GET.get("panel", "")),
        "panels": list(panels_for(user, action)),
    }


def no_panel(request: HttpRequest, here: str, heading: str) -> HttpResponse:
    """Say to somebody without a panel why there is nothing to see."""
    return render(request, "learning/no_panel.html", {"here": here, "heading": heading})


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """Return a paper to be saved under a name."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
