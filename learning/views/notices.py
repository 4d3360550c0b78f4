"""What named bodies are told, when it was sent, and what they answered."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, keys
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.records import Conflict
from casereview.step_up import step_up_required
from casereview.views.acting import CHANGED, again, posted
from learning import papers
from learning.actions import notices as actions
from learning.forms.priorities import NoticeForm, ReplyForm, SentForm
from learning.models import Notice, Priority, QuarterlyReview, Theme
from learning.notice_page import body_of, standing
from learning.panels import duty_began, panels_for
from learning.views.signals import as_pdf

A_PAGE = 25


def _notice(user, action: str, key: uuid.UUID) -> Notice | None:
    return (
        Notice.objects.filter(pk=key, panel__in=panels_for(user, action))
        .select_related("panel", "theme", "priority", "review", "written_by", "sent_by")
        .first()
    )


@role_view("list_notices")
def list_notices(request: HttpRequest) -> HttpResponse:
    """List what bodies were told: what waits for an answer first, the latest before."""
    today = timezone.localdate()
    rows = list(
        Notice.objects.filter(panel__in=panels_for(request.user, "list_notices"))
        .select_related("theme", "panel")
        .order_by("-written_at", "pk")
    )
    rows.sort(key=lambda one: bool(one.replied_on))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "learning/notices.html",
        {
            "page": page,
            "rows": [
                {"notice": one, "body": body_of(one), "stands": standing(one, today)}
                for one in page.object_list
            ],
            "may_write": access.can(request.user, "write_notice"),
        },
    )


@role_view("view_notice")
def view_notice(request: HttpRequest, notice: uuid.UUID) -> HttpResponse:
    """Show one notice with its answer."""
    found = _notice(request.user, "view_notice", notice)
    if found is None:
        return access.not_found()
    keys.prefetch("notice", [found.pk])
    return render(
        request,
        "learning/notice.html",
        {
            "notice": found,
            "body": body_of(found),
            "stands": standing(found, timezone.localdate()),
            "may_send": not found.sent_on and access.can(request.user, "record_notice_sent"),
            "may_answer": found.sent_on
            and not found.replied_on
            and access.can(request.user, "record_notice_reply"),
            "may_download": access.can(request.user, "download_notice"),
        },
    )


@role_view("write_notice")
def write_notice(request: HttpRequest) -> HttpResponse:
    """Write what a body is told, about a theme, a priority or what a quarter decided."""
    user, today = request.user, timezone.localdate()
    panels = panels_for(user, "write_notice")
    priority = Priority.objects.filter(panel__in=panels).select_related("theme", "panel")
    about = priority.filter(pk=_key(request, "priority")).first()
    review = QuarterlyReview.objects.filter(panel__in=panels, pk=_key(request, "review")).first()
    theme = Theme.objects.filter(pk=_key(request, "theme")).first()
    panel = about.panel if about else review.panel if review else panels.first()
    if panel is None:
        return access.not_found()
    words = papers.duty_words(duty_began(panel), today)
    form = NoticeForm(posted(request), duty=bool(words), initial={"duty": bool(words)})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            made = actions.write_notice(
                panel=panel,
                by=user,
                body=facts["body"],
                body_name=facts["body_name"],
                text=facts["text"],
                theme=theme,
                priority=about,
                review=review,
                duty=facts.get("duty", False),
                reply_due_on=facts["reply_due_on"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Written: send it, and record on which day")
            return redirect("learning:view_notice", made.pk)
    subject = about.theme.name if about else theme.name if theme else ""
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": f"Tell others about {subject}" if subject else "Tell others",
            "lead": words,
            "button": "Save it",
            "back": "learning:list_notices",
        },
    )


@role_view("record_notice_sent")
def record_notice_sent(request: HttpRequest, notice: uuid.UUID) -> HttpResponse:
    """Record the day on which a notice was sent."""
    found = _notice(request.user, "record_notice_sent", notice)
    if found is None:
        return access.not_found()
    form = SentForm(
        posted(request), initial={"sent_on": timezone.localdate(), "version": found.version}
    )
    return _act(
        request,
        found,
        form,
        lambda: actions.record_notice_sent(notice=found, by=request.user, **form.answers()),
        "When was it sent?",
    )


@role_view("record_notice_reply")
def record_notice_reply(request: HttpRequest, notice: uuid.UUID) -> HttpResponse:
    """Record what a body answered."""
    found = _notice(request.user, "record_notice_reply", notice)
    if found is None:
        return access.not_found()
    form = ReplyForm(posted(request), initial={"version": found.version})
    return _act(
        request,
        found,
        form,
        lambda: actions.record_notice_reply(notice=found, by=request.user, **form.answers()),
        "What did they answer?",
    )


@role_view("download_notice")
@step_up_required
def download_notice(request: HttpRequest, notice: uuid.UUID) -> HttpResponse:
    """Hand a notice over as a letter."""
    found = _notice(request.user, "download_notice", notice)
    if found is None:
        return access.not_found()
    content = papers.letter(found, by=request.user, on=timezone.localdate())
    return as_pdf(content, "letter.pdf")


def _act(
    request: HttpRequest, notice: Notice, form, do: Callable[[], Any], heading: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(notice))
        else:
            messages.success(request, "Recorded")
            return redirect("learning:view_notice", notice.pk)
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": heading,
            "lead": body_of(notice),
            "button": "Save",
            "back": "learning:view_notice",
            "key": notice.pk,
        },
    )


def _key(request: HttpRequest, name: str) -> uuid.UUID:
    """Return a key of the address; for whatever else was typed there, one that nothing has."""
    try:
        return uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return uuid.UUID(int=0)
