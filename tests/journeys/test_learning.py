"""A quarter in the browser: the learning lead prepares and decides, the panel's chair signs."""

import pytest
from django.utils import timezone

from casereview.rules.access_table import Role
from learning.models import Priority, QuarterlyReview
from learning.rules.quarters import Quarter
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down
from tests.learning.learned import flag, learned, make_priority, theme


@pytest.fixture
def quarter(people):
    """A flagged theme, one that is a priority by hand, and something learned since."""
    flag("safe_sleep")
    make_priority(people[Role.LEARNING_LEAD])
    learned(700, timezone.localdate(), statement="A lid came off a toy in a shop")
    return str(Quarter.last_closed(timezone.localdate()))


def test_a_learning_lead_prepares_a_quarter_and_the_chair_closes_it(
    page, open_page, problems, people, quarter
):
    lead = Reader(sit_down(page, people[Role.LEARNING_LEAD]))
    lead.open("/learning/", "What was learned")
    lead.follow("Signals and priorities", "Which themes are seen more often")
    lead.follow("Quarterly reviews", "Quarterly reviews")
    lead.follow(quarter, f"Quarterly review {quarter}")
    lead.press("Prepare the papers", f"Quarterly review {quarter}")
    said = page.locator("main").inner_text()
    assert "A lid came off a toy in a shop" in said
    assert "Still to decide" in said

    lead.follow(theme().name, "Decide on a priority")
    lead.press("Write it down", "Decide on a priority")
    page.get_by_label("Keep it as a priority").check()
    page.get_by_label("Why?").fill("Parents are not reached yet")
    lead.press("Write it down", f"Quarterly review {quarter}")
    lead.follow("Decide on a priority", "Decide on a priority")
    page.get_by_label("Theme").select_option("safe_sleep")
    page.get_by_label("Make it a priority").check()
    page.get_by_label("What would be seen").fill("Midwives ask where the baby sleeps")
    page.get_by_label("Why?").fill("The rule flagged it")
    lead.press("Write it down", f"Quarterly review {quarter}")

    sign_without_script(sit_down(open_page(java_script_enabled=False), people[Role.PANEL_CHAIR]))
    lead.open(f"/learning/quarters/{quarter}/", f"Quarterly review {quarter}")

    assert "Signed by" in page.locator("main").inner_text()
    assert QuarterlyReview.objects.get().closed_by == people[Role.PANEL_CHAIR]
    assert Priority.objects.get(theme=theme("safe_sleep")).raised == "flag"
    assert problems == []


def sign_without_script(page) -> None:
    """The chair reads and signs, with JavaScript off; unread papers are not signed."""
    page.goto("/learning/quarters/")
    page.locator("table").get_by_role("link").first.click()
    page.get_by_role("button", name="Close the quarter").click()
    page.get_by_role("button", name="Sign and close").click()
    assert page.get_by_text("There is a problem").is_visible()
    page.get_by_label("I have read the papers").check()
    page.get_by_role("button", name="Sign and close").click()
    assert page.get_by_text("Signed by").is_visible()
