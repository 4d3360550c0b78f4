"""Flags closed with a reason, priorities raised by hand, their work, and who is told."""

import datetime
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from casereview import pdf
from casereview.action_plan import actions_of
from casereview.actions import NotAllowed, action_plan
from casereview.models import Action, Area, AuditEntry, Board, EffectReview
from casereview.records import change
from casereview.rules.access_table import Role
from learning import theme_flags
from learning.actions import notices, priorities
from learning.actions.themes import merge_theme
from learning.models import ClosedFlag, Notice, Priority
from learning.priority_actions import evidenced
from learning.rules.quarters import Quarter
from tests import factories
from tests.learning.learned import flag, learned, make_priority, theme, window_day
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def as_(user):
    return sign_in(Client(), user)


def at(name, *args):
    return reverse(f"learning:{name}", args=args)


def page(user, name, *args):
    return as_(user).get(at(name, *args)).content.decode()


@pytest.fixture
def lead(people):
    return people[Role.LEARNING_LEAD]


@pytest.fixture
def chair(people):
    return people[Role.PANEL_CHAIR]


@pytest.fixture
def elsewhere():
    """The learning lead of a board that another panel serves."""
    user = factories.make_user(Role.LEARNING_LEAD)
    role = user_role(user)
    with change("give_role", by=None) as written:
        role.board = Board.objects.get(code="NOTTINGHAM")
        written.save(role)
    return user


def user_role(user):
    from casereview.models import StandingRole

    return StandingRole.objects.get(user=user)


# Who may.


@pytest.mark.parametrize(
    ("role", "reads", "steers", "plans"),
    [
        (Role.LEARNING_LEAD, 200, 200, 200),
        (Role.PANEL_CHAIR, 200, 200, 403),
        (Role.PANEL_MEMBER, 200, 403, 403),
        (Role.CDR_MANAGER, 200, 403, 403),
        (Role.SCR_MEMBER, 200, 403, 403),
        (Role.CONTRIBUTOR, 403, 403, 403),
        (Role.AUDITOR, 403, 403, 403),
        (None, 403, 403, 403),
    ],
)
def test_who_reads_who_steers_and_who_plans(people, lead, outsider, role, reads, steers, plans):
    made = make_priority(lead)
    client = as_(people[role] if role else outsider)

    assert client.get(at("view_signals")).status_code == reads
    assert client.get(at("view_priority", made.pk)).status_code == reads
    assert client.get(at("close_flag", theme().pk)).status_code == steers
    assert client.get(at("raise_priority", theme().pk)).status_code == steers
    assert client.get(at("plan_work", made.pk)).status_code == plans


def test_the_priorities_and_notices_of_another_panel_are_not_there(lead, elsewhere):
    made = make_priority(lead)
    notice = write(lead)
    client = as_(elsewhere)

    for name, key in (
        ("view_priority", made.pk),
        ("change_priority", made.pk),
        ("plan_work", made.pk),
        ("view_notice", notice.pk),
        ("record_notice_sent", notice.pk),
        ("download_notice", notice.pk),
    ):
        for response in (client.get(at(name, key)), client.post(at(name, key), {})):
            assert response.status_code == 404, name
    assert notice.body_name not in client.get(at("list_notices")).content.decode()
    assert "It is a priority" not in client.get(at("view_theme", theme().pk)).content.decode()


def test_somebody_who_left_is_sent_to_sign_in(lead):
    client = as_(lead)
    with change("leave", by=None) as written:
        lead.is_active = False
        written.save(lead)

    assert client.get(at("view_signals")).status_code == 302


# Flags.


def test_the_page_of_signals_says_it_in_words_with_the_false_alarms_and_tables(lead):
    flag()

    shown = page(lead, "view_signals")

    assert "Red: look at this now" in shown
    assert "4 cases in the last 12 months, none in the five reference years." in shown
    assert "false amber" in shown
    assert shown.count("<svg") == 2
    assert 'id="heat-table"' in shown and 'id="multiples-table"' in shown
    assert 'style="' not in shown


def test_a_flag_that_stands_is_said_above_what_was_learned(lead):
    assert "Red: look at this now" not in page(lead, "list_learning")
    flag()

    assert "Red: look at this now" in page(lead, "list_learning")


def test_a_flag_is_closed_with_a_reason_and_one_more_case_opens_it_again(lead):
    flag()

    refused = as_(lead).post(at("close_flag", theme().pk), {"reason": " "})
    as_(lead).post(at("close_flag", theme().pk), {"reason": "They have nothing in common"})

    assert b"Enter why the flag is closed" in refused.content
    closed = ClosedFlag.objects.get()
    assert (closed.flag, closed.cases, closed.closed_by) == ("red", 4, lead)
    shown = page(lead, "view_signals")
    assert "They have nothing in common" in shown
    assert "No theme has a flag that stands" in shown
    with pytest.raises(NotAllowed, match="closed already"):
        priorities.close_flag(theme=theme(), panel=factories.panel(), by=lead, reason="Again")

    learned(50, window_day())

    assert "Red: look at this now" in page(lead, "view_signals")


def test_a_theme_without_a_flag_has_none_to_close(lead):
    with pytest.raises(NotAllowed, match="no flag"):
        priorities.close_flag(theme=theme(), panel=factories.panel(), by=lead, reason="Because")


@pytest.mark.parametrize(("cases", "raised"), [(0, "hand"), (4, "flag")])
def test_a_priority_says_whether_the_rule_or_a_person_raised_it(lead, cases, raised):
    if cases:
        flag(cases=cases)

    assert make_priority(lead).raised == raised


@pytest.mark.parametrize(
    ("facts", "says"),
    [({"reason": ""}, "Enter why"), ({"would_be_seen": " "}, "Enter what would be seen")],
)
def test_a_priority_has_a_reason_and_says_what_would_be_seen(lead, facts, says):
    with pytest.raises(NotAllowed, match=says):
        make_priority(lead, **facts)


def test_a_theme_is_one_priority_at_a_time(lead):
    make_priority(lead)

    with pytest.raises(NotAllowed, match="already"):
        make_priority(lead)


def test_no_text_about_a_theme_names_anybody_of_the_cases_behind_it(lead, case):
    learned(1, window_day(), case=case, other_themes=["smoking"])
    made = make_priority(lead)
    told = {"theme": None, "priority": made}
    for refused in (
        lambda: make_priority(lead, "smoking", reason="Ada Example died"),
        lambda: priorities.change_priority(
            priority=made, by=lead, would_be_seen="No more Ada Example"
        ),
        lambda: priorities.plan_work(
            priority=made, by=lead, title="For Ada Example", test="Seen", level="local"
        ),
        lambda: write(lead, text="Ada Example swallowed one", **told),
        lambda: reply(lead, "We remember Ada Example", **told),
    ):
        with pytest.raises(NotAllowed, match="Take out what names somebody"):
            refused()


def test_no_text_names_anybody_of_a_case_coded_with_a_theme_that_was_merged(lead, case):
    learned(1, window_day(), "smoking", case=case)
    merge_theme(theme=theme("smoking"), into=theme(), by=lead, reason="One and the same")

    with pytest.raises(NotAllowed, match="Take out what names somebody"):
        make_priority(lead, reason="Ada Example died")


def test_a_letter_about_no_theme_names_anybody_of_no_case_of_the_panel(lead, case):
    learned(1, window_day(), "smoking", case=case)
    told = {"theme": None, "priority": None}

    for refused in (
        lambda: write(lead, text="Ada Example waited too long", **told),
        lambda: reply(lead, "We remember Ada Example", **told),
    ):
        with pytest.raises(NotAllowed, match="Take out what names somebody"):
            refused()
    assert write(lead, text="Callers wait too long", **told)


def test_the_signals_as_pdf_hold_the_words_and_the_pictures(lead):
    flag()
    make_priority(lead, "road_safety")

    response = as_(lead).get(at("export_signals"))

    text = " ".join(pdf.pages_of(response.content))
    assert "4 cases in the last 12 months" in " ".join(text.split())
    assert "false amber" in text
    assert "Button battery" in text.split("Cases by theme and quarter")[1]
    assert len(PdfReader(io.BytesIO(response.content)).pages) == 5
    run = " ".join(text.split("Button battery and magnet ingestion: cases by quarter")[1].split())
    for number in range(24):  # every quarter stands in the table with its cases
        quarter = Quarter.last_closed(TODAY()) - number
        assert f"{quarter} {1 if number < 4 else 0}" in run, quarter
    assert AuditEntry.objects.filter(action="export_signals", outcome="done").count() == 1


def test_the_page_of_signals_asks_the_same_however_many_themes_are_flagged(lead):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            theme_flags.about_signals(TODAY(), factories.panel())
        return len(queries)

    flag()
    make_priority(lead)
    one = asked()
    for number, code in enumerate(("smoking", "road_safety", "asthma_allergy"), 2):
        flag(code, first=100 * number)
        make_priority(lead, code)
        priorities.close_flag(
            theme=theme(code), panel=factories.panel(), by=lead, reason="Looked at"
        )

    assert asked() == one


# Impact and work.


def planned(lead, **facts):
    made = make_priority(lead)
    plan = priorities.plan_work(
        priority=made,
        by=lead,
        title="Campaign for parents of toddlers",
        test="Parents say where they keep batteries",
        level="local",
    )
    return made, priorities.plan_action(
        plan=plan,
        by=lead,
        text="Put lids on what is lent in children's centres",
        strength="stronger",
        agreed_on=TODAY() - datetime.timedelta(days=300),
        due_on=TODAY() + datetime.timedelta(days=90),
        **{"owner": factories.make_user(Role.ACTION_OWNER), **facts},
    )


def test_work_for_a_priority_is_on_the_one_list_of_actions(lead, elsewhere):
    made, action = planned(lead)

    assert action in actions_of(lead)
    assert action in actions_of(action.owner)
    assert action not in actions_of(elsewhere)
    shown = as_(lead).get(reverse("view_action", args=[action.pk])).content.decode()
    assert at("view_priority", made.pk) in shown
    assert action.text.split("'")[0] in page(lead, "view_priority", made.pk)


def test_an_action_is_added_on_the_page_and_what_is_missing_is_said(lead):
    made, action = planned(lead)
    where = at("plan_action", made.pk, action.recommendation_id)
    facts = {
        "text": "Ask shops to move batteries",
        "strength": "intermediate",
        "agency": str(factories.make_agency().pk),
        "due_on_day": "1",
        "due_on_month": "1",
        "due_on_year": "2100",
    }

    refused = as_(lead).post(where, {**facts, "text": ""})
    taken = as_(lead).post(where, facts)

    assert b"Enter the action" in refused.content
    assert taken.status_code == 302, taken.content.decode()
    assert Action.objects.filter(key_kind="priority").count() == 2


def test_the_highest_link_is_shown_and_none_seen_is_no_improvement(lead):
    made, action = planned(lead)
    owner = action.owner
    action_plan.report_progress(action=action, by=owner, done_on=TODAY())
    evidence = action_plan.give_action_evidence(action=action, text="A count of lids", by=owner)
    action_plan.answer_evidence(evidence=evidence, answer="accepted", months=6, by=lead)
    with change("plan", by=lead) as written:
        review = EffectReview.objects.get(action=action)
        review.reached, review.reviewed_on = "practice", TODAY()
        written.save(review)

    shown = page(lead, "view_priority", made.pk)

    assert evidenced([made])[made.pk] == {"done", "practice"}
    assert "<strong>Practice changed</strong>: evidenced" in shown
    assert "not shown as an improvement" in shown
    assert "3.7 cases" in shown


# Who is told.


def write(lead, **facts):
    return notices.write_notice(
        panel=factories.panel(),
        by=lead,
        **{
            "body": "national",
            "body_name": "Fictional ambulance association",
            "text": "Callers who speak little English wait too long",
            "theme": theme("language_barrier"),
            **facts,
        },
    )


def reply(lead, text, **facts):
    sent = write(lead, **facts)
    notices.record_notice_sent(notice=sent, by=lead, sent_on=TODAY())
    return notices.record_notice_reply(notice=sent, by=lead, replied_on=TODAY(), reply=text)


def test_a_letter_is_written_sent_and_its_answer_awaited_and_recorded(lead):
    due = TODAY() + datetime.timedelta(days=30)
    notice = write(lead, reply_due_on=due)
    day = {name: str(getattr(TODAY(), name)) for name in ("day", "month", "year")}
    client = as_(lead)

    assert "Not sent yet" in page(lead, "list_notices")
    client.post(
        at("record_notice_sent", notice.pk),
        {f"sent_on_{part}": value for part, value in day.items()} | {"version": "1"},
    )
    assert "Answer awaited" in page(lead, "list_notices")
    text = " ".join(pdf.pages_of(client.get(at("download_notice", notice.pk)).content))
    assert "Fictional ambulance association" in text
    assert "wait too long" in text
    client.post(
        at("record_notice_reply", notice.pk),
        {f"replied_on_{part}": value for part, value in day.items()}
        | {"version": "2", "reply": "We buy an interpreting line"},
    )

    assert "We buy an interpreting line" in page(lead, "view_notice", notice.pk)
    assert Notice.objects.get().replied_on == TODAY()


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"text": ""}, "Enter what they are told"),
        ({"body": "nobody"}, "Select who is told"),
        ({"body_name": ""}, "name of the body"),
        ({"duty": True}, "does not bind"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(lead, facts, says):
    with pytest.raises(NotAllowed, match=says):
        write(lead, **facts)


def test_the_duty_to_inform_is_said_once_the_partners_of_the_area_began(lead):
    board = factories.board()
    assert "16M(5)" not in page(lead, "write_notice")
    with change("change_board", by=None) as written:
        board.area = Area(
            code="EXAMPLE",
            name="Example area",
            child_death_partners_began_on=datetime.date(2019, 4, 1),
        )
        written.save(board.area)
        written.save(board)

    assert "16M(5)" in page(lead, "write_notice")
    assert write(lead, duty=True).duty


def test_an_answer_comes_after_it_was_sent(lead):
    notice = write(lead)

    with pytest.raises(NotAllowed, match="Record first"):
        notices.record_notice_reply(notice=notice, by=lead, replied_on=TODAY(), reply="Yes")


def test_hostile_text_is_shown_as_it_was_typed(lead):
    made = make_priority(lead, reason="<script>alert(1)</script>")

    shown = page(lead, "view_priority", made.pk)

    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    assert Priority.objects.get().reason == "<script>alert(1)</script>"
