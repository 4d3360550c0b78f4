"""What is to be done next on a review, and by whom."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from scr.actions.papers import latest_reports, standing_of
from scr.actions.publishing import family_told_on, standing_choice
from scr.models import CaseUnderReview, Publication, ReviewPaper
from scr.review_access import may
from scr.review_codes import review_type
from scr.reviewing import Held, copy_limit, edition_of, held
from scr.rules.review_moves import OPEN

# Editions under which the national panel of experts is told the reviewers' names.
NAMES_TO_PANEL = ("wt2013", "wt2015")
State = CaseUnderReview.State


@dataclass(frozen=True)
class Step:
    """One thing to do on a review, whoever does it; `url` only for a reader who may."""

    title: str
    why: str
    who: str
    action: str
    url: str = ""
    button: str = "Do it"
    due_on: date | None = None


def steps(user, review: CaseUnderReview) -> list[Step]:
    """Return what is to be done next on a review, the first first."""
    if review.state in OPEN:
        found = _while_open(review)
    elif review.state == State.SIGNED_OFF and review_type(review.kind).extra["publishes"]:
        found = _before_publication(review, held(review.case))
    else:
        found = []
    return [
        Step(**{**one.__dict__, "url": one.url if may(user, one.action, review) else ""})
        for one in found
    ]


def _to(name: str, review: CaseUnderReview, *keys) -> str:
    return reverse(f"scr:{name}", args=[review.reference, *keys])


def _while_open(review: CaseUnderReview) -> list[Step]:
    manager, writer = "Board business manager", "Lead reviewer"
    found = []
    independent = bool(review_type(review.kind).extra["independent"])
    if independent and review.lead_reviewer_id is None:
        found.append(
            Step(
                "appoint a lead reviewer",
                "Independence is checked against the agencies concerned.",
                manager,
                "appoint_reviewer",
                _to("appoint_reviewer", review),
                "Appoint",
            )
        )
    edition = edition_of(review)
    named = review.lead_reviewer_id or review.reviewers
    told = edition is not None and edition.id in NAMES_TO_PANEL and review.kind == "scr"
    if named and told and review.names_sent_on is None:
        found.append(
            Step(
                "tell the national panel the reviewers’ names",
                "For information: the panel does not vet them.",
                manager,
                "record_names_sent",
                _to("record_names_sent", review),
                "Record that it was told",
            )
        )
    if not review.terms:
        found.append(
            Step(
                "settle the terms of reference",
                "They say what the review is to find out, and about which days.",
                writer,
                "record_terms",
                _to("record_terms", review),
                "Write the terms",
            )
        )
    if not review.requests.exclude(state="withdrawn").exists() and independent:
        found.append(
            Step(
                "ask the agencies for their chronologies",
                "Each writes its own entries and sees nobody else’s.",
                manager,
                "ask_for_part",
                _to("ask_for_part", review),
                "Ask for chronologies",
            )
        )
    return [*found, *_papers(review, manager, writer)]


def _papers(review: CaseUnderReview, manager: str, writer: str) -> list[Step]:
    papers = latest_reports(review)
    if not papers:
        if not review.terms:
            return []
        return [
            Step(
                "write the report",
                "A draft may be kept and gone on with.",
                writer,
                "write_paper",
                _to("write_paper", review),
                "Write the report",
                review.due_on,
            )
        ]
    found = []
    for paper in papers:
        found += _paper(review, paper, manager, writer)
    if not found:
        found.append(
            Step(
                "have the board sign the report off",
                "Every check has passed.",
                manager,
                "sign_off_review",
                _to("sign_off_review", review),
                "Sign it off",
                review.due_on,
            )
        )
    return found


def _paper(review: CaseUnderReview, paper: ReviewPaper, manager: str, writer: str) -> list[Step]:
    standing, url = standing_of(paper), _to("view_paper", review, paper.pk)
    if not standing.handed_in:
        return [
            Step(
                f"finish and hand in the {standing.name}",
                f"Version {paper.number} is a draft.",
                writer,
                "hand_in_paper",
                url,
                "Open the draft",
                review.due_on,
            )
        ]
    asked = [check for check, result in standing.results.items() if result == "changes"]
    if asked:
        return [
            Step(
                f"change the {standing.name}",
                f"A check of version {paper.number} asks for it: {', '.join(asked)}.",
                writer,
                "write_paper",
                _to("write_paper", review),
                "Write the next version",
                review.due_on,
            )
        ]
    left = [one for one in ("facts", "legal", "anonymity") if one not in standing.results]
    if not left:
        return []
    return [
        Step(
            f"check the {standing.name}",
            f"Not checked yet: {', '.join(left)}.",
            manager,
            "check_paper",
            url,
            "Open the paper",
            review.due_on,
        )
    ]


def _before_publication(review: CaseUnderReview, holds: Held) -> list[Step]:
    chair, manager = "Independent chair", "Board business manager"
    choice = standing_choice(review)
    if choice is None:
        return [
            Step(
                "decide whether the review is published",
                "The national panel may be asked first.",
                chair,
                "decide_publication",
                _to("decide_publication", review),
                "Decide",
            )
        ]
    if choice.choice == Publication.Choice.NOT_PUBLISHED:
        return []
    if holds.publication:
        return [
            Step(
                "wait with publication",
                "Another process asks that nothing is published meanwhile.",
                manager,
                "record_review_process",
                _to("view_review_processes", review),
                "See the processes",
            )
        ]
    if choice.planned_on is None or (copy_limit(review) and choice.copy_sent_on is None):
        return [
            Step(
                "plan the day of publication, and send the national panel its copy",
                "The copy goes before publication.",
                manager,
                "plan_publication",
                _to("plan_publication", review),
                "Plan it",
                choice.planned_on,
            )
        ]
    if family_told_on(review) is None:
        return [
            Step(
                "tell the family of the publication",
                "They are told before anybody else reads it.",
                manager,
                "record_family_involvement",
                _to("view_review", review) + "#family",
                "Record that they were told",
                choice.planned_on,
            )
        ]
    return [
        Step(
            "publish the review",
            "Everything that comes before is done.",
            manager,
            "record_publication",
            _to("record_publication", review),
            "Record the publication",
            choice.planned_on,
        )
    ]
