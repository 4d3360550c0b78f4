"""Findings of a review: recorded, tested for names, agreed."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from casereview import access, keys
from casereview.action_plan import loaded, opened, planned
from casereview.actions import NotAllowed
from casereview.actions.action_plan import only_weaker
from casereview.models import Action, LeakHit
from casereview.views.acting import again, posted
from scr import findings as seen
from scr.actions import findings
from scr.anonymity import themes
from scr.forms.findings import AgreeForm, FindingForm, NewFindingForm, ReasonForm
from scr.forms.papers import LeakForm
from scr.models import CaseUnderReview, Finding, FindingRecommendation
from scr.review_access import may, review_view
from scr.review_codes import code_list
from scr.review_page import about
from scr.views.review_acting import act

FOUND = "scr:view_finding"
COLOURS = {"draft": "yellow", "agreed": "green", "set_aside": "grey"}


def finding_of(review: CaseUnderReview, reference: str) -> Finding | None:
    """Return a finding that rests on a review; None where there is no such one."""
    found = (
        seen.findings_of(review)
        .select_related("composite", "board", "recorded_by")
        .filter(reference=reference)
        .first()
    )
    if found is not None:
        keys.prefetch("finding", [found.pk])
    return found


@review_view("view_findings")
def view_findings(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """List what was found in a review, and what follows from it."""
    rows = seen.shown(request.user, review, list(seen.findings_of(review)))
    return render(
        request,
        "scr/findings/list.html",
        {
            **about(request.user, review, "scr:view_findings"),
            "rows": [{"shown": one, "colour": COLOURS[one.finding.state]} for one in rows],
            "may_record": may(request.user, "record_finding", review),
            "may_features": may(request.user, "record_review_features", review),
            "may_propose": may(request.user, "propose_composite", review)
            and review.composite_id is None,
            "composite": review.composite,
            "features": [code_list("case_features").label(one) for one in review.features or []],
        },
    )


@review_view("record_finding")
def record_finding(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Record a finding of one review."""
    form = NewFindingForm(posted(request), themes=themes(timezone.localdate()))

    def do() -> None:
        given = form.cleaned_data
        findings.record_finding(
            reviews=[review],
            statement=given["statement"],
            why_it_matters=given["why_it_matters"],
            theme=given["theme"],
            in_cases={review.pk: given["in_this_case"]},
            by=request.user,
        )

    return act(
        request,
        review,
        form,
        do,
        heading="Record a finding",
        button="Keep as a draft",
        done="The finding is a draft: run the leak test, then a second person agrees it",
        back="scr:view_findings",
    )


@review_view("view_findings")
def view_finding(request: HttpRequest, review: CaseUnderReview, finding: str) -> HttpResponse:
    """Show a finding, what the leak test found in it, and what follows from it."""
    found = finding_of(review, finding)
    if found is None:
        return access.not_found()
    (row,) = seen.shown(request.user, review, [found])
    hits, hidden = seen.leaks_seen(request.user, found) if row.readable else ([], 0)
    acts = {
        name: row.readable and may(request.user, name, review)
        for name in (
            "record_finding",
            "test_finding",
            "answer_finding_leak",
            "agree_finding",
            "set_finding_aside",
            "recommend_from_finding",
            "add_action",
        )
    }
    return render(
        request,
        "scr/findings/page.html",
        {
            **about(request.user, review, FOUND),
            "row": row,
            "finding": found,
            "colour": COLOURS[found.state],
            "hits": hits,
            "hidden": hidden,
            "recommendations": _recommendations(request.user, found),
            "may": acts,
            "draft": found.state == Finding.State.DRAFT,
            "agreed": found.state == Finding.State.AGREED,
            "own": found.recorded_by_id == request.user.pk,
        },
    )


def _recommendations(user, finding: Finding) -> list[dict[str, Any]]:
    rows = FindingRecommendation.objects.filter(finding=finding).select_related("recommendation")
    found = [row.recommendation for row in rows.order_by("recommendation__made_on", "pk")]
    actions = loaded(Action.objects.filter(recommendation__in=found))
    by_recommendation: dict[Any, list[Any]] = {}
    for one in opened(planned(user, actions, timezone.localdate())):
        by_recommendation.setdefault(one.action.recommendation_id, []).append(one)
    kinds = code_list("recommendation_kinds")
    return [
        {
            "row": one,
            "kind": kinds.label(one.kind),
            "actions": by_recommendation.get(one.pk, []),
            "only_weaker": only_weaker(each.action for each in by_recommendation.get(one.pk, [])),
        }
        for one in found
    ]


def _readable(request: HttpRequest, review: CaseUnderReview, reference: str) -> Finding | None:
    found = finding_of(review, reference)
    return found if found and seen.may_read(request.user, found) else None


@review_view("record_finding")
def change_finding(request: HttpRequest, review: CaseUnderReview, finding: str) -> HttpResponse:
    """Change the words of a draft."""
    found = _readable(request, review, finding)
    if found is None or found.state != Finding.State.DRAFT:
        return access.not_found()
    form = FindingForm(
        posted(request),
        themes=themes(timezone.localdate()),
        initial={
            "statement": found.statement,
            "why_it_matters": found.why_it_matters,
            "theme": found.theme,
            "version": found.version,
        },
    )
    return act(
        request,
        review,
        form,
        lambda: findings.change_finding(finding=found, by=request.user, **form.answers()),
        heading=f"Change finding {found.reference}",
        button="Save",
        done="The finding is changed: run the leak test again",
        back=FOUND,
        keys=(found.reference,),
        now=lambda: again(found),
    )


@require_POST
@review_view("test_finding")
def test_finding(request: HttpRequest, review: CaseUnderReview, finding: str) -> HttpResponse:
    """Run the leak test on a finding, against every case it belongs to."""
    found = _readable(request, review, finding)
    if found is None:
        return access.not_found()
    try:
        waiting = findings.test_finding(finding=found, by=request.user)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    else:
        words = "1 place waits" if waiting == 1 else f"{waiting} places wait"
        messages.success(
            request,
            f"The leak test ran on these words: {words} for an answer"
            if waiting
            else "The leak test ran on these words and found nothing that waits for an answer",
        )
    return redirect(FOUND, review.reference, finding)


@review_view("answer_finding_leak")
def answer_finding_leak(
    request: HttpRequest, review: CaseUnderReview, finding: str, hit: uuid.UUID
) -> HttpResponse:
    """Say what is done with one word that the leak test found."""
    found = _readable(request, review, finding)
    opened_ = access.visible_to(request.user, "answer_finding_leak").values("pk")
    row = (
        LeakHit.objects.filter(pk=hit, document_key=found.pk, case__in=opened_)
        .select_related("case")
        .first()
        if found
        else None
    )
    if found is None or row is None:
        return access.not_found()
    form = LeakForm(posted(request), hard=row.hard)
    return act(
        request,
        review,
        form,
        lambda: findings.answer_finding_leak(hit=row, by=request.user, **form.cleaned_data),
        heading="What is done with this word?",
        button="Save",
        done="Saved: change the words of the finding where something is to be replaced",
        back=FOUND,
        keys=(found.reference,),
        quoted=f"“{row.word}” in: {row.sentence}",
        lead="A full name, an NHS number or a postcode never stands." if row.hard else "",
    )


@review_view("agree_finding")
def agree_finding(request: HttpRequest, review: CaseUnderReview, finding: str) -> HttpResponse:
    """Agree a finding, as the second person."""
    found = _readable(request, review, finding)
    if found is None or found.state != Finding.State.DRAFT:
        return access.not_found()
    form = AgreeForm(posted(request), initial={"version": found.version})
    return act(
        request,
        review,
        form,
        lambda: findings.agree_finding(
            finding=found, by=request.user, version=form.cleaned_data["version"]
        ),
        heading=f"Agree finding {found.reference}",
        button="Agree it",
        done="The finding is agreed: its words stay as they are",
        back=FOUND,
        keys=(found.reference,),
        quoted=found.statement,
        lead="The leak test runs once more, against every case it belongs to.",
        now=lambda: again(found),
    )


@review_view("set_finding_aside")
def set_finding_aside(request: HttpRequest, review: CaseUnderReview, finding: str) -> HttpResponse:
    """Set a finding aside."""
    found = _readable(request, review, finding)
    if found is None or found.state == Finding.State.SET_ASIDE:
        return access.not_found()
    form = ReasonForm(posted(request), initial={"version": found.version})
    return act(
        request,
        review,
        form,
        lambda: findings.set_finding_aside(finding=found, by=request.user, **form.answers()),
        heading=f"Set finding {found.reference} aside",
        button="Set it aside",
        done="The finding is set aside",
        back=FOUND,
        keys=(found.reference,),
        warning=True,
        now=lambda: again(found),
    )
