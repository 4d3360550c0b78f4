"""The four journeys of somebody new, from the front door, in each of four ways.

A death is notified; a panel member reads the papers and takes part; the serious case review group
applies the criteria and recommends; an officer makes the return and its files. An ordinary run
takes each journey in another way; the long tests take all sixteen.

`CASEREVIEW_PICTURES=1 python -m pytest tests/journeys/test_four_journeys.py -m "" -k pointer`
draws the pictures of docs/journeys.md anew, and writes down in docs/screen-reader what is read
aloud of each: landmarks, headings, names, in their order.
"""

import datetime
import json
import os
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from casereview.models import AuditEntry, Case, Child
from casereview.records import change
from casereview.rules.access_table import Role
from cdop import actions
from cdop.models import AnnualReturn, FirstJudgement, Notification
from scr.models import CriteriaAssessment, GroupRecommendation
from tests import factories, scr_factories
from tests.cdop import reviews
from tests.cdop.reviewed import DATA
from tests.cdop.test_packs import issued
from tests.journeys.hands import Hands, Way
from tests.journeys.signing_in import sit_down

DOCS = Path(__file__).resolve().parents[2] / "docs"
THREE_MINUTES = 180
LARGEST, ALL_TOGETHER = 150_000, 2_000_000  # bytes of pictures
EXPECTED = json.loads((DATA / "llr_2014_15.expected.json").read_text(encoding="utf-8"))


def ways(ordinary: Way) -> pytest.MarkDecorator:
    """Take a journey in one way each time, and in all of them when the whole is asked for."""
    every = [
        pytest.param(way, marks=() if way is ordinary else pytest.mark.long, id=way.value)
        for way in Way
    ]
    return pytest.mark.parametrize("way", every)


@pytest.fixture
def sit(open_page, way) -> Callable[..., Hands]:
    """Return what sits a person down to work in a way; a picture is kept where asked for."""

    def sit(user, name: str) -> Hands:
        page = sit_down(open_page(java_script_enabled=way is not Way.NO_SCRIPT), user)
        if way is Way.PHONE:
            page.set_viewport_size({"width": 390, "height": 844})
        drawn = os.environ.get("CASEREVIEW_PICTURES") and way is Way.POINTER
        return Hands(page, way, DOCS if drawn else None, name)

    return sit


@ways(Way.POINTER)
def test_a_death_is_notified_within_three_minutes(sit, people, way):
    hands = sit(people[Role.CDR_MANAGER], "notify")
    hands.begin("Your work")
    hands.keep("your-work")

    notify(hands)

    case = Case.objects.get()
    assert f"{case.reference}" in hands.words()
    assert Notification.objects.get(case=case).expectedness == "UNEXPECTED"
    assert case.child.family_name == "Example"
    assert hands.seconds < THREE_MINUTES, f"{hands.seconds:.0f} s"


def notify(hands: Hands) -> None:
    """Answer what must be known today; everything else can follow."""
    sections = "Is this a death the panel reviews?"
    hands.follow("Notify a child’s death", sections)
    hands.choose("Was the child born alive?", "Yes")
    hands.choose("Was it a termination of pregnancy within the law?", "No")
    hands.choose("Was the child under 18?", "Yes")
    hands.select("In which board’s area", factories.board().name)
    hands.keep("scope")
    hands.press("Save and continue", "Who notifies")
    hands.fill("Name of the person who notifies", "Nora Notifier")
    hands.fill("Their telephone number or e-mail", "0116 496 0000")
    hands.fill_day("Day the notification was received", "2015-03-03")
    hands.press("Save and continue", "The child")
    hands.fill("First and middle names", "Ada")
    hands.fill("Family name", "Example", whole=True)
    hands.fill_day("Date of birth", "2014-05-01")
    hands.choose("Sex", "Female")
    hands.keep("child")
    hands.press("Save and continue", "The death")
    hands.fill_day("Date of death", "2015-03-02")
    hands.select("Where did the child die?", "Acute hospital - emergency department")
    hands.choose("Was the death expected?", "Unexpected")
    hands.press("Save and continue", "Family and other children")
    hands.press("Save and continue", "Legal status")
    hands.choose("Is abuse or neglect known or suspected?", "No")
    hands.press("Save and continue", "Professionals who knew the child")
    hands.press("Save and continue", "Check your answers")
    hands.keep("check")
    hands.press("Submit the notification", "Notification received")
    hands.keep("received")
    assert "Due by the end of Tuesday 3 March 2015" in hands.words()


@pytest.fixture
def invited(people, settings, tmp_path):
    """A panel that meets today on one death: papers issued, first judgements asked for."""
    settings.MEDIA_ROOT = tmp_path / "files"
    manager = people[Role.CDR_MANAGER]
    factories.keep_form_c()
    case = factories.make_case(by=manager, family_name="Wrenfield")
    at = reviews.at_panel(case, manager, held_on=timezone.localdate())
    told = "A baby of ten weeks was found in the morning, in the bed of both parents."
    with change("plant", by=manager, case=case) as written:
        written.save(
            Notification(
                case=case,
                notified_on=case.notified_on,
                location_of_death="HOSPITAL",
                circumstances=told,
                expectedness="UNEXPECTED",
            )
        )
    reviews.record_all(at)
    actions.begin_judgement_round(case=case, by=manager)
    issued(at)
    return at


@ways(Way.NO_SCRIPT)
def test_a_panel_member_reads_the_papers_and_takes_part(sit, invited, way):
    hands = sit(invited.member, "panel")
    hands.begin("Your work")
    hands.keep("your-work")

    copy = read_the_papers(hands, invited)
    give_a_first_judgement(hands)
    read_in_the_room(hands, invited)

    assert copy.read_bytes().startswith(b"%PDF")
    assert FirstJudgement.objects.get().user == invited.member
    assert AuditEntry.objects.filter(action="open_pack", actor=invited.member.pk).exists()
    child = Child.objects.get(case=invited.case)
    assert child.family_name not in hands.page.content()


def read_the_papers(hands: Hands, at) -> Path:
    """From the next meeting to one's own copy of its papers, closed with a password."""
    day = f"{at.meeting.held_on.day} {at.meeting.held_on:%B %Y}"
    hands.follow("Meetings", "Panel meetings")
    hands.follow(day, f"Panel meeting of {day}", whole=False)
    hands.keep("meeting")
    hands.follow("Papers", "Papers for the meeting of")
    hands.press("Open the papers", "Your copy of the papers")
    hands.keep("papers")
    return hands.fetch("Download your copy")


def give_a_first_judgement(hands: Hands) -> None:
    """Say what one thinks before the panel talks; nobody sees it before all are opened."""
    hands.begin("Your work")
    hands.follow("Give your first judgement", "Your first judgement", whole=False)
    hands.keep("first-judgement")
    hands.choose("Which category of death would you choose?", "10. ", whole=False)
    hands.choose("Were there modifiable factors?", "No modifiable factors identified")
    hands.press("Save your first judgement", "Panel review")
    assert "You gave yours on" in hands.words()


def read_in_the_room(hands: Hands, at) -> None:
    """In the meeting the case is read from one page, without the child's name."""
    hands.follow("Meetings", "Panel meetings")
    hands.follow(f"{at.meeting.held_on.day} {at.meeting.held_on:%B %Y}", "Panel", whole=False)
    hands.press("Open the room", "The room on")
    hands.follow("1. ", "Case 1 of 1", whole=False)
    assert "found in the morning" not in hands.words()
    hands.press("Open it when you are ready", "Case 1 of 1")
    hands.keep("room")
    assert "found in the morning" in hands.words()


@pytest.fixture
def referred(people):
    """A death of 2015 that was referred to the group, and the group's meeting two weeks on."""
    group = scr_factories.make_scr_people()
    referred_on = datetime.date(2015, 4, 7)
    case = factories.make_case(family_name="Wrenfield")
    scr_factories.make_referral(case=case, referred_on=referred_on)
    scr_factories.make_scr_meeting(group, held_on=referred_on + datetime.timedelta(days=14))
    factories.make_agency(name="Soar Hospital")
    return group, case


@ways(Way.POINTER)
def test_the_group_applies_the_criteria_and_recommends(sit, referred, way):
    group, case = referred
    member = sit(group[Role.SCR_MEMBER], "group")
    member.begin("Your work")
    member.keep("your-work")

    assess(member)
    chair = sit(group[Role.SCR_CHAIR], "group-chair")
    recommend(chair)

    assessment = CriteriaAssessment.objects.get()
    assert (assessment.locked_at is not None, assessment.outcome) == (True, "scr_mandatory")
    made = GroupRecommendation.objects.get()
    assert (made.case, made.recommended, made.quorate) == (case, "scr", True)
    assert "Wrenfield" not in chair.page.content()


def assess(hands: Hands) -> None:
    """Each question that can still change the result, with what the answer rests on."""
    hands.follow("Assess the criteria", "Do the criteria hold?", whole=False)
    hands.press("Begin to assess the criteria", "Begin to assess the criteria")
    hands.press("Begin", "Do the criteria hold?")
    hands.keep("questions")
    for answered in range(10):
        if not hands.page.locator(".govuk-task-list__link").count():
            break
        answer_first(hands, answered)
    hands.press("Read the result and lock the assessment", "Lock the assessment")
    hands.keep("result")
    hands.tick("We have read the result and the evidence of each answer")
    hands.press("Lock the assessment", "Do the criteria hold?")


def answer_first(hands: Hands, answered: int) -> None:
    """Answer the first question that can still change the result, with its evidence."""
    first = hands.page.locator(".govuk-task-list__link").first
    hands.go(first, "Answer a question of the criteria")
    offered = hands.page.locator("main .govuk-radios__label").all_inner_texts()
    hands.choose("", next(each for each in ("Died", "Suspected", "Yes") if each in offered))
    hands.fill("Evidence", "What the hospital’s summary says", whole=True)
    hands.fill("Where it comes from", "The summary of 6 April")
    hands.select("Agency", "Soar Hospital")
    hands.fill_day("The evidence is of", "2015-04-07")
    if answered == 0:
        hands.keep("answer")
    hands.press("Keep the answer", "Do the criteria hold?")


def recommend(hands: Hands) -> None:
    """The group's chair drafts what the group recommends, and makes it."""
    hands.begin("Your work")
    hands.follow("Draft the group’s recommendation", "Recommendation", whole=False)
    hands.press("Draft the recommendation", "Draft the group’s recommendation")
    hands.select("At which meeting?", "21 April 2015")
    hands.choose("What does the group recommend?", "Serious case review")
    hands.fill("The reasons of the group", "Neglect is suspected")
    hands.keep("draft")
    hands.press("Save the draft", "Recommendation")
    hands.press("Make the recommendation", "Make the recommendation")
    hands.tick("The group has spoken: this is its recommendation")
    hands.press("Make the recommendation", "Recommendation")
    hands.keep("made")
    assert "Quorate" in hands.words()


@pytest.fixture
def imported(db):
    """The fictional year, brought in as its file is brought in."""
    call_command("import_cases", str(DATA / "llr_2014_15.csv"))


@ways(Way.POINTER)
def test_an_officer_makes_the_return_and_its_files(sit, people, imported, way):
    hands = sit(people[Role.RETURN_OFFICER], "return")
    hands.begin("Your work")
    hands.follow("Returns", "Annual returns")
    hands.keep("returns")

    book = export(hands)

    frozen = AnnualReturn.objects.get(frozen_at__isnull=False)
    with book.open("rb") as file:
        rows = [row for row in openpyxl.load_workbook(file).worksheets[0].values if row[0]]
    assert next(row[2] for row in rows if row[0] == "AG-01") == frozen.completed
    assert frozen.completed in (
        EXPECTED["all"]["AG-01"],
        EXPECTED["by_lscb"]["LEICESTER"]["AG-01"],
    )


def export(hands: Hands) -> Path:
    """Read what is missing, freeze the year as it is sent, and fetch the form as a workbook."""
    year = "Annual return, 2014-15"
    hands.follow("2014-15", year)
    hands.keep("year")
    hands.press("See the gaps", year)
    hands.press("Freeze the return", "Freeze the return, 2014-15")
    hands.keep("freeze")
    hands.tick("I have looked at the figures")
    hands.press("Freeze the return", "as it was sent")
    hands.keep("sent")
    return hands.fetch("Excel, laid out as the form")


GUIDE, READ_ALOUD = DOCS / "journeys.md", DOCS / "screen-reader"
NAMED = re.compile(r"!\[([^\]]+)\]\((journeys/[^)]+\.png)\)")


@pytest.mark.django_db(databases=[])
def test_the_guide_shows_every_picture_and_each_is_small():
    named = NAMED.findall(GUIDE.read_text(encoding="utf-8"))
    files = sorted((DOCS / "journeys").glob("*.png"))

    assert sorted(path for _, path in named) == [f"journeys/{each.name}" for each in files]
    assert all(len(words.split()) >= 4 for words, _ in named)
    assert max(each.stat().st_size for each in files) < LARGEST
    assert sum(each.stat().st_size for each in files) < ALL_TOGETHER
    for each in files:
        with Image.open(each) as picture:
            assert picture.size[0] == 1000, each.name


@pytest.mark.django_db(databases=[])
def test_what_is_read_aloud_has_its_landmarks_one_title_and_no_level_left_out():
    pictures = {each.stem for each in (DOCS / "journeys").glob("*.png")}
    written = {each.stem: each.read_text(encoding="utf-8") for each in READ_ALOUD.glob("*-*.md")}

    assert set(written) == pictures
    for name, aloud in written.items():
        levels = [int(level) for level in re.findall(r"heading .*\[level=(\d)\]", aloud)]
        assert levels.count(1) == 1, name
        assert all(below - above <= 1 for above, below in pairwise(levels)), (name, levels)
        for landmark in ("- banner:", "- main:", "- contentinfo:", 'navigation "Menu"'):
            assert landmark in aloud, (name, landmark)
