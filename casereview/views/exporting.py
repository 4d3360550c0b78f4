"""The page on which a file about many cases is asked for, and made once somebody else agreed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview.actions import NotAllowed, exports
from casereview.people_forms import ReasonForm
from casereview.rules.second_person import NEEDED, who_words

WHY = "Enter what the file is for, and who gets it"
HINT = "For example: the national collection asks for it. Do not name a child."


def with_second_person(
    request: HttpRequest,
    *,
    action: str,
    detail: dict[str, Any],
    heading: str,
    lead: str,
    back: str,
    make: Callable[[], HttpResponse],
) -> HttpResponse:
    """Show how far it is, take the request, or hand over the file that was agreed to.

    `detail` says exactly which file: another year or another form of it is another request.
    """
    user = request.user
    if request.method == "POST" and request.POST.get("do") == "make":
        try:
            return exports.make_as_agreed(action=action, detail=detail, by=user, make=make)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect(request.get_full_path())
    form = ReasonForm(request.POST if request.method == "POST" else None, required=WHY, hint=HINT)
    if form.is_bound and form.is_valid():
        try:
            exports.propose_export(action=action, detail=detail, by=user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"It waits for {_who(action)} to agree")
            return redirect(request.get_full_path())
    return render(
        request,
        "casereview/door/export.html",
        {
            "heading": heading,
            "lead": lead,
            "back": back,
            "who": _who(action),
            "days": NEEDED[action].days,
            "nobody": not exports.who_may_agree(action, user),
            "state": exports.state_of(action=action, detail=detail, by=user),
            "form": form,
        },
    )


def _who(action: str) -> str:
    """Return who may agree: whoever asks for such a file is seldom one of them."""
    words = who_words(NEEDED[action])
    return words.replace("another a", "an a").replace("another ", "a ")
