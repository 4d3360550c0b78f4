"""Tokens for programs, on a page of their own, and the description of what programs may read."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.actions import api_tokens as actions
from casereview.api import description, reading, tokens
from casereview.forms.api_tokens import TokenForm
from casereview.models import ApiToken
from casereview.records import Conflict
from casereview.step_up import step_up_required
from casereview.views.acting import posted


@role_view("list_api_tokens")
def list_api_tokens(request: HttpRequest) -> HttpResponse:
    """List one's own tokens: what each is for, when it was last used and when it ends."""
    return render(request, "casereview/api/tokens.html", _listed(request))


def _listed(request: HttpRequest) -> dict[str, Any]:
    own = ApiToken.objects.filter(user=request.user.pk).select_related("user")
    now = timezone.now()
    live = [one for one in own if one.ended_at is None and one.expires_at > now]
    return {
        "live": [(one, tokens.why_not(one)) for one in live],
        "past": [one for one in own if one not in live][:20],
        "on": settings.API,
        "may_make": access.can(request.user, "make_api_token"),
        "most": actions.MOST,
    }


@role_view("make_api_token")
@step_up_required
def make_api_token(request: HttpRequest) -> HttpResponse:
    """Make a token; it is shown on this one answer and never again."""
    form = TokenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            token, secret = actions.make_api_token(
                name=typed["name"], days=int(typed["days"]), by=request.user
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            made = {"token": token, "secret": secret, "site": request.build_absolute_uri("/api/")}
            return render(request, "casereview/api/made.html", made)
    return render(request, "casereview/api/make.html", {"form": form})


@require_POST
@role_view("end_api_token")
def end_api_token(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """End a token: one's own, or as an administrator a person's."""
    found = ApiToken.objects.select_related("user").filter(pk=token).first()
    own = found is not None and found.user_id == request.user.pk
    if found is None or not (own or access.can(request.user, "deactivate_person")):
        return access.not_found()
    try:
        actions.end_api_token(token=found, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    except Conflict:
        messages.error(request, "Somebody else changed this token: look again")
    else:
        messages.success(request, "The token is ended: the program reads nothing more with it")
    return redirect("list_api_tokens") if own else redirect("view_person", found.user_id)


@role_view("use_api")
def describe_api(request: HttpRequest) -> HttpResponse:
    """Describe what programs may read, on a page made here."""
    return render(
        request,
        "casereview/api/description.html",
        {"endpoints": description.endpoints(), "shapes": description.shapes()},
    )


@role_view("use_api")
def _schema(request: HttpRequest) -> HttpResponse:
    """Give the description as OpenAPI."""
    return JsonResponse(reading.schema())


give_schema = tokens.by_token(_schema, or_sitting=True)
