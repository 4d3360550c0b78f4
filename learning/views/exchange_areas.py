"""Whose bundles of learning are taken in: accepting the key of an area, and ending that."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.views.acting import posted
from learning import exchange_page
from learning.actions import exchange as actions
from learning.exchange_keys import public_key_of
from learning.forms.exchange import AcceptAreaForm, EndAreaForm
from learning.models import ExchangeArea
from learning.panels import panels_for
from learning.rules.exchange_file import fingerprint
from learning.views.exchange import TAKE_IN, draft_of


@role_view("list_exchange_areas")
def list_exchange_areas(request: HttpRequest) -> HttpResponse:
    """List the areas whose key is accepted, and show the own key to be read to others."""
    areas = list(ExchangeArea.objects.select_related("accepted_by", "ended_by"))
    panels = list(panels_for(request.user, "list_exchange_areas"))
    return render(
        request,
        "learning/exchange/areas.html",
        {
            "areas": areas,
            "own": [
                {
                    "panel": one,
                    "key": grouped(public_key_of(one)),
                    "fingerprint": exchange_page.own_fingerprint(one),
                }
                for one in panels
            ],
            "reads": access.can(request.user, "view_exchange"),
        },
    )


@role_view("accept_exchange_area")
def accept_exchange_area(request: HttpRequest) -> HttpResponse:
    """Accept the key of another area, once its fingerprint was compared by telephone."""
    draft = draft_of(request, TAKE_IN, _key(request))
    found = None
    if draft is not None:
        try:
            found = actions.looked_through(draft.content["file"].encode())
        except NotAllowed:
            found = None
    known = {"name": found.bundle.area_name, "public_key": found.public_key} if found else {}
    form = AcceptAreaForm(posted(request), initial=known)
    typed = "".join(form.data.get("public_key", "").split()).lower() if form.is_bound else ""
    shown = found.public_key if found else typed
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            actions.accept_exchange_area(
                name=facts["name"], public_key=facts["public_key"], by=request.user, compared=True
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Bundles of {facts['name']} can be taken in now")
            if draft is not None and found is not None:
                return redirect("learning:check_received", draft.pk)
            return redirect("learning:list_exchange_areas")
    return render(
        request,
        "learning/exchange/accept.html",
        {"form": form, "fingerprint": _fingerprint(shown)},
    )


@role_view("end_exchange_area")
def end_exchange_area(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Accept the key of an area no longer."""
    area = ExchangeArea.objects.filter(pk=key).first()
    if area is None:
        return access.not_found()
    form = EndAreaForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_exchange_area(
                area=area, by=request.user, reason=form.cleaned_data["reason"]
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The key of {area.name} is not accepted any longer")
            return redirect("learning:list_exchange_areas")
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": f"Accept the key of {area.name} no longer",
            "lead": "No bundle signed with it is taken in from now on, and those that were are not "
            "counted. They stay on record.",
            "button": "Accept it no longer",
            "back": "learning:list_exchange_areas",
        },
    )


def _key(request: HttpRequest) -> uuid.UUID:
    """Return the draft the address names; for whatever else was typed there, none."""
    try:
        return uuid.UUID(request.GET.get("bundle", ""))
    except ValueError:
        return uuid.UUID(int=0)


def grouped(public_key: str) -> str:
    """Return a key in groups, which a narrow page can break."""
    return " ".join(public_key[place : place + 16] for place in range(0, 64, 16))


def _fingerprint(public_key: str) -> str:
    try:
        return fingerprint(public_key) if len(public_key) == 64 else ""
    except ValueError:
        return ""
