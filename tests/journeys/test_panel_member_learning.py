"""A panel's standing item: an agency says what it learned, a member reads on to a briefing."""

import datetime

import pytest
from django.utils import timezone

from casereview import actions as kernel
from casereview.models import StandingRole
from casereview.records import change
from casereview.rules.access_table import Role
from learning.actions import briefings
from learning.agency_updates import ask_agencies
from learning.models import AgencyUpdate
from tests import factories
from tests.cdop.asked import agency_with_lead
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down
from tests.learning.learned import flag, learned, make_priority, theme
from tests.working import do_jobs

SAID = "Midwives now ask where the baby sleeps"
TODO = "Ask where the batteries are."


@pytest.fixture
def panel_ahead(people, manager):
    """A panel in eight days whose agency was asked, with a priority that has a briefing."""
    lead = people[Role.LEARNING_LEAD]
    agency = agency_with_lead(name="Example Midwifery")
    held = StandingRole.objects.get(user=agency.lead)
    with change("give_role", by=None) as written:
        held.board, held.agency = None, agency
        written.save(held)
    member = factories.make_user(Role.PANEL_MEMBER, name="Mary Member", agency=agency)
    today = timezone.localdate()
    kernel.arrange_meeting(
        panel=factories.panel(),
        held_on=today + datetime.timedelta(days=8),
        members=[member],
        by=manager,
    )
    ask_agencies(timezone.now())
    flag()
    learned(700, today, openness="anyone", statement="A lid came off a toy in a shop")
    make_priority(lead)
    briefing = briefings.begin_briefing(
        panel=factories.panel(), theme=theme(), audience="board", by=lead, on=today
    )
    do_jobs()
    briefing.refresh_from_db()
    texts = {"about": "Small round batteries.", "seen": "Loose lids.", "todo": TODO, "more": ""}
    briefings.write_briefing(briefing=briefing, texts=texts, points=briefing.points, by=lead)
    briefings.agree_briefing(briefing=briefing, by=people[Role.PANEL_CHAIR])
    briefings.give_briefing(briefing=briefing, by=lead)
    do_jobs()
    briefing.refresh_from_db()
    assert briefing.refused_because == ""
    return agency.lead, member


def test_an_agency_answers_and_a_panel_member_reads_what_was_learned(
    page, open_page, problems, panel_ahead
):
    agency_lead, member = panel_ahead

    say_what_was_learned(Reader(sit_down(open_page(), agency_lead)))
    read_what_is_new(Reader(sit_down(page, member)))

    update = AgencyUpdate.objects.get()
    assert (update.answer, update.text) == ("something", SAID)
    assert update.answered_by == agency_lead
    assert problems == []


def say_what_was_learned(reader: Reader) -> None:
    """The question is on the work list of the agency's lead; a half answer is refused."""
    page = reader.page
    reader.open("/", "Your work")
    reader.follow(
        "Say what your agency has learned or done since the last panel",
        "What Example Midwifery has learned",
    )
    page.get_by_label("Yes", exact=True).check()
    reader.press("Record the answer", "What Example Midwifery has learned")
    assert "Enter what was learned or done" in page.locator(".govuk-error-summary").inner_text()
    page.get_by_label("What was learned or done?").fill(SAID)
    reader.press("Record the answer", "What your agency has learned")
    assert page.get_by_text("Your agency’s answer is recorded").is_visible()


def read_what_is_new(reader: Reader) -> None:
    """From the meeting to its standing item, on to the theme, and to the briefing on it."""
    page = reader.page
    reader.open("/meetings/", "Panel meetings")
    page.locator("table").get_by_role("link").first.click()
    reader.look("Panel meeting of")
    reader.follow("Learning since the last meeting", "Learning since the last meeting")
    said = page.locator("main").inner_text()
    assert SAID in said and "A lid came off a toy in a shop" in said
    assert "No answer yet" not in said
    reader.follow(theme().name, theme().name)
    page.get_by_role("link", name="Briefing given out on").click()
    reader.look(theme().name)
    assert TODO in page.locator("main").inner_text()
