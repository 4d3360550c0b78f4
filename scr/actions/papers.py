"""The papers of a review: written in versions, handed in, checked, and signed off."""

import datetime

from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed, leaks
from casereview.actions.seen import as_seen
from casereview.models import LeakHit
from casereview.records import change
from casereview.rules.folding import plain
from casereview.rules.pseudonyms import replace_word
from scr.actions.commissioning import State, let_go, move, open_review
from scr.apart import keep_apart
from scr.clocks import meet_clock
from scr.leaks import digest_of, instead_of, leaks_in, open_leaks, text_of
from scr.models import CaseUnderReview, PaperCheck, ReviewPaper
from scr.review_codes import paper_kinds, paper_words, reports
from scr.reviewing import edition_of, own_limit, own_rule
from scr.rules.publishing import Paper, before_sign_off

Check, Result, Leak = PaperCheck.Kind, PaperCheck.Result, LeakHit.Answer


def write_paper(
    *,
    review: CaseUnderReview,
    kind: str,
    text: str,
    by,
    title: str = "",
    paper: ReviewPaper | None = None,
    version: int | None = None,
) -> ReviewPaper:
    """Keep a draft of a paper: a new version, or the draft that is not handed in yet.

    Raises:
        NotAllowed: no such paper in a review of that day, nothing written, words of another case
            of its composite, the draft was handed in, or the review has ended.
        Conflict: somebody else changed the draft since the page was shown.
    """
    if not text.strip():
        raise NotAllowed("Enter the text of the paper")
    if kind not in dict(paper_kinds(review.begun_on)):
        raise NotAllowed("Select a paper that a review of that day has")
    keep_apart(review.case, title, text)
    with change("write_paper", by=by, case=review.case) as written:
        found = open_review(review)
        if paper is not None:
            as_seen(paper, version)
            if paper.handed_in_at is not None or paper.review_id != found.pk:
                raise NotAllowed("Write a further version: this one was handed in")
        else:
            paper = _next(found, kind)
        paper.title, paper.text = title.strip() or paper_words(kind), text
        paper.written_by, paper.written_at = by, timezone.now()
        written.save(paper, subject=True)
        written.detail.update(kind=kind, number=paper.number)
        if found.state in (State.COMMISSIONED, State.UNDER_WAY) and kind in reports():
            move(found, State.DRAFT)
            written.save(found)
    return paper


def _next(review: CaseUnderReview, kind: str) -> ReviewPaper:
    before = ReviewPaper.objects.filter(review=review, kind=kind, agency=None)
    if before.filter(handed_in_at=None).exists():
        raise NotAllowed("Go on with the draft there is, or hand it in")
    return ReviewPaper(case=review.case, review=review, kind=kind, number=before.count() + 1)


def hand_in_paper(*, paper: ReviewPaper, by, version: int | None = None) -> ReviewPaper:
    """Hand a draft in: from here on it stays as it is, and is checked.

    Raises:
        NotAllowed: handed in already, or the review has ended.
        Conflict: somebody else changed the draft since the page was shown.
    """
    with change("hand_in_paper", by=by, case=paper.case) as written:
        open_review(paper.review)
        as_seen(paper, version)
        if paper.handed_in_at is not None:
            raise NotAllowed("This version was handed in already")
        paper.handed_in_at = timezone.now()
        written.save(paper)
        written.detail.update(kind=paper.kind, number=paper.number)
    return paper


def run_leak_test(*, paper: ReviewPaper, by) -> list[LeakHit]:
    """Look for every word that tells who somebody is, and keep what is found, to be answered.

    A word of which a person said that it means nobody is not asked again in this version.

    Raises:
        NotAllowed: the paper is a draft: its text may still change.
    """
    if paper.handed_in_at is None:
        raise NotAllowed("Hand the paper in first: a draft may still change")
    with change("run_leak_test", by=by, case=paper.case) as written:
        waiting = leaks.record_leak_hits(
            case=paper.case, hits=leaks_in(paper), by=by, document_key=paper.pk
        )
        written.subject = paper
        written.detail["waiting"] = len(waiting)
    return waiting


def hits_of(paper: ReviewPaper) -> list[LeakHit]:
    """Return what the leak test found in a paper when it was last run, in the order of the text."""
    text = text_of(paper)
    rows = LeakHit.objects.filter(case=paper.case, document_key=paper.pk).select_related("case")
    return sorted(rows, key=lambda row: (text.find(row.sentence or ""), row.word or ""))


def open_hit(row: LeakHit) -> bool:
    """Say whether a word still stands in the paper that nobody let stand."""
    return row.answer != Leak.NOT_THIS_PERSON


def answer_review_leak(*, hit: LeakHit, answer: str, by, reason: str = "") -> int:
    """Say of a word whether it is replaced in the next version, or means nobody of the case.

    Raises:
        NotAllowed: no answer, no reason for letting a word stand, a full name, NHS number or
            postcode, answered already, or the answer of the paper's own author.
    """
    paper = ReviewPaper.objects.get(pk=hit.document_key, case=hit.case)  # type: ignore[misc]
    if answer == Leak.NOT_THIS_PERSON and by is not None and by.pk == paper.written_by_id:
        raise NotAllowed("Ask somebody else: the author lets no word of their own stand")
    return leaks.answer_leak_hit(hit=hit, answer=answer, by=by, reason=reason)


def replace_leaks(*, paper: ReviewPaper, by) -> ReviewPaper:
    """Make the next version of a paper, with a pseudonym for each word that is to be replaced.

    Raises:
        NotAllowed: nothing is to be replaced, a draft waits, or the review has ended.
    """
    to_replace = [row for row in hits_of(paper) if row.answer in (Leak.REPLACE, Leak.REPLACE_ALL)]
    if not to_replace:
        raise NotAllowed("Say first which words are to be replaced")
    title, text = paper.title or "", paper.text or ""
    for row in sorted(to_replace, key=lambda row: -len(row.word or "")):
        word, instead = row.word or "", instead_of(paper.case, row.word or "")
        if row.answer == Leak.REPLACE:
            sentence = row.sentence or ""
            text = text.replace(sentence, sentence.replace(word, instead), 1)
            title = title.replace(word, instead) if sentence.strip() in title else title
        else:
            text = replace_word(text, plain(word), instead)
            title = replace_word(title, plain(word), instead)
    return write_paper(review=paper.review, kind=paper.kind, text=text, title=title, by=by)


def check_paper(*, paper: ReviewPaper, kind: str, result: str, by, note: str = "") -> PaperCheck:
    """Record a check of a paper's facts, of the law, or of its anonymity, on this exact text.

    Anonymity is passed only where the leak test, run again now, finds nothing unanswered.

    Raises:
        NotAllowed: a draft, one's own paper, no such check, changes without saying which, or the
            leak test finds something.
    """
    if kind not in Check.values or result not in Result.values:
        raise NotAllowed("Select the check and its result")
    if paper.handed_in_at is None:
        raise NotAllowed("Hand the paper in first: a draft may still change")
    if by is not None and by.pk == paper.written_by_id:
        raise NotAllowed("Ask somebody else: nobody checks their own paper")
    if result == Result.CHANGES and not note.strip():
        raise NotAllowed("Enter what is to be changed")
    if kind == Check.ANONYMITY and result == Result.PASSED:
        number = len(open_leaks(paper))
        if number:
            raise NotAllowed(f"Run the leak test and settle what it finds first: {number} open")
        # What was written before the composite was proposed is looked at now.
        keep_apart(paper.case, text_of(paper))
    with change("check_paper", by=by, case=paper.case) as written:
        open_review(paper.review)
        check = PaperCheck(
            case=paper.case,
            paper=paper,
            kind=kind,
            result=result,
            checked_by=by,
            checked_at=timezone.now(),
            text_digest=digest_of(paper),
        )
        check.note = note or None
        written.save(check)
        written.detail.update(kind=kind, result=result)
    return check


def latest_reports(review: CaseUnderReview) -> list[ReviewPaper]:
    """Return the latest version of each paper that is signed off and may be published."""
    rows = ReviewPaper.objects.filter(review=review, kind__in=reports()).order_by("kind", "number")
    latest = {row.kind: row for row in rows.select_related("case", "written_by")}
    return list(latest.values())


def standing_of(paper: ReviewPaper, *, look: bool = False) -> Paper:
    """Return how a report stands; with `look` the leak test is run on it anew."""
    digest = digest_of(paper)
    results: dict[str, str] = {}
    for check in paper.checks.filter(text_digest=digest).order_by("checked_at"):
        results[check.kind] = check.result
    ran = Check.ANONYMITY in results
    kept = hits_of(paper)
    found = len(open_leaks(paper)) if look else sum(open_hit(row) for row in kept)
    return Paper(
        name=paper_words(paper.kind).lower(),
        handed_in=paper.handed_in_at is not None,
        results=results,
        leak_test_ran=ran,
        open_hits=found,
    )


def sign_off_review(
    *, review: CaseUnderReview, signed_off_on: datetime.date, response: str, by
) -> CaseUnderReview:
    """Record that the board signed the reports of a review off, with its response.

    The leak test is run once more on the exact texts. The lead reviewer's and the agencies' sight
    ends: nothing is added after this.

    Raises:
        NotAllowed: no response, a day to come or before the last check, or something is missing.
    """
    if not response.strip():
        raise NotAllowed("Enter the response of the board")
    with change("sign_off_review", by=by, case=review.case) as written:
        found = open_review(review)
        papers = latest_reports(found)
        if todo := before_sign_off(standing_of(paper, look=True) for paper in papers):
            raise NotAllowed("; ".join(todo))
        handed_in = max(
            timezone.localdate(paper.handed_in_at) for paper in papers if paper.handed_in_at
        )
        if not handed_in <= signed_off_on <= timezone.localdate():
            raise NotAllowed("Enter a day from the handing in of the report to today")
        move(found, State.SIGNED_OFF)
        found.signed_off_on, found.board_response = signed_off_on, response
        written.save(found, subject=True)
        limit, edition = own_limit(found), edition_of(found)
        if limit and edition and not _until_published(limit.id):
            meet_clock(written, found.case, own_rule(found), signed_off_on)
        let_go(written, found)
    access.forget()
    return found


def _until_published(limit: str) -> bool:
    """Say whether a time limit runs on until publication, as that of 2018 does."""
    return limit.endswith("_publish")
