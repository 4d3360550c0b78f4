"""One act on a review, on a page of its own: a form, the act, back to where one came from."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casereview.actions import NotAllowed
from casereview.forms import Form
from casereview.forms.seen import SeenForm
from casereview.models import User
from casereview.records import Conflict, Record
from casereview.views.acting import CHANGED
from scr.models import CaseUnderReview
from scr.review_page import about


def act(
    request: HttpRequest,
    review: CaseUnderReview,
    form: Form,
    do: Callable[[], Any],
    *,
    heading: str,
    button: str,
    done: str,
    back: str = "scr:view_review",
    keys: tuple[Any, ...] = (),
    now: Callable[[], Record | None] = lambda: None,
    **shown: Any,
) -> HttpResponse:
    """Show a form; when it is posted and valid, act, say so, and go `back`."""
    url = reverse(back, args=[review.reference, *keys])
    if request.method == "POST" and form.is_valid():
        if attempt(form, do, now):
            messages.success(request, done)
            return redirect(url)
    return render(
        request,
        "scr/reviews/form.html",
        {
            **about(request.user, review),
            "form": form,
            "heading": heading,
            "button": button,
            "back_url": url,
            **shown,
        },
    )


def attempt(
    form: Form, do: Callable[[], Any], now: Callable[[], Record | None] = lambda: None
) -> bool:
    """Act and say whether it is done; what is refused or was changed meanwhile is on the form."""
    try:
        do()
    except NotAllowed as refusal:
        for line in str(refusal).split("; "):
            form.add_error(None, line)
    except Conflict:
        form.add_error(None, CHANGED)
        if isinstance(form, SeenForm):
            form.take(now())
    else:
        return True
    return False


def reader(request: HttpRequest) -> User:
    """Return who reads: the door let them in."""
    assert isinstance(request.user, User)  # noqa: S101 - the door let them in
    return request.user
