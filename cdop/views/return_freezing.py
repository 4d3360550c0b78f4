"""Writing beside a return, freezing it, and what was sent beside what counts now."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casereview.access import not_found, role_view
from casereview.actions import NotAllowed
from casereview.rules.return_year import ReturnYear
from casereview.step_up import step_up_required
from cdop import counting, return_keeping, return_layout, return_moves, return_pages, return_request
from cdop import return_templates as templates
from cdop.actions import returning
from cdop.actions.returning import Said
from cdop.forms.returning import CommentsForm, FreezeForm
from cdop.return_request import Asked
from cdop.return_sight import sight_of_rows
from cdop.rules import frozen_return
from cdop.rules.annual_return import Tabulation
from cdop.rules.return_checks import unusual_changes


@role_view("comment_on_return")
def comment_on_return(request: HttpRequest, year: int) -> HttpResponse:
    """Write what goes with the figures: comments, sign-off, why figures changed."""
    asked = return_request.find(request, year)
    if asked is None:
        return not_found()
    draft = return_keeping.draft_of(asked.year, asked.scope)
    kept = asked.kept
    said = Said.of(draft or (kept[0] if kept else None))
    counted, _ = counting.count_return(asked.year, asked.scope)
    changes = _changes(counted, asked, said)
    form = CommentsForm(
        request.POST if request.method == "POST" else None,
        changes=changes,
        initial=CommentsForm.initial_of(said, changes),
    )
    seen = draft.version if draft else 0
    if form.is_valid():
        try:
            returning.comment_on_return(
                year=asked.year,
                scope=asked.scope,
                said=form.said,
                by=request.user,
                version=_number(request.POST.get("seen", "")),
            )
            messages.success(request, "What you wrote is kept with the return")
            return redirect(_page(asked))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "cdop/returns/comments.html",
        {**_about(asked), "form": form, "seen": seen, "changes": changes},
    )


@role_view("freeze_annual_return")
@step_up_required
def freeze_annual_return(request: HttpRequest, year: int) -> HttpResponse:
    """Freeze the return as it is sent, or a revision of it with its reason."""
    asked = return_request.find(request, year)
    if asked is None:
        return not_found()
    counted, deaths = counting.count_return(asked.year, asked.scope)
    kept = asked.kept
    draft = return_keeping.draft_of(asked.year, asked.scope)
    said = Said.of(draft or (kept[0] if kept else None))
    found = return_pages.findings(counted, deaths, asked.scope, None, said.local_total, 0)
    errors = [one for one in found if one.severity == "error"]
    moves = None
    if kept:
        was = return_keeping.opened(kept[0])
        difference = frozen_return.compare(
            was.counted, was.deaths, counted, {death.row: death for death in deaths}
        )
        moves = return_moves.in_words(
            difference, counted, was.counted, sight_of_rows(request.user, difference.facts or ())
        )
        return_moves.add_corrections(moves, difference, kept[0].frozen_at)
    form = FreezeForm(
        request.POST if request.method == "POST" else None,
        errors_found=len(errors),
        revision=bool(kept),
    )
    if form.is_valid():
        try:
            frozen = returning.freeze_annual_return(
                year=asked.year,
                scope=asked.scope,
                area_name=asked.area,
                seen=request.POST.get("seen", ""),
                reason=form.cleaned_data.get("reason", ""),
                errors_explained=form.cleaned_data.get("errors_explained", ""),
                by=request.user,
            )
            messages.success(
                request, f"Revision {frozen.revision} is frozen. Make its files below."
            )
            address = reverse("cdop:view_frozen_return", args=[year, frozen.revision])
            return redirect(f"{address}{asked.keep}#file")
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    address = return_pages.figures_address(asked.year)
    return render(
        request,
        "cdop/returns/freeze.html",
        {
            **_about(asked),
            "form": form,
            "seen": frozen_return.figures_digest(counted),
            "running": timezone.localdate() <= asked.year.last_day,
            "kept": kept,
            "moves": moves,
            "errors_found": errors,
            "said": said,
            "unexplained": [one for one in _changes(counted, asked, said) if not one["explained"]],
            "totals": return_pages.sections_of(counted, address, asked.keep)[0]["figures"],
        },
    )


@role_view("view_frozen_return")
def view_frozen_return(request: HttpRequest, year: int, revision: int) -> HttpResponse:
    """Show a return as it was sent: its figures, what went with it, and its digest."""
    asked = return_request.find(request, year)
    frozen = asked.revision(str(revision)) if asked else None
    if asked is None or frozen is None:
        return not_found()
    was = return_keeping.opened(frozen)
    keep = return_pages.query(asked.scope.board, revision)
    address = return_pages.figures_address(asked.year)
    content = was.content
    moved = content.get("moved") or {}
    return render(
        request,
        "cdop/returns/frozen.html",
        {
            **_about(asked),
            "frozen": frozen,
            "content": content,
            "intact": return_keeping.intact(frozen),
            "status": return_layout.status_words(was.counted.template),
            "sections": return_pages.sections_of(was.counted, address, keep),
            "groups": return_pages.table(return_layout.groups_table(was.counted), address, keep),
            "outcomes": return_layout.OUTCOME_WORDS,
            "all_kept": asked.kept,
            "moves": return_moves.kept_in_words(
                moved, was.counted, sight_of_rows(request.user, moved.get("cases", ()))
            )
            if moved
            else None,
            "changes": _explained(was.counted, content.get("changes") or {}),
            "lists": sorted(content["lists"].items()),
            "file_again": request.GET.get("file") == "again",
        },
    )


@role_view("compare_return")
def compare_return(request: HttpRequest, year: int) -> HttpResponse:
    """Show a return as it was published beside as it counts now, and what moved it."""
    asked = return_request.find(request, year)
    if asked is None:
        return not_found()
    kept = asked.kept
    wanted = request.GET.get("revision", "")
    frozen = (
        asked.revision(wanted)
        if wanted
        else asked.revision(str(kept[0].revision))
        if kept
        else None
    )
    if frozen is None:
        return not_found()
    was = return_keeping.opened(frozen)
    counted, deaths = counting.count_return(asked.year, asked.scope)
    difference = frozen_return.compare(
        was.counted, was.deaths, counted, {death.row: death for death in deaths}
    )
    moves = return_moves.in_words(
        difference, counted, was.counted, sight_of_rows(request.user, difference.facts or ())
    )
    return_moves.add_corrections(moves, difference, frozen.frozen_at)
    return render(
        request,
        "cdop/returns/compare.html",
        {
            **_about(asked),
            "frozen": frozen,
            "all_kept": kept,
            "moves": moves,
            "tables": return_moves.side_by_side(was.counted, counted),
        },
    )


def _changes(counted: Tabulation, asked: Asked, said: Said) -> list[dict[str, Any]]:
    """Return the figures that are far from last year's; none where last year has no template."""
    last: ReturnYear = asked.year.previous
    if last not in templates.years():
        return []
    before, _ = counting.count_return(last, asked.scope)
    return return_pages.changes(unusual_changes(counted, before), counted, said.changes)


def _explained(counted: Tabulation, changes: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"words": return_moves.figure_words(counted, *(key.split("/", 1) + [""])[:2]), "why": why}
        for key, why in changes.items()
    ]


def _about(asked: Asked) -> dict[str, Any]:
    return {
        "year": asked.year,
        "area": asked.area,
        "board": asked.scope.board,
        "keep": asked.keep,
        "back": _page(asked),
    }


def _page(asked: Asked) -> str:
    return reverse("cdop:view_return", args=[asked.year.ends_in]) + asked.keep


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
