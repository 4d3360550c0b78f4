"""The pages of recommending, deciding and telling: who may, who may not, and what they say."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import access
from casereview.models import AuditEntry, Case, NotificationDuty, ParallelProcess
from casereview.records import change
from casereview.rules.access_table import Role, roles_for
from scr.models import Decision, GroupRecommendation, MemberPosition, ScrLetter
from scr.standing import standing
from tests import factories, scr_factories
from tests.scr.kept_from import SECRETS, let_in
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
MEMBER, GROUP_CHAIR = Role.SCR_MEMBER, Role.SCR_CHAIR
CHAIR, OFFICE, PARTNER = Role.INDEPENDENT_CHAIR, Role.BOARD_MANAGER, Role.SAFEGUARDING_PARTNER


@pytest.fixture
def group():
    return scr_factories.make_scr_people()


@pytest.fixture
def named(group):
    """A case whose child has a name that stands nowhere else, with a locked assessment."""
    case = factories.make_case(family_name="Qxchild")
    scr_factories.make_assessment(by=group[MEMBER], referral=scr_factories.make_referral(case=case))
    return case


def page(name: str, case: Case, *more) -> str:
    return reverse(f"scr:{name}", args=[case.reference, *more])


def decision_typed(**changes) -> dict:
    today = timezone.localdate()
    typed = {
        **{f"criterion_{key}": "met" for key in scr_factories.judged("wt2015")},
        "decided": "none",
        "departs": "yes",
        "reason": "The example reasons of the chair",
        "decided_on_day": str(today.day),
        "decided_on_month": str(today.month),
        "decided_on_year": str(today.year),
        "sign": "on",
        "seen": "",
    }
    return typed | changes


PAGES = {
    "view_recommendation": MEMBER,
    "draft_recommendation": GROUP_CHAIR,
    "give_position": MEMBER,
    "make_recommendation": GROUP_CHAIR,
    "view_decision": CHAIR,
    "decide_scr": CHAIR,
    "record_national_advice": CHAIR,
    "ask_peer_challenge": CHAIR,
    "view_scr_told": OFFICE,
    "draft_scr_letter": OFFICE,
}


@pytest.mark.parametrize(("name", "role"), PAGES.items())
def test_a_page_opens_for_the_right_person_and_nobody_else(client, group, named, name, role):
    scr_factories.make_recommendation(group, named)
    url = page(name, named)

    sign_in(client, group[role])
    opened = client.get(url)
    refused = let_in(client, named, url, role)

    assert opened.status_code == 200
    assert "Qxchild" not in opened.content.decode()
    assert refused == []


def test_nobody_but_the_independent_chair_reaches_the_decision(client, group, named):
    scr_factories.make_recommendation(group, named)
    url = page("decide_scr", named)

    answered = {}
    for role in (OFFICE, MEMBER, GROUP_CHAIR, PARTNER):
        sign_in(client, group[role])
        answered[role] = client.post(url, decision_typed()).status_code

    assert set(roles_for("decide_scr")) == {CHAIR}
    # The partner is admitted from 2018 on; this case is of 2015.
    assert answered == {OFFICE: 403, MEMBER: 403, GROUP_CHAIR: 403, PARTNER: 404}
    assert not Decision.objects.exists()


def test_the_decision_asks_for_a_fresh_proof(client, group, named):
    scr_factories.make_recommendation(group, named)
    sign_in(client, group[CHAIR], proved=False)

    shown = client.get(page("decide_scr", named))
    sent = client.post(page("decide_scr", named), decision_typed())

    assert (shown.status_code, sent.status_code) == (302, 302)
    assert "/decision/" not in shown.headers["Location"].split("?")[0]
    assert not Decision.objects.exists()


def test_the_chair_sees_dissent_clock_tool_and_choices_on_one_page(client, group, named):
    scr_factories.make_recommendation(group, named, dissent=True)
    sign_in(client, group[CHAIR])

    text = client.get(page("decide_scr", named)).content.decode()

    assert "The example threshold is not met" in text
    assert "Dissents" in text
    assert "Overdue since Thursday 7 May 2015" in text
    assert "A serious case review must be commissioned" in text
    assert "The tool says: met" in text
    assert "No further review" in text and "departs from the recommendation" in text
    # Nothing of it is folded away, save the other pages of the case.
    folded = text.split("<main")[1].split("</main")[0].split("<details")[1:]
    assert [one for one in folded if "More about this case" not in one] == []


def test_who_decides_reads_which_conflicts_stood_and_which_agencies_came(client, group, named):
    withdrawn = scr_factories.make_scr_user(MEMBER, factories.board())
    of_a_panel = factories.make_user(Role.PANEL_MEMBER)
    for user in (withdrawn, of_a_panel):
        factories.recuse(user, named)
    scr_factories.make_recommendation(group, named)
    after = scr_factories.make_scr_user(MEMBER, factories.board())
    factories.recuse(after, named)
    sign_in(client, group[CHAIR])

    text = client.get(page("view_decision", named)).content.decode()

    told = text.split("Conflicts of interest")[1].split("</dd>")[0]
    assert withdrawn.name in told and "Withdraws: does not see the case" in told
    assert "Knows the family" not in text
    assert of_a_panel.name not in text and told.count("Withdraws") == 1
    assert f"They came from: {group[MEMBER].agency}" in text


def test_the_chair_decides_against_the_recommendation_and_it_is_signed(client, group, named):
    scr_factories.make_recommendation(group, named)
    sign_in(client, group[CHAIR])

    sent = client.post(page("decide_scr", named), decision_typed(), follow=True)

    decision = Decision.objects.get()
    named.refresh_from_db()
    assert "checked just now: it says what was signed" in sent.content.decode()
    assert (decision.decided, decision.departs, decision.decided_by) == ("none", True, group[CHAIR])
    assert len(decision.signature) == 64
    assert named.scr_state == Case.ScrState.NO_REVIEW
    assert named.scr_status == "CONSIDERED"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "Enter the reasons for your decision"),
        ({"departs": "no"}, "Select yes: the group recommended another thing"),
        ({"decided": "scr"}, "Select no: this is what the group recommended"),
        ({"criterion_death_abuse": ""}, "Select met, not met or not known: The child died, and"),
        ({"sign": ""}, "Tick the box: I sign this decision"),
        ({"decided": "defer"}, "Enter the day by which the information is here"),
        ({"decided": "rapid_review"}, "Select the"),
        ({"seen": "0f0f"}, "Another decision was made while you were typing"),
    ],
)
def test_a_decision_that_lacks_something_says_what_to_do(client, group, named, changes, words):
    scr_factories.make_recommendation(group, named)
    sign_in(client, group[CHAIR])

    sent = client.post(page("decide_scr", named), decision_typed(**changes))

    text = sent.content.decode()
    assert sent.status_code == 200
    assert words in text
    assert changes.get("reason") == "" or "The example reasons of the chair" in text
    assert not Decision.objects.exists()


def test_the_chair_is_sent_back_while_nothing_is_recommended(client, group, named):
    sign_in(client, group[CHAIR])

    sent = client.post(page("decide_scr", named), decision_typed(), follow=True)

    assert "Wait for the group’s recommendation" in sent.content.decode()
    assert not Decision.objects.exists()


def test_a_member_gives_their_own_position_and_nobody_elses(client, group, named):
    scr_factories.make_draft(group, named)
    sign_in(client, group[MEMBER])
    draft = GroupRecommendation.objects.get()

    silent = client.post(
        page("give_position", named), {"position": "dissent", "version": draft.version}
    )
    given = client.post(
        page("give_position", named),
        {
            "position": "dissent",
            "reason": "The example threshold is not met",
            "version": draft.version,
            "user": str(group[GROUP_CHAIR].pk),
        },
    )

    own = MemberPosition.objects.get()
    assert "Enter your reason" in silent.content.decode()
    assert given.status_code == 302
    assert (own.user, own.position) == (group[MEMBER], "dissent")


def test_a_member_who_has_withdrawn_gives_no_position_and_finds_no_case(client, group, named):
    scr_factories.make_draft(group, named)
    factories.recuse(group[MEMBER], named)
    sign_in(client, group[MEMBER])

    answered = client.post(page("give_position", named), {"position": "agree"})
    meetings = client.get(reverse("scr:list_scr_meetings"))

    assert answered.status_code == 404
    assert named.reference not in meetings.content.decode()
    assert not MemberPosition.objects.exists()


def test_a_changed_draft_is_not_agreed_to_unread(client, group, named):
    draft = scr_factories.make_draft(group, named)
    seen = draft.version
    scr_factories.make_draft(group, named, recommended="none")
    sign_in(client, group[MEMBER])

    sent = client.post(page("give_position", named), {"position": "agree", "version": seen})

    assert "Somebody else changed this while you were typing" in sent.content.decode()
    assert not MemberPosition.objects.exists()


def test_the_group_chair_makes_it_only_with_a_reason_where_there_is_no_quorum(client, group, named):
    scr_factories.make_draft(group, named)
    sign_in(client, group[GROUP_CHAIR])
    url = page("make_recommendation", named)

    refused = client.post(url, {"read": "on", "version": 1})
    made = client.post(url, {"read": "on", "version": 1, "not_quorate_reason": "It cannot wait"})

    row = GroupRecommendation.objects.get()
    assert "Enter why it is made although there is no quorum" in refused.content.decode()
    assert made.status_code == 302
    assert (row.quorate, row.not_quorate_reason) == (False, "It cannot wait")
    assert row.made_at is not None


def test_the_office_records_that_a_national_body_was_told(client, group, named):
    scr_factories.make_decision(group, scr_factories.make_recommendation(group, named).case)
    duty = NotificationDuty.objects.get(case=named, duty__startswith="wt2015.tell_ofsted")
    clock = named.clocks.get(rule="wt2015.tell_ofsted_dfe_npie")
    sign_in(client, group[OFFICE])

    before = client.get(page("view_scr_told", named)).content.decode()
    sent = client.post(
        page("record_scr_told", named, clock.pk),
        {
            "state": "made",
            "made_on_day": "7",
            "made_on_month": "5",
            "made_on_year": "2015",
            "reference": "EX/12",
            "version": duty.version,
        },
    )

    duty.refresh_from_db()
    clock.refresh_from_db()
    assert "Friday 8 May 2015" in before
    assert "reconstructed – check the guidance" in before
    assert sent.status_code == 302
    assert (duty.state, duty.made_reference) == ("made", "EX/12")
    assert clock.met_on == duty.made_on


def test_letters_are_drafted_edited_released_and_sent_by_a_person(client, group, named):
    scr_factories.make_recommendation(group, named)
    scr_factories.make_decision(group, named, decided="none")
    sign_in(client, group[OFFICE])

    client.post(page("draft_decision_letters", named))
    letters = {row.to: row for row in ScrLetter.objects.filter(case=named)}
    referrer = letters["referrer"]
    shown = client.get(page("view_scr_letter", named, referrer.pk)).content.decode()
    early = client.post(
        page("record_scr_letter_sent", named, referrer.pk),
        {"sent_on_day": "1", "sent_on_month": "5", "sent_on_year": "2015", "version": 1},
    )
    client.post(page("release_scr_letter", named, referrer.pk), {"read": "on", "version": 1})
    late = client.post(page("edit_scr_letter", named, referrer.pk), {"text": "New", "version": 2})

    referrer.refresh_from_db()
    assert set(letters) == {"referrer", "national_panel", "ofsted", "department"}
    assert "No review will be held" in shown and "Draft: not released" in shown
    assert all("Qxchild" not in row.text and "Ada" not in row.text for row in letters.values())
    assert "Release the letter first" in early.content.decode()
    assert "this one has been released" in late.content.decode()
    assert referrer.released_by == group[OFFICE]


def test_nothing_is_drafted_for_a_family_whose_contact_is_held(client, group, named):
    with change("plant", by=None, case=named) as written:
        written.save(
            ParallelProcess(
                case=named, kind="CRIMINAL", hold_family_contact=True, restriction="Trial"
            )
        )
    sign_in(client, group[OFFICE])

    sent = client.post(page("draft_scr_letter", named), {"to": "family"})

    assert "Wait: police, prosecutor or coroner ask" in sent.content.decode()
    assert not ScrLetter.objects.exists()


def test_a_panel_sees_the_line_of_dates_and_nothing_of_the_decision(client, group, named):
    scr_factories.make_recommendation(group, named)
    scr_factories.make_decision(group, named, decided="none")
    manager = factories.make_user(Role.CDR_MANAGER)
    sign_in(client, manager)

    pages = [
        client.get(reverse("view_case", args=[named.reference])).content.decode(),
        client.get(reverse("view_history", args=[named.reference])).content.decode(),
        client.get("/").content.decode(),
    ]

    assert "decided April 2015: no review" in pages[0]
    for text in pages:
        assert not any(word in text for word in SECRETS if word != "Qxchild")
        assert "Tell Ofsted" not in text and "tell_ofsted" not in text


def test_the_advice_and_another_chairs_view_stand_beside_the_decision(client, group, named):
    scr_factories.make_recommendation(group, named)
    scr_factories.make_decision(group, named, decided="none")
    sign_in(client, group[CHAIR])
    day = {"advised_on_day": "14", "advised_on_month": "5", "advised_on_year": "2015"}

    client.post(
        page("record_national_advice", named),
        {"about": "decision", "advised": "disagrees", "advice": "Hold a review", **day},
    )
    again = client.post(
        page("decide_scr", named),
        decision_typed(decided="scr", departs="no", seen=str(standing(named).decisions[-1].pk)),
    )
    text = client.get(page("view_decision", named)).content.decode()

    first, second = standing(named).decisions
    named.refresh_from_db()
    assert again.status_code == 302
    assert second.earlier_id == first.pk
    assert "Hold a review" in text and "Further decision" in text
    assert (first.decided, second.decided) == ("none", "scr")
    assert named.scr_state == Case.ScrState.REVIEW


def test_a_decision_is_on_record_without_a_word_of_it(group, named):
    scr_factories.make_recommendation(group, named)
    scr_factories.make_decision(group, named)

    entry = AuditEntry.objects.filter(action="decide_scr").latest("seq")

    assert '"decided":"scr"' in entry.detail.replace(" ", "")
    assert "example" not in entry.detail.lower()


def test_your_work_leads_each_to_their_turn(client, group, named):
    scr_factories.make_draft(group, named)
    sign_in(client, group[MEMBER])
    member = client.get("/").content.decode()
    recommendation = scr_factories.make_recommendation(group, named)
    sign_in(client, group[CHAIR])

    chair = client.get("/").content.decode()

    assert recommendation.made_at is not None
    assert "Say whether you agree with the drafted recommendation" in member
    assert "Decide on the group’s recommendation" in chair
    assert access.can(group[CHAIR], "decide_scr", named)


def count_queries(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_work_list_and_the_meeting_ask_the_same_however_many_cases(client, group):
    meeting = scr_factories.make_scr_meeting(group)
    first = scr_factories.make_assessment(by=group[MEMBER]).case
    scr_factories.make_draft(group, first)
    sign_in(client, group[MEMBER])
    urls = ["/", reverse("scr:view_scr_meeting", args=[meeting.pk])]
    for url in urls:
        client.get(url)
    one = [count_queries(client, url) for url in urls]
    for _ in range(2):
        case = scr_factories.make_assessment(by=group[MEMBER]).case
        scr_factories.make_draft(group, case)

    three = [count_queries(client, url) for url in urls]

    assert three == one
