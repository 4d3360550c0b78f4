"""Recording a panel review, completing it and reopening it."""

import datetime

import pytest

from casereview import actions as kernel
from casereview.actions import NotAllowed
from casereview.models import Action, AgendaItem, AuditEntry, Case, Interest, LearningPoint, Reason
from casereview.records import Conflict
from cdop import actions
from cdop.actions.reviewing import AgreedAction, GridLine
from cdop.actions.standing_review import lines_of, lines_seen, page_seen, review_of
from cdop.models import FactorFinding, PanelReview
from tests import factories
from tests.cdop.reviews import HELD, at_panel, modifiable, record_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(case, manager):
    return at_panel(case, manager)


def test_the_first_page_begins_a_draft(case, manager):
    review = actions.record_panel_review(
        case=case, by=manager, seen=None, cause_of_death="Unascertained"
    )

    assert review.state == PanelReview.State.DRAFT
    assert PanelReview.objects.get(case=case).cause_of_death == "Unascertained"


def test_two_who_save_the_same_page_are_told(case, manager):
    actions.record_panel_review(case=case, by=manager, seen=None, summary="First")
    mark = page_seen(review_of(case), ["summary"])
    actions.record_panel_review(case=case, by=manager, seen=mark, summary="Second")

    with pytest.raises(Conflict):
        actions.record_panel_review(case=case, by=manager, seen=mark, summary="Third")

    assert review_of(case).summary == "Second"


def test_two_who_save_different_pages_do_not_disturb_each_other(case, manager):
    mark = page_seen(review_of(case), ["summary"])
    actions.record_panel_review(case=case, by=manager, seen=None, learning="A lesson")

    actions.record_panel_review(case=case, by=manager, seen=mark, summary="A summary")

    assert review_of(case).learning == "A lesson"


def test_a_line_of_the_grid_proposes_the_outcome_and_carries_one_coding(case, manager):
    review = actions.record_factors(
        case=case, by=manager, domain="B", seen=None, lines=[modifiable()]
    )

    line = FactorFinding.objects.get()
    assert review.outcome_proposed == "M"
    assert (line.modifiable_factor, line.theme) == ("UNSAFE_SLEEPING", "safe_sleep")


def test_one_factor_is_recorded_in_two_persons(case, manager):
    lines = [modifiable(factor="B02", in_whom=who) for who in ("mother", "father")]

    actions.record_factors(case=case, by=manager, domain="B", seen=None, lines=lines)

    assert [line.in_whom for line in lines_of(review_of(case), "B")] == ["father", "mother"]


def test_what_the_list_does_not_settle_is_asked_once_and_remembered(case, manager):
    actions.record_factors(
        case=case, by=manager, domain="A", seen=None, lines=[modifiable(factor="A12")]
    )
    line = FactorFinding.objects.get()
    assert line.modifiable_factor == ""

    actions.name_modifiable_factors(
        case=case, by=manager, codings={line.pk: ("RISKY_BEHAVIOUR", "substance_misuse")}
    )
    actions.record_factors(
        case=case,
        by=manager,
        domain="A",
        seen=None,
        lines=[GridLine(line.pk, "A12", "Y", "child", "3", "Y", "", "Because", "")],
    )

    line = FactorFinding.objects.get()
    assert (line.modifiable_factor, line.theme) == ("RISKY_BEHAVIOUR", "substance_misuse")
    assert line.influence == "3"


def test_a_line_that_is_cleared_goes_and_its_history_stays(case, manager):
    actions.record_factors(case=case, by=manager, domain="B", seen=None, lines=[modifiable()])
    line = FactorFinding.objects.get()

    review = actions.record_factors(
        case=case, by=manager, domain="B", seen=None, lines=[GridLine(line.pk, "B07")]
    )

    assert not FactorFinding.objects.exists()
    assert FactorFinding.history.filter(id=line.pk).count() == 2
    assert review.outcome_proposed == ""


def test_two_who_save_the_same_domain_are_told(case, manager):
    mark = lines_seen([])
    actions.record_factors(case=case, by=manager, domain="B", seen=mark, lines=[modifiable()])

    with pytest.raises(Conflict):
        actions.record_factors(case=case, by=manager, domain="B", seen=mark, lines=[modifiable()])

    assert FactorFinding.objects.count() == 1


@pytest.mark.parametrize("outcome", ["N", "I"])
def test_an_outcome_other_than_the_grids_needs_its_reason(case, manager, outcome):
    actions.record_factors(case=case, by=manager, domain="B", seen=None, lines=[modifiable()])

    with pytest.raises(NotAllowed):
        actions.record_panel_review(
            case=case, by=manager, seen=None, modifiable_outcome=outcome, outcome_reason=None
        )


def test_no_action_is_an_answer_and_excludes_actions(case, manager):
    row = AgreedAction(None, "Write to maternity services", None, None, datetime.date(2030, 1, 1))

    with pytest.raises(NotAllowed):
        actions.decide_actions(
            case=case, by=manager, seen=None, decision="none", reason="", rows=[row]
        )
    with pytest.raises(NotAllowed):
        actions.decide_actions(
            case=case, by=manager, seen=None, decision="actions", reason="", rows=[]
        )
    actions.decide_actions(
        case=case, by=manager, seen=None, decision="actions", reason="", rows=[row]
    )

    assert Action.objects.get().text == "Write to maternity services"


def test_the_chair_completes_a_review_on_the_day_of_the_meeting(at):
    record_all(at)

    review = actions.complete_panel_review(
        case=at.case, by=at.chair, reason="Agreed by letter", meeting=at.meeting
    )

    assert (review.state, review.agreed_on, review.first_completed_on) == ("completed", HELD, HELD)
    assert review.signed_by == at.chair
    assert Case.objects.get(pk=at.case.pk).stage == Case.Stage.REVIEWED
    assert AgendaItem.objects.get().outcome == AgendaItem.Outcome.COMPLETED


def test_a_completed_review_proposes_each_learning_point_once(at):
    record_all(at)
    actions.complete_panel_review(
        case=at.case, by=at.chair, reason="Agreed by letter", meeting=at.meeting
    )
    actions.reopen_panel_review(case=at.case, by=at.chair, reason="One point was wrong")
    actions.record_panel_review(
        case=at.case,
        by=at.manager,
        seen=None,
        learning="Ask about the sofa\nAsk about smoke alarms",
    )
    actions.complete_panel_review(
        case=at.case, by=at.chair, reason="Agreed by letter", meeting=at.meeting
    )

    states = {point.statement: point.state for point in LearningPoint.objects.all()}
    assert states == {
        "Give safer sleep advice in the family’s language": "set_aside",
        "Ask about the sofa": "proposed",
        "Ask about smoke alarms": "proposed",
        # The modifiable factor, under the theme the panel coded it with.
        "Unsafe sleeping arrangements: Advice was not given": "proposed",
    }
    assert LearningPoint.objects.get(modifiable="yes").theme == "safe_sleep"


def test_the_day_of_the_chairs_check_is_the_day_that_counts(at):
    record_all(at)
    actions.await_chair_check(
        case=at.case, by=at.chair, meeting=at.meeting, check_by=datetime.date(2014, 11, 20)
    )
    assert AgendaItem.objects.get().outcome == AgendaItem.Outcome.CHAIR_CHECK
    checked = datetime.date(2014, 11, 18)

    review = actions.complete_panel_review(
        case=at.case, by=at.chair, reason="Agreed by letter", meeting=at.meeting, checked_on=checked
    )

    assert review.agreed_on == review.first_completed_on == checked


@pytest.mark.parametrize(
    "day", [datetime.date(2999, 1, 1), datetime.date(2014, 5, 11)], ids=["future", "before death"]
)
def test_a_review_is_never_completed_in_the_future_or_before_the_death(at, day):
    record_all(at)

    with pytest.raises(NotAllowed):
        actions.complete_panel_review(
            case=at.case, by=at.chair, reason="Agreed by letter", agreed_on=day
        )

    assert review_of(at.case).state == PanelReview.State.DRAFT


@pytest.mark.parametrize("when", ["at a meeting without a quorum", "at no meeting"])
def test_without_a_quorum_completing_needs_a_reason_which_is_kept(at, when):
    record_all(at)
    day = {"agreed_on": HELD} if when == "at no meeting" else {"meeting": at.meeting}

    with pytest.raises(NotAllowed, match="Enter why the review is completed although"):
        actions.complete_panel_review(case=at.case, by=at.chair, reason=" ", **day)
    actions.complete_panel_review(case=at.case, by=at.chair, reason="Agreed by letter", **day)

    why = Reason.objects.get(case=at.case, action="complete_panel_review")
    assert why.text == "Agreed by letter"
    entry = AuditEntry.objects.filter(action="complete_panel_review", outcome="done").last()
    assert '"without_quorum":true' in entry.detail
    assert "letter" not in entry.detail


def test_what_is_missing_keeps_a_review_from_completion(at):
    with pytest.raises(NotAllowed, match="Enter the cause of death"):
        actions.complete_panel_review(
            case=at.case, by=at.chair, reason="Agreed by letter", meeting=at.meeting
        )


def test_a_completed_review_is_changed_only_after_it_is_reopened(at):
    record_all(at)
    actions.complete_panel_review(
        case=at.case, by=at.chair, reason="Agreed by letter", meeting=at.meeting
    )

    with pytest.raises(NotAllowed, match="Reopen"):
        actions.record_panel_review(case=at.case, by=at.manager, seen=None, summary="Changed")


def test_reopening_keeps_the_day_of_the_first_completion(at):
    record_all(at)
    actions.complete_panel_review(
        case=at.case, by=at.chair, reason="Agreed by letter", meeting=at.meeting
    )

    reopened = actions.reopen_panel_review(case=at.case, by=at.manager, reason="New evidence")
    assert (reopened.state, reopened.revision) == ("reopened", 1)
    again = actions.complete_panel_review(
        case=at.case, by=at.chair, reason="Agreed by letter", agreed_on=datetime.date(2015, 6, 1)
    )

    assert (again.agreed_on, again.first_completed_on) == (datetime.date(2015, 6, 1), HELD)


def test_reopening_needs_a_reason_and_a_completed_review(at):
    record_all(at)
    with pytest.raises(NotAllowed):
        actions.reopen_panel_review(case=at.case, by=at.manager, reason="New evidence")
    actions.complete_panel_review(
        case=at.case, by=at.chair, reason="Agreed by letter", meeting=at.meeting
    )

    with pytest.raises(NotAllowed):
        actions.reopen_panel_review(case=at.case, by=at.manager, reason=" ")


def test_who_only_informs_neither_records_nor_completes(at):
    record_all(at)
    for person in (at.manager, at.chair):
        kernel.declare_interest(
            case=at.case,
            user=person,
            level=Interest.Level.INFORMS_ONLY,
            grounds="Treated the child",
            by=person,
        )

    with pytest.raises(NotAllowed, match="Ask a colleague"):
        actions.record_panel_review(case=at.case, by=at.manager, seen=None, summary="Mine")
    with pytest.raises(NotAllowed, match="Ask a colleague"):
        actions.complete_panel_review(
            case=at.case, by=at.chair, reason="Agreed by letter", meeting=at.meeting
        )


def test_serious_harm_and_cases_not_for_review_have_no_panel_review(manager):
    other = factories.make_case(
        by=manager, stage=Case.Stage.NOT_FOR_REVIEW, out_of_scope_reason="stillbirth"
    )

    with pytest.raises(NotAllowed):
        actions.record_panel_review(case=other, by=manager, seen=None, summary="A summary")


def test_the_audit_log_holds_no_word_of_a_review(at):
    record_all(at)
    actions.complete_panel_review(
        case=at.case, by=at.chair, reason="Agreed by letter", meeting=at.meeting
    )

    of_the_case = AuditEntry.objects.filter(case=at.case.pk)
    text = " ".join(of_the_case.values_list("detail", flat=True))
    assert "summary" in text
    assert "parents" not in text and "sofa" not in text
