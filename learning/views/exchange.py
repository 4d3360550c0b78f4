"""The exchange of learning with other areas: compare, give, take in, and whose key is accepted."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, audit, keys
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.actions.drafts import discard_draft, keep_draft
from casereview.models import Draft
from casereview.releases import Refused
from casereview.rules.return_year import ReturnYear
from casereview.step_up import step_up_required
from casereview.views.acting import posted
from cdop.statistics import FIRST_YEAR
from learning import exchange, exchange_page
from learning.actions import exchange as actions
from learning.forms.exchange import (
    ChooseLearningForm,
    ChoosePeriodForm,
    ReadAllForm,
    ReceiveForm,
)
from learning.models import GivenBundle, ReceivedBundle, Theme
from learning.panels import panel_asked, panels_for
from learning.rules.exchange_file import fingerprint, read

GIVE, TAKE_IN = "export_learning", "receive_learning"


@role_view("view_exchange")
def view_exchange(request: HttpRequest) -> HttpResponse:
    """Show the own themes beside those of the other areas together."""
    panel = panel_asked(request.user, "view_exchange", request.GET.get("panel", ""))
    if panel is None:
        return access.not_found()
    asked = request.GET.get("years", "5")
    years = int(asked) if asked in {str(number) for number in exchange.PERIODS} else 5
    today = timezone.localdate()
    return render(
        request,
        "learning/exchange/compared.html",
        {
            **exchange_page.compare(panel, years, today),
            "panels": list(panels_for(request.user, "view_exchange")),
            "periods": [(number, words) for number, words in exchange.PERIODS.items()],
            "given": exchange_page.given_by(panel),
            "may_give": access.can(request.user, GIVE),
            "may_receive": access.can(request.user, TAKE_IN),
            "sees_areas": access.can(request.user, "list_exchange_areas"),
        },
    )


@role_view(GIVE)
def export_learning(request: HttpRequest) -> HttpResponse:
    """Choose the years that are given; what would leave is shown before anything does."""
    panels = list(panels_for(request.user, GIVE))
    if not panels:
        return access.not_found()
    form = ChoosePeriodForm(
        posted(request), panels=panels, years=_ended_years(timezone.localdate())
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        panel = facts.get("panel") or panels[0]
        draft = keep_draft(
            user=request.user,
            form=GIVE,
            content={
                "panel": panel.code,
                "year": int(facts["year"]),
                "years": int(facts["years"]),
                "points": [],
            },
        )
        return redirect("learning:check_export", draft.pk)
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": "Give themes and learning to other areas",
            "lead": "First the years. Then you see every number as it would leave, and choose what "
            "of the learning goes with it. Nothing leaves before you confirm it.",
            "button": "Continue",
            "back": "learning:view_exchange",
        },
    )


@role_view(GIVE)
@step_up_required
def check_export(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show all that would leave, let learning be chosen, and make the bundle once it was read."""
    draft = draft_of(request, GIVE, key)
    panel = panel_asked(request.user, GIVE, draft.content["panel"]) if draft else None
    if draft is None or panel is None:
        return access.not_found()
    year, years = draft.content["year"], draft.content["years"]
    chosen = [uuid.UUID(one) for one in draft.content["points"]]
    making = request.method == "POST" and "make" in request.POST
    ready = ReadAllForm(request.POST if making else None)
    refusal = ""
    try:
        of = actions.asked_about(panel, year, years, timezone.localdate())
    except NotAllowed:
        return access.not_found()
    choices, hints = _choices(list(exchange.offered(of, years)))
    choosing = request.method == "POST" and not making
    form = ChooseLearningForm(
        request.POST if choosing else None,
        points=choices,
        hints=hints,
        initial={"points": [str(one) for one in chosen]},
    )
    if choosing and form.is_valid():
        wanted = [uuid.UUID(one) for one in form.cleaned_data["points"]]
        try:
            actions.refuse_leaks(of, years, actions.chosen_points(of, years, wanted))
        except NotAllowed as reason:
            form.add_error("points", str(reason))
        else:
            content = {**draft.content, "points": [str(one) for one in wanted]}
            keep_draft(user=request.user, form=GIVE, content=content, draft=draft)
            return redirect("learning:check_export", draft.pk)
    if making and ready.is_valid():
        try:
            made = actions.export_learning(
                panel=panel, year=year, years=years, points=chosen, by=request.user, read_all=True
            )
        except NotAllowed as reason:
            ready.add_error(None, str(reason))
        else:
            discard_draft(draft=draft, user=request.user)
            messages.success(request, f"Edition {made.edition} is made. Save it, and send it on")
            return redirect("learning:view_exchange")
    bundle = None
    try:
        points = actions.chosen_points(of, years, chosen)
        bundle = actions.made_of(of, years, exchange.preview(of, years), points, 1)
    except (NotAllowed, Refused) as reason:
        refusal = str(reason)
    return render(
        request,
        "learning/exchange/give.html",
        {
            "panel": panel,
            "bundle": bundle,
            "period": exchange_page.years_words(bundle) if bundle else "",
            "learning": _told(bundle),
            "refusal": refusal,
            "form": form,
            "ready": ready,
            "any_offered": bool(choices),
        },
    )


@role_view(GIVE)
@step_up_required
def save_bundle(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Hand a bundle over as it was given."""
    found = (
        GivenBundle.objects.filter(pk=key, panel__in=panels_for(request.user, GIVE))
        .select_related("panel")
        .first()
    )
    if found is None:
        return access.not_found()
    audit.append(
        GIVE,
        actor=request.user,
        table=found._meta.db_table,
        key=found.pk,
        outcome=audit.DONE,
        detail={"digest": found.digest},
    )
    response = HttpResponse((found.file or "").encode(), content_type="application/json")
    name = f"learning-{found.panel.code.lower()}-{found.first_year}-{found.last_year}"
    response["Content-Disposition"] = f'attachment; filename="{name}-edition-{found.edition}.json"'
    return response


@role_view(TAKE_IN)
def receive_learning(request: HttpRequest) -> HttpResponse:
    """Read the bundle of another area; what is wrong with it is told, and nothing is kept."""
    form = ReceiveForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        content = {"file": form.cleaned_data["file"]}
        draft = keep_draft(user=request.user, form=TAKE_IN, content=content)
        return redirect("learning:check_received", draft.pk)
    return render(request, "learning/exchange/receive.html", {"form": form})


@role_view(TAKE_IN)
def check_received(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what a bundle says; take it in, or throw it away."""
    draft = draft_of(request, TAKE_IN, key)
    if draft is None:
        return access.not_found()
    data = draft.content["file"].encode()
    if request.method == "POST" and "discard" in request.POST:
        discard_draft(draft=draft, user=request.user)
        messages.success(request, "The bundle was thrown away")
        return redirect("learning:view_exchange")
    refusal, unknown = "", False
    try:
        found = actions.looked_through(data)
    except NotAllowed as reason:
        return render(
            request,
            "learning/exchange/received_check.html",
            {"refusal": str(reason), "draft": draft},
        )
    try:
        actions.accepted_area(found)
        if request.method == "POST":
            row, new = actions.receive_learning(data=data, by=request.user)
            discard_draft(draft=draft, user=request.user)
            done = "The bundle is taken in" if new else "It is here already. Nothing was changed"
            messages.success(request, done)
            return redirect("learning:view_received", row.pk)
    except actions.NotAccepted:
        unknown = True
    except NotAllowed as reason:
        refusal = str(reason)
    return render(
        request,
        "learning/exchange/received_check.html",
        {
            "draft": draft,
            "bundle": found.bundle,
            "period": exchange_page.years_words(found.bundle),
            "learning": _told(found.bundle),
            "fingerprint": fingerprint(found.public_key),
            "unknown": unknown,
            "refusal": refusal,
        },
    )


@role_view("view_exchange")
def view_received(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what another area told, as it was received, and what came before and after it."""
    row = ReceivedBundle.objects.filter(pk=key).select_related("area", "received_by").first()
    if row is None:
        return access.not_found()
    bundle = read((row.file or "").encode()).bundle
    every = exchange_page.received_from(row.area)
    return render(
        request,
        "learning/exchange/received.html",
        {
            "row": row,
            "bundle": bundle,
            "period": exchange_page.years_words(bundle),
            "learning": _told(bundle),
            "replaced": next(one["replaced"] for one in every if one["row"].pk == row.pk),
            "every": [one for one in every if one["row"].pk != row.pk],
        },
    )


def draft_of(request: HttpRequest, form: str, key: uuid.UUID) -> Draft | None:
    return Draft.objects.filter(user=request.user.pk, form=form, pk=key).first()


def _ended_years(today: date) -> list[tuple[str, str]]:
    last = ReturnYear.containing(today).ends_in - 1
    return [(str(year), ReturnYear(year).slug) for year in range(last, FIRST_YEAR - 1, -1)]


def _choices(points: list[Any]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    keys.prefetch("learning", [one.pk for one in points])
    names = dict(Theme.objects.values_list("code", "name"))
    choices = [(str(one.pk), f"{one.reference}: {one.statement}") for one in points]
    hints = {
        str(one.pk): names.get(one.theme, one.theme)
        + (". So far for member agencies only" if one.openness == one.Openness.AGENCIES else "")
        for one in points
    }
    return choices, hints


def _told(bundle) -> list[dict[str, Any]]:
    """Return the learning of a bundle, each with the name of its theme."""
    if bundle is None:
        return []
    names = {one.code: one.name for one in bundle.themes}
    return [{"told": one, "theme": names[one.theme]} for one in bundle.learning]
