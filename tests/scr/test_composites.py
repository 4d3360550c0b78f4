"""Composite reviews: proposed from what is alike, agreed before they open, each case its own."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from casereview import access, crypto, keys
from casereview.actions import NotAllowed
from casereview.actions.retention import settle_retention
from casereview.actions.second_person import agree_to_proposal
from casereview.joint_papers_work import work
from casereview.models import Agreement, AuditEntry, Board, LeakHit, StandingRole
from casereview.pdf import pages_of
from casereview.records import change
from casereview.rules.access_table import Role
from casereview.rules.retention import Event, Kind
from scr.actions import compositing, findings, involvement, papers
from scr.actions.commissioning import record_terms
from scr.apart import told_of_others
from scr.composite_retention import left_behind
from scr.findings import readable
from scr.likeness import like
from scr.models import CaseUnderReview, CompositeReview, NationalPanelAdvice
from tests import factories, scr_factories
from tests.composite_factories import (
    FAMILIES,
    FEATURES,
    FOUND,
    agreed,
    answered,
    draft,
    make_alike,
    make_family_case,
    make_open,
    make_proposed,
)
from tests.kept_out import leave
from tests.review_factories import appoint, handed_in, make_review, make_reviewer
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db
TWO = FAMILIES[:2]
State, Advised = CompositeReview.State, NationalPanelAdvice.Advised


def url(name: str, *keys) -> str:
    return reverse(f"scr:{name}", args=keys)


def text_of(response) -> str:
    return response.content.decode()


def test_cases_alike_in_their_codes_are_offered_with_why_and_others_are_not(client):
    together = make_alike()
    other = make_review(case=factories.make_case(family_name="Elsewise"), people=together.people)
    first, *alike = together.reviews
    sign_in(client, together.manager)

    found = like(first, [*alike, other.review])
    page = text_of(client.get(url("propose_composite", first.reference)))

    assert [one.review.pk for one in found] == [one.pk for one in alike]
    assert "Injuries: Head injury" in " ".join(found[0].why)
    assert "Head injury" in page and alike[0].reference in page
    assert other.review.reference not in page


def test_a_case_kept_from_the_reader_is_neither_offered_nor_taken(client):
    together = make_alike()
    first, second, third = together.reviews
    factories.recuse(together.manager, third.case)
    sign_in(client, together.manager)

    page = text_of(client.get(url("propose_composite", first.reference)))
    client.post(
        url("propose_composite", first.reference),
        {"reviews": [str(third.pk)], "title": "Infants", "grounds": "Alike"},
    )

    assert second.reference in page and third.reference not in page
    assert not CompositeReview.objects.exists()


def test_it_is_proposed_on_its_page_and_keeps_what_the_cases_share(client):
    together = make_alike(TWO)
    first, second = together.reviews
    sign_in(client, together.manager)

    response = client.post(
        url("propose_composite", first.reference),
        {"reviews": [str(second.pk)], "title": "Two infants", "grounds": "The same gap"},
        follow=True,
    )

    composite = CompositeReview.objects.get()
    assert "Proposed: ask the national panel next" in text_of(response)
    assert (composite.state, composite.members.count()) == (State.PROPOSED, 2)
    assert set(composite.alike["injury"] + composite.alike["setting"]) <= set(FEATURES)
    page = text_of(client.get(url("view_composite", composite.reference)))
    assert "Head injury" in page and "The same gap" in page


@pytest.mark.parametrize("word", [FAMILIES[1].family, FAMILIES[0].given, FAMILIES[1].nhs_number])
def test_no_title_or_ground_names_a_member(word):
    together = make_alike(TWO)

    with pytest.raises(NotAllowed, match="Take out every name"):
        compositing.propose_composite(
            reviews=together.reviews,
            title="Two infants",
            grounds=f"Like {word} before",
            by=together.manager,
            sure=True,
        )


def test_one_case_or_one_of_another_composite_is_refused():
    together = make_proposed(TWO)
    one = make_review(case=make_family_case(FAMILIES[2]), people=together.people).review
    facts = {"title": "Again", "grounds": "Alike", "by": together.manager}

    for reviews, words in (
        ([one], "at least two cases"),
        ([one, together.reviews[0]], "belongs to a composite already"),
    ):
        with pytest.raises(NotAllowed, match=words):
            compositing.propose_composite(reviews=reviews, **facts)


def test_it_opens_only_after_the_national_panel_agreed_and_each_case_has_the_answer(client):
    together = make_proposed(TWO)
    opening = url("open_composite", together.one().reference)
    sign_in(client, together.manager)

    refused = text_of(client.post(opening, {"sure": "on"}))
    answered(together)
    client.post(opening, {"sure": "on"})

    assert "This composite review is: proposed" in refused
    assert together.one().state == State.OPEN and together.one().agreed_on is not None
    for world in together.worlds:
        advice = NationalPanelAdvice.objects.get(case=world.case)
        assert (advice.about, advice.advised) == ("composite", Advised.AGREES)


@pytest.mark.parametrize("advised", [Advised.DISAGREES, Advised.QUESTIONS])
def test_where_the_national_panel_does_not_agree_it_does_not_open(advised):
    together = answered(make_proposed(TWO), advised)

    with pytest.raises(NotAllowed):
        compositing.open_composite(composite=together.one(), by=together.manager)
    assert together.one().state == State.PROPOSED


def test_members_keep_decision_clock_family_and_access():
    together = make_alike(TWO)
    reviewer = make_reviewer()
    appoint(together.worlds[0], reviewer)
    kept = ("decision_id", "begun_on", "due_on", "state", "terms", "lead_reviewer_id", "reference")
    before = {
        world.case.pk: (
            [getattr(world.again(), name) for name in kept],
            sorted(world.case.clocks.values_list("rule", "due_on")),
            world.case.scr_state,
        )
        for world in together.worlds
    }

    together.composite = compositing.propose_composite(
        reviews=together.reviews, title="Two", grounds="Alike", by=together.manager
    )
    answered(together)
    compositing.open_composite(composite=together.one(), by=together.manager)

    for world in together.worlds:
        world.case.refresh_from_db()
        assert before[world.case.pk] == (
            [getattr(world.again(), name) for name in kept],
            sorted(world.case.clocks.values_list("rule", "due_on")),
            world.case.scr_state,
        )
    # Who reviews one member has come no nearer to the other.
    assert access.can(reviewer, "view_review", together.worlds[0].case)
    assert not access.can(reviewer, "view_review", together.worlds[1].case)


def test_a_reviewer_of_all_is_admitted_to_each_case_by_its_own_admission():
    together = make_open(TWO)
    reviewer = make_reviewer()
    from tests.scr_factories import REFERRED  # a day of the past is refused

    facts = {"declared": ("no_line",), "checked": "Read", "by": together.manager}
    with pytest.raises(NotAllowed):
        compositing.appoint_composite_reviewer(
            composite=together.one(), user=reviewer, until=REFERRED, **facts
        )
    assert not any(access.can(reviewer, "view_review", one.case) for one in together.worlds)


def test_dropping_it_tells_the_members_apart_again(client):
    together = make_open(TWO)
    sign_in(client, together.manager)

    client.post(
        url("drop_composite", together.one().reference),
        {"reason": "One family asked", "version": ""},
    )

    assert together.one().state == State.DROPPED
    assert not CaseUnderReview.objects.exclude(composite=None).exists()


def test_with_findings_it_is_not_dropped():
    together = make_open(TWO)
    draft(together)

    with pytest.raises(NotAllowed, match="Set its findings aside first"):
        compositing.drop_composite(composite=together.one(), reason="No", by=together.manager)


# Each change and the page, with what it takes to change something.
DOORS = {
    "record_composite_answer": {Role.BOARD_MANAGER, Role.INDEPENDENT_CHAIR},
    "open_composite": {Role.BOARD_MANAGER, Role.SCR_CHAIR},
    "drop_composite": {Role.BOARD_MANAGER, Role.SCR_CHAIR},
    "appoint_composite_reviewer": {Role.BOARD_MANAGER},
    "record_composite_finding": {Role.BOARD_MANAGER},
}


def test_who_may_do_what_with_a_composite(client):
    together = make_open(TWO)
    reference = together.one().reference

    for role, person in together.people.items():
        sign_in(client, person)
        # Partners decide from 2018 on: these cases are of the edition before.
        sees = role != Role.SAFEGUARDING_PARTNER
        assert client.get(url("view_composite", reference)).status_code == (200 if sees else 404)
        for name, may in DOORS.items():
            status = client.get(url(name, reference)).status_code
            assert status == (200 if role in may else 403 if sees else 404), (role, name)


def test_who_may_open_no_member_finds_no_composite(client):
    together = make_open(TWO)
    reference = together.one().reference
    recused = scr_factories.make_scr_user(Role.BOARD_MANAGER, factories.board())
    for world in together.worlds:
        factories.recuse(recused, world.case)
    member = factories.make_user(Role.PANEL_MEMBER)
    factories.admit(member, together.worlds[0].case, Role.PANEL_MEMBER)
    kept_out = [
        factories.make_user(None),
        recused,
        scr_factories.make_scr_user(Role.BOARD_MANAGER, factories.board("NOTTINGHAM")),
        member,
        factories.make_user(Role.CDR_MANAGER),
    ]
    before = together.one().version

    for who in kept_out:
        sign_in(client, who)
        for name in ("view_composite", *DOORS):
            for response in (client.get(url(name, reference)), client.post(url(name, reference))):
                assert response.status_code == 404, (who.name, name)
        listed = client.get(url("list_composites"))
        assert listed.status_code == 403 or reference not in text_of(listed)
    leaver = scr_factories.make_scr_user(Role.BOARD_MANAGER, factories.board())
    sign_in(client, leaver)
    leave(leaver)
    assert "/accounts/login/" in client.get(url("view_composite", reference)).headers["Location"]
    assert together.one().version == before


def test_who_withdrew_from_one_member_sees_the_other_and_a_number_and_acts_on_neither(client):
    together = make_open(TWO)
    finding = draft(together)
    factories.recuse(together.manager, together.worlds[1].case)
    reference = together.one().reference
    sign_in(client, together.manager)

    page = text_of(client.get(url("view_composite", reference)))
    first, second = together.reviews

    assert first.reference in page and second.reference not in page
    assert second.case.reference not in page
    assert "And 1 other that you may not open" in page
    assert FOUND not in page and "A draft, not tested for names yet" in page
    for name in DOORS:
        assert client.get(url(name, reference)).status_code == 403, name
    assert readable(together.manager, [finding]) == set()
    # Its words are nobody's once they are agreed.
    agreed(finding, together.people)
    assert FOUND in text_of(client.get(url("view_composite", reference)))


def test_each_look_is_on_record_with_each_member_that_was_seen(client):
    together = make_open(TWO)
    factories.recuse(together.manager, together.worlds[1].case)
    sign_in(client, together.manager)
    last = AuditEntry.objects.order_by("-seq").first().seq

    client.get(url("view_composite", together.one().reference))

    looks = AuditEntry.objects.filter(seq__gt=last, action="view_composite")
    assert [one.case for one in looks] == [together.worlds[0].case.pk]


def test_what_is_written_of_one_family_may_not_tell_of_another():
    """Papers, terms, what practitioners and the family said, and how a finding showed."""
    together = make_open(TWO)
    reviewer = make_reviewer()
    mine, other = TWO
    first = together.worlds[0]
    finding = draft(together)
    row = finding.rests_on.select_related("case").get(case=first.case)
    text = f"The bruises were those of {other.given} {other.family}."
    tries = {
        "paper": lambda: papers.write_paper(
            review=first.again(), kind="final_report", text=text, by=reviewer
        ),
        "terms": lambda: record_terms(review=first.again(), by=first.manager, terms=text),
        "lines": lambda: record_terms(
            review=first.again(), by=first.manager, terms="What was known", lines_of_enquiry=[text]
        ),
        "practitioners": lambda: involvement.record_practitioner_event(
            review=first.again(),
            kind="learning_event",
            held_on=first.review.begun_on,
            present="Three nurses",
            notes=text,
            by=first.manager,
        ),
        "family": lambda: involvement.record_family_involvement(
            review=first.again(), who="Aunt", relation="aunt", said=text, by=first.manager
        ),
        "in this case": lambda: findings.describe_in_case(row=row, text=text, by=first.manager),
        "finding": lambda: findings.change_finding(
            finding=finding, statement=text, by=first.manager
        ),
        "finding of its own": lambda: findings.record_finding(
            reviews=[first.again()], statement=text, by=first.manager
        ),
    }

    for what, attempt in tries.items():
        with pytest.raises(NotAllowed, match="Take out"):
            attempt()
            pytest.fail(f"{what} was taken")
    # Its own names stay possible where a case has papers of its own.
    findings.describe_in_case(row=row, text=f"{mine.given} was seen", by=first.manager)


def test_a_report_that_was_written_before_is_looked_at_when_its_anonymity_is_checked():
    together = make_alike(TWO)
    paper = handed_in(
        together.worlds[0], by=make_reviewer(), text=f"As with {TWO[1].family}, nobody asked."
    )
    together.composite = compositing.propose_composite(
        reviews=together.reviews, title="Two", grounds="Alike", by=together.manager
    )

    with pytest.raises(NotAllowed, match="another case of this composite"):
        papers.check_paper(paper=paper, kind="anonymity", result="passed", by=together.manager)


def test_days_services_and_a_name_in_common_tell_of_no_other_family():
    same = (
        FAMILIES[0],
        FAMILIES[1].__class__("Ottoline", FAMILIES[0].family, "", "", "9990000042"),
    )
    together = make_open(same)
    first, second = (one.case for one in together.worlds)

    assert told_of_others(first, f"{FAMILIES[0].family} died on 12 May 2014") == 0
    assert told_of_others(first, "Ottoline was seen") == 1
    assert told_of_others(first, f"See {second.reference}") == 1


def test_what_the_leak_test_keeps_with_one_case_shows_no_word_of_another():
    """A draft of one review that was later told with another may name both in one sentence."""
    together = make_alike(TWO)
    first, second = TWO
    finding = findings.record_finding(
        reviews=[together.worlds[0].again()],
        statement=f"Neither {first.given} nor {second.given} was seen by one service alone.",
        by=together.manager,
    )
    together.composite = compositing.propose_composite(
        reviews=together.reviews, title="Two", grounds="Alike", by=together.manager
    )

    findings.test_finding(finding=finding, by=together.manager)

    kept = {hit.case_id: hit.sentence for hit in LeakHit.objects.select_related("case")}
    a, b = (world.case.pk for world in together.worlds)
    assert first.given in kept[a] and second.given not in kept[a]
    assert second.given in kept[b] and first.given not in kept[b]


def test_a_case_that_is_disposed_of_leaves_its_composite_named_by_its_reference():
    together = make_open(TWO)
    composite = CompositeReview.objects.get()

    [line] = left_behind(together.reviews[0].case)

    assert composite.reference in line and composite.title not in line
    assert left_behind(factories.make_case(family_name="Elsewise")) == []


def test_a_composite_goes_by_its_own_rule_by_two_people_and_its_findings_stay(
    client, django_capture_on_commit_callbacks
):
    together = make_open(TWO)
    finding = agreed(draft(together), together.people)
    composite, manager = together.one(), together.manager
    page = reverse("propose_joint_disposal", args=["composite", composite.pk])
    auditor = factories.make_user(Role.AUDITOR)
    settle_retention(
        kind=Kind.COMPOSITE,
        event=Event.COMPOSITE_ENDED,
        years=1,
        since=datetime.date(2010, 1, 1),
        source="The board",
        by=factories.make_user(Role.ADMINISTRATOR),
    )
    today = timezone.localdate()
    sign_in(client, manager)
    assert "No day is known for" in text_of(client.get(page))
    assert work(manager, today) == []
    for review in together.reviews:
        with change("plant", by=manager, case=review.case) as written:
            review.ended_on, review.state = (
                datetime.date(2016, 1, 4),
                CaseUnderReview.State.NOT_PUBLISHED,
            )
            written.save(review)
    assert [one.url for one in work(manager, today)] == [page]
    assert page in text_of(client.get(url("view_composite", composite.reference)))

    assert client.post(page, {"reason": "Its time is over"}).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        agree_to_proposal(proposal=Agreement.objects.get(), by=auditor)

    with keys.held(), pytest.raises(crypto.KeyMissing):
        _ = CompositeReview.objects.get(pk=composite.pk).grounds
    shown = text_of(client.get(url("view_composite", composite.reference)))
    assert "was destroyed when its time was over" in shown and FOUND in shown
    assert finding.reference in shown and page not in shown
    assert left_behind(together.reviews[0].case) == []
    certificate = reverse("download_joint_certificate", args=[Agreement.objects.get().pk])
    assert composite.reference in " ".join(pages_of(client.get(certificate).content))
    elsewhere = factories.make_user(None)
    with change("plant", by=None) as written:
        held = StandingRole(user=elsewhere, role=Role.BOARD_MANAGER, given_at=timezone.now())
        held.board = Board.objects.exclude(pk=factories.board().pk).first()
        written.save(held)
    assert sign_in(client, elsewhere).get(page).status_code == 404
    assert client.get(certificate).status_code == 404
