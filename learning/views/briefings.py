"""Briefings: the list, one with what is still to do, writing, testing, agreeing, giving it out."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access, keys
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.look_again import look_again
from casereview.models import LeakHit, TaskProgress
from casereview.records import Conflict
from casereview.step_up import step_up_required
from casereview.views.acting import CHANGED, again, posted, told_version
from learning import briefing_paper, briefings
from learning.actions import briefings as actions
from learning.briefing_sight import briefings_for, receiver, sees_drafts, standing
from learning.forms.annual_reports import ReopenForm
from learning.forms.briefings import (
    BeginBriefingForm,
    BriefingForm,
    BriefingLeakForm,
)
from learning.models import Briefing, Theme
from learning.panels import panels_for
from learning.theme_choices import in_force
from learning.views.signals import as_pdf

A_PAGE = 25
State = Briefing.State
COLOURS = {
    State.WRITING: "yellow",
    State.AGREED: "blue",
    State.MAKING: "blue",
    State.GIVEN: "green",
}


def _briefing(request: HttpRequest, action: str, key: uuid.UUID) -> Briefing | None:
    return briefings_for(request.user, action).filter(pk=key).first()


@role_view("list_briefings")
def list_briefings(request: HttpRequest) -> HttpResponse:
    """List the briefings of a person's panels, those that are not given out yet first."""
    rows = briefings_for(request.user, "list_briefings").defer("texts", "content")
    found = sorted(rows.order_by("-begun_at", "pk"), key=lambda one: one.state == State.GIVEN)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "learning/briefings/list.html",
        {
            "page": page,
            "rows": [
                {"briefing": one, "colour": COLOURS[State(one.state)]} for one in page.object_list
            ],
            "learns": access.can(request.user, "list_learning"),
            "may_begin": access.can(request.user, "begin_briefing"),
        },
    )


@role_view("begin_briefing")
def begin_briefing(request: HttpRequest) -> HttpResponse:
    """Begin a briefing on a theme; it is drafted from the records."""
    panels, today = list(panels_for(request.user, "begin_briefing")), timezone.localdate()
    if not panels:
        return access.not_found()
    themes = in_force(today).order_by("name").values_list("code", "name")
    form = BeginBriefingForm(
        posted(request),
        panels=panels,
        themes=list(themes),
        initial={"theme": request.GET.get("theme", "")},
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            made = actions.begin_briefing(
                panel=facts.get("panel") or panels[0],
                theme=Theme.objects.get(code=facts["theme"]),
                audience=facts["audience"],
                by=request.user,
                on=today,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "Drafted from the records: read it and write it in your words"
            )
            return redirect("learning:view_briefing", made.pk)
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": "Begin a briefing",
            "lead": "One page on a theme: what it is, what was seen and learned, what to do.",
            "button": "Draft it",
            "back": "learning:list_briefings",
        },
    )


@role_view("view_briefing")
def view_briefing(request: HttpRequest, briefing: uuid.UUID) -> HttpResponse:
    """Show a briefing: as it was given out, or as it stands with what is still to do."""
    found = _briefing(request, "view_briefing", briefing)
    if found is None:
        return access.not_found()
    user = request.user
    keys.prefetch("briefing", [found.pk])
    shown = _given(user, found) if found.state == State.GIVEN else _draft(user, found)
    shown["look_again_after"] = seconds = _look_again_after(found, shown.get("figures"))
    response = render(
        request,
        "learning/briefings/view.html",
        {"briefing": found, **shown, "table": briefings.table(shown["made"])},
    )
    return look_again(request, response, seconds=seconds) if seconds else response


def _look_again_after(briefing: Briefing, figures) -> int:
    """Return after how many seconds there may be more to read; 0 where nothing is being made."""
    if briefing.state == State.MAKING:
        return 5
    return 15 if figures and not figures.made_at else 0


def _given(user, briefing: Briefing) -> dict[str, Any]:
    today, keeps = timezone.localdate(), access.can(user, "record_briefing_sent")
    rows = []
    if sees_drafts(user) or keeps:
        rows = list(
            briefing.sent.select_related("agency", "acknowledged_by").order_by("sent_on", "pk")
        )
    return {
        "made": briefing.content or {},
        "sent": [
            {"sent": one, "to": receiver(one), "stands": standing(one, today)} for one in rows
        ],
        "silent": sum(one.read_on is None for one in rows),
        "staff": sum(one.shared_with or 0 for one in rows),
        "shows_sent": sees_drafts(user) or keeps,
        "may_send": keeps,
        "may_record": access.can(user, "record_acknowledgement"),
        "may_download": access.can(user, "download_briefing"),
    }


def _draft(user, briefing: Briefing) -> dict[str, Any]:
    today, figures = timezone.localdate(), briefings.figures_of(briefing)
    made = briefings.content(briefing, figures.figures if figures else None, today)
    open_ = briefing.state == State.WRITING
    hits, hidden = briefings.leaks_seen(user, briefing) if open_ else ([], 0)
    return {
        "made": made,
        "draft": True,
        "figures": figures,
        "unwritten": briefings.unwritten(briefing),
        "pages": briefing_paper.pages(made, today),
        "hits": hits,
        "hidden": hidden,
        "progress": TaskProgress.objects.filter(pk=briefing.task).first(),
        "own": briefing.written_by_id == user.pk,
        "may_write": open_ and access.can(user, "write_briefing"),
        "may_test": open_ and access.can(user, "test_briefing"),
        "may_agree": open_ and access.can(user, "agree_briefing"),
        "may_reopen": briefing.state == State.AGREED and access.can(user, "reopen_briefing"),
        "may_give": briefing.state == State.AGREED and access.can(user, "give_briefing"),
    }


@role_view("write_briefing")
def write_briefing(request: HttpRequest, briefing: uuid.UUID) -> HttpResponse:
    """Write the parts of a briefing."""
    found = _briefing(request, "write_briefing", briefing)
    if found is None or found.state == State.GIVEN:
        return access.not_found()
    keys.prefetch("briefing", [found.pk])
    offered = briefings.offered(found)
    form = BriefingForm(
        posted(request),
        offered=[(str(one.pk), f"{one.reference}: {one.statement}") for one in offered],
        initial={**(found.texts or {}), "points": found.points, "version": found.version},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_briefing(
                briefing=found,
                texts=form.texts(),
                points=form.cleaned_data.get("points", []),
                by=request.user,
                version=form.cleaned_data["version"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(found))
        else:
            messages.success(request, "Saved: run the leak test on these words")
            return redirect("learning:view_briefing", found.pk)
    lead = "It has one page. Name nobody, no day, no place and no number of children."
    if not offered:
        lead += (
            " Nothing that was learned with this theme may be told to these readers: open a "
            "learning point and say who may be told."
        )
    return _form(request, found, form, found.theme.name, "Save", lead)


@require_POST
@role_view("write_briefing")
def work_out_briefing(request: HttpRequest, briefing: uuid.UUID) -> HttpResponse:
    """Have the figures worked out anew."""
    found = _briefing(request, "write_briefing", briefing)
    if found is None:
        return access.not_found()
    return _do(
        request,
        found,
        lambda: actions.work_out_briefing(briefing=found, by=request.user),
        "The figures are being worked out",
    )


@require_POST
@role_view("test_briefing")
def test_briefing(request: HttpRequest, briefing: uuid.UUID) -> HttpResponse:
    """Run the leak test on a briefing, against every case behind it."""
    found = _briefing(request, "test_briefing", briefing)
    if found is None:
        return access.not_found()
    try:
        waiting = actions.test_briefing(briefing=found, by=request.user)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    else:
        words = "1 place waits" if waiting == 1 else f"{waiting} places wait"
        if waiting:
            messages.warning(request, f"The leak test ran on these words: {words} for an answer")
        else:
            messages.success(request, "The leak test ran on these words and found nothing")
    return redirect("learning:view_briefing", found.pk)


# A view, not a test of pytest.
test_briefing.__test__ = False  # type: ignore[attr-defined]


@role_view("test_briefing")
def answer_briefing_leak(request: HttpRequest, briefing: uuid.UUID, hit: uuid.UUID) -> HttpResponse:
    """Say what is done with one word that the leak test found, for who may open its case."""
    found = _briefing(request, "answer_briefing_leak", briefing)
    opened = access.visible_to(request.user, "answer_briefing_leak").values("pk")
    row = (
        LeakHit.objects.filter(pk=hit, document_key=found.pk, case__in=opened, answer="")
        .select_related("case")
        .first()
        if found and found.state == State.WRITING
        else None
    )
    if found is None or row is None:
        return access.not_found()
    form = BriefingLeakForm(posted(request), hard=row.hard)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_briefing_leak(hit=row, by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved")
            return redirect("learning:view_briefing", found.pk)
    return _form(
        request,
        found,
        form,
        "What is done with this word?",
        "Save",
        f"“{row.word}” in: {row.sentence}",
    )


@require_POST
@role_view("agree_briefing")
@step_up_required
def agree_briefing(request: HttpRequest, briefing: uuid.UUID) -> HttpResponse:
    """Agree a briefing, as a second person."""
    found = _briefing(request, "agree_briefing", briefing)
    if found is None or found.state == State.GIVEN:
        return access.not_found()
    return _do(
        request,
        found,
        lambda: actions.agree_briefing(
            briefing=found, by=request.user, version=told_version(request)
        ),
        "The briefing is agreed: it can be given out",
    )


@role_view("reopen_briefing")
def reopen_briefing(request: HttpRequest, briefing: uuid.UUID) -> HttpResponse:
    """Open an agreed briefing again, with a reason."""
    found = _briefing(request, "reopen_briefing", briefing)
    if found is None or found.state == State.GIVEN:
        return access.not_found()
    form = ReopenForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.reopen_briefing(
                briefing=found, by=request.user, reason=form.cleaned_data["reason"]
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The briefing is open again")
            return redirect("learning:view_briefing", found.pk)
    lead = "Somebody else agrees it anew before it is given out."
    return _form(request, found, form, "Open the briefing again", "Open it again", lead)


@require_POST
@role_view("give_briefing")
@step_up_required
def give_briefing(request: HttpRequest, briefing: uuid.UUID) -> HttpResponse:
    """Ask for an agreed briefing to be given out."""
    found = _briefing(request, "give_briefing", briefing)
    if found is None or found.state == State.GIVEN:
        return access.not_found()
    return _do(
        request,
        found,
        lambda: actions.give_briefing(
            briefing=found, by=request.user, version=told_version(request)
        ),
        "It is being made. Then record to whom it goes",
    )


@role_view("download_briefing")
def download_briefing(request: HttpRequest, briefing: uuid.UUID) -> HttpResponse:
    """Hand a briefing over as PDF, as it was given out."""
    found = _briefing(request, "download_briefing", briefing)
    if found is None or found.state != State.GIVEN:
        return access.not_found()
    return as_pdf(briefing_paper.briefing_paper(found, by=request.user), "briefing.pdf")


def _do(
    request: HttpRequest, briefing: Briefing, act: Callable[[], Any], done: str
) -> HttpResponse:
    try:
        act()
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    except Conflict:
        messages.warning(request, "Somebody changed the briefing meanwhile. Read it again")
    else:
        messages.success(request, done)
    return redirect("learning:view_briefing", briefing.pk)


def _form(
    request: HttpRequest, briefing: Briefing, form, heading: str, button: str, lead: str
) -> HttpResponse:
    return render(
        request,
        "learning/form.html",
        {
            "back": "learning:view_briefing",
            "key": briefing.pk,
            "form": form,
            "heading": heading,
            "button": button,
            "lead": lead,
        },
    )
