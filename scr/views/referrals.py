"""Referrals: the office's list, sending one, reading one and deciding on it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, drafts
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.models import Board, Case, IntakeItem
from casereview.records import Conflict
from casereview.social_care import for_area
from scr import referral_lists
from scr.actions import receiving
from scr.actions.receiving import SOURCE, Accepted
from scr.actions.referring import editions_on, leading
from scr.forms.choosing import boards
from scr.forms.sending import MOST_CHILDREN, DecideForm, ReferralForm, RejectForm
from scr.matching import find
from scr.models import Referral
from scr.referral_said import Said

State = IntakeItem.State
CHANGED = "Read this page again: somebody else changed the referral meanwhile"
NEW = "new"


@role_view("list_referrals")
def list_referrals(request: HttpRequest) -> HttpResponse:
    """Show the referrals of the reader's board with their clocks, and those the reader sent."""
    user = request.user
    return render(
        request,
        "scr/referrals/list.html",
        {
            "office": access.can(user, "read_referral"),
            "waiting": referral_lists.waiting(user),
            "rows": referral_lists.held(user, timezone.localdate()),
            "sent": referral_lists.sent_by(user),
        },
    )


@role_view("send_referral")
def send_referral(request: HttpRequest) -> HttpResponse:
    """Take a referral of one or several children of one incident."""
    if request.method != "POST":
        before = drafts.typed_before()
        form = ReferralForm.as_typed(before, _count(before)) if before else ReferralForm()
        return _form(request, form, uuid.uuid4())
    key = _key(request.POST.get("once", ""))
    count, wanted = _count(request.POST), request.POST.get("do", "")
    if wanted == "add":
        # What was typed stays as it is; the new block is empty.
        return _form(request, ReferralForm.as_typed(request.POST, count + 1), key)
    if wanted == "remove":
        return _form(request, ReferralForm.as_typed(request.POST, count - 1), key)
    form = ReferralForm(request.POST, count)
    if not form.is_valid():
        return _form(request, form, key)
    try:
        item = receiving.send_referral(key=key, said=form.said(), by=request.user)
    except NotAllowed as refusal:
        form.incident.add_error(None, str(refusal))
        return _form(request, form, uuid.uuid4())
    if access.can(request.user, "read_referral") and receiving.seen_by(request.user, [item]):
        messages.success(request, f"Referral {item.receipt} is kept: decide on it now")
        return redirect("scr:read_referral", item.pk)
    return redirect("scr:sent_referral", item.pk)


def _form(request: HttpRequest, form: ReferralForm, key: uuid.UUID) -> HttpResponse:
    codes = [form.incident.data.get("event_board", "")] if form.bound else []
    return render(
        request,
        "scr/referrals/send.html",
        {
            "form": form,
            "once": key,
            "care": for_area(*codes),
            "may_add": form.children_count < MOST_CHILDREN,
            "unsafe": form.unsafe,
        },
    )


def _key(typed: str) -> uuid.UUID:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return uuid.uuid4()


def _count(posted: QueryDict) -> int:
    typed = posted.get("children", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 1


@role_view("send_referral")
def sent_referral(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show the receipt of a referral to the one who sent it, and how far it is; nothing else."""
    item = IntakeItem.objects.filter(pk=key, source=SOURCE, sent_by=request.user.pk).first()
    if item is None:
        return access.not_found()
    return render(
        request,
        "scr/referrals/sent.html",
        {"item": item, "state": referral_lists.STATES[State(item.state)], "care": for_area()},
    )


def _item(request: HttpRequest, key: uuid.UUID) -> IntakeItem | None:
    found = (
        IntakeItem.objects.filter(pk=key, source=SOURCE)
        .select_related("sent_by__agency", "decided_by", "case")
        .first()
    )
    if found is None:
        return None
    if found.case is not None:
        return found if access.can(request.user, "view_scr", found.case) else None
    return found if receiving.seen_by(request.user, [found]) else None


@role_view("read_referral")
def read_referral(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show a referral, the cases its children may have, and who leads."""
    item = _item(request, key)
    if item is None:
        return access.not_found()
    return _page(request, item)


def _children(request: HttpRequest, said: Said) -> list[dict[str, Any]]:
    own = receiving.home_of(request.user)
    applying = editions_on(timezone.localdate(), own)
    shown = []
    for number, child in enumerate(said.children):
        who = leading(applying, receiving.places_said(said, child))
        shown.append(
            {
                "number": number,
                "said": child,
                "lines": referral_lists.lines_of(child),
                "matches": find(request.user, child, timezone.localdate()),
                "lead": who.found,
                "lead_board": who.board,
                "lead_here": who.here or who.board == own,
                "chosen": request.POST.get(f"case{number}", ""),
                "home": request.POST.get(f"home{number}", ""),
            }
        )
    return shown


def _page(request: HttpRequest, item: IntakeItem, **more: Any) -> HttpResponse:
    context: dict[str, Any] = {"item": item, "problem": "", **more}
    context.setdefault("accept_form", DecideForm(initial={"version": item.version}, prefix="a"))
    context.setdefault("reject_form", RejectForm(initial={"version": item.version}, prefix="r"))
    bound = [one for one in (context["accept_form"], context["reject_form"]) if one.is_bound]
    context["form"] = bound[0] if bound else None
    if item.state == State.WAITING:
        said = receiving.said_in(item)
        context |= {
            "said": said,
            "incident": referral_lists.incident_lines(said),
            "children": _children(request, said),
            "care": for_area(said.event_board),
            "boards": boards(),
        }
        context["withdrawn"] = any(one["matches"].withdrawn for one in context["children"])
        if context["withdrawn"]:
            # Who withdrew from a child's case is shown nothing of the child here either.
            return access.not_found()
    elif item.state == State.REJECTED:
        context["reason"] = item.reason
    else:
        context["cases"] = referral_lists.cases_of(request.user, item)
    return render(request, "scr/referrals/read.html", context)


@role_view("accept_referral")
def accept_referral(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Accept a referral: each child's case is chosen or opened."""
    item = _item(request, key)
    if item is None:
        return access.not_found()
    if request.method != "POST" or item.state != State.WAITING:
        return redirect("scr:read_referral", key)
    form = DecideForm(request.POST, prefix="a")
    if not form.is_valid():
        return _page(request, item, accept_form=form)
    children = _children(request, receiving.said_in(item))
    if any(one["matches"].withdrawn for one in children):
        return access.not_found()
    try:
        made = receiving.accept_referral(
            item=item,
            accepted=[_accepted(one) for one in children],
            by=request.user,
            told=form.cleaned_data["told"],
            version=_seen(form),
        )
    except NotAllowed as refusal:
        return _page(request, item, accept_form=form, problem=str(refusal))
    except Conflict:
        return _page(request, item, accept_form=form, problem=CHANGED)
    messages.success(request, _said(made))
    case = made[0].case
    seen = access.can(request.user, "view_scr", case)
    return redirect("scr:view_scr", case.reference) if seen else redirect("scr:list_referrals")


def _accepted(child: dict[str, Any]) -> Accepted:
    same: dict[str, Case] = {one.case.reference: one.case for one in child["matches"].same}
    if same and child["chosen"] not in {*same, NEW}:
        raise NotAllowed("Select for each child whether there is a case already")
    home = child["home"]
    known = Board.objects.filter(code=home).exists() if home and not child["said"].home else False
    return Accepted(same.get(child["chosen"]), home if known else None)


def _seen(form: DecideForm) -> int:
    version = form.cleaned_data.get("version")
    return -1 if version is None else version


def _said(made: list[Referral]) -> str:
    references = ", ".join(one.case.reference for one in made)
    words = f"Accepted: {references}"
    if elsewhere := {str(one.board) for one in made if one.state == Referral.State.PASSED_ON}:
        words += f". {' and '.join(sorted(elsewhere))} leads: write to its business manager"
    return words


@role_view("reject_referral")
def reject_referral(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Reject a referral, with a reason."""
    item = _item(request, key)
    if item is None:
        return access.not_found()
    if request.method != "POST" or item.state != State.WAITING:
        return redirect("scr:read_referral", key)
    form = RejectForm(request.POST, prefix="r")
    if not form.is_valid():
        return _page(request, item, reject_form=form)
    try:
        receiving.reject_referral(
            item=item,
            reason=form.cleaned_data["reason"],
            told=form.cleaned_data["told"],
            by=request.user,
            version=_seen(form),
        )
    except NotAllowed as refusal:
        return _page(request, item, reject_form=form, problem=str(refusal))
    except Conflict:
        return _page(request, item, reject_form=form, problem=CHANGED)
    messages.success(request, "The referral is rejected, with your reason. Tell the sender.")
    return redirect("scr:list_referrals")
