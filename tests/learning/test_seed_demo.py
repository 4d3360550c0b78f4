"""The fictional year: whole, believable, ready to work in, and never mixed with real cases."""

import datetime
import json
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from casereview import access, document_store, pseudonyms
from casereview.action_plan import actions_of, loaded, planned
from casereview.models import (
    AgencyRequest,
    AgendaItem,
    AuditEntry,
    Case,
    CaseMatch,
    CaseUserObjectPermission,
    Child,
    Disclosure,
    Document,
    Draft,
    EffectReview,
    IntakeItem,
    Meeting,
    NotificationDuty,
    Pack,
    Panel,
    User,
)
from casereview.rules import nhs_numbers
from casereview.rules.access_table import Role
from casereview.rules.rag import Evidence, Rag
from casereview.rules.return_year import ReturnYear
from cdop import agreement_page, first_judgements, pack_building
from cdop.actions import complete_panel_review
from cdop.actions.standing_review import facts_of, lines_of
from cdop.contradictions import of_case, waiting_in
from cdop.forms.drafting import NotificationDraft
from cdop.forms.outside import form_of
from cdop.models import (
    DeathReviewMeeting,
    FirstJudgement,
    JudgementRound,
    ListEntry,
    Notification,
    PanelReview,
)
from cdop.rules.review_checks import missing
from learning import exchange_page, signals
from learning.demo import cast, scr_cases, year
from learning.demo.recent import DEATHS
from learning.models import Briefing, Priority
from scr.audit_programme import year_count
from scr.models import (
    CaseUnderReview,
    CompositeReview,
    CriteriaAssessment,
    Decision,
    MemberPosition,
)
from scr.referral_lists import waiting
from scr.register import register
from scr.review_access import reviews_of
from scr.signatures import genuine
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
TESTS = Path(__file__).resolve().parent.parent


def recent(key: str) -> Case:
    """Return the case of one death of the last months."""
    death = next(death for death in DEATHS if death.key == key)
    today = timezone.localdate()
    said = death.said(today)
    found = Case.objects.filter(died_on=said.died_on, notified_on=said.notified_on)
    return next(case for case in found if case.child.given_names == said.child["given_names"])


def test_the_year_is_that_of_the_published_totals(seeded):
    assert year.DEATHS.read_bytes() == (TESTS / "data" / "llr_2014_15.csv").read_bytes()
    assert Case.objects.filter(kind=Case.Kind.DEATH).count() == 104 + len(DEATHS)
    assert PanelReview.objects.filter(state="completed").count() == 75


def test_its_return_is_the_one_counted_by_hand(seeded, tmp_path):
    call_command("export_annual_return", 2015, str(tmp_path / "return.json"), verbosity=0)

    made = json.loads((tmp_path / "return.json").read_text(encoding="utf-8"))
    expected = json.loads((TESTS / "data" / "llr_2014_15.expected.json").read_text("utf-8"))
    assert made["items"] == expected["all"]


def test_every_role_that_has_pages_has_a_persona_and_nobody_a_password(seeded):
    roles = {persona.role for persona, _ in cast.personas()}

    assert roles == set(Role) - {
        Role.SAFEGUARDING_PARTNER,
        Role.ACTION_OWNER,
        Role.BOARD_MEMBER,
    }
    assert len(cast.personas()) == 15
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_nine_meetings_were_held_in_the_year_and_each_reviewed_case_was_on_one(seeded):
    held = Meeting.objects.filter(state=Meeting.State.HELD, held_on__lt="2015-04-01")
    items = AgendaItem.objects.filter(meeting__in=held).select_related("meeting", "case")

    assert held.count() == 9
    assert items.count() == 71
    for item in items:
        review = PanelReview.objects.get(case=item.case)
        assert item.case.notified_on <= item.meeting.held_on <= review.first_completed_on


def test_seeding_again_changes_nothing(seeded):
    before = (AuditEntry.objects.count(), Case.objects.count(), Draft.objects.count())

    call_command("seed_demo", verbosity=0)

    assert (AuditEntry.objects.count(), Case.objects.count(), Draft.objects.count()) == before


def test_everything_is_on_record_under_somebodys_name(seeded):
    manager = cast.person(Role.CDR_MANAGER)

    done = AuditEntry.objects.filter(actor=manager.pk).values_list("action", flat=True)

    assert {"import_cases", "log_notification", "put_on_agenda", "record_panel_review"} <= set(done)
    assert Case.history.filter(history_user=manager).exists()


def test_the_number_of_every_invented_child_is_of_the_range_for_tests(seeded):
    numbers = {child.nhs_number for child in Child.objects.all() if child.nhs_number}

    assert numbers
    assert all(number.startswith("999") for number in numbers)
    assert all(nhs_numbers.valid(number) for number in numbers)


def test_a_death_waits_for_the_designated_doctor_to_say_whether_it_was_expected(seeded):
    notification = Notification.objects.get(case=recent("to_confirm"))

    assert notification.expectedness == "UNSURE"
    assert notification.expectedness_confirmed_at is None
    assert access.can(
        cast.person(Role.DESIGNATED_DOCTOR), "confirm_expectedness", notification.case
    )


def test_a_possible_duplicate_and_a_second_death_in_one_family_wait_for_a_person(seeded):
    waiting = {
        (match.case.reference, match.other_case.reference, match.kind)
        for match in CaseMatch.objects.filter(decision="")
    }

    assert (recent("second").reference, recent("first").reference, "duplicate") in waiting
    assert (recent("sibling").reference, recent("twin").reference, "family") in waiting
    assert len(waiting) == 2


def test_a_serious_incident_is_still_to_be_notified(seeded):
    duty = NotificationDuty.objects.get(state=NotificationDuty.State.OPEN)

    assert duty.case == recent("harm")
    assert duty.due_on >= timezone.localdate()


def test_a_late_notification_and_one_in_time_are_told_apart(seeded):
    assert recent("late").clocks.get().met_on > recent("late").clocks.get().due_on
    clock = recent("harm").clocks.get(rule="notification")
    assert clock.met_on <= clock.due_on


def test_a_stillbirth_is_not_for_review_and_a_child_from_elsewhere_is_to_be_passed_on(seeded):
    assert recent("stillborn").out_of_scope_reason == "stillbirth"
    assert recent("elsewhere").residence_board.code == "NOTTINGHAM"
    assert recent("elsewhere").stage == Case.Stage.NOTIFIED


def test_three_open_cases_are_on_the_agenda_of_the_next_meeting(seeded):
    following = Meeting.objects.get(held_on__gt=timezone.localdate())

    assert 8 <= (following.held_on - timezone.localdate()).days <= 14
    stages = {item.case.stage for item in following.agenda.all()}
    assert stages == {Case.Stage.NOTIFIED, Case.Stage.GATHERING}
    assert following.agenda.count() == 3


def test_the_panel_member_who_withdrew_sees_the_other_two(seeded):
    member = cast.person(Role.PANEL_MEMBER)
    seen = {key: access.can(member, "view_case", recent(key)) for key in ("asthma", "twin", "road")}

    assert seen == {"asthma": True, "twin": True, "road": False}
    assert recent("road") not in access.visible_to(member)


def test_a_review_only_waits_for_the_chair_and_another_is_in_draft(seeded):
    ready = PanelReview.objects.get(case=recent("heart"))
    draft = PanelReview.objects.get(case=recent("sleep"))

    assert missing(facts_of(ready, lines_of(ready))) == []
    assert missing(facts_of(draft, lines_of(draft)))
    assert len(lines_of(draft)) == 3
    complete_panel_review(
        case=ready.case,
        by=cast.person(Role.PANEL_CHAIR),
        meeting=ready.case.agenda_items.get().meeting,
    )


def test_the_scr_groups_people_see_the_case_they_will_decide_on_and_no_other(seeded):
    theirs = {recent("harm"), *Case.objects.exclude(criteria_assessments=None)}

    assert len(theirs) == 1 + len(scr_cases.CONSIDERED)
    for role in (Role.SCR_MEMBER, Role.SCR_CHAIR, Role.BOARD_MANAGER, Role.INDEPENDENT_CHAIR):
        assert set(access.visible_to(cast.person(role))) == theirs


def test_nine_were_considered_and_the_tool_says_of_each_what_was_published(seeded):
    locked = CriteriaAssessment.objects.exclude(locked_at=None)
    outcomes = Counter(locked.values_list("outcome", flat=True))

    assert outcomes == {"scr_mandatory": 5, "alternative_review": 2, "no_further_review": 2}
    assert set(locked.values_list("framework", flat=True)) == {"wt2013"}


def test_of_the_nine_five_are_reviewed_two_otherwise_and_two_not_and_none_is_published(seeded):
    """Three of the five are told as one; one member dissented, and every signature holds."""
    found = register(cast.person(Role.BOARD_MANAGER), datetime.date(2015, 3, 31))
    of_the_year = found.years[-1]
    composite = [row for row in found.rows if row.decisions and "composite" in row.decisions[-1]]
    decisions = list(Decision.objects.all())

    assert (of_the_year.ends_in, of_the_year.considered) == (2015, 9)
    assert (of_the_year.reviews, of_the_year.other_reviews, of_the_year.no_review) == (5, 2, 2)
    assert (of_the_year.decided, of_the_year.composite, of_the_year.published) == (9, 3, 0)
    assert (of_the_year.elsewhere, of_the_year.waiting) == (0, 0)
    assert len(composite) == 3
    assert len(decisions) == 11 and all(genuine(each) for each in decisions)
    assert MemberPosition.objects.filter(position="dissent").count() == 1


def test_three_reviews_are_told_as_one_and_keep_what_is_their_own(seeded):
    composite = CompositeReview.objects.get()
    members = list(composite.members.select_related("case"))

    assert (composite.state, composite.begun_on.year) == ("open", 2014)
    assert {"head_injury"} <= set(composite.alike["injury"])
    assert len({(one.decision_id, one.reference, one.case_id) for one in members}) == 3
    assert sorted(one.rests_on.count() for one in composite.findings.all()) == [2, 3]


def test_actions_stand_in_every_colour_and_one_effect_was_looked_at(seeded):
    office = cast.person(Role.BOARD_MANAGER)
    rows = planned(office, loaded(actions_of(office)), timezone.localdate())
    owned = {row.action.owner.email: row.action for row in rows if row.action.owner}

    assert {row.standing.rag for row in rows} == set(Rag)
    assert {row.evidence for row in rows} == set(Evidence)
    assert EffectReview.objects.exclude(reviewed_on=None).count() == 1
    assert EffectReview.objects.filter(reviewed_on=None, due_on__lt=timezone.localdate()).exists()
    assert all(row.action.recommendation.test for row in rows)
    assert {"carys.bowden@demo.example", "yusuf.ashdown@demo.example"} <= set(owned)


def test_button_batteries_were_raised_by_hand_and_safe_sleeping_by_the_rule(seeded):
    raised = {one.theme.code: one for one in Priority.objects.select_related("theme")}
    compared = signals.compare(timezone.localdate(), Panel.objects.get(code=cast.PANEL))

    assert (raised["button_battery"].raised, raised["button_battery"].flag) == ("hand", "none")
    assert (raised["safe_sleep"].raised, raised["safe_sleep"].flag) == ("flag", "red")
    assert compared.reference.quarters == 20
    assert compared.by_code["safe_sleep"].flag == "red"
    assert compared.by_code["button_battery"].flag == "none"


def test_a_briefing_was_given_out_and_read_by_some_and_another_is_being_written(seeded):
    given, draft = Briefing.objects.order_by("state")

    assert (given.theme.code, given.state, given.refused_because) == ("button_battery", "given", "")
    assert (draft.theme.code, draft.state) == ("safe_sleep", "writing")
    # By their own word, as the learning lead was told, and silent.
    said = sorted((one.read_on is not None, one.told) for one in given.sent.all())
    assert said == [(False, False)] * 3 + [(True, False), (True, True)]


def test_the_years_audits_were_held_postponed_or_cancelled(seeded):
    counted = year_count([cast.board()], ReturnYear(2015))

    assert (counted.planned_in_all, counted.held, counted.children) == (6, 4, 8)
    assert (counted.postponed, counted.cancelled, counted.shared) == (1, 1, 2)


def test_one_referral_is_half_assessed_and_another_waits_to_be_read(seeded):
    opened = CriteriaAssessment.objects.get(locked_at=None)

    assert opened.case == recent("harm")
    assert len(waiting(cast.person(Role.BOARD_MANAGER))) == 1


def test_the_manager_left_a_notification_half_typed(seeded):
    draft = Draft.objects.get()

    assert draft.user == cast.person(Role.CDR_MANAGER)
    assert draft.content["sections"]["child"]["typed"]["family_name"] == ["Underhay"]
    kept = NotificationDraft(draft.content, {})
    assert kept.dates.died_on < kept.dates.notified_on


def test_nobody_is_admitted_but_for_a_meeting_a_referral_a_request_or_a_review(seeded):
    sources = set(CaseUserObjectPermission.objects.values_list("source", "role"))

    assert sources == {
        ("meeting", "panel_member"),
        ("meeting", "panel_chair"),
        ("manager", "lead_reviewer"),
        ("request", "agency_lead"),
        ("request", "contributor"),
        ("review", "lead_reviewer"),
        ("review", "agency_lead"),
        ("review", "contributor"),
    }


def test_the_managers_work_begins_with_children_who_may_not_be_safe(seeded, client):
    sign_in(client, cast.person(Role.CDR_MANAGER))

    page = client.get(reverse("your_work")).content.decode()

    assert page.index("Make sure that the other children are safe") < page.index("Overdue")
    assert "See that the serious incident is notified" in page
    assert "Finish the notification you began" in page


def test_the_doctor_is_asked_about_the_deaths_of_these_months_only(seeded, client):
    sign_in(client, cast.person(Role.DESIGNATED_DOCTOR))

    page = client.get(reverse("your_work")).content.decode()

    assert recent("to_confirm").reference in page
    assert recent("asthma").reference not in page
    assert "CD-2014-" not in page


def test_the_chair_is_asked_to_complete_and_to_decide_an_interest(seeded, client):
    sign_in(client, cast.person(Role.PANEL_CHAIR))

    page = client.get(reverse("your_work")).content.decode()

    assert "Complete the panel review" in page
    assert recent("heart").reference in page
    assert "Decide a declared interest" in page


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.AGENCY_LEAD])
def test_a_request_for_a_report_waits_for_the_hospitals_nurse_and_the_polices_lead(
    seeded, client, role
):
    sign_in(client, cast.person(role))

    page = client.get(reverse("your_work")).content.decode()

    assert "Answer the request for a report" in page
    assert recent("to_confirm").reference in page
    assert recent("asthma").reference not in page


def test_of_four_agencies_two_answered_in_time_one_has_no_record_and_one_is_late(seeded):
    requests = AgencyRequest.objects.filter(case=recent("asthma")).select_related("agency")
    by_kind = {one.agency.kind: one for one in requests}

    assert {kind: one.state for kind, one in by_kind.items()} == {
        "HOSPITAL": "returned",
        "HV": "returned",
        "POLICE": "no_record",
        "EDU": "asked",
    }
    assert by_kind["EDU"].due_on < timezone.localdate()
    returned = [one for one in requests if one.returned_at]
    assert all(
        one.requested_at < one.returned_at and timezone.localdate(one.returned_at) <= one.due_on
        for one in returned
    )


def test_two_agencies_contradict_each_other_once(seeded):
    waiting = waiting_in(Case.objects.values("pk"))

    assert waiting == {recent("asthma").pk: 1}
    assert [one.question for one in of_case(recent("asthma"))] == ["D01"]


def test_a_coroners_list_has_two_deaths_that_nobody_notified_and_two_of_the_demo(seeded):
    entries = ListEntry.objects.filter(upload__kind="coroner", decision="")

    assert entries.filter(band="unmatched").count() == 2
    found = {entry.weights["proposals"][0]["case"] for entry in entries.exclude(band="unmatched")}
    assert found == {str(recent("to_confirm").pk), str(recent("harm").pk)}


def test_a_notification_from_outside_waits_and_could_be_sent_as_it_is(seeded):
    item = IntakeItem.objects.get(source="public")

    form = form_of(item.content["typed"])

    assert form.errors == {}
    assert (item.state, item.urgent, form.urgent) == (IntakeItem.State.WAITING, False, False)


def test_a_family_waits_for_an_answer_and_an_inquest_is_open(seeded):
    asked = recent("sleep").family_questions.get()
    inquest = recent("road").parallel_processes.get()

    assert asked.settled_at is None
    assert recent("sleep").family_work.key_worker
    assert (inquest.kind, inquest.status) == ("INQ", "open")


def test_only_deaths_of_the_last_days_are_new_this_week(seeded, client):
    manager = sign_in(client, cast.person(Role.CDR_MANAGER))

    listed = manager.get("/notifications/?show=new").context["table"]["rows"]

    shown = {row["reference"] for row in listed}
    since = timezone.localdate() - datetime.timedelta(days=7)
    recent = Case.objects.filter(notified_on__gt=since, stage=Case.Stage.NOTIFIED)
    assert shown and shown == set(recent.values_list("reference", flat=True))


def test_first_judgements_are_counts_of_past_meetings_and_a_round_open_today(seeded):
    opened = JudgementRound.objects.filter(opened_at__isnull=False)
    member, chair = cast.person(Role.PANEL_MEMBER), cast.person(Role.PANEL_CHAIR)

    assert opened.count() >= 20
    assert not FirstJudgement.objects.filter(round__in=opened).exists()
    assert FirstJudgement.objects.count() == 2
    shown = first_judgements.shown(chair, recent("asthma"))
    assert (shown["may_give"], shown["may_open"], shown["given_at"]) == (True, True, None)
    assert first_judgements.shown(member, recent("asthma"))["may_give"]
    tables = agreement_page.agreement_for(cast.person(Role.CDR_MANAGER))["tables"]
    assert [table["rows"][0][4]["text"] for table in tables].count("–") == 0


def test_papers_were_handed_in_and_a_bundle_of_them_waits_for_decisions(seeded):
    papers = Document.objects.all()
    bundle = Disclosure.objects.get()

    assert sorted(paper.kind for paper in papers) == ["docx", "pdf", "txt", "txt"]
    assert [paper.title for paper in papers if paper.accepted_at is None] == ["Collision report"]
    assert bundle.parts.filter(third_party=True, decision="").count() == 4
    for paper in papers.exclude(accepted_at=None).select_related("case"):
        assert len(document_store.content_of(paper)) == paper.size_bytes


def test_the_papers_of_the_next_meeting_are_issued_and_name_nobody(seeded):
    pack = Pack.objects.get()

    text = " ".join(pack_building.read(pack).texts())

    assert pack.state == "issued"
    assert len(pack.cases) == 3
    for case in Case.objects.filter(pk__in=pack.cases):
        assert not pseudonyms.known_of(case).pseudonyms().test.hits(text)


def test_of_the_seven_reviews_four_go_on_and_none_of_the_ended_is_published(seeded):
    found = CaseUnderReview.objects.values_list("kind", "state")

    assert Counter(found) == {
        ("scr", "under_way"): 4,
        ("scr", "not_published"): 1,
        ("alternative", "signed_off"): 2,
    }
    assert not CaseUnderReview.objects.exclude(published_on=None).exists()


def test_the_lead_reviewer_of_the_demo_sees_four_reviews_and_an_agency_is_waited_for(seeded):
    """Three of them are told as one, each by an appointment of its own."""
    reviewer = cast.person(Role.LEAD_REVIEWER)

    mine = reviews_of(reviewer).get(composite=None)

    assert reviews_of(reviewer).exclude(composite=None).count() == 3
    assert mine.state == "under_way"
    assert sorted(mine.requests.values_list("state", flat=True)) == ["asked", "handed_in"]
    assert mine.chronology.count() == 5


def test_the_recent_deaths_are_on_the_forms_of_2018(seeded, client):
    heart, twin = recent("heart"), recent("twin")
    held = DeathReviewMeeting.objects.filter(held_on__isnull=False)

    assert {(row.case_id, row.kind) for row in held} == {(heart.pk, "cdrm"), (twin.pk, "pmrt")}
    assert PanelReview.objects.get(case=heart).secondary_category == "6"
    sign_in(client, User.objects.get(pk=cast.person(Role.CDR_MANAGER).pk))
    for form, words in (("NOT", "Castleford"), ("ANA", "7. Chromosomal")):
        url = reverse("cdop:copy_to_national_database", args=[heart.reference, form])
        assert words in client.get(url).content.decode()


def test_two_other_areas_are_there_to_compare_the_year_with(seeded):
    found = exchange_page.compare(Panel.objects.get(code=cast.PANEL), 5, timezone.localdate())

    assert len(found["others"]) == 2 and found["enough"]
    assert found["rows"][0].own.of.low > 70
    assert found["chart"] is not None and any(row.own.reviews.low for row in found["rows"])
