"""The papers of a review: writing, handing in, checking, and the leak test."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from casereview import access
from casereview.actions import NotAllowed
from casereview.models import LeakHit
from casereview.views.acting import again, posted
from scr.actions import papers
from scr.forms.papers import CheckForm, HandInForm, LeakForm, PaperForm
from scr.leaks import digest_of
from scr.models import CaseUnderReview, ReviewPaper
from scr.review_access import may, review_view
from scr.review_codes import paper_kinds, paper_words, reports
from scr.review_page import about
from scr.rules.review_moves import OPEN
from scr.views.review_acting import act

PAPER = "scr:view_paper"


def _paper(review: CaseUnderReview, key: uuid.UUID) -> ReviewPaper | None:
    found = review.papers.select_related("case", "review", "agency", "written_by").filter(pk=key)
    paper = found.first()
    if paper is not None:
        paper.review, paper.case = review, review.case
    return paper


@review_view("write_paper")
def write_paper(request: HttpRequest, review: CaseUnderReview) -> HttpResponse:
    """Write a new version of a paper."""
    drafts = set(
        review.papers.filter(handed_in_at=None, agency=None).values_list("kind", flat=True)
    )
    kinds = [(code, label) for code, label in paper_kinds(review.begun_on) if code not in drafts]
    latest = {row.kind: row for row in review.papers.filter(agency=None).order_by("number")}
    wanted = request.GET.get("kind", "")
    before = latest.get(wanted)
    form = PaperForm(
        posted(request),
        kinds=kinds,
        initial={
            "kind": wanted,
            "title": before.title if before else "",
            "text": before.text if before else "",
        },
    )

    def do() -> None:
        answers = {name: value for name, value in form.answers().items() if name != "version"}
        papers.write_paper(review=review, by=request.user, **answers)

    return act(
        request,
        review,
        form,
        do,
        heading="Write a paper",
        button="Keep as a draft",
        done="The draft is kept",
    )


@review_view("write_paper")
def change_paper(request: HttpRequest, review: CaseUnderReview, key: uuid.UUID) -> HttpResponse:
    """Go on with a draft."""
    paper = _paper(review, key)
    if paper is None or paper.handed_in_at is not None:
        return access.not_found()
    form = PaperForm(
        posted(request),
        kinds=None,
        initial={"title": paper.title, "text": paper.text, "version": paper.version},
    )
    return act(
        request,
        review,
        form,
        lambda: papers.write_paper(
            review=review, kind=paper.kind, paper=paper, by=request.user, **form.answers()
        ),
        heading=f"{paper_words(paper.kind)}, version {paper.number}",
        button="Keep as a draft",
        done="The draft is kept",
        back=PAPER,
        keys=(paper.pk,),
        now=lambda: again(paper),
    )


@review_view("view_review")
def view_paper(request: HttpRequest, review: CaseUnderReview, key: uuid.UUID) -> HttpResponse:
    """Show a paper, its checks on this text, and what the leak test found in it."""
    paper = _paper(review, key)
    if paper is None:
        return access.not_found()
    digest = digest_of(paper)
    checks = list(paper.checks.select_related("checked_by", "case").order_by("-checked_at"))
    own = paper.written_by_id == request.user.pk
    is_open = review.state in OPEN
    hits = papers.hits_of(paper)
    replaces = any(
        row.answer in (LeakHit.Answer.REPLACE, LeakHit.Answer.REPLACE_ALL) for row in hits
    )
    others = review.papers.filter(kind=paper.kind, agency=paper.agency).exclude(pk=paper.pk)
    shown: dict[str, Any] = {
        "paper": paper,
        "paper_kind": paper_words(paper.kind),
        "is_report": paper.kind in reports(),
        "checks": [{"row": one, "stands": one.text_digest == digest} for one in checks],
        "hits": [{"row": one, "open": papers.open_hit(one)} for one in hits],
        "others": others.order_by("number"),
        "draft": paper.handed_in_at is None,
        "may_change": is_open and paper.handed_in_at is None and not paper.agency_id,
        "may_check": is_open and not own and may(request.user, "check_paper", review),
        "may_test": is_open and may(request.user, "run_leak_test", review),
        "may_answer": is_open and may(request.user, "answer_review_leak", review),
        "may_write": is_open and may(request.user, "write_paper", review),
        "may_hand_in": is_open and may(request.user, "hand_in_paper", review),
        "replaces": replaces and is_open and not paper.agency_id,
        "own": own,
    }
    return render(
        request, "scr/reviews/paper.html", {**about(request.user, review, PAPER), **shown}
    )


@review_view("hand_in_paper")
def hand_in_paper(request: HttpRequest, review: CaseUnderReview, key: uuid.UUID) -> HttpResponse:
    """Hand a draft in."""
    paper = _paper(review, key)
    if paper is None or paper.handed_in_at is not None:
        return access.not_found()
    form = HandInForm(posted(request), initial={"version": paper.version})
    return act(
        request,
        review,
        form,
        lambda: papers.hand_in_paper(
            paper=paper, by=request.user, version=form.cleaned_data["version"]
        ),
        heading=f"Hand in: {paper_words(paper.kind)}, version {paper.number}",
        button="Hand it in",
        done="It is handed in: the checks begin",
        back=PAPER,
        keys=(paper.pk,),
        now=lambda: again(paper),
    )


@review_view("check_paper")
def check_paper(request: HttpRequest, review: CaseUnderReview, key: uuid.UUID) -> HttpResponse:
    """Record a check of a paper."""
    paper = _paper(review, key)
    if paper is None:
        return access.not_found()
    form = CheckForm(posted(request))
    return act(
        request,
        review,
        form,
        lambda: papers.check_paper(paper=paper, by=request.user, **form.cleaned_data),
        heading=f"Check: {paper_words(paper.kind)}, version {paper.number}",
        button="Save the check",
        done="The check is saved",
        back=PAPER,
        keys=(paper.pk,),
        lead="The check holds for exactly this text. Anonymity passes only where the leak test "
        "finds nothing that is not answered.",
    )


@require_POST
@review_view("run_leak_test")
def run_leak_test(request: HttpRequest, review: CaseUnderReview, key: uuid.UUID) -> HttpResponse:
    """Run the leak test on a paper."""
    paper = _paper(review, key)
    if paper is None:
        return access.not_found()
    try:
        waiting = papers.run_leak_test(paper=paper, by=request.user)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    else:
        found = len(waiting)
        words = "1 place waits" if found == 1 else f"{found} places wait"
        messages.success(
            request,
            f"The leak test ran on this text: {words} for an answer"
            if found
            else "The leak test ran on this text and found nothing that waits for an answer",
        )
    return redirect(PAPER, review.reference, key)


@review_view("answer_review_leak")
def answer_review_leak(
    request: HttpRequest, review: CaseUnderReview, key: uuid.UUID, hit: uuid.UUID
) -> HttpResponse:
    """Say what is done with one word that the leak test found."""
    paper = _paper(review, key)
    found = (
        LeakHit.objects.filter(case=review.case, document_key=key, pk=hit)
        .select_related("case")
        .first()
        if paper
        else None
    )
    if paper is None or found is None:
        return access.not_found()
    form = LeakForm(posted(request), hard=found.hard)
    return act(
        request,
        review,
        form,
        lambda: papers.answer_review_leak(hit=found, by=request.user, **form.cleaned_data),
        heading="What is done with this word?",
        button="Save",
        done="Saved",
        back=PAPER,
        keys=(paper.pk,),
        quoted=f"“{found.word}” in: {found.sentence}",
        lead="A full name, an NHS number or a postcode never stands." if found.hard else "",
    )


@require_POST
@review_view("write_paper")
def replace_leaks(request: HttpRequest, review: CaseUnderReview, key: uuid.UUID) -> HttpResponse:
    """Make the next version of a paper, with a pseudonym for each word that is replaced."""
    paper = _paper(review, key)
    if paper is None:
        return access.not_found()
    try:
        later = papers.replace_leaks(paper=paper, by=request.user)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
        return redirect(PAPER, review.reference, key)
    messages.success(request, f"Version {later.number} is a draft: read it, then hand it in")
    return redirect(PAPER, review.reference, later.pk)
