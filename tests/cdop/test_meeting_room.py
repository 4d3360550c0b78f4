"""The room of a meeting: what is read, what is captured, what returns, and its minutes."""

import datetime
import re

import pytest
from django.test import Client
from django.urls import reverse

from casereview import actions as kernel
from casereview import drafts, keys, readiness
from casereview.actions import NotAllowed
from casereview.forms.theirs import TAKE
from casereview.models import Action, AgendaItem, ParallelProcess
from casereview.pseudonyms import known_of
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from cdop import actions, minutes
from cdop.actions.meeting_items import Asked, Decided
from cdop.deferred import deferred_from
from cdop.models import CheckPoint, DeferralQuestion, Notification, PanelReview
from cdop.pack_content import section_of
from tests import factories
from tests.cdop.asked import agency_with_lead, answered, ask
from tests.cdop.reviews import at_panel, record_all
from tests.html import Page
from tests.opened import open_part
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
LATER = datetime.date(2014, 12, 2)
DUE = datetime.date(2014, 11, 28)
DUE_PARTS = ("due_on_1_day", "due_on_1_month", "due_on_1_year")


@pytest.fixture
def at(case, manager):
    at = at_panel(case, manager)
    for _ in range(3):
        kernel.invite_to_meeting(
            meeting=at.meeting,
            user=factories.make_user(Role.PANEL_MEMBER, agency=factories.make_agency()),
            by=manager,
        )
    all_came(at)
    return at


@pytest.fixture
def item(at):
    return AgendaItem.objects.select_related("meeting__panel", "case").get(case=at.case)


def all_came(at, attended="came"):
    kernel.record_attendance(
        meeting=at.meeting,
        by=at.manager,
        came={one.pk: attended for one in at.meeting.attendances.all()},
    )


def later(at):
    return kernel.arrange_meeting(
        panel=at.meeting.panel, held_on=LATER, members=[at.member], chair=at.chair, by=at.manager
    )


def capture(item, by, outcome="", **facts):
    return actions.record_item_outcome(
        item=item, by=by, seen=None, decided=Decided(outcome=outcome, **facts)
    )


def asked(**facts):
    return Asked(**{"question": "Was advice given?", "to": "coroner", "due_on": DUE, **facts})


def room_of(meeting, n=1):
    return reverse("cdop:open_room", args=[meeting.pk, n])


def test_the_chair_completes_a_case_in_the_room_and_so_signs_it(at, item):
    record_all(at)

    done = capture(item, at.chair, "completed", note="Agreed by all")

    review = PanelReview.objects.get(case=at.case)
    assert (review.state, review.signed_by, review.agreed_on) == (
        "completed",
        at.chair,
        at.meeting.held_on,
    )
    assert (done.outcome, done.note) == ("completed", "Agreed by all")


def test_what_the_manager_captures_as_completed_waits_for_the_chair_to_sign(at, item):
    record_all(at)

    done = capture(item, at.manager, "completed")

    assert done.outcome == "completed"
    assert PanelReview.objects.get(case=at.case).state == "draft"


@pytest.mark.parametrize("outcome", ["completed", "chair_check"])
def test_without_its_quorum_a_case_is_not_decided(at, item, outcome):
    record_all(at)
    all_came(at, "apologies")

    with pytest.raises(NotAllowed, match="0 of the 3 members"):
        capture(item, at.chair, outcome, points=["Dates"], check_by=DUE)

    assert AgendaItem.objects.get(pk=item.pk).outcome == ""


def test_the_responsible_clinician_never_chairs_the_case(at, item):
    record_all(at)
    kernel.declare_interest(
        case=at.case,
        user=at.chair,
        level="informs_only",
        ground="responsible_clinician",
        grounds="The child’s consultant",
        by=at.chair,
    )

    with pytest.raises(NotAllowed, match="deputy for the chair"):
        all_came(at)
    with pytest.raises(NotAllowed, match="deputy for the chair"):
        capture(item, at.manager, "completed")
    deputy = factories.make_user(Role.PANEL_CHAIR, agency=factories.make_agency())
    kernel.invite_to_meeting(meeting=at.meeting, user=deputy, by=at.manager, as_chair=True)
    all_came(at)

    assert capture(item, deputy, "completed").outcome == "completed"


def test_a_case_with_something_missing_is_not_completed(at, item):
    with pytest.raises(NotAllowed, match="Enter the cause of death"):
        capture(item, at.manager, "completed")


def test_completed_subject_to_a_check_names_points_and_completes_after_them(client, at, item):
    record_all(at)
    with pytest.raises(NotAllowed, match="at least one point"):
        capture(item, at.chair, "chair_check", check_by=DUE)
    capture(item, at.chair, "chair_check", points=["The dose", "The ward"], check_by=DUE)
    assert PanelReview.objects.get(case=at.case).chair_check_by == DUE

    with pytest.raises(NotAllowed, match="Check the points"):
        actions.complete_panel_review(case=at.case, by=at.chair, meeting=at.meeting, checked_on=DUE)
    sign_in(client, at.chair)
    url = reverse("cdop:check_points", args=[at.case.reference])
    assert "Select the points you have checked" in client.post(url).content.decode()
    client.post(url, {"points": [str(one.pk) for one in CheckPoint.objects.all()]})

    assert all(one.checked_by == at.chair for one in CheckPoint.objects.all())
    actions.complete_panel_review(case=at.case, by=at.chair, meeting=at.meeting, checked_on=DUE)
    assert PanelReview.objects.get(case=at.case).agreed_on == DUE


def test_a_deferred_case_keeps_its_draft_returns_and_shows_what_is_new(client, at, item):
    record_all(at)
    back = later(at)

    capture(item, at.manager, "deferred", questions=[asked()], returns_to=back)

    question = DeferralQuestion.objects.get()
    assert (question.to, question.due_on, question.returns_to) == ("coroner", DUE, back)
    assert AgendaItem.objects.filter(meeting=back, case=at.case).exists()
    assert PanelReview.objects.get(case=at.case).summary == "Found in the parents’ bed."
    sign_in(client, at.member)
    assert "No answer yet" in open_part(client, room_of(back), "room").content.decode()
    actions.answer_panel_question(
        question=question, by=at.manager, answer="Twice, in March", answered_on=DUE
    )
    page = client.get(room_of(back)).content.decode()
    assert "New since 4 November 2014" in page
    assert "Twice, in March" in page
    assert page.index("Twice, in March") < page.index("What the panel knew before")


def test_the_room_reads_what_was_notified_and_what_agencies_say_without_a_name(client, at, manager):
    hospital = agency_with_lead(name="Qxhospital Trust")
    [request] = ask(at.case, manager, hospital)
    answered(request, "C04", "Y", text="Ada had asthma, as her mother said")
    with change("plant", by=manager, case=at.case) as written:
        written.save(
            Notification(
                case=at.case,
                notified_on=at.case.notified_on,
                expectedness="UNEXPECTED",
                circumstances="Ada Example was found on 12 May 2014.",
            )
        )
    sign_in(client, at.member)

    page = client.get(room_of(at.meeting)).content.decode().partition('id="main-content"')[2]

    assert "What was notified" in page and "was found on" in page
    assert "Did the child have a health condition before the event?" in page
    assert "had asthma" in page
    for kept in ("Ada", "Example", "12 May", "Qxhospital", "Qxsaidby"):
        assert kept not in page, kept


def test_what_may_still_name_somebody_is_withheld_in_the_room(client, at, manager):
    [request] = ask(at.case, manager, agency_with_lead())
    answered(request, "C04", "Y", text="Adda Exampel had asthma")
    answered(request, "C08", "N", text="All was well")
    sign_in(client, at.member)

    page = client.get(room_of(at.meeting)).content.decode()

    assert "Withheld here" in page and "Exampel" not in page
    assert "All was well" in page


def test_a_case_that_returns_shows_what_agencies_have_said_since_and_folds_the_rest(
    client, at, item, manager
):
    back = later(at)
    [request] = ask(at.case, manager, agency_with_lead())
    before = answered(request, "C04", "Y", text="Wheezed in the winter")
    held = datetime.datetime.combine(at.meeting.held_on, datetime.time(9), datetime.UTC)
    with change("plant", by=manager, case=at.case) as written:
        before.handed_in_at = held
        written.save(before)
    capture(item, at.manager, "deferred", questions=[asked()], returns_to=back)
    answered(request, "C08", "Y", text="Walked late")
    sign_in(client, at.member)

    page = client.get(room_of(back)).content.decode()
    new, _, known = page.partition("What the panel knew before")

    assert "Walked late" in new and "Wheezed in the winter" not in new
    assert "Wheezed in the winter" in known
    returning = AgendaItem.objects.select_related("meeting").get(meeting=back)
    section = section_of(
        at.manager, at.case, known_of(at.case).pseudonyms(), deferred_from(returning)
    )
    said = " ".join([line.label for line in section.lines] + [*texts_of(section)])
    assert "New since 4 November 2014" in said
    assert "Was advice given?" in said and "No answer yet" in said and "Walked late" in said
    assert "Wheezed in the winter" not in said and "not repeated" in said


def texts_of(section):
    return [text for line in section.lines for text in line.texts]


def test_a_question_to_another_panel_says_which(client, at, item):
    sign_in(client, at.manager)
    url = reverse("cdop:record_item_outcome", args=[at.meeting.pk, 1])
    typed = {"seen": str(item.version), "outcome": "deferred", "question_1": "Was it reviewed?"}
    typed |= {"to_1": "panel"} | dict(zip(DUE_PARTS, ("28", "11", "2014"), strict=True))

    refused = client.post(url, typed).content.decode()
    client.post(url, typed | {"to_whom_1": "Panel of the north"})

    assert "Enter which panel is asked question 1" in refused
    assert DeferralQuestion.objects.get().asked == "Another panel: Panel of the north"
    [line] = [line for one in minutes.of_cases(at.meeting, [item]) for line in one["lines"]]
    assert line.startswith("Question to another panel: Panel of the north, due 28 November 2014")


def test_an_agencys_question_is_sent_as_a_request_of_its_own(client, at, item):
    agency = agency_with_lead(name="Health visitors", kind="HV")
    put = asked(to="agency", agency=agency)
    capture(item, at.manager, "deferred", questions=[put])
    question = DeferralQuestion.objects.get()
    sign_in(client, at.manager)
    answer = reverse("cdop:answer_panel_question", args=[at.case.reference, question.pk])
    ask_it = reverse("cdop:request_report", args=[at.case.reference]) + f"?for={question.pk}"

    assert ask_it in client.get(answer).content.decode()
    form = client.get(ask_it).context["form"]
    assert form["agencies"].value() == [str(agency.pk)]
    assert form["question"].value() == "Was advice given?"
    for other in ("nothing", "0" * 32):
        assert client.get(ask_it.partition("=")[0] + f"={other}").status_code == 200


def test_a_process_to_wait_for_is_called_by_its_name(client, at, item):
    with change("record_process", by=at.manager, case=at.case) as written:
        written.save(ParallelProcess(case=at.case, kind="INQ", status="open"))
    sign_in(client, at.manager)

    page = client.get(reverse("cdop:record_item_outcome", args=[at.meeting.pk, 1]))

    assert "Coroner&#x27;s investigation and inquest" in page.content.decode()


def test_readiness_names_questions_of_the_panel_and_contradictions(at, item, manager):
    back = later(at)
    capture(item, at.manager, "deferred", questions=[asked()], returns_to=back)
    first, second = ask(at.case, manager, agency_with_lead(), agency_with_lead())
    answered(first, "C04", "Y")
    answered(second, "C04", "N")

    words = readiness.missing([at.case])[at.case.pk]

    assert "1 of the panel’s own questions without an answer" in words
    assert "Agencies contradict each other on 1 question" in words


def test_deferring_needs_a_question_and_a_meeting_after_this_one(at, item):
    with pytest.raises(NotAllowed, match="at least one question"):
        capture(item, at.manager, "deferred")
    with pytest.raises(NotAllowed, match="after this one"):
        capture(item, at.manager, "deferred", questions=[asked()], returns_to=at.meeting)
    with pytest.raises(NotAllowed, match="on or after the meeting"):
        early = datetime.date(2014, 11, 3)
        capture(item, at.manager, "deferred", questions=[asked(due_on=early)])


@pytest.mark.parametrize("outcome", ["held", "referred_on"])
def test_holding_and_referring_on_say_why(at, item, outcome):
    with pytest.raises(NotAllowed, match="Enter in the note"):
        capture(item, at.manager, outcome)

    assert capture(item, at.manager, outcome, note="For the coroner").outcome == outcome


def test_holding_for_a_process_asks_the_panel_to_wait(at, item):
    process = ParallelProcess(case=at.case, kind="inquest")
    with change("plant", by=at.manager, case=at.case) as written:
        written.save(process)

    capture(item, at.manager, "held", note="The inquest", process=process)

    assert ParallelProcess.objects.get().hold_review


def test_two_who_capture_at_once_do_not_overwrite_each_other(at, item):
    seen = item.version
    capture(item, at.manager, note="First")

    with pytest.raises(Conflict):
        actions.record_item_outcome(
            item=AgendaItem.objects.get(pk=item.pk),
            by=at.chair,
            seen=seen,
            decided=Decided(note="Second"),
        )


def test_who_only_informs_captures_nothing(at, item):
    kernel.declare_interest(
        case=at.case, user=at.chair, level="informs_only", grounds="Treated", by=at.chair
    )

    with pytest.raises(NotAllowed, match="Ask a colleague"):
        capture(item, at.chair, note="Mine")


def test_a_manager_captures_through_the_pages(client, at, item):
    sign_in(client, at.manager)
    url = reverse("cdop:record_item_outcome", args=[at.meeting.pk, 1])
    typed = {
        "seen": str(item.version),
        "outcome": "deferred",
        "question_1": "Was advice given?",
        "to_1": "agency",
    }
    page = client.post(url, typed).content.decode()
    assert "Select the agency that is asked question 1" in page
    assert "Enter the day for the answer to question 1" in page
    agency = factories.make_agency(name="Health visitors")
    typed |= {
        "agency_1": str(agency.pk),
        "due_on_1_day": "28",
        "due_on_1_month": "11",
        "due_on_1_year": "2014",
    }

    page = client.post(url, typed, follow=True).content.decode()

    question = DeferralQuestion.objects.get()
    assert (question.agency, question.due_on) == (agency, DUE)
    assert "Questions asked" in page
    assert "Health visitors, due 28 November 2014" in page


def test_a_name_is_not_captured(client, at, item):
    sign_in(client, at.manager)
    url = reverse("cdop:record_item_outcome", args=[at.meeting.pk, 1])

    page = client.post(url, {"seen": str(item.version), "note": "Ada Example slept"})

    assert "Take out the name" in page.content.decode()
    assert not AgendaItem.objects.get(pk=item.pk).note


def test_a_name_that_stands_in_the_papers_is_not_shown_in_the_room(client, at):
    record_all(at)
    actions.record_panel_review(
        case=at.case, by=at.manager, seen=None, summary="Ada  EXAMPLE was found in bed."
    )

    room = open_part(sign_in(client, at.member), room_of(at.meeting), "room")
    page = room.content.decode()

    assert "was found in bed" in page
    assert not re.search(r"\bada\b", page.lower().split("<main")[1])
    assert "EXAMPLE was" not in page


def test_an_action_is_captured_with_its_meeting(client, at, item):
    sign_in(client, at.manager)
    url = reverse("cdop:capture_action", args=[at.meeting.pk, 1])
    due = {"due_on_day": "1", "due_on_month": "2", "due_on_year": "2015"}
    assert "Choose who does it" in client.post(url, {"text": "Train", **due}).content.decode()

    client.post(url, {"text": "Train all wards", "owner": str(at.member.pk), **due})

    action = Action.objects.get()
    assert (action.meeting, action.owner, action.text) == (at.meeting, at.member, "Train all wards")
    assert PanelReview.objects.get(case=at.case).action_decision == "actions"


def test_the_cases_of_a_withdrawn_member_are_counted_without_theirs(client, at, manager):
    other = factories.make_case(by=manager)
    kernel.put_on_agenda(meeting=at.meeting, case=other, by=manager)
    capture_of = AgendaItem.objects.select_related("meeting", "case").get(case=at.case)
    capture(capture_of, at.manager, note="Kept from the member")
    kernel.write_minutes(meeting=at.meeting, by=manager, text="All came")
    factories.recuse(at.member, at.case)
    sign_in(client, at.member)

    pages = [
        client.get(reverse(name, args=[at.meeting.pk])).content.decode()
        for name in ("view_meeting", "cdop:enter_meeting_mode", "cdop:view_minutes")
    ]
    first = client.get(room_of(at.meeting, 1)).content.decode()

    assert not any(at.case.reference in page for page in [*pages, first])
    assert not any("Kept from the member" in page for page in pages)
    assert "Case 1 of 1" in first
    assert other.reference in first
    assert client.get(room_of(at.meeting, 2)).status_code == 404


def test_a_member_captures_writes_and_agrees_nothing(client, at):
    sign_in(client, at.member)
    item_urls = [
        reverse(f"cdop:{name}", args=[at.meeting.pk, 1])
        for name in ("record_item_outcome", "capture_action")
    ]
    meeting_urls = [
        reverse(f"cdop:{name}", args=[at.meeting.pk]) for name in ("write_minutes", "agree_minutes")
    ]

    for url in item_urls + meeting_urls:
        assert client.post(url, {"note": "Mine", "text": "Mine"}).status_code == 403, url


def test_an_outsider_and_who_has_left_see_no_room_and_no_minutes(client, at, outsider):
    minutes_url = reverse("cdop:view_minutes", args=[at.meeting.pk])
    sign_in(client, outsider)
    assert client.get(room_of(at.meeting)).status_code == 404
    assert client.get(minutes_url).status_code == 403
    gone = sign_in(Client(), at.member)
    with change("leave", by=None) as written:
        at.member.is_active = False
        written.save(at.member)

    assert gone.get(room_of(at.meeting)).status_code == 302
    assert gone.get(minutes_url).status_code == 302


def test_minutes_are_drafted_edited_and_agreed_at_the_next_meeting(client, at, item):
    capture(item, at.manager, "deferred", questions=[asked()])
    back = later(at)
    sign_in(client, at.manager)
    url = reverse("cdop:write_minutes", args=[at.meeting.pk])
    page = client.get(url).content.decode()
    assert "The panel deferred the case until its questions are answered." in page
    assert f"- {at.chair.name} (chair)" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    typed = {"text": "All came", f"note_{item.pk.hex}": "Deferred for the coroner"}

    assert "Somebody else wrote" in client.post(url, {**typed, "seen": "9.9"}).content.decode()
    page = client.post(url, {**typed, "seen": seen}, follow=True).content.decode()
    assert "Deferred for the coroner" in page
    assert "Question to the coroner, due 28 November 2014: Was advice given?" in page

    client.post(reverse("cdop:agree_minutes", args=[at.meeting.pk]))
    back.refresh_from_db()
    assert back.last_minutes_agreed_on == LATER
    assert (
        "Agreed at the meeting of 2 December 2014"
        in client.get(reverse("cdop:view_minutes", args=[at.meeting.pk])).content.decode()
    )
    with pytest.raises(NotAllowed, match="agreed"):
        capture(item, at.manager, note="Otherwise")


def test_two_people_write_the_minutes_and_each_part_of_either_may_stand(client, at, item):
    sign_in(client, at.manager)
    url = reverse("cdop:write_minutes", args=[at.meeting.pk])
    old = client.get(url).content.decode().split('name="seen" value="')[1].split('"')[0]
    kernel.write_minutes(
        meeting=at.meeting, by=at.manager, text="What a colleague wrote", notes={item: "Theirs too"}
    )
    typed = {"text": "What I wrote", f"note_{item.pk.hex}": "My words on the case", "seen": old}

    page = client.post(url, typed).content.decode()
    assert "What differs" in page and "What a colleague wrote" in page and "What I wrote" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    client.post(url, {**typed, "seen": seen, TAKE: ["text"]})

    at.meeting.refresh_from_db()
    item.refresh_from_db()
    assert (at.meeting.minutes, item.note) == ("What a colleague wrote", "My words on the case")


def test_each_part_of_minutes_in_a_draft_goes_with_what_it_tells_of(client, at, item):
    sign_in(client, at.manager)
    url = reverse("cdop:write_minutes", args=[at.meeting.pk])
    page = Page(client.get(url).content.decode())
    told = {one: page.all("input", name=one)[0]["value"] for one in (drafts.KEYS, drafts.WINDOW)}
    typed = {"text": "All came", f"note_{item.pk.hex}": "The child was seen", drafts.PAGE: url}
    assert client.post(url, {**typed, **told, drafts.SAVE: "auto"}).status_code == 200
    draft = drafts.of_page(at.manager, url).get()
    assert drafts.opened(draft)["typed"][f"note_{item.pk.hex}"] == ["The child was seen"]
    assert "child was seen" not in str(draft.content) and "All came" not in str(draft.content)

    keys.destroy("case", item.case_id)

    assert drafts.opened(draft)["typed"] == {"text": ["All came"]}


def test_minutes_say_the_minutes_before_were_agreed(at):
    back = later(at)
    kernel.write_minutes(meeting=at.meeting, by=at.manager, text="All came")
    assert "were not yet agreed" in minutes.draft(back)

    kernel.agree_minutes(meeting=at.meeting, at=back, by=at.chair)

    assert "The minutes of 4 November 2014 were agreed." in minutes.draft(back)


def test_a_question_of_the_panel_is_answered_by_the_manager(client, at, item):
    capture(item, at.manager, "deferred", questions=[asked()])
    question = DeferralQuestion.objects.get()
    url = reverse("cdop:answer_panel_question", args=[at.case.reference, question.pk])
    answer = {
        "answer": "Yes",
        "answered_on_day": "20",
        "answered_on_month": "11",
        "answered_on_year": "2014",
    }
    assert sign_in(client, at.member).post(url, answer).status_code == 403
    sign_in(client, at.manager)
    assert "Get the answer to a question of the panel" in client.get("/").content.decode()

    page = client.post(url, answer, follow=True).content.decode()

    assert "20 November 2014" in page
    assert "Get the answer to a question of the panel" not in client.get("/").content.decode()


def test_who_completes_outside_the_room_is_told_of_a_missing_quorum(client, at):
    url = reverse("cdop:complete_panel_review", args=[at.case.reference])
    sign_in(client, at.chair)
    assert "There was no quorum" not in client.get(url).content.decode()

    all_came(at, "absent")

    page = client.get(url).content.decode()
    assert "There was no quorum for this case on 4 November 2014: only 0 of the 3 members" in page
    record_all(at)
    typed = {"meeting": str(at.meeting.pk), "how": "agreed"}
    refused = client.post(url, typed).content.decode()
    assert "Enter why the review is completed although there was no quorum" in refused
    all_came(at)
    assert client.post(url, typed).status_code == 302
