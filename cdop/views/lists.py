"""Registrars' and coroners' lists: taking them in, and deciding on the deaths on them."""

import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.actions.drafts import discard_draft, keep_draft
from casereview.forms.retention import ReasonForm
from casereview.meetings import panels_managed_by
from casereview.models import Board, Case, Draft, PanelBoard
from casereview.records import Conflict
from casereview.step_up import step_up_required
from cdop import actions, list_retention
from cdop.actions import list_disposal
from cdop.actions.listing import cells_of, listed, look_again
from cdop.actions.notifying import own_boards
from cdop.forms.drafting import FORM, draft_of_listed
from cdop.forms.listing import ANOTHER, CLOSE, ConfirmForm, EntryForm, UploadForm
from cdop.listed import Row, in_words, not_listed, rows_of, uploads_of
from cdop.models import ListUpload
from cdop.rules.list_matching import Band, ListedDeath

A_PAGE = 25
DRAFT = "upload_list"
CHANGED = "Somebody else decided on this death meanwhile. Check it and decide again."


@role_view("list_lists")
def list_lists(request: HttpRequest) -> HttpResponse:
    """List what was received, what waits on each, and which deaths are on no list."""
    page = Paginator(uploads_of(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "cdop/lists/list.html",
        {
            "page": page,
            "rows": [{"upload": each, "words": in_words(each)} for each in page.object_list],
            "drafts": Draft.objects.filter(user=request.user.pk, form=DRAFT).order_by("-saved_at"),
            "missing": list(not_listed(request.user, timezone.localdate())[: A_PAGE + 1]),
            "at_most": A_PAGE,
        },
    )


@role_view("upload_list")
def upload_list(request: HttpRequest) -> HttpResponse:
    """Take a list in and keep it sealed for its uploader until it was looked at."""
    panels = panels_managed_by(request.user).filter(retired_on=None)
    served = PanelBoard.objects.filter(panel__in=panels, until=None).values("board")
    boards = Board.objects.filter(pk__in=served)
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        panels=[(str(each.pk), each.name) for each in panels],
        places=[(each.name, each.name) for each in boards],
        initial={"panel": str(panels[0].pk) if len(panels) == 1 else ""},
    )
    if form.is_valid():
        answers = form.cleaned_data
        draft = keep_draft(
            user=request.user,
            form=DRAFT,
            content={
                "panel": answers["panel"],
                "kind": answers["kind"],
                "sub_district": answers["sub_district"],
                "covers_from": answers["covers_from"].isoformat(),
                "covers_until": answers["covers_until"].isoformat(),
                "deaths": [cells_of(death) for death in answers["deaths"]],
            },
        )
        return redirect("cdop:check_list", draft.pk)
    return render(request, "cdop/lists/upload.html", {"form": form})


@role_view("upload_list")
def check_list(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what was read of a list; then keep it and compare it, or throw it away."""
    draft = Draft.objects.filter(user=request.user.pk, form=DRAFT, pk=key).first()
    if draft is None:
        return access.not_found()
    panel = panels_managed_by(request.user).filter(pk=draft.content["panel"]).first()
    if panel is None:
        return access.not_found()
    deaths = [_listed(cells) for cells in draft.content["deaths"]]
    refusal = ""
    if request.method == "POST" and "discard" in request.POST:
        discard_draft(draft=draft, user=request.user)
        messages.success(request, "The list was thrown away")
        return redirect("cdop:list_lists")
    if request.method == "POST":
        content = draft.content
        try:
            upload = actions.upload_list(
                panel=panel,
                kind=content["kind"],
                sub_district=content["sub_district"],
                covers_from=datetime.date.fromisoformat(content["covers_from"]),
                covers_until=datetime.date.fromisoformat(content["covers_until"]),
                deaths=deaths,
                by=request.user,
            )
        except NotAllowed as reason:
            refusal = str(reason)
        else:
            discard_draft(draft=draft, user=request.user)
            messages.success(request, "The list was compared with what was notified")
            return redirect("cdop:view_list", upload.pk)
    return render(
        request,
        "cdop/lists/check.html",
        {
            "refusal": refusal,
            "panel": panel,
            "kind": ListUpload.Kind(draft.content["kind"]).label,
            "place": draft.content["sub_district"],
            "covers_from": datetime.date.fromisoformat(draft.content["covers_from"]),
            "covers_until": datetime.date.fromisoformat(draft.content["covers_until"]),
            "deaths": deaths[:A_PAGE],
            "total": len(deaths),
            "blank": {
                "no name": sum(not (one.given_names or one.family_name) for one in deaths),
                "no date of birth": sum(one.born_on is None for one in deaths),
                "no date of death": sum(one.died_on is None for one in deaths),
                "no postcode": sum(not one.postcode for one in deaths),
            },
        },
    )


def _listed(cells: dict[str, str]) -> ListedDeath:
    facts: dict[str, Any] = dict(cells)
    for name in ("born_on", "died_on"):
        facts[name] = datetime.date.fromisoformat(cells[name]) if cells[name] else None
    return ListedDeath(**facts)


@role_view("view_list")
def view_list(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a list: what nobody notified first, then what to decide and what to confirm."""
    upload = uploads_of(request.user).filter(pk=pk).first()
    if upload is None:
        return access.not_found()
    return _shown(request, upload, None)


@role_view("decide_list_entry")
def confirm_list_matches(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm those certain matches that a person ticked."""
    upload = uploads_of(request.user).filter(pk=pk).first()
    if upload is None:
        return access.not_found()
    if request.method != "POST":
        return redirect("cdop:view_list", upload.pk)
    rows = _certain(request.user, upload)
    form = ConfirmForm(request.POST, matches=_choices(rows))
    if form.is_valid():
        ticked = set(form.cleaned_data["entries"])
        pairs = [(row.entry, row.proposals[0].case) for row in rows if str(row.entry.pk) in ticked]
        try:
            done = actions.confirm_list_matches(
                matches=[(entry, case) for entry, case in pairs if case], by=request.user
            )
        except Conflict:
            form.add_error(None, CHANGED)
        else:
            one = "1 match" if done == 1 else f"{done} matches"
            messages.success(request, f"{one} confirmed")
            return redirect("cdop:view_list", upload.pk)
    return _shown(request, upload, form)


def _certain(user, upload: ListUpload) -> list[Row]:
    """Return the certain matches that wait and whose case the reader may see, a page of them."""
    waiting = upload.entries.filter(decision="", band=Band.CERTAIN).order_by("entry")
    rows = rows_of(user, list(waiting.select_related("upload")[: 2 * A_PAGE]))
    return [row for row in rows if row.proposals and row.proposals[0].case]


def _choices(rows: list[Row]) -> list[tuple[str, str]]:
    return [
        (str(row.entry.pk), f"{row.entry.entry}: {row.name} is {row.proposals[0].reference}")
        for row in rows
    ]


def _shown(request: HttpRequest, upload: Any, form: ConfirmForm | None) -> HttpResponse:
    certain = _certain(request.user, upload)
    ready = {row.entry.pk for row in certain}
    waiting = upload.entries.filter(decision="").exclude(pk__in=ready).order_by("-band", "entry")
    pages = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(request.user, list(pages.object_list))
    if form is None:
        form = ConfirmForm(matches=_choices(certain))
    entries: Any = form.fields["entries"]
    entries.hints = {str(row.entry.pk): row.proposals[0].reasons for row in certain}
    decided = upload.entries.exclude(decision="").select_related("case", "decided_by")
    return render(
        request,
        "cdop/lists/view.html",
        {
            "upload": upload,
            "words": in_words(upload),
            "form": form,
            "certain": certain,
            "unmatched": [row for row in rows if row.entry.band == Band.UNMATCHED],
            "likely": [row for row in rows if row.entry.band != Band.UNMATCHED],
            "page": pages,
            "may_dispose": access.can(request.user, "propose_list_disposal"),
            "kept": list_retention.kept(upload, timezone.localdate()),
            "decided": decided.order_by("-decided_at", "entry")[:A_PAGE],
            "all_decided": upload.deaths - upload.certain - upload.likely - upload.unmatched,
        },
    )


@role_view("decide_list_entry")
def decide_list_entry(request: HttpRequest, pk: uuid.UUID, entry_key: uuid.UUID) -> HttpResponse:
    """Ask what a listed death is, with the three likeliest cases and why each may be it."""
    upload = uploads_of(request.user).filter(pk=pk).first()
    if upload is None:
        return access.not_found()
    entry = upload.entries.filter(pk=entry_key).select_related("upload", "decided_by").first()
    if entry is None:
        return access.not_found()
    look_again(entry)
    row = rows_of(request.user, [entry])[0]
    offered = [one for one in row.proposals if one.case]
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        proposals=[
            (one.reference, f"{one.reference}: {one.child}, {one.dates}") for one in offered
        ],
        hints={one.reference: one.reasons for one in offered},
    )
    if form.is_valid():
        answers = form.cleaned_data
        case = None
        if answers["decision"] != CLOSE:
            typed = answers["reference" if answers["decision"] == ANOTHER else "decision"]
            case = _case(request.user, typed)
        if case is None and answers["decision"] != CLOSE:
            form.add_error("reference", "Enter the reference of a death that you may open")
        else:
            try:
                actions.decide_list_entry(
                    entry=entry,
                    case=case,
                    reason=answers["reason"] if case is None else "",
                    by=request.user,
                    version=_version(request),
                )
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
            except Conflict:
                form.add_error(None, CHANGED)
            else:
                messages.success(request, f"Decided on {entry.entry}")
                return redirect("cdop:view_list", upload.pk)
    return render(
        request,
        "cdop/lists/decide.html",
        {
            "upload": upload,
            "words": in_words(upload),
            "row": row,
            "entry": entry,
            "form": form,
            "version": entry.version,
            "elsewhere": [one for one in row.proposals if not one.case],
            "may_log": access.can(request.user, "log_notification"),
        },
    )


@role_view("propose_list_disposal")
@step_up_required
def propose_list_disposal(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Propose to destroy a list that is over its time; an auditor answers."""
    upload = uploads_of(request.user).filter(pk=pk).first()
    if upload is None:
        return access.not_found()
    today = timezone.localdate()
    why_not = list_retention.why_not(upload, today)
    waits = upload.pk in list_retention.proposed(timezone.now())
    form = ReasonForm(request.POST if request.method == "POST" and not why_not else None)
    if form.is_valid():
        try:
            list_disposal.propose_list_disposal(upload=upload, by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Proposed: it waits for the auditor")
            return redirect("cdop:view_list", upload.pk)
    return render(
        request,
        "cdop/lists/dispose.html",
        {
            "upload": upload,
            "words": in_words(upload),
            "form": form,
            "why_not": why_not,
            "waits": waits,
            "kept": list_retention.kept(upload, today),
        },
    )


@role_view("log_notification")
@require_POST
def notify_listed(request: HttpRequest, pk: uuid.UUID, entry_key: uuid.UUID) -> HttpResponse:
    """Begin to notify a death that is on a list, with what the list says of it."""
    upload = uploads_of(request.user).filter(pk=pk).first()
    entry = upload.entries.filter(pk=entry_key).first() if upload else None
    if entry is None:
        return access.not_found()
    own = {code: board.name for code, (board, _) in own_boards(request.user).items()}
    draft = draft_of_listed(listed(entry), own)
    kept = keep_draft(user=request.user, form=FORM, content=draft.content)
    messages.success(
        request,
        "The notification begins with what the list says. Once it is submitted, go back to the "
        "list and say that this is the death.",
    )
    return redirect("cdop:notification_draft", kept.pk)


def _case(user, reference: str) -> Case | None:
    return (
        access.visible_to(user, "decide_match")
        .filter(reference=reference.strip().upper(), kind=Case.Kind.DEATH)
        .first()
    )


def _version(request: HttpRequest) -> int | None:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
