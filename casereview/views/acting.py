"""One act on a case, on a page of its own: a form, the act, back to where one came from."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview.actions import NotAllowed
from casereview.case_header import about
from casereview.forms import Form
from casereview.forms.seen import SeenForm
from casereview.models import Case
from casereview.records import Conflict, Record

CHANGED = (
    "Somebody else changed this while you were typing. Compare what you typed below with the "
    "case, then save again"
)


def act(
    request: HttpRequest,
    case: Case,
    form: Form,
    do: Callable[[], Any],
    *,
    back: str,
    heading: str,
    button: str,
    done: str,
    now: Callable[[], Record | None] = lambda: None,
    **shown: Any,
) -> HttpResponse:
    """Show a form; when it is posted and valid, act, say so, and go `back`.

    `now` reads the record again after a conflict, so that the next save is made knowingly.
    """
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            if isinstance(form, SeenForm):
                form.take(now())
        else:
            messages.success(request, done)
            return redirect(back, case.reference)
    return render(
        request,
        "casereview/case_form.html",
        {
            **about(request.user, case, back),
            "form": form,
            "heading": heading,
            "button": button,
            "back": back,
            **shown,
        },
    )


def posted(request: HttpRequest) -> Any:
    """Return what was posted; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def told_version(request: HttpRequest) -> int | None:
    """Return which version of a record the page showed, as it was posted; None for no number."""
    told = request.POST.get("version", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


def again(record: Record) -> Record:
    """Read a record again, so that what is saved next is saved over what stands; return it."""
    record.refresh_from_db()
    return record
