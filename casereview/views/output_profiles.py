"""For whom figures are made, and how they are given: the settings and what they protect against."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, releases
from casereview.access import role_view
from casereview.actions.admissions import NotAllowed
from casereview.actions.output_profiles import settle_output_profile as settle
from casereview.codelists import load_named
from casereview.forms.output_profiles import OutputProfileForm
from casereview.rules.output_profiles import Audience, in_force
from casereview.step_up import step_up_required
from casereview.views.acting import posted


@role_view("view_output_profiles")
def view_output_profiles(request: HttpRequest) -> HttpResponse:
    """Show how figures are given to each audience, now and from later days on."""
    today = timezone.localdate()
    known = load_named("casereview", "output_profile")
    rows = []
    for audience in Audience:
        settings = releases.settings_of(audience)
        rows.append(
            {
                "audience": audience,
                "about": known.get(audience),
                "now": in_force(settings, audience, today),
                "later": [one for one in settings if one.since > today],
                "since": max(one.since for one in settings if one.since <= today),
            }
        )
    return render(
        request, "casereview/output_profiles/profiles.html", {"rows": rows, "list": known}
    )


@role_view("settle_output_profile")
@step_up_required
def settle_output_profile(request: HttpRequest, audience: str) -> HttpResponse:
    """Settle how figures are given to an audience from a day on."""
    try:
        chosen = Audience(audience)
    except ValueError:
        return access.not_found()
    now = releases.profile(chosen)
    form = OutputProfileForm(
        posted(request),
        initial={
            "threshold": now.threshold,
            "rounding": now.rounding,
            "percentage_base": now.percentage_base,
            "symbol": now.symbol,
        },
    )
    if form.is_valid():
        try:
            settle(audience=chosen, by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The settings are saved")
            return redirect("view_output_profiles")
    return render(
        request, "casereview/output_profiles/form.html", {"form": form, "audience": chosen}
    )
