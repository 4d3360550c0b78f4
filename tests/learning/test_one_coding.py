"""One coding for panels and reviews: what is proposed, crosswalk, merging, splitting, links."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.codelists import load_named
from casereview.models import LearningPoint
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from cdop.actions.completing import said_of_factor
from cdop.models import FactorFinding
from learning import actions, signals, theme_page
from learning.models import LinkedLearning, Theme
from learning.review_themes import crosswalk, theme_for
from tests import factories
from tests.html import without_token
from tests.learning.test_learning_pages import accepted, make_point
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"learning:{name}", args=args)


def as_(user):
    return sign_in(Client(), user)


def theme(code):
    return Theme.objects.get(code=code)


@pytest.fixture
def lead(people):
    return people[Role.LEARNING_LEAD]


# What a factor proposes.


@pytest.mark.parametrize(
    ("influence", "contributed"),
    [("3", "contributed"), ("2", "may_have"), ("1", "did_not"), ("0", ""), ("", "")],
)
def test_a_modifiable_factor_says_what_was_learned_with_its_theme(influence, contributed):
    line = FactorFinding(
        factor="C01", present="Y", modifiable="Y", modifiable_factor="UNSAFE_SLEEPING",
        theme="safe_sleep", influence=influence, note="On a sofa", reason="Advice was not given",
        what_would_change="Advice at each visit",
    )  # fmt: skip

    statement, facts = said_of_factor(line)

    assert statement == "Unsafe sleeping arrangements: On a sofa"
    assert facts == {
        "theme": "safe_sleep",
        "why_it_matters": "Advice was not given\nAdvice at each visit",
        "modifiable": "yes",
        "domain": "C",
        "contributed": contributed,
    }


def test_the_theme_of_a_proposal_is_chosen_already_when_it_is_taken_in(lead):
    point = make_point(theme="smoking")

    page = as_(lead).get(at("accept_learning_point", point.pk)).content.decode()

    assert '<option value="smoking" selected>' in page


# The crosswalk.


def test_every_theme_of_reviews_has_a_theme_of_the_list():
    crossed = crosswalk()

    assert {one.code for one in crossed} == {one.code for one in load_named("scr", "themes").codes}
    assert [one.code for one in crossed if one.theme is None] == []
    assert theme_for("T06.01") == theme_for("t06.02") == "domestic_abuse"
    assert theme_for("T06.07") == theme_for("T06") == "parents_difficulties"
    assert theme_for("T99") == ""


def test_a_theme_of_reviews_stands_for_one_theme_only(lead):
    suicide = theme("suicide")
    form = {"name": suicide.name, "covers": suicide.covers, "version": suicide.version}
    client = as_(lead)

    taken = client.post(at("change_theme", suicide.pk), {**form, "review_themes": "T05 T01"})
    unknown = client.post(at("change_theme", suicide.pk), {**form, "review_themes": "T77"})
    client.post(at("change_theme", suicide.pk), {**form, "review_themes": "t05, T05.03"})

    assert "Neglect and thresholds for help stands for T01" in taken.content.decode()
    assert b"in their list" in unknown.content
    assert theme("suicide").review_themes == ["T05", "T05.03"]
    page = client.get(at("view_crosswalk")).content.decode()
    assert "T12.02 Persistence and relationship" in page


# Merging.


def merged(lead, code="smoking", into="substance_misuse"):
    return actions.merge_theme(theme=theme(code), into=theme(into), by=lead, reason="Coded alike")


def test_what_was_coded_with_a_merged_theme_counts_for_the_other_and_keeps_its_code(lead):
    day = timezone.localdate() - datetime.timedelta(days=150)
    point = accepted(1, theme="smoking", learned_on=day)
    accepted(2, theme="substance_misuse", other_themes=["smoking"], learned_on=day)

    merged(lead)

    point.refresh_from_db()
    assert point.theme == "smoking"
    assert theme_page.points_by_theme(factories.panel()) == {"substance_misuse": 2}
    compared = signals.compare(timezone.localdate()).by_code
    assert compared["substance_misuse"].window == 2
    assert "smoking" not in compared
    client = as_(lead)
    page = client.get(at("view_theme", theme("substance_misuse").pk)).content.decode()
    assert "Merged into it" in page and point.reference in page
    old = client.get(at("view_theme", theme("smoking").pk)).content.decode()
    assert "counts for" in old and "Parental alcohol" in old


def test_a_chain_of_mergers_counts_for_the_last_and_no_circle_is_made(lead):
    accepted(1, theme="smoking")
    merged(lead)
    merged(lead, "substance_misuse", "neglect_threshold")

    assert theme_page.points_by_theme(factories.panel()) == {"neglect_threshold": 1}
    with pytest.raises(NotAllowed, match="still given"):
        merged(lead, "neglect_threshold", "smoking")
    with pytest.raises(NotAllowed, match="already"):
        merged(lead, "smoking", "neglect_threshold")
    with pytest.raises(NotAllowed, match="another theme"):
        merged(lead, "neglect_threshold", "neglect_threshold")


def test_merging_takes_the_themes_of_reviews_along_and_needs_a_reason_and_the_version(lead):
    with pytest.raises(NotAllowed, match="Enter why"):
        actions.merge_theme(theme=theme("suicide"), into=theme("supervision"), by=lead, reason=" ")
    with pytest.raises(Conflict):
        actions.merge_theme(
            theme=theme("suicide"), into=theme("supervision"), by=lead, reason="x", version=9
        )

    as_(lead).post(
        at("merge_theme", theme("suicide").pk),
        {
            "into": str(theme("supervision").pk),
            "reason": "Alike",
            "version": theme("suicide").version,
        },
    )

    assert theme("supervision").review_themes == ["T05"]
    assert theme_for("T05.01") == "supervision"


def test_a_point_of_a_merged_theme_can_still_be_changed(lead):
    point = accepted(1, theme="smoking")
    merged(lead)

    page = as_(lead).get(at("accept_learning_point", point.pk)).content.decode()

    assert "Smoking in pregnancy and the home (no longer given)" in page


# Splitting.


def test_a_theme_is_split_with_the_learning_that_belongs_to_the_new_one(lead):
    whole = theme("supervision")
    first, second = accepted(1, theme="supervision"), accepted(2, theme="supervision")
    other = accepted(3, theme="smoking", other_themes=["supervision"])
    accepted(4, theme="smoking")

    response = as_(lead).post(
        at("split_theme", whole.pk),
        {
            "name": "Dogs",
            "covers": "Bites",
            "points": [str(first.pk), str(other.pk)],
            "reason": "Different people act",
            "version": whole.version,
        },
    )

    part = theme("dogs")
    for point in (first, second, other):
        point.refresh_from_db()
    assert response.url == at("view_theme", part.pk)
    assert (part.split_from, part.since) == (whole, whole.since)
    assert (first.theme, second.theme, other.other_themes) == ("dogs", "supervision", ["dogs"])
    assert [one.theme for one in first.history.order_by("history_id")] == ["supervision", "dogs"]


def test_a_split_needs_learning_of_the_theme_and_a_reason(lead):
    whole, point = theme("supervision"), accepted(1, theme="smoking")
    facts = actions.ThemeFacts("Dogs", "Bites")

    for points, reason, says in (
        ([], "Why", "Select the learning"),
        ([point], "", "Enter why"),
        ([point], "Why", "LP-2001-0001 is not"),
    ):
        with pytest.raises(NotAllowed, match=says):
            actions.split_theme(theme=whole, facts=facts, points=points, by=lead, reason=reason)
    assert not Theme.objects.filter(code="dogs").exists()


@pytest.mark.parametrize("name", ["merge_theme", "split_theme"])
def test_only_the_learning_lead_merges_and_splits(manager, outsider, name):
    for user in (manager, outsider):
        assert as_(user).get(at(name, theme("smoking").pk)).status_code == 403


# Links.


def test_a_person_links_learning_that_says_the_same_and_takes_the_link_back(lead):
    one, other = accepted(1), accepted(2, statement="The same in other words.")
    client, url = as_(lead), at("link_learning", one.pk)

    client.post(url, {"other": "lp-2001-0002", "kind": "same"})
    client.post(at("link_learning", other.pk), {"other": "LP-2001-0001", "kind": "alike"})

    assert [link.kind for link in LinkedLearning.objects.all()] == ["alike"]
    page = client.get(at("view_learning_point", other.pk)).content.decode()
    assert "LP-2001-0001" in page and "They belong together" in page
    client.post(url, {"other": "LP-2001-0002", "kind": ""})
    assert not LinkedLearning.objects.exists()


def test_what_was_only_proposed_is_not_linked(lead, case):
    one, proposed = accepted(1), make_point(2, case=case)

    page = as_(lead).post(
        at("link_learning", one.pk), {"other": proposed.reference, "kind": "same"}
    )

    assert b"Enter the reference of learning in the learning database" in page.content
    assert as_(lead).get(at("link_learning", proposed.pk)).status_code == 404
    with pytest.raises(NotAllowed):
        actions.link_learning(point=one, other=one, kind="same", by=lead)


# All that is said of a point.


def test_every_field_of_a_point_is_kept_and_shown(lead, case):
    agency = _agency()
    point = make_point(1, case=case)

    response = as_(lead).post(
        at("accept_learning_point", point.pk),
        {
            "statement": "A baby slept on a sofa.", "theme": "safe_sleep", "version": "1",
            "kind": "gap", "domain": "C", "modifiable": "yes", "contributed": "may_have",
            "evidence": "pattern", "evidence_cases": "4", "scale": "regional",
            "able_to_act": [str(agency.pk)], "openness": "anyone", "family_asked": "Y",
            "family_said": "They wished that somebody had shown them.", "family_told": "NK",
        },
    )  # fmt: skip

    assert response.status_code == 302
    point.refresh_from_db()
    died = case.died_on
    assert point.died_in.startswith(str(died.year + (died.month >= 4)))
    page = as_(lead).get(at("view_learning_point", point.pk)).content.decode()
    for said in (
        "A gap", "A pattern in several cases (4 cases)", "Regional", agency.name, point.died_in,
        "Anyone: it may be published", "somebody had shown them", "It may have contributed",
    ):  # fmt: skip
        assert said in page, said


def test_what_the_family_said_is_tested_for_names_too(lead, manager, case):
    with pytest.raises(NotAllowed, match="Take out"):
        actions.accept_learning_point(
            point=make_point(1, case=case),
            by=manager,
            told=actions.Told("Said", "safe_sleep", family_said="Ada Example was loved"),
        )


def _agency():
    from tests import factories

    return factories.make_agency(name="Children’s Hospital")


def test_planted_names_are_on_no_page_of_the_learning_database(lead, people, manager, case):
    """The child is Ada Example; a proposal names her, and everybody reads every page."""
    make_point(1, case=case, statement="Ada Example slept on a sofa", theme="safe_sleep")
    accepted(2, case=case)
    pages = [
        at("list_learning"), at("list_learning") + "?state=proposed",
        at("list_learning") + "?state=set-aside", at("list_near_misses"), at("list_themes"),
        at("view_crosswalk"), at("view_theme", theme("safe_sleep").pk),
        at("split_theme", theme("safe_sleep").pk), at("record_learning_point"),
        *(at("view_learning_point", one.pk) for one in LearningPoint.objects.all()),
    ]  # fmt: skip

    for user in (lead, people[Role.PANEL_MEMBER], people[Role.SCR_CHAIR]):
        client = as_(user)
        for page in pages:
            text = without_token(client.get(page))
            assert "Ada" not in text, page
            assert case.reference not in text, page


def test_a_finding_that_is_agreed_proposes_what_it_found(lead):
    from scr.actions.findings import _proposed_learning
    from scr.models import Finding

    with change("record_finding", by=lead) as written:
        finding = Finding(
            reference="FI-2020-0001",
            statement="History was not weighed",
            theme="practice_judgement",
            found_on=datetime.date(2020, 5, 1),
        )
        written.save(finding)

        point = _proposed_learning(finding, lead)

    assert (point.source, point.state, point.theme) == (
        "serious_case_review", "proposed", "practice_judgement",
    )  # fmt: skip
    assert point.case is None
