"""A priority: its page, what would be seen, and the work planned for it."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access, keys
from casereview.access import role_view
from casereview.action_owners import choices, chosen
from casereview.actions import NotAllowed
from casereview.models import Recommendation
from casereview.records import Conflict
from casereview.views.acting import CHANGED, again, posted
from learning import families
from learning.actions import priorities as actions
from learning.forms.priorities import PlanForm, PlannedActionForm, SeenFormOfPriority
from learning.models import Priority
from learning.panels import panels_for
from learning.priority_page import about_priority


def _priority(user, action: str, key: uuid.UUID) -> Priority | None:
    return (
        Priority.objects.filter(pk=key, panel__in=panels_for(user, action))
        .select_related("theme", "panel", "raised_by", "closed_by")
        .first()
    )


@role_view("view_priority")
def view_priority(request: HttpRequest, priority: uuid.UUID) -> HttpResponse:
    """Show a priority with its chain of evidence."""
    found = _priority(request.user, "view_priority", priority)
    if found is None:
        return access.not_found()
    open_ = found.closed_at is None
    today = timezone.localdate()
    about = about_priority(request.user, found, today)
    return render(
        request,
        "learning/priority.html",
        {
            **about,
            "untold": families.untold(found, today) if open_ and about["plans"] else 0,
            "may_change": open_ and access.can(request.user, "change_priority"),
            "may_plan": open_ and access.can(request.user, "plan_work"),
            "may_write": access.can(request.user, "write_notice"),
        },
    )


@role_view("change_priority")
def change_priority(request: HttpRequest, priority: uuid.UUID) -> HttpResponse:
    """Say anew what would be seen if the work made a difference."""
    found = _priority(request.user, "change_priority", priority)
    if found is None:
        return access.not_found()
    form = SeenFormOfPriority(
        posted(request), initial={"would_be_seen": found.would_be_seen, "version": found.version}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_priority(
                priority=found,
                by=request.user,
                would_be_seen=form.cleaned_data["would_be_seen"],
                version=form.cleaned_data["version"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(found))
        else:
            messages.success(request, "Saved")
            return redirect("learning:view_priority", found.pk)
    return _page(request, form, found, "What would be seen?", "Save")


@role_view("plan_work")
def plan_work(request: HttpRequest, priority: uuid.UUID) -> HttpResponse:
    """Begin a plan of work, such as a campaign."""
    found = _priority(request.user, "plan_work", priority)
    if found is None:
        return access.not_found()
    form = PlanForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.plan_work(priority=found, by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The plan is begun: add its actions")
            return redirect("learning:view_priority", found.pk)
    return _page(request, form, found, "Plan work for this priority", "Begin the plan")


@role_view("plan_action")
def plan_action(request: HttpRequest, priority: uuid.UUID, plan: uuid.UUID) -> HttpResponse:
    """Add an action to a plan of work."""
    found = _priority(request.user, "plan_action", priority)
    rows = Recommendation.objects.filter(pk=plan, key_kind=actions.KEY, key_id=priority)
    asked = rows.first() if found else None
    if found is None or asked is None:
        return access.not_found()
    keys.prefetch(actions.KEY, [found.pk])
    people, agencies = choices()
    form = PlannedActionForm(posted(request), people=people, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        facts = {name: value for name, value in form.answers().items() if name != "version"}
        try:
            actions.plan_action(plan=asked, by=request.user, **chosen(facts))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The action is on the list of actions")
            return redirect("learning:view_priority", found.pk)
    return _page(request, form, found, "Add an action", "Add it", lead=asked.text or "")


def _page(
    request: HttpRequest, form, priority: Priority, heading: str, button: str, lead: str = ""
) -> HttpResponse:
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": heading,
            "lead": lead or priority.theme.name,
            "button": button,
            "back": "learning:view_priority",
            "key": priority.pk,
        },
    )
