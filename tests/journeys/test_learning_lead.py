"""The learning lead's day: something learned is recorded with a suggestion, a theme is merged."""

import datetime

import pytest
from django.utils import timezone

from casereview.models import LearningPoint
from casereview.records import change
from casereview.rules.access_table import Role
from learning.models import Theme, ThemeChoice
from tests import factories
from tests.journeys.looking import Reader
from tests.journeys.signing_in import sit_down


@pytest.fixture
def lead(db):
    return factories.make_user(Role.LEARNING_LEAD, name="Lena Learning")


@pytest.fixture
def earlier(db):
    """What was learned before, once on a sofa and once about smoke."""
    points = []
    for number, (theme, statement) in enumerate(
        (
            ("safe_sleep", "A baby slept on the settee beside a parent after a feed."),
            ("smoking", "Nobody asked about smoke in the home."),
        ),
        1,
    ):
        point = LearningPoint(
            reference=f"LP-2001-{number:04d}",
            source=LearningPoint.Source.AUDIT,
            state=LearningPoint.State.ACCEPTED,
            learned_on=datetime.date(2020, 5, number),
            statement=statement,
            theme=theme,
            recorded_at=timezone.now(),
        )
        with change("record_learning_point", by=None) as written:
            written.save(point)
        points.append(point)
    return points


def test_the_learning_lead_records_what_was_learned_and_merges_a_theme(
    page, problems, lead, earlier
):
    reader = Reader(sit_down(page, lead))

    reader.open("/learning/", "What was learned")
    reader.press("Record something learned", "Record something learned")
    record_with_a_suggestion(reader)
    merge_a_theme(reader)

    choice = ThemeChoice.objects.get()
    assert choice.chosen == choice.suggested[0] == "safe_sleep"
    assert Theme.objects.get(code="smoking").merged_into.code == "substance_misuse"
    assert not problems


def record_with_a_suggestion(reader: Reader) -> None:
    """Type a statement, ask for themes, choose the first that is suggested, and take it in."""
    page = reader.page
    page.get_by_label("What happened, in general words").fill(
        "A baby was found on the settee beside a sleeping parent."
    )
    reader.press("Suggest themes for the text above", "Record something learned")
    suggested = page.locator("ol.govuk-list--number li").first
    assert "Unsafe sleeping arrangements" in suggested.inner_text()
    assert "“baby”" in suggested.inner_text() or "“settee”" in suggested.inner_text()
    page.get_by_text("Earlier learning like this").click()
    assert page.get_by_role("link", name="LP-2001-0001").is_visible()
    assert not ThemeChoice.objects.exists()

    page.get_by_label("Source", exact=True).select_option("audit")
    reader.fill_day("Date learned", "2020-06-03")
    page.get_by_label("Theme", exact=True).select_option("safe_sleep")
    reader.press("Take it in", "Learning LP-2020-0001")


def merge_a_theme(reader: Reader) -> None:
    """Merge a theme into another; what was coded with it counts there, under the name it had."""
    reader.open("/learning/themes/", "Themes")
    reader.follow("Smoking in pregnancy and the home", "Smoking in pregnancy and the home")
    reader.follow("Merge it into another theme", "Merge Smoking in pregnancy and the home")
    reader.page.get_by_label("Merge it into").select_option(
        label="Parental alcohol and drug misuse"
    )
    reader.page.get_by_label("Why they are merged").fill("The same services act on both")
    reader.press("Merge", "Parental alcohol and drug misuse")
    text = reader.page.locator("main").inner_text()
    assert "LP-2001-0002" in text
    assert "Merged into it" in text
