"""What the pages of a review show: where it stands, what is due, what comes next."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from casereview import access
from casereview.case_page import CLOCK_COLOURS, CLOCK_TAGS
from casereview.models import ContactPreference, FamilyLink
from casereview.rules.due import clock_words, due_words
from casereview.rules.working_days import working_days_between
from scr.actions.commissioning import appointed
from scr.actions.papers import standing_of
from scr.actions.publishing import family_told_on, standing_choice
from scr.clocks import limit_of
from scr.models import CaseUnderReview, NationalPanelAdvice, ReviewPaper, ReviewRequest
from scr.review_access import may
from scr.review_codes import code_list, paper_words, reports, review_type, type_words
from scr.review_steps import steps
from scr.reviewing import copy_limit, edition_of, held
from scr.rules.independence import DECLARATIONS
from scr.rules.review_moves import OPEN

State = CaseUnderReview.State
COLOURS = {
    State.COMMISSIONED: "turquoise",
    State.UNDER_WAY: "yellow",
    State.DRAFT: "purple",
    State.SIGNED_OFF: "blue",
    State.PUBLISHED: "green",
    State.NOT_PUBLISHED: "grey",
    State.STOPPED: "grey",
}
CHECK_COLOURS = {"passed": "green", "changes": "red"}
PAGES = (
    ("Review", "scr:view_review", "view_review"),
    ("Chronology", "scr:view_chronology", "view_chronology"),
    ("Findings", "scr:view_findings", "view_findings"),
    ("Processes beside it", "scr:view_review_processes", "view_review"),
)


def about(user, review: CaseUnderReview, current: str = "") -> dict[str, Any]:
    """Return what the head of a review's pages wants."""
    pages = [
        {
            "label": label,
            "url": reverse(name, args=[review.reference]),
            "current": name == current,
        }
        for label, name, action in PAGES
        if may(user, action, review)
    ]
    return {
        "review": review,
        "case": review.case,
        "kind": type_words(review.kind),
        "state_colour": COLOURS[State(review.state)],
        "pages": pages,
        "sees_case": access.can(user, "view_case", review.case),
    }


def page(user, review: CaseUnderReview, today: date) -> dict[str, Any]:
    """Return what the page of one review shows."""
    todo = steps(user, review)
    mine = next((one for one in todo if one.url), None)
    edition = edition_of(review)
    kind = review_type(review.kind)
    return {
        "step": _next(mine, today),
        "others": [one for one in todo if one is not mine],
        "unsure": kind.status != "CONFIRMED",
        "edition": edition,
        "held": held(review.case),
        "open": review.state in OPEN,
        "clocks": clocks(review, today),
        "elapsed": _elapsed(review, today),
        "reviewers": _reviewers(review),
        "lead_until": _lead_until(review),
        "independence": _independence(review.independence or ""),
        "methodology": code_list("methodologies").label(review.methodology),
        "requests": requests(review, today),
        "family": family(review),
        "family_told_on": family_told_on(review),
        "events": events(review),
        "papers": papers(review),
        "publication": standing_choice(review),
        "publishes": kind.extra["publishes"],
        "copy": copy_limit(review),
        "advice": NationalPanelAdvice.objects.filter(
            case=review.case, about=NationalPanelAdvice.About.PUBLICATION
        ).order_by("advised_on"),
        "may": {
            action: may(user, action, review)
            for action in (
                "appoint_reviewer",
                "name_reviewer",
                "end_appointment",
                "record_names_sent",
                "record_terms",
                "ask_for_part",
                "withdraw_part",
                "record_practitioner_event",
                "record_family_involvement",
                "write_paper",
                "sign_off_review",
                "stop_review",
                "capture_review_back",
                "record_publication_advice",
                "decide_publication",
                "plan_publication",
                "record_publication",
                "record_taken_down",
            )
        },
    }


def _next(step, today: date) -> dict[str, Any] | None:
    if step is None:
        return None
    return {
        "title": step.title,
        "why": step.why,
        "url": step.url,
        "button": step.button,
        "when": due_words(step.due_on, today),
        "overdue": step.due_on is not None and step.due_on < today,
    }


def clocks(review: CaseUnderReview, today: date) -> list[dict[str, str]]:
    """Return the clocks of the case that belong to a review, in words."""
    wanted = {review_type(review.kind).extra["begins"], "published"}
    found = []
    for clock in review.case.clocks.order_by("due_on"):
        limit = limit_of(clock)
        if limit is None or limit[1].starts_from not in wanted:
            continue
        state, words = clock_words(clock.due_on, clock.met_on, clock.stopped_on, today)
        found.append(
            {
                "label": limit[1].label,
                "tag": CLOCK_TAGS[state],
                "words": words,
                "colour": CLOCK_COLOURS[state],
                "worked_out": clock.worked_out,
                "unsure": "" if limit[1].confirmed else "reconstructed – check the guidance",
            }
        )
    return found


def _elapsed(review: CaseUnderReview, today: date) -> dict[str, int]:
    end = review.ended_on or review.signed_off_on or today
    end = max(end, review.begun_on)
    return {
        "days": (end - review.begun_on).days,
        "working_days": working_days_between(review.begun_on, end),
    }


def _reviewers(review: CaseUnderReview) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = list(review.reviewers or [])
    return [
        {**one, "declared": [DECLARATIONS.get(each, each) for each in one.get("declared", [])]}
        for one in rows
    ]


def _lead_until(review: CaseUnderReview) -> date | None:
    ends = (one.until for one in appointed(review) if one.until)
    # The moment it ends is the first of the day after the last.
    return next((timezone.localdate(end) - timedelta(days=1) for end in ends), None)


def _independence(kept: str) -> dict[str, Any]:
    declared, _, checked = kept.partition("\n")
    codes = [one for one in declared.split(", ") if one in DECLARATIONS]
    return {"declared": [DECLARATIONS[one] for one in codes], "checked": checked}


def requests(review: CaseUnderReview, today: date) -> list[dict[str, Any]]:
    """Return what agencies were asked, what they gave and what is late."""
    counted = Counter(review.chronology.filter(withdrawn_at=None).values_list("agency", flat=True))
    colours = {
        ReviewRequest.State.HANDED_IN: "green",
        ReviewRequest.State.NO_RECORD: "grey",
        ReviewRequest.State.WITHDRAWN: "grey",
    }
    found = []
    for one in review.requests.select_related("agency", "to_user").order_by("due_on", "agency"):
        waits = one.state == ReviewRequest.State.ASKED
        late = waits and one.due_on < today
        found.append(
            {
                "row": one,
                "waits": waits,
                "when": due_words(one.due_on, today) if waits else "",
                "colour": "red" if late else colours.get(ReviewRequest.State(one.state), "blue"),
                "entries": counted[one.agency_id] if one.kind == "chronology" else None,
            }
        )
    return found


def family(review: CaseUnderReview) -> list[dict[str, Any]]:
    """Return the family's part in a review by relation, with their wishes about contact."""
    wishes = {one.person_id: one for one in ContactPreference.objects.filter(case=review.case_id)}
    labels = dict(FamilyLink.Relation.choices)
    found = []
    for row in review.family_involvement.order_by("asked_on", "pk"):
        wish = wishes.get(row.person_id) if row.person_id else None
        found.append(
            {
                "row": row,
                "who": labels.get(row.relation, row.relation) or "Somebody of the family",
                "wish": wish.get_may_contact_display() if wish and wish.may_contact else "",
                "not_to_be_asked": wish is not None and wish.may_contact == "no",
            }
        )
    return found


def events(review: CaseUnderReview) -> list[dict[str, Any]]:
    """Return the days on which practitioners took part, by kind."""
    kinds = code_list("practitioner_events")
    return [
        {"row": one, "kind": kinds.label(one.kind), "number": len(one.agencies)}
        for one in review.practitioner_events.order_by("held_on", "pk")
    ]


def papers(review: CaseUnderReview) -> list[dict[str, Any]]:
    """Return the latest version of each paper, and how many there were before."""
    latest: dict[tuple, ReviewPaper] = {}
    for one in review.papers.select_related("agency", "written_by", "case").order_by(
        "kind", "number"
    ):
        latest[one.kind, one.agency_id] = one
    found = []
    for one in latest.values():
        checks = []
        if one.kind in reports():
            standing = standing_of(one)
            checks = [
                {
                    "label": label,
                    "result": result or "to be made",
                    "colour": CHECK_COLOURS.get(result, "grey"),
                }
                for label, result in (
                    (check, standing.results.get(check, ""))
                    for check in ("facts", "legal", "anonymity")
                )
            ]
        found.append({"row": one, "kind": paper_words(one.kind), "checks": checks})
    return found
