"""What managers do with notifications from outside."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.models import Case, IntakeItem
from casereview.records import Conflict
from casereview.rules.working_days import written
from casereview.social_care import for_area
from cdop import actions
from cdop.actions.intake import PUBLIC, may_read, record_reading, social_care_told
from cdop.actions.matching import Found, find_matches, unsaved
from cdop.actions.notifying import own_boards
from cdop.actions.said import Said
from cdop.forms.outside import RejectForm, SocialCareToldForm, form_of, said_outside
from cdop.forms.overview import consequences
from cdop.intake_work import decided, stands_in, waiting

A_PAGE = 25
CHANGED = "Read this page again: somebody else changed the notification meanwhile"
State = IntakeItem.State


@role_view("list_intake")
def list_intake(request: HttpRequest) -> HttpResponse:
    """Show what waits to be read, the urgent first, and what was decided on."""
    page = Paginator(decided(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "cdop/intake/list.html",
        {
            "waiting": waiting(request.user),
            "page": page,
            "stands_in": stands_in(request.user),
        },
    )


def _item(request: HttpRequest, key: uuid.UUID) -> IntakeItem | None:
    found = (
        IntakeItem.objects.filter(pk=key, source=PUBLIC)
        .select_related("case__panel", "case__reviewing_board", "decided_by")
        .first()
    )
    return found if found is not None and may_read(request.user, found) else None


@role_view("read_intake")
def read_intake(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show one notification from outside; that it was read is put on record first."""
    item = _item(request, key)
    if item is None:
        return access.not_found()
    record_reading(item=item, by=request.user)
    return _page(request, item)


def _page(request: HttpRequest, item: IntakeItem, **more: Any) -> HttpResponse:
    context: dict[str, Any] = {
        "item": item,
        "social_care": for_area(),
        "told_form": SocialCareToldForm(),
        "reject_form": RejectForm(),
        "problem": "",
        "chosen": request.POST.get("same", ""),
        **more,
    }
    form = next(
        (one for one in (context["told_form"], context["reject_form"]) if one.is_bound), None
    )
    context["form"] = form
    if item.content:
        typed = item.content["typed"]
        sent = form_of(typed)
        says = said_outside(typed, item.received_at)
        told = social_care_told(item)
        context |= {
            "lines": sent.lines,
            "told": told and {**told, "on": written(date.fromisoformat(told["on"]))},
            "tell_first": item.urgent and told is None,
            "board": item.content.get("board", ""),
            "social_care": for_area(*sent.areas),
        }
        if item.state == State.WAITING and says is not None:
            own = {code: board.name for code, (board, _) in own_boards(request.user).items()}
            context |= _matches(request.user, says) | {"consequences": consequences(says, own)}
    return render(request, "cdop/intake/item.html", context)


def _matches(user, says: Said) -> dict[str, list[Found]]:
    child, people = unsaved(says)
    found = find_matches(child, people, says.died_on)
    seen = [one for one in found if access.can(user, "decide_match", one.case)]
    return {
        "offered": [one for one in seen if one.kind == "duplicate"],
        "families": [one for one in seen if one.kind == "family"],
        "elsewhere": [one for one in found if one not in seen],
    }


def _version(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1


def _decide(
    request: HttpRequest,
    key: uuid.UUID,
    do: Callable[[IntakeItem], HttpResponse],
) -> HttpResponse:
    """Do something with an item that waits; a refusal shows the page again, in words."""
    item = _item(request, key)
    if item is None:
        return access.not_found()
    if request.method != "POST" or item.state != State.WAITING:
        return redirect("cdop:read_intake", key)
    try:
        return do(item)
    except NotAllowed as refusal:
        return _page(request, item, problem=str(refusal))
    except Conflict:
        return _page(request, item, problem=CHANGED)


@role_view("record_social_care_told")
def record_social_care_told(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Record when children's social care was told, and by whom."""

    def do(item: IntakeItem) -> HttpResponse:
        form = SocialCareToldForm(data=request.POST)
        if not form.is_valid():
            return _page(request, item, told_form=form)
        actions.record_social_care_told(
            item=item, by=request.user, version=_version(request), **form.cleaned_data
        )
        messages.success(request, "It is recorded that children’s social care was told.")
        return redirect("cdop:read_intake", key)

    return _decide(request, key, do)


@role_view("accept_intake")
def accept_intake(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Accept a notification as a new case, or merge it with one that may be the same death."""

    def do(item: IntakeItem) -> HttpResponse:
        says = said_outside(item.content["typed"], item.received_at)
        if says is None:
            raise NotAllowed("Reject this and log the death by hand: it gives no day of death")
        offered = _matches(request.user, says)["offered"]
        same: dict[str, Case] = {one.case.reference: one.case for one in offered}
        chosen = request.POST.get("same", "")
        if offered and chosen not in {*same, "new"}:
            raise NotAllowed("Select whether this is the same death as a case you have")
        case = actions.accept_intake(
            item=item,
            said=says,
            by=request.user,
            merge_with=same.get(chosen),
            version=_version(request),
        )
        return redirect("cdop:notification_receipt", case.reference)

    return _decide(request, key, do)


@role_view("reject_intake")
def reject_intake(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Reject a notification, with a reason."""

    def do(item: IntakeItem) -> HttpResponse:
        form = RejectForm(data=request.POST)
        if not form.is_valid():
            return _page(request, item, reject_form=form)
        actions.reject_intake(
            item=item,
            by=request.user,
            version=_version(request),
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, "The notification is rejected, with your reason.")
        return redirect("cdop:list_intake")

    return _decide(request, key, do)
