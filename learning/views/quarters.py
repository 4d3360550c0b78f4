"""The quarterly review: the quarters of a panel, one with its papers, deciding, closing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.models import Panel
from casereview.records import Conflict
from casereview.step_up import step_up_required
from casereview.views.acting import again, posted
from learning import papers
from learning.actions import quarters as actions
from learning.forms.priorities import CloseQuarterForm, DecisionForm
from learning.models import Priority, QuarterlyReview, Theme
from learning.panels import panel_asked, panels_for
from learning.quarter_page import (
    about_quarter,
    decisions_of,
    listed,
    notices_of,
    review_of,
    stands,
)
from learning.rules.quarters import BadQuarter, Quarter
from learning.standing_item import next_meeting
from learning.theme_choices import in_force
from learning.views.signals import as_pdf

CHANGED = "Somebody changed the papers or decisions since you opened this page. Read them again"


@role_view("list_quarters")
def list_quarters(request: HttpRequest) -> HttpResponse:
    """List the quarters of a panel with how the review of each stands."""
    panel = panel_asked(request.user, "list_quarters", request.GET.get("panel", ""))
    return render(
        request,
        "learning/quarters.html",
        {
            "panel": panel,
            "panels": list(panels_for(request.user, "list_quarters")),
            "rows": listed(panel, timezone.localdate()) if panel else [],
            "next_meeting": next_meeting(panel)
            if panel and access.can(request.user, "view_standing_item")
            else None,
        },
    )


def _asked(
    request: HttpRequest, action: str, quarter: str
) -> tuple[Panel, Quarter, QuarterlyReview | None] | None:
    """Return the panel, the quarter and its review; None for another's panel or no such quarter."""
    panel = panel_asked(request.user, action, request.GET.get("panel", ""))
    try:
        asked = Quarter.parse(quarter)
    except BadQuarter:
        return None
    if panel is None or asked.last_day >= timezone.localdate():
        return None
    return panel, asked, review_of(panel, asked)


def _begun(
    request: HttpRequest, action: str, quarter: str
) -> tuple[Panel, Quarter, QuarterlyReview] | None:
    """Return the same of a quarter whose papers were prepared; None of any other."""
    asked = _asked(request, action, quarter)
    if asked is None or asked[2] is None or asked[2].prepared_at is None:
        return None
    return asked[0], asked[1], asked[2]


@role_view("view_quarter")
def view_quarter(request: HttpRequest, quarter: str) -> HttpResponse:
    """Show the review of a quarter: its agenda, the decisions, who is told."""
    asked = _asked(request, "view_quarter", quarter)
    if asked is None:
        return access.not_found()
    panel, of, review = asked
    user, open_ = request.user, review is None or review.closed_at is None
    prepared = bool(review and review.prepared_at)
    return render(
        request,
        "learning/quarter.html",
        {
            "panel": panel,
            "quarter": of,
            "review": review,
            "stands": stands(review),
            "query": f"?panel={panel.code}",
            "may_prepare": open_ and access.can(user, "prepare_quarter"),
            "may_decide": open_ and prepared and access.can(user, "decide_priority"),
            "may_close": open_ and prepared and access.can(user, "close_quarter"),
            "may_write": prepared and access.can(user, "write_notice"),
            **(about_quarter(review, timezone.localdate()) if review else {}),
        },
    )


@role_view("prepare_quarter")
def prepare_quarter(request: HttpRequest, quarter: str) -> HttpResponse:
    """Freeze the papers of a quarter as they are today."""
    asked = _asked(request, "prepare_quarter", quarter)
    if asked is None:
        return access.not_found()
    panel, of, _ = asked
    if request.method == "POST":
        try:
            actions.prepare_quarter(panel=panel, quarter=of, by=request.user)
        except (NotAllowed, Conflict) as refusal:
            messages.error(request, str(refusal) if isinstance(refusal, NotAllowed) else CHANGED)
        else:
            messages.success(request, "The papers are prepared as they are today")
    return _back(panel, of)


@role_view("decide_priority")
def decide_priority(request: HttpRequest, quarter: str) -> HttpResponse:
    """Write what the review decides of a theme."""
    asked = _begun(request, "decide_priority", quarter)
    if asked is None:
        return access.not_found()
    panel, of, review = asked
    form = DecisionForm(
        posted(request), themes=_themes(panel), initial={"theme": request.GET.get("theme", "")}
    )
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            actions.decide_priority(
                review=review,
                theme=Theme.objects.get(code=facts["theme"]),
                decision=facts["decision"],
                why=facts["why"],
                would_be_seen=facts.get("would_be_seen", ""),
                by=request.user,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The decision is written down; it counts once it is signed")
            return _back(panel, of)
    return _form(
        request,
        panel,
        of,
        form,
        heading="Decide on a priority",
        lead="Each priority is kept or closed, and a theme may be made one. It takes effect when "
        "the chair of the panel closes the quarter.",
        button="Write it down",
    )


@role_view("close_quarter")
@step_up_required
def close_quarter(request: HttpRequest, quarter: str) -> HttpResponse:
    """Sign the review of a quarter as the panel's chair."""
    asked = _begun(request, "close_quarter", quarter)
    if asked is None:
        return access.not_found()
    panel, of, review = asked
    form = CloseQuarterForm(posted(request), initial={"version": review.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_quarter(
                review=review,
                by=request.user,
                prepared=form.cleaned_data["agreed"],
                version=form.cleaned_data["version"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(review))
        else:
            messages.success(request, f"{of} is closed")
            return _back(panel, of)
    return _form(
        request,
        panel,
        of,
        form,
        heading=f"Close {of}",
        lead="You sign the papers as they were prepared and the decisions as they are written. "
        "Afterwards nobody changes them.",
        button="Sign and close",
        decisions=decisions_of(review),
        undecided=actions.undecided(review),
    )


@role_view("download_quarter")
@step_up_required
def download_quarter(request: HttpRequest, quarter: str) -> HttpResponse:
    """Hand the review of a quarter over as PDF."""
    asked = _begun(request, "download_quarter", quarter)
    if asked is None:
        return access.not_found()
    _, of, review = asked
    today = timezone.localdate()
    about = about_quarter(review, today)
    content = papers.quarter_paper(
        review,
        about["sections"],
        about["decisions"],
        notices_of(review),
        by=request.user,
        on=today,
    )
    return as_pdf(content, f"quarter-{of}.pdf")


def _themes(panel: Panel) -> list[tuple[str, str]]:
    """Return the themes to decide on: the panel's priorities first, said to be so."""
    standing = Priority.objects.filter(panel=panel, closed_at=None).select_related("theme")
    first = {one.theme.code: f"{one.theme.name} (a priority)" for one in standing}
    others = in_force(timezone.localdate()).exclude(code__in=first).order_by("name")
    return [*first.items(), *others.values_list("code", "name")]


def _back(panel: Panel, quarter: Quarter) -> HttpResponse:
    return redirect(_url(panel, quarter))


def _url(panel: Panel, quarter: Quarter) -> str:
    return f"{reverse('learning:view_quarter', args=[str(quarter)])}?panel={panel.code}"


def _form(
    request: HttpRequest, panel: Panel, quarter: Quarter, form: Any, **shown: Any
) -> HttpResponse:
    return render(
        request,
        "learning/quarter_form.html",
        {"form": form, "panel": panel, "quarter": quarter, "back": _url(panel, quarter), **shown},
    )
