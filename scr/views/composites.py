"""Composite reviews: the list, one as its reader sees it, and its acts."""

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
from casereview.forms import Form
from casereview.rules.similarity import Shared
from casereview.views.acting import posted
from scr import composite_retention
from scr.actions import compositing, findings
from scr.actions.compositing import record_review_features as record_features
from scr.anonymity import themes
from scr.composites import Seen, composite_view, composites_of, may_all, seen_by
from scr.findings import readable
from scr.forms.findings import (
    CompositeAnswerForm,
    CompositeFindingForm,
    FeaturesForm,
    ProposeForm,
    ReasonForm,
    SureForm,
)
from scr.forms.reviews import AppointForm
from scr.likeness import like, words
from scr.models import CaseUnderReview, CompositeReview, FindingOf
from scr.review_access import review_view, reviews_of
from scr.review_codes import type_words
from scr.rules.composites import WEIGHTS
from scr.rules.review_moves import OPEN
from scr.views.commissioning import reviewers_with_account
from scr.views.review_acting import act as act_on_review
from scr.views.review_acting import attempt

A_PAGE = 25
State = CompositeReview.State
COLOURS = {
    State.PROPOSED: "turquoise",
    State.AGREED: "purple",
    State.OPEN: "yellow",
    State.ENDED: "blue",
    State.DROPPED: "grey",
}


@role_view("list_composites")
def list_composites(request: HttpRequest) -> HttpResponse:
    """List the composite reviews of which the reader may open a member."""
    found = composites_of(request.user).order_by("-begun_on", "reference")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "scr/composites/list.html",
        {
            "page": page,
            "rows": [{"row": one, "colour": COLOURS[State(one.state)]} for one in page.object_list],
        },
    )


@composite_view("view_composite")
def view_composite(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Show a composite: the member cases the reader may open, and how many more there are."""
    composite, user = seen.composite, request.user
    gone = composite_retention.destroyed(composite)
    keys.prefetch("composite", [composite.pk])
    acts = {
        name: may_all(user, name, composite)
        for name in (
            "record_composite_answer",
            "open_composite",
            "drop_composite",
            "appoint_composite_reviewer",
            "record_finding",
        )
    }
    return render(
        request,
        "scr/composites/page.html",
        {
            "composite": composite,
            "gone": gone,
            "may_dispose": not gone
            and composite_retention.kept_by(user).filter(pk=composite.pk).exists(),
            "colour": COLOURS[State(composite.state)],
            "alike": [
                words(Shared(feature, tuple(composite.alike[feature])))
                for feature in WEIGHTS
                if feature in composite.alike
            ],
            "members": [{"review": one, "kind": type_words(one.kind)} for one in seen.members],
            "others": seen.others,
            "findings": _findings(user, seen),
            "may": acts,
        },
    )


def _findings(user, seen: Seen) -> list[dict[str, Any]]:
    """Return the findings that rest on a member the reader may open, with those members."""
    rows = FindingOf.objects.filter(
        finding__composite=seen.composite, review__in=[one.pk for one in seen.members]
    ).select_related("finding", "review")
    found: dict[uuid.UUID, dict[str, Any]] = {}
    for row in rows.order_by("finding__reference", "review__reference"):
        one = found.setdefault(row.finding_id, {"finding": row.finding, "reviews": []})
        one["reviews"].append(row.review)
    keys.prefetch("finding", found)
    open_to = readable(user, [one["finding"] for one in found.values()])
    for key, one in found.items():
        one["readable"] = key in open_to
    return list(found.values())


@review_view("record_review_features")
def record_review_features(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Record what makes a case alike with others."""
    form = FeaturesForm(posted(request), chosen=review.features or [])
    return act_on_review(
        request,
        review,
        form,
        lambda: record_features(review=review, features=form.features(), by=request.user),
        heading="Injuries, setting and factors",
        button="Save",
        done="Saved",
        back="scr:view_findings",
        lead="They are codes that name nobody. Cases that are alike in them may be told as one.",
    )


@review_view("propose_composite")
def propose_composite(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Show the cases like this one that the reader may open, and propose to tell them as one."""
    if review.composite_id is not None or review.state not in OPEN:
        return access.not_found()
    mine = reviews_of(request.user, "propose_composite").filter(state__in=OPEN, composite=None)
    others = mine.exclude(case=review.case).exclude(reference="").select_related("case")
    found = like(review, others.order_by("reference"))
    rows = {str(one.review.pk): one for one in found}
    form = ProposeForm(
        posted(request),
        reviews=[
            (key, f"{one.review.reference}, {one.review.case.reference}")
            for key, one in rows.items()
        ],
        why={key: "; ".join(one.why) for key, one in rows.items()},
    )

    def do() -> None:
        given = form.cleaned_data
        compositing.propose_composite(
            reviews=[review, *(rows[key].review for key in given["reviews"])],
            title=given["title"],
            grounds=given["grounds"],
            sure=given["sure"],
            by=request.user,
        )

    return act_on_review(
        request,
        review,
        form,
        do,
        heading="Cases like this one",
        button="Propose one review of them",
        done="Proposed: ask the national panel next",
        back="scr:view_findings",
        lead="Of the cases that you may open, these are alike; under each is why."
        if rows
        else "No open review that you may see is like this one. Record injuries, setting and "
        "factors of each case first.",
    )


def _act(
    request: HttpRequest,
    seen: Seen,
    form: Form,
    do: Callable[[], Any],
    *,
    heading: str,
    button: str,
    done: str,
    **shown: Any,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and attempt(form, do):
        messages.success(request, done)
        if seen_by(request.user, seen.composite).members:
            return redirect("scr:view_composite", seen.composite.reference)
        return redirect("scr:list_composites")
    return render(
        request,
        "scr/composites/form.html",
        {
            "composite": seen.composite,
            "form": form,
            "heading": heading,
            "button": button,
            **shown,
        },
    )


@composite_view("record_composite_answer", every=True)
def record_composite_answer(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Record what the national panel said, once for each case."""
    form = CompositeAnswerForm(posted(request))
    return _act(
        request,
        seen,
        form,
        lambda: compositing.record_composite_answer(
            composite=seen.composite, by=request.user, **form.cleaned_data
        ),
        heading="The national panel’s answer",
        button="Save",
        done="The answer is recorded with each case",
    )


@composite_view("open_composite", every=True)
def open_composite(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Open a composite on which the national panel agreed."""
    form = SureForm(posted(request))
    return _act(
        request,
        seen,
        form,
        lambda: compositing.open_composite(composite=seen.composite, by=request.user),
        heading="Open the composite review",
        button="Open it",
        done="The composite review is under way",
        lead="Each case keeps its decision, its clock, its family and its access list.",
    )


@composite_view("drop_composite", every=True)
def drop_composite(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Take a composite no further."""
    form = ReasonForm(posted(request))
    return _act(
        request,
        seen,
        form,
        lambda: compositing.drop_composite(
            composite=seen.composite, by=request.user, reason=form.cleaned_data["reason"]
        ),
        heading="Tell the cases apart again",
        button="Drop the composite review",
        done="Dropped: each review goes on by itself",
        warning=True,
    )


@composite_view("appoint_composite_reviewer", every=True)
def appoint_composite_reviewer(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Appoint a lead reviewer to each case, by its own admission."""
    form = AppointForm(posted(request), people=reviewers_with_account())
    return _act(
        request,
        seen,
        form,
        lambda: compositing.appoint_composite_reviewer(
            composite=seen.composite, by=request.user, **_reviewer(form)
        ),
        heading="Appoint a lead reviewer for every case",
        button="Appoint",
        done="Appointed: each case has its own admission, until the day you set",
    )


def _reviewer(form: Form) -> dict[str, Any]:
    given = dict(form.cleaned_data)
    return {**given, "user": given.pop("person")}


@composite_view("record_finding", every=True)
def record_composite_finding(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Record a finding that rests on one or several of the cases."""
    rows = {str(one.pk): one for one in seen.members}
    form = CompositeFindingForm(
        posted(request),
        themes=themes(timezone.localdate()),
        reviews=[(key, f"{one.reference}, {one.case.reference}") for key, one in rows.items()],
    )

    def do() -> None:
        given = form.cleaned_data
        findings.record_finding(
            reviews=[rows[key] for key in given["reviews"]],
            statement=given["statement"],
            why_it_matters=given["why_it_matters"],
            theme=given["theme"],
            composite=seen.composite,
            by=request.user,
        )

    return _act(
        request,
        seen,
        form,
        do,
        heading="Record a finding",
        button="Keep as a draft",
        done="The finding is a draft: run the leak test, then a second person agrees it",
        lead="It is tested against the names of every case of the composite, also of those on "
        "which it does not rest.",
    )
