"""Notifying a child's death: sections that keep as a draft, answers to check, a receipt."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from casereview import access
from casereview.access import case_view, role_view
from casereview.actions import NotAllowed
from casereview.actions.drafts import discard_draft, keep_draft
from casereview.case_header import about
from casereview.models import Case, Draft
from casereview.records import Conflict
from cdop import actions
from cdop.actions.matching import Found, find_matches, unsaved
from cdop.actions.notifying import CLOCK, notification_of, own_boards
from cdop.actions.said import SERIOUS_INCIDENT, Said
from cdop.actions.settling import needs_somebody_today
from cdop.forms import drafting
from cdop.forms.drafting import FORM, NotificationDraft, Section
from cdop.forms.family import RowsForm
from cdop.forms.overview import answers, both, closing_words, consequences, tasks
from cdop.forms.submission import said
from cdop.views.notifications import belongs_to

ANOTHER, AS_DRAFT = "another", "draft"


def _own(user) -> dict[str, str]:
    return {code: board.name for code, (board, _) in own_boards(user).items()}


def _draft_of(user, key: uuid.UUID) -> Draft | None:
    return Draft.objects.filter(user=user, form=FORM, pk=key).first()


def _opened(request: HttpRequest, draft: Draft) -> NotificationDraft:
    return NotificationDraft(draft.content, _own(request.user))


@role_view("log_notification")
def log_notification(request: HttpRequest) -> HttpResponse:
    """Begin a notification with its scope; the draft is made when the first page is kept."""
    return _section(request, None, drafting.SECTIONS[0])


@role_view("log_notification")
def notification_draft(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show the sections of a notification and how far each is."""
    kept = _draft_of(request.user, key)
    if kept is None:
        return access.not_found()
    draft = _opened(request, kept)
    return render(
        request,
        "cdop/notifications/sections.html",
        {"kept": kept, "draft": draft, "tasks": tasks(draft), "ready": draft.ready},
    )


@role_view("log_notification")
def notification_section(request: HttpRequest, key: uuid.UUID, section: str) -> HttpResponse:
    """Show one section, keep it as it was typed, or check it and go on to the next."""
    kept = _draft_of(request.user, key)
    if kept is None or section not in drafting.BY_SLUG:
        return access.not_found()
    return _section(request, kept, drafting.BY_SLUG[section])


def _section(request: HttpRequest, kept: Draft | None, section: Section) -> HttpResponse:
    draft = _opened(request, kept) if kept else NotificationDraft(None, _own(request.user))
    if request.method != "POST":
        form = draft.blank(section.slug)
        if "check" in request.GET and draft.begun(section.slug):
            form = draft.checked(section.slug)
        if section.slug == "referral" and not draft.begun(section.slug):
            form.initial["notified_on"] = timezone.localdate()
        return _page(request, kept, draft, section, form)
    form = section.form(data=request.POST, own=draft.own)
    typed = drafting.typed_in(form, request.POST)
    if kept and str(draft.times_kept(section.slug)) != request.POST.get("kept", "0"):
        return _conflict(request, kept, draft, section, typed)
    if request.POST.get("do") == ANOTHER and isinstance(form, RowsForm):
        typed["rows"] = [str(form.count + 1)]
    draft.keep(section.slug, typed)
    try:
        kept = keep_draft(
            user=request.user,
            form=FORM,
            content=draft.content,
            draft=kept,
            expected_version=kept.version if kept else None,
        )
    except Conflict:
        fresh = _draft_of(request.user, kept.pk) if kept else None
        if fresh is None:
            return access.not_found()
        return _conflict(request, fresh, _opened(request, fresh), section, typed)
    return _after_keeping(request, kept, draft, section)


def _after_keeping(
    request: HttpRequest, kept: Draft, draft: NotificationDraft, section: Section
) -> HttpResponse:
    here = reverse("cdop:notification_section", args=[kept.pk, section.slug])
    wanted = request.POST.get("do")
    if wanted == ANOTHER:
        return redirect(here)
    if wanted == AS_DRAFT:
        at = timezone.localtime(kept.saved_at)
        messages.success(request, f"Saved as a draft at {at:%H:%M}. Only you can see it.")
        return redirect("cdop:notification_draft", kept.pk)
    form = draft.checked(section.slug)
    if form.errors:
        return _page(request, kept, draft, section, form)
    if request.POST.get("to") == "check":
        return redirect("cdop:check_notification", kept.pk)
    following = drafting.after(section.slug)
    if following is None:
        return redirect("cdop:check_notification", kept.pk)
    return redirect("cdop:notification_section", kept.pk, following.slug)


def _page(
    request: HttpRequest,
    kept: Draft | None,
    draft: NotificationDraft,
    section: Section,
    form: Any,
) -> HttpResponse:
    return render(
        request,
        "cdop/notifications/section.html",
        {
            "kept": kept,
            "section": section,
            "form": form,
            "times_kept": draft.times_kept(section.slug),
            "place": [one.slug for one in drafting.SECTIONS].index(section.slug) + 1,
            "of": len(drafting.SECTIONS),
            "rows": isinstance(form, RowsForm),
            "enough": all(draft.begun(one.slug) for one in drafting.SECTIONS if one.required),
            "to_check": "check" in request.GET or request.POST.get("to") == "check",
            "closes": closing_words(draft) if section.slug in ("scope", "child", "death") else "",
        },
    )


def _conflict(
    request: HttpRequest,
    kept: Draft | None,
    draft: NotificationDraft,
    section: Section,
    typed: drafting.Typed,
) -> HttpResponse:
    """Show what another window kept beside what was typed here; nothing is lost of either."""
    return render(
        request,
        "cdop/notifications/conflict.html",
        {
            "kept": kept,
            "section": section,
            "times_kept": draft.times_kept(section.slug),
            "typed": [(name, value) for name, values in typed.items() for value in values],
            "lines": both(section, draft, typed),
        },
    )


@role_view("log_notification")
def check_notification(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show every answer, what is not known yet and what follows; submit on the last button."""
    kept = _draft_of(request.user, key)
    if kept is None:
        return access.not_found()
    draft = _opened(request, kept)
    says = said(draft)
    found = _found(says) if says else []
    seen = [one for one in found if access.can(request.user, "decide_match", one.case)]
    offered = [one for one in seen if one.kind == "duplicate"]
    problem = ""
    if request.method == "POST":
        chosen = request.POST.get("same", "")
        references = {one.case.reference: one.case for one in offered}
        if not draft.ready or says is None:
            problem = "Correct the sections marked below before you submit"
        elif offered and chosen not in {*references, "new"}:
            problem = "Select whether this is the same death as a case you have"
        else:
            try:
                case = actions.log_notification(
                    by=request.user, said=says, draft=kept, merge_with=references.get(chosen)
                )
            except (NotAllowed, Conflict) as refusal:
                problem = (
                    str(refusal)
                    if isinstance(refusal, NotAllowed)
                    else ("Reload this page: the draft was changed in another window")
                )
            else:
                return redirect("cdop:notification_receipt", case.reference)
    return render(
        request,
        "cdop/notifications/check.html",
        {
            "kept": kept,
            "draft": draft,
            "sections": answers(draft),
            "ready": draft.ready,
            "problem": problem,
            "consequences": consequences(says, draft.own) if says else None,
            "offered": offered,
            "families": [one for one in seen if one.kind == "family"],
            "elsewhere": [one for one in found if one not in seen],
            "chosen": request.POST.get("same", ""),
        },
    )


def _found(says: Said) -> list[Found]:
    child, people = unsaved(says)
    return find_matches(child, people, says.died_on)


@role_view("log_notification")
def discard_notification(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask whether a draft is to be thrown away, and do it."""
    kept = _draft_of(request.user, key)
    if kept is None:
        return access.not_found()
    if request.method == "POST":
        discard_draft(draft=kept, user=request.user)
        messages.success(request, "The draft has been thrown away.")
        return redirect("cdop:list_notifications")
    return render(
        request,
        "cdop/notifications/discard.html",
        {"kept": kept, "draft": _opened(request, kept)},
    )


@case_view("view_notification")
def notification_receipt(request: HttpRequest, case: Case) -> HttpResponse:
    """Say that a notification was received, whether its clock was kept, and what comes next."""
    notification = notification_of(case)
    clock = case.clocks.filter(rule=CLOCK).first()
    return render(
        request,
        "cdop/notifications/receipt.html",
        {
            **about(request.user, case),
            "notification": notification,
            "clock": clock,
            "in_time": clock is not None
            and clock.met_on is not None
            and clock.met_on <= clock.due_on,
            "duties": list(case.notification_duties.filter(duty=SERIOUS_INCIDENT)),
            "children_now": notification is not None and needs_somebody_today(notification),
            "matches": case.matches.filter(decision="").count(),
            "belongs_to": belongs_to(request.user, case),
        },
    )
