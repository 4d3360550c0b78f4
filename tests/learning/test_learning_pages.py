"""The learning database on the page: who reads what, taking in, recording, themes."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview.actions import NotAllowed
from casereview.models import AuditEntry, LearningPoint
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from learning import actions
from learning.models import ReferencePeriod, Theme, ThemeChoice
from tests import factories
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

State = LearningPoint.State
DAY = datetime.date(2020, 5, 12)
SAFE = "A baby slept on a sofa with a parent after a late feed."


def make_point(number=1, *, case=None, statement=SAFE, **facts):
    point = LearningPoint(
        reference=f"LP-2001-{number:04d}",
        case=case,
        statement=statement,
        recorded_at=timezone.now(),
        **{"source": "panel_review", "state": State.PROPOSED, "learned_on": DAY, **facts},
    )
    with change("record_learning_point", by=None) as written:
        written.save(point)
    return point


def accepted(number=1, **facts):
    return make_point(number, **{"state": State.ACCEPTED, "theme": "safe_sleep", **facts})


def as_(user):
    return sign_in(Client(), user)


def at(name, *args):
    return reverse(f"learning:{name}", args=args)


@pytest.fixture
def lead(people):
    return people[Role.LEARNING_LEAD]


def told(**facts):
    return {
        "statement": SAFE,
        "theme": "safe_sleep",
        "openness": "agencies",
        "version": "1",
        **facts,
    }


# Who may.


@pytest.mark.parametrize("name", ["list_learning", "list_themes"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.LEARNING_LEAD, 200),
        (Role.CDR_MANAGER, 200),
        (Role.PANEL_MEMBER, 200),
        (Role.CONTRIBUTOR, 403),
        (Role.AUDITOR, 403),
    ],
)
def test_the_learning_database_is_read_by_those_who_learn(people, name, role, status):
    assert as_(people[role]).get(at(name)).status_code == status


@pytest.mark.parametrize(
    "name", ["list_learning", "record_learning_point", "list_themes", "add_theme"]
)
def test_the_outsider_reads_none_of_it(outsider, name):
    assert as_(outsider).get(at(name)).status_code == 403


@pytest.mark.parametrize("name", ["add_theme", "decide_reference_period"])
def test_only_the_learning_lead_keeps_the_themes(manager, name):
    assert as_(manager).get(at(name)).status_code == 403


def test_a_proposal_is_not_there_for_a_panel_member_and_outsiders(people, outsider, case):
    point = make_point(case=case, statement="Zebra stripes were learned")

    for user in (people[Role.PANEL_MEMBER], outsider):
        for name in ("view_learning_point", "accept_learning_point", "set_aside_learning_point"):
            response = as_(user).get(at(name, point.pk))

            assert response.status_code == 404
            assert b"Zebra" not in response.content


def test_a_manager_who_withdrew_from_the_case_finds_no_proposal_of_it(case, manager):
    point = make_point(case=case)
    factories.recuse(manager, case)

    assert as_(manager).get(at("view_learning_point", point.pk)).status_code == 404
    assert b"LP-2001" not in as_(manager).get(at("list_learning") + "?state=proposed").content


def test_somebody_who_left_is_sent_to_sign_in(lead):
    client = as_(lead)
    with change("leave", by=None) as written:
        lead.is_active = False
        written.save(lead)

    assert client.get(at("list_learning")).status_code == 302


def test_the_way_back_to_the_case_is_for_those_who_may_see_it(case, manager, lead):
    point = accepted(case=case)

    assert case.reference.encode() in as_(manager).get(at("view_learning_point", point.pk)).content
    assert case.reference.encode() not in as_(lead).get(at("view_learning_point", point.pk)).content


def test_what_may_tell_who_somebody_is_waits_for_those_who_read_the_papers(case, manager, lead):
    point = make_point(case=case, statement="Ada Example was left alone")

    shown = as_(lead).get(at("view_learning_point", point.pk))

    assert b"Ada" not in shown.content
    assert b"reword this first" in shown.content
    assert b"Ada Example" in as_(manager).get(at("view_learning_point", point.pk)).content
    assert as_(lead).get(at("accept_learning_point", point.pk)).status_code == 302


def test_a_proposal_that_names_nobody_is_read_by_the_learning_lead(case, lead):
    point = make_point(case=case)

    assert SAFE.encode() in as_(lead).get(at("view_learning_point", point.pk)).content


def test_looking_at_a_proposal_is_on_record_of_its_case(case, lead):
    point = make_point(case=case)

    as_(lead).get(at("view_learning_point", point.pk))

    assert AuditEntry.objects.filter(case=case.pk, action="view_learning_point").count() == 1


# Taking in.


def test_the_page_suggests_a_theme_with_the_words_that_decided_and_what_is_like_it(lead):
    earlier = accepted(1, statement="An infant slept on a sofa with his father.")
    point = make_point(2)

    page = as_(lead).get(at("accept_learning_point", point.pk)).content.decode()

    assert "Unsafe sleeping arrangements (" in page
    assert "“sofa”" in page
    assert earlier.reference in page
    assert ThemeChoice.objects.count() == 0


def test_a_point_is_taken_in_with_what_had_been_suggested(lead):
    point = make_point()

    response = as_(lead).post(
        at("accept_learning_point", point.pk),
        told(suggested="supervision,safe_sleep,made_up", theme="safe_sleep", scale="local"),
    )

    point.refresh_from_db()
    choice = ThemeChoice.objects.get()
    assert response.status_code == 302
    assert (point.state, point.theme, point.scale) == (State.ACCEPTED, "safe_sleep", "local")
    assert (choice.suggested, choice.chosen) == (["supervision", "safe_sleep"], "safe_sleep")
    assert choice.chosen_by == lead


def test_a_text_that_names_somebody_is_not_taken_in(case, manager):
    point = make_point(case=case)

    response = as_(manager).post(
        at("accept_learning_point", point.pk), told(statement="Ada Example slept on a sofa")
    )

    point.refresh_from_db()
    assert response.status_code == 200
    assert b"Take out of the text what tells who" in response.content
    assert b"<strong>Ada Example</strong>" in response.content
    assert point.state == State.PROPOSED


def test_why_it_matters_is_tested_too(case, manager):
    point = make_point(case=case)

    with pytest.raises(NotAllowed, match="Take out"):
        actions.accept_learning_point(
            point=point,
            by=manager,
            told=actions.Told(SAFE, "safe_sleep", why_it_matters="As Ada Example showed"),
        )


def test_asking_for_suggestions_saves_nothing_and_keeps_what_was_typed(lead):
    point = make_point()

    response = as_(lead).post(
        at("accept_learning_point", point.pk),
        told(statement="A coin battery was swallowed", theme="", suggest="yes"),
    )

    point.refresh_from_db()
    page = response.content.decode()
    assert "A coin battery was swallowed" in page
    assert "Button battery and magnet ingestion (" in page
    assert "There is a problem" not in page
    assert (point.state, point.statement) == (State.PROPOSED, SAFE)


def test_an_older_page_does_not_overwrite_what_somebody_else_saved(lead):
    point = make_point()
    actions.accept_learning_point(
        point=point, by=lead, told=actions.Told("Somebody else's words", "smoking")
    )

    response = as_(lead).post(at("accept_learning_point", point.pk), told())

    point.refresh_from_db()
    assert b"Somebody else changed this" in response.content
    assert SAFE.encode() in response.content
    assert b"What is saved now" in response.content
    assert "Somebody else&#x27;s words" in response.content.decode()
    assert point.theme == "smoking"


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"statement": ""}, "Enter what was learned"),
        ({"theme": ""}, "Select the theme"),
        ({"theme": "no_such_theme"}, "Select the theme in the list"),
        ({"statement": "x" * 4_001}, "Shorten"),
    ],
)
def test_what_is_missing_is_said(lead, facts, says):
    response = as_(lead).post(at("accept_learning_point", make_point().pk), told(**facts))

    assert response.status_code == 200
    assert says in response.content.decode()


def test_a_point_is_set_aside_with_a_reason_and_counts_nowhere(lead):
    point = accepted()

    as_(lead).post(
        at("set_aside_learning_point", point.pk), {"reason": "Said twice", "version": "1"}
    )

    point.refresh_from_db()
    assert point.state == State.SET_ASIDE
    with pytest.raises(NotAllowed, match="already"):
        actions.set_aside_learning_point(point=point, by=lead, reason="Again")


def test_setting_aside_needs_a_reason_and_the_version_that_was_seen(lead):
    point = accepted()

    with pytest.raises(NotAllowed, match="Enter why"):
        actions.set_aside_learning_point(point=point, by=lead, reason=" ")
    with pytest.raises(Conflict):
        actions.set_aside_learning_point(point=point, by=lead, reason="Twice", version=9)


# Recording without a case.


def recorded(**facts):
    return {
        **told(),
        "source": "audit",
        "learned_on_day": "12",
        "learned_on_month": "5",
        "learned_on_year": "2020",
        **facts,
    }


def test_something_is_recorded_without_a_case(lead):
    response = as_(lead).post(
        at("record_learning_point"), recorded(other_themes=["supervision", "safe_sleep"])
    )

    point = LearningPoint.objects.get()
    assert response.status_code == 302
    assert (point.source, point.state, point.learned_on) == ("audit", State.ACCEPTED, DAY)
    assert point.other_themes == ["supervision"]
    assert ThemeChoice.objects.count() == 0


def test_a_day_after_today_is_refused(lead):
    later = timezone.localdate() + datetime.timedelta(days=1)

    with pytest.raises(NotAllowed, match="not after today"):
        actions.record_learning_point(
            by=lead, source="audit", learned_on=later, told=actions.Told(SAFE, "safe_sleep")
        )


# Lists.


def test_the_lists_are_by_state_and_a_proposal_shows_no_text(lead, case):
    accepted(1)
    make_point(2, case=case, statement="Zebra stripes were learned")
    client = as_(lead)

    page, waiting = (
        client.get(at("list_learning")),
        client.get(at("list_learning") + "?state=proposed"),
    )

    assert SAFE.encode() in page.content
    assert b"LP-2001-0002" not in page.content
    assert b"LP-2001-0002" in waiting.content
    assert b"Zebra" not in waiting.content


def test_the_list_is_narrowed_by_theme(lead):
    accepted(1)
    accepted(2, theme="smoking")

    page = as_(lead).get(at("list_learning") + "?theme=smoking").content

    assert b"LP-2001-0002" in page
    assert b"LP-2001-0001" not in page


@pytest.mark.parametrize("name", ["list_learning", "list_themes"])
def test_a_list_asks_as_often_for_ten_points_as_for_one(lead, name):
    accepted(1)
    client = as_(lead)
    client.get(at(name))
    with CaptureQueriesContext(connection) as few:
        client.get(at(name))

    for number in range(2, 12):
        accepted(number)
    with CaptureQueriesContext(connection) as many:
        client.get(at(name))

    assert len(many) == len(few)


def test_waiting_proposals_are_on_the_learning_leads_work_list(lead, case):
    make_point(case=case)

    page = as_(lead).get(reverse("your_work")).content.decode()

    assert "Take in or set aside 1 proposed learning point" in page


# Themes.


def test_a_theme_says_its_signal_its_counts_and_its_quarters(lead):
    theme = Theme.objects.get(code="safe_sleep")
    accepted(1, learned_on=timezone.localdate() - datetime.timedelta(days=7 * 365))
    for number in range(2, 6):
        accepted(number, learned_on=timezone.localdate() - datetime.timedelta(days=150))

    page = as_(lead).get(at("view_theme", theme.pk)).content.decode()

    assert "4 cases in the last 12 months, 1 in the five reference years" in page
    assert "Red: look at this now" in page
    assert "false amber" in page
    assert "Counted separately and never added" in page
    assert "<polyline" in page
    assert "Moses basket" in page


def test_a_theme_that_is_not_there_is_not_found(lead):
    assert as_(lead).get(at("view_theme", accepted().pk)).status_code == 404


def test_a_theme_is_added_with_a_code_of_its_name(lead):
    as_(lead).post(
        at("add_theme"),
        {
            "name": "Nitrous oxide",
            "covers": "Balloons, canisters",
            "cue_words": "balloon, canister",
        },
    )

    theme = Theme.objects.get(code="nitrous_oxide")
    assert theme.cue_words == ["balloon", "canister"]


def facts(**given):
    return actions.ThemeFacts(**{"name": "Nitrous oxide", "covers": "Balloons", **given})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"name": "SMOKING in pregnancy and the home"}, "another name"),
        ({"covers": " "}, "what the theme covers"),
        ({"since": DAY, "until": DAY}, "last day after the first"),
    ],
)
def test_a_muddled_theme_is_refused(lead, given, says):
    with pytest.raises(NotAllowed, match=says):
        actions.add_theme(by=lead, facts=facts(**given))


def test_a_theme_never_belongs_to_itself(lead):
    above = actions.add_theme(by=lead, facts=facts())
    below = actions.add_theme(by=lead, facts=facts(name="Canisters", parent=above))

    with pytest.raises(NotAllowed, match="does not belong to itself"):
        actions.change_theme(theme=above, by=lead, facts=facts(parent=below))


def test_a_theme_is_changed_and_keeps_its_code(lead):
    theme = Theme.objects.get(code="smoking")

    as_(lead).post(
        at("change_theme", theme.pk),
        {"name": "Tobacco", "covers": "Smoke", "cue_words": "pipe", "version": theme.version},
    )

    theme.refresh_from_db()
    assert (theme.code, theme.name, theme.cue_words) == ("smoking", "Tobacco", ["pipe"])


def test_what_themes_are_compared_with_is_decided_and_shown(lead):
    client = as_(lead)
    page = client.get(at("decide_reference_period"))
    first = page.context["form"].initial["first"]

    client.post(
        at("decide_reference_period"),
        {"first": first, "quarters": "20", "exposure": "quarters", "reason": "Coded alike"},
    )

    decided = ReferencePeriod.objects.get()
    assert (decided.first_quarter, decided.decided_by) == (first, lead)
    assert lead.name.encode() in client.get(at("list_themes")).content


def test_how_often_suggestions_were_followed_is_shown(lead):
    for number, suggested in enumerate((["safe_sleep"], ["smoking", "safe_sleep"], ["smoking"]), 1):
        actions.accept_learning_point(
            point=make_point(number),
            by=lead,
            told=actions.Told(SAFE, "safe_sleep"),
            suggested=suggested,
        )

    page = as_(lead).get(at("list_themes")).content.decode()

    assert "Of 3 themes chosen after a suggestion, 1 had been suggested first and 2 among" in page
