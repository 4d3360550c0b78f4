"""The page on which anybody may notify a child's death, without an account."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from casereview import access, copies, rate_limits
from casereview.access import open_view
from casereview.actions import NotAllowed
from casereview.models import IntakeItem
from casereview.social_care import for_area, of_all_areas
from cdop import receipts
from cdop.actions.intake import PUBLIC, receive_notification
from cdop.forms.drafting import Typed, typed_in
from cdop.forms.outside import OutsideForm, ReceiptForm

MOST_BYTES = 100_000
HOUR = 60 * 60
# A whole hospital may share one address.
LOOKS, SENDS, SENDS_OF_ALL = 60, 20, 200
_SIGNER = signing.TimestampSigner(salt="notify")


def _notice(areas: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """What every page here says first; the numbers of all areas until the notifier names one."""
    known = any(areas)
    return {
        "social_care": for_area(*areas),
        "social_care_areas": [] if known else of_all_areas(),
        "notifications_read": settings.NOTIFICATIONS_READ,
        **more,
    }


def _wait(request: HttpRequest) -> HttpResponse:
    return render(request, "cdop/intake/wait.html", _notice(), status=429)


def _too_often(request: HttpRequest, what: str, most: int) -> bool:
    address = rate_limits.address_of(request)
    return not rate_limits.allowed(what, address, most=most, seconds=HOUR)


@open_view("takes a notification from outside; it reads nothing of any case")
@login_not_required
def notify(request: HttpRequest) -> HttpResponse:
    """Take a notification: a form, then the answers to check, then a receipt to keep."""
    if request.method != "POST":
        return render(request, "cdop/intake/notify.html", _notice(form=OutsideForm()))
    if _too_often(request, "notify", LOOKS):
        return _wait(request)
    if len(request.body) > MOST_BYTES:
        return render(request, "cdop/intake/too_large.html", _notice(), status=413)
    form = OutsideForm(data=request.POST)
    wanted = request.POST.get("do")
    if not form.is_valid() or wanted == "change":
        return render(request, "cdop/intake/notify.html", _notice(form.areas, form=form))
    typed = typed_in(form, request.POST)
    if wanted != "send":
        return _check(request, form, typed)
    nonce = _nonce(request.POST.get("once", ""))
    if nonce is None:
        return _check(request, form, typed, "Check your answers once more, then send them")
    if form.urgent and request.POST.get("understood") != "yes":
        return _check(request, form, typed, "Tick the box about the other children")
    if _too_often(request, "notify-send", SENDS) or not rate_limits.allowed(
        "notify-send", "all", most=SENDS_OF_ALL, seconds=HOUR
    ):
        return _wait(request)
    return _receive(request, form, typed, nonce)


def _check(
    request: HttpRequest, form: OutsideForm, typed: Typed, problem: str = ""
) -> HttpResponse:
    hidden = [(name, value) for name, values in typed.items() for value in values]
    return render(
        request,
        "cdop/intake/check.html",
        _notice(
            form.areas,
            form=form,
            hidden=hidden,
            once=_SIGNER.sign(uuid.uuid4().hex),
            problem=problem,
        ),
    )


def _nonce(signed: str) -> uuid.UUID | None:
    """Return what makes this sending one; None where it is not ours, or a day old."""
    try:
        return uuid.UUID(_SIGNER.unsign(signed, max_age=24 * HOUR))
    except (signing.BadSignature, ValueError):
        return None


def _receive(
    request: HttpRequest, form: OutsideForm, typed: Typed, nonce: uuid.UUID
) -> HttpResponse:
    digest = receipts.digest_of(typed)
    try:
        item = receive_notification(
            # Sent again unchanged it is the same row; changed, it is another.
            key=uuid.uuid5(nonce, digest),
            typed=typed,
            board=form.cleaned_data.get("place_of_death_board") or "",
            urgent=form.urgent,
        )
    except NotAllowed as refusal:
        return _check(request, form, typed, str(refusal))
    check = receipts.check_number(item.receipt, item.received_at, digest)
    return render(
        request,
        "cdop/intake/receipt.html",
        _notice(form.areas, form=form, item=item, check=check),
    )


@open_view("says whether a receipt is genuine, and nothing of what was sent")
@login_not_required
def check_receipt(request: HttpRequest) -> HttpResponse:
    """Say whether a receipt is genuine, and when it was given."""
    form = ReceiptForm(data=request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "cdop/intake/check_receipt.html", _notice(form=form))
    if _too_often(request, "receipt", LOOKS):
        return _wait(request)
    asked, item = form.is_valid(), None
    if asked:
        code = receipts.in_groups(receipts.plainly(form.cleaned_data["receipt"]))
        found = IntakeItem.objects.filter(receipt=code, source=PUBLIC).first()
        given = form.cleaned_data["check"]
        if found is not None and receipts.genuine(code, found.received_at, given):
            item = found
    return render(
        request,
        "cdop/intake/check_receipt.html",
        _notice(form=form, asked=asked, received_at=item.received_at if item else None),
    )


@open_view("hands over a genuine receipt as a file, and nothing of what was sent")
@login_not_required
@require_POST
def download_receipt(request: HttpRequest) -> HttpResponse:
    """Hand over a receipt as PDF to whoever has both of its numbers."""
    if _too_often(request, "receipt", LOOKS):
        return _wait(request)
    form = ReceiptForm(data=request.POST)
    code = receipts.in_groups(receipts.plainly(form.data.get("receipt", "")))[:40]
    found = IntakeItem.objects.filter(receipt=code).first()
    if not form.is_valid() or found is None:
        return access.not_found()
    given = form.cleaned_data["check"]
    if not receipts.genuine(code, found.received_at, given):
        return access.not_found()
    return copies.as_file(
        receipts.paper(code, found.received_at, receipts.in_groups(receipts.plainly(given))),
        "receipt.pdf",
    )
