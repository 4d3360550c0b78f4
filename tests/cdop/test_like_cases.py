"""Earlier cases like the one under review: shown with why, and only those one may open."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from casereview.models import Child
from casereview.records import change
from casereview.rules.access_table import Role
from cdop.like_cases import like_cases
from cdop.models import PanelReview
from tests import factories
from tests.cdop.reviewed import make_death
from tests.cdop.reviews import at_panel
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
DONE = datetime.date(2014, 9, 1)


@pytest.fixture
def this():
    """A cot death under review, of which a category is being considered."""
    case = make_death(event="SUDI")
    with change("plant", by=None, case=case) as written:
        written.save(PanelReview(case=case, categories_considered=["10"], considered_another="Y"))
    return case


def earlier(**facts):
    facts = {"event": "SUDI", "category": "10", "outcome": "M", **facts}
    facts.setdefault("factors", ["SMOKING"])
    return make_death(completed_on=facts.pop("completed_on", DONE), **facts)


def test_a_like_case_says_what_was_decided_and_what_both_share(this, manager):
    like = earlier(family_name="Unlikely")

    found = like_cases(manager, this)

    assert [one.reference for one in found] == [like.reference]
    assert (found[0].year, found[0].outcome) == (2014, "Modifiable factors identified")
    assert found[0].category == "10. Sudden unexpected, unexplained death"
    assert found[0].why == (
        "Same age band: 28-364 days",
        "Same kind of death: Unexpected",
        "Same event: Sudden unexpected death in infancy",
        "Same category, chosen or considered: Sudden unexpected, unexplained death",
    )


def test_a_death_unlike_it_or_not_yet_reviewed_is_not_shown(this, manager):
    earlier(event="RTC", category="3", born_on=datetime.date(2000, 1, 1))
    make_death(event="SUDI")

    assert like_cases(manager, this) == []


def test_what_is_kept_from_the_reader_is_not_hinted_at(this, manager):
    recused, sealed, elsewhere = earlier(), earlier(), earlier()
    factories.recuse(manager, recused)
    with change("plant", by=None) as written:
        sealed.sealed = True
        written.save(sealed)
        elsewhere.panel, elsewhere.reviewing_board = None, factories.board("NOTTINGHAM")
        written.save(elsewhere)
    at = at_panel(this, factories.make_user(Role.CDR_MANAGER))

    assert like_cases(manager, this) == []
    # A member is admitted to the cases of their own meetings alone.
    assert like_cases(at.member, this) == []


def test_a_merged_case_is_not_an_earlier_one(this, manager):
    with change("plant", by=None) as written:
        merged = earlier()
        merged.merged_into = earlier()
        written.save(merged)

    assert len(like_cases(manager, this)) == 1


def test_they_stand_beside_the_question_of_the_outcome_without_a_name(client, this, manager):
    like = earlier(family_name="Quillington", factors=["CONSANGUINITY"])

    page = (
        sign_in(client, manager)
        .get(reverse("cdop:record_outcome", args=[this.reference]))
        .content.decode()
    )

    assert "Earlier cases like this one" in page
    assert reverse("cdop:view_panel_review", args=[like.reference]) in page
    assert "Quillington" not in page
    assert Child.objects.get(case=like).given_names not in page.split("<main")[1]


def test_where_none_is_like_it_the_page_says_so(client, this, manager):
    url = reverse("cdop:record_outcome", args=[this.reference])

    page = sign_in(client, manager).get(url).content.decode()

    assert "None of the completed reviews that you may open is like this one." in page


def test_the_database_is_asked_as_often_however_many_there_are(this, manager):
    earlier()
    with CaptureQueriesContext(connection) as few:
        like_cases(manager, this)
    for _ in range(4):
        earlier()

    with CaptureQueriesContext(connection) as many:
        found = like_cases(manager, this)

    assert len(found) == 5
    assert len(many) == len(few)
