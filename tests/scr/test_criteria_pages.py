"""The decision tool on screen: what matters first, evidence, what is not known, the lock."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from casereview.work_list import items_of
from scr.actions.assessing import answer_criterion, begin_assessment, lock_assessment, result_of
from scr.criteria_files import framework_named
from scr.criteria_page import page
from scr.models import CriteriaAssessment, CriterionAnswer
from tests import factories, scr_factories
from tests.scr.referring import day, let_in
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
REFERRED, OLD = datetime.date(2015, 4, 7), datetime.date(2012, 5, 2)


@pytest.fixture
def member(people):
    return people[Role.SCR_MEMBER]


@pytest.fixture
def assessment(manager, member):
    return scr_factories.make_assessment(
        by=member, referral=scr_factories.make_referral(by=manager), answers={}, locked=False
    )


def url_of(name, assessment, *more):
    return reverse(f"scr:{name}", args=[assessment.case.reference, *more])


def known(value="yes", **more):
    agency = factories.make_agency()
    return {
        "value": value,
        "evidence": "Qxevidence",
        "source": "The police log of 3 May",
        "agency": str(agency.pk),
        **day("as_at", datetime.date(2015, 4, 7)),
        **more,
    }


def asked(assessment, group):
    shown = page(assessment, datetime.date(2015, 4, 8))
    return [one.question.id for one in shown[group]]


def test_a_member_begins_by_the_edition_of_the_referral(client, manager, member):
    referral = scr_factories.make_referral(by=manager)
    url = reverse("scr:begin_assessment", args=[referral.case.reference])

    response = sign_in(client, member).post(url, {"framework": "wt2015"})

    assert response.status_code == 302
    assert CriteriaAssessment.objects.get().framework == "wt2015"


@pytest.mark.parametrize("role", [Role.BOARD_MANAGER, Role.INDEPENDENT_CHAIR])
def test_nobody_but_the_group_answers(client, people, assessment, role):
    url = url_of("answer_criterion", assessment, "event")

    response = sign_in(client, people[role]).post(url, known("died"))

    assert response.status_code == 403
    assert not CriterionAnswer.objects.exists()


def test_a_question_is_closed_to_everybody_else(client, assessment):
    url = url_of("answer_criterion", assessment, "event")

    assert let_in(client, assessment.case, url, Role.SCR_MEMBER) == []


def test_an_answer_shows_the_result_at_once(client, member, assessment):
    for question, value in (("under_18_at_event", "yes"), ("event", "died")):
        scr_factories.answer(assessment, question, value, by=member)
    url = url_of("answer_criterion", assessment, "abuse_or_neglect")

    response = sign_in(client, member).post(url, known("suspected"), follow=True)

    words = response.content.decode()
    assert "A serious case review must be commissioned" in words
    assert "regulation 5(2)(a),(b)(i)" in words
    assert "What would reverse it" in words
    assert "score" not in words.lower()


def test_only_questions_that_can_still_change_the_result_come_first(member, assessment):
    before = asked(assessment, "to_answer")
    for question, value in (("under_18_at_event", "yes"), ("event", "harmed")):
        scr_factories.answer(assessment, question, value, by=member)

    after, rest = asked(assessment, "to_answer"), asked(assessment, "no_longer")

    assert before[0] == "under_18_at_event"
    assert "custody_death" in rest
    assert "custody_death" not in after
    assert "seriously_harmed" in after


def test_an_adult_at_the_event_is_out_of_scope_and_nothing_else_is_asked(member, assessment):
    scr_factories.answer(assessment, "under_18_at_event", "no", by=member)

    assert result_of(assessment).outcome == "out_of_scope"
    assert asked(assessment, "to_answer") == []


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ("evidence", "Enter the evidence for the answer"),
        ("source", "Enter where the evidence comes from"),
        ("agency", "Select the agency it comes from"),
    ],
)
def test_a_known_answer_needs_what_it_rests_on(client, member, assessment, left_out, words):
    url = url_of("answer_criterion", assessment, "event")

    response = sign_in(client, member).post(url, known("died", **{left_out: ""}))

    assert words in response.content.decode()
    assert not CriterionAnswer.objects.exists()


def test_a_known_answer_needs_the_day_it_is_of(client, member, assessment):
    typed = known("died", as_at_day="", as_at_month="", as_at_year="")

    response = sign_in(client, member).post(url_of("answer_criterion", assessment, "event"), typed)

    assert "Enter the day the evidence is of" in response.content.decode()


def test_not_known_needs_who_will_answer_and_by_when_and_comes_to_work(client, member, assessment):
    url = url_of("answer_criterion", assessment, "event")
    by = datetime.date(2015, 4, 21)

    refused = sign_in(client, member).post(url, {"value": "not_known"})
    client.post(
        url, {"value": "not_known", "who_will_answer": "Perrin Oakes", **day("answer_by", by)}
    )

    work = [item for item in items_of(member, by) if item.key.startswith("scr-answer")]
    assert "Enter who will answer" in refused.content.decode()
    assert [item.due_on for item in work] == [by]
    assert asked(assessment, "waiting") == ["event"]


def test_more_information_keeps_the_deadline_running(client, member, assessment):
    shown = sign_in(client, member).get(url_of("view_criteria", assessment)).content.decode()

    assert "More information is needed" in shown
    assert "keeps this deadline running" in shown
    assert "Decide whether to hold a serious case review" in shown


def test_an_earlier_answer_stays_and_is_shown(client, member, assessment):
    scr_factories.answer(assessment, "event", "harmed", by=member, evidence="Qxearlier")

    scr_factories.answer(assessment, "event", "died", by=member)

    shown = sign_in(client, member).get(url_of("view_criteria", assessment)).content.decode()
    assert "Qxearlier" in shown
    assert CriterionAnswer.objects.filter(question="event").count() == 2


def test_the_database_refuses_to_change_an_answer(member, assessment):
    scr_factories.answer(assessment, "event", "died", by=member)

    with pytest.raises(Exception) as refusal, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE scr_criterionanswer SET value = 'harmed'")

    assert not isinstance(refusal.value, AssertionError | IntegrityError) or refusal.value
    assert CriterionAnswer.objects.get().value == "died"


def test_an_answer_over_one_that_was_not_seen_is_a_conflict(member, assessment):
    scr_factories.answer(assessment, "event", "died", by=member)

    with pytest.raises(Conflict):
        scr_factories.answer(assessment, "event", "harmed", by=member, seen="")

    assert CriterionAnswer.objects.count() == 1


def test_a_conflict_keeps_what_was_typed(client, member, assessment):
    scr_factories.answer(assessment, "event", "died", by=member)
    url = url_of("answer_criterion", assessment, "event")

    response = sign_in(client, member).post(url, known("harmed", evidence="Qxtyped", seen=""))

    assert "Somebody else answered this question" in response.content.decode()
    assert "Qxtyped" in response.content.decode()


def test_locked_it_keeps_answers_result_and_version(client, member, assessment):
    scr_factories.answer(assessment, "under_18_at_event", "no", by=member)
    url = url_of("lock_assessment", assessment)

    sign_in(client, member).post(url, {})
    unread = CriteriaAssessment.objects.get().locked_at
    client.post(url, {"read": "on"})

    kept = CriteriaAssessment.objects.get()
    assert unread is None
    assert kept.outcome == "out_of_scope"
    assert kept.answers["under_18_at_event"]["value"] == "no"
    assert kept.result["criteria"]["adult_at_event"] is True
    assert kept.framework_version == framework_named("wt2015").version


def test_a_locked_assessment_takes_no_more_answers(member, assessment):
    scr_factories.answer(assessment, "event", "died", by=member)
    lock_assessment(assessment=assessment, by=member)

    with pytest.raises(NotAllowed):
        scr_factories.answer(assessment, "event", "harmed", by=member)


def test_new_information_begins_another_with_the_answers_carried_over(manager, member):
    first = scr_factories.make_assessment(by=member, referral=scr_factories.make_referral())

    later = begin_assessment(
        referral=first.referral, by=member, framework=framework_named("wt2018")
    )

    assert later.framework == "wt2018"
    assert later.given.get(question="abuse_or_neglect").value == "suspected"
    assert CriteriaAssessment.objects.get(pk=first.pk).outcome == "scr_mandatory"


def test_one_assessment_is_open_at_a_time(member, assessment):
    with pytest.raises(NotAllowed, match="Lock the assessment"):
        begin_assessment(referral=assessment.referral, by=member)


def test_where_there_is_no_duty_to_notify_its_clock_stops(manager, member):
    referral = scr_factories.make_referral(by=manager)
    natural = {
        "under_18_at_event": "yes",
        "event": "died",
        "custody_death": "no",
        "mha_detained": "no",
        "dol_order_16_17": "no",
        "abuse_or_neglect": "no",
        "looked_after": "no",
        "regulated_setting": "no",
        "learning_potential": "no",
    }

    scr_factories.make_assessment(by=member, referral=referral, answers=natural)

    clocks = dict(referral.case.clocks.values_list("rule", "stopped_on"))
    assert clocks["wt2015.notify_ofsted_and_lscb"] == timezone.localdate()
    assert clocks["wt2015.decision"] is None


def test_an_answer_the_question_does_not_offer_is_refused(member, assessment):
    with pytest.raises(NotAllowed, match="Select an answer"):
        answer_criterion(assessment=assessment, question="event", value="vanished", by=member)


def test_a_question_of_another_edition_is_not_found(client, member, assessment):
    url = url_of("answer_criterion", assessment, "care_leaver_18_to_24")

    assert sign_in(client, member).get(url).status_code == 404


def test_the_page_says_what_is_reconstructed(client, member, manager):
    referral = scr_factories.make_referral(
        by=manager,
        referred_on=datetime.date(2011, 5, 3),
        event_on=datetime.date(2011, 5, 1),
        case=factories.make_case(
            died_on=datetime.date(2011, 5, 1), notified_on=datetime.date(2011, 5, 1)
        ),
    )
    begin_assessment(referral=referral, by=member)

    shown = sign_in(client, member).get(
        reverse("scr:view_criteria", args=[referral.case.reference])
    )

    assert "Working Together to Safeguard Children 2010" in shown.content.decode()
    assert "econstructed – check the guidance" in shown.content.decode()
    assert "statutory" not in shown.content.decode().lower()


def test_an_open_result_says_which_answer_would_settle_it(client, manager, member):
    assessment = scr_factories.make_assessment(
        by=member,
        referral=scr_factories.make_referral(by=manager),
        answers={"under_18_at_event": "yes", "event": "died", "learning_potential": "no"},
        locked=False,
    )
    sign_in(client, member)

    text = client.get(url_of("view_criteria", assessment)).content.decode()

    assert "Known or suspected: a serious case review must be commissioned" in text
    assert "Yes: a serious case review must be commissioned" in text


def test_the_record_is_shown_beside_a_question_and_answers_nothing(client, manager, member):
    case = factories.make_case(by=manager)
    with change("plant", by=None, case=case) as written:
        case.child.born_on = datetime.date(1996, 1, 5)
        written.save(case.child)
    referral = scr_factories.make_referral(
        case=case, by=manager, event_on=datetime.date(2014, 1, 6), referred_on=REFERRED
    )
    assessment = scr_factories.make_assessment(
        by=member, referral=referral, answers={"under_18_at_event": "yes"}, locked=False
    )
    sign_in(client, member)

    listed = client.get(url_of("view_criteria", assessment)).content.decode()
    one = client.get(url_of("answer_criterion", assessment, "under_18_at_event")).content.decode()
    another = client.get(url_of("answer_criterion", assessment, "event")).content.decode()

    says = "By the dates on record the person was 18 years old on 6 January 2014"
    assert says in listed and "Differs from the record" in listed
    assert says in one and "checked" not in another.split('name="value"')[1].split(">")[0]
    assert "The case is of a child who died" in another
    assert assessment.given.count() == 1


def test_a_case_of_another_area_names_the_board_that_leads(client, manager, member):
    elsewhere = factories.board("NOTTINGHAM")
    referral = scr_factories.make_referral(
        by=manager, referred_on=datetime.date(2021, 3, 1), event_board=factories.board()
    )
    with change("plant", by=None, case=referral.case) as written:
        referral.event_board = elsewhere
        written.save(referral)
    assessment = scr_factories.make_assessment(
        by=member, referral=referral, answers={}, locked=False
    )
    sign_in(client, member)

    text = client.get(url_of("view_criteria", assessment)).content.decode()

    assert f"Who leads: <strong>{elsewhere}</strong>" in text
    assert "The authority where it happened notifies and leads" in text


def test_the_questions_of_2010_that_help_to_talk_are_shown_and_not_answered(
    client, manager, member
):
    case = factories.make_case(by=manager, died_on=OLD, notified_on=OLD)
    referral = scr_factories.make_referral(case=case, by=manager, referred_on=OLD, event_on=OLD)
    assessment = scr_factories.make_assessment(
        by=member, referral=referral, answers={}, locked=False
    )
    sign_in(client, member)

    text = client.get(url_of("view_criteria", assessment)).content.decode()

    assert assessment.framework == "wt2010"
    assert "a professional voice a concern that was not taken seriously" in text
    assert "paragraph 8.12 (reconstructed" in text
