"""Recommending, deciding and telling, as actions: whose it is, what follows, what never changes."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from casereview.actions import NotAllowed
from casereview.models import Area, Case, Interest, NotificationDuty, ParallelProcess
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from scr.actions import deciding, letters, recommending, telling
from scr.group_quorum import quorums_of
from scr.models import Decision, NationalPanelAdvice
from scr.rules.stages import Stage
from scr.signatures import genuine
from scr.standing import standing
from tests import factories, scr_factories

pytestmark = pytest.mark.django_db
YEAR_OF_PARTNERS, IN_THE_GAP = datetime.date(2021, 3, 1), datetime.date(2018, 9, 3)


@pytest.fixture
def group():
    return scr_factories.make_scr_people()


def recommended(group, *, on: datetime.date, recommended: str) -> Case:
    """A case of another time, with a recommendation made on the day of its referral."""
    case = factories.make_case(died_on=on, notified_on=on)
    referral = scr_factories.make_referral(case=case, referred_on=on)
    scr_factories.make_assessment(by=group[Role.SCR_MEMBER], referral=referral)
    meeting = scr_factories.make_scr_meeting(group, held_on=on)
    scr_factories.make_recommendation(group, case, recommended=recommended, meeting=meeting)
    return case


def partner(kind: str):
    agency = factories.make_agency(kind=kind)
    board = factories.board()
    return scr_factories.make_scr_user(Role.SAFEGUARDING_PARTNER, board, agency=agency)


def decides(case: Case, by, decided: str = "local_review") -> Decision:
    return deciding.decide_local_review(
        case=case,
        by=by,
        decided=decided,
        reason="The example reasons",
        criteria=scr_factories.judged("wt2018"),
        departs=decided != standing(case).answered.recommended,
        decided_on=YEAR_OF_PARTNERS + datetime.timedelta(days=10),
    )


def notify(group, case: Case, on: datetime.date) -> None:
    clock = next(one for one in telling.telling_clocks(case) if one.rule.endswith("notify_panel"))
    telling.record_scr_told(
        case=case, clock=clock, state="made", made_on=on, by=group[Role.BOARD_MANAGER]
    )


def test_the_database_refuses_to_change_or_remove_a_decision_and_advice(group):
    decision = scr_factories.make_decision(group)

    for statement in (
        "UPDATE scr_decision SET decided = 'none'",
        "DELETE FROM scr_decision",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    assert Decision.objects.get(pk=decision.pk).decided == "scr"
    assert NationalPanelAdvice._meta.db_table == "scr_nationalpaneladvice"


def test_a_decision_read_back_is_what_was_signed_and_one_put_in_its_place_is_not(group):
    decision = Decision.objects.get(pk=scr_factories.make_decision(group).pk)

    held = genuine(decision)
    decision.decided = "none"

    assert held
    assert not genuine(decision)


@pytest.mark.parametrize(
    "field", ["reason", "criteria", "departs", "decided_on", "decided_by_id", "earlier_id"]
)
def test_the_signature_covers_all_that_a_decision_says(group, field):
    decision = Decision.objects.get(pk=scr_factories.make_decision(group).pk)
    others = {
        "reason": "Another",
        "criteria": {"death_abuse": "not_met"},
        "departs": True,
        "decided_on": datetime.date(2015, 5, 1),
        "decided_by_id": group[Role.SCR_CHAIR].pk,
        "earlier_id": decision.pk,
    }

    setattr(decision, field, others[field])

    assert not genuine(decision)


def test_a_further_decision_leaves_the_first_as_it_was(group):
    first = scr_factories.make_decision(group)
    before = first.signature

    second = scr_factories.make_decision(group, first.case, decided="none")

    first.refresh_from_db()
    assert (first.decided, first.signature) == ("scr", before)
    assert second.earlier_id == first.pk
    assert Case.objects.get(pk=first.case_id).scr_state == Case.ScrState.NO_REVIEW


def test_two_decisions_at_once_are_not_both_made(group):
    first = scr_factories.make_decision(group)

    with pytest.raises(Conflict):
        scr_factories.make_decision(group, first.case, decided="none", seen="")

    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("decided", "state", "status"),
    [
        ("scr", "review", "IN_PROGRESS"),
        ("scr_composite", "review", "IN_PROGRESS"),
        ("alternative_review", "other_review", "ALT"),
        ("single_agency_review", "other_review", "ALT"),
        ("audit", "other_review", "ALT"),
        ("none", "no_review", "CONSIDERED"),
        ("defer", "referred", "CONSIDERED"),
    ],
)
def test_the_case_follows_what_is_decided(group, decided, state, status):
    decision = scr_factories.make_decision(group, decided=decided)

    case = Case.objects.get(pk=decision.case_id)

    assert (case.scr_state, case.scr_status) == (state, status)
    assert (case.scr_decided_on is None) == (decided == "defer")
    assert bool(case.clocks.get(rule="wt2015.decision").met_on) == (decided != "defer")


def test_three_partners_decide_each_for_themselves_after_the_notification(group):
    case = recommended(group, on=YEAR_OF_PARTNERS, recommended="local_review")
    authority, health, police = (partner(kind) for kind in ("CSC", "HOSPITAL", "POLICE"))

    with pytest.raises(NotAllowed, match="Record the authority’s notification"):
        decides(case, authority)
    notify(group, case, YEAR_OF_PARTNERS + datetime.timedelta(days=2))
    decides(case, authority)
    decides(case, health)
    between = standing(case).stage
    state = Case.objects.get(pk=case.pk).scr_state
    last = decides(case, police)

    case.refresh_from_db()
    assert (between, state) == (Stage.PARTLY_DECIDED, "referred")
    assert standing(case).stage == Stage.DECIDED
    assert (case.scr_state, last.agrees, last.capacity) == ("review", True, "police")


def test_partners_who_differ_have_not_decided_and_may_decide_again(group):
    case = recommended(group, on=YEAR_OF_PARTNERS, recommended="local_review")
    notify(group, case, YEAR_OF_PARTNERS)
    people = [partner(kind) for kind in ("CSC", "HOSPITAL", "POLICE")]
    for each in people[:2]:
        decides(case, each)
    decides(case, people[2], "no_local_review")

    differing = standing(case)
    again = decides(case, people[2])

    assert (differing.stage, differing.decided) == (Stage.PARTLY_DECIDED, "")
    assert again.earlier_id is not None
    assert standing(case).decided == "local_review"
    letter = letters.draft_scr_letter(case=case, to="referrer", by=group[Role.BOARD_MANAGER])
    assert letter.text.count("delegate: The example reasons") == 3


def test_a_delegate_of_none_of_the_three_decides_nothing(group):
    case = recommended(group, on=YEAR_OF_PARTNERS, recommended="local_review")
    notify(group, case, YEAR_OF_PARTNERS)

    with pytest.raises(NotAllowed, match="none of the three partners"):
        decides(case, partner("VOL"))


def test_the_chair_does_not_decide_for_the_partners_nor_a_partner_for_the_chair(group):
    case = recommended(group, on=YEAR_OF_PARTNERS, recommended="local_review")
    notify(group, case, YEAR_OF_PARTNERS)
    of_the_board = scr_factories.make_recommendation(group).case

    with pytest.raises(NotAllowed, match="three safeguarding partners, whose it is"):
        deciding.decide_scr(
            case=case,
            by=group[Role.INDEPENDENT_CHAIR],
            decided="local_review",
            reason="Example",
            criteria=scr_factories.judged("wt2018"),
            departs=False,
        )
    with pytest.raises(NotAllowed, match="independent chair, whose it is"):
        decides(of_the_board, partner("CSC"))


def test_in_the_gap_the_board_decides_and_the_panel_is_notified(group):
    """Between June 2018 and the day an area's partners began there are both."""
    area = Area(code="gap", name="Example area")
    board = factories.board()
    board.area = area
    area.safeguarding_partners_began_on = datetime.date(2019, 9, 29)
    with change("plant", by=None) as written:
        written.save(area)
        written.save(board)
    case = recommended(group, on=IN_THE_GAP, recommended="scr")

    decision = scr_factories.make_decision(group, case, decided_on=IN_THE_GAP)
    notify(group, case, IN_THE_GAP + datetime.timedelta(days=4))

    duties = {row.duty: row.state for row in NotificationDuty.objects.filter(case=case)}
    assert (decision.framework, decision.capacity) == ("wt2015", "chair")
    assert duties["wt2018.notify_panel"] == "made"
    assert duties["wt2015.tell_ofsted_dfe_npie"] == "open"


@pytest.mark.parametrize(
    ("decided_on", "due"),
    [
        (datetime.date(2014, 12, 22), datetime.date(2015, 1, 5)),
        (datetime.date(2014, 2, 17), datetime.date(2014, 3, 3)),
    ],
)
def test_the_national_panel_is_told_within_14_days_where_there_is_no_review(group, decided_on, due):
    on = decided_on - datetime.timedelta(days=20)
    case = recommended(group, on=on, recommended="none")

    scr_factories.make_decision(group, case, decided="none", decided_on=decided_on)
    told = NotificationDuty.objects.get(case=case, duty="wt2013.tell_npie_no_scr")
    scr_factories.make_decision(group, case, decided="scr", decided_on=decided_on)

    told_after = NotificationDuty.objects.get(pk=told.pk)
    assert told.due_on == due
    assert told_after.state == NotificationDuty.State.NOT_NEEDED


def test_a_decision_for_a_review_leaves_nothing_to_tell_of_no_review(group):
    case = recommended(group, on=datetime.date(2014, 6, 2), recommended="scr")

    scr_factories.make_decision(group, case, decided_on=datetime.date(2014, 6, 30))

    assert not NotificationDuty.objects.filter(case=case, duty__contains="npie").exists()


def test_the_clock_of_a_decision_of_the_last_of_january_ends_with_february(group):
    case = recommended(group, on=datetime.date(2015, 1, 31), recommended="scr")

    assert case.clocks.get(rule="wt2013.decision").due_on == datetime.date(2015, 2, 28)


def test_who_withdraws_or_informs_never_makes_a_quorum_easier(group):
    meeting = scr_factories.make_scr_meeting(group, more=2)
    case = scr_factories.make_assessment(by=group[Role.SCR_MEMBER]).case
    before = quorums_of(meeting, [case.pk])[case.pk]
    factories.recuse(group[Role.SCR_MEMBER], case)

    after = quorums_of(meeting, [case.pk])[case.pk]

    assert (before.members, before.members_needed) == (4, 2)
    assert (after.members, after.members_needed) == (3, 2)
    assert after.agencies == before.agencies - 1


def test_who_only_informs_gives_no_position(group):
    case = scr_factories.make_assessment(by=group[Role.SCR_MEMBER]).case
    scr_factories.make_draft(group, case)
    member = group[Role.SCR_MEMBER]
    interest = Interest(
        case=case,
        user=member,
        level=Interest.Level.INFORMS_ONLY,
        grounds="Worked with the family",
        declared_by=member,
        declared_at=datetime.datetime(2015, 4, 20, 10, tzinfo=datetime.UTC),
    )
    with change("plant", by=None, case=case) as written:
        written.save(interest)

    with pytest.raises(NotAllowed, match="You inform the group"):
        recommending.give_position(case=case, by=member, position="agree", reason="")


def test_changing_the_draft_asks_every_member_again(group):
    case = scr_factories.make_assessment(by=group[Role.SCR_MEMBER]).case
    draft = scr_factories.make_draft(group, case)
    member = group[Role.SCR_MEMBER]
    recommending.give_position(case=case, by=member, position="agree", reason="")

    scr_factories.make_draft(group, case, recommended="none")

    assert not draft.positions.exists()
    assert draft.positions.model.history.filter(recommendation=draft, history_type="-").count() == 1


def test_a_departure_from_the_tool_needs_its_reason(group):
    case = scr_factories.make_assessment(by=group[Role.SCR_MEMBER]).case

    with pytest.raises(NotAllowed, match="departs from what the decision tool says"):
        scr_factories.make_draft(group, case, recommended="none", departure_reason=" ")
    draft = scr_factories.make_draft(group, case, recommended="none")

    assert draft.departs


def test_a_letter_to_the_family_settles_that_they_are_told_in_time(group):
    case = scr_factories.make_decision(group).case
    office = group[Role.BOARD_MANAGER]
    clock = case.clocks.get(rule="wt2015.tell_family")
    letter = letters.draft_scr_letter(case=case, to="family", by=office)
    letters.release_scr_letter(letter=letter, by=office)

    letters.record_scr_letter_sent(letter=letter, sent_on=datetime.date(2015, 5, 6), by=office)

    clock.refresh_from_db()
    duty = NotificationDuty.objects.get(case=case, duty="wt2015.tell_family")
    # Five working days after Thursday 30 April, without the holiday of 4 May.
    assert clock.due_on == datetime.date(2015, 5, 8)
    assert (clock.met_on, duty.state, duty.made_on) == (letter.sent_on, "made", letter.sent_on)


def test_the_family_is_not_told_while_another_process_holds_contact(group):
    case = scr_factories.make_decision(group).case
    office = group[Role.BOARD_MANAGER]
    clock = case.clocks.get(rule="wt2015.tell_family")
    hold = ParallelProcess(
        case=case, kind="CRIMINAL", hold_family_contact=True, restriction="Trial"
    )
    with change("plant", by=None, case=case) as written:
        written.save(hold)
    told = {"case": case, "clock": clock, "by": office}

    with pytest.raises(NotAllowed, match="Wait: police, prosecutor or coroner"):
        telling.record_scr_told(state="made", made_on=datetime.date(2015, 5, 6), **told)
    telling.record_scr_told(state="not_needed", reason="Told by the officer", **told)

    clock.refresh_from_db()
    assert clock.met_on is None and clock.stopped_on is not None
