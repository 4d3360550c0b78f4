"""Learning points: the lists, one point, taking it in, setting it aside, recording another."""

from dataclasses import fields, replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from casereview import access
from casereview.access import role_view
from casereview.actions import NotAllowed
from casereview.models import LearningPoint
from casereview.records import Conflict
from casereview.views.acting import again, posted
from learning import actions, point_pages
from learning.forms.points import LinkForm, RecordForm, SetAsideForm, ToldForm
from learning.leaks import leaks_of
from learning.models import Theme
from learning.sight import accepted_for, may, point_view, reads_papers, text_is_open
from learning.theme_choices import themes_in_force

State = LearningPoint.State
A_PAGE = 25
CHANGED = (
    "Somebody else changed this while you were typing. Compare what you typed below with the "
    "learning point, then save again"
)


@role_view("list_learning")
def list_learning(request: HttpRequest) -> HttpResponse:
    """List what was learned: taken in, proposed, or set aside."""
    may_accept = access.can(request.user, "record_learning_point")
    chosen = request.GET.get("state", "accepted")
    tabs = [tab for tab in point_pages.TABS if tab[0] == "accepted" or may_accept]
    key, label, state = next((tab for tab in tabs if tab[0] == chosen), tabs[0])
    points = point_pages.listed(request.user, state)
    themes = list(Theme.objects.order_by("name"))
    theme = request.GET.get("theme", "")
    if theme in {one.code for one in themes}:
        points = points.filter(theme=theme)
    else:
        theme = ""
    page = Paginator(points, A_PAGE).get_page(request.GET.get("page"))
    counts = {
        code: point_pages.listed(request.user, of).count() for code, _, of in tabs if code != key
    }
    return render(
        request,
        "learning/points.html",
        {
            "tabs": [
                {"key": code, "label": name, "current": code == key, "count": counts.get(code)}
                for code, name, _ in tabs
            ],
            "state": key,
            "heading": label,
            "total": page.paginator.count,
            "page": page,
            "rows": point_pages.rows(list(page.object_list)),
            "themes": themes,
            "theme": theme,
        },
    )


@point_view("view_learning_point")
def view_learning_point(request: HttpRequest, point: LearningPoint) -> HttpResponse:
    """Show one thing learned, and what may be done with it."""
    shown = text_is_open(request.user, point)
    names = dict(Theme.objects.values_list("code", "name"))
    return render(
        request,
        "learning/point.html",
        {
            "point": point,
            "shown": shown,
            "theme": names.get(point.theme, ""),
            "theme_key": Theme.objects.filter(code=point.theme)
            .values_list("pk", flat=True)
            .first(),
            "others": [names.get(code, code) for code in point.other_themes],
            "facts": point_pages.facts_of(point),
            "linked": point_pages.linked_to(request.user, point),
            "may_link": point.state == State.ACCEPTED and access.can(request.user, "link_learning"),
            "case_link": point_pages.case_link(request.user, point),
            "may_accept": shown and may(request.user, "accept_learning_point", point),
            "may_set_aside": point.state != State.SET_ASIDE
            and may(request.user, "set_aside_learning_point", point),
        },
    )


@point_view("accept_learning_point")
def accept_learning_point(request: HttpRequest, point: LearningPoint) -> HttpResponse:
    """Reword a point, choose its theme and take it into the learning database; or change it."""
    if not text_is_open(request.user, point):
        return redirect("learning:view_learning_point", point.pk)
    form = ToldForm(posted(request), point=point, initial=_told_of(point))
    if request.method == "POST" and "suggest" not in request.POST and form.is_valid():
        try:
            actions.accept_learning_point(
                point=point,
                by=request.user,
                told=replace(_told(form.cleaned_data), events=point.events),
                suggested=_shown_before(request),
                version=form.cleaned_data["version"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(point))
        else:
            messages.success(request, f"{point.reference} is in the learning database")
            return redirect("learning:view_learning_point", point.pk)
    new = point.state != State.ACCEPTED
    return render(
        request,
        "learning/told.html",
        {
            "form": _without_summary(request, form, point=point),
            "heading": "Take into the learning database" if new else "Change what was learned",
            "button": "Take it in" if new else "Save the changes",
            "reference": point.reference,
            "point": point,
            "hits": _hits(request.user, point, form),
            **_suggestions(request, form, point),
        },
    )


@role_view("record_learning_point")
def record_learning_point(request: HttpRequest) -> HttpResponse:
    """Record something learned without a case."""
    form = RecordForm(posted(request))
    if request.method == "POST" and "suggest" not in request.POST and form.is_valid():
        facts = form.cleaned_data
        try:
            point = actions.record_learning_point(
                by=request.user,
                source=facts["source"],
                learned_on=facts["learned_on"],
                told=_told(facts),
                board=facts["board"],
                raised_by_agency=facts["raised_by_agency"],
                back_captured=facts["back_captured"],
                suggested=_shown_before(request),
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{point.reference} is in the learning database")
            return redirect("learning:view_learning_point", point.pk)
    return render(
        request,
        "learning/told.html",
        {
            "form": _without_summary(request, form),
            "heading": "Record something learned",
            "button": "Take it in",
            **_suggestions(request, form, None),
        },
    )


@point_view("set_aside_learning_point")
def set_aside_learning_point(request: HttpRequest, point: LearningPoint) -> HttpResponse:
    """Set a point aside with a reason."""
    form = SetAsideForm(posted(request), initial={"version": point.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_aside_learning_point(
                point=point,
                by=request.user,
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Conflict:
            form.add_error(None, CHANGED)
            form.take(again(point))
        else:
            messages.success(request, f"{point.reference} is set aside")
            return redirect("learning:view_learning_point", point.pk)
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": f"Set {point.reference} aside",
            "lead": "It counts nowhere then. It can be taken in again later.",
            "button": "Set it aside",
            "back": "learning:view_learning_point",
            "key": point.pk,
        },
    )


@point_view("link_learning")
def link_learning(request: HttpRequest, point: LearningPoint) -> HttpResponse:
    """Confirm that this and another point say the same, or belong together."""
    form = LinkForm(posted(request), initial={"other": request.GET.get("other", "")[:20]})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["other"].upper()
        other = accepted_for(request.user).filter(reference=wanted).first()
        try:
            if other is None:
                raise NotAllowed("Enter the reference of learning in the learning database")
            kind = form.cleaned_data["kind"]
            actions.link_learning(point=point, other=other, kind=kind, by=request.user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The link is kept" if kind else "The link is taken away")
            return redirect("learning:view_learning_point", point.pk)
    return render(
        request,
        "learning/form.html",
        {
            "form": form,
            "heading": f"Link {point.reference} with other learning",
            "lead": "A link changes no count: it leads from one to the other.",
            "button": "Keep the link",
            "back": "learning:view_learning_point",
            "key": point.pk,
        },
    )


def _told(facts: dict[str, Any]) -> actions.Told:
    told = {one.name: facts[one.name] for one in fields(actions.Told) if one.name in facts}
    for name in ("other_themes", "able_to_act"):
        told[name] = tuple(told[name])
    return actions.Told(**told)


def _told_of(point: LearningPoint) -> dict[str, Any]:
    told = {one.name: getattr(point, one.name) for one in fields(actions.Told)}
    return {**told, "version": point.version}


def _suggestions(
    request: HttpRequest, form: ToldForm, point: LearningPoint | None
) -> dict[str, Any]:
    """Return the suggestions for what is in the box now; none for an empty one."""
    typed = str(form["statement"].value() or "").strip()
    if not typed or len(typed) > 4_000:
        return {}
    return point_pages.suggested_for(request.user, typed, timezone.localdate(), point)


def _shown_before(request: HttpRequest) -> list[str]:
    """Return the codes of the themes that the page had suggested; made-up ones are dropped."""
    known = dict(themes_in_force(timezone.localdate()))
    shown = request.POST.get("suggested", "").split(",")
    return list(dict.fromkeys(code for code in shown if code in known))[:3]


def _without_summary(request: HttpRequest, form: ToldForm, **given: Any) -> ToldForm:
    """Return a form that shows what was typed without errors, where only suggestions were asked."""
    if "suggest" not in request.POST:
        return form
    kind = type(form)
    known = {name: form[name].value() for name in form.fields}
    return kind(initial=known, **given)


def _hits(user, point: LearningPoint, form: ToldForm) -> list[dict[str, str]]:
    """Return what tells who somebody is, to those who may read the papers it came from."""
    if point.case is None or not reads_papers(user, point.source, point.case):
        return []
    boxes = ("statement", "why_it_matters", "family_said")
    texts = [str(form[name].value() or "") for name in boxes]
    return [{"found": hit.found, "sentence": hit.sentence} for hit in leaks_of(point, *texts)]
