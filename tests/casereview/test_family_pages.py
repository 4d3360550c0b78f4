"""The family of a case: key worker, contact, support, their questions and the letter to them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import family_work, registries
from casereview.actions import NotAllowed, family, family_letters, processes
from casereview.family_page import people
from casereview.models import (
    Child,
    ContactPreference,
    FamilyContact,
    FamilyLetter,
    FamilyLink,
    FamilyQuestion,
    FamilyWork,
    Person,
    SupportOffer,
)
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from casereview.rules.working_days import add_working_days
from tests import factories
from tests.cdop.filling import day
from tests.kept_out import let_in
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"
TODAY = timezone.localdate
ASKED = datetime.date(2014, 6, 2)


def make_relative(case, *, relation="mother", given="Mary"):
    person = Person(family_name=NAME, given_names=given)
    with change("test", by=None, case=case) as written:
        written.save(person)
        written.save(FamilyLink(case=case, person=person, relation=relation))
    return person


@pytest.fixture
def case(manager):
    return factories.make_case(by=manager, family_name=NAME)


@pytest.fixture
def mother(case):
    return make_relative(case)


@pytest.fixture
def desk(client, manager):
    return sign_in(client, manager)


@pytest.fixture
def decided(monkeypatch):
    """What the panel decided stands in one line."""
    monkeypatch.setattr(registries, "family_letter", [lambda case: ["The review is complete."]])


def at(name, case, *keys):
    return reverse(name, args=[case.reference, *keys])


def ask(case, by, **facts):
    return family.ask_family_question(
        case=case, question="Could it have been seen earlier?", asked_on=ASKED, by=by, **facts
    )


def hold(case, by):
    return processes.record_process(
        case=case,
        kind="POL",
        status="open",
        restriction="The police ask that nothing is said",
        hold_family_contact=True,
        by=by,
    )


# --- Who opens it --------------------------------------------------------------------------------


NAMES = (
    "view_family",
    "record_family_work",
    "record_family_contact",
    "offer_support",
    "ask_family_question",
    "draft_family_letter",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_the_recused_and_the_leaver_are_kept_out(client, case, mother, name):
    assert let_in(client, case, at(name, case), NAME) == []


def test_the_doctor_of_the_panel_records_but_does_not_release(client, case, people, mother):
    question = ask(case, people[Role.CDR_MANAGER])
    letter = make_letter(case, people[Role.CDR_MANAGER])
    sign_in(client, people[Role.DESIGNATED_DOCTOR])

    assert client.get(at("view_family", case)).status_code == 200
    assert client.get(at("settle_family_question", case, question.pk)).status_code == 200
    assert client.get(at("release_family_letter", case, letter.pk)).status_code == 403


def test_what_belongs_to_another_case_is_not_found(desk, case, manager):
    other = factories.make_case(by=manager)
    question, letter = ask(other, manager), make_letter(other, manager)
    stranger = make_relative(other)

    for name, key in (
        ("settle_family_question", question.pk),
        ("edit_family_letter", letter.pk),
        ("print_family_letter", letter.pk),
        ("record_contact_preference", stranger.pk),
    ):
        assert desk.get(at(name, case, key)).status_code == 404, name


# --- Key worker, contact, support ----------------------------------------------------------------


def test_key_worker_and_what_the_family_was_told_are_recorded(desk, case):
    typed = {
        "key_worker": "Nurse Hallam",
        "key_worker_cover": "Nurse Ives",
        "told_of_review_by": "Nurse Hallam",
        "wants_result": "Y",
        "interpreter_needed": "Y",
        "interpreter_language": "Polish",
        **day("told_of_review_on", ASKED),
    }

    response = desk.post(at("record_family_work", case), typed, follow=True)

    work = FamilyWork.objects.get(case=case)
    assert (work.key_worker, work.key_worker_cover) == ("Nurse Hallam", "Nurse Ives")
    html = response.content.decode()
    assert "2 June 2014, by Nurse Hallam" in html
    assert "Polish" in html


def test_told_of_the_review_needs_by_whom(desk, case):
    response = desk.post(at("record_family_work", case), day("told_of_review_on", ASKED))

    assert response.status_code == 200
    assert "Enter who told the family of the review" in response.content.decode()
    assert not FamilyWork.objects.exists()


def test_two_who_save_at_once_are_told_and_what_was_typed_stays(desk, case, manager):
    family.record_family_work(case=case, by=manager, key_worker="First")

    stale = {"key_worker": "Second", "version": "0"}
    response = desk.post(at("record_family_work", case), stale)

    html = response.content.decode()
    assert response.status_code == 200
    assert "Somebody else changed this" in html
    assert "Second" in html
    assert FamilyWork.objects.get(case=case).key_worker == "First"
    desk.post(at("record_family_work", case), stale | {"version": "1"})
    assert FamilyWork.objects.get(case=case).key_worker == "Second"


def test_how_a_person_is_contacted_is_kept_with_their_own_days(desk, case, mother):
    typed = {
        "may_contact": "through",
        "through": "Her sister",
        "not_on": "14 February, a brother’s birthday\n24 Dec",
    }

    response = desk.post(at("record_contact_preference", case, mother.pk), typed, follow=True)

    preference = ContactPreference.objects.get(case=case, person=mother)
    assert preference.through == "Her sister"
    assert [(each["day"], each["month"]) for each in preference.not_on] == [(14, 2), (24, 12)]
    html = response.content.decode()
    assert "14 February: a brother’s birthday" in html
    assert "1 July: the child’s birthday" in html
    assert "12 May: the anniversary of the death" in html


@pytest.mark.parametrize("typed", ["the 14th", "31 June", "40 May", "14 Xyz"])
def test_a_day_that_cannot_be_read_is_refused_and_kept(desk, case, mother, typed):
    answers = {"may_contact": "yes", "not_on": typed}

    response = desk.post(at("record_contact_preference", case, mother.pk), answers)

    html = response.content.decode()
    assert "Enter each day as a day and a month" in html
    assert typed in html


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"may_contact": ""}, "Select whether"),
        ({"may_contact": "no"}, "Enter why"),
        ({"may_contact": "through"}, "Enter through whom"),
    ],
)
def test_a_preference_that_says_half_is_refused(case, manager, mother, facts, words):
    with pytest.raises(NotAllowed, match=words):
        family.record_contact_preference(case=case, person=mother, by=manager, **facts)


def test_nobody_of_another_family_is_written_down_here(case, manager):
    stranger = make_relative(factories.make_case(by=manager))

    with pytest.raises(NotAllowed, match="member of this family"):
        family.record_contact_preference(case=case, person=stranger, may_contact="yes", by=manager)


def test_a_contact_is_recorded_and_stands_in_the_timeline_without_its_words(
    desk, case, manager, mother
):
    typed = {
        "person": str(mother.pk),
        "kind": "visit",
        "by_whom": "Nurse Hallam",
        "note": "Spoke of the funeral",
        **day("on", ASKED),
    }

    response = desk.post(at("record_family_contact", case), typed, follow=True)

    assert "Spoke of the funeral" in response.content.decode()
    assert FamilyContact.objects.get().person == mother
    overview = desk.get(at("view_case", case)).content.decode()
    assert "Contact with the family: visit" in overview
    assert "funeral" not in overview


def test_a_contact_to_come_is_refused(case, manager):
    tomorrow = TODAY() + datetime.timedelta(days=1)

    with pytest.raises(NotAllowed, match="not in the future"):
        family.record_family_contact(case=case, on=tomorrow, kind="call", by_whom="N", by=manager)


def test_support_for_a_brother_is_offered_asked_after_and_answered(desk, case, manager):
    brother = make_relative(case, relation="sibling", given="Sam")
    typed = {"person": str(brother.pk), "support": "A bereavement group for children"}

    desk.post(at("offer_support", case), typed | day("offered_on", ASKED))

    offer = SupportOffer.objects.get(case=case)
    assert offer.person == brother
    waiting = [item.task for item in family_work.work(manager, TODAY())]
    assert "Ask whether the family takes up the support that was offered" in waiting
    answer = {"answer": "accepted", "version": "1", **day("answered_on", ASKED)}
    desk.post(at("record_support_answer", case, offer.pk), answer)
    offer.refresh_from_db()
    assert (offer.answer, offer.answered_on) == ("accepted", ASKED)
    assert family_work.work(manager, TODAY()) == []


def test_an_answer_before_the_offer_is_refused(case, manager):
    offer = family.offer_support(case=case, support="A group", offered_on=ASKED, by=manager)

    with pytest.raises(NotAllowed, match="on or after the offer"):
        family.record_support_answer(
            offer=offer,
            answer="declined",
            answered_on=ASKED - datetime.timedelta(days=1),
            by=manager,
        )


# --- Their questions -----------------------------------------------------------------------------


def test_a_question_keeps_the_case_open_until_it_is_answered_and_signed(desk, case, manager):
    typed = {"question": "Could it have been seen earlier?", **day("asked_on", ASKED)}
    desk.post(at("ask_family_question", case), typed)
    question = FamilyQuestion.objects.get(case=case)
    assert family.unsettled_questions(case)

    desk.post(
        at("settle_family_question", case, question.pk),
        {"how": "answer", "answer": "No, it could not.", "version": "1"},
    )

    question.refresh_from_db()
    assert family.unsettled_questions(case) == []
    assert (question.answer, question.settled_by) == ("No, it could not.", manager)
    html = desk.get(at("view_family", case)).content.decode()
    assert f"Signed by {manager.name}" in html
    assert "Family not told yet" in html


def test_a_reason_settles_a_question_too_and_nothing_does_not(case, manager):
    question = ask(case, manager)

    with pytest.raises(NotAllowed, match="Enter the answer"):
        family.settle_family_question(question=question, by=manager)
    with pytest.raises(NotAllowed, match="either"):
        family.settle_family_question(
            question=question, answer="No", no_answer_reason="Not known", by=manager
        )
    family.settle_family_question(question=question, no_answer_reason="Not known", by=manager)

    assert family.unsettled_questions(case) == []
    assert question.settled_by == manager


def test_work_goes_from_settling_to_telling_to_nothing(case, manager):
    question = ask(case, manager)

    def tasks():
        return [item.task for item in family_work.work(manager, TODAY())]

    assert tasks() == ["Settle a question of the family"]
    family.settle_family_question(question=question, answer="No", by=manager)
    assert tasks() == ["Tell the family the answer to their question"]
    family.record_told_family(question=question, told_family_on=TODAY(), by=manager)
    assert tasks() == []


def test_the_family_is_told_only_what_is_settled(case, manager):
    with pytest.raises(NotAllowed, match="Settle"):
        family.record_told_family(question=ask(case, manager), told_family_on=TODAY(), by=manager)


def test_a_question_is_the_next_thing_to_do_for_the_manager_only(case, manager, outsider):
    ask(case, manager)

    assert family_work.next_steps(manager, case)[0].title == "settle a question of the family"
    assert family_work.next_steps(outsider, case) == []


# --- The letter ----------------------------------------------------------------------------------


def make_letter(case, by, person=None):
    letter = FamilyLetter(
        case=case,
        person=person,
        text=f"Dear {NAME}",
        drafted_by=by,
        drafted_at=timezone.now(),
    )
    with change("test", by=by, case=case) as written:
        written.save(letter)
    return letter


def test_nothing_is_drafted_before_the_panel_has_decided(case, manager):
    with pytest.raises(NotAllowed, match="Complete the panel review first"):
        family_letters.draft_family_letter(case=case, by=manager)


def test_a_letter_holds_the_decision_and_the_answers_in_plain_words(
    desk, case, manager, mother, decided
):
    question = ask(case, manager, person=mother)
    family.settle_family_question(question=question, answer="No, it could not.", by=manager)

    desk.post(at("draft_family_letter", case), {"person": str(mother.pk)})

    letter = FamilyLetter.objects.get(case=case)
    assert letter.text.startswith(f"Dear Mary {NAME},")
    assert "The review is complete." in letter.text
    assert "You asked: Could it have been seen earlier?" in letter.text
    assert "No, it could not." in letter.text
    assert letter.released_at is None


def test_a_letter_is_edited_released_and_handed_over_by_people(
    desk, case, manager, decided, monkeypatch
):
    monkeypatch.setattr(family_letters, "avoided", lambda day, days: "")
    letter = family_letters.draft_family_letter(case=case, by=manager)
    page = desk.get(at("print_family_letter", case, letter.pk)).content.decode()
    assert "Draft, not to be sent" in page

    desk.post(at("edit_family_letter", case, letter.pk), {"text": "Dear both", "version": "1"})
    unread = desk.post(at("release_family_letter", case, letter.pk), {"version": "2"})
    assert "Tick the box" in unread.content.decode()
    desk.post(at("release_family_letter", case, letter.pk), {"read": "on", "version": "2"})
    desk.post(
        at("record_letter_sent", case, letter.pk), {"version": "3", **day("sent_on", TODAY())}
    )

    letter.refresh_from_db()
    assert (letter.text, letter.released_by, letter.sent_on) == ("Dear both", manager, TODAY())
    page = desk.get(at("print_family_letter", case, letter.pk)).content.decode()
    assert "Dear both" in page
    assert "Draft, not to be sent" not in page
    with pytest.raises(NotAllowed, match="another letter"):
        family_letters.edit_family_letter(letter=letter, text="Later", by=manager)


def test_nothing_is_drafted_edited_or_released_while_a_process_asks_to_hold(
    desk, case, manager, decided
):
    letter = make_letter(case, manager)
    process = hold(case, manager)

    for act in (
        lambda: family_letters.draft_family_letter(case=case, by=manager),
        lambda: family_letters.edit_family_letter(letter=letter, text="Dear", by=manager),
        lambda: family_letters.release_family_letter(letter=letter, by=manager),
    ):
        with pytest.raises(NotAllowed, match="Wait"):
            act()
    html = desk.get(at("view_family", case)).content.decode()
    assert "Hold." in html
    assert at("draft_family_letter", case) not in html
    processes.change_process(process=process, status="ended", by=manager)
    family_letters.edit_family_letter(letter=letter, text="Dear", by=manager)


def test_a_letter_is_not_released_on_a_day_the_family_is_left_alone(case, manager):
    letter = make_letter(case, manager)
    child, today = Child.objects.get(case=case), TODAY()
    with change("test", by=None, case=case) as written:
        child.born_on = datetime.date(2012, today.month, today.day)
        written.save(child)
    letter.refresh_from_db()

    with pytest.raises(NotAllowed, match="the child’s birthday"):
        family_letters.release_family_letter(letter=letter, by=manager)


def test_nobody_who_must_not_be_contacted_is_written_to(case, manager, mother, decided):
    family.record_contact_preference(
        case=case, person=mother, may_contact="no", why_not="She asked", by=manager
    )

    with pytest.raises(NotAllowed, match="Do not write"):
        family_letters.draft_family_letter(case=case, person=mother, by=manager)
    with pytest.raises(NotAllowed, match="Do not write"):
        family_letters.draft_family_letter(case=case, by=manager)


def test_a_family_that_does_not_want_the_result_gets_no_letter(case, manager, decided):
    family.record_family_work(case=case, by=manager, wants_result="N")

    with pytest.raises(NotAllowed, match="does not want to hear the result"):
        family_letters.draft_family_letter(case=case, by=manager)


def test_who_is_reached_only_through_somebody_is_said_where_a_letter_is_released(
    desk, case, manager, mother
):
    letter = make_letter(case, manager, mother)
    family.record_contact_preference(
        case=case, person=mother, by=manager, may_contact="through", through="Aunt Perpetua"
    )

    pages = [desk.get(at(name, case, letter.pk)) for name in LETTER_PAGES]

    assert all("only through Aunt Perpetua" in page.content.decode() for page in pages)


LETTER_PAGES = ("release_family_letter", "print_family_letter")


def test_a_new_family_without_a_key_worker_is_the_managers_work(manager):
    today = TODAY()
    case = factories.make_case(by=manager, died_on=today, notified_on=today)

    [item] = family_work.work(manager, today)
    family.record_family_work(case=case, by=manager, key_worker="Nurse Hallam")

    assert item.task == "Name the family’s key worker, and who covers"
    assert item.due_on == add_working_days(today, 2)
    assert family_work.work(manager, today) == []


def test_a_stale_letter_is_not_released(case, manager):
    letter = make_letter(case, manager)
    family_letters.edit_family_letter(letter=letter, text="Changed", by=manager)

    with pytest.raises(Conflict):
        family_letters.release_family_letter(letter=letter, version=1, by=manager)


# --- What it costs, and what a paper must not hold -----------------------------------------------


def test_the_page_asks_the_same_number_of_questions_for_any_family(desk, case, manager):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(at("view_family", case)).status_code == 200
        return len(queries)

    fill(case, manager, 1)
    asked()
    few = asked()
    fill(case, manager, 6)

    assert asked() == few


def fill(case, by, how_many):
    for number in range(how_many):
        person = make_relative(case, given=f"Person {number}", relation="other_adult")
        family.record_contact_preference(case=case, person=person, may_contact="yes", by=by)
        family.record_family_contact(
            case=case, on=ASKED, kind="call", by_whom="N", person=person, by=by
        )
        family.offer_support(case=case, support="A", offered_on=ASKED, person=person, by=by)
        question = ask(case, by, person=person)
        if number % 2:
            family.settle_family_question(question=question, answer="No", by=by)
        make_letter(case, by, person)


def test_the_work_of_many_families_costs_as_much_as_that_of_one(manager):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            found = family_work.work(manager, TODAY())
        return len(queries), len(found)

    fill(factories.make_case(by=manager), manager, 1)
    few, one = asked()
    for _ in range(3):
        fill(factories.make_case(by=manager), manager, 2)

    assert asked()[0] == few
    assert asked()[1] > one


def test_those_who_stand_by_the_family_are_identifiers(case, manager, mother):
    family.record_family_work(case=case, by=manager, key_worker="Nurse Hallam")
    family.record_contact_preference(
        case=case, person=mother, may_contact="through", through="Aunt Jo", by=manager
    )

    found = [word for tell in registries.identifiers for word in tell(case)]

    assert {"Nurse Hallam", "Aunt Jo"} <= set(found)
    assert people(case)[0][1] == f"Mary {NAME} (mother)"


def test_no_address_or_title_names_the_family(desk, case, mother):
    page = desk.get(at("view_family", case)).content.decode()

    assert NAME in page
    assert NAME not in page.split("</title>")[0]
