"""A quarter's review: prepared, decided, signed by the chair, and frozen as at its date."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import pdf
from casereview.actions import NotAllowed
from casereview.models import AuditEntry, Board, Panel, PanelBoard, StandingRole
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from learning.actions import notices, priorities, quarters
from learning.models import Priority, QuarterlyReview
from learning.rules.quarters import Quarter
from tests import factories
from tests.html import without_token
from tests.learning.learned import SAID, flag, learned, make_priority, theme, window_day
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def quarter():
    return Quarter.last_closed(TODAY())


def as_(user):
    return sign_in(Client(), user)


def at(name, *args):
    return reverse(f"learning:{name}", args=args or [str(quarter())])


@pytest.fixture
def lead(people):
    return people[Role.LEARNING_LEAD]


@pytest.fixture
def chair(people):
    return people[Role.PANEL_CHAIR]


def prepare(lead):
    return quarters.prepare_quarter(panel=factories.panel(), quarter=quarter(), by=lead)


def decide(review, by, decision="kept", code="button_battery", **facts):
    given = {"why": "The work goes on", **facts}
    return quarters.decide_priority(
        review=review, theme=theme(code), decision=decision, by=by, **given
    )


def other_panel():
    """Another panel, with a chair of its own."""
    panel = Panel(code="ELSEWHERE", name="Elsewhere panel")
    board = Board.objects.get(code="NOTTINGHAM")
    chair = factories.make_user(Role.PANEL_CHAIR)
    with change("change_panel", by=None) as written:
        written.save(panel)
        held = PanelBoard.objects.filter(board=board, until=None).first()
        if held:
            held.until = TODAY()
            written.save(held)
        written.save(PanelBoard(panel=panel, board=board, since=TODAY()))
        role = StandingRole.objects.get(user=chair)
        role.panel = panel
        written.save(role)
    return chair


def section(review, key):
    return next(one for one in review.frozen["sections"] if one["key"] == key)


def texts(review, key):
    return " ".join(f"{one['text']} {one['detail']}" for one in section(review, key)["items"])


def test_the_agenda_is_put_together_from_what_is_on_record(lead, chair):
    flag()
    flag("smoking", first=200)
    priorities.close_flag(
        theme=theme("smoking"), panel=factories.panel(), by=lead, reason="Nothing in common"
    )
    make_priority(lead)
    learned(301, TODAY(), source="near_miss", statement="A lid came off in a shop")
    learned(305, window_day(), source="near_miss", events=4)
    learned(306, window_day(3), source="near_miss")
    learned(307, window_day(10), source="near_miss", events=2)
    learned(308, TODAY(), source="good_practice", statement="Lids are checked")
    learned(302, TODAY(), source="family", statement="Nobody had told us of the danger")
    learned(303, TODAY(), source="national_report", statement="Other areas saw it too")
    learned(304, TODAY(), state="proposed", statement="Not yet taken in")
    sent = notices.write_notice(
        panel=factories.panel(), by=lead, body="training", text="Tell staff", theme=theme()
    )
    notices.record_notice_sent(notice=sent, by=lead, sent_on=TODAY())

    review = prepare(lead)

    assert [one["key"] for one in review.frozen["sections"]] == [
        "learning",
        "flags",
        "without_action",
        "actions",
        "near_misses",
        "good_practice",
        "families",
        "national",
        "priorities",
        "told",
    ]
    assert SAID in texts(review, "learning")
    assert "Not yet taken in" not in str(review.frozen)
    assert "4 cases in the last 12 months" in texts(review, "flags")
    assert "Closed because: Nothing in common" in texts(review, "flags")
    assert "false amber" in section(review, "flags")["lead"]
    assert theme().name in texts(review, "without_action")
    assert "A lid came off" in texts(review, "near_misses")
    assert f"{theme().name}: 5 near misses in the last four quarters" in texts(
        review, "near_misses"
    )
    assert f"{quarter()}: 4. In the 20 quarters before: 2." in texts(review, "near_misses")
    assert "never added to them" in section(review, "near_misses")["lead"]
    assert "Lids are checked" in texts(review, "good_practice")
    assert "Nobody had told us" in texts(review, "families")
    assert "Other areas saw it" in texts(review, "national")
    assert "Highest link that is evidenced: none yet" in texts(review, "priorities")
    assert "you said" in texts(review, "told")
    assert "Training was told on" in texts(review, "told")
    assert {one["code"]: one["flag"] for one in review.frozen["signals"]}["smoking"] == "red"


def test_it_stays_as_it_was_when_something_comes_in_later(lead, chair):
    review = prepare(lead)
    learned(301, TODAY(), statement="It came in later")

    page = as_(chair).get(at("view_quarter")).content.decode()

    assert "It came in later" not in page
    assert f"as at {TODAY().day} {TODAY():%B %Y}" in page or "as at that day" in page
    assert "It came in later" in str(prepare(lead).frozen)
    assert QuarterlyReview.objects.get().pk == review.pk


def test_the_chair_signs_and_the_decisions_take_effect(lead, chair):
    make_priority(lead)
    review = prepare(lead)
    client = as_(chair)
    unread = client.post(at("close_quarter"), {"version": review.version})
    undecided = client.post(at("close_quarter"), {"version": review.version, "agreed": "on"})
    decide(review, lead, "closed", why="The campaign is over")
    decide(review, lead, "added", "smoking", would_be_seen="More carers asked")

    signed = client.post(at("close_quarter"), {"version": review.version, "agreed": "on"})

    assert "Confirm that you have read the papers" in unread.content.decode()
    assert f"Decide first whether these stay priorities: {theme().name}" in (
        undecided.content.decode()
    )
    assert signed.status_code == 302, signed.content.decode()
    review = QuarterlyReview.objects.get()
    assert (review.closed_by, review.closed_at is None) == (chair, False)
    ended = Priority.objects.get(theme=theme())
    assert (ended.close_reason, ended.closed_by) == ("The campaign is over", chair)
    assert Priority.objects.get(theme=theme("smoking")).raised_by == chair
    assert [one["decision"] for one in review.decisions] == ["closed", "added"]
    page = client.get(at("view_quarter")).content.decode()
    assert "Signed by" in page and "The campaign is over" in page
    entry = AuditEntry.objects.get(action="close_quarter", outcome="done")
    assert f'"quarter":"{quarter()}"' in entry.detail


def test_what_is_signed_stays_as_it_is(lead, chair):
    review = prepare(lead)
    quarters.close_quarter(review=review, by=chair, prepared=True)

    for act in (
        lambda: prepare(lead),
        lambda: decide(review, lead, "added", would_be_seen="Fewer"),
        lambda: quarters.close_quarter(review=review, by=chair, prepared=True),
    ):
        with pytest.raises((NotAllowed, Conflict)):
            act()
    page = as_(lead).get(at("view_quarter")).content.decode()
    assert "Prepare" not in page and "Decide on a priority" not in page


def test_who_closes_over_papers_that_were_prepared_again_reads_them_first(lead, chair):
    review = prepare(lead)
    before = review.version
    learned(301, TODAY(), statement="Something new")
    prepare(lead)

    response = as_(chair).post(at("close_quarter"), {"version": before, "agreed": "on"})

    assert "Read them again" in response.content.decode()
    assert QuarterlyReview.objects.get().closed_at is None


@pytest.mark.parametrize(
    ("decision", "facts", "says"),
    [
        ("kept", {}, "Choose a theme that is a priority"),
        ("closed", {}, "Choose a theme that is a priority"),
        ("added", {}, "what would be seen"),
        ("added", {"why": " "}, "Enter why"),
        ("perhaps", {}, "Select what is decided"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(lead, decision, facts, says):
    with pytest.raises(NotAllowed, match=says):
        decide(prepare(lead), lead, decision, **facts)


def test_a_quarter_that_has_not_ended_has_no_review(lead):
    with pytest.raises(NotAllowed, match="has ended"):
        quarters.prepare_quarter(
            panel=factories.panel(), quarter=Quarter.containing(TODAY()), by=lead
        )
    for text in (str(Quarter.containing(TODAY())), "2015-Q9", "../etc", "2015-Q1x"):
        assert as_(lead).get(f"/learning/quarters/{text}/").status_code == 404


def test_who_sees_who_prepares_and_who_closes(lead, chair, people, outsider):
    prepare(lead)
    elsewhere = other_panel()
    acts = ("view_quarter", "prepare_quarter", "decide_priority", "close_quarter")
    expected = {
        Role.LEARNING_LEAD: (200, 302, 200, 403),
        Role.PANEL_CHAIR: (200, 403, 200, 200),
        Role.PANEL_MEMBER: (200, 403, 403, 403),
        Role.SCR_MEMBER: (403, 403, 403, 403),
        Role.AGENCY_LEAD: (403, 403, 403, 403),
    }
    for role, statuses in expected.items():
        client = as_(people[role])
        assert tuple(client.get(at(act)).status_code for act in acts) == statuses, role
    assert {as_(outsider).get(at(act)).status_code for act in acts} == {403}
    # Of another panel: it is as if there were none, however it is asked for.
    client = as_(elsewhere)
    for query in ("", "?panel=LLR", "?panel=%00"):
        page = client.get(at("view_quarter") + query)
        assert page.status_code in (200, 404)
        assert "Prepared by" not in page.content.decode()
        assert client.post(at("close_quarter") + query, {"agreed": "on"}).status_code == 404


def test_somebody_who_left_is_sent_to_sign_in(lead, chair):
    prepare(lead)
    client = as_(chair)
    with change("leave", by=None) as written:
        chair.is_active = False
        written.save(chair)

    assert client.post(at("close_quarter"), {"agreed": "on"}).status_code == 302
    assert QuarterlyReview.objects.get().closed_at is None


def test_planted_names_are_in_no_page_and_no_paper(lead, chair, case):
    learned(1, window_day(), case=case)
    learned(2, window_day(), case=case, state="proposed", statement="Ada Example was alone")
    review = prepare(lead)
    decide(review, lead, "added", would_be_seen="Fewer")
    with pytest.raises(NotAllowed, match="Take out"):
        decide(review, lead, "added", would_be_seen="No more Ada Example")

    client = as_(chair)
    read = [
        without_token(client.get(at("view_quarter"))),
        without_token(client.get(reverse("learning:view_signals"))),
        *pdf.pages_of(client.get(at("download_quarter")).content),
        *pdf.pages_of(client.get(reverse("learning:export_signals")).content),
    ]

    for text in read:
        assert "Ada" not in text and case.reference not in text
        assert "1 Sample Street" not in text
    assert SAID in " ".join(" ".join(read).split()).replace("&#x27;", "'")


def test_the_page_and_the_preparing_ask_the_same_however_much_there_is(lead, chair):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            prepare(lead)
        client = as_(chair)
        with CaptureQueriesContext(connection) as seen:
            client.get(at("view_quarter"))
        return len(queries), len(seen)

    flag()
    learned(400, TODAY())
    make_priority(lead)
    prepare(lead)
    one = asked()
    for number, code in enumerate(("smoking", "road_safety", "suicide"), 5):
        flag(code, first=100 * number)
        learned(100 * number + 50, TODAY(), code)
        make_priority(lead, code)

    assert asked() == one


def test_the_next_quarter_begins_where_the_last_was_looked_at(lead, chair):
    before = quarter() - 1
    panel = factories.panel()
    old = quarters.prepare_quarter(panel=panel, quarter=before, by=lead)
    with change("plan", by=lead) as written:
        old.as_at = TODAY() - datetime.timedelta(days=1)
        written.save(old)
    quarters.close_quarter(review=old, by=chair, prepared=True)
    learned(1, TODAY() - datetime.timedelta(days=1), statement="It was seen last time")
    learned(2, TODAY(), statement="It is new")

    review = prepare(lead)

    assert "It is new" in texts(review, "learning")
    assert "It was seen last time" not in texts(review, "learning")
