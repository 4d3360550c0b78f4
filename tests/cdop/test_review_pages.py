"""The pages of a panel review: who may, what is shown, and that no name is on any of them."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casereview import actions as kernel
from casereview import registries
from casereview.models import Child, Interest
from casereview.records import change
from cdop import actions, review_work
from cdop.actions.reviewing import GridLine
from cdop.actions.standing_review import lines_of, review_of
from cdop.models import FactorFinding, PanelReview
from tests import factories
from tests.cdop.reviews import HELD, at_panel, modifiable, record_all
from tests.html import Page
from tests.opened import open_part
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db

RECORDING = (
    "record_panel_review",
    "record_outcome",
    "record_category",
    "record_learning",
    "decide_actions",
    "record_follow_up",
    "name_modifiable_factors",
)
PLANTED = ("Qxfamily", "Qxgiven", "Qxstreet", "LE9 9QX", "9990000018", "12 May 2014", "1 July 2013")


def url_of(name, case, *more):
    return reverse(f"cdop:{name}", args=[case.reference, *more])


@pytest.fixture
def at(case, manager):
    return at_panel(case, manager)


@pytest.fixture
def planted(at):
    child = Child.objects.get(case=at.case)
    with change("plant", by=at.manager, case=at.case) as written:
        child.family_name, child.given_names = "Qxfamily", "Qxgiven"
        child.address, child.postcode = "1 Qxstreet", "LE9 9QX"
        child.nhs_number = "9990000018"
        written.save(child)
    record_all(at)
    return at


def seen_on(response):
    return Page(response.content.decode()).all("input", name="seen")[0]["value"]


def post(client, url, **answers):
    """Save a page as it was just read."""
    response = client.get(url)
    return client.post(url, {"seen": seen_on(response), **answers})


@pytest.mark.parametrize("who", ["member", "chair", "manager"])
def test_the_panel_reads_a_review_without_the_child(client, planted, who):
    url = url_of("view_panel_review", planted.case)
    response = open_part(sign_in(client, getattr(planted, who)), url, "panel_review")

    body = response.content.decode()
    assert response.status_code == 200
    assert "10 months" in body and "Co-sleeping" in body
    assert [word for word in PLANTED if word in body] == []


def test_no_page_of_a_review_names_the_child(client, planted):
    sign_in(client, planted.manager)
    pages = [url_of(name, planted.case) for name in RECORDING]
    pages += [url_of("record_factors", planted.case, domain) for domain in "ABCD"]
    for url in pages:
        body = client.get(url).content.decode()
        assert [word for word in PLANTED if word in body] == [], url
    sign_in(client, planted.chair)
    body = client.get(url_of("complete_panel_review", planted.case)).content.decode()
    assert [word for word in PLANTED if word in body] == []


@pytest.mark.parametrize("name", RECORDING)
def test_the_panel_reads_and_does_not_record(client, at, name):
    for person in (at.member, at.chair):
        assert sign_in(client, person).get(url_of(name, at.case)).status_code == 403


def test_a_member_neither_completes_nor_reopens(client, at):
    sign_in(client, at.member)

    for name in ("complete_panel_review", "reopen_panel_review"):
        assert client.post(url_of(name, at.case)).status_code == 403


def test_the_manager_does_not_complete_for_the_chair(client, at):
    assert (
        sign_in(client, at.manager).post(url_of("complete_panel_review", at.case)).status_code
        == 403
    )


@pytest.mark.parametrize("name", ["view_panel_review", "complete_panel_review", *RECORDING])
def test_outsiders_and_the_recused_find_nothing(client, at, outsider, name):
    factories.recuse(at.member, at.case)
    absent = reverse(f"cdop:{name}", args=["CD-1999-0999"])

    for person in (outsider, at.member):
        sign_in(client, person)
        response = client.get(url_of(name, at.case))
        assert response.status_code == 404
        assert response.content == client.get(absent).content


def test_who_has_left_is_sent_to_sign_in(client, at):
    sign_in(client, at.member)
    with change("leave", by=None) as written:
        at.member.is_active = False
        written.save(at.member)

    assert client.get(url_of("view_panel_review", at.case)).status_code == 302


def test_a_review_is_recorded_page_by_page_and_completed(client, at):
    case = at.case
    sign_in(client, at.manager)
    first = post(
        client,
        url_of("record_panel_review", case),
        agencies_represented=["POLICE"],
        cause_of_death="Unascertained",
        summary="Found in bed.",
    )
    assert first.headers["Location"] == url_of("record_factors", case, "A")
    post(
        client,
        url_of("record_factors", case, "B"),
        **{
            "new-B07-present": "Y",
            "new-B07-in_whom": "mother",
            "new-B07-influence": "2",
            "new-B07-modifiable": "Y",
            "new-B07-reason": "No advice was given",
            "spare-0-factor": "B07",
            "spare-0-present": "NK",
            "spare-0-in_whom": "father",
        },
    )
    assert (
        "Modifiable factors identified"
        in client.get(url_of("record_outcome", case)).content.decode()
    )
    post(client, url_of("record_outcome", case), modifiable_outcome="M")
    post(
        client,
        url_of("record_category", case),
        category_of_death="10",
        considered_another="Y",
        categories_considered=["3"],
        category_reason="No sign of suffocation",
    )
    post(client, url_of("record_learning", case), learning="Give advice")
    doer = f"person:{at.manager.pk}"
    post(
        client,
        url_of("decide_actions", case),
        action_decision="actions",
        **{
            "new-0-text": "Write to maternity services",
            "new-0-who": doer,
            "new-0-due_on_day": "1",
            "new-0-due_on_month": "2",
            "new-0-due_on_year": "2030",
        },
    )
    post(client, url_of("record_follow_up", case), refer_coroner="DONE")

    sign_in(client, at.chair)
    response = client.post(
        url_of("complete_panel_review", case),
        {"meeting": str(at.meeting.pk), "how": "agreed", "reason": "By letter"},
    )

    review = PanelReview.objects.get(case=case)
    assert response.status_code == 302
    assert (review.state, review.first_completed_on) == ("completed", HELD)
    assert len(lines_of(review)) == 2
    assert review.referrals == {"CORONER": "DONE"}


def test_what_is_missing_is_said_in_words_with_links(client, at):
    actions.record_panel_review(case=at.case, by=at.manager, seen=None, learning="A lesson")

    body = sign_in(client, at.manager).get(url_of("view_panel_review", at.case)).content.decode()
    assert "Still needed before it can be completed" in body
    assert f'href="{url_of("record_category", at.case)}"' in body

    chair = sign_in(client, at.chair)
    response = chair.post(
        url_of("complete_panel_review", at.case),
        {"meeting": str(at.meeting.pk), "how": "agreed", "reason": "By letter"},
    )
    assert response.status_code == 200
    assert "Enter the cause of death as presently understood" in response.content.decode()


def test_a_conflict_keeps_what_was_typed_and_shows_what_was_saved(client, at):
    url = url_of("record_learning", at.case)
    sign_in(client, at.manager)
    mark = seen_on(client.get(url))
    actions.record_panel_review(
        case=at.case, by=at.manager, seen=None, issues=None, learning="What they saved"
    )

    response = client.post(url, {"seen": mark, "learning": "What I typed"})

    body = response.content.decode()
    assert "What I typed" in body and "What they saved" in body
    assert "Somebody else saved this page" in body
    assert review_of(at.case).learning == "What they saved"
    client.post(url, {"seen": seen_on(response), "learning": "What I typed"})
    assert review_of(at.case).learning == "What I typed"


def test_a_conflict_on_the_grid_keeps_what_was_typed(client, at):
    url = url_of("record_factors", at.case, "B")
    sign_in(client, at.manager)
    mark = seen_on(client.get(url))
    actions.record_factors(case=at.case, by=at.manager, domain="B", seen=None, lines=[modifiable()])

    response = client.post(
        url, {"seen": mark, "new-B05-present": "NK", "new-B05-note": "Damp was reported"}
    )

    body = response.content.decode()
    assert "Damp was reported" in body and "Advice was not given" in body
    assert FactorFinding.objects.count() == 1
    assert (
        client.post(
            url,
            {
                "seen": seen_on(response),
                "new-B05-present": "NK",
                "new-B05-note": "Damp was reported",
            },
        ).status_code
        == 302
    )
    assert FactorFinding.objects.count() == 2


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"new-B05-influence": "2"}, "Select whether this was present: Housing"),
        ({"new-B05-present": "Y"}, "Select whether this could be modified: Housing"),
        (
            {"new-B05-present": "Y", "new-B05-modifiable": "Y"},
            "Enter the reason for the answer on modifiable: Housing",
        ),
        (
            {"new-B05-present": "N", "new-B05-modifiable": "Y"},
            "Select yes for present before yes for modifiable: Housing",
        ),
        ({"new-B99-present": "Y", "new-B99-modifiable": "N"}, "Enter what it is: Other (specify)"),
        ({"spare-0-present": "N"}, "Select the factor of the further row"),
        (
            {"new-B05-present": "N", "spare-0-factor": "B05", "spare-0-present": "N"},
            "Select another person: this factor is there twice for this one",
        ),
    ],
)
def test_the_grid_says_what_to_do(client, at, answers, message):
    url = url_of("record_factors", at.case, "B")
    sign_in(client, at.manager)

    response = post(client, url, **answers)

    body = response.content.decode()
    assert response.status_code == 200
    assert message in body
    page = Page(body)
    targets = [link["href"][1:] for link in page.all("a") if link.get("href", "").startswith("#")]
    assert set(targets) <= set(page.ids())
    assert FactorFinding.objects.count() == 0


def test_no_page_of_the_grid_asks_for_more_than_150_answers(client, at):
    sign_in(client, at.manager)

    for domain in "ABCD":
        page = Page(client.get(url_of("record_factors", at.case, domain)).content.decode())
        assert len(page.all("select") + page.all("textarea")) <= 150


def test_a_name_in_the_summary_is_refused_until_somebody_has_checked(client, at, monkeypatch):
    monkeypatch.setattr(registries, "identifiers", [lambda case: ["Ada Example", "Rose"]])
    url = url_of("record_panel_review", at.case)
    sign_in(client, at.manager)

    refused = post(client, url, summary="Ada  example was found in bed")
    assert "Take out what tells who the child is" in refused.content.decode()
    assert review_of(at.case).summary is None

    kept = post(client, url, summary="Her temperature rose", names_nobody="on")
    assert kept.status_code == 302
    assert review_of(at.case).summary == "Her temperature rose"


def test_an_insufficient_answer_needs_its_reason_on_its_page(client, at):
    sign_in(client, at.manager)

    response = post(client, url_of("record_outcome", at.case), modifiable_outcome="I")

    assert "Enter why the information was not sufficient" in response.content.decode()
    assert review_of(at.case).modifiable_outcome == ""


def test_who_only_informs_is_told_so_and_offered_nothing(client, planted):
    kernel.declare_interest(
        case=planted.case,
        user=planted.chair,
        level=Interest.Level.INFORMS_ONLY,
        grounds="Treated the child",
        by=planted.chair,
    )
    sign_in(client, planted.chair)

    body = client.get(url_of("view_panel_review", planted.case)).content.decode()
    assert "You inform the panel on this case" in body
    assert "Complete the review" not in body
    response = client.post(
        url_of("complete_panel_review", planted.case),
        {"meeting": str(planted.meeting.pk), "how": "agreed", "reason": "By letter"},
    )
    assert "Ask a colleague" in response.content.decode()


def test_a_completed_review_is_reopened_with_a_reason(client, planted):
    actions.complete_panel_review(
        case=planted.case, by=planted.chair, reason="Agreed by letter", meeting=planted.meeting
    )
    sign_in(client, planted.manager)
    url = url_of("reopen_panel_review", planted.case)

    assert "Enter the reason" in client.post(url, {"reason": ""}).content.decode()
    assert client.get(url_of("record_learning", planted.case)).status_code == 302
    client.post(url, {"reason": "New evidence"})

    assert review_of(planted.case).state == PanelReview.State.REOPENED


def test_the_work_of_each_person_follows_the_review(planted):
    today = datetime.date(2014, 12, 1)

    def tasks(user):
        return {
            (item.task, bool(item.waiting_for)) for item in review_work.review_work(user, today)
        }

    assert tasks(planted.chair) == {("Complete the panel review", False)}
    assert tasks(planted.manager) == {("Panel review recorded", True)}
    assert tasks(planted.member) == set()
    before = review_work.review_work(planted.member, HELD - datetime.timedelta(days=3))
    assert [item.reference for item in before] == [planted.case.reference]

    actions.complete_panel_review(
        case=planted.case, by=planted.chair, reason="Agreed by letter", meeting=planted.meeting
    )
    assert tasks(planted.chair) == tasks(planted.manager) == set()


def test_the_work_of_a_withdrawn_chair_is_gone(planted):
    factories.recuse(planted.chair, planted.case)

    assert review_work.review_work(planted.chair, datetime.date(2014, 12, 1)) == []


def test_the_next_step_is_the_chairs_when_the_judgement_is_recorded(planted):
    titles = {
        who: [
            step.title for step in review_work.next_review_step(getattr(planted, who), planted.case)
        ]
        for who in ("chair", "manager", "member")
    }

    assert titles == {"chair": ["complete the panel review"], "manager": [], "member": []}
    days = [entry.on for entry in review_work.review_timeline(planted.member, planted.case)]
    assert days == [HELD]


def queries(client, url):
    with CaptureQueriesContext(connection) as context:
        assert client.get(url).status_code == 200
    return len(context)


def test_a_deferred_case_is_not_overdue_since_the_meeting_that_deferred_it(at):
    item = at.case.agenda_items.get()
    with change("defer", by=at.manager, case=at.case) as written:
        item.outcome = item.Outcome.DEFERRED
        written.save(item)
    actions.record_factors(case=at.case, by=at.manager, domain="B", seen=None, lines=[modifiable()])

    (step,) = review_work.next_review_step(at.manager, at.case)

    assert (step.title, step.button, step.due_on) == (
        "record the panel review",
        "Go on recording",
        None,
    )


def test_the_step_of_the_panel_review_is_under_way_once_anything_is_recorded(client, at):
    sign_in(client, at.manager)
    before = Page(client.get(reverse("view_case", args=[at.case.reference])).content.decode())
    actions.record_factors(case=at.case, by=at.manager, domain="B", seen=None, lines=[modifiable()])

    after = Page(client.get(reverse("view_case", args=[at.case.reference])).content.decode())

    assert "Under way" not in before.words
    assert "Under way" in after.words


def test_the_number_of_queries_does_not_grow_with_the_grid(client, planted):
    sign_in(client, planted.manager)
    urls = [
        url_of("view_panel_review", planted.case),
        url_of("record_factors", planted.case, "A"),
        url_of("name_modifiable_factors", planted.case),
    ]
    for url in urls:
        client.get(url)
    before = [queries(client, url) for url in urls]
    actions.record_factors(
        case=planted.case,
        by=planted.manager,
        domain="A",
        seen=None,
        lines=[
            modifiable(factor=f"A{number:02}", in_whom=who)
            for number in range(1, 13)
            for who in ("child", "mother")
        ],
    )

    assert [queries(client, url) for url in urls] == before


def test_the_number_of_queries_for_work_does_not_grow_with_the_agenda(planted):
    def asked():
        with CaptureQueriesContext(connection) as context:
            found = review_work.review_work(planted.chair, datetime.date(2014, 12, 1))
        return len(found), len(context)

    _, before = asked()
    for _ in range(4):
        other = factories.make_case(by=planted.manager)
        kernel.put_on_agenda(meeting=planted.meeting, case=other, by=planted.manager)

    found, after = asked()
    assert (found, after) == (5, before)


ODD = st.text(
    alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "Cc", "Zs", "So"]), max_size=30
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=st.lists(ODD, min_size=8, max_size=8), picked=st.integers(0, 7))
def test_whatever_is_typed_no_page_falls_over(client, at, typed, picked):
    sign_in(client, at.manager)
    urls = [url_of(name, at.case) for name in RECORDING]
    urls.append(url_of("record_factors", at.case, "C"))
    url = urls[picked]
    names = [
        element["name"]
        for kind in ("input", "select", "textarea")
        for element in Page(client.get(url).content.decode()).all(kind)
        if element.get("name") and element["name"] != "csrfmiddlewaretoken"
    ]
    answers = {name: typed[number % 8] for number, name in enumerate(names)}

    assert client.post(url, answers).status_code in (200, 302)


def test_titles_carry_the_reference_and_never_a_name(client, planted):
    sign_in(client, planted.member)

    body = client.get(url_of("view_panel_review", planted.case)).content.decode()

    title = re.search(r"<title>(.*?)</title>", body, re.S)[1]
    assert planted.case.reference in title


@pytest.mark.parametrize("text", ["Qxgiven was put to bed", "At 1 qxstreet", "NHS 9990000018"])
def test_what_names_the_child_does_not_get_into_the_papers(client, planted, text):
    sign_in(client, planted.manager)

    response = post(client, url_of("record_learning", planted.case), learning=text)

    assert "Take out what tells who the child is" in response.content.decode()
    assert text not in (review_of(planted.case).learning or "")


def test_what_was_typed_in_a_row_that_another_took_out_is_shown(client, at):
    actions.record_factors(case=at.case, by=at.manager, domain="B", seen=None, lines=[modifiable()])
    line = FactorFinding.objects.get()
    url = url_of("record_factors", at.case, "B")
    sign_in(client, at.manager)
    mark = seen_on(client.get(url))
    actions.record_factors(
        case=at.case, by=at.manager, domain="B", seen=None, lines=[GridLine(line.pk, "B07")]
    )

    response = client.post(
        url,
        {
            "seen": mark,
            f"line-{line.pk}-present": "N",
            f"line-{line.pk}-note": "Slept in a cot of her own",
        },
    )

    body = response.content.decode()
    assert "Slept in a cot of her own" in body
    assert "What you typed in a row that they took out" in body


def test_two_decisions_on_action_do_not_overwrite_each_other(client, at):
    url = url_of("decide_actions", at.case)
    sign_in(client, at.manager)
    mark = seen_on(client.get(url))
    actions.decide_actions(
        case=at.case, by=at.manager, seen=None, decision="none", reason="Done already", rows=[]
    )

    response = client.post(
        url,
        {"seen": mark, "action_decision": "actions", "new-0-text": "Write to maternity services"},
    )
    assert "Select who will do it" in response.content.decode()
    response = client.post(
        url,
        {
            "seen": mark,
            "action_decision": "actions",
            "new-0-text": "Write to maternity services",
            "new-0-who": f"person:{at.chair.pk}",
            "new-0-due_on_day": "1",
            "new-0-due_on_month": "2",
            "new-0-due_on_year": "2030",
        },
    )

    body = response.content.decode()
    assert "Somebody else saved this page" in body and "Write to maternity services" in body
    assert review_of(at.case).action_decision == "none"


def test_each_box_of_the_grid_is_named_with_its_factor(client, at):
    sign_in(client, at.manager)

    body = client.get(url_of("record_factors", at.case, "B")).content.decode()

    labels = re.findall(r"<label[^>]*>(.*?)</label>", body, re.DOTALL)
    named = [" ".join(re.sub(r"<[^>]+>", "", label).split()) for label in labels]
    assert "What would change it: Housing" in named
    assert len(named) == len(set(named))


def test_only_a_row_in_which_nothing_stands_is_folded(client, at):
    url = url_of("record_factors", at.case, "B")
    actions.record_factors(case=at.case, by=at.manager, domain="B", seen=None, lines=[modifiable()])
    sign_in(client, at.manager)

    read = Page(client.get(url).content.decode())
    refused = Page(post(client, url, **{"new-B05-note": "Damp was reported"}).content.decode())

    rows, folded = len(read.all("tbody")), len(read.all("tbody", **{"class": "app-grid__fold"}))
    assert rows - folded == 1
    assert len(refused.all("tbody", **{"class": "app-grid__fold"})) == folded - 1
    assert "Damp was reported" in refused.words
