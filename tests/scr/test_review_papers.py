"""The papers of a review, their checks, the leak test, sign-off and publication."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview import access
from casereview.actions import NotAllowed
from casereview.actions.processes import change_process, record_process
from casereview.models import Case, LeakHit
from casereview.rules.access_table import Role
from scr.actions import papers, publishing
from scr.models import NationalPanelAdvice, PaperCheck, Publication, ReviewPaper
from scr.review_access import requests_of
from tests import factories
from tests.review_factories import (
    CLEAN,
    appoint,
    ask,
    checked,
    handed_in,
    make_author,
    make_review,
    signed_off,
    tell_family,
)
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
WITH_NAME = "A health visitor wrote that Ada Qxample was seen. The father was not asked."
TODAY = timezone.localdate


@pytest.fixture
def world(db):
    return make_review(case=factories.make_case(family_name="Qxample"))


def url(name: str, *keys) -> str:
    return reverse(f"scr:{name}", args=keys)


def text_of(response) -> str:
    return response.content.decode()


def decide(world, choice: str = "full", **facts) -> Publication:
    facts.setdefault("reason", "The family agrees")
    return publishing.decide_publication(
        review=world.again(), choice=choice, by=world.people[Role.INDEPENDENT_CHAIR], **facts
    )


def planned(world) -> Publication:
    return publishing.plan_publication(
        publication=decide(world), planned_on=TODAY(), copy_sent_on=TODAY(), by=world.manager
    )


def publish(world, row: Publication, **facts) -> Publication:
    facts.setdefault("published_on", TODAY())
    facts.setdefault("address", "https://board.example/reviews")
    return publishing.record_publication(publication=row, by=world.manager, **facts)


def test_a_draft_is_gone_on_with_and_what_was_handed_in_stays(world):
    writer = appoint(world)
    draft = papers.write_paper(review=world.again(), kind="final_report", text="Begun", by=writer)
    with pytest.raises(NotAllowed, match="Go on with the draft"):
        papers.write_paper(review=world.again(), kind="final_report", text="Other", by=writer)
    papers.write_paper(
        review=world.again(), kind="final_report", text=CLEAN, paper=draft, by=writer
    )
    papers.hand_in_paper(paper=draft, by=writer)

    with pytest.raises(NotAllowed, match="Write a further version"):
        papers.write_paper(
            review=world.again(), kind="final_report", text="X", paper=draft, by=writer
        )
    second = papers.write_paper(review=world.again(), kind="final_report", text=CLEAN, by=writer)

    assert (draft.number, second.number) == (1, 2)
    assert world.again().state == "draft"


def test_papers_of_2010_have_their_place_in_a_review_of_that_time_only(world):
    with pytest.raises(NotAllowed, match="that a review of that day has"):
        papers.write_paper(review=world.review, kind="overview", text=CLEAN, by=world.manager)


def test_nobody_checks_their_own_paper(world):
    paper = handed_in(world, by=world.manager)

    with pytest.raises(NotAllowed, match="nobody checks their own"):
        papers.check_paper(paper=paper, kind="facts", result="passed", by=world.manager)


def test_changes_are_said(world):
    paper = handed_in(world, by=appoint(world))

    with pytest.raises(NotAllowed, match="what is to be changed"):
        papers.check_paper(paper=paper, kind="facts", result="changes", by=world.manager)


def test_anonymity_does_not_pass_over_a_name(world):
    paper = handed_in(world, by=appoint(world), text=WITH_NAME)

    with pytest.raises(NotAllowed, match="settle what it finds"):
        papers.check_paper(paper=paper, kind="anonymity", result="passed", by=world.manager)
    assert not PaperCheck.objects.exists()


def test_a_full_name_is_replaced_by_a_pseudonym_in_the_next_version(world):
    writer = appoint(world)
    paper = handed_in(world, by=writer, text=WITH_NAME)
    found = papers.run_leak_test(paper=paper, by=world.manager)
    hard = next(one for one in found if one.hard)
    with pytest.raises(NotAllowed, match="Replace it"):
        papers.answer_review_leak(
            hit=hard, answer="not_this_person", reason="Somebody else", by=world.manager
        )
    for one in papers.hits_of(paper):
        if not one.answer:
            papers.answer_review_leak(hit=one, answer="replace_all", by=world.manager)

    later = papers.replace_leaks(paper=paper, by=writer)

    assert "Qxample" not in later.text and "Ada" not in later.text
    assert "Child 1" in later.text
    papers.hand_in_paper(paper=later, by=writer)
    papers.check_paper(paper=later, kind="anonymity", result="passed", by=world.manager)


def test_a_word_that_means_nobody_may_stand_but_not_by_its_author(world):
    case = world.case
    case.child.given_names = "Rose"
    from casereview.records import change

    with change("plant", by=None, case=case) as written:
        written.save(case.child)
    writer = appoint(world)
    paper = handed_in(world, by=writer, text="The concern rose over the winter. Rose colours.")
    found = papers.run_leak_test(paper=paper, by=world.manager)
    assert found
    hit = found[0]

    with pytest.raises(NotAllowed, match="the author lets no word"):
        papers.answer_review_leak(hit=hit, answer="not_this_person", reason="The colour", by=writer)
    for one in found:
        one.refresh_from_db()
        if not one.answer:
            papers.answer_review_leak(
                hit=one, answer="not_this_person", reason="The colour", by=world.manager
            )

    assert papers.run_leak_test(paper=paper, by=world.manager) == []
    papers.check_paper(paper=paper, kind="anonymity", result="passed", by=world.manager)


def test_nothing_is_signed_off_before_every_check_passed_on_the_very_text(world):
    writer = appoint(world)
    first = handed_in(world, by=writer)
    checked(first, by=world.manager)
    handed_in(world, by=writer, text=CLEAN + " More.")

    with pytest.raises(NotAllowed, match="Make a check of the facts"):
        papers.sign_off_review(
            review=world.again(), signed_off_on=TODAY(), response="Accepted", by=world.manager
        )
    assert world.again().signed_off_on is None


def test_a_name_learned_after_the_check_stops_the_sign_off(world):
    checked(handed_in(world, by=appoint(world)), by=world.manager)
    from casereview.models import FamilyLink, Person
    from casereview.records import change

    person = Person(given_names="Nobody", family_name="Whole")
    with change("plant", by=None, case=world.case) as written:
        written.save(person)
        written.save(FamilyLink(case=world.case, person=person, relation="mother"))

    with pytest.raises(NotAllowed, match="Settle what the leak test found"):
        papers.sign_off_review(
            review=world.again(), signed_off_on=TODAY(), response="Accepted", by=world.manager
        )


def test_sign_off_meets_the_clock_and_ends_what_outsiders_see(world):
    author = make_author()
    ask(world, author)
    writer = appoint(world)

    review = signed_off(world, by=writer)

    assert review.state == "signed_off"
    assert world.case.clocks.get(rule="wt2015.complete_scr").met_on == TODAY()
    assert not access.can(writer, "view_review", world.case)
    assert list(requests_of(author)) == []


def test_a_publication_needs_the_copy_the_family_and_no_hold(world):
    signed_off(world)
    row = decide(world)
    with pytest.raises(NotAllowed, match="its copy first.*Tell the family first"):
        publish(world, row)
    row = publishing.plan_publication(
        publication=row, planned_on=TODAY(), copy_sent_on=TODAY(), by=world.manager
    )
    process = record_process(
        case=world.case,
        kind="POL",
        by=world.manager,
        status="open",
        hold_publication=True,
        restriction="Until the verdict",
    )

    with pytest.raises(NotAllowed, match="Wait: another process"):
        publish(world, row, why_nobody_told="Nobody is known")
    change_process(process=process, by=world.manager, status="ended")
    done = publish(world, row, why_nobody_told="Nobody is known")

    assert done.published_on == TODAY()


def test_a_publication_is_followed_by_the_header_the_return_and_the_days_it_stays(world):
    tell_family(world)
    signed_off(world)

    row = publish(world, planned(world))

    case = Case.objects.get(pk=world.case.pk)
    assert (case.scr_state, case.scr_status) == ("published", "COMPLETED")
    assert case.scr_published_on == TODAY()
    assert world.again().state == "published"
    assert (row.stays_until.year, row.stays_until.month) == (TODAY().year + 1, TODAY().month)
    with pytest.raises(NotAllowed, match="before its time"):
        publishing.record_taken_down(
            publication=row, taken_down_on=TODAY(), reason="", by=world.manager
        )


def test_the_copys_clock_is_counted_back_from_the_day_that_is_planned(world):
    signed_off(world)
    day = TODAY() + datetime.timedelta(days=60)

    publishing.plan_publication(publication=decide(world), planned_on=day, by=world.manager)

    clock = world.case.clocks.get(rule="wt2015.npie_copy")
    assert clock.due_on < day and clock.met_on is None
    assert "reconstructed" in clock.worked_out


def test_a_review_that_is_not_published_is_no_publication_in_the_return(world):
    signed_off(world)
    advice = publishing.record_publication_advice(
        review=world.again(),
        advised="agrees",
        advised_on=TODAY(),
        advice="It agrees",
        by=world.people[Role.INDEPENDENT_CHAIR],
    )

    row = decide(world, "not_published", advice=advice)
    later = decide(world, "anonymous", reason="The trial is over")

    assert row.choice == "not_published"
    assert publishing.standing_choice(world.again()) == later
    assert world.review.state == "signed_off"
    assert Publication.objects.count() == 2
    assert Case.objects.get(pk=world.case.pk).scr_state == "review"


def test_advice_is_never_changed_by_anybody(world):
    from django.db import DatabaseError, transaction

    from casereview.records import change

    advice = publishing.record_publication_advice(
        review=world.review, advised="agrees", advised_on=TODAY(), advice="", by=None
    )
    advice.advised = "disagrees"

    with pytest.raises(DatabaseError), transaction.atomic():
        with change("plant", by=None, case=world.case) as written:
            written.save(advice)
    assert NationalPanelAdvice.objects.get().advised == "agrees"


def test_the_page_of_a_paper_shows_hits_to_the_group_and_answers_them(client, world):
    paper = handed_in(world, by=appoint(world), text=WITH_NAME)
    sign_in(client, world.manager)

    ran = client.post(url("run_leak_test", world.review.reference, paper.pk), follow=True)
    hit = LeakHit.objects.filter(document_key=paper.pk).first()
    page = url("answer_review_leak", world.review.reference, paper.pk, hit.pk)
    shown, done = client.get(page), client.post(page, {"answer": "replace_all"})

    assert "for an answer" in text_of(ran)
    assert "Not this person" not in text_of(shown)
    assert done.status_code == 302
    assert LeakHit.objects.get(pk=hit.pk).answered_by == world.manager


def test_a_paper_of_another_review_is_not_there(client, world):
    from scr.actions import commissioning
    from tests.review_factories import DECIDED

    paper = handed_in(world, by=appoint(world))
    other = commissioning.commission_review(
        case=world.case, kind="near_miss", begun_on=DECIDED, by=world.manager, reason="Asked"
    )
    sign_in(client, world.manager)

    for name in ("view_paper", "check_paper", "hand_in_paper", "change_paper"):
        assert client.get(url(name, other.reference, paper.pk)).status_code == 404


def test_a_lead_reviewer_writes_and_hands_in_but_does_not_check(client, world):
    writer = appoint(world)
    sign_in(client, writer)
    reference = world.review.reference

    wrote = client.post(url("write_paper", reference), {"kind": "final_report", "text": CLEAN})
    paper = ReviewPaper.objects.get()
    handed = client.post(
        url("hand_in_paper", reference, paper.pk), {"sure": "on", "version": paper.version}
    )

    assert (wrote.status_code, handed.status_code) == (302, 302)
    assert client.get(url("check_paper", reference, paper.pk)).status_code == 403
    assert client.get(url("sign_off_review", reference)).status_code == 403
    work = text_of(sign_in(client, world.people[Role.SCR_MEMBER]).get("/"))
    assert "Check the final report: facts, legal, anonymity" in work


def test_only_the_chair_decides_on_publication_and_with_a_fresh_proof(client, world):
    signed_off(world)
    page = url("decide_publication", world.review.reference)
    chair = world.people[Role.INDEPENDENT_CHAIR]

    manager = sign_in(client, world.manager).get(page)
    stale = sign_in(client, chair, proved=False).get(page)
    done = sign_in(client, chair).post(page, {"choice": "full", "reason": "It is agreed"})

    assert manager.status_code == 403
    assert stale.status_code == 302 and stale.headers["Location"] != page
    assert done.status_code == 302
    assert Publication.objects.get().decided_by == chair
