"""The seven reviews that were decided on in 2014-15: four go on, three ended, none is published."""

import datetime
from collections.abc import Mapping, Sequence

from django.utils import timezone

from casereview.models import Agency, Case, User
from casereview.records import change
from casereview.rules.access_table import Role
from learning.demo import cast
from scr.actions import chronology, commissioning, papers, publishing, review_requests
from scr.actions.commissioning import standing_decision
from scr.models import CaseUnderReview, ReviewPaper
from scr.reviewing import initiated_on
from scr.rules.chronology_file import Row
from scr.rules.independence import DECLARED

THREE = ("infant_a", "infant_b", "infant_c")
ALTERNATIVE = ("suicide", "epilepsy")
# Days on which the boards signed off what has ended.
ENDED = {"suicide": "2014-11-20", "epilepsy": "2015-03-26", "killed": "2015-05-28"}
TERMS = (
    "What did each service know of the child’s life, what did it do, and what would have helped "
    "it to do more? What does that say about how services work together?"
)
LINES = [
    "Who saw the child, spoke to the child, and wrote down what the child said",
    "How what one service knew reached the others",
    "What made it hard to do what the procedures say",
]
REPORT = (
    "Several services knew a part of this child’s life. Each recorded what it saw with care, and "
    "none was asked to put the parts together. Those who worked with the family told us what "
    "would have helped them: time to talk with one another, and somebody whose task it was to "
    "ask what life was like for the child.\n\nWe make few recommendations, each with the test "
    "that would show that it has worked."
)
ADVICE = (
    "We have read the reasons. While a brother is still at home in the area we agree that the "
    "report is not published."
)
EVENTS = {
    "hospital": (
        ("2011-10-03", "Weighed at the clinic: below the lowest line", "Letter to the GP", "Y"),
        ("2012-06-18", "Not brought to the dietitian", "", "N"),
        ("2014-12-02", "Brought in by ambulance at half the expected weight", "Admitted", "Y"),
    ),
    "police": (
        ("2012-06-20", "Called to the home by a neighbour; children seen asleep", "", "Y"),
        ("2013-09-11", "Called to the home again; nobody opened", "Passed to social care", "N"),
    ),
}


def bring_in(cases: Mapping[str, Case]) -> None:
    """Commission the reviews that were decided on, and bring each as far as it has come."""
    for key in (*THREE, *ALTERNATIVE, "killed", "neglect"):
        case = Case.objects.get(pk=cases[key].pk)
        review = _commission(case, "alternative" if key in ALTERNATIVE else "scr")
        if key in ENDED:
            _end(review, _day(ENDED[key]))
        elif key == "neglect":
            _appoint(review)
            _gather(review)
    _not_published(CaseUnderReview.objects.get(case=cases["killed"]))


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _noon(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12, 0)))


def _agency(key: str) -> Agency:
    return Agency.objects.get(name=cast.AGENCIES[key][0])


def _commission(case: Case, kind: str) -> CaseUnderReview:
    office, decision = cast.person(Role.BOARD_MANAGER), standing_decision(case)
    if decision is None:
        raise LookupError(f"no review was decided on for {case.pk}")
    methodology = decision.recommendation.methodology
    review = commissioning.commission_review(
        case=case,
        kind=kind,
        begun_on=initiated_on(case) or decision.decided_on,
        methodology=methodology,
        by=office,
    )
    review = commissioning.name_reviewer(
        review=review,
        name="Dr Ottoline Wray",
        post="Independent consultant",
        declared=DECLARED,
        by=office,
    )
    return commissioning.record_terms(
        review=review, by=office, terms=TERMS, lines_of_enquiry=LINES, methodology=methodology
    )


def _appoint(review: CaseUnderReview) -> User:
    reviewer = cast.person(Role.LEAD_REVIEWER)
    commissioning.appoint_reviewer(
        review=review,
        user=reviewer,
        until=timezone.localdate() + datetime.timedelta(days=180),
        declared=DECLARED,
        checked="The posts of the last ten years were read, and the agencies concerned asked.",
        by=cast.person(Role.BOARD_MANAGER),
    )
    return reviewer


def _end(review: CaseUnderReview, day: datetime.date) -> None:
    """Write, check and sign off a report on days of that time."""
    reviewer, office = _appoint(review), cast.person(Role.BOARD_MANAGER)
    paper = papers.write_paper(review=review, kind="final_report", text=REPORT, by=reviewer)
    papers.hand_in_paper(paper=paper, by=reviewer)
    _backdate(paper, day - datetime.timedelta(days=28))
    for kind in ("facts", "legal", "anonymity"):
        check = papers.check_paper(paper=paper, kind=kind, result="passed", by=office)
        with change("seed_demo", by=office, case=review.case) as written:
            check.checked_at = _noon(day - datetime.timedelta(days=14))
            written.save(check)
    papers.sign_off_review(
        review=review,
        signed_off_on=day,
        response="The board accepts the findings. Its business group follows each action.",
        by=office,
    )


def _backdate(paper: ReviewPaper, day: datetime.date) -> None:
    with change("seed_demo", by=paper.written_by, case=paper.case) as written:
        paper.written_at = paper.handed_in_at = _noon(day)
        written.save(paper)


def _not_published(review: CaseUnderReview) -> None:
    chair = cast.person(Role.INDEPENDENT_CHAIR)
    advice = publishing.record_publication_advice(
        review=review,
        asked_on=_day("2015-06-04"),
        advised="agrees",
        advised_on=_day("2015-07-09"),
        advice=ADVICE,
        by=chair,
    )
    row = publishing.decide_publication(
        review=review,
        choice="not_published",
        reason="A brother would be known by it. The findings are shared without the case.",
        advice=advice,
        by=chair,
    )
    day = _day("2015-07-14")
    with change("seed_demo", by=chair, case=review.case) as written:
        row.decided_on, row.decided_at = day, _noon(day)
        written.save(row)
        found = CaseUnderReview.objects.get(pk=review.pk)
        found.ended_on = day
        written.save(found)


def _gather(review: CaseUnderReview) -> None:
    """One agency has handed its chronology in; another has begun, and is waited for."""
    office, due_on = cast.person(Role.BOARD_MANAGER), timezone.localdate()
    people = [lead for key in EVENTS if (lead := _agency(key).lead) is not None]
    asked = review_requests.ask_for_part(
        review=review,
        kind="chronology",
        people=people,
        due_on=due_on + datetime.timedelta(days=10),
        question="Please begin with the year of the birth.",
        by=office,
    )
    by_agency = {one.agency_id: one for one in asked}
    for key, events in EVENTS.items():
        request = by_agency[_agency(key).pk]
        _enter(request, events)
        if key == "hospital":
            review_requests.hand_in_chronology(request=request, by=request.to_user)


def _enter(request, events: Sequence[tuple[str, str, str, str]]) -> None:
    for day, what, response, seen in events:
        row = Row(
            on=_day(day),
            at=None,
            until=None,
            about=False,
            source="Own record",
            what=what,
            response=response,
            comment="",
            child_seen=seen,
        )
        chronology.add_chronology_entry(request=request, row=row, by=request.to_user)
