"""Commissioning a review, who writes it, and what agencies are asked for."""

import datetime

import pytest
from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed
from casereview.models import CaseUserObjectPermission, OutboxMessage
from casereview.records import Conflict
from casereview.rules.access_table import Role
from scr.actions import chronology, commissioning, review_requests
from scr.models import CaseUnderReview, ChronologyEntry, ReviewRequest
from scr.review_access import may_open, requests_of, reviews_of
from scr.reviewing import initiated_on
from tests import factories
from tests.review_factories import (
    DECIDED,
    appoint,
    ask,
    make_author,
    make_review,
    make_reviewer,
    row,
)
from tests.scr_factories import make_decision, make_referral, make_scr_people

pytestmark = pytest.mark.django_db
SOON = datetime.timedelta(days=14)


def test_a_review_of_a_decision_has_its_reference_and_the_clock_of_its_edition():
    world = make_review()

    assert world.review.reference.startswith("RV-2015-")
    assert world.review.decision.decided_on == DECIDED
    clock = world.case.clocks.get(rule="wt2015.complete_scr")
    assert clock.due_on == world.review.due_on == datetime.date(2015, 10, 30)


def test_a_review_without_a_decision_asks_why():
    people = make_scr_people()
    case = make_referral(by=people[Role.BOARD_MANAGER]).case
    facts = {"kind": "near_miss", "begun_on": DECIDED, "by": people[Role.BOARD_MANAGER]}

    with pytest.raises(NotAllowed, match="Enter why this review is held"):
        commissioning.commission_review(case=case, **facts)
    review = commissioning.commission_review(case=case, reason="Captured back", **facts)

    assert review.decision is None
    assert not case.clocks.filter(rule__endswith="complete_scr").exists()


def test_a_decision_for_another_kind_of_review_is_not_taken_for_this_one():
    with pytest.raises(NotAllowed, match="no decision for it is on record"):
        make_review(kind="alternative")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"kind": "lcspr"}, "that there was on that day"),
        ({"begun_on": DECIDED - datetime.timedelta(days=1)}, "on or after the decision"),
        ({"due_on": datetime.date(2015, 1, 1)}, "on or after the first day"),
        ({"kind": "single_agency", "option": "single_agency_review"}, "Select the agency"),
    ],
)
def test_what_cannot_be_commissioned_is_said(facts, words):
    with pytest.raises(NotAllowed, match=words):
        make_review(**facts)


def test_one_review_of_a_kind_is_open_at_a_time():
    world = make_review()

    with pytest.raises(NotAllowed, match="Go on with the review"):
        commissioning.commission_review(
            case=world.case, kind="scr", begun_on=DECIDED, by=world.manager
        )


def test_a_lead_reviewer_sees_this_review_until_the_end_of_the_last_day():
    world = make_review()
    user = appoint(world, until=timezone.localdate())

    assert access.can(user, "view_review", world.case)
    assert list(reviews_of(user)) == [world.review]
    admission = CaseUserObjectPermission.objects.get(user=user)
    assert timezone.localtime(admission.until).date() == timezone.localdate() + datetime.timedelta(
        days=1
    )
    assert admission.source == "review"


def test_a_lead_reviewer_of_one_review_reaches_no_other_of_the_same_case():
    world = make_review()
    user = appoint(world)
    other = commissioning.commission_review(
        case=world.case, kind="near_miss", begun_on=DECIDED, by=world.manager, reason="Asked for"
    )

    assert not may_open(user, other)
    assert other not in reviews_of(user)


def test_who_belongs_to_an_agency_concerned_cannot_be_appointed():
    agency = factories.make_agency()
    world = make_review(agencies=[agency])

    with pytest.raises(NotAllowed, match="one of those concerned"):
        appoint(world, make_reviewer(agency=agency))
    assert world.again().lead_reviewer is None


def test_an_agency_of_a_reviewer_cannot_be_asked_afterwards():
    author = make_author()
    world = make_review()
    appoint(world, make_reviewer(agency=author.agency))

    with pytest.raises(NotAllowed, match="the agency of a reviewer"):
        ask(world, author)


def test_independence_must_be_declared():
    world = make_review()

    with pytest.raises(NotAllowed, match="Have it declared"):
        appoint(world, declared=["no_work"])


def test_another_lead_reviewer_takes_the_place_of_the_first():
    world = make_review()
    first = appoint(world)
    second = appoint(world)

    assert not access.can(first, "view_review", world.case)
    assert access.can(second, "view_review", world.case)
    commissioning.end_appointment(review=world.again(), reason="Is ill", by=world.manager)
    assert not access.can(second, "view_review", world.case)


def test_further_reviewers_are_named_and_the_national_panel_is_told():
    world = make_review()
    with pytest.raises(NotAllowed, match="Appoint or name a reviewer first"):
        commissioning.record_names_sent(
            review=world.review, sent_on=timezone.localdate(), by=world.manager
        )
    named = commissioning.name_reviewer(
        review=world.review,
        name="Una Further",
        post="Consultant",
        declared=["no_work", "no_line", "no_part"],
        by=world.manager,
    )

    sent = commissioning.record_names_sent(
        review=named, sent_on=timezone.localdate(), by=world.manager
    )

    assert [one["name"] for one in world.again().reviewers] == ["Una Further"]
    assert sent.names_sent_on == timezone.localdate()


def test_terms_are_saved_over_what_was_seen_only():
    world = make_review()
    seen = world.again().version
    commissioning.record_terms(
        review=world.review, by=world.manager, version=seen, terms="Who knew what", scope_from=None
    )

    with pytest.raises(Conflict):
        commissioning.record_terms(
            review=world.review, by=world.manager, version=seen, terms="Something else"
        )
    assert world.again().terms == "Who knew what"
    assert world.review.state == CaseUnderReview.State.UNDER_WAY


def test_a_stopped_review_lets_everybody_go_and_stops_its_clock():
    author = make_author()
    world = make_review()
    reviewer = appoint(world)
    asked = ask(world, author)

    commissioning.stop_review(review=world.again(), reason="Joined with another", by=world.manager)

    assert not access.can(reviewer, "view_review", world.case)
    assert asked not in requests_of(author)
    assert world.case.clocks.get(rule="wt2015.complete_scr").stopped_on == timezone.localdate()
    with pytest.raises(NotAllowed, match="has ended"):
        commissioning.record_terms(review=world.review, by=world.manager, terms="More")


def test_a_review_of_years_ago_is_captured_back_with_its_grade():
    people = make_scr_people()
    by = people[Role.BOARD_MANAGER]
    case = make_referral(by=by).case
    review = commissioning.commission_review(
        case=case, kind="scr", begun_on=datetime.date(2012, 3, 1), by=by, reason="Papers of 2012"
    )

    done = commissioning.capture_review_back(
        review=review,
        signed_off_on=datetime.date(2012, 9, 3),
        inspectorate_grade="good",
        reason="Minutes of the board",
        by=by,
    )

    assert (done.state, done.inspectorate_grade) == ("signed_off", "good")
    assert done.ended_on == datetime.date(2012, 9, 3)


def test_an_agency_that_is_asked_is_told_and_reaches_its_own_part_only():
    world = make_review()
    hospital, police = make_author(), make_author(name="Charnwood Police", person="Pol Icing")

    mine, theirs = ask(world, hospital), ask(world, police)

    assert list(requests_of(hospital)) == [mine]
    assert list(requests_of(police)) == [theirs]
    assert not access.can(hospital, "view_review", world.case)
    assert not access.can(hospital, "view_case", world.case)
    assert OutboxMessage.objects.filter(to_user=hospital, rule="review_asked").count() == 1


def test_a_request_of_the_panel_keeps_its_own_admission():
    author = make_author()
    world = make_review()
    factories.admit(author, world.case, Role.AGENCY_LEAD, source="request")

    asked = ask(world, author)

    admissions = CaseUserObjectPermission.objects.filter(user=author)
    assert sorted(admissions.values_list("role", "source")) == [
        ("agency_lead", "request"),
        ("contributor", "review"),
    ]
    assert asked in requests_of(author)


def test_an_agency_is_asked_for_a_part_once():
    author = make_author()
    world = make_review()
    ask(world, author)

    with pytest.raises(NotAllowed, match="is asked already"):
        ask(world, author)


def test_what_is_taken_back_opens_nothing_and_keeps_the_entries():
    author = make_author()
    world = make_review()
    asked = ask(world, author)
    chronology.add_chronology_entry(request=asked, row=row(), by=author)

    review_requests.withdraw_part(request=asked, reason="Not concerned", by=world.manager)

    assert list(requests_of(author)) == []
    assert not access.can(author, "view_review_request", world.case)
    assert ChronologyEntry.objects.filter(review=world.review, withdrawn_at=None).count() == 1


def test_entries_are_withdrawn_not_deleted_and_end_with_handing_in():
    author = make_author()
    world = make_review()
    asked = ask(world, author)
    first = chronology.add_chronology_entry(request=asked, row=row(), by=author)
    chronology.add_chronology_entry(request=asked, row=row("2014-04-01"), by=author)

    chronology.withdraw_chronology_entry(
        request=asked, entry=first, reason="Of another child", by=author
    )
    review_requests.hand_in_chronology(request=asked, by=author)

    assert ChronologyEntry.objects.get(pk=first.pk).withdrawn_at is not None
    with pytest.raises(NotAllowed, match="it was handed in"):
        chronology.add_chronology_entry(request=asked, row=row("2014-05-01"), by=author)
    review_requests.ask_again(request=asked, due_on=timezone.localdate() + SOON, by=world.manager)
    chronology.add_chronology_entry(request=asked, row=row("2014-05-01"), by=author)


def test_the_same_file_is_brought_in_once_until_its_entries_are_withdrawn():
    author = make_author()
    world = make_review()
    asked = ask(world, author)
    rows = [(2, row()), (3, row("2014-04-01", "Not seen"))]

    made = chronology.import_chronology(request=asked, rows=rows, by=author)

    assert [one.import_row for one in made] == [2, 3]
    with pytest.raises(NotAllowed, match="brought in already"):
        chronology.import_chronology(request=asked, rows=rows, by=author)
    for one in made:
        chronology.withdraw_chronology_entry(request=asked, entry=one, reason="Wrong", by=author)
    assert len(chronology.import_chronology(request=asked, rows=rows, by=author)) == 2


def test_an_entry_of_another_agency_cannot_be_withdrawn():
    world = make_review()
    hospital, police = make_author(), make_author(name="Charnwood Police", person="Pol Icing")
    asked, theirs = ask(world, hospital), ask(world, police)
    entry = chronology.add_chronology_entry(request=asked, row=row(), by=hospital)

    with pytest.raises(NotAllowed, match="of your own agency"):
        chronology.withdraw_chronology_entry(
            request=theirs, entry=entry, reason="Because", by=police
        )


def test_an_agency_without_a_record_says_so():
    author = make_author()
    world = make_review()
    asked = ask(world, author)

    with pytest.raises(NotAllowed, match="say that there is no record"):
        review_requests.hand_in_chronology(request=asked, by=author)
    done = review_requests.say_nothing_held(request=asked, by=author)

    assert done.state == ReviewRequest.State.NO_RECORD


def test_an_agency_report_is_a_paper_of_its_agency():
    author = make_author()
    world = make_review()
    asked = ask(world, author, kind="report")

    paper = review_requests.hand_in_report(request=asked, text="What we did", by=author)

    assert (paper.kind, paper.agency, paper.number) == ("agency_report", author.agency, 1)
    assert paper.handed_in_at is not None


def test_a_further_decision_for_the_same_review_does_not_begin_its_time_anew():
    people = make_scr_people()
    case = make_decision(people).case
    make_decision(
        people, case, decided="scr_composite", decided_on=DECIDED + datetime.timedelta(days=90)
    )

    review = commissioning.commission_review(
        case=case, kind="scr", begun_on=DECIDED, by=people[Role.BOARD_MANAGER]
    )

    assert initiated_on(case) == DECIDED
    assert review.decision.decided == "scr_composite"
    assert review.due_on == datetime.date(2015, 10, 30)


def test_after_a_decision_for_no_review_the_time_begins_with_the_one_that_reversed_it():
    people = make_scr_people()
    case = make_decision(people).case
    later = DECIDED + datetime.timedelta(days=30)
    make_decision(people, case, decided="none", decided_on=later)
    reversed_on = later + datetime.timedelta(days=30)
    make_decision(people, case, decided="scr", decided_on=reversed_on)

    assert initiated_on(case) == reversed_on
