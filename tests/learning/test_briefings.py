"""Briefings: one page on a theme, tested for names, agreed by another, given out and read."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casereview import pdf, progress, releases
from casereview.actions import NotAllowed
from casereview.models import AuditEntry, LeakHit, Release, StandingRole, TaskProgress
from casereview.pseudonyms import known_of
from casereview.records import Conflict, change
from casereview.rules.access_table import Role
from casereview.work_list import items_of
from cdop.models import FactorFinding, PanelReview
from learning import briefing_sight, briefings
from learning.actions import briefings as actions
from learning.actions import briefings_sent as sending
from learning.actions import priorities
from learning.actions.themes import merge_theme
from learning.models import Briefing, BriefingSent
from scr import anonymity
from tests import factories
from tests.cdop.reviewed import make_death
from tests.html import Page
from tests.learning.learned import learned, make_priority, theme
from tests.signed_in import sign_in
from tests.working import do_jobs

pytestmark = pytest.mark.django_db

ON = datetime.date(2015, 6, 1)
DAY = datetime.date(2014, 10, 2)
TODAY = timezone.localdate
WORDS = {
    "about": "Small round batteries that burn when swallowed.",
    "seen": "Remote controls with loose lids.",
    "todo": "Ask where the batteries are.\nKeep new ones locked away.",
    "more": "Annual report of the panel",
}


def as_(user):
    return sign_in(Client(), user)


def at(name, *args):
    return reverse(f"learning:{name}", args=args)


def words(response):
    return " ".join(Page(response.content.decode()).words.split())


@pytest.fixture
def lead(people):
    return people[Role.LEARNING_LEAD]


@pytest.fixture
def chair(people):
    return people[Role.PANEL_CHAIR]


def begin(lead, audience="board"):
    return actions.begin_briefing(
        panel=factories.panel(), theme=theme(), audience=audience, by=lead, on=ON
    )


def written(lead, **facts):
    """Begin a briefing, its figures worked out, and write it."""
    if not briefings.LearningPoint.objects.filter(theme=theme().code).exists():
        learned(1, DAY, openness="anyone")
    briefing = begin(lead, facts.pop("audience", "board"))
    do_jobs()
    return actions.write_briefing(
        briefing=briefing, texts={**WORDS, **facts}, points=briefing.points, by=lead
    )


def given(lead, chair, **facts):
    briefing = actions.agree_briefing(briefing=written(lead, **facts), by=chair)
    actions.give_briefing(briefing=briefing, by=lead)
    do_jobs()
    briefing.refresh_from_db()
    assert briefing.refused_because == ""
    return briefing


# Drafting.


def test_it_is_drafted_from_the_records_with_what_its_readers_may_be_told(lead, case):
    learned(1, DAY, statement="Toddlers find them on the floor", openness="agencies")
    learned(2, DAY, statement="For anybody", openness="anyone")
    learned(3, DAY, statement="For us alone", openness="readers")
    learned(4, DAY, statement="Only proposed", openness="anyone", state="proposed")
    learned(5, DAY, statement="Ada Example was alone", openness="anyone", case=case)
    plan = priorities.plan_work(
        priority=make_priority(lead), by=lead, title="A campaign", test="Lids", level="local"
    )
    for text in ("Keep small cells behind the counter", "Tell the Examples"):
        priorities.plan_action(
            plan=plan, by=lead, text=text, strength="stronger", agreed_on=DAY, due_on=ON,
            agency=factories.make_agency(),
        )  # fmt: skip

    for_board, for_all = begin(lead), begin(lead, "public")

    assert for_board.texts["about"] == theme().covers
    assert for_board.texts["todo"] == "Keep small cells behind the counter"
    told = [[one.statement for one in briefings.chosen(each)] for each in (for_board, for_all)]
    assert told == [["Toddlers find them on the floor", "For anybody"], ["For anybody"]]
    with pytest.raises(NotAllowed, match="Choose what may be told"):
        actions.write_briefing(briefing=for_all, texts=WORDS, points=for_board.points, by=lead)
    with pytest.raises(NotAllowed, match="being written for them already"):
        begin(lead)


def test_what_was_chosen_stays_however_much_is_learned_since(lead, monkeypatch):
    monkeypatch.setattr(briefings, "OFFERED", 2)
    learned(1, DAY, statement="Chosen first", openness="anyone")
    briefing = begin(lead)
    for number in (2, 3):
        learned(number, DAY + datetime.timedelta(days=number), openness="anyone")

    assert [one.statement for one in briefings.chosen(briefing)] == ["Chosen first"]
    assert "Chosen first" not in [one.statement for one in briefings.offered(briefing)]


def test_a_draft_looks_each_case_up_once_however_much_was_learned(lead, case, monkeypatch):
    for number in range(1, 5):
        learned(number, DAY, openness="anyone", case=case)
    looked_up = []
    monkeypatch.setattr(
        anonymity, "known_of", lambda one: looked_up.append(one.pk) or known_of(one)
    )

    assert len(begin(lead).points) == 4
    assert looked_up == [case.pk]


@pytest.mark.parametrize(
    ("facts", "says"),
    [({"about": "x" * 601}, "Shorten"), ({"todo": "y " * 500}, "Shorten")],
)
def test_a_part_that_is_too_long_is_refused(lead, facts, says):
    with pytest.raises(NotAllowed, match=says):
        written(lead, **facts)


def test_two_people_writing_at_once_lose_nothing(lead):
    briefing = written(lead)
    seen = briefing.version - 1

    response = as_(lead).post(
        at("write_briefing", briefing.pk), {**WORDS, "about": "Mine", "version": seen}
    )

    assert "Somebody else changed this" in words(response) and b"Mine" in response.content
    with pytest.raises(Conflict):
        actions.write_briefing(briefing=briefing, texts=WORDS, points=[], by=lead, version=seen)


# Giving out.


def test_it_is_agreed_by_another_given_out_and_frozen_on_one_page(lead, chair, people):
    learned(1, DAY, openness="anyone")
    learned(20, datetime.date(2013, 5, 1), openness="anyone", source="near_miss")
    learned(21, DAY, openness="anyone", source="near_miss", events=7)
    with change("open_case", by=None) as opened:
        for _ in range(3):
            case = make_death(opened, completed_on=DAY, category="3", outcome="M")
            opened.save(
                FactorFinding(
                    review=PanelReview.objects.get(case=case),
                    case=case,
                    present="yes",
                    theme=theme().code,
                )
            )
    briefing = written(lead)
    page = as_(chair).get(at("view_briefing", briefing.pk))
    assert "It stands on one page" in words(page)
    with pytest.raises(NotAllowed, match="second person"):
        actions.agree_briefing(briefing=briefing, by=lead)
    with pytest.raises(NotAllowed, match="agreed first"):
        actions.give_briefing(briefing=briefing, by=lead)

    as_(chair).post(at("agree_briefing", briefing.pk), {"version": briefing.version})
    briefing.refresh_from_db()
    as_(lead).post(at("give_briefing", briefing.pk), {"version": briefing.version})
    do_jobs()

    briefing.refresh_from_db()
    assert (briefing.state, briefing.refused_because) == ("given", "")
    rows = {row[0]: row[1:] for row in briefing.content["figures"]["rows"]}
    # Seven in the year, one in the year before: the one is hidden, and so is the other.
    assert rows["Near misses that agencies reported"] == ["0", "0", "0", "c", "c", "8"]
    # How many things were learned is not said: some of them are told.
    assert rows["Completed reviews of deaths with this theme"][-2:] == ["c", "c"]
    assert len(rows) == 2
    assert briefing.release == Release.objects.get()
    assert len(briefing.digest) == 64
    before = briefing.content
    learned(30, DAY, statement="It came in later", openness="anyone")
    # Whoever reads what was given: on a page, on paper.
    for role in (Role.PANEL_MEMBER, Role.BOARD_MEMBER, Role.SCR_MEMBER):
        client = as_(people[role])
        assert theme().name in words(client.get(at("list_briefings")))
        shown = words(client.get(at("view_briefing", briefing.pk)))
        assert "Ask where the batteries are." in shown and "To whom it went" not in shown
        paper = client.get(at("download_briefing", briefing.pk))
        pages = pdf.pages_of(paper.content)
        assert len(pages) == 1
        text = " ".join(pages[0].split())
        assert "Ask where the batteries are." in text and theme().name in text
        assert "c: not given" in text and "It came in later" not in text + shown
    briefing.refresh_from_db()
    assert briefing.content == before
    for refused in (
        lambda: actions.write_briefing(briefing=briefing, texts=WORDS, points=[], by=lead),
        lambda: actions.reopen_briefing(briefing=briefing, by=chair, reason="Again"),
        lambda: actions.give_briefing(briefing=briefing, by=lead),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert AuditEntry.objects.filter(action="make_briefing", outcome="done").count() == 1


def test_what_is_written_and_tested_waits_in_the_work_of_who_agrees_it(lead, chair, manager):
    def asked(user):
        return [one.task for one in briefing_sight.work(user, TODAY()) if "agree" in one.task]

    other = factories.make_case(by=manager, family_name="Brown")
    learned(1, DAY, openness="anyone", case=other)
    begin(lead)
    do_jobs()
    drafted = asked(chair)
    briefing = Briefing.objects.get()
    told = {"briefing": briefing, "points": briefing.points, "by": lead}
    actions.write_briefing(texts={**WORDS, "todo": ""}, **told)
    unfinished = asked(chair)
    actions.write_briefing(texts=WORDS, **told)

    assert drafted == unfinished == []
    assert asked(chair) == [f"Read and agree the briefing on {theme().name}"]
    assert asked(lead) == asked(manager) == []
    actions.write_briefing(texts={**WORDS, "seen": "Brown sweets."}, **told)
    actions.test_briefing(briefing=briefing, by=lead)
    assert asked(chair) == []
    actions.answer_briefing_leak(hit=LeakHit.objects.get(), answer="replace_all", by=manager)
    assert len(asked(chair)) == 1
    actions.agree_briefing(briefing=actions.write_briefing(texts=WORDS, **told), by=chair)
    assert asked(chair) == []


def test_what_does_not_stand_on_one_page_is_not_agreed(lead, chair):
    for number in range(6):
        learned(number + 1, DAY, statement=f"{number} " + "long words " * 80, openness="anyone")
    briefing = written(lead, todo="\n".join("One line" for _ in range(60)))

    with pytest.raises(NotAllowed, match="one page"):
        actions.agree_briefing(briefing=briefing, by=chair)
    assert "It runs onto page" in words(as_(lead).get(at("view_briefing", briefing.pk)))


def test_what_is_missing_is_written_first(lead, chair):
    with pytest.raises(NotAllowed, match="Write first: What to do, What was learned"):
        actions.agree_briefing(briefing=begin(lead), by=chair)


def test_figures_that_may_not_be_given_keep_it_from_being_given_out(lead, chair, monkeypatch):
    from casereview.releases import Refused

    briefing = actions.agree_briefing(briefing=written(lead), by=chair)

    def refuse(*_):
        raise Refused("Join years, or wait for a full year.")

    monkeypatch.setattr("casereview.releases._settled", refuse)
    actions.give_briefing(briefing=briefing, by=lead)
    do_jobs()

    briefing.refresh_from_db()
    assert (briefing.state, briefing.content) == ("agreed", None)
    assert "Join years" in words(as_(lead).get(at("view_briefing", briefing.pk)))
    assert not Release.objects.exists()
    actions.reopen_briefing(briefing=briefing, by=chair, reason="Other years")
    actions.work_out_briefing(briefing=briefing, by=lead)
    do_jobs()
    with pytest.raises(NotAllowed, match="Join years"):
        actions.agree_briefing(briefing=briefing, by=chair)


def test_it_is_not_made_for_somebody_whose_role_has_ended(lead, chair):
    briefing = actions.agree_briefing(briefing=written(lead), by=chair)
    actions.give_briefing(briefing=briefing, by=lead)
    end_role(lead)
    do_jobs()

    briefing.refresh_from_db()
    assert briefing.state == "agreed" and "no longer" in briefing.refused_because


@pytest.mark.parametrize(("when", "state"), [("before", "agreed"), ("after", "given")])
def test_what_is_in_the_ledger_is_not_stopped_any_more(lead, chair, monkeypatch, when, state):
    briefing = actions.agree_briefing(briefing=written(lead), by=chair)
    actions.give_briefing(briefing=briefing, by=lead)
    name = {"before": "preview", "after": "give"}[when]
    really = getattr(releases, name)

    def stopped_then(*args, **facts):
        found = really(*args, **facts)
        progress.ask_to_stop(TaskProgress.objects.get(pk=briefing.task))
        return found

    monkeypatch.setattr(releases, name, stopped_then)
    do_jobs()

    briefing.refresh_from_db()
    assert briefing.state == state and bool(briefing.content) == (state == "given")
    assert Release.objects.exists() == (state == "given")


def end_role(user):
    role = StandingRole.objects.get(user=user)
    with change("end_role", by=None) as done:
        role.ended_at, role.ended_by = timezone.now(), user
        done.save(role)


# Names.


def test_no_name_of_any_case_behind_it_leaves_those_of_merged_themes_included(
    lead, chair, manager, case
):
    other = factories.make_case(by=manager, family_name="Plantedname")
    learned(1, DAY, openness="anyone", case=case)
    learned(2, DAY, "smoking", case=other)
    merge_theme(theme=theme("smoking"), into=theme(), by=lead, reason="One and the same")

    for text in ("We remember Ada Example.", "As in the Plantedname family."):
        briefing = Briefing.objects.first() or written(lead)
        actions.write_briefing(
            briefing=briefing, texts={**WORDS, "seen": text}, points=briefing.points, by=lead
        )
        with pytest.raises(NotAllowed, match="1 place may name|2 places may name") as refused:
            actions.agree_briefing(briefing=briefing, by=chair)
        assert "Example" not in str(refused.value) and "Planted" not in str(refused.value)
    for text in ("On 3 May 2014", "Number 999 000 0018"):
        actions.write_briefing(
            briefing=briefing, texts={**WORDS, "todo": text}, points=briefing.points, by=lead
        )
        with pytest.raises(NotAllowed, match="by itself: a(n NHS number| day)"):
            actions.agree_briefing(briefing=briefing, by=chair)


def test_a_word_that_may_be_a_name_is_answered_by_who_may_open_the_case(
    lead, chair, manager, people
):
    other = factories.make_case(by=manager, family_name="Brown")
    learned(1, DAY, openness="anyone", case=other)
    briefing = written(lead, seen="They look like brown sweets.")
    with pytest.raises(NotAllowed, match="Run the leak test"):
        actions.agree_briefing(briefing=briefing, by=chair)
    as_(lead).post(at("test_briefing", briefing.pk))
    hit = LeakHit.objects.get(document_key=briefing.pk)
    answer = at("answer_briefing_leak", briefing.pk, hit.pk)
    stands = {"answer": "not_this_person", "reason": "The colour of sweets"}

    # The learning lead opens no case, a manager who withdrew from it not this one.
    shown = words(as_(lead).get(at("view_briefing", briefing.pk)))
    assert "1 place waits for somebody who may open the case" in shown
    assert "What it found" not in shown
    withdrawn = factories.make_user(Role.CDR_MANAGER)
    factories.recuse(withdrawn, other)
    assert "What it found" not in words(as_(withdrawn).get(at("view_briefing", briefing.pk)))
    for user in (lead, withdrawn):
        assert as_(user).post(answer, stands).status_code == 404
    assert "What it found" in words(as_(manager).get(at("view_briefing", briefing.pk)))
    assert (
        b"Enter who or what is meant"
        in as_(manager).post(answer, {"answer": "not_this_person"}).content
    )
    assert as_(manager).post(answer, stands).status_code == 302
    actions.agree_briefing(briefing=briefing, by=chair)


def test_nobody_is_asked_whether_a_certain_name_may_stand(lead, manager):
    other = factories.make_case(by=manager, family_name="Plantedname")
    learned(1, DAY, openness="anyone", case=other)
    briefing = written(lead, seen="As in the Plantedname family.")
    actions.test_briefing(briefing=briefing, by=lead)
    hit = LeakHit.objects.get(document_key=briefing.pk)
    answer = at("answer_briefing_leak", briefing.pk, hit.pk)

    assert "Never stands" in words(as_(manager).get(at("view_briefing", briefing.pk)))
    assert "It stands: nobody is meant" not in words(as_(manager).get(answer))
    with pytest.raises(NotAllowed, match="Replace it"):
        actions.answer_briefing_leak(
            hit=hit, answer="not_this_person", by=manager, reason="Somebody else"
        )


# To whom it went.


@pytest.fixture
def agency(people):
    """An agency with its lead, and a contributor of it."""
    found = factories.make_agency(name="Swithland Community Health")
    for role in (Role.AGENCY_LEAD, Role.CONTRIBUTOR):
        held = StandingRole.objects.get(user=people[role])
        with change("give_role", by=None) as done:
            held.agency, held.board = found, None
            done.save(held)
    found.lead = people[Role.AGENCY_LEAD]
    with change("change_agency", by=None) as done:
        done.save(found)
    return found


def went(briefing, by, **facts):
    rows = sending.record_briefing_sent(
        briefing=briefing, by=by, **{"way": "email", "sent_on": TODAY(), **facts}
    )
    return rows[0]


def test_an_agency_reads_it_and_says_so_and_silence_is_shown(lead, chair, people, agency):
    briefing = given(lead, chair)
    silent = factories.make_agency(name="Silent agency")
    day = {f"sent_on_{part}": str(getattr(TODAY(), part)) for part in ("day", "month", "year")}
    sent = as_(lead).post(
        at("record_briefing_sent", briefing.pk),
        {"agencies": [str(agency.pk), str(silent.pk)], "way": "email", **day},
    )
    assert sent.status_code == 302, words(sent)
    row = BriefingSent.objects.get(agency=agency)
    reader = people[Role.CONTRIBUTOR]
    asked = "Say that your agency has read the briefing on"
    assert any(asked in one.task for one in items_of(people[Role.AGENCY_LEAD], TODAY()))
    # Where somebody leads it, the others are not asked, and may say so all the same.
    assert not any(asked in one.task for one in items_of(reader, TODAY()))
    client = as_(reader)
    assert theme().name in words(client.get(at("list_agency_briefings")))
    page = at("acknowledge_briefing", row.pk)
    assert "Ask where the batteries are." in words(client.get(page))
    read = {f"read_on_{part}": str(getattr(TODAY(), part)) for part in ("day", "month", "year")}
    wrong = client.post(page, {**read, "shared_with": "many", "version": row.version})
    done = client.post(page, {**read, "shared_with": "12", "version": row.version})

    assert "Enter the number of staff as a whole number" in words(wrong)
    assert done.status_code == 302, words(done)
    assert len(pdf.pages_of(client.get(at("save_agency_briefing", row.pk)).content)) == 1
    shown = words(as_(lead).get(at("view_briefing", briefing.pk)))
    assert "1 of 2 is silent. Shared with 12 staff" in shown
    assert f"shared with 12 staffSaid by {reader.name}" in shown
    with pytest.raises(NotAllowed, match="said so already"):
        sending.acknowledge_briefing(sent=row, by=reader, read_on=TODAY())
    late = BriefingSent.objects.get(agency=silent)
    with change("record_briefing_sent", by=lead) as changed:
        late.answer_due_on = TODAY() - datetime.timedelta(days=1)
        changed.save(late)
    assert any("Ask who has not read" in one.task for one in items_of(lead, TODAY()))
    assert "Silent, overdue" in words(as_(lead).get(at("view_briefing", briefing.pk)))
    recorded = as_(lead).post(
        at("record_acknowledgement", late.pk),
        {**read, "note": "By e-mail from the named nurse", "version": late.version},
    )
    assert recorded.status_code == 302, words(recorded)
    shown = words(as_(lead).get(at("view_briefing", briefing.pk)))
    assert "not said with how many staffRecorded by" in shown
    assert "All have said that they read it" in shown


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({}, "Select the agencies"),
        ({"body": "nobody"}, "Select the body"),
        ({"body": "national"}, "name of the body"),
        ({"body": "training", "way": "pigeon"}, "Select by what way"),
        ({"body": "training", "sent_on": TODAY() + datetime.timedelta(days=1)}, "Enter a day"),
        ({"body": "training", "sent_on": DAY}, "Enter a day"),
        ({"body": "training", "answer_due_on": DAY}, "after the day"),
    ],
)
def test_a_sending_that_cannot_be_is_refused(lead, chair, facts, says):
    with pytest.raises(NotAllowed, match=says):
        went(given(lead, chair), lead, **facts)


def test_what_is_said_of_it_names_nobody_and_says_how_one_was_told(lead, chair, case):
    learned(1, DAY, openness="anyone", case=case)
    row = went(given(lead, chair), lead, body="training")

    with pytest.raises(NotAllowed, match="Take out what names somebody"):
        sending.acknowledge_briefing(sent=row, by=lead, read_on=TODAY(), note="For Ada Example")
    with pytest.raises(NotAllowed, match="how you were told"):
        sending.record_acknowledgement(sent=row, by=lead, read_on=TODAY())


# Who may.


def test_outsiders_leavers_other_panels_and_other_agencies_find_nothing(
    lead, chair, people, agency, outsider
):
    briefing = given(lead, chair)
    row = went(briefing, lead, agencies=[agency])
    draft = begin(lead, "public")
    elsewhere = factories.make_user(Role.LEARNING_LEAD)
    move(elsewhere, "NOTTINGHAM")
    stranger = factories.make_user(Role.AGENCY_LEAD)
    with change("give_role", by=None) as done:
        held = StandingRole.objects.get(user=stranger)
        held.agency, held.board = factories.make_agency(), None
        done.save(held)
    of_panel = [
        at("view_briefing", briefing.pk),
        at("download_briefing", briefing.pk),
        at("write_briefing", draft.pk),
        at("record_briefing_sent", briefing.pk),
        at("record_acknowledgement", row.pk),
    ]
    of_agency = [at("acknowledge_briefing", row.pk), at("save_agency_briefing", row.pk)]

    def codes(user, pages):
        client = as_(user)
        return {client.get(page).status_code for page in pages}

    assert codes(outsider, of_panel + of_agency) == {403}
    assert codes(elsewhere, of_panel) == {404}
    assert codes(stranger, of_agency) == {404}
    assert codes(stranger, of_panel) == {403}
    # A panel member reads what was given, no draft, and nothing sent to another's agency.
    member = people[Role.PANEL_MEMBER]
    assert codes(member, [at("view_briefing", draft.pk), *of_agency]) == {404}
    assert codes(member, of_panel[:2]) == {200}
    for act in ("agree_briefing", "give_briefing", "test_briefing"):
        assert as_(member).post(at(act, draft.pk)).status_code == 403
    client = as_(people[Role.CONTRIBUTOR])
    assert client.get(of_agency[0]).status_code == 200
    with change("leave", by=None) as done:
        person = people[Role.CONTRIBUTOR]
        person.is_active = False
        done.save(person)
    assert client.get(of_agency[0]).status_code == 302


def move(user, board):
    with change("give_role", by=None) as done:
        held = StandingRole.objects.get(user=user)
        held.board = factories.board(board)
        done.save(held)


def test_hostile_text_is_shown_as_it_was_typed(lead, chair):
    shown = words(
        as_(chair).get(at("view_briefing", written(lead, todo="<script>alert(1)</script>").pk))
    )

    assert "<script>alert(1)</script>" in shown


def test_the_lists_ask_the_same_however_many_there_are(lead, chair, people, agency):
    went(given(lead, chair), lead, agencies=[agency])

    def asked(user, name):
        client = as_(user)
        client.get(at(name))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(at(name)).status_code == 200
        return len(queries)

    pages = [(lead, "list_briefings"), (people[Role.AGENCY_LEAD], "list_agency_briefings")]
    few = [asked(*page) for page in pages]
    for _ in range(2):
        went(given(lead, chair), lead, agencies=[agency])

    assert [asked(*page) for page in pages] == few
