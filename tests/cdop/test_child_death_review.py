"""A child death review from 2018: its page, meeting, analysis form, and the sheet to copy."""

import datetime
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.actions.family import record_family_work
from casereview.actions.panels import change_board
from casereview.models import AuditEntry, Board, Child
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from casereview.rules.return_year import ReturnYear
from cdop import actions, codes, death_review_work
from cdop.actions import carrying_over, death_review
from cdop.actions.completing import learning_domain
from cdop.actions.reviewing import GridLine
from cdop.actions.standing_review import lines_of, review_of
from cdop.counting import Scope, reviewed_deaths
from cdop.form_sets import FormSet, form_of
from cdop.models import DeathReviewMeeting, DeathReviewWork, Notification, PanelReview
from tests import factories
from tests.cdop import reviews
from tests.cdop.filling import day
from tests.kept_out import let_in
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

NAME = "Quillfeather"
DIED = datetime.date(2024, 3, 1)
MET = datetime.date(2024, 5, 14)
HOSTILE = "=1+1</textarea><script>alert(1)</script>"


def make_case(by, died_on=DIED, born_on=datetime.date(2020, 5, 1), **said):
    case = factories.make_case(by=by, family_name=NAME, died_on=died_on, notified_on=died_on)
    child = Child.objects.get(case=case)
    with change("test", by=by, case=case) as written:
        child.born_on, child.nhs_number = born_on, "9990000026"
        child.age_days = (died_on - born_on).days
        written.save(child)
        written.save(
            Notification(
                case=case,
                notified_on=died_on,
                expectedness="UNEXPECTED",
                submitted_by=by,
                submitted_at=timezone.now(),
                **said,
            )
        )
    return case


@pytest.fixture
def case(manager):
    return make_case(manager, circumstances=HOSTILE, cause_1a="Sepsis")


@pytest.fixture
def old(manager):
    """A death before 2018 whose review is open on Form C."""
    case = make_case(manager, died_on=datetime.date(2017, 3, 1), born_on=datetime.date(2014, 1, 1))
    lines = [
        GridLine(None, "D02", "Y", "child", "3", "N", note="Antibiotics came late"),
        GridLine(None, "D03", "Y", "child", "1*", "N"),
    ]
    actions.record_factors(case=case, by=manager, domain="D", seen=None, lines=lines)
    actions.record_panel_review(case=case, by=manager, seen=None, summary="A summary")
    return case


@pytest.fixture
def desk(client, manager):
    return sign_in(client, manager)


def at(name, case, *keys):
    return reverse(f"cdop:{name}", args=[case.reference, *keys])


def read(client, *address):
    return client.get(at(*address)).content.decode()


def meet(case, by, **facts):
    said = {
        "kind": "cdrm",
        "held_on": MET,
        "chair": "Dr Everard Thripp",
        "chair_treated": "N",
        "parents_asked": "Y",
        "parents_questions": "Could it have been seen sooner?",
        "attended": ["GP", "DDCD"],
        "attended_by": "Hester Blount, Dr Paul Ruskin",
    }
    return death_review.record_death_review_meeting(case=case, by=by, **{**said, **facts})


# --- Who opens it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("view_death_review", ()),
        ("record_death_review_people", ()),
        ("record_death_review_meeting", ()),
        ("draft_analysis_form", ()),
        ("copy_to_national_database", ("NOT",)),
        ("record_copied", ("NOT",)),
        ("carry_over_form_c", ()),
    ],
)
def test_the_stranger_the_recused_and_the_leaver_are_kept_out(client, case, name, keys):
    assert let_in(client, case, at(name, case, *keys), NAME) == []


def test_the_doctor_records_the_meeting_but_copies_nothing(client, case, people):
    doctor = people[Role.DESIGNATED_DOCTOR]
    sign_in(client, doctor)
    said = {"kind": "cdrm", "chair": "Dr Thripp", "chair_treated": "N", "parents_asked": "NK"}

    client.post(at("record_death_review_meeting", case), {**said, **day("held_on", MET)})

    assert DeathReviewMeeting.objects.get(case=case).recorded_by == doctor
    assert client.get(at("copy_to_national_database", case, "NOT")).status_code == 403
    assert client.get(at("carry_over_form_c", case)).status_code == 403
    assert client.get(reverse("cdop:view_crosswalk")).status_code == 200


# --- Its page ------------------------------------------------------------------------------------


def test_the_page_says_which_forms_and_why_and_how_each_clock_stands(desk, case, manager):
    html = read(desk, "view_death_review", case)

    assert "Notification form and reporting form" in html
    assert "The national database began on" in html
    assert "No meeting has been planned or held." in html
    assert "does not count for this child" not in html
    assert "Overdue since" in html
    assert "Reconstructed limit." in html
    assert "statutory" not in html.lower()
    meet(case, manager)
    record_family_work(case=case, by=manager, key_worker="Ines Vale", key_worker_since=DIED)
    html = read(desk, "view_death_review", case)
    assert "Dr Everard Thripp" in html
    assert "Did not treat the child" in html
    assert "Could it have been seen sooner?" in html
    assert "Ines Vale" in html
    assert "Done on Tuesday 14 May 2024" in html


def test_a_death_before_2018_has_no_such_meeting(desk, old, manager):
    html = read(desk, "view_death_review", old)

    assert "Form A and Form B" in html
    assert "This death is before the forms of 2018." in html
    for name in ("record_death_review_meeting", "record_death_review_people"):
        assert desk.get(at(name, old)).status_code == 404
    assert desk.get(at("copy_to_national_database", old, "NOT")).status_code == 404
    with pytest.raises(NotAllowed, match="before the forms of 2018"):
        meet(old, manager)


def test_the_page_asks_the_database_the_same_whatever_is_recorded(desk, case, manager):
    meet(case, manager)
    desk.get(at("view_death_review", case))
    with CaptureQueriesContext(connection) as few:
        desk.get(at("view_death_review", case))
    death_review.record_death_review_people(
        case=case, by=manager, lead_health_professional="Dr Ama Boateng"
    )
    with CaptureQueriesContext(connection) as many:
        desk.get(at("view_death_review", case))

    assert abs(len(many) - len(few)) <= 1


# --- The meeting ---------------------------------------------------------------------------------


def test_who_treated_the_child_does_not_chair_and_what_was_typed_stays(desk, case):
    said = {
        "kind": "pmrt",
        "chair": "Dr Quill",
        "chair_treated": "Y",
        "parents_asked": "N",
        **day("held_on", MET),
    }

    html = desk.post(at("record_death_review_meeting", case), said).content.decode()

    assert "Name a chair who did not treat the child" in html
    assert "Enter why the parents were not asked" in html
    assert "whether the child ever left hospital" in html
    assert 'value="Dr Quill"' in html
    assert not DeathReviewMeeting.objects.exists()


def test_there_is_one_meeting_a_death_and_a_later_page_does_not_overwrite_unseen(case, manager):
    meet(case, manager)

    with pytest.raises(Conflict):
        meet(case, manager, version=0, chair="Another")
    meet(case, manager, version=1, discussion="Sepsis was treated late")
    assert DeathReviewMeeting.objects.get(case=case).discussion == "Sepsis was treated late"
    with pytest.raises(NotAllowed, match="on or after the meeting"):
        meet(case, manager, parents_told_on=MET - datetime.timedelta(days=1))
    assert "Dr Paul Ruskin" in death_review_work.identifiers(case)


def test_a_perinatal_meeting_counts_for_a_newborn_child(desk, manager):
    case = make_case(manager, born_on=DIED - datetime.timedelta(days=9))

    assert "meeting counts as this meeting" in read(desk, "view_death_review", case)
    meet(case, manager, kind="pmrt")

    assert "Perinatal mortality review meeting" in read(desk, "view_death_review", case)
    assert death_review_work.next_steps(manager, case) == []


def test_the_meeting_drafts_the_analysis_form_and_overwrites_nothing(desk, case, manager):
    with pytest.raises(NotAllowed, match="Record the meeting first"):
        death_review.draft_analysis_form(case=case, by=manager, summary="A child")
    meet(case, manager)
    actions.record_panel_review(case=case, by=manager, seen=None, summary="The panel’s words")
    refused = desk.post(at("draft_analysis_form", case), {"summary": f"{NAME} was ill"})
    assert "Take out what tells who the child is" in refused.content.decode()

    desk.post(at("draft_analysis_form", case), {"summary": "Theirs", "issues": "Late treatment"})

    review = PanelReview.objects.get(case=case)
    assert (review.summary, review.issues) == ("The panel’s words", "Late treatment")
    assert review.form_set == "cdr"


def test_people_of_the_review_are_recorded(desk, case, manager):
    said = {
        "lead_health_professional": "Dr Ama Boateng",
        "medical_examiner_state": "coroner",
        "stillbirth_at_home": "NA",
    }
    desk.post(at("record_death_review_people", case), said)

    html = read(desk, "view_death_review", case)
    assert "Dr Ama Boateng" in html
    assert "Went to the coroner instead" in html
    with pytest.raises(NotAllowed, match="the NHS number is on record"):
        death_review.record_death_review_people(case=case, by=manager, nhs_number_absence="NR")
    with pytest.raises(NotAllowed, match="Select that a medical examiner"):
        death_review.record_death_review_people(case=case, by=manager, medical_examiner_on=MET)


# --- The analysis form ---------------------------------------------------------------------------


def test_a_review_from_2018_is_on_the_analysis_form(desk, case, manager):
    assert form_of(review_of(case)) is FormSet.CDR
    html = read(desk, "record_factors", case, "C")

    assert "Sleep environment" in html
    assert "Poor parenting/supervision" not in html
    assert "complete and sufficient" not in html
    with pytest.raises(NotAllowed, match="Choose a factor of this form"):
        actions.record_factors(
            case=case, by=manager, domain="A", seen=None, lines=[GridLine(None, "A05", "Y")]
        )
    with pytest.raises(NotAllowed, match="level of influence"):
        actions.record_factors(
            case=case,
            by=manager,
            domain="A",
            seen=None,
            lines=[GridLine(None, "A18-05", "Y", "child", "3", "N")],
        )


def test_only_the_primary_category_is_counted(desk, case, manager):
    chosen = {
        "category_of_death": "9",
        "secondary_category": "9",
        "considered_another": "N",
        "seen": "",
    }
    page = at("record_category", case)
    shown = desk.get(page).content.decode()
    assert "Figures count this one only." in shown
    html = desk.post(page, chosen).content.decode()
    assert "Select another category than the primary one" in html
    actions.record_panel_review(
        case=case, by=manager, seen=None, category_of_death="9", secondary_category="5"
    )
    review = PanelReview.objects.get(case=case)
    with change("test", by=manager, case=case) as written:
        review.modifiable_outcome, review.state = "N", "completed"
        review.agreed_on = review.first_completed_on = datetime.date(2024, 9, 2)
        written.save(review)

    (counted,) = reviewed_deaths(ReturnYear(2025), Scope())
    assert counted.category == "9"
    assert "Secondary category" in read(desk, "view_panel_review", case)


def test_form_c_has_no_second_category(old, manager):
    with pytest.raises(NotAllowed, match="Form C has none"):
        actions.record_panel_review(
            case=old, by=manager, seen=None, category_of_death="9", secondary_category="5"
        )


def test_an_open_review_is_carried_over_with_what_is_lost_said(desk, old, manager):
    assert "Carry it over to the analysis form" in read(desk, "view_panel_review", old)
    html = read(desk, "carry_over_form_c", old)
    assert "Initiation, timing or quality of treatment" in html
    assert "3 (factors identified that provide a complete" in html
    assert form_of(review_of(old)) is FormSet.ABC
    step = death_review_work.next_steps(manager, old)[0]
    assert step.url == at("carry_over_form_c", old)

    desk.post(at("carry_over_form_c", old))

    review = PanelReview.objects.get(case=old)
    assert (review.form_set, review.summary) == ("cdr", "A summary")
    assert review.carried_over_on == timezone.localdate()
    lines = {line.factor: line for line in lines_of(review)}
    assert {(each.factor, each.influence) for each in lines.values()} == {
        ("D18-02", "2"),
        ("D18-99", "1"),
    }
    assert lines["D18-99"].note == codes.code_list("domain_factor").label("D03")
    assert "What did not come over from Form C (4)" in read(desk, "view_panel_review", old)
    entry = AuditEntry.objects.filter(action="carry_over_form_c", outcome="done").latest("seq")
    assert json.loads(entry.detail)["lost"] == 4
    with pytest.raises(NotAllowed, match="Leave the review on its form"):
        carrying_over.carry_over_form_c(case=old, by=manager)


def test_a_review_agreed_before_the_database_stays_on_form_c_and_a_later_one_does_not(manager):
    case = factories.make_case(by=manager)
    panel = reviews.at_panel(case, manager)
    reviews.record_all(panel)
    with pytest.raises(NotAllowed, match="Carry the review over to the analysis form"):
        actions.complete_panel_review(
            case=case, by=panel.chair, agreed_on=datetime.date(2019, 4, 1), reason="Typed in late"
        )

    done = actions.complete_panel_review(
        case=case, by=panel.chair, meeting=panel.meeting, reason="Quorum was not noted"
    )

    assert (done.state, done.form_set) == ("completed", "abc")
    assert not carrying_over.may_move(done)


def test_the_area_s_own_day_decides(desk, manager):
    board = Board.objects.get(code="LEICESTER")
    with pytest.raises(NotAllowed, match="from 29 June 2018"):
        change_board(
            board=board,
            by=manager,
            social_care_telephone="",
            child_death_partners_began_on=datetime.date(2019, 9, 30),
        )
    administrator = factories.make_user(Role.ADMINISTRATOR)
    said = {"version": str(board.version)}
    said |= day("child_death_partners_began_on", datetime.date(2018, 9, 3))
    sign_in(Client(), administrator).post(reverse("change_board", args=[board.pk]), said)
    case = make_case(manager, died_on=datetime.date(2018, 9, 3), born_on=datetime.date(2010, 1, 1))

    assert "began on Monday 3 September 2018" in read(desk, "view_death_review", case)
    assert form_of(review_of(case)) is FormSet.CDR


# --- Copy to the national database ---------------------------------------------------------------


def test_each_answer_is_a_box_that_can_be_selected_without_script(desk, case, manager):
    html = read(desk, "copy_to_national_database", case, "NOT")

    assert "Copy to the national database: notification form" in html
    assert "Nothing is sent from here." in html
    assert 'value="01/03/2024" readonly' in html
    assert 'value="Sepsis" readonly' in html
    assert "9990000026" in html
    assert "<script>alert" not in html
    assert "&lt;/textarea&gt;" in html
    assert "Submit" not in html and "statutory" not in html.lower()
    order = [html.index(each) for each in ("Family name", "Date of death", "Name of the notifier")]
    assert order == sorted(order)
    assert AuditEntry.objects.filter(action="copy_to_national_database", case=case.pk).exists()


def test_the_sheet_asks_again_who_is_sitting_there(client, manager, case):
    sign_in(client, manager, proved=False)

    response = client.get(at("copy_to_national_database", case, "NOT"))

    assert response.status_code == 302
    assert "9990000026" not in response.content.decode()


def test_the_analysis_form_is_copied_in_its_own_words(desk, case, manager):
    assert learning_domain("C18-01") == learning_domain("B07") == "B"
    meet(case, manager)
    line = GridLine(None, "B18-07", "Y", "mother", "2", "Y", reason="Advice was missed")
    actions.record_factors(case=case, by=manager, domain="B", seen=None, lines=[line])
    actions.record_panel_review(
        case=case, by=manager, seen=None, category_of_death="10", secondary_category="9"
    )

    html = read(desk, "copy_to_national_database", case, "ANA")

    assert "Co-sleeping (mother), influence 2" in html
    assert "10. Sudden unexpected, unexplained death" in html
    assert "9. Infection" in html
    assert "Could it have been seen sooner?" in html
    assert "No agency has answered yet" in read(desk, "copy_to_national_database", case, "REP")
    assert desk.get(at("copy_to_national_database", case, "XXX")).status_code == 404


def test_a_person_says_that_they_copied_it(desk, case, manager):
    desk.post(at("record_copied", case, "NOT"), {"reference": "NCMD-17", **day("copied_on", DIED)})

    work = DeathReviewWork.objects.get(case=case)
    assert (work.notification_copied_on, work.database_reference) == (DIED, "NCMD-17")
    assert "Copied on 1 March 2024" in read(desk, "view_death_review", case)
    with pytest.raises(NotAllowed, match="only a completed review"):
        death_review.record_copied(case=case, form="ANA", copied_on=MET, by=manager)
    with pytest.raises(NotAllowed, match="on or after the death"):
        death_review.record_copied(
            case=case, form="NOT", copied_on=DIED - datetime.timedelta(days=1), by=manager
        )


def test_work_asks_for_the_meeting_and_for_copying_until_they_are_done(manager):
    today = timezone.localdate()
    case = make_case(manager, died_on=today - datetime.timedelta(days=85))

    def tasks():
        return {item.task for item in death_review_work.work(manager, today)}

    copying = "Copy the notification to the national database"
    meeting = "Hold and record the child death review meeting"
    assert tasks() == {copying, meeting}
    meet(case, manager, held_on=today)
    death_review.record_copied(case=case, form="NOT", copied_on=today, by=manager)
    assert tasks() == set()


def test_the_crosswalk_lists_what_is_lost(desk):
    html = desk.get(reverse("cdop:view_crosswalk")).content.decode()

    assert "What is lost" in html
    assert "That a factor explains the death completely." in html
    assert "Reconstructed" in html and "statutory" not in html.lower()
