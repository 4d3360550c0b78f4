"""Answering a request: parts, answers, no record, handing in, signing off, correcting."""

import pytest

from casereview import access, actions
from casereview.actions import NotAllowed
from casereview.models import (
    AgencyRequest,
    AuditEntry,
    CaseUserObjectPermission,
    Child,
    Reason,
)
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from cdop.actions import reporting
from cdop.actions.reporting import Provenance, Said
from cdop.models import AgencyAnswer, Notification, RequestPart
from cdop.report_access import requests_of
from cdop.report_sight import report_of
from tests import factories
from tests.cdop import asked as agencies_asked
from tests.cdop.requested import ask

pytestmark = pytest.mark.django_db
WHO = Provenance(said_by="Con Tributor, practice nurse", source="The practice’s record")
State = AgencyRequest.State


@pytest.fixture
def asked(manager):
    return ask(manager)


def answer(asked, *said: Said, by=None, section: str = "F", who: Provenance = WHO, stamp=""):
    return reporting.answer_request(
        request=asked.request,
        section=section,
        said=said,
        by=by or asked.lead,
        who=who,
        stamp=stamp,
    )


def test_an_answer_is_kept_with_who_said_it_and_where_it_is_from(asked):
    answer(asked, Said("F01", code="Y", text="Seen twice"))

    row = AgencyAnswer.objects.get()
    assert (row.code, row.text, row.said_by) == ("Y", "Seen twice", WHO.said_by)
    assert row.source_of_fact == WHO.source
    assert row.said_by_user == asked.lead
    assert row.handed_in_at is None
    assert asked.again().state == State.STARTED


def test_an_answer_taken_out_is_gone_and_so_is_what_hung_on_it(asked):
    answer(asked, Said("F01", code="Y"), Said("F03", code="N"))

    answer(asked, Said("F01", code="N"), Said("F03", code="N"))

    assert [row.question for row in AgencyAnswer.objects.all()] == ["F01"]


def test_what_did_not_change_keeps_who_said_it(asked):
    answer(asked, Said("F01", code="Y"))

    answer(
        asked,
        Said("F01", code="Y"),
        Said("F02", code="NK"),
        who=Provenance(said_by="Another"),
    )

    said_by = {row.question: row.said_by for row in AgencyAnswer.objects.all()}
    assert said_by == {"F01": WHO.said_by, "F02": "Another"}


def test_nobody_named_says_nothing(asked):
    with pytest.raises(NotAllowed, match="who says so"):
        answer(asked, Said("F01", code="Y"), who=Provenance(said_by=" "))

    assert not AgencyAnswer.objects.exists()


def test_two_people_in_one_section_do_not_overwrite_each_other(asked):
    report = report_of(asked.request)
    stamp = report.stamp(report.section("F"))
    answer(asked, Said("F01", code="Y"), stamp=stamp)

    with pytest.raises(Conflict):
        answer(asked, Said("F01", code="N"), stamp=stamp)

    assert AgencyAnswer.objects.get().code == "Y"


def test_a_part_is_handed_to_a_colleague_who_answers_that_part_alone(asked):
    assert not requests_of(asked.colleague).exists()

    reporting.hand_parts(request=asked.request, given={"F": asked.colleague}, by=asked.lead)
    answer(asked, Said("F01", code="Y"), by=asked.colleague)

    assert requests_of(asked.colleague).get() == asked.request
    assert AgencyAnswer.objects.get().said_by_user == asked.colleague
    with pytest.raises(NotAllowed, match="handed to you"):
        answer(asked, Said("B011", code="Y"), by=asked.colleague, section="B")
    assert not access.can(asked.colleague, "view_case", asked.case)


def test_a_part_taken_back_takes_the_request_away(asked):
    reporting.hand_parts(request=asked.request, given={"F": asked.colleague}, by=asked.lead)

    reporting.hand_parts(request=asked.request, given={"F": None}, by=asked.lead)

    assert not requests_of(asked.colleague).exists()
    admitted = CaseUserObjectPermission.objects.filter(user=asked.colleague)
    assert not admitted.exists()


def test_nobody_of_another_agency_is_handed_a_part(asked, manager):
    stranger = factories.make_user(Role.CONTRIBUTOR, agency=factories.make_agency())

    with pytest.raises(NotAllowed, match="your agency"):
        reporting.hand_parts(request=asked.request, given={"F": stranger}, by=asked.lead)


def test_only_the_lead_hands_out_and_signs_off(asked):
    with pytest.raises(NotAllowed, match="lead"):
        reporting.hand_parts(
            request=asked.request, given={"F": asked.colleague}, by=asked.colleague
        )
    with pytest.raises(NotAllowed, match="lead"):
        reporting.sign_off_report(request=asked.request, by=asked.colleague)


def test_a_part_handed_in_waits_for_the_lead_whose_sign_off_returns_it(asked):
    reporting.hand_parts(request=asked.request, given={"F": asked.colleague}, by=asked.lead)
    answer(asked, Said("F01", code="Y"), by=asked.colleague)

    reporting.hand_in_report(request=asked.request, by=asked.colleague)
    waiting = asked.again().state
    reporting.sign_off_report(request=asked.request, by=asked.lead)

    assert waiting == State.STARTED
    done = asked.again()
    assert (done.state, done.signed_off_by) == (State.RETURNED, asked.lead)
    assert done.returned_at is not None
    assert AgencyAnswer.objects.get().handed_in_at is not None
    part = RequestPart.objects.get(section="F")
    assert part.done_by == asked.colleague


def test_a_part_that_is_changed_after_it_was_handed_in_is_handed_in_again(asked):
    reporting.hand_parts(request=asked.request, given={"F": asked.colleague}, by=asked.lead)
    answer(asked, Said("F01", code="Y"), by=asked.colleague)
    reporting.hand_in_report(request=asked.request, by=asked.colleague)

    answer(asked, Said("F01", code="N"), by=asked.colleague)

    assert RequestPart.objects.get(section="F").done_at is None


def test_a_contributor_asked_directly_returns_the_report_when_nobody_leads(manager):
    asked = ask(manager, lead=False)
    with change("plant", by=manager, case=asked.case) as written:
        asked.request.to_user = asked.colleague
        written.save(asked.request)
    factories.admit(
        asked.colleague,
        asked.case,
        Role.CONTRIBUTOR,
        by=manager,
        source=CaseUserObjectPermission.Source.REQUEST,
        source_id=asked.request.pk,
    )
    answer(asked, Said("F01", code="NK"), by=asked.colleague)

    reporting.hand_in_report(request=asked.request, by=asked.colleague)

    done = asked.again()
    assert (done.state, done.signed_off_by) == (State.RETURNED, asked.colleague)


def test_nothing_is_signed_off_while_nothing_is_answered(asked):
    with pytest.raises(NotAllowed, match="at least one"):
        reporting.sign_off_report(request=asked.request, by=asked.lead)


def test_no_record_is_a_complete_return_named_and_dated(asked):
    reporting.say_no_record(request=asked.request, by=asked.lead, name="Lea Leading")

    done, row = asked.again(), AgencyAnswer.objects.get()
    assert (done.state, done.signed_off_by) == (State.NO_RECORD, asked.lead)
    assert done.returned_at is not None
    assert (row.question, row.said_by, row.code) == ("no_record", "Lea Leading", "Y")
    assert row.handed_in_at is not None


def test_no_record_is_not_said_beside_answers_nor_for_a_part(asked):
    reporting.hand_parts(request=asked.request, given={"F": asked.colleague}, by=asked.lead)
    with pytest.raises(NotAllowed, match="a part"):
        reporting.say_no_record(request=asked.request, by=asked.colleague, name="Con")
    answer(asked, Said("F01", code="Y"))

    with pytest.raises(NotAllowed, match="Take out the answers"):
        reporting.say_no_record(request=asked.request, by=asked.lead, name="Lea")


def test_after_sign_off_only_a_correction_with_a_reason_changes_anything(asked):
    answer(asked, Said("F01", code="Y"))
    reporting.sign_off_report(request=asked.request, by=asked.lead)
    facts = {"request": asked.request, "section": "F", "who": WHO, "by": asked.lead}

    with pytest.raises(NotAllowed, match="correct it with a reason"):
        answer(asked, Said("F01", code="N"))
    with pytest.raises(NotAllowed, match="Enter why"):
        reporting.correct_report(said=[Said("F01", code="N")], reason=" ", **facts)
    reporting.correct_report(said=[Said("F01", code="N")], reason="Wrong child", **facts)

    row = AgencyAnswer.objects.get()
    assert row.code == "N" and row.handed_in_at is not None
    assert [one.code for one in row.history.order_by("history_id")][0] == "Y"
    assert Reason.objects.get(action="correct_report").text == "Wrong child"


def test_a_record_found_later_corrects_no_record(asked):
    reporting.say_no_record(request=asked.request, by=asked.lead, name="Lea Leading")

    reporting.correct_report(
        request=asked.request,
        section="F",
        said=[Said("F01", code="Y")],
        by=asked.lead,
        who=WHO,
        reason="Found under the mother’s name",
    )

    assert asked.again().state == State.RETURNED
    assert [row.question for row in AgencyAnswer.objects.all()] == ["F01"]


def test_a_named_relative_is_asked_about_by_relation(asked):
    report = report_of(asked.request)
    mother = report.relatives["adult"][0]

    answer(asked, Said("A05", about=mother.link.person, code="Y", text="Since 2012"), section="A")

    assert mother.relation == "Mother"
    assert AgencyAnswer.objects.get().about == mother.link.person


def test_a_request_is_reached_by_its_agency_and_an_admission_for_it_alone(asked, manager):
    other = ask(manager, case=asked.case, kind="POLICE")
    by_hand = factories.make_user(Role.CONTRIBUTOR, agency=asked.agency)
    factories.admit(by_hand, asked.case, Role.CONTRIBUTOR, by=manager)

    assert requests_of(asked.lead).get() == asked.request
    assert requests_of(other.lead).get() == other.request
    assert not requests_of(by_hand).exists()


@pytest.mark.parametrize("away", ["recused", "agency", "left", "withdrawn", "sealed"])
def test_who_is_kept_away_reaches_no_request(asked, manager, away):
    if away == "recused":
        factories.recuse(asked.lead, asked.case)
    elif away == "agency":
        actions.declare_interest(
            case=asked.case, agency=asked.agency, level="withdraws", grounds="Sued", by=manager
        )
    with change("plant", by=manager, case=asked.case) as written:
        if away == "left":
            asked.lead.is_active = False
            written.save(asked.lead)
        elif away == "withdrawn":
            asked.request.state = State.WITHDRAWN
            written.save(asked.request)
        elif away == "sealed":
            asked.case.sealed = True
            written.save(asked.case)

    assert not requests_of(asked.lead).exists()


def test_the_log_says_what_was_done_and_holds_no_words_of_it(asked):
    answer(asked, Said("F01", code="Y", text="Plantedword"))

    entry = AuditEntry.objects.filter(action="answer_request").latest("seq")
    assert entry.case == asked.case.pk
    assert "Plantedword" not in entry.detail and WHO.said_by not in entry.detail


def test_an_agency_is_told_only_the_facts_it_is_asked_about(case, manager):
    child = Child.objects.get(case=case)
    with change("plant", by=manager, case=case) as written:
        child.birth_weight_grams = 3210
        written.save(child)
        written.save(
            Notification(
                case=case,
                notified_on=case.notified_on,
                event="SUDI",
                location_of_death="HOSPITAL",
                cp_plan="Y",
            )
        )
    agencies = [agencies_asked.agency_with_lead(kind=kind) for kind in ("HOSPITAL", "POLICE")]

    made = agencies_asked.ask(case, manager, *agencies)
    hospital, police = (report_of(one).known for one in made)

    assert "birth_weight_grams" in hospital and "birth_weight_grams" not in police
    assert {"event", "location_of_death"} <= set(hospital) & set(police)
